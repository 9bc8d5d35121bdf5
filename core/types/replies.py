"""What the bot says."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from core.types.people import Place
from core.types.pieces import Picture, Piece, Score
from core.types.values import Value


class Button(Value):
    """A thing to press: ``action`` is at most 64 bytes (Telegram's limit), ``label`` a sentence of the catalogue.

    An action is ``<verb>:<argument>``; on a piece ``<verb>:<piece>``, and where it answers a question ``<verb>:<piece>:<question>``.
    ``start``: where others are there and the platform cannot answer for one pair of eyes alone, it leads into the private chat instead, where
    ``/start`` gets this word (as that of a ``DeepLink``).
    """

    action: str
    label: str
    start: str = Field(default="", pattern=r"^[A-Za-z0-9_-]{0,64}$")

    @property
    def piece(self) -> str:
        """The id of the piece it is about, if it is about one."""
        return self.action.partition(":")[2].partition(":")[0]


class Link(Value):
    """A button that leads out of the chat, to a page of the web: ``url`` has at most 512 characters (Discord's limit), ``http`` or ``https``.

    Features make it with ``core.rows.link``, which knows whether anything but ``https`` may be shown.
    """

    url: str = Field(max_length=512)
    label: str

    @field_validator("url")
    @classmethod
    def _leads_somewhere(cls, url: str) -> str:
        """Raise ``ValueError`` for what is no page's address, and for one that hides where it leads."""
        parts = urlsplit(url)
        plain = url.isprintable() and " " not in url and "\\" not in url
        if not plain or parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise ValueError("no page has that address")
        return url


class DeepLink(Value):
    """A button that leads into the private chat with the bot, where ``/start`` gets the word ``start`` (Telegram: 64 of letters, digits, - and _)."""

    start: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    label: str


class PageLink(Value):
    """A button that opens a page of ours (``paint``) for one person, by the secret of their ticket; each platform knows how pages open there."""

    page: str
    ticket: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    label: str


class BoardLink(Value):
    """A button that leads to the page of a ``board``: where its people are at a page of ours to the one that they work at, elsewhere to the read-only
    one, whose address is signed with ``beamer``. A platform from which neither is reached leaves it out.
    """

    board: str
    beamer: str
    label: str


class Poll(Value):
    """A poll of the platform's own. ``several``: everybody may choose more than one of the ``answers``; ``secret``: nobody is shown who chose what.

    Platforms shorten what is too long for them.
    """

    question: str
    answers: tuple[str, ...]
    several: bool = False
    secret: bool = False


AnyButton = Button | Link | DeepLink | PageLink | BoardLink


class Reply(Value):
    """One thing the bot says, for every platform; ``text`` is the small markup of ``bots.markup``.

    ``code`` makes it a failure. ``replaces`` is an earlier message of the bot that this one takes the place of, ``removes`` one that disappears;
    where that has to stay (it is a person's own), the ``text`` is said.
    ``mentions`` are pieces that its buttons speak of without showing them; ``documents`` are files to hand over untouched.
    ``quotes`` are the ids of pieces whose words its text repeats, and the keys of people whom it names: it is blanked with any of them.
    ``plate`` is a picture that stands beside its words without being what it is about: the newest of many.
    ``thumbnails``: the pictures among its ``mentions`` are shown small, each by its number among them.
    ``rated`` announces new scores of pieces; ``language`` is set when the language of the chat has just changed; ``end``: nothing more follows.
    ``lives`` is the name of a message that shows a changing thing: of all that is said under a name in a place the newest is shown, in one
    message that is changed in place; ``afresh``: in a new one, at the end of the chat, and the old one goes.
    ``private``: for the person alone whom it answers: platforms hide it from others where they can, and it is they who may press its buttons.
    ``confidential``: it reaches its person alone, or nobody: where nothing can be said beside others it goes to their private chat, and where that
    was never opened nowhere.
    ``flash``: a word that is said over the pressed button where a platform can, and in no message there; ``unopened`` is said in its stead, and has
    to be read, where its person has never opened the private chat without which nothing can be said to them alone.
    ``poll`` is shown in place of its words and buttons, where the platform and the place take such a poll.
    ``asks``: what is written next answers it, and platforms that can open the keyboard for that; ``asks_about`` is the piece that it is about.
    """

    text: str = ""
    pieces: tuple[Piece, ...] = ()
    mentions: tuple[Piece, ...] = ()
    quotes: tuple[str, ...] = ()
    thumbnails: bool = False
    plate: Picture | None = None
    poll: Poll | None = None
    buttons: tuple[AnyButton, ...] = ()
    documents: tuple[Picture, ...] = ()
    code: str | None = None
    replaces: str | None = None
    removes: str | None = None
    rated: Mapping[str, Score] | None = None
    language: str | None = None
    lives: str = ""
    afresh: bool = False
    asks_about: str = ""
    private: bool = False
    confidential: bool = False
    flash: bool = False
    unopened: str = ""
    asks: bool = False
    end: bool = False

    @property
    def about(self) -> tuple[str, ...]:
        """The ids of the pieces that its message is about: those it shows, and those its buttons speak of."""
        spoken_of = {button.piece for button in self.buttons if isinstance(button, Button)}
        hands_over = self.documents or any(piece.document for piece in self.pieces)
        return tuple(
            piece.id
            for piece in (*self.mentions, *self.pieces)
            if piece in self.pieces or piece.id in spoken_of or hands_over
        )


class KeptReply(Value):
    """A reply with its address. ``id`` grows in the order in which things were ``said``; ``key`` never changes, for de-duplication."""

    id: int
    key: str
    place: Place
    user: str
    in_reply_to: str
    job: str | None
    reply: Reply
    language: str = "en"
    receipts: tuple[str, ...] = ()
    said: float = 0
