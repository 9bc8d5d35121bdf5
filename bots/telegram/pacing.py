"""Pacing: the documented flood limits are kept before Telegram has to say so, and a chat that has to wait holds up no other."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from bots.telegram.limits import OVERALL, PER_CHAT_SECONDS, PER_GROUP

MARGIN = 1 / 30
"""Part by which every span is longer here than Telegram's: requests do not arrive as evenly as they leave."""

SPARE = 10
"""Of the overall limit, what cosmetic messages leave to final ones."""

QUIET_CHATS = 1000
"""So many chats are remembered before those without news are forgotten."""


class Window:
    """At most so many messages in any span of so many seconds."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds * (1 + MARGIN)
        self._sent: deque[float] = deque()

    def delay(self, now: float, count: int = 1, spare: int = 0) -> float:
        """Seconds until ``count`` messages may go. More than fit at all go when the window is empty."""
        while self._sent and self._sent[0] <= now - self._seconds:
            self._sent.popleft()
        room = max(self._limit - spare, 1)
        surplus = len(self._sent) + min(count, room) - room
        return self._sent[surplus - 1] + self._seconds - now if surplus > 0 else 0.0

    def count(self, now: float, count: int) -> None:
        """Note that messages go now."""
        self._sent.extend([now] * count)

    @property
    def newest(self) -> float:
        """When the last one went."""
        return self._sent[-1] if self._sent else 0.0


@dataclass(eq=False)
class _Turn:
    """Final messages of one call that wait; ``go`` is fulfilled when they may be sent."""

    count: int
    go: asyncio.Future[None]


class Pacer:
    """Lets messages go at the allowed rate.

    Final ones wait: those of one chat in the order they came, chats take turns. Cosmetic ones go now or never, and never before a final one.
    """

    def __init__(self, *, unlimited: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        """``unlimited`` leaves the pace to a server without flood limits; only pauses it asks for are kept."""
        self._unlimited = unlimited
        self._clock = clock
        self._overall = Window(*OVERALL)
        self._groups: defaultdict[str, Window] = defaultdict(lambda: Window(*PER_GROUP))
        self._free: dict[str, float] = {}
        self._paused: dict[str, float] = {}
        self._lines: OrderedDict[str, deque[_Turn]] = OrderedDict()
        self._crowded = False
        self._alarm: asyncio.TimerHandle | None = None

    async def final(self, chat: str, *, count: int = 1) -> None:
        """Wait until ``count`` messages may go to a chat, and count them."""
        turn = _Turn(count, asyncio.get_running_loop().create_future())
        self._lines.setdefault(chat, deque()).append(turn)
        self._advance()
        try:
            await turn.go
        except asyncio.CancelledError:
            self._give_up(chat, turn)
            raise

    def cosmetic(self, chat: str, *, message: bool = True) -> bool:
        """Whether something that only decorates may go now; it is counted if so. ``message`` false: only the overall limit matters."""
        if chat in self._lines or self._crowded:
            return False
        now = self._clock()
        delay = self._chat_delay(chat, now, 1, decorates=True) if message else self._paused.get(chat, 0) - now
        if delay > 0 or self._overall_delay(now, 1, SPARE) > 0:
            return False
        self._count(chat, now, 1, message=message)
        return True

    def pause(self, chat: str, seconds: float) -> None:
        """Telegram said to wait: this chat does, nobody else."""
        self._paused[chat] = max(self._paused.get(chat, 0), self._clock() + seconds)

    def _advance(self) -> None:
        """Let go whoever may go now, in turns over chats, and come back when the next one may."""
        if self._alarm:
            self._alarm.cancel()
        now = self._clock()
        delays, self._crowded = [], False
        for chat in list(self._lines):
            turn = self._lines[chat][0]
            delay = self._chat_delay(chat, now, turn.count)
            if delay <= 0:
                delay = self._overall_delay(now, turn.count)
                if delay > 0:
                    self._crowded = True  # the next room is for this one: a large album is not overtaken for ever
                    delays.append(delay)
                    break
                self._let_go(chat, turn, now)
                if chat not in self._lines:
                    continue
                delay = self._chat_delay(chat, now, self._lines[chat][0].count)
            delays.append(delay)
        self._alarm = asyncio.get_running_loop().call_later(min(delays), self._advance) if delays else None
        self._tidy(now)

    def _let_go(self, chat: str, turn: _Turn, now: float) -> None:
        self._count(chat, now, turn.count)
        self._leave(chat, turn)
        turn.go.set_result(None)

    def _give_up(self, chat: str, turn: _Turn) -> None:
        """A turn whose caller is gone."""
        if turn in self._lines.get(chat, ()):
            self._leave(chat, turn)
            self._advance()

    def _leave(self, chat: str, turn: _Turn) -> None:
        """Take a turn out of its line; what is left of the line goes behind the others."""
        line = self._lines[chat]
        line.remove(turn)
        if line:
            self._lines.move_to_end(chat)
        else:
            del self._lines[chat]

    def _chat_delay(self, chat: str, now: float, count: int, *, decorates: bool = False) -> float:
        """Seconds until the chat itself may get more. Of a group's minute, decoration takes at most half."""
        delay = max(self._paused.get(chat, 0), self._free.get(chat, 0)) - now
        if not self._unlimited and _is_group(chat):
            delay = max(delay, self._groups[chat].delay(now, count, PER_GROUP[0] // 2 if decorates else 0))
        return max(delay, 0.0)

    def _overall_delay(self, now: float, count: int, spare: int = 0) -> float:
        return 0.0 if self._unlimited else self._overall.delay(now, count, spare)

    def _count(self, chat: str, now: float, count: int, *, message: bool = True) -> None:
        if self._unlimited:
            return
        self._overall.count(now, count)
        if message:
            self._free[chat] = max(self._free.get(chat, 0), now + count * PER_CHAT_SECONDS * (1 + MARGIN))
            if _is_group(chat):
                self._groups[chat].count(now, count)

    def _tidy(self, now: float) -> None:
        """Forget chats that are quiet, so that a million of them do not pile up."""
        if len(self._free) > QUIET_CHATS:
            self._free = {chat: free for chat, free in self._free.items() if free > now}
        if len(self._paused) > QUIET_CHATS:
            self._paused = {chat: until for chat, until in self._paused.items() if until > now}
        if len(self._groups) > QUIET_CHATS:
            for chat in [chat for chat, window in self._groups.items() if now - window.newest > 2 * PER_GROUP[1]]:
                del self._groups[chat]


def _is_group(chat: str) -> bool:
    """Groups and supergroups have negative ids."""
    return chat.startswith("-")
