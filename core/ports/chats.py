"""What the core needs of the places where people talk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.types import (
    KeptReply,
    Place,
    Progress,
    Reply,
    Request,
    User,
    Value,
)


class EventRow(Value):
    """One durable event of a web chat. ``seq`` grows over all chats; ``data`` is its JSON, empty where that cannot be read any more.

    ``only``: the id of the person whom alone it was said to, empty where it is for all. ``before``: the ``seq`` of the event before it in its chat,
    0 where there was none; ``None`` where that was not asked.
    """

    seq: int
    data: str
    only: str = ""
    before: int | None = None


class EventLog(Protocol):
    """The durable events of chats whose messages live here and not on somebody else's platform (the web page)."""

    async def append(self, chat: str, key: str, user: str, data: str, *, message: str = "", only: str = "") -> EventRow:
        """Add an event about a person's doing; a new row knows which is ``before`` it, the same key again answers the row that is already there.

        ``message``: the one that it shows. ``only``: as in ``EventRow``.
        """
        ...

    async def find(self, chat: str, key: str) -> EventRow | None:
        """An event by its key."""
        ...

    async def offer(self, chat: str, message: str, action: str) -> str | None:
        """The data of the newest event by which a message of a chat has, or has had, a button with that action; ``None``: it never had."""
        ...

    async def said(self, chat: str, message: str) -> str | None:
        """The data of the newest event by which a message of a chat has words; ``None`` where it has none."""
        ...

    async def shows(self, chat: str, message: str) -> bool:
        """Whether a message of a chat is there, and has words or shows something."""
        ...

    async def answers(self, chat: str, request: str) -> Sequence[EventRow]:
        """The events that answer a message of a chat, in order."""
        ...

    async def blank(self, chat: str, message: str) -> None:
        """Take what was said out of the events of a message that is deleted."""
        ...

    async def newest(self, chat: str) -> int:
        """The number of the newest event of a chat, 0 where there is none."""
        ...

    async def after(self, chat: str, seq: int, limit: int = 500, size: int = 2**20) -> Sequence[EventRow]:
        """The events of a chat after a sequence number, in order: ``limit`` at most, and none after those that make ``size`` characters."""
        ...


class Standing(Protocol):
    """Who runs a chat and who is in it, as its platform knows."""

    async def administers(self, user: User, place: Place) -> bool:
        """Whether a person administers a place. ``False`` where that cannot be found out; raises ``Unavailable`` where it cannot now."""
        ...

    async def attends(self, user: User, place: Place) -> bool:
        """Whether a person is in a place: they come from elsewhere. As above, where that cannot be found out."""
        ...

    async def has_left(self, user: User, place: Place) -> bool:
        """Whether a person is not in a place any more. As above: where nothing is told, nobody has left."""
        ...


class Polls(Protocol):
    """The polls of a platform's own that the bot has sent."""

    async def close(self, place: Place, message: str) -> Sequence[int] | None:
        """End the poll of a message; how many chose each answer, in order. Asked again, it answers the same.

        ``message``: as it was delivered. ``None`` where it shows no poll, or is gone. Raises ``Unavailable`` where that cannot be found out now.
        """
        ...


class Outlet(Protocol):
    """Where the core hands over what is to be delivered; implemented by ``bots.delivery``."""

    def deliver(self, replies: Sequence[KeptReply]) -> None:
        """Send these, which are already kept. Returns at once."""
        ...

    def show(self, job: str, request: Request, progress: Progress) -> None:
        """Show progress. Never waits, never fails; only the newest of each kind and slot counts, and it goes when the job ends."""
        ...

    def ended(self, job: str) -> None:
        """Show nothing more of a job."""
        ...

    def whisper(self, place: Place, user: str, in_reply_to: str, reply: Reply) -> None:
        """Say something that must leave no trace in the store (what follows ``/forget``)."""
        ...
