"""Many pieces of work in one job: so many at once, results in order, and what is journaled of one that was refused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from pydantic import ValidationError

from core.errors import BadInput, FabulaError, Limited, OperatorFault, Refused, StorageFault
from core.types import Refusal

T = TypeVar("T")

OF_ALL = (Limited, OperatorFault, StorageFault)
"""Errors that are not of one piece of work: with the money used up, or the disk full, the next one would fail likewise, or be paid for in vain."""


async def refusal(error: Refused | BadInput) -> Refusal:
    """What is journaled of an error. A free step."""
    return Refusal.of(error)


def refused_before(entry: str | None) -> FabulaError | None:
    """The refusal that an entry of the journal holds; ``None`` where there is none, or none that can be read."""
    try:
        return Refusal.model_validate_json(entry, extra="ignore").error() if entry else None
    except ValidationError:
        return None


async def in_order(works: Sequence[Callable[[], Awaitable[T]]], at_most: int) -> list[T]:
    """Do pieces of work, at most so many at once, begun in their order; their results in that order.

    What one of them raises stops all, as being cancelled does, and is raised once they have stopped.
    """
    results: dict[int, T] = {}
    line = enumerate(works)

    async def go_on() -> None:
        for place, work in line:
            results[place] = await work()
            # What answers from a journal waits for nothing, and a thousand such would hold everybody up.
            await asyncio.sleep(0)

    workers = [asyncio.create_task(go_on()) for _ in range(min(at_most, len(works)))]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return [results[place] for place in range(len(works))]
