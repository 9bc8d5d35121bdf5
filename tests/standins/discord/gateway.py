"""The gateway: Discord's WebSocket protocol from HELLO to close codes (documentation, "Gateway", read 2026-11).

Heartbeats are measured in real time, whatever the server's clock does, as clients send them in real time.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from standins.discord.objects import guild_create_object, member_object, user_object
from standins.discord.sessions import KNOWN_INTENTS, NO_INTENT, PRIVILEGED, Connection, Intent, Session
from standins.discord.state import Json
from standins.discord.world import World

HEARTBEAT_SECONDS = 41.25
"""Seconds between two heartbeats, as Discord usually asks for."""

CHUNK = 1000
"""Members in one GUILD_MEMBERS_CHUNK at most."""

EVENT, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACKNOWLEDGED = 0, 1, 2, 6, 7, 8, 9, 10, 11
_IGNORED = frozenset({3, 4, 31})
"""Presence, voice state, soundboard: accepted and without effect."""


class Closed(Exception):
    """The protocol was broken: close with a code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass
class Gateway:
    """All sessions of the bot. `allowed` are the privileged intents that its owner switched on."""

    token: str
    url: str
    world: Callable[[], World]
    allowed: Intent = NO_INTENT
    heartbeat: float = HEARTBEAT_SECONDS
    acknowledging: bool = True
    greeting: asyncio.Event = field(default_factory=asyncio.Event)
    """While it is not set, new connections wait for their HELLO."""
    sessions: dict[str, Session] = field(default_factory=dict)
    starts: int = 0
    resumes: int = 0

    def __post_init__(self) -> None:
        self.greeting.set()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One socket, from HELLO to its end."""
        socket = web.WebSocketResponse(max_msg_size=4096 * 4, autoping=True)
        await socket.prepare(request)
        await self.greeting.wait()
        connection = Connection(request.query.get("compress") == "zlib-stream")
        writing = asyncio.create_task(_write(request, socket, connection))
        connection.send(HELLO, {"heartbeat_interval": int(self.heartbeat * 1000), "_trace": ["standin"]})
        try:
            if request.query.get("v", "10") != "10":
                raise Closed(4012, "Invalid API version")
            await self._listen(socket, connection)
        except Closed as closed:
            connection.close(closed.code, closed.reason)
            await asyncio.wait({writing}, timeout=5)
        finally:
            writing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writing
            self._left(connection, socket.close_code)
        return socket

    def forget(self) -> None:
        """End all sessions and connections for good."""
        for session in list(self.sessions.values()):
            if session.connection is not None:
                session.connection.close(1000, "the world ended")
        self.sessions.clear()

    async def _listen(  # noqa: C901 - a table of operations
        self, socket: web.WebSocketResponse, connection: Connection
    ) -> None:
        """Answer what comes in until the client goes, or is silent for too long."""
        session: Session | None = None
        while True:
            try:
                message = await socket.receive(timeout=self.heartbeat * 1.5 + 5)
            except TimeoutError:
                raise Closed(4009, "Session timed out") from None
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            payload = _payload(message.data)
            match payload.get("op"):
                case 1:
                    if self.acknowledging:
                        connection.send(ACKNOWLEDGED)
                case 2 | 6 if session is not None:
                    raise Closed(4005, "Already authenticated")
                case 2:
                    session = self._identify(payload.get("d"), connection)
                case 6:
                    session = self._resume(payload.get("d"), connection)
                case 8 | 3 | 4 | 31 if session is None:
                    raise Closed(4003, "Not authenticated")
                case 8 if session is not None:
                    self._members(session, payload.get("d") or {})
                case operation if operation not in _IGNORED:
                    raise Closed(4001, "Unknown opcode")

    def _identify(self, wish: object, connection: Connection) -> Session:
        if not isinstance(wish, dict) or "properties" not in wish:
            raise Closed(4002, "Error while decoding payload.")
        if str(wish.get("token", "")).removeprefix("Bot ") != self.token:
            raise Closed(4004, "Authentication failed.")
        shard, shards = _shard(wish.get("shard", [0, 1]))
        intents = wish.get("intents")
        if not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            raise Closed(4013, "Invalid intent(s).")
        if intents & PRIVILEGED & ~self.allowed:
            raise Closed(4014, "Disallowed intent(s).")
        session = Session(shard, shards, Intent(intents), connection)
        self.sessions[session.id] = session
        self.starts += 1
        self._ready(session)
        self.world().feed.note("identified", shard=shard)
        return session

    def _ready(self, session: Session) -> None:
        """READY with guilds that are not there yet, and then each of them."""
        world = self.world()
        guilds = [one for one in world.guilds.values() if session.serves(one.id) and world.bot.id in one.members]
        ready: Json = {
            "v": 10,
            "user": user_object(world.bot) | {"verified": True, "mfa_enabled": False, "flags": 0, "email": None},
            "guilds": [{"id": str(one.id), "unavailable": True} for one in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": [session.shard, session.shards],
            "application": {"id": str(world.bot.id), "flags": application_flags(self.allowed)},
            "private_channels": [],
        }
        session.tell("READY", ready)
        if Intent.GUILDS in session.intents:
            for guild in guilds:
                everybody = Intent.GUILD_MEMBERS in session.intents
                session.tell("GUILD_CREATE", guild_create_object(world, guild, all_members=everybody))

    def _resume(self, wish: object, connection: Connection) -> Session | None:
        """Go on with a session, or tell the client that it is gone."""
        if not isinstance(wish, dict):
            raise Closed(4002, "Error while decoding payload.")
        if str(wish.get("token", "")).removeprefix("Bot ") != self.token:
            raise Closed(4004, "Authentication failed.")
        session, after = self.sessions.get(str(wish.get("session_id"))), wish.get("seq")
        oldest = session.events[0]["s"] if session is not None and session.events else 1
        if session is None or not isinstance(after, int) or after + 1 < oldest:
            connection.send(INVALID, False)
            return None
        if after > session.last:
            raise Closed(4007, "Invalid seq.")
        if session.connection is not None:
            session.connection.drop()
        session.connection = connection
        self.resumes += 1
        session.replay(after)
        session.tell("RESUMED", {"_trace": ["standin"]})
        self.world().feed.note("resumed", shard=session.shard)
        return session

    def _members(self, session: Session, wish: Json) -> None:
        """Request Guild Members: by ids, by the beginning of the name, or all with the intent for members."""
        guild = self.world().guilds.get(int(wish.get("guild_id") or 0))
        if guild is None or not session.serves(guild.id):
            return
        wanted = wish.get("user_ids") or []
        wanted = {str(one) for one in (wanted if isinstance(wanted, list) else [wanted])}
        query, limit = str(wish.get("query") or "").lower(), int(wish.get("limit") or 0)
        found = [member for member in guild.members.values() if member.user.name.lower().startswith(query)]
        if wanted:
            found = [member for member in guild.members.values() if str(member.user.id) in wanted]
        elif not query and Intent.GUILD_MEMBERS not in session.intents:
            found = []
        found = found[:limit] if limit else found
        pieces = [found[start : start + CHUNK] for start in range(0, len(found), CHUNK)] or [[]]
        for index, piece in enumerate(pieces):
            told: Json = {"guild_id": str(guild.id), "members": [member_object(one) for one in piece]}
            told |= {"chunk_index": index, "chunk_count": len(pieces), "not_found": [], "presences": []}
            session.tell("GUILD_MEMBERS_CHUNK", told | ({"nonce": wish["nonce"]} if wish.get("nonce") else {}))

    def _left(self, connection: Connection, code: int | None) -> None:
        """A socket ended. A client that closes with 1000 or 1001 ends its session too; any other end can be resumed."""
        for session in list(self.sessions.values()):
            if session.connection is connection:
                session.connection = None
                if code in (1000, 1001):
                    del self.sessions[session.id]
                self.world().feed.note("disconnected", shard=session.shard, code=code)


def application_flags(allowed: Intent) -> int:
    """The flags of the application that tell which privileged intents it may use (the "limited" ones of small bots)."""
    bits = {Intent.GUILD_PRESENCES: 1 << 13, Intent.GUILD_MEMBERS: 1 << 15, Intent.MESSAGE_CONTENT: 1 << 19}
    return sum(bit for intent, bit in bits.items() if intent in allowed)


def _shard(wish: object) -> tuple[int, int]:
    match wish:
        case [int(shard), int(shards)] if 0 <= shard < shards:
            return shard, shards
    raise Closed(4010, "Invalid shard.")


def _payload(data: str | bytes) -> Json:
    try:
        payload = json.loads(data)
    except ValueError:
        raise Closed(4002, "Error while decoding payload.") from None
    if not isinstance(payload, dict):
        raise Closed(4002, "Error while decoding payload.")
    return payload


async def _write(request: web.Request, socket: web.WebSocketResponse, connection: Connection) -> None:
    """Send a connection's frames in order until it ends."""
    while not socket.closed:
        frame = await connection.outbox.get()
        if frame.payload is not None:
            encoded = connection.encoded(frame.payload)
            try:
                await (socket.send_str(encoded) if isinstance(encoded, str) else socket.send_bytes(encoded))
            except ConnectionError:
                return
        elif frame.close is not None:
            await socket.close(code=frame.close, message=frame.reason.encode())
        elif request.transport is not None:
            request.transport.abort()
            return
