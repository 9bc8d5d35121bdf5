"""Jobs whose calls may take a day, at half price: a call is kept, its job rests in the store, and goes on when the service has answered.

A recipe knows nothing of it: it runs until nothing but such calls is left to wait for, and is let go of; when it is run again its journal
answers for what is done, and the call for itself. So the rows of a table come to their calls in waves.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.ports import Change, Store
from core.types import BatchChange, KeptJob, RowState, SlowCall, Timer

HALF = 0.5
"""What such a call costs of the usual price (OpenAI, "Batch API", 2026-11)."""

MOST_BYTES = 512 * 1024
"""Bytes of what is asked that are kept; a call with more of them, with large pictures in it, is made at once."""

LASTS = 7 * 24 * 3600.0
"""Seconds for which such a job is worth going on with: several waves of a day each."""

SETTLES = 0.05
"""Seconds in which what runs beside a call may come to its own: then they lie in the same file."""

LOOK_AFTER = 1.0
"""Seconds after a call is kept until its batch looks whether all of its rows have asked."""

_calls: ContextVar[Calls | None] = ContextVar("calls", default=None)
_step: ContextVar[str] = ContextVar("step", default="")
_halved: ContextVar[bool] = ContextVar("halved", default=False)


class Calls:
    """The calls of one job, while it runs."""

    def __init__(
        self,
        job: KeptJob,
        store: Store,
        read: Callable[[str], Awaitable[bytes]],
        *,
        asks: bool,
        rest: Callable[[], object],
    ) -> None:
        """``read`` gives kept bytes. ``asks``: further calls are kept too, not only answered ones taken. ``rest`` lets go of the job."""
        assert job.request.batch
        self._job = job
        self._row = job.request.batch
        self._store = store
        self._read = read
        self._rest = rest
        self.asks = asks
        self.rests = False
        self._asked: Counter[tuple[str, str]] = Counter()
        self._steps = self._waiting = 0

    async def answer(self, service: str, path: str, model: str, asked: str, beside: str) -> tuple[int, bytes] | None:
        """The status and body that a call was answered with; waits until its job is let go of where it is not yet, and is ``None`` for one
        that has to be made at once.
        """
        name = self._name(path, asked)
        known = await self._store.slow_call(name)
        if known and known.answer:
            return (known.status, await self._read(known.answer)) if known.status else None
        if known is None:
            if not self.asks or len(asked) > MOST_BYTES:
                return None
            job, row = self._job.id, self._row
            call = SlowCall(
                **{"id": name, "batch": row.batch, "number": row.number, "job": job},
                **{"service": service, "path": path, "model": model, "asked": asked, "beside": beside},
            )
            rows = {row.number: {"state": RowState.ASKED}}
            change = BatchChange(batch=row.batch, row_fields=rows, calls=(call,))
            await self._store.commit(
                Change(job_open=job, fence=self._job.fence, batch=change, timers=(self._later(name),))
            )
        self._waiting += 1
        self._look_soon()
        await asyncio.Event().wait()
        raise AssertionError("a job that waits is let go of")

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step of the job, while it is taken."""
        token = _step.set(name)
        self._steps += 1
        try:
            yield
        finally:
            self._steps -= 1
            _step.reset(token)
            self._look_soon()

    def _name(self, path: str, asked: str) -> str:
        """The same for the same call when the job is run again; not for another with the same words."""
        step = _step.get()
        body = hashlib.sha256(f"{path}\n{asked}".encode()).hexdigest()
        self._asked[step, body] += 1
        told = f"{self._job.id}\n{step}\n{body}\n{self._asked[step, body]}"
        return hashlib.sha256(told.encode()).hexdigest()[:40]

    def _later(self, occasion: str) -> Timer:
        request = self._job.request
        return Timer(
            id=f"batch:{self._row.batch}:{occasion}",
            at=time.time() + LOOK_AFTER,
            what="batch",
            about={"batch": self._row.batch},
            place=request.place,
            owner=request.author.key,
            language=request.language,
        )

    def _look_soon(self) -> None:
        if self._all_wait():
            asyncio.get_running_loop().call_later(SETTLES, self._look)

    def _look(self) -> None:
        if self._all_wait() and not self.rests:
            self.rests = True
            self._rest()

    def _all_wait(self) -> bool:
        return self._waiting > 0 and self._waiting >= self._steps


CallsOf = Callable[[KeptJob, Callable[[], object]], Awaitable[Calls | None]]
"""The calls of a job that may take a day, where they may; what is called lets go of the job."""


async def none_of(job: KeptJob, rest: Callable[[], object]) -> Calls | None:
    """Where no job has such calls."""
    return None


@contextmanager
def using(calls: Calls | None) -> Iterator[None]:
    """Have calls in here kept; also those of tasks that are begun in here."""
    token = _calls.set(calls)
    try:
        yield
    finally:
        _calls.reset(token)


@contextmanager
def step(name: str) -> Iterator[None]:
    """A step of whatever job runs here."""
    calls = _calls.get()
    if calls is None:
        yield
        return
    with calls.step(name):
        yield


def rests() -> bool:
    """Whether the job that runs here is being let go of: what it has not finished it will do again."""
    calls = _calls.get()
    return calls is not None and calls.rests


async def answered(service: str, path: str, model: str, asked: str, beside: str) -> tuple[int, bytes] | None:
    """The status and body of a call that could take its time; ``None`` where it is to be made at once."""
    calls = _calls.get()
    told = await calls.answer(service, path, model, asked, beside) if calls else None
    _halved.set(told is not None)
    return told


def is_slow() -> bool:
    """Whether calls in here may take their time. What is asked next counts as made at once, until it is answered otherwise."""
    _halved.set(False)
    return _calls.get() is not None


def price(usd: float | None) -> float | None:
    """What the call that was just answered here costs, of its usual price in USD."""
    return usd * HALF if usd and _halved.get() else usd
