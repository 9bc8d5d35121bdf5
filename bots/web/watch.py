"""Whether those whose pages are open may still look: one look at the database for all streams of a process."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from core.people import People, Visit


class Watch:
    """Remembers who was let in, and looks after all of them together when one of them is asked about."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._visits: Counter[Visit] = Counter()
        self._here: set[Visit] = set()
        self._began = -float("inf")
        self._changes = 0
        self._looking: asyncio.Future[None] | None = None

    @contextmanager
    def over(self, visit: Visit) -> Iterator[None]:
        """Watch over somebody who was let in just now."""
        self._visits[visit] += 1
        self._here.add(visit)
        try:
            yield
        finally:
            self._visits[visit] -= 1
            if not self._visits[visit]:
                del self._visits[visit]
                self._here.discard(visit)

    async def still(self, visit: Visit, within: float) -> bool:
        """Whether somebody still may look, by a look at most ``within`` seconds old, and none from before anybody here was turned away.

        Raises ``StorageFault``.
        """
        asked = time.monotonic()
        while self._began < asked - within or self._changes != self._people.turned_away:
            if self._looking is None:
                self._looking = asyncio.ensure_future(self._look())
                self._looking.add_done_callback(_hear)  # whoever waits may have gone
            await asyncio.shield(self._looking)
        return visit in self._here

    async def _look(self) -> None:
        began, changes, visits = time.monotonic(), self._people.turned_away, set(self._visits)
        try:
            here = await self._people.still_here(visits)
        finally:
            self._looking = None
        self._here = self._came_since(visits) | {visit for visit in here if visit in self._visits}
        self._began, self._changes = began, changes

    def _came_since(self, visits: Collection[Visit]) -> set[Visit]:
        return {visit for visit in self._visits if visit not in visits}


def _hear(look: asyncio.Future[None]) -> None:
    if not look.cancelled():
        look.exception()
