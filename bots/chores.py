"""Work beside that goes on for as long as the program runs, whatever happens in it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from core.errors import FabulaError

FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
"""Seconds after an error until the work is begun again: doubling from the first to the longest."""

log = structlog.get_logger()


async def tend(name: str, work: Callable[[], Awaitable[object]], every: float) -> None:
    """Do something at once and then every so many seconds, until cancelled. An error is logged and ends only this one time."""
    wait = FIRST_WAIT
    while True:
        try:
            await work()
        except FabulaError as error:
            log.error("a chore failed", chore=name, code=error.code, seconds=wait)
        except Exception:
            # The broad except around the chores: one that breaks once would otherwise never be done again, and nobody would notice.
            log.exception("a chore broke", chore=name, seconds=wait)
        else:
            wait = FIRST_WAIT
            await asyncio.sleep(every)
            continue
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)
