"""Telegram's flood limits, on the server's clock.

Telegram publishes three numbers (Bots FAQ, "My bot is hitting limits"): about one message a second in one chat with short bursts
allowed, 20 messages a minute in one group, about 30 a second over all chats. What it does not publish is decided here:

* a burst is `BURST` messages, refilled at one a second; an album counts as many as it has items but passes while one is left;
* an edit has the same allowance of its own per chat, and counts towards a group's 20 a minute and the 30 a second;
* a draft counts towards the 30 a second only; chat actions, reactions, deletions and callback answers count nowhere;
* a refused request costs nothing.
"""

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Literal

from standins.clock import Clock
from standins.telegram.errors import too_many_requests

BURST = 3
"""Messages that may follow each other at once in one chat."""

PER_SECOND = 30
"""Messages, edits and drafts a second over all chats."""

PER_GROUP_MINUTE = 20
"""Messages and edits a minute in one group, supergroup or channel."""

Kind = Literal["send", "edit", "draft"]


@dataclass
class _Bucket:
    rate: float
    size: float
    left: float
    at: float

    def wait(self, now: float) -> float:
        """Seconds until one more fits; 0 if it fits now. Refills on the way."""
        self.left = min(self.size, self.left + (now - self.at) * self.rate)
        self.at = now
        return max(0.0, (1 - self.left) / self.rate)


@dataclass
class FloodGate:
    """Counts what the bot sends. `enabled` false lets everything through."""

    clock: Clock
    enabled: bool = True
    _chats: dict[tuple[Kind, int], _Bucket] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _all: _Bucket | None = None

    def admit(self, kind: Kind, chat_id: int, *, group: bool, cost: int = 1) -> None:
        """Let `cost` messages through or raise `Refused` (429) with the whole seconds after which they would pass."""
        if not self.enabled:
            return
        now = self.clock.now()
        buckets = [self._overall(now)]
        if kind != "draft":
            buckets.append(self._chats.setdefault((kind, chat_id), _Bucket(1, BURST, BURST, now)))
        waits = [bucket.wait(now) for bucket in buckets]
        recent = self._groups[chat_id]
        if group and kind != "draft":
            while recent and recent[0] <= now - 60:
                recent.popleft()
            if len(recent) >= PER_GROUP_MINUTE:
                waits.append(recent[len(recent) - PER_GROUP_MINUTE] + 60 - now)
        if (longest := max(waits)) > 1e-6:
            raise too_many_requests(max(1, math.ceil(longest - 1e-6)))
        for bucket in buckets:
            bucket.left -= cost
        if group and kind != "draft":
            recent.extend([now] * cost)

    def _overall(self, now: float) -> _Bucket:
        if self._all is None:
            self._all = _Bucket(PER_SECOND, PER_SECOND, PER_SECOND, now)
        return self._all
