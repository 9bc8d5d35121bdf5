"""Work beside that goes on for as long as the program runs, whatever happens in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog

from core import texts
from core.cancelling import was_cancelled
from core.errors import FabulaError, OperatorFault
from core.waits import growing

FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
"""Seconds after an error until the work is begun again: doubling from the first to the longest."""

LONGEST_AWAY = 60.0
"""The longest wait for a platform: people wait for it too."""

REFUSED_WAIT = 300.0
"""Seconds after a platform has refused us, for instance our token: only its operator can mend that, and who goes on asking is shut out."""

LAST_MOMENT = 3.0
"""Seconds that something gets to come to its end."""

CALLS = 3
"""How often something is told to end in that time."""

UNREADABLE = (AttributeError, LookupError, TypeError, ValueError)
"""What a library makes of an answer that is not its platform's: the page of a proxy in between, JSON of another shape."""

log = structlog.get_logger()


async def tend(name: str, work: Callable[[], Awaitable[object]], every: float) -> None:
    """Do something at once and then every so many seconds, until cancelled. An error is logged and ends only this one time."""
    while True:
        for wait in growing(FIRST_WAIT, LONGEST_WAIT):
            try:
                await work()
                break
            except FabulaError as error:
                log.error("a chore failed", chore=name, code=error.code, seconds=wait)
            except (Exception, asyncio.CancelledError):
                # The broad except around the chores: one that breaks once would otherwise never be done again, and nobody would notice.
                if was_cancelled():
                    raise
                log.exception("a chore broke", chore=name, seconds=wait)
            await asyncio.sleep(wait)
        await asyncio.sleep(every)


async def persist(platform: str, work: Callable[[], Awaitable[object]], language: str) -> None:
    """Do something with a platform until it has succeeded once, however long that takes; each failure is an entry in the log.

    ``language``: the operator's, for the sentence that says which setting to look at.
    """
    clock, waits = asyncio.get_running_loop().time, growing(FIRST_WAIT, LONGEST_AWAY)
    while True:
        started = clock()
        try:
            await work()
            return
        except (Exception, asyncio.CancelledError) as error:
            # The broad except around the platforms' loops: they go on whatever happens.
            if was_cancelled():
                raise
            if clock() - started > LONGEST_AWAY:
                waits = growing(FIRST_WAIT, LONGEST_AWAY)
            seconds = _noted(platform, error, next(waits), language)
        await asyncio.sleep(seconds)


def _noted(platform: str, error: BaseException, wait: float, language: str) -> float:
    """Note in the log why a platform did not work; the seconds until the next try."""
    if isinstance(error, OperatorFault):
        said = texts.say(f"error-{error.code}", language, **error.values)
        log.error("a platform refuses", platform=platform, code=error.code, said=said, seconds=REFUSED_WAIT)
        return REFUSED_WAIT
    if isinstance(error, FabulaError):
        seconds, cause = error.retry_after or wait, type(error.__cause__ or error).__name__
        log.warning("a platform has to wait", platform=platform, code=error.code, cause=cause, seconds=seconds)
        return seconds
    log.error("a platform broke", platform=platform, seconds=wait, exc_info=error)
    return wait


@asynccontextmanager
async def beside(what: str, work: Coroutine[Any, Any, object]) -> AsyncIterator[None]:
    """Let something go on meanwhile, and end it afterwards: told again where a library has swallowed that, and not waited for without end."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        for _ in range(CALLS):
            task.cancel()
            await asyncio.wait({task}, timeout=LAST_MOMENT / CALLS)
            if task.done():
                break
        else:
            log.warning("something does not come to its end", what=what)


async def close(what: str, work: Callable[[], Awaitable[object]]) -> None:
    """Close something within a moment: what hangs or breaks then keeps nothing else from being closed."""
    try:
        async with asyncio.timeout(LAST_MOMENT):
            await work()
    except Exception as error:  # noqa: BLE001
        log.warning("not closed properly", what=what, cause=type(error).__name__)
