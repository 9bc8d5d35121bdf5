"""Who has just come is heard before the jobs of others begin."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from math import inf
from time import monotonic

CROWD = 3
"""So many events that are handled at the same time are a crowd. Of 200 who ask at once on the page the last saw a first sign after 2.0 s where their
jobs began as they came, and after 0.9 s where all are heard first; they have their pictures as soon (2026-11-30).
"""

LONGEST = 3.0
"""Seconds that a job waits for a crowd, and that an event counts: one that waits for its platform holds up nobody."""

ROUNDS = 2
"""Rounds of the loop between two jobs of a crowd: whoever comes meanwhile sees a first sign after 60 to 190 ms on average in the place of 160 to 630.
The more there are, the later the last job begins where pictures of the first are being delivered already (2026-11-30).
"""


class Rush:
    """Knows who is being heard, and lets jobs begin in between: in a crowd when it was heard, one after the other."""

    def __init__(self) -> None:
        self._heard_since: dict[object, float] = {}
        self._one_was_heard = asyncio.Event()
        self._next = asyncio.Lock()

    @contextmanager
    def hearing(self) -> Iterator[None]:
        """While an event is being handled."""
        event = object()
        self._heard_since[event] = monotonic()
        try:
            yield
        finally:
            del self._heard_since[event]
            self._one_was_heard.set()

    async def over(self) -> None:
        """Wait for a job's turn to begin: in the order they come, and not at all where there is no crowd."""
        if not (self._next.locked() or self._is_crowded()):
            return
        until = monotonic() + LONGEST
        async with self._next:
            while self._is_crowded() and (left := until - monotonic()) > 0:
                self._one_was_heard.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._one_was_heard.wait(), left)
            for _ in range(ROUNDS):
                await asyncio.sleep(0)

    def _is_crowded(self) -> bool:
        from_the_newest = islice(reversed(self._heard_since.values()), CROWD - 1, None)
        return monotonic() - next(from_the_newest, -inf) < LONGEST
