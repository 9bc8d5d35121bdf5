"""Small versions of pictures, for lists: each is made once, however many ask for it at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from core.locks import Locks
from core.recent import Recent

READ_AT_ONCE = 3
"""Files that are in memory for it at the same time, whoever asks for how many: as many as there are threads for pictures."""

REMEMBERED = 500
"""Small versions that are kept in memory, of some kilobytes each."""


class SmallPictures:
    """Those that were asked for last."""

    def __init__(self) -> None:
        self._made: Recent[str, bytes] = Recent(REMEMBERED)
        self._locks: Locks[str] = Locks()
        self._turn = asyncio.Semaphore(READ_AT_ONCE)

    async def of(self, sha: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """The small version of a file of this digest; ``make`` reads the file and makes it, when it is its turn."""
        async with self._locks.of(sha):
            if (known := self._made.get(sha)) is not None:
                return known
            async with self._turn:
                self._made[sha] = made = await make()
            return made
