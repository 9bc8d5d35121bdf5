"""The control side over HTTP: tests act as people, look at channels, wait for changes, script trouble and move the clock.

Every request carries the key in the header `X-Control-Key`. Bodies and answers are JSON, but `file` answers with bytes and
`transcript` with text. An impossible act is answered with 409 and `{"error": …}`, a wrong request with 400.
"""

import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from standins.discord.api import Discord
from standins.discord.errors import Impossible
from standins.discord.gateway import INVALID, RECONNECT
from standins.discord.people import People
from standins.discord.sessions import Connection, Intent
from standins.discord.state import Attachment, Channel, Json
from standins.discord.views import interaction_view, room_view, transcript

KEY_HEADER = "X-Control-Key"
LONGEST_WAIT = 60.0
"""Seconds of the longest `wait`."""

Act = Callable[..., Awaitable[Any]]
Endpoint = Callable[[web.Request], Awaitable[web.Response]]


def add_control(app: web.Application, discord: Discord, key: str) -> None:
    """Add the routes under `/_control/`."""
    control = _Control(discord)
    table: dict[str, tuple[str, Endpoint]] = {
        "act/{name}": ("POST", control.act),
        "acts": ("POST", control.acts),
        "reset": ("POST", control.reset),
        "room": ("GET", control.room),
        "transcript": ("GET", control.transcript),
        "wait": ("GET", control.wait),
        "file": ("GET", control.file),
        "interaction": ("GET", control.interaction),
        "interactions": ("GET", control.interactions),
        "requests": ("GET", control.requests),
        "gateway": ("GET", control.gateway),
        "connection": ("POST", control.connection),
        "faults": ("POST", control.faults),
        "clock": ("POST", control.clock),
        "limits": ("POST", control.limits),
        "sizes": ("POST", control.sizes),
    }
    for path, (verb, endpoint) in table.items():
        app.router.add_route(verb, f"/_control/{path}", _guarded(endpoint, key))


def _guarded(endpoint: Endpoint, key: str) -> Endpoint:
    async def guarded(request: web.Request) -> web.Response:
        if not secrets.compare_digest(request.headers.get(KEY_HEADER, "").encode(), key.encode()):
            return web.json_response({"error": "a control key is needed"}, status=403)
        try:
            return await endpoint(request)
        except Impossible as impossible:
            return web.json_response({"error": str(impossible)}, status=409)
        except (KeyError, TypeError, ValueError) as wrong:
            return web.json_response({"error": f"{type(wrong).__name__}: {wrong}"}, status=400)

    return guarded


class _Control:
    def __init__(self, discord: Discord) -> None:
        self._discord = discord
        self._people = People(discord)

    async def act(self, request: web.Request) -> web.Response:
        """`POST act/NAME` with the act's arguments (see `People`) → {"result": …}."""
        name = request.match_info["name"]
        act = self._act(name)
        if act is None:
            return web.json_response({"error": f"there is no act {name}"}, status=404)
        return web.json_response({"result": await act(**await request.json())})

    async def acts(self, request: web.Request) -> web.Response:
        """Many acts in the same moment: `[[NAME, arguments], …]` → {"results": […]}."""
        results = []
        for name, arguments in await request.json():
            if (act := self._act(name)) is None:
                return web.json_response({"error": f"there is no act {name}"}, status=404)
            results.append(await act(**arguments))
        return web.json_response({"results": results})

    async def reset(self, request: web.Request) -> web.Response:
        """A fresh world under the same token."""
        self._discord.reset()
        return web.json_response({})

    async def room(self, request: web.Request) -> web.Response:
        """`?channel=&user=` → what that person, or with none everybody together, sees there.

        With `&after=SEQ&seconds=` as soon as something has happened there after that event.
        """
        await self._happened(request)
        return web.json_response(room_view(self._discord.world, self._channel(request), _number(request, "user")))

    async def transcript(self, request: web.Request) -> web.Response:
        """`?channel=&user=` → the channel as text."""
        return web.Response(text=transcript(self._discord.world, self._channel(request), _number(request, "user")))

    async def wait(self, request: web.Request) -> web.Response:
        """`?after=SEQ&seconds=&channel=` → the events after that one (of the channel, or of all), as soon as there are any."""
        events = await self._happened(request)
        return web.json_response({"seq": self._discord.world.feed.last, "events": events})

    async def _happened(self, request: web.Request) -> list[Json]:
        """The events after the one that is asked from, of a channel or of all, as soon as there are any."""
        feed, query = self._discord.world.feed, request.query
        channel, after = _number(request, "channel"), int(query.get("after", 0))
        deadline = time.monotonic() + min(float(query.get("seconds", 10)), LONGEST_WAIT)
        while not (events := feed.since(after, channel)) and (left := deadline - time.monotonic()) > 0:
            await feed.bell.wait(left)
        return events

    async def file(self, request: web.Request) -> web.Response:
        """`?channel=&message=&file=` → a file's bytes."""
        message = self._channel(request).messages[int(request.query["message"])]
        found = {one.id: one for one in message.content.attachments}
        for _, content in message.past:
            found |= {one.id: one for one in content.attachments}
        file: Attachment = found[int(request.query["file"])]
        return web.Response(body=file.data, content_type=file.content_type)

    async def interaction(self, request: web.Request) -> web.Response:
        """`?id=` → how an interaction went."""
        world = self._discord.world
        return web.json_response(interaction_view(world, world.interactions[int(request.query["id"])]))

    async def interactions(self, request: web.Request) -> web.Response:
        """How all interactions went, in order."""
        world = self._discord.world
        return web.json_response([interaction_view(world, one) for one in world.interactions.values()])

    async def requests(self, request: web.Request) -> web.Response:
        """`?method=&path=` → the log of requests, how often each status was answered, refusals and broken contracts.

        `path` is a part of the path. `&times=&seconds=` waits until so many have come in (answered or not).
        """
        query, log = request.query, self._discord.log
        method, part, times = query.get("method"), query.get("path", ""), int(query.get("times", 0))
        deadline = time.monotonic() + min(float(query.get("seconds", 10)), LONGEST_WAIT)
        while len(rows := [row for row in log if method in (None, row["method"]) and part in row["path"]]) < times:
            if (left := deadline - time.monotonic()) <= 0:
                break
            await self._discord.asked.wait(left)
        counts: Json = {}
        for row in rows:
            counts[str(row["status"])] = counts.get(str(row["status"]), 0) + 1
        told: Json = {"requests": rows, "counts": counts, "spec_violations": self._discord.spec_violations}
        told["rejected_bodies"] = sum(row.get("code") in (50035, 50006, 40005) for row in rows)
        told["invalid"] = sum(row["status"] in (401, 403, 429) for row in rows)
        return web.json_response(told)

    async def gateway(self, request: web.Request) -> web.Response:
        """The gateway's sessions and how often any was started or resumed."""
        gateway = self._discord.gateway
        sessions = [
            {"id": one.id, "shard": one.shard, "shards": one.shards, "seq": one.last}
            | {"intents": int(one.intents), "connected": one.connection is not None}
            for one in gateway.sessions.values()
        ]
        return web.json_response({"sessions": sessions, "starts": gateway.starts, "resumes": gateway.resumes})

    async def connection(self, request: web.Request) -> web.Response:
        """What happens to the gateway; `shard` says to which one only.

        {"drop": true} breaks the connection; {"reconnect": true} sends op 7; {"invalidate": true, "resumable": bool} sends op 9;
        {"close": code} closes with a code; {"acknowledge": bool} switches the answers to heartbeats; {"heartbeat": seconds} sets
        the interval that new connections are told; {"allow": [names]} sets the privileged intents that are switched on; {"hold": bool}
        lets new connections wait for their HELLO, or go on.
        """
        wish, gateway = await request.json(), self._discord.gateway
        gateway.acknowledging = bool(wish.get("acknowledge", gateway.acknowledging))
        gateway.heartbeat = float(wish.get("heartbeat", gateway.heartbeat))
        if "allow" in wish:
            gateway.allowed = Intent(sum(int(Intent[name]) for name in wish["allow"]))
        if "hold" in wish:
            (gateway.greeting.clear if wish["hold"] else gateway.greeting.set)()
        for session in list(gateway.sessions.values()):
            if session.connection is not None and wish.get("shard") in (None, session.shard):
                _disturb(session.connection, wish)
                if wish.get("invalidate") and not wish.get("resumable"):
                    del gateway.sessions[session.id]
        return web.json_response({})

    async def faults(self, request: web.Request) -> web.Response:
        """Add the rules of a JSON list (see `Fault`); an empty list clears all and lets stalled requests go on."""
        rules = await request.json()
        if not rules:
            self._discord.faults.clear()
        for rule in rules:
            self._discord.faults.add(rule)
        return web.json_response({"rules": len(self._discord.faults.rules)})

    async def clock(self, request: web.Request) -> web.Response:
        """`{"freeze": true}`, `{"freeze": false}`, `{"advance": seconds}` → {"now": Unix seconds}."""
        wish, clock = await request.json(), self._discord.clock
        if "freeze" in wish:
            (clock.freeze if wish["freeze"] else clock.run)()
        clock.advance(float(wish.get("advance", 0)))
        return web.json_response({"now": clock.now()})

    async def limits(self, request: web.Request) -> web.Response:
        """`{"enabled": bool}` switches the rate limits."""
        self._discord.limits.enabled = bool((await request.json())["enabled"])
        return web.json_response({})

    async def sizes(self, request: web.Request) -> web.Response:
        """`{"largest": bytes}` sets the largest file, until the next reset."""
        self._discord.world.largest = int((await request.json())["largest"])
        return web.json_response({})

    def _act(self, name: str) -> Act | None:
        return None if name.startswith("_") else getattr(self._people, name, None)

    def _channel(self, request: web.Request) -> Channel:
        return self._discord.world.channels[int(request.query["channel"])]


def _disturb(connection: Connection, wish: Json) -> None:
    if wish.get("reconnect"):
        connection.send(RECONNECT)
    if wish.get("invalidate"):
        connection.send(INVALID, bool(wish.get("resumable")))
    if wish.get("close"):
        connection.close(int(wish["close"]), "as a test wishes")
    if wish.get("drop"):
        connection.drop()


def _number(request: web.Request, name: str) -> int | None:
    return int(request.query[name]) if name in request.query else None
