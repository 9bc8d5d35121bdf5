"""The OpenAI API on loopback, for who has no key: as strict as the real one, drawn by a sketch artist and written by a storybook.

    EMBEDDED_KEY=... python -m embedded.openai.server --port 0 --log requests.jsonl

prints ``{"url": ..., "key": ...}`` when it is ready and ends when its stdin does. It serves pictures (generations, edits), chat
completions, moderations, models, files and batches under ``/v1``, and its own controls under ``/_control``, both for the same key:

- ``POST /_control/faults``: append rules (a JSON list of ``faults.Fault`` fields); ``GET`` shows what is left, ``DELETE`` clears.
- ``POST /_control/release``: let everybody go who hangs in ``hang_until_released``.
- ``POST /_control/latency``: set ``faults.Latency`` fields, in seconds.
- ``POST /_control/calm``: no faults, no latency, and nobody hangs.
- ``GET /_control/requests``: the request log, after the first ``after`` requests. ``?started=3&finished=2`` waits until so many have
  (at most ``seconds``, 10).

Where it is not as strict or as able as the real API: no rate limits of its own; no C2PA marks in files; tokens are counted by formula
(``tokens``); a dropped stream is billed in full; no gif and svg; scripted faults strike before a request is checked. More under
``openai_images``, ``openai_chat`` and ``openai_moderation``. Models and their dates: ``openai_models``.
"""

import argparse
import asyncio
import base64
import hmac
import importlib
import json
import os
import secrets
import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from embedded import brief
from embedded.openai import chat as openai_chat
from embedded.openai import images as openai_images
from embedded.openai import models as openai_models
from embedded.openai import moderation as openai_moderation
from embedded.openai.batches import Batches
from embedded.openai.body import read_body, without_bytes, words
from embedded.openai.errors import ApiError, invalid, safety_refusal
from embedded.openai.faults import NO_LATENCY, Trouble
from embedded.openai.request_log import Entry, RequestLog
from embedded.openai.state import Call, Handler, Json, Outcome, Server
from embedded.openai.workshop import PLAIN_ARTIST, SKETCH_ARTIST, Workshop
from embedded.wire import Dropped, DroppedConnection, EventStream, end_with_parent, listen, serve, with_request_ids

ENDPOINTS = ("images.generations", "images.edits", "chat", "moderations", "models")


def create_app(server: Server) -> ASGIApp:
    """The server as an ASGI application."""

    def api(path: str, name: str, handler: Handler, method: str = "POST") -> Route:
        async def endpoint(request: Request) -> Response:
            return await _answer(server, request, name, handler)

        return Route(f"/v1{path}", endpoint, methods=[method])

    def control(path: str, method: str, act: Callable[[Server, Request], Awaitable[object]]) -> Route:
        async def endpoint(request: Request) -> Response:
            _check_key(server, request)
            return JSONResponse(await act(server, request))

        return Route(f"/_control{path}", endpoint, methods=[method])

    routes = [
        api("/images/generations", "images.generations", _generations),
        api("/images/edits", "images.edits", _edits),
        Route("/v1/images/variations", _refuse_variations, methods=["POST"]),
        api("/chat/completions", "chat", _chat),
        api("/moderations", "moderations", _moderations),
        api("/models", "models", _models, "GET"),
        api("/models/{id}", "models", _model, "GET"),
        control("/faults", "POST", _add_faults),
        control("/faults", "GET", _show_faults),
        control("/faults", "DELETE", _clear_faults),
        control("/release", "POST", _release),
        control("/latency", "POST", _set_latency),
        control("/calm", "POST", _calm),
        control("/requests", "GET", _show_requests),
    ]
    later = {"/v1/chat/completions": ("chat", _chat), "/v1/images/generations": ("images.generations", _generations)}
    routes += Batches(server, later, _scripted).routes(_check_key)
    handlers = {
        ApiError: _api_error,
        HTTPException: _http_error,
        ClientDisconnect: _left,
        Exception: _server_error,
    }
    return with_request_ids(Starlette(routes=routes, exception_handlers=handlers))


async def _answer(server: Server, request: Request, name: str, handler: Handler) -> Response:
    """What every endpoint does around its own work: key, log, scripted trouble. Errors are noted where they are answered."""
    _check_key(server, request)
    body = await read_body(request)
    facts = await asyncio.to_thread(without_bytes, body)
    trouble = server.faults.take(name, words(body), body.values)
    entry = request.state.entry = server.log.start(name, facts | {"faults": trouble.names})
    await trouble.delay(0)
    if trouble.ends_with("disconnect"):
        entry.finish(None)
        return DroppedConnection()
    if (scripted := _scripted(trouble)) is not None:
        entry.finish(scripted.status_code)
        return scripted
    outcome = await handler(Call(server, request.headers, request.path_params, body, entry, trouble))
    if isinstance(outcome, AsyncGenerator):
        return EventStream(_frames(outcome, trouble, entry))
    response = _spoilt(outcome, trouble)
    entry.finish(200)
    return response


async def _generations(call: Call) -> Outcome:
    return await _draw(call, openai_images.read_generation(call.body, call.server.today))


async def _edits(call: Call) -> Outcome:
    return await _draw(call, await asyncio.to_thread(openai_images.read_edit, call.body, call.server.today))


async def _draw(call: Call, drawing: openai_images.Drawing) -> Outcome:
    drawing = openai_images.briefed(drawing, call.headers.get(brief.HEADER))
    call.entry.usage = drawing.usage(drawing.previews)
    drawing = openai_images.misheard(drawing, call.trouble.misheard)
    how = drawing, call.server.workshop, call.server.seed_for(drawing.prompt), call.server.latency.images
    return openai_images.events(*how) if drawing.streams else await openai_images.answer(*how)


async def _chat(call: Call) -> Outcome:
    told_beside = call.headers.get(brief.HEADER)
    conversation = await asyncio.to_thread(openai_chat.read_conversation, call.body, call.server.today, told_beside)
    if conversation.brief:
        call.entry.record["brief"] = asdict(conversation.brief)
    latency = call.server.latency
    await asyncio.sleep(latency.chat_start)
    seed, says_yes = call.server.seed_for(words(call.body)), call.trouble.ends_with("always_yes")
    writing = await openai_chat.written(conversation, seed, always_yes=says_yes)
    call.entry.usage = conversation.usage(writing.text)
    if conversation.streams:
        return openai_chat.chunks(conversation, writing, latency.chat_token)
    await asyncio.sleep(latency.chat_token * len(writing.pieces))
    return openai_chat.completion(conversation, writing)


async def _moderations(call: Call) -> Outcome:
    await asyncio.sleep(call.server.latency.moderations)
    results = await asyncio.to_thread(openai_moderation.moderate, call.body, call.server.today)
    return {"id": f"modr-{secrets.token_hex(12)}", **results}


async def _models(call: Call) -> Outcome:
    living = openai_models.living_models(call.server.today)
    return {"object": "list", "data": [model.describe() for model in living]}


async def _model(call: Call) -> Outcome:
    return openai_models.find_model(call.params["id"], call.server.today).describe()


async def _refuse_variations(request: Request) -> Response:
    message = "The image variations endpoint is retired and no longer accepts requests. Use /v1/images/edits instead."
    raise ApiError(410, message, code="endpoint_retired")


def _scripted(trouble: Trouble) -> Response | None:
    """The answer that was scripted. Raises ``ApiError`` for a failure in the API's own shape."""
    fault = trouble.ending
    if fault is None or fault.kind not in ("status", "refuse", "answer"):
        return None
    if fault.kind == "answer" or fault.body is not None:
        body = fault.body if isinstance(fault.body, str) else json.dumps(fault.body)
        content = base64.b64decode(body) if fault.base64 else body.encode()
        return Response(content, fault.status, headers={"content-type": fault.content_type})
    kind = fault.type or ("server_error" if fault.status >= 500 else "invalid_request_error")
    raise ApiError(fault.status, fault.message, code=fault.code, kind=kind, retry_after=fault.retry_after)


def _spoilt(answer: Json, trouble: Trouble) -> Response:
    """The answer, after whatever scripted trouble does to finished answers."""
    if trouble.ends_with("late_refusal"):
        raise _late_refusal()
    pictures = answer.get("data")
    if trouble.ends_with("truncated_base64") and isinstance(pictures, list):
        answer = answer | {"data": [_cut_picture(item) for item in pictures]}
    response = JSONResponse(answer)
    if trouble.ends_with("invalid_json"):
        return Response(response.body[: len(response.body) // 2], media_type="application/json")
    return response


async def _frames(events: AsyncGenerator[Json], trouble: Trouble, entry: Entry) -> AsyncGenerator[bytes]:
    """A stream's events as bytes, with scripted trouble on the way. Notes the end; 499 where the client left before it."""
    sent = 0
    try:
        async for event in events:
            if sent:
                await trouble.delay(sent)
            if trouble.cuts_after(sent):
                break
            is_last_picture = str(event.get("type", "")).endswith(".completed")
            if is_last_picture and trouble.ends_with("late_refusal"):
                event = {"type": "error", **_late_refusal().body()}
            elif is_last_picture and trouble.ends_with("truncated_base64"):
                event = _cut_picture(event)
            frame = _frame(event)
            if trouble.ends_with("invalid_json"):
                frame = frame[: len(frame) // 2] + b"\n\n"
            yield frame
            sent += 1
        if trouble.ends_with("cut_stream"):
            entry.finish(None)
            raise Dropped
        if entry.record["endpoint"] == "chat":
            yield b"data: [DONE]\n\n"
        entry.finish(200, "moderation_blocked" if trouble.ends_with("late_refusal") else None)
    finally:
        entry.finish(499)


def _frame(event: Json) -> bytes:
    name = f"event: {event['type']}\n" if "type" in event else ""
    return f"{name}data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def _cut_picture(item: Json) -> Json:
    """The same picture with half of its base64 missing, and not even a whole group of four left."""
    file = str(item["b64_json"])
    return item | {"b64_json": file[: len(file) // 8 * 4 + 1]}


def _late_refusal() -> ApiError:
    return safety_refusal(["violence"], stage="output")


async def _add_faults(server: Server, request: Request) -> Json:
    try:
        server.faults.add(await request.json(), ENDPOINTS)
    except ValueError as error:
        raise invalid(str(error), param=None) from error
    return {"faults": server.faults.describe()}


async def _show_faults(server: Server, request: Request) -> Json:
    return {"faults": server.faults.describe()}


async def _clear_faults(server: Server, request: Request) -> Json:
    server.faults.clear()
    return {"faults": []}


async def _release(server: Server, request: Request) -> Json:
    server.faults.release()
    return {"released": True}


async def _calm(server: Server, request: Request) -> Json:
    server.faults.release()
    server.faults.clear()
    server.latency.change(NO_LATENCY)
    return {"calm": True}


async def _set_latency(server: Server, request: Request) -> Json:
    try:
        server.latency.change(await request.json())
    except ValueError as error:
        raise invalid(str(error), param=None) from error
    return asdict(server.latency)


async def _show_requests(server: Server, request: Request) -> Json:
    asked = request.query_params
    try:
        started, finished, after = (int(asked.get(name, 0)) for name in ("started", "finished", "after"))
        seconds = min(60.0, float(asked.get("seconds", 10)))
    except ValueError as error:
        raise invalid("started, finished, after and seconds are numbers", param=None) from error
    seen = await server.log.seen(started=started, finished=finished, after=after, seconds=seconds)
    return {"requests": seen, "started": server.log.started}


def _check_key(server: Server, request: Request) -> None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given:
        message = "You didn't provide an API key. Send it in an Authorization header using Bearer auth."
        raise ApiError(401, message, code=None)
    if not hmac.compare_digest(given.strip().encode(), server.key.encode()):
        raise ApiError(401, "Incorrect API key provided.", code="invalid_api_key")


async def _api_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, ApiError):
        raise error
    if entry := getattr(request.state, "entry", None):
        entry.finish(error.status, error.code)
    return JSONResponse(error.body(), error.status, error.headers())


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = f"Invalid URL ({request.method} {request.url.path})"
    code = "unknown_url" if status == 404 else "method_not_allowed"
    return JSONResponse(ApiError(status, message, code=code).body(), status)


async def _left(request: Request, error: Exception) -> Response:
    """A client that went away before it had said everything; nobody reads this answer."""
    return Response(status_code=499)


async def _server_error(request: Request, error: Exception) -> Response:
    """A bug of this server, or of the artist; the traceback goes to stderr."""
    if entry := getattr(request.state, "entry", None):
        entry.finish(500, "server_error")
    failed = ApiError(500, "The server had an error while processing your request.", code=None, kind="server_error")
    return JSONResponse(failed.body(), 500)


def main() -> None:
    """The command line: see the module's own words."""
    parser = argparse.ArgumentParser(prog="python -m embedded.openai.server", description="The OpenAI API, embedded.")
    parser.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0 takes any free one")
    parser.add_argument("--log", type=Path, help="append the request log to this file as JSON lines")
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same pictures again")
    parser.add_argument("--fast", action="store_true", help="answer at once, for tests")
    parser.add_argument("--plain", action="store_true", help="draw fields of colour, quickly, for tests")
    parser.add_argument("--today", type=date.fromisoformat, help="pretend it is this day (YYYY-MM-DD)")
    parser.add_argument("--no-parent", action="store_true", help="keep running after stdin ends")
    options = parser.parse_args()
    key = os.environ.get("EMBEDDED_KEY") or f"embedded-{secrets.token_urlsafe(24)}"
    workshop = Workshop(PLAIN_ARTIST if options.plain else SKETCH_ARTIST)
    server = Server(key, options.seed, RequestLog(options.log), pinned_day=options.today, workshop=workshop)
    if options.fast:
        server.latency.change(NO_LATENCY)
    listener = listen(options.port)
    if not options.no_parent:
        end_with_parent()
    sys.stdout.write(json.dumps({"url": f"http://127.0.0.1:{listener.getsockname()[1]}/v1", "key": key}) + "\n")
    sys.stdout.flush()
    threading.Thread(target=_warm_up, args=(workshop,), name="warm-up", daemon=True).start()
    serve(create_app(server), listener)


def _warm_up(workshop: Workshop) -> None:
    """Load what the first picture and the first story would otherwise wait for."""
    workshop.artist()
    importlib.import_module("embedded.storybook")


if __name__ == "__main__":
    main()
