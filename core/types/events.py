"""What people do."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field, field_validator

from core.graphemes import is_blank
from core.types.people import Place, User
from core.types.pieces import Picture
from core.types.refusals import Refusal
from core.types.values import Value


class FileRef(Value):
    """A file somebody sent, as its platform names it; the bytes are fetched when a job needs them.

    ``size`` is in bytes as the platform tells it (0: unknown). ``spoiler``: its person wants it to be seen only by who taps it. ``kept``: its
    picture, where that is kept here already and nothing is to be fetched. ``refusal``: why it cannot be used, where that was
    seen as it came in and nothing of it was kept: what cannot be read cannot be rid of where it was taken either.
    """

    platform: str
    ref: str
    name: str = ""
    mime: str = ""
    size: int = 0
    spoiler: bool = False
    kept: Picture | None = None
    refusal: Refusal | None = None


class Message(Value):
    """Something a person wrote or sent.

    ``documents`` and ``replied_documents`` are files that are no pictures by their names and that some commands take; ``unusable`` has them too.
    ``unusable`` and ``replied_unusable`` say what was sent, or replied to, that no picture can be made from (of ``core.pictures.kinds``): that is
    something else than nothing. ``inbox`` names the stored rows it was made from. ``addressed``: meant for the bot even without a command (a
    private chat, a mention, a reply to the bot). ``reply_to`` is the id of the message it answers, ``replied_files`` the files of that message
    where the platform tells them. ``command`` is set where the platform has already parsed it (a slash command): its name, with ``options`` by
    name. ``earlier``: what it said before its person changed it, oldest first. ``partial``: the platform shows the bot only a part of what was
    sent together. ``quote``: the words of the message that it answers, or the part of them that its person marked. ``mentioned``: people whom its
    platform has made a mention of, as they are written behind the ``@``. ``overheard``: others have seen it where it was said, whatever it is.
    """

    inbox: tuple[str, ...]
    id: str
    place: Place
    author: User
    text: str = ""
    files: tuple[FileRef, ...] = ()
    mask: FileRef | None = None
    documents: tuple[FileRef, ...] = ()
    reply_to: str | None = None
    replied_files: tuple[FileRef, ...] = ()
    replied_documents: tuple[FileRef, ...] = ()
    unusable: tuple[str, ...] = ()
    replied_unusable: tuple[str, ...] = ()
    addressed: bool = True
    command: str | None = None
    options: Mapping[str, str] = Field(default_factory=dict)
    earlier: tuple[str, ...] = ()
    partial: bool = False
    quote: str = ""
    mentioned: tuple[str, ...] = ()
    overheard: bool = False

    @field_validator("text")
    @classmethod
    def _seen(cls, text: str) -> str:
        """Words that nobody can see are none."""
        return "" if is_blank(text) else text


class Reaction(Value):
    """A person put emoji on a message, or took some back."""

    inbox: tuple[str, ...]
    place: Place
    user: User
    message: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class Press(Value):
    """A person pressed a button. ``action`` is ``<verb>:<argument>``; what it may do is checked by the core, never trusted.

    ``answer_to``: where the answer goes, if it cannot go to ``message``. ``asked``: the id of the person whom the message speaks to alone (a
    question, a menu); ``None`` where it speaks to all, or nobody knows. ``home``: where its person is alone with the bot, on a platform
    that shows no forms and asks there for what they hold; ``None``: it is asked here. ``ticket``: the id of the one by which it was sent from a
    page of ours, which holds what was filled in there. ``quiet``: it was pressed on a page that shows by itself what comes of it, so its person is
    answered there, and not in the chat. ``fleeting``: its message shows the progress of a job and nothing else, so it goes once that is over.
    """

    inbox: tuple[str, ...]
    place: Place
    user: User
    message: str
    action: str
    answer_to: str | None = None
    asked: str | None = None
    home: Place | None = None
    ticket: str = ""
    quiet: bool = False
    fleeting: bool = False


Event = Message | Reaction | Press
