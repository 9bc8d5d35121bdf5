"""Writing down what must not be lost: however long the storage makes us wait, and whatever becomes of the task that asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar

import structlog

from core.errors import StorageFault
from core.ports import Change, Outlet, Store
from core.types import KeptReply
from core.waits import growing

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds between two tries to write down what must not be lost."""

PASSING = frozenset({"database-in-use", "database-away", "media-away", "disk-full"})
"""What the storage may get over while we wait."""

OUT_OF_REACH = PASSING - {"disk-full"}
"""What passes without anybody's doing."""

LAST_MOMENT = 2.0
"""Seconds that what is under way gets at the end."""

log = structlog.get_logger()
T = TypeVar("T")


def until_kept(write: Callable[[], Awaitable[T]], *, only: Collection[str] = PASSING) -> Awaitable[T]:
    """What a write answers, tried until the storage takes it: what was paid for is not given up, and nobody is left without a word.

    The first try is queued at once, before anything is awaited. What waiting does not mend, a damaged database or a folder that
    must not be written, is raised as ``StorageFault``. ``only``: the codes of faults that are worth waiting for; any other is raised.
    """

    async def insist(first: Awaitable[T]) -> T:
        written = first
        for wait in growing(FIRST_WAIT, LONGEST_WAIT):
            try:
                return await written
            except StorageFault as fault:
                if fault.code not in only:
                    raise
                log.error("something has to wait to be kept", code=fault.code, seconds=wait)
            await asyncio.sleep(wait)
            written = write()
        raise AssertionError("the waits have no end")

    return insist(write())


class Commits:
    """Carries through what was begun: who asked for it may be stopped in that very moment, and what a commit made is handed over all the same.

    Otherwise a picture that was committed in one transaction with the cancelling of its job would be paid for and kept, and seen by nobody.
    """

    def __init__(self, store: Store, outlet: Outlet) -> None:
        self._store = store
        self._outlet = outlet
        self._under_way: set[asyncio.Task[Any]] = set()

    def make(self, change: Change, *, insist: bool = False) -> asyncio.Future[Sequence[KeptReply] | None]:
        """Commit a change and deliver what it says; its new replies, or ``None`` where its job is no longer open.

        ``insist``: until the storage takes it; otherwise raises ``StorageFault``.
        """
        return self.through(self._made(change, insist))

    def through(self, work: Coroutine[Any, Any, T]) -> asyncio.Future[T]:
        """Do some work to its end; cancelling what is returned stops only the waiting for it."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return asyncio.shield(task)

    async def close(self) -> None:
        """Let what is under way come to its end, for a moment. What is committed and not delivered then is delivered at the next start."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=LAST_MOMENT)
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _made(self, change: Change, insist: bool) -> Sequence[KeptReply] | None:
        write = partial(self._store.commit, change)
        kept = await (until_kept(write) if insist else write())
        self._outlet.deliver(kept or ())
        return kept


def note_failure(task: asyncio.Task[None]) -> None:
    """Log that something nobody waited for was not kept."""
    if not task.cancelled() and (error := task.exception()):
        log.error("a step was not journaled", code=getattr(error, "code", type(error).__name__))
