"""How long to wait between two tries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from typing import TypeVar

LAST_MOMENT = 2.0
"""Seconds that something gets to come to its end once nobody may wait for it any more."""

T = TypeVar("T")


def growing(first: float, longest: float) -> Iterator[float]:
    """Seconds to wait before each next try, without end: doubling from the first to the longest."""
    wait = first
    while True:
        yield wait
        wait = min(2 * wait, longest)


async def to_its_end(work: Awaitable[T]) -> T:
    """Wait for something that is not to be broken off: where its caller is cancelled it goes on to its end, for ``LAST_MOMENT`` at most."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=LAST_MOMENT)
        task.cancel()
        raise
