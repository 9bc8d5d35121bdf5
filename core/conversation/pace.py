"""How much a person may do in a minute of what costs nothing: presses, reactions, free commands."""

from __future__ import annotations

import time

from core.recent import Recent
from core.settings import Settings

SPAN = 60.0
FREE_FOR_EACH_PAID = 10
"""Free things for each that may cost money: who plays quickly is not held up, and a program that runs wild is."""

MOST_PEOPLE = 10_000


class Pace:
    """Counts what each person did within a minute, in memory alone."""

    def __init__(self, settings: Settings) -> None:
        self.limit = settings.person_per_minute * FREE_FOR_EACH_PAID
        self._people: Recent[str, tuple[float, int]] = Recent(MOST_PEOPLE)

    def takes(self, user: str) -> bool:
        """Count one more thing that a person (by key) does; ``False`` where it is too much. A limit of 0 is no limit."""
        if not self.limit:
            return True
        now = time.monotonic()
        begun, done = self._people.get(user, (now, 0))
        if now - begun >= SPAN:
            begun, done = now, 0
        self._people[user] = (begun, done + 1)
        return done < self.limit
