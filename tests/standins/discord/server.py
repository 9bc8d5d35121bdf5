"""HTTP for both sides: the REST API under `/api/v10`, the gateway, the file server, the controls under `/_control/`."""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import BodyPartReader, web

from standins.discord import (
    applications,
    channels,
    commands,
    guilds,
    interactions,
    messages,
    polls,
    reactions,
    threads,
    webhooks,
)
from standins.discord.api import ROUTES, Call, Discord, Route
from standins.discord.bodies import Upload
from standins.discord.control import add_control
from standins.discord.errors import (
    INVALID_JSON,
    METHOD_NOT_ALLOWED,
    NOT_FOUND,
    TOO_LARGE,
    UNAUTHORIZED,
    Refused,
    bad_form,
)
from standins.discord.faults import Content, Fault
from standins.discord.rate_limits import VIA
from standins.discord.state import Json
from standins.discord.world import FILE_BYTES

ROUTE_MODULES = (applications, channels, commands, guilds, interactions, messages, polls, reactions, threads, webhooks)
"""Imported so that they register their routes."""

API = "/api/v10"

NOTICE_SECONDS = 0.1
"""How long a stalled request takes at most to notice that its client has gone."""

_FILE_FIELD = re.compile(r"files\[([0-9])\]")
_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")
_HANDLER = Callable[[web.Request], Awaitable[web.StreamResponse]]


def create_app(discord: Discord, control_key: str) -> web.Application:
    """The server as an aiohttp application."""
    app = web.Application(client_max_size=64 << 20, middlewares=[_missing])
    api = _Api(discord)
    for route in sorted(ROUTES, key=lambda one: "{" in one.template.rpartition("/")[2]):  # `@me` before `{id}`
        app.router.add_route(route.method, API + _pattern(route.template), api.handler(route))
    app.router.add_get("/gateway", discord.gateway.serve)
    app.router.add_get("/gateway/", discord.gateway.serve)
    for folder in ("attachments", "ephemeral-attachments"):
        app.router.add_get(f"/{folder}/{{path:.+}}", api.download)
    add_control(app, discord, control_key)
    return app


def _pattern(template: str) -> str:
    """A template whose ids take digits only, so that `@me` is never one."""
    return re.sub(r"\{(\w+_id)\}", r"{\1:[0-9]+}", template)


class _Api:
    def __init__(self, discord: Discord) -> None:
        self._discord = discord

    def handler(self, route: Route) -> _HANDLER:
        """A route's way from HTTP and back, with the log and the trouble that is scripted for it."""

        async def answer(request: web.Request) -> web.StreamResponse:
            path = request.path.removeprefix(API)
            row: Json = {
                "method": route.method,
                "path": path,
                "at": self._discord.clock.now(),
                "body": None,
                "status": None,
            }
            self._discord.log.append(row)
            self._discord.asked.ring()
            fault = self._discord.faults.take(route.method, path)
            headers = dict(VIA)
            try:
                response = await self._serve(request, route, row, fault, headers)
                if fault is not None and fault.kind == "stall_after":
                    await self._stall(request, fault.seconds)
            except Refused as refusal:
                refusal.__traceback__ = None  # most refusals are shared values: they must not gather tracebacks
                row |= {"status": refusal.status, "code": refusal.code, "message": refusal.message}
                response = _json(refusal.body(), refusal.status, headers | refusal.headers)
            except _Page as page:
                row["status"] = page.fault.status
                return web.Response(
                    status=page.fault.status, text=page.fault.body, content_type=page.fault.content_type
                )
            except _Dropped:
                return await _drop(request)
            if row.get("fault") == "disconnect_after":  # by what the request carries, too
                return await _drop(request)
            return response

        return answer

    async def _serve(
        self, request: web.Request, route: Route, row: Json, fault: Fault | None, headers: dict[str, str]
    ) -> web.Response:
        """Read, check and do what a request asks for. `headers` receives those of the rate limits, for refusals too."""
        discord = self._discord
        if not route.open and request.headers.get("Authorization") != f"Bot {discord.token}":
            await _drain(request)
            raise UNAUTHORIZED
        body, uploads = await _read(request)
        row["body"] = _loggable(body, uploads)
        if fault is None:
            fields = body if isinstance(body, dict) else ()
            content = Content([upload.filename for upload in uploads], fields)
            fault = discord.faults.take(route.method, row["path"], content)
        if fault is not None:
            row["fault"] = fault.kind
            await self._trouble(request, fault)
        path = dict(request.match_info)
        major = "/".join(path[name] for name in _MAJOR if name in path)
        headers |= discord.limits.pass_(route.name, major, counts_globally=not route.open)
        self._check(route, body)
        try:
            answer = await route.handler(discord, Call(path, dict(request.query), body, uploads))
        except ValueError as wrong:  # an id or a number that is none
            raise bad_form("", "NUMBER_TYPE_COERCE", str(wrong)) from None
        row["status"] = 204 if answer is None else 200
        return web.Response(status=204, headers=headers) if answer is None else _json(answer, 200, headers)

    def _check(self, route: Route, body: object) -> None:
        """Hold a body against the specification. Raises `Refused` (50035) and notes the violation."""
        wrong = None if self._discord.spec is None else self._discord.spec.check(route.method, route.template, body)
        if wrong is not None and not (body is None and route.method in ("GET", "DELETE")):
            where, what = wrong
            note = {"route": route.name, "where": where, "problem": what, "at": self._discord.clock.now()}
            self._discord.spec_violations.append(note)
            raise bad_form(where, "SPECIFICATION_VIOLATED", what)

    async def _trouble(self, request: web.Request, fault: Fault) -> None:
        """Do what the fault does before the call. Raises `Refused` or `_Dropped`."""
        if fault.kind == "status":
            raise fault.refusal()
        if fault.kind == "page":
            raise _Page(fault)
        if fault.kind == "disconnect_before":
            raise _Dropped
        if fault.kind == "stall":
            await self._stall(request, fault.seconds)

    async def _stall(self, request: web.Request, seconds: float) -> None:
        """Wait until the faults are cleared or the time is over. Raises `_Dropped` if the client goes before."""
        released = asyncio.ensure_future(self._discord.faults.released.wait())
        ends = time.monotonic() + seconds
        try:
            while not released.done() and (left := ends - time.monotonic()) > 0:
                await asyncio.wait({released}, timeout=min(left, NOTICE_SECONDS))
                if request.transport is None or request.transport.is_closing():
                    raise _Dropped
        finally:
            released.cancel()

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file by its signed link; 404 once the link has ended."""
        found = self._discord.world.cdn.find(request.path, request.query)
        if found is None:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=found.data, content_type=found.content_type)


class _Page(Exception):
    """Somebody in between answers."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.status)
        self.fault = fault


class _Dropped(Exception):
    """The connection ends without an answer."""


async def _drop(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


async def _read(request: web.Request) -> tuple[object, list[Upload]]:
    """A request's JSON and files. Raises `Refused`: 40005 for too many bytes, 50109 for no JSON."""
    if (request.content_length or 0) > max(FILE_BYTES.values()) + (1 << 20):
        await _drain(request)
        raise TOO_LARGE
    if request.content_type == "multipart/form-data":
        return await _read_parts(request)
    raw = await request.read()
    if not raw:
        return None, []
    if request.content_type != "application/json":
        told = f'Expected "Content-Type" header to be one of {{"application/json"}}, not "{request.content_type}".'
        raise bad_form("", "CONTENT_TYPE_INVALID", told)
    return _parsed(raw), []


async def _read_parts(request: web.Request) -> tuple[object, list[Upload]]:
    body: object = {}
    uploads: list[Upload] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            raise INVALID_JSON
        data = bytes(await part.read(decode=False))
        name = part.name or ""
        if name == "payload_json":
            body = _parsed(data)
        elif field := _FILE_FIELD.fullmatch(name):
            uploads.append(Upload(int(field[1]), part.filename or "unknown", data))
    return body, uploads


async def _drain(request: web.Request) -> None:
    """Read a body to its end, so that the client, still sending, gets to read the answer."""
    async for _ in request.content.iter_chunked(1 << 16):
        pass


def _parsed(raw: bytes) -> object:
    try:
        parsed: Any = json.loads(raw)
    except ValueError:
        raise INVALID_JSON from None
    return parsed


def _loggable(body: object, uploads: list[Upload]) -> object:
    files = {f"files[{one.index}]": {"name": one.filename, "bytes": len(one.data)} for one in uploads}
    return body | files if isinstance(body, dict) else body


def _json(value: object, status: int, headers: dict[str, str]) -> web.Response:
    # the type must be this and no more: clients compare the whole header
    body = json.dumps(value, ensure_ascii=False).encode()
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


@web.middleware
async def _missing(request: web.Request, handler: _HANDLER) -> web.StreamResponse:
    """Answer unknown paths as Discord does."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return _json(NOT_FOUND.body(), 404, dict(VIA))
    except web.HTTPMethodNotAllowed:
        return _json(METHOD_NOT_ALLOWED.body(), 405, dict(VIA))
