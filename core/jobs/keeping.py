"""Writing down what must not be lost, however long the storage makes us wait."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from core.errors import StorageFault

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds between two tries to write down what must not be lost."""

log = structlog.get_logger()
T = TypeVar("T")


def until_kept(write: Callable[[], Awaitable[T]], *, only: str = "") -> Awaitable[T]:
    """What a write answers, tried until the storage takes it: what was paid for is not given up, and nobody is left without a word.

    The first try is queued at once, before anything is awaited. ``only``: the one code of a fault that is worth waiting for; any other is raised.
    """

    async def insist(first: Awaitable[T]) -> T:
        written, wait = first, FIRST_WAIT
        while True:
            try:
                return await written
            except StorageFault as fault:
                if only and fault.code != only:
                    raise
                log.error("something has to wait to be kept", code=fault.code, seconds=wait)
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
            written = write()

    return insist(write())
