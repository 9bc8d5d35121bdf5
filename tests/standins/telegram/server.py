"""HTTP for both sides: the Bot API under `/bot…` and `/file/bot…`, the controls under `/_control/`."""

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from embedded.wire import DroppedConnection
from standins.telegram import editing, places, polls, profile, receiving, sending
from standins.telegram.api import UPLOAD_BYTES, Telegram
from standins.telegram.control import control_routes
from standins.telegram.errors import Refused, bad_request
from standins.telegram.faults import Fault
from standins.telegram.parameters import METHODS, Upload
from standins.telegram.state import Json

# Photos go through memory: a file on disk for each takes longer than all the rest.
MultiPartParser.spool_max_size = UPLOAD_BYTES

METHOD_MODULES = (editing, places, polls, profile, receiving, sending)
"""Imported so that they register their methods."""

_UNAUTHORIZED = Refused(401, "Unauthorized")
_TOO_LARGE = Refused(413, "Request Entity Too Large")


def create_app(telegram: Telegram, control_key: str) -> Starlette:
    """The server as an ASGI application."""
    api = _Api(telegram)
    return Starlette(
        routes=[
            Route("/bot{token}/{method}", api.answer, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", api.download, methods=["GET"]),
            *control_routes(telegram, control_key),
        ],
        exception_handlers={404: _not_found},
    )


class _Api:
    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    async def answer(self, request: Request) -> Response:
        """One request of the bot, with the trouble that is scripted for it."""
        if request.path_params["token"] != self._telegram.token:
            return _refusal(_UNAUTHORIZED)
        name = request.path_params["method"]
        name = METHODS.get(name.lower(), name)
        row: Json = {"method": name, "at": self._telegram.clock.now(), "params": {}, "status": None}
        self._telegram.log.append(row)
        self._telegram.asked.ring()
        fault = self._telegram.faults.take(name)
        try:
            values, uploads = await _read(request, self._telegram.sizes.upload)
            row["params"] = _loggable(values, uploads)
            if fault is not None:
                row["fault"] = fault.kind
                await self._trouble(request, fault)
            arguments = self._telegram.read(name, values, uploads)
            row["params"] = _loggable(arguments.values, uploads)
            response: Response = JSONResponse({"ok": True, "result": await self._telegram.call(name, arguments)})
            row["status"] = 200
        except Refused as refusal:
            row |= {"status": refusal.code, "description": refusal.description}
            response = _refusal(refusal)
        except _Page as page:
            row["status"] = page.fault.code
            response = Response(page.fault.body, page.fault.code, media_type=page.fault.content_type)
        except (_Dropped, ClientDisconnect):
            response = DroppedConnection()
        if fault is not None and fault.kind == "disconnect_after":
            response = DroppedConnection()
        return response

    async def download(self, request: Request) -> Response:
        """A file that getFile prepared."""
        if request.path_params["token"] != self._telegram.token:
            return _refusal(_UNAUTHORIZED)
        data = receiving.download(self._telegram, request.path_params["path"])
        if data is None:
            return _refusal(Refused(404, "Not Found"))
        return Response(data, media_type="application/octet-stream")

    async def _trouble(self, request: Request, fault: Fault) -> None:
        """Do what the fault does before the call. Raises `Refused`, `_Page` or `_Dropped`."""
        if fault.kind == "status":
            raise fault.refusal()
        if fault.kind == "page":
            raise _Page(fault)
        if fault.kind == "disconnect_before":
            raise _Dropped
        if fault.kind == "stall":
            released = asyncio.ensure_future(self._telegram.faults.released.wait())
            gone = asyncio.ensure_future(_until_gone(request))
            await asyncio.wait({released, gone}, timeout=fault.seconds, return_when=asyncio.FIRST_COMPLETED)
            left = gone.done()
            released.cancel()
            gone.cancel()
            if left:
                raise _Dropped


class _Page(Exception):
    """Somebody in between answers."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


class _Dropped(Exception):
    """The connection ends without an answer."""


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _read(request: Request, largest: int) -> tuple[Json, dict[str, Upload]]:
    """A request's values and files: from the query, and from a JSON object, a form or a multipart body."""
    if int(request.headers.get("content-length", 0)) > largest + (1 << 20):
        async for _ in request.stream():
            pass  # so that the client, still sending, gets to read the answer
        raise _TOO_LARGE
    values: Json = dict(request.query_params)
    uploads: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind == "application/json":
        values |= await _json_object(request)
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        async with request.form(max_files=50, max_part_size=UPLOAD_BYTES) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    uploads[name] = Upload(value.filename or name, await value.read(), value.content_type)
                else:
                    values[name] = value
    if any(len(upload.data) > largest for upload in uploads.values()):
        raise _TOO_LARGE
    return values, uploads


async def _json_object(request: Request) -> Json:
    try:
        body: Any = await request.json()
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("object expected as request")
    return body


def _loggable(values: Mapping[str, object], uploads: Mapping[str, Upload]) -> Json:
    return dict(values) | {name: {"upload": file.name, "bytes": len(file.data)} for name, file in uploads.items()}


def _refusal(refusal: Refused) -> JSONResponse:
    headers = {"Retry-After": str(refusal.parameters["retry_after"])} if "retry_after" in refusal.parameters else None
    return JSONResponse(refusal.body(), refusal.code, headers)


async def _not_found(request: Request, error: Exception) -> Response:
    return _refusal(Refused(404, "Not Found"))
