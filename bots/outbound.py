"""What every platform's way out is, and what it may answer."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Protocol

from core.cancelling import was_cancelled
from core.errors import Unavailable
from core.types import KeptReply, Place, Progress, Reply, Request


class Undeliverable(Exception):
    """This reply can never reach its place: blocked, kicked out, gone."""


class Rejected(Undeliverable):
    """The place is there and does not take this reply as it is, however often it is sent."""


class Gone(Undeliverable):
    """The message that this reply was to change is not there any more."""


class Unheard(Unavailable):
    """The connection broke while an answer was awaited: it may have arrived all the same."""


@contextmanager
def heard() -> Iterator[None]:
    """Around a call of a platform's library. Raises ``Unheard`` where something of the library's own was cancelled: nobody has stopped us."""
    try:
        yield
    except asyncio.CancelledError as error:
        if was_cancelled():
            raise
        raise Unheard("service-down") from error


class Moved(Exception):
    """The place has another address now; message ids of the old one mean nothing there."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.key)
        self.place = place


class Receipt(Protocol):
    """Notes that a part of a reply arrived as a message of the platform; ``last`` completes the reply."""

    async def __call__(self, part: int, message: str, pieces: Collection[str], *, last: bool) -> None:
        """Commit the receipt."""
        ...


class Outbound(Protocol):
    """One platform's way out. Raises ``Unavailable`` (with ``retry_after`` where known; ``busy`` where the platform asks for a pause), ``Moved`` or
    ``Undeliverable``.
    """

    @property
    def connected(self) -> asyncio.Event:
        """Set while the platform has let us in. Until then nothing is tried, and nothing grows old by it."""
        ...

    async def send(self, reply: KeptReply, receipt: Receipt) -> None:
        """Send the parts of a reply that have no receipt yet."""
        ...

    async def show(self, job: str, request: Request, progress: Progress, text: str) -> None:
        """Show progress; ``text`` is a status in the person's language."""
        ...

    async def whisper(self, place: Place, user: str, in_reply_to: str, reply: Reply) -> None:
        """Say something without keeping it."""
        ...

    async def clear(self, job: str, request: Request) -> None:
        """Take off the screen what still says that a job is under way, whose end was never said here."""
        ...

    def leave(self) -> None:
        """Another process has the platform from now on: what is remembered of messages there may hold no longer."""
        ...
