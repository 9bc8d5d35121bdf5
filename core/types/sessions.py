"""What is remembered of a conversation."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from core.types.characters import Cast, Named
from core.types.events import FileRef, Message
from core.types.forms import Filling
from core.types.pieces import FromIdea
from core.types.values import Value

KEPT_TICKETS = 20
"""Forms that a private chat keeps while nobody has come for them; and messages that it knows as answers, should they be changed afterwards."""

KEPT_OFFERS = 20
"""Corrected messages that a session keeps for their buttons."""

KEPT_QUESTIONS = 50
"""Questions that a room's session keeps, each to another person."""


class Preferences(Value):
    """What ``/settings`` keeps. ``None`` means: not chosen, the operator's default or the platform's word holds.

    ``taste``: whether ratings teach anything here. ``fixed``: arms of other factors of taste that are set for good. ``surprise``: the next request
    is to be something new.
    """

    style: str | None = None
    size: str | None = None
    quality: str | None = None
    language: str | None = None
    timezone: str | None = None
    number: int | None = None
    check: str | None = None
    taste: str | None = None
    fixed: Mapping[str, str] | None = None
    surprise: bool | None = None


class Turn(Value):
    """One side's words in a conversation. ``author`` is the person's name in a shared session.

    ``pieces``: what it is about; when one of them is deleted, the turn goes with it.
    """

    role: Literal["person", "fabula"]
    text: str
    author: str = ""
    pieces: tuple[str, ...] = ()


class Pending(Value):
    """A half-given command that waits for its missing part until ``expires``: a question to one person.

    ``person`` is the key of who was asked, ``id`` what the buttons of its message name it by. ``wants``: ``photo`` (a picture to work on),
    ``table`` or ``document`` (a file of that family), ``words`` (what to do with it), ``choice`` (which of several things is meant, by a button) or
    ``form`` (the next field of what is being filled in: ``filling``, and then there is no command). ``more``: whatever is said goes to the command,
    which costs nothing, with its options, until its person is asked nothing any more.
    """

    person: str = ""
    id: str = Field(default_factory=lambda: secrets.token_urlsafe(6))
    wants: Literal["photo", "words", "table", "document", "form", "choice", "more"]
    command: str = ""
    words: str = ""
    options: Mapping[str, str] = Field(default_factory=dict)
    sources: tuple[str, ...] = ()
    files: tuple[FileRef, ...] = ()
    mask: FileRef | None = None
    documents: tuple[FileRef, ...] = ()
    filling: Filling | None = None
    quote: str = ""
    characters: tuple[Cast, ...] = ()
    idea: FromIdea | None = None
    expires: float


class Offer(Value):
    """A message as its person (by their key) seems to have meant it, until ``expires``; ``id`` is what its button names it by."""

    person: str
    id: str = Field(default_factory=lambda: secrets.token_urlsafe(6))
    message: Message
    expires: float


class Sent(Value):
    """What a person sent last, as long as no newer picture is there: what is still being looked at, could not be read, or is no picture at all.

    ``unusable`` is what it was in the last case (a kind of ``core.pictures.kinds``, or too much of it: ``core.conversation.sent``); ``documents`` are
    the files, where some command takes such.
    """

    at: float
    files: tuple[FileRef, ...] = ()
    mask: FileRef | None = None
    unusable: str | None = None
    documents: tuple[FileRef, ...] = ()


class SessionUpdate(Value):
    """What one moment changes in a session. Fields left at their default change nothing; ``reset`` clears everything first.

    Of ``preferences`` only what is set in it changes, so that two people's choices at once are both kept. ``pending`` is asked in place of what
    its person was asked before; ``answered`` is the key of a person who is asked nothing any more. ``ticket`` is a form that waits here until its
    person comes for it; ``heard`` a message that was an answer to one. ``asked``: when that was asked for which ``last_picture`` came of.
    ``offer`` is a corrected message that a button was made for, ``taken`` the id of one that its person has taken up. ``character`` and
    ``style`` are kept from now on: in place of the one of that piece, or of that name.
    """

    key: str
    reset: bool = False
    turns: tuple[Turn, ...] = ()
    last_picture: str | None = None
    asked: float = 0
    sent: Sent | None = None
    preferences: Preferences | None = None
    pending: Pending | None = None
    answered: str = ""
    ticket: Pending | None = None
    heard: str = ""
    offer: Offer | None = None
    taken: str = ""
    character: Named | None = None
    style: Named | None = None


class Session(Value):
    """What one person (or one room) and the bot share: recent turns, the last picture, preferences; and each person's own pending question.

    ``moderation`` is that of the chat it is in, and kept with the chat: ``low`` where its administrators have chosen that pictures are looked at
    less strictly.
    """

    key: str
    turns: tuple[Turn, ...] = ()
    last_picture: str | None = None
    sent: Sent | None = None
    preferences: Preferences = Preferences()
    questions: tuple[Pending, ...] = ()
    tickets: tuple[Pending, ...] = ()
    heard: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    characters: tuple[Named, ...] = ()
    styles: tuple[Named, ...] = ()
    moderation: str = Field(default="", exclude=True)

    @model_validator(mode="before")
    @classmethod
    def _without_pending(cls, value: object) -> object:
        """Leave out what a session of an earlier version was waiting for: nobody knows of whom, and it was for ten minutes."""
        return {name: kept for name, kept in value.items() if name != "pending"} if isinstance(value, dict) else value

    def question(self, person: str, now: float) -> Pending | None:
        """What a person (by their key) is still asked."""
        return next((one for one in self.questions if one.person == person and one.expires > now), None)

    def ticket(self, name: str, person: str, now: float) -> Pending | None:
        """The form of that name that waits here for a person (by their key)."""
        return next(
            (one for one in self.tickets if one.id == name and one.person == person and one.expires > now), None
        )

    def offer(self, name: str, person: str, now: float) -> Offer | None:
        """The corrected message of that name that was offered to a person (by their key)."""
        return next((one for one in self.offers if one.id == name and one.person == person and one.expires > now), None)

    def character(self, piece: str) -> Named | None:
        """The character of which a text (by its id) tells."""
        return next((one for one in self.characters if one.piece == piece), None)

    def style(self, name: str) -> Named | None:
        """The style of somebody's own that is called so."""
        return next((one for one in self.styles if one.name.casefold() == name.strip().casefold()), None)

    def with_styles_of(self, own: Session) -> Session:
        """The session as its person finds it: with styles of their own from elsewhere, behind those that it has by these names."""
        others = tuple(one for one in own.styles if self.style(one.name) is None)
        return self.model_copy(update={"styles": (*self.styles, *others)}) if others else self

    def updated(self, update: SessionUpdate, kept_turns: int = 24) -> Session:
        """The session after a change. The newest ``kept_turns`` turns and ``KEPT_QUESTIONS`` questions stay."""
        base = Session(key=self.key, characters=self.characters, styles=self.styles) if update.reset else self
        asked = (update.pending,) if update.pending else ()
        settled = {update.answered, *(question.person for question in asked)}
        chosen = update.preferences.model_dump(exclude_unset=True) if update.preferences else {}
        waiting = (update.ticket,) if update.ticket else ()
        begun = {question.id for question in asked}
        offered = (update.offer,) if update.offer else ()
        overtaken = base.sent and update.last_picture and base.sent.at <= update.asked
        return Session(
            key=self.key,
            turns=(*base.turns, *update.turns)[-kept_turns:],
            last_picture=update.last_picture or base.last_picture,
            sent=update.sent or (None if overtaken else base.sent),
            preferences=base.preferences.model_copy(update=chosen),
            questions=(*(one for one in base.questions if one.person not in settled), *asked)[-KEPT_QUESTIONS:],
            tickets=(*(one for one in base.tickets if one.id not in begun), *waiting)[-KEPT_TICKETS:],
            heard=(*base.heard, *((update.heard,) if update.heard else ()))[-KEPT_TICKETS:],
            offers=(*(one for one in base.offers if one.id != update.taken), *offered)[-KEPT_OFFERS:],
            characters=_with(base.characters, update.character),
            styles=_with(base.styles, update.style),
            moderation=self.moderation,
        )


def own_key(platform: str, person: str) -> str:
    """The key of the session that holds what is a person's (by their id) wherever they are: their styles. No chat has such a name."""
    return f"{platform}:~{person}::{person}"


def _with(known: tuple[Named, ...], one: Named | None) -> tuple[Named, ...]:
    """The characters, or styles, with one more, in the place that it had where it is known by its piece or its name."""
    if one is None:
        return known
    same = [one.piece == kept.piece or one.name.casefold() == kept.name.casefold() for kept in known]
    place = same.index(True) if any(same) else len(known)
    left = [kept for kept, is_same in zip(known, same, strict=True) if not is_same]
    return (*left[:place], one, *left[place:])
