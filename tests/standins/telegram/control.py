"""The control side over HTTP: tests act as people, look at chats, wait for changes, script trouble and move the clock.

Every request carries the key in the header `X-Control-Key`. Bodies and answers are JSON, but `file` answers with bytes and
`transcript` with text. An impossible act is answered with 409 and `{"error": …}`, a wrong request with 400.
"""

import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from standins.telegram.api import Telegram
from standins.telegram.errors import Impossible
from standins.telegram.people import People
from standins.telegram.profile import menu
from standins.telegram.state import Chat, Json
from standins.telegram.views import room_view, transcript

KEY_HEADER = "X-Control-Key"
LONGEST_WAIT = 60.0
"""Seconds of the longest `wait`."""

Act = Callable[..., Awaitable[Any]]


def control_routes(telegram: Telegram, key: str) -> list[Route]:
    """The routes under `/_control/`."""
    control = _Control(telegram)
    table: dict[str, tuple[str, Callable[[Request], Awaitable[Response]]]] = {
        "act/{name}": ("POST", control.act),
        "acts": ("POST", control.acts),
        "reset": ("POST", control.reset),
        "calm": ("POST", control.calm),
        "room": ("GET", control.room),
        "transcript": ("GET", control.transcript),
        "wait": ("GET", control.wait),
        "file": ("GET", control.file),
        "press": ("GET", control.press),
        "menu": ("GET", control.menu),
        "webhook": ("GET", control.webhook),
        "requests": ("GET", control.requests),
        "faults": ("POST", control.faults),
        "clock": ("POST", control.clock),
        "flood": ("POST", control.flood),
        "sizes": ("POST", control.sizes),
    }
    return [
        Route(f"/_control/{path}", _guarded(endpoint, key), methods=[verb]) for path, (verb, endpoint) in table.items()
    ]


def _guarded(endpoint: Callable[[Request], Awaitable[Response]], key: str) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        if not secrets.compare_digest(request.headers.get(KEY_HEADER, "").encode(), key.encode()):
            return JSONResponse({"error": "a control key is needed"}, 403)
        try:
            return await endpoint(request)
        except Impossible as impossible:
            return JSONResponse({"error": str(impossible)}, 409)
        except (KeyError, TypeError, ValueError) as wrong:
            return JSONResponse({"error": f"{type(wrong).__name__}: {wrong}"}, 400)

    return guarded


class _Control:
    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._people = People(telegram)

    async def act(self, request: Request) -> Response:
        """`POST act/NAME` with the act's arguments (see `People`) → {"result": …}."""
        name = request.path_params["name"]
        act = self._act(name)
        if act is None:
            return JSONResponse({"error": f"there is no act {name}"}, 404)
        return JSONResponse({"result": await act(**await request.json())})

    async def acts(self, request: Request) -> Response:
        """Many acts in the same moment: `[[NAME, arguments], …]` → {"results": […]}."""
        results = []
        for name, arguments in await request.json():
            if (act := self._act(name)) is None:
                return JSONResponse({"error": f"there is no act {name}"}, 404)
            results.append(await act(**arguments))
        return JSONResponse({"results": results})

    async def reset(self, request: Request) -> Response:
        """A fresh world under the same token."""
        self._telegram.reset()
        return JSONResponse({})

    async def calm(self, request: Request) -> Response:
        """The same world, in which nothing was asked yet and nothing goes wrong."""
        self._telegram.calm()
        return JSONResponse({})

    async def room(self, request: Request) -> Response:
        """`?chat=` → what a person sees there; with `&after=SEQ&seconds=` as soon as something has happened there after that event."""
        chat = self._chat(request)
        await self._happened(request, chat.id)
        return JSONResponse(room_view(self._telegram.world, chat))

    async def transcript(self, request: Request) -> Response:
        """`?chat=` → the chat as text."""
        return PlainTextResponse(transcript(self._telegram.world, self._chat(request)))

    async def wait(self, request: Request) -> Response:
        """`?after=SEQ&seconds=&chat=` → the events after that one (of the chat, or of all), as soon as there are any."""
        events = await self._happened(request, self._chat(request).id if "chat" in request.query_params else None)
        return JSONResponse({"seq": self._telegram.world.feed.last, "events": events})

    async def _happened(self, request: Request, chat_id: int | None) -> list[Json]:
        """The events after the one that is asked from, of a chat or of all, as soon as there are any."""
        feed, after, until = self._telegram.world.feed, int(request.query_params.get("after", 0)), _deadline(request)
        while not (events := feed.since(after, chat_id)) and (left := until - time.monotonic()) > 0:
            await feed.bell.wait(left)
        return events

    async def file(self, request: Request) -> Response:
        """`?id=FILE_ID` → its bytes."""
        file = self._telegram.world.files[request.query_params["id"]]
        return Response(file.data, media_type=file.mime)

    async def press(self, request: Request) -> Response:
        """`?id=` of a callback query → {"answer": … or null}."""
        return JSONResponse({"answer": self._telegram.world.presses[request.query_params["id"]].answer})

    async def menu(self, request: Request) -> Response:
        """`?chat=&user=` → the commands that the person's app offers there."""
        user = self._telegram.world.users[int(request.query_params["user"])]
        return JSONResponse({"commands": menu(self._telegram, self._chat(request), user)})

    async def webhook(self, request: Request) -> Response:
        """How deliveries to the webhook went. `?times=&seconds=` waits until so many were tried."""
        deliverer, query = self._telegram.webhook, request.query_params
        times, until = int(query.get("times", 0)), _deadline(request)
        while (hook := deliverer.hook) and len(hook.deliveries) < times and (left := until - time.monotonic()) > 0:
            await deliverer.delivered.wait(left)
        return JSONResponse(asdict(hook) if hook else {})

    async def requests(self, request: Request) -> Response:
        """`?method=` → the log of requests, how often each status was answered, and broken contracts.

        `&times=&seconds=` waits until so many have come in (answered or not).
        """
        query, log = request.query_params, self._telegram.log
        wanted, times, until = query.get("method"), int(query.get("times", 0)), _deadline(request)
        while len(rows := [row for row in log if wanted in (None, row["method"])]) < times:
            if (left := until - time.monotonic()) <= 0:
                break
            await self._telegram.asked.wait(left)
        counts: Json = {}
        for row in rows:
            counts[str(row["status"])] = counts.get(str(row["status"]), 0) + 1
        broken = {"spec_violations": self._telegram.spec_violations, "ever_violated": self._telegram.ever_violated}
        return JSONResponse({"requests": rows, "counts": counts, **broken})

    async def faults(self, request: Request) -> Response:
        """Add the rules of a JSON list (see `Fault`); an empty list clears all and lets stalled requests go on."""
        rules = await request.json()
        if not rules:
            self._telegram.faults.clear()
        for rule in rules:
            self._telegram.faults.add(rule)
        return JSONResponse({"rules": len(self._telegram.faults.rules)})

    async def clock(self, request: Request) -> Response:
        """`{"freeze": true}`, `{"freeze": false}`, `{"advance": seconds}` → {"now": Unix seconds}."""
        wish, clock = await request.json(), self._telegram.clock
        if "freeze" in wish:
            (clock.freeze if wish["freeze"] else clock.run)()
        clock.advance(float(wish.get("advance", 0)))
        return JSONResponse({"now": clock.now()})

    async def flood(self, request: Request) -> Response:
        """`{"enabled": bool}` switches the flood limits."""
        self._telegram.flood.enabled = bool((await request.json())["enabled"])
        return JSONResponse({})

    async def sizes(self, request: Request) -> Response:
        """`{"upload": bytes, "download": bytes}` sets the largest files, until the next reset."""
        for name, size in (await request.json()).items():
            setattr(self._telegram.sizes, name, int(size))
        return JSONResponse({})

    def _act(self, name: str) -> Act | None:
        return None if name.startswith("_") else getattr(self._people, name, None)

    def _chat(self, request: Request) -> Chat:
        return self._telegram.world.chats[int(request.query_params["chat"])]


def _deadline(request: Request) -> float:
    """When a request's `seconds` are over (default 10), on the monotonic clock."""
    return time.monotonic() + min(float(request.query_params.get("seconds", 10)), LONGEST_WAIT)
