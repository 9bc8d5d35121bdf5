"""Of many commands that come at once all are acknowledged before the first is handled: Discord waits three seconds for that."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

FLOOD = 20
"""So many that are being acknowledged are a flood. The last of 500 commands was acknowledged after 0.8 s where each was handled at once, and
after 0.4 s so; their pictures came as soon (2026-11-30).
"""

LONGEST = 1.0
"""Seconds that what was acknowledged waits for others."""


class Flood:
    """Knows how many are being acknowledged."""

    def __init__(self) -> None:
        self._open = 0
        self._ebb = asyncio.Event()

    @contextmanager
    def acknowledging(self) -> Iterator[None]:
        """While one is being kept and acknowledged."""
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
            if self._open < FLOOD:
                self._ebb.set()

    async def over(self) -> None:
        """Wait until a flood is over, in the order of coming; not at all where there is none."""
        if self._open >= FLOOD:
            self._ebb.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ebb.wait(), LONGEST)
