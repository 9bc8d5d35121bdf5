"""When a call to a service is worth another try. The SDK's own retries are off: they pay twice unseen and retry an empty account."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from core.errors import Unavailable

Answer = TypeVar("Answer")

_TRIES: Mapping[str, int] = {"busy": 3, "service-down": 3, "service-slow": 2, "answer-cut": 2}
"""How many tries are made in all when one ends in a code. The last two may have been billed. What is not here is never tried again."""


@dataclass(frozen=True)
class Patience:
    """How long to wait between tries, in seconds.

    ``first_pause`` doubles from try to try and varies at random by half, so that many who failed together do not return together.
    A service that asks for a pause is given it, up to ``longest_pause``; one that asks for more is not tried again.
    """

    first_pause: float = 1.0
    longest_pause: float = 60.0

    def pause(self, error: Unavailable, tries: int) -> float | None:
        """Seconds until the next try after ``tries`` of them, or ``None`` where there should be none."""
        if tries >= _TRIES.get(error.code, 1):
            return None
        spread = self.first_pause * 2 ** (tries - 1) * random.uniform(0.5, 1)
        asked = error.retry_after or 0
        return None if asked > self.longest_pause else max(asked, spread)


async def persist(
    call: Callable[[], Awaitable[Answer]], patience: Patience, waiting: Callable[[float], None] | None = None
) -> Answer:
    """The call's answer, after as many tries as make sense. ``waiting`` is told of each pause in seconds, and 0 when it is over.

    Raises what the last try raised; its ``spent`` is true as soon as any try may have cost something.
    """
    tries, spent = 0, False
    while True:
        tries += 1
        try:
            return await call()
        except Unavailable as error:
            error.spent = spent = spent or error.spent
            pause = patience.pause(error, tries)
            if pause is None:
                raise
        if waiting:
            waiting(pause)
        await asyncio.sleep(pause)
        if waiting:
            waiting(0)
