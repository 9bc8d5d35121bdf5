"""What a platform is to the program: a way in, a way out, and how it is opened and closed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bots.intake import Intake
from bots.outbound import Outbound
from core.ports import Fetcher, Polls, Standing, Store


@dataclass(frozen=True)
class Webhook:
    """A platform's own door in our web server: bodies that come to ``path`` go to ``called``.

    ``admits`` looks at the value of ``header`` first: without the right one no body is read, and none before the platform ``is_listening``.
    """

    path: str
    header: str
    admits: Callable[[str], bool]
    is_listening: Callable[[], bool]
    called: Callable[[bytes], Awaitable[bool]]


class Platform(Protocol):
    """A chat system that people reach Fabula by. Made without asking it anything, so that none delays another."""

    @property
    def name(self) -> str:
        """What places and people of it are called: the first part of their keys."""
        ...

    @property
    def account(self) -> str:
        """What tells this bot from others, and this part of it from its others: one process has it at a time."""
        ...

    @property
    def delivers(self) -> bool:
        """Whether who has this part sends for the whole bot."""
        ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def room(self) -> int:
        """Bytes of the largest file that every place of it takes."""
        ...

    @property
    def outbound(self) -> Outbound:
        """The way out."""
        ...

    @property
    def standing(self) -> Standing:
        """Who runs a chat of it."""
        ...

    @property
    def polls(self) -> Polls:
        """Its own polls."""
        ...

    @property
    def webhooks(self) -> tuple[Webhook, ...]:
        """Its doors in our web server, where it calls us instead of being asked."""
        ...

    @property
    def vouches(self) -> Callable[[str], str | None] | None:
        """Reads what the platform tells a page of ours that it opens: for whom, by their id. ``None`` where it tells nothing."""
        ...

    def open(self, store: Store, intake: Intake) -> Fetcher:
        """Make the way in, now that there is somebody to hand events to; ``run`` is next."""
        ...

    async def identify(self) -> str:
        """Find out who we are there: the bot's name. Raises ``Unavailable``, and ``OperatorFault`` for what only the operator can mend."""
        ...

    async def run(self) -> None:
        """Connect, introduce the bot, and take in what people do until cancelled, whatever the platform does."""
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...
