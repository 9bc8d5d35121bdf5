"""Gateway sessions: what was sent in which order, so that a client that comes back misses nothing."""

import asyncio
import json
import secrets
import zlib
from collections import deque
from dataclasses import dataclass, field
from enum import IntFlag

from standins.discord.state import Json

REPLAYED = 5_000
"""Events that a session remembers for a resume; Discord publishes no number."""


class Intent(IntFlag):
    """What a session wants to hear (documentation, "Gateway Intents", read 2026-11)."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15


NO_INTENT = Intent(0)
PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
KNOWN_INTENTS = (1 << 26) - 1


@dataclass(frozen=True)
class Frame:
    """Something to send over a socket: a payload, or a close code, or (neither) the end of the connection without a word."""

    payload: Json | None = None
    close: int | None = None
    reason: str = ""


@dataclass
class Connection:
    """One socket's way out. `compress` puts everything into one zlib stream, as `compress=zlib-stream` asks."""

    compress: bool
    outbox: "asyncio.Queue[Frame]" = field(default_factory=asyncio.Queue)
    _deflate: "zlib._Compress" = field(default_factory=zlib.compressobj)

    def send(self, operation: int, data: object = None) -> None:
        """Queue a payload that is no event."""
        self.outbox.put_nowait(Frame({"op": operation, "d": data, "s": None, "t": None}))

    def close(self, code: int, reason: str) -> None:
        """Close with a code once all that waits is sent."""
        self.outbox.put_nowait(Frame(close=code, reason=reason))

    def drop(self) -> None:
        """Break the connection."""
        self.outbox.put_nowait(Frame())

    def encoded(self, payload: Json) -> bytes | str:
        """A payload as it goes over the socket: text, or a piece of the zlib stream."""
        text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False)
        if not self.compress:
            return text
        return self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)


@dataclass
class Session:
    """One shard of the bot. Events are numbered from 1 and remembered."""

    shard: int
    shards: int
    intents: Intent
    connection: Connection | None
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    last: int = 0
    events: "deque[Json]" = field(default_factory=lambda: deque(maxlen=REPLAYED))

    def tell(self, event: str, data: object) -> None:
        """Send an event, or keep it for when the client is back."""
        self.last += 1
        payload: Json = {"op": 0, "d": data, "s": self.last, "t": event}
        self.events.append(payload)
        if self.connection is not None:
            self.connection.outbox.put_nowait(Frame(payload))

    def replay(self, after: int) -> None:
        """Send again what came after number `after`."""
        if self.connection is not None:
            for payload in self.events:
                if payload["s"] > after:
                    self.connection.outbox.put_nowait(Frame(payload))

    def serves(self, guild_id: int | None) -> bool:
        """Whether events of a guild, or with none private ones, belong to this shard."""
        return (0 if guild_id is None else (guild_id >> 22) % self.shards) == self.shard
