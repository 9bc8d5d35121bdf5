"""Time that a test can stop and move, and a bell that wakes whoever waits for a change."""

import asyncio
import time
from collections.abc import Coroutine


class Bell:
    """Wakes all current waiters on every `ring`; waiters look again themselves whether what they wait for is there."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits now."""
        self._event.set()
        self._event = asyncio.Event()

    def next_ring(self) -> Coroutine[None, None, object]:
        """Something to await that ends with the next ring after this call, however late it is awaited."""
        return self._event.wait()

    async def wait(self, seconds: float | None) -> bool:
        """Wait for the next ring, at most `seconds` of real time. True if it rang."""
        try:
            await asyncio.wait_for(self.next_ring(), seconds)
        except TimeoutError:
            return False
        return True


class Clock:
    """The server's time in Unix seconds. It runs with the real one until it is frozen; `advance` jumps ahead either way.

    Every limit and lifetime that Telegram measures (flood limits, drafts, callback queries, webhook back-off, download links)
    reads this clock, so that a test can pass a minute without waiting for it. Long polls wait in real time.
    """

    def __init__(self) -> None:
        self._offset = 0.0
        self._frozen_at: float | None = None
        self._moved = Bell()

    def now(self) -> float:
        """Unix seconds, as the server sees them."""
        return (time.time() if self._frozen_at is None else self._frozen_at) + self._offset

    def freeze(self) -> None:
        """Stop; only `advance` moves the time from here on."""
        if self._frozen_at is None:
            self._frozen_at = time.time()

    def run(self) -> None:
        """Go on from the present value."""
        if self._frozen_at is not None:
            self._offset -= time.time() - self._frozen_at
            self._frozen_at = None
            self._moved.ring()

    def advance(self, seconds: float) -> None:
        """Jump ahead and wake whoever sleeps on this clock."""
        self._offset += seconds
        self._moved.ring()

    async def sleep(self, seconds: float) -> None:
        """Return once this clock has moved on by `seconds`."""
        until = self.now() + seconds
        while (left := until - self.now()) > 0:
            await self._moved.wait(left if self._frozen_at is None else None)
