"""Updates on their way to the bot: the queue, getUpdates with its conflicts, and what the bot wants to hear of."""

import asyncio
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field

from standins.clock import Bell, Clock
from standins.telegram.errors import Refused, conflict
from standins.telegram.state import Json

KEPT_SECONDS = 24 * 3600
"""Telegram keeps an update for at most 24 hours (Bot API, "Getting updates")."""

LONGEST_POLL = 50
"""Seconds of the longest long poll; more is cut to this."""

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds of updates that come only to a bot that names them in allowed_updates (Bot API, getUpdates)."""


@dataclass(frozen=True)
class Queued:
    """One update: its number for confirming, the time it was made (Unix seconds), the JSON as the bot gets it."""

    update_id: int
    at: float
    body: Json


@dataclass
class UpdateQueue:
    """Updates that the bot has not confirmed yet."""

    clock: Clock
    pending: list[Queued] = field(default_factory=list)
    allowed: tuple[str, ...] = ()
    bell: Bell = field(default_factory=Bell)
    _next: int = field(default_factory=lambda: 100_000_000 + secrets.randbelow(800_000_000))
    _poll: "asyncio.Future[Refused] | None" = None

    def push(self, kind: str, payload: Json) -> int | None:
        """Queue an update if the bot wants its kind; its update_id, or None. Later changes of the wish change nothing."""
        wanted = kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT
        return self.inject({kind: payload}) if wanted else None

    def inject(self, raw: Json) -> int:
        """Queue anything at all under the next number; `raw` may even overwrite the update_id that the bot sees."""
        number = self._next
        self._next += 1
        self.pending.append(Queued(number, self.clock.now(), {"update_id": number, **raw}))
        self.bell.ring()
        return number

    def allow(self, kinds: Collection[str] | None) -> None:
        """Remember allowed_updates: None keeps what was said before, an empty list means the default."""
        if kinds is not None:
            self.allowed = tuple(kinds)

    def expire(self) -> None:
        """Drop what is older than a day."""
        oldest = self.clock.now() - KEPT_SECONDS
        self.pending = [update for update in self.pending if update.at >= oldest]

    def confirm(self, offset: int) -> None:
        """Drop what comes before `offset`; a negative one keeps only that many of the newest."""
        if offset > 0:
            self.pending = [update for update in self.pending if update.update_id >= offset]
        elif offset < 0:
            self.pending = self.pending[offset:]

    def interrupt(self, by: str) -> None:
        """End a running poll with 409 because of another request."""
        if self._poll is not None and not self._poll.done():
            ending = "; make sure that only one bot instance is running" if by == "other getUpdates request" else ""
            self._poll.set_result(conflict(f"terminated by {by}{ending}"))

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Json]:
        """Confirm, then the oldest `limit` updates, waiting up to `seconds` for the first. Raises `Refused`: 409 if interrupted."""
        self.interrupt("other getUpdates request")
        self.expire()
        self.confirm(offset)
        self._poll = mine = asyncio.get_running_loop().create_future()
        deadline = asyncio.get_running_loop().time() + min(max(seconds, 0), LONGEST_POLL)
        try:
            while not self.pending and (left := deadline - asyncio.get_running_loop().time()) > 0:
                ringing = asyncio.ensure_future(self.bell.next_ring())
                await asyncio.wait({ringing, mine}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
                ringing.cancel()
                if mine.done():
                    raise mine.result()
        finally:
            if self._poll is mine:
                self._poll = None
        return [update.body for update in self.pending[:limit]]
