"""The time, and waiting for it."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

LONGEST_SLEEP = 30.0
"""Seconds after which the time is looked at again: the machine may have slept or its clock been set, of which a sleeping task hears nothing."""


class Clock(Protocol):
    """What time it is. Times are seconds since the epoch (UTC)."""

    def now(self) -> float:
        """The time."""
        ...

    async def sleep_until(self, at: float) -> None:
        """Return once it is that time; with ``math.inf`` never."""
        ...


class WallClock(Clock):
    """The machine's own clock."""

    def now(self) -> float:
        """The time."""
        return time.time()

    async def sleep_until(self, at: float) -> None:
        """Return once it is that time; with ``math.inf`` never."""
        left = at - self.now()
        while left > 0:
            await asyncio.sleep(min(left, LONGEST_SLEEP))
            left = at - self.now()
