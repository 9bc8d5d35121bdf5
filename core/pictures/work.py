"""A room of its own for work on pictures, so that heavy ones delay nobody else's: few threads, and one large picture at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from core.pictures.containers import claimed_pixels

LARGE = 12_000_000
"""Pixels from which a picture is a large one: a phone's usual photo is not. Decoded and copied it takes about 16 bytes for each of them."""

SMALL_AT_ONCE = 2
"""How many others are worked on beside one large one. In all that is about a gigabyte (50 megapixels, and twice 12)."""

P = ParamSpec("P")
T = TypeVar("T")

_THREADS = ThreadPoolExecutor(1 + SMALL_AT_ONCE, thread_name_prefix="picture")
_Lanes = tuple[asyncio.Semaphore, asyncio.Semaphore]
_lanes: WeakKeyDictionary[asyncio.AbstractEventLoop, _Lanes] = WeakKeyDictionary()


async def in_thread(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do a piece of work on pictures in a thread, when it is its turn; how heavy it is, the files among ``args`` tell.

    Work that nobody waits for any more is not begun.
    """
    loop = asyncio.get_running_loop()
    small, large = _lanes.setdefault(loop, (asyncio.Semaphore(SMALL_AT_ONCE), asyncio.Semaphore(1)))
    heaviest = max((claimed_pixels(file) for file in args if isinstance(file, bytes)), default=0)
    lane = large if heaviest > LARGE else small
    await lane.acquire()
    done = loop.run_in_executor(_THREADS, partial(work, *args, **kwargs))
    done.add_done_callback(lambda ended: _leave(lane, ended))
    return await asyncio.shield(done)  # its place is free when the thread is, whoever went away


def _leave(lane: asyncio.Semaphore, ended: asyncio.Future[T]) -> None:
    lane.release()
    if not ended.cancelled():
        ended.exception()  # seen, also where nobody waits for it any more
