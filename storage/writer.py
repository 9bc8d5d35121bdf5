"""All writes go through one task, which commits together what waits together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, event

from core.errors import StorageFault
from storage.faults import faults

Result = TypeVar("Result")
Write = Callable[[Connection], Result]

MOST_TOGETHER = 12
"""The most writes of one transaction: one that comes alone does not wait for thousands, nor do thousands go on in one round of the loop."""

OUT_OF_REACH = frozenset({"database-in-use", "database-away"})
"""What is no fault of a write, and is waited for."""


class _Waiting(NamedTuple):
    write: Write[Any]
    answer: asyncio.Future[Any]


class Writer:
    """Runs writes in the order they came, as many in one transaction as are waiting (a sync to disk costs more than a statement).

    A write is a plain function of a connection and touches nothing else: when one of a transaction fails, all are rolled back
    and each is run again alone, so that only the one at fault hears of it. A caller that is cancelled takes nothing back.

    ``transactions`` and ``statements`` count what was run so far, ``BEGIN`` included.
    """

    def __init__(self, connection: Connection, transact: Callable[[Write[Any]], Awaitable[Any]]) -> None:
        """Start on a connection that begins its transactions with the right to write; ``transact`` runs a function in one, in its thread."""
        self.transactions = 0
        self.statements = 0
        self._transact = transact
        self._waiting: deque[_Waiting] = deque()
        self._arrived = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None
        self._closing = False
        event.listen(connection, "before_cursor_execute", self._count)
        self._task = asyncio.create_task(self._work(), name="storage writer")

    def submit(self, write: Write[Result], *, within: float = 0) -> asyncio.Future[Result]:
        """Queue a write now; the future answers after its commit. Raises ``RuntimeError`` once the writer is closing.

        It may wait ``within`` seconds for a later one, with which it is then committed.
        """
        if self._closing:
            raise RuntimeError("the storage is closed")
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Result] = loop.create_future()
        self._waiting.append(_Waiting(write, answer))
        if not within:
            self._arrived.set()
        elif self._timer is None or self._timer.when() > loop.time() + within:
            self._stop_timer()
            self._timer = loop.call_later(within, self._arrived.set)
        return answer

    async def close(self) -> None:
        """Finish what is queued, then stop."""
        self._closing = True
        self._arrived.set()
        await asyncio.wait([self._task])

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _work(self) -> None:
        while self._waiting or not self._closing:
            await self._arrived.wait()
            together = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))]
            if not self._waiting and not self._closing:
                self._arrived.clear()
                self._stop_timer()
            if together:
                await self._commit(together)

    async def _commit(self, together: Sequence[_Waiting]) -> None:
        try:
            results = await self._transaction([waiting.write for waiting in together])
        except Exception as error:  # noqa: BLE001 — whatever a write raises belongs to who asked for it
            await self._fail(together, error)
            return
        for waiting, result in zip(together, results, strict=True):
            if not waiting.answer.done():
                waiting.answer.set_result(result)

    async def _fail(self, together: Sequence[_Waiting], error: Exception) -> None:
        """Try each of several alone, unless the database is held by somebody else or away: then each would wait in vain again."""
        if len(together) > 1 and not (isinstance(error, StorageFault) and error.code in OUT_OF_REACH):
            for waiting in together:
                await self._commit([waiting])
            return
        for waiting in together:
            if not waiting.answer.done():
                waiting.answer.set_exception(error)

    async def _transaction(self, writes: Sequence[Write[Any]]) -> list[Any]:
        self.transactions += 1
        with faults():
            results: list[Any] = await self._transact(lambda connection: [write(connection) for write in writes])
        return results

    def _count(self, *_execution: object) -> None:
        self.statements += 1
