"""The routes of the web platform: the page, its HTTP API, the bytes of pieces."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Protocol

from fastapi import FastAPI, File, Form, Header, Query, Request, Response, UploadFile
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bots.web import schemas
from bots.web.access import COOKIE, NAME, Access
from bots.web.docs import docs_page
from bots.web.hub import LOOK, Hub
from bots.web.inbound import PLATFORM, WebInbound
from bots.web.outbound import rating
from bots.web.problems import SMALL_LIMIT, UPLOAD_LIMIT, WEBHOOK_LIMIT, Problem, answer_problems, problem_answer
from core import texts
from core.commands import COMMANDS, choices
from core.errors import BadInput
from core.ports import EventLog, Store
from core.quick import usage
from core.settings import Settings
from core.types import User

PAGE = Path(__file__).parent / "page"
_TAKES_FILES = re.compile(r"/api/chats/[^/]+/messages")
KEEP_ALIVE = 15.0
"""Seconds of silence after which a stream says that it is still there."""

TOGETHER = 500
"""Events that a stream reads from the log at a time."""

SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer the login form would be sent from the origin "null"
    "Cross-Origin-Resource-Policy": "same-origin",
}
_STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_TURNED_AWAY: dict[int | str, dict[str, Any]] = {status: {"model": schemas.Trouble} for status in (400, 401, 403, 413)}


class ServedMedia(Protocol):
    """Where the bytes of media are."""

    async def describe(self, media: str) -> tuple[Path, str, int]:
        """Path, media type and size in bytes; raises ``BadInput("file-gone")``."""
        ...


@dataclass(frozen=True)
class Webhook:
    """A platform's own door in this server: calls to ``path`` go to ``called`` with the value of ``header`` and the body."""

    path: str
    header: str
    called: Callable[[str, bytes], Awaitable[bool]]


@dataclass(frozen=True)
class WebDoor:
    """Everything the routes need."""

    settings: Settings
    store: Store
    events: EventLog
    media: ServedMedia
    hub: Hub
    inbound: WebInbound
    webhooks: tuple[Webhook, ...] = ()


def create_app(door: WebDoor) -> FastAPI:
    """The web application."""
    app = FastAPI(title="Fabula", version="1", docs_url=None, redoc_url=None, openapi_url="/api/openapi.json")
    app.state.door = door
    access = Access(door.settings)
    answer_problems(app)
    app.add_middleware(Gate, access=access, open_paths=frozenset(webhook.path for webhook in door.webhooks))
    _add_page(app, door, access)
    _add_api(app, door, access)
    _add_media(app, door, access)
    for webhook in door.webhooks:
        _add_webhook(app, webhook)
    return app


class Gate:
    """Around every request: host and origin, who it is, the size of the body, the security headers; all before a body is read."""

    def __init__(self, app: ASGIApp, access: Access, open_paths: frozenset[str] = frozenset()) -> None:
        """``open_paths`` are reached under any host name: what comes there brings a secret of its own."""
        self._app = app
        self._access = access
        self._open_paths = open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or turn it away."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope)
        limit = self._limit(request.url.path)
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise Problem(413, "request-too-large" if limit == UPLOAD_LIMIT else "form-too-large")
            return message

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    *((name.lower().encode(), value.encode()) for name, value in HEADERS.items()),
                ]
            await send(message)

        try:
            if request.url.path not in self._open_paths:
                self._access.check_host(request)
                if request.method not in ("GET", "HEAD") and request.url.path.startswith("/api/"):
                    self._access.person(request, None)
            length = request.headers.get("content-length", "0")
            if not length.isdecimal() or int(length) > limit:
                raise Problem(413, "request-too-large" if limit == UPLOAD_LIMIT else "form-too-large")
        except Problem as problem:
            return await problem_answer(problem.status_code, problem.code, request)(scope, receive, with_headers)
        return await self._app(scope, counted, with_headers)

    def _limit(self, path: str) -> int:
        """The most bytes that a body may have."""
        if path in self._open_paths:
            return WEBHOOK_LIMIT
        return UPLOAD_LIMIT if _TAKES_FILES.fullmatch(path) else SMALL_LIMIT


def _add_page(app: FastAPI, door: WebDoor, access: Access) -> None:
    """The page, its files, and signing in."""

    @app.get("/", include_in_schema=False)
    async def page() -> FileResponse:
        return FileResponse(PAGE / "index.html")

    @app.get("/page/{name}", include_in_schema=False)
    async def page_file(name: str) -> FileResponse:
        if not re.fullmatch(r"[\w-]+\.(js|css|svg|webmanifest)", name) or not (PAGE / name).is_file():
            raise Problem(404, "not-found")
        return FileResponse(PAGE / name, headers={"Cache-Control": "no-cache"})

    @app.get("/login", include_in_schema=False)
    async def login_page() -> FileResponse:
        return FileResponse(PAGE / "login.html")

    @app.post("/login", include_in_schema=False)
    async def login(request: Request, token: Annotated[str, Form()], name: Annotated[str, Form()]) -> Response:
        person = "-".join(name.split())
        if not access.token_is(token) or not NAME.fullmatch(person):
            return RedirectResponse("/login?wrong=1", 303)
        answer = RedirectResponse("/", 303)
        secure = request.url.scheme == "https"
        answer.set_cookie(
            COOKIE, access.cookie_for(person), max_age=90 * 86400, httponly=True, samesite="strict", secure=secure
        )
        return answer

    @app.get("/healthz", tags=["service"], summary="Whether the program is up")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/api/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(docs_page(app.openapi()))


def _add_api(app: FastAPI, door: WebDoor, access: Access) -> None:
    """The API that the page itself uses."""

    @app.get("/api/page", tags=["page"], summary="What the page shows itself with")
    async def page_content(
        request: Request,
        user: str | None = None,
        language: str | None = None,
        accept_language: Annotated[str | None, Header()] = None,
    ) -> schemas.PageContent:
        person = access.person(request, user or None)
        known = (
            language if language in texts.LANGUAGES else texts.accept_language(accept_language, door.settings.language)
        )
        return page_for(known, person if access.demands_token else None, sandbox=door.settings.image_in_sandbox)

    @app.post(
        "/api/chats/{chat}/messages", status_code=202, tags=["chat"], summary="Say something", responses=_TURNED_AWAY
    )
    async def post_message(
        request: Request,
        chat: str,
        user: Annotated[str, Form()] = "",
        text: Annotated[str, Form()] = "",
        files: Annotated[list[UploadFile] | None, File()] = None,
        mask: Annotated[UploadFile | None, File()] = None,
        reply_to: Annotated[str | None, Form(max_length=64)] = None,
        client_id: Annotated[str | None, Form(max_length=128)] = None,
    ) -> schemas.Accepted:
        person = _entered(access, request, chat, user)
        name = await door.inbound.message(
            chat, _user(person, request, door), text, files or (), mask, reply_to, client_id
        )
        return schemas.Accepted(message=name)

    @app.post(
        "/api/chats/{chat}/reactions",
        status_code=202,
        tags=["chat"],
        summary="Rate by an emoji",
        responses=_TURNED_AWAY,
    )
    async def post_reaction(request: Request, chat: str, body: schemas.ReactionBody) -> schemas.Accepted:
        person = _entered(access, request, chat, body.user)
        await door.inbound.reaction(chat, _user(person, request, door), body.message, body.emoji, body.added)
        return schemas.Accepted(message=body.message)

    @app.post(
        "/api/chats/{chat}/actions", status_code=202, tags=["chat"], summary="Press a button", responses=_TURNED_AWAY
    )
    async def post_action(request: Request, chat: str, body: schemas.ActionBody) -> schemas.Accepted:
        person = _entered(access, request, chat, body.user)
        await door.inbound.press(chat, _user(person, request, door), body.message, body.action)
        return schemas.Accepted(message=body.message)

    @app.get(
        "/api/chats/{chat}/events",
        tags=["chat"],
        summary="Follow a chat (Server-Sent Events)",
        response_model=schemas.Event,
    )
    async def get_events(
        request: Request,
        chat: str,
        user: str | None = None,
        after: Annotated[int, Query(ge=0, le=2**62)] = 0,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> Response:
        access.check_chat(chat, access.person(request, user or None))
        if last_event_id and re.fullmatch(r"\d{1,18}", last_event_id, re.ASCII):
            after = int(last_event_id)
        return StreamingResponse(_stream(door, chat, after), media_type="text/event-stream", headers=_STREAM_HEADERS)

    @app.get("/api/pieces/{piece}", tags=["pieces"], summary="How a piece was made", responses=_TURNED_AWAY)
    async def get_piece(request: Request, piece: str, user: str | None = None) -> schemas.PieceDetails:
        person = access.person(request, user or None)
        kept = await door.store.piece(piece)
        if kept is None:
            raise Problem(404, "not-found")
        score = await door.store.score(piece, f"web:{person}" if person else "")
        made = kept.piece
        return schemas.PieceDetails(
            id=made.id,
            kind=str(made.kind),
            prompt=made.shown_prompt,
            request=made.request,
            model=made.model,
            parameters={name: value for name, value in made.parameters.items() if name != "region"},
            parent=made.parent,
            cost_usd=made.cost_usd,
            rating=schemas.Rating.model_validate(rating(score)),
            created=kept.created,
        )


def _add_media(app: FastAPI, door: WebDoor, access: Access) -> None:
    """The bytes of pieces. Their ids cannot be guessed; where a token is demanded it is needed here too."""

    @app.get("/media/{media}", tags=["pieces"], summary="The bytes of a piece", response_class=Response)
    async def get_media(request: Request, media: str, download: bool = False) -> Response:
        access.person(request, None)
        if (preview := door.hub.preview(media)) is not None:
            return Response(preview[0], media_type=preview[1], headers={"Cache-Control": "no-store"})
        try:
            path, mime, _ = await door.media.describe(media)
        except BadInput as error:
            raise Problem(404, "not-found") from error
        inline = mime in SHOWN_INLINE and not download
        name = f"fabula-{media[:8]}.{mime.partition('/')[2]}" if mime in SHOWN_INLINE else f"fabula-{media[:8]}.bin"
        return FileResponse(
            path,
            media_type=mime if mime in SHOWN_INLINE else "application/octet-stream",
            filename=name,
            content_disposition_type="inline" if inline else "attachment",
            headers={"Cache-Control": "private, max-age=31536000, immutable"},
        )


def _add_webhook(app: FastAPI, webhook: Webhook) -> None:
    @app.post(webhook.path, include_in_schema=False)
    async def called(request: Request) -> Response:
        try:
            body = await request.body()
        except ClientDisconnect:
            return Response(status_code=400)
        taken = await webhook.called(request.headers.get(webhook.header, ""), body)
        return Response(status_code=200 if taken else 403)


async def _stream(door: WebDoor, chat: str, after: int) -> AsyncIterator[str]:
    """First the durable events after a number, then the newest progress, then what comes."""
    stream = door.hub.open(chat)
    try:
        yield "retry: 1000\n\n"
        line: str | None = LOOK
        while line is not None:
            if line == LOOK:
                more = True
                while more:
                    rows = await door.events.after(chat, after, TOGETHER)
                    for row in rows:
                        after = row.seq
                        yield f'id: {row.seq}\ndata: {{"seq": {row.seq}, {row.data[1:]}\n\n'
                    more = len(rows) == TOGETHER
            else:
                yield f"data: {line}\n\n"
            try:
                line = await stream.next(KEEP_ALIVE)
            except TimeoutError:
                yield ": still here\n\n"
                line = LOOK
    finally:
        door.hub.leave(chat, stream)


def page_for(language: str, person: str | None, *, sandbox: bool) -> schemas.PageContent:
    """The page's sentences and the palette, from the catalogue and the command table."""
    return schemas.PageContent(
        language=language,
        user=person,
        texts={key: text for key, text in texts.catalogue(language).items() if key.startswith("page-")},
        commands=[
            schemas.PageCommand(
                name=command.name,
                usage=usage(command),
                description=texts.say(f"command-{command.name}", language),
                options=[
                    schemas.PageOption(
                        name=option.name,
                        description=texts.say(f"option-{option.name}", language),
                        choices=list(choices(option)),
                    )
                    for option in command.options
                ],
            )
            for command in COMMANDS
            if command.name != "start"
        ],
        examples=[texts.say(f"example-{place}", language) for place in (1, 2, 3)],
        artist_note=texts.say("sandbox-note", language) if sandbox else "",
    )


def _entered(access: Access, request: Request, chat: str, user: str) -> str:
    """The person who acts in a chat. Raises ``Problem`` where they may not."""
    person = access.person(request, user or None)
    if person is None:
        raise Problem(400, "request-malformed")
    access.check_chat(chat, person)
    return person


def _user(person: str, request: Request, door: WebDoor) -> User:
    language = texts.accept_language(request.headers.get("accept-language"), door.settings.language)
    return User(platform=PLATFORM, id=person, name=person, language=language)
