"""What is known of an event once its session is found."""

from __future__ import annotations

import time
from dataclasses import dataclass

from core import texts
from core.ports import Hint, NewReply
from core.types import Board, Event, FromIdea, Message, Pending, Press, Sent, Session, SessionUpdate, User


@dataclass(frozen=True)
class Closing:
    """What ends, in the same commit, where a person was asked for what is done elsewhere: the question there, with a word about it.

    ``board``: a board that tells of what is done, as it is from then on.
    """

    update: SessionUpdate | None = None
    replies: tuple[NewReply, ...] = ()
    board: Board | None = None


@dataclass(frozen=True)
class Moment:
    """One thing somebody did: in which session, in which language to answer, and whether the session is the room's.

    ``hints``: what it says of a person's taste, kept with whatever comes of it. ``idea``: the idea of a board that it makes something of.
    ``sent``: what its message brings along, remembered with whatever comes of it, also where it is refused.
    ``press`` names the press of a button that it began with, whatever its event is by now; empty where it began with none.
    """

    event: Event
    session: Session
    language: str
    shared: bool
    closing: Closing | None = None
    hints: tuple[Hint, ...] = ()
    idea: FromIdea | None = None
    sent: Sent | None = None
    press: str = ""

    @property
    def user(self) -> User:
        """Who did it."""
        return self.event.author if isinstance(self.event, Message) else self.event.user

    @property
    def private_language(self) -> str:
        """The language of what this person alone reads: in a room with a language of its own, theirs, where it is known."""
        return texts.language_of(self.user.language, self.language) if self.shared else self.language

    @property
    def message(self) -> str:
        """The message that an answer replies to."""
        if isinstance(self.event, Message):
            return self.event.id
        return (self.event.answer_to if isinstance(self.event, Press) else None) or self.event.message

    @property
    def pending(self) -> Pending | None:
        """What this person is still asked here."""
        return self.session.question(self.user.key, time.time())
