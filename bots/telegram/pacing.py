"""Pacing: the documented flood limits are kept before Telegram has to say so, and a chat that has to wait holds up no other.

When a message counts with Telegram is known only within bounds: after it went and before its answer came, which on a slow line or a busy
machine are far apart. So it takes its place from when it goes until a whole span after its answer, and the limits hold at Telegram's end
however unevenly requests travel.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import OrderedDict, defaultdict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Literal

from bots.telegram.limits import OVERALL, PER_CHAT_SECONDS, PER_GROUP

MARGIN = 1 / 200
"""Part by which every span is longer here than Telegram's: two clocks never quite agree."""

SPARE = 10
"""Of the overall limit, what cosmetic messages leave to final ones."""

QUIET_CHATS = 1000
"""So many chats are remembered before those without news are forgotten."""

Kind = Literal["message", "edit", "draft"]
"""What goes. An edit waits for the chat's messages, but they do not wait for it; a draft counts over all chats only."""


class Window:
    """At most so many messages in any span of so many seconds."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds * (1 + MARGIN)
        self._under_way = 0
        self._ends: deque[float] = deque()

    def delay(self, now: float, count: int = 1, spare: int = 0) -> float:
        """Seconds until ``count`` messages may go; infinite while that depends on an answer. More than fit at all go when the window is empty."""
        while self._ends and self._ends[0] <= now:
            self._ends.popleft()
        room = max(self._limit - spare, 1)
        surplus = self._under_way + len(self._ends) + min(count, room) - room
        if surplus <= 0:
            return 0.0
        return self._ends[surplus - 1] - now if surplus <= len(self._ends) else math.inf

    def go(self, count: int) -> None:
        """Note that messages go."""
        self._under_way += count

    def answered(self, now: float, count: int) -> None:
        """Note that they are there: their places are taken for one more span."""
        self._under_way -= count
        self._ends.extend([now + self._seconds] * count)

    def is_empty(self, now: float) -> bool:
        """Whether nothing in it matters any more."""
        return not self._under_way and (not self._ends or self._ends[-1] <= now)


class Lane:
    """One message after the other, a second apart for each."""

    def __init__(self) -> None:
        self._under_way = 0
        self._free = -math.inf

    def delay(self, now: float) -> float:
        """Seconds until the next may go; infinite while one is under way."""
        return math.inf if self._under_way else max(self._free - now, 0.0)

    def go(self) -> None:
        """Note that something goes."""
        self._under_way += 1

    def answered(self, now: float, count: int) -> None:
        """Note that it is there, as so many messages."""
        self._under_way -= 1
        self._free = max(self._free, now + count * PER_CHAT_SECONDS * (1 + MARGIN))


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
        self._messages: defaultdict[str, Lane] = defaultdict(Lane)
        self._edits: defaultdict[str, Lane] = defaultdict(Lane)
        self._paused: dict[str, float] = {}
        self._lines: OrderedDict[str, deque[_Turn]] = OrderedDict()
        self._crowded = False
        self._alarm: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def final(self, chat: str, *, count: int = 1) -> AsyncIterator[None]:
        """Wait until ``count`` messages may go to a chat; they go, and are answered, inside."""
        turn = _Turn(count, asyncio.get_running_loop().create_future())
        self._lines.setdefault(chat, deque()).append(turn)
        self._advance()
        try:
            await turn.go
        except asyncio.CancelledError:
            self._give_up(chat, turn)
            raise
        try:
            yield
        finally:
            self._answered(chat, count, "message")

    @contextmanager
    def cosmetic(self, chat: str, kind: Kind) -> Iterator[bool]:
        """Whether something that only decorates may go now; if so, it goes, and is answered, inside."""
        if not self._has_room(chat, kind):
            yield False
            return
        self._go(chat, 1, kind)
        try:
            yield True
        finally:
            self._answered(chat, 1, kind)

    def pause(self, chat: str, seconds: float) -> None:
        """Telegram said to wait: this chat does, nobody else."""
        self._paused[chat] = max(self._paused.get(chat, 0), self._clock() + seconds)

    def _advance(self) -> None:
        """Let go whoever may go now, in turns over chats, and come back when the next one may."""
        if self._alarm:
            self._alarm.cancel()
        now = self._clock()
        delays, self._crowded = [math.inf], False
        for chat in list(self._lines):
            turn = self._lines[chat][0]
            if turn.go.cancelled():
                continue  # its caller is about to take it away
            delay = self._chat_delay(chat, now, turn.count, "message")
            if delay <= 0:
                delay = self._overall_delay(now, turn.count)
                if delay > 0:
                    self._crowded = True  # the next room is for this one: a large album is not overtaken for ever
                    delays.append(delay)
                    break
                self._go(chat, turn.count, "message")
                self._leave(chat, turn)
                turn.go.set_result(None)
                if chat not in self._lines:
                    continue
                delay = self._chat_delay(chat, now, self._lines[chat][0].count, "message")
            delays.append(delay)
        soonest = min(delays)  # what waits for an answer comes back with it
        self._alarm = asyncio.get_running_loop().call_later(soonest, self._advance) if soonest < math.inf else None
        self._tidy(now)

    def _give_up(self, chat: str, turn: _Turn) -> None:
        """A turn whose caller is gone."""
        if turn in self._lines.get(chat, ()):
            self._leave(chat, turn)
            self._advance()
        elif turn.go.done() and not turn.go.cancelled():
            self._answered(chat, turn.count, "message")

    def _leave(self, chat: str, turn: _Turn) -> None:
        """Take a turn out of its line; what is left of the line goes behind the others."""
        line = self._lines[chat]
        line.remove(turn)
        if line:
            self._lines.move_to_end(chat)
        else:
            del self._lines[chat]

    def _has_room(self, chat: str, kind: Kind) -> bool:
        """Whether a cosmetic message may go now."""
        if chat in self._lines or self._crowded:
            return False
        now = self._clock()
        return self._chat_delay(chat, now, 1, kind, PER_GROUP[0] // 2) <= 0 and self._overall_delay(now, 1, SPARE) <= 0

    def _chat_delay(self, chat: str, now: float, count: int, kind: Kind, spare: int = 0) -> float:
        """Seconds until the chat itself may get more; of a group's minute, ``spare`` messages are not for this one."""
        delay = self._paused.get(chat, 0) - now
        if self._unlimited or kind == "draft":
            return max(delay, 0.0)
        delay = max(delay, self._messages[chat].delay(now))
        if kind == "edit":
            delay = max(delay, self._edits[chat].delay(now))
        if _is_group(chat):
            delay = max(delay, self._groups[chat].delay(now, count, spare))
        return max(delay, 0.0)

    def _overall_delay(self, now: float, count: int, spare: int = 0) -> float:
        return 0.0 if self._unlimited else self._overall.delay(now, count, spare)

    def _go(self, chat: str, count: int, kind: Kind) -> None:
        if self._unlimited:
            return
        self._overall.go(count)
        if kind != "draft":
            self._lane(chat, kind).go()
            if _is_group(chat):
                self._groups[chat].go(count)

    def _answered(self, chat: str, count: int, kind: Kind) -> None:
        """Also what failed is answered: Telegram may have counted it."""
        if self._unlimited:
            return
        now = self._clock()
        self._overall.answered(now, count)
        if kind != "draft":
            self._lane(chat, kind).answered(now, count)
            if _is_group(chat):
                self._groups[chat].answered(now, count)
        self._advance()

    def _lane(self, chat: str, kind: Kind) -> Lane:
        return (self._edits if kind == "edit" else self._messages)[chat]

    def _tidy(self, now: float) -> None:
        """Forget chats that are quiet, so that a million of them do not pile up."""
        if len(self._paused) > QUIET_CHATS:
            self._paused = {chat: until for chat, until in self._paused.items() if until > now}
        for lanes in (self._messages, self._edits):
            if len(lanes) > QUIET_CHATS:
                for chat in [chat for chat, lane in lanes.items() if lane.delay(now) <= 0]:
                    del lanes[chat]
        if len(self._groups) > QUIET_CHATS:
            for chat in [chat for chat, window in self._groups.items() if window.is_empty(now)]:
                del self._groups[chat]


def _is_group(chat: str) -> bool:
    """Groups and supergroups have negative ids."""
    return chat.startswith("-")
