"""Pacing: the documented flood limits are kept before Telegram has to say so, and a chat that has to wait holds up no other."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Callable

from bots.telegram.limits import OVERALL, PER_CHAT, PER_GROUP

MARGIN = 0.05
"""Seconds added to each window: requests do not arrive as evenly as they leave."""

SPARE = 10
"""Of the overall limit, what cosmetic messages leave to final ones."""


class Window:
    """At most so many messages in any span of so many seconds."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds + MARGIN
        self._sent: deque[float] = deque()

    def delay(self, now: float, count: int = 1, spare: int = 0) -> float:
        """Seconds until ``count`` messages may go. More than fit at all go when the window is empty."""
        while self._sent and self._sent[0] <= now - self._seconds:
            self._sent.popleft()
        room = max(self._limit - spare, 1)
        surplus = len(self._sent) + min(count, room) - room
        return self._sent[surplus - 1] + self._seconds - now if surplus > 0 else 0.0

    def count(self, now: float, count: int = 1) -> None:
        """Note that messages go now."""
        self._sent.extend([now] * count)

    @property
    def idle(self) -> bool:
        """Whether nothing was sent lately."""
        return not self._sent


class Pacer:
    """Lets messages go at the allowed rate. Final ones wait for their turn in the order they came; cosmetic ones go now or never."""

    def __init__(self, *, unlimited: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._unlimited = unlimited
        self._clock = clock
        self._overall = Window(*OVERALL)
        self._chats: defaultdict[str, Window] = defaultdict(lambda: Window(*PER_CHAT))
        self._groups: defaultdict[str, Window] = defaultdict(lambda: Window(*PER_GROUP))
        self._paused: dict[str, float] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._waiting: defaultdict[str, int] = defaultdict(int)

    async def final(self, chat: str, *, count: int = 1) -> None:
        """Wait until ``count`` messages may go to a chat, and count them."""
        self._waiting[chat] += 1
        try:
            async with self._turns[chat]:
                await self._turn(chat, count)
                self._count(chat, count)
        finally:
            self._waiting[chat] -= 1
            self._tidy(chat)

    def cosmetic(self, chat: str, *, message: bool = True) -> bool:
        """Whether a message that only decorates may go now; it is counted if so. ``message`` false: only the overall limit matters."""
        if self._waiting.get(chat):
            return False
        if self._delay(chat, 1, spare=SPARE, message=message) > 0:
            return False
        self._count(chat, 1, message=message)
        return True

    def pause(self, chat: str, seconds: float) -> None:
        """Telegram said to wait: this chat does, nobody else."""
        self._paused[chat] = max(self._paused.get(chat, 0), self._clock() + seconds)

    async def _turn(self, chat: str, count: int) -> None:
        """Wait until the windows have room. Others may take it meanwhile, so it is looked at again."""
        delay = self._delay(chat, count)
        while delay > 0:
            await asyncio.sleep(delay)
            delay = self._delay(chat, count)

    def _delay(self, chat: str, count: int, spare: int = 0, *, message: bool = True) -> float:
        now = self._clock()
        paused = self._paused.get(chat, 0) - now
        if self._unlimited:
            return paused
        delays = [paused, self._overall.delay(now, count, spare)]
        if message:
            delays.append(self._chats[chat].delay(now))
            if _is_group(chat):
                # A group's minute is for what is final first: decoration takes at most half of it.
                delays.append(self._groups[chat].delay(now, count, PER_GROUP[0] // 2 if spare else 0))
        return max(delays)

    def _count(self, chat: str, count: int, *, message: bool = True) -> None:
        now = self._clock()
        self._overall.count(now, count)
        if message:
            self._chats[chat].count(now, 1)
            if _is_group(chat):
                self._groups[chat].count(now, count)

    def _tidy(self, chat: str) -> None:
        """Forget chats that are quiet, so that a million of them do not pile up."""
        now = self._clock()
        if self._waiting[chat] == 0:
            del self._waiting[chat]
            self._turns.pop(chat, None)
        for windows in (self._chats, self._groups):
            if len(windows) > 1000:
                for key in [key for key, window in windows.items() if window.delay(now) == 0 and window.idle]:
                    del windows[key]
        self._paused = {key: until for key, until in self._paused.items() if until > now}


def _is_group(chat: str) -> bool:
    """Groups and supergroups have negative ids."""
    return chat.startswith("-")
