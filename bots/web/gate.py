"""Around every request: its host and origin, the size and pace of its body, the security headers of its answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bots.web.access import Access
from bots.web.problems import Problem, problem_answer
from core.conversation.commands import PROMPT_LIMIT

SMALL = 64 * 1024
"""Bytes of a body that is JSON or a form, and of any whose sender is not known."""

FORM_LIMIT = SMALL + 12 * PROMPT_LIMIT
"""Bytes of a message without files, or of what was filled in: each letter of the longest text may take twelve in a form."""

UPLOAD_LIMIT = 64 * 1024 * 1024
"""Bytes of one message with all its files."""

PAINT_LIMIT = 4 * 1024 * 1024
"""Bytes of what is sent from the page to paint on, with its words: a mask is under 1 MB (the API's own limit of one is 4 MB)."""

TABLE_LIMIT = 21 * 1024 * 1024
"""Bytes of a table with what is said to it: one of more than 20 MB is not read (``core.tables.reading``)."""

UPDATE_LIMIT = 1024 * 1024
"""Bytes of a platform's update; Telegram's longest take about a tenth."""

BODY_PATIENCE = 20.0
SLOWEST = 16 * 1024
"""A body has twenty seconds, and a second more for so many bytes that came (128 kbit/s): who sends more slowly only holds a place."""

LONGEST = 600.0
"""Seconds in which the largest has come, since its place is as large as what it says it will be (64 MB: 0.9 Mbit/s)."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; manifest-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer the login form would be sent from the origin "null"
    "Cross-Origin-Resource-Policy": "same-origin",
}
FRAMED = HEADERS["Content-Security-Policy"].replace(
    "frame-ancestors 'none'", "frame-ancestors https://web.telegram.org"
)
"""The same for a page that Telegram in a browser shows in a frame of its own."""


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


_EXTRA, _EXTRA_FRAMED = _encoded(HEADERS), _encoded({**HEADERS, "Content-Security-Policy": FRAMED})
_PAGE = re.compile(r"/paint(?:/[\w-]{1,64})?")
_PAINTED = re.compile(r"/api/paint/[\w-]{1,64}")
_LONG_WORDS = re.compile(r"/api/chats/[^/]+/(?:messages|forms|boards/[^/]+|make/[^/]+)")
_TABLE = re.compile(r"/api/chats/[^/]+/batches")
_WITH_FILES = re.compile(r"/api/chats/[^/]+/(?:messages|make/[^/]+)")


class Gate:
    """Lets a request through, or turns it away by its headers."""

    def __init__(self, app: ASGIApp, access: Access, webhooks: frozenset[str] = frozenset()) -> None:
        """``webhooks`` are reached under any host name: what comes there brings a secret of its own."""
        self._app = app
        self._access = access
        self._webhooks = webhooks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        request = Request(scope)
        body = _Body(receive, self._limit(request), request.headers)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                unread = [] if body.complete else [(b"connection", b"close")]
                extra = _EXTRA_FRAMED if _PAGE.fullmatch(request.url.path) else _EXTRA
                message["headers"] = [*message["headers"], *extra, *unread]
            await send(message)

        try:
            if request.url.path not in self._webhooks:
                self._access.check_host(request)
            body.check()
        except Problem as problem:
            await self._access.recognise(request)
            return await problem_answer(problem, request)(scope, receive, answer)
        return await self._app(scope, body.receive, answer)

    def _limit(self, request: Request) -> int:
        if request.url.path in self._webhooks:
            return UPDATE_LIMIT
        if request.method == "POST" and _PAINTED.fullmatch(request.url.path):
            return PAINT_LIMIT
        if request.method == "POST" and _LONG_WORDS.fullmatch(request.url.path):
            return UPLOAD_LIMIT if _is_form(request) and _WITH_FILES.fullmatch(request.url.path) else FORM_LIMIT
        if request.method == "POST" and _TABLE.fullmatch(request.url.path):
            return TABLE_LIMIT if _is_form(request) else SMALL
        return SMALL


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").lower().startswith("multipart/")


class _Body:
    """What is sent with a request: counted, and given its time."""

    def __init__(self, receive: Receive, limit: int, headers: Mapping[str, str]) -> None:
        self._receive = receive
        self._limit = limit
        self._length = headers.get("content-length")
        self._chunked = "transfer-encoding" in headers
        self._taken = 0
        self._pace: float = SLOWEST
        self._begun: float | None = None
        self.complete = not self._chunked and self._length in (None, "0")

    def check(self) -> None:
        """Raise ``Problem`` for a body that is too large, or whose end two headers tell differently (RFC 9112, 6.1: smuggling)."""
        if self._chunked and self._length is not None:
            raise Problem(400, "request-malformed")
        length = self._length or "0"
        if not (length.isascii() and length.isdecimal()):
            raise Problem(400, "request-malformed")
        if len(length) > 18 or int(length) > self._limit:
            raise self._too_large()
        self._pace = max(SLOWEST, (self._limit if self._chunked else int(length)) / LONGEST)

    async def receive(self) -> Message:
        """The next part. Raises ``Problem`` for one too many, and for one that does not come."""
        if self.complete:
            return await self._receive()
        loop = asyncio.get_running_loop()
        if self._begun is None:
            self._begun = loop.time()
        try:
            async with asyncio.timeout_at(self._begun + BODY_PATIENCE + self._taken / self._pace):
                message = await self._receive()
        except TimeoutError as error:
            raise Problem(408, "request-too-slow") from error
        self._taken += len(message.get("body", b""))
        if self._taken > self._limit:
            raise self._too_large()
        self.complete = not message.get("more_body", False)
        return message

    def _too_large(self) -> Problem:
        if self._limit < 1024**2:
            return Problem(413, "form-too-large")
        return Problem(413, "request-too-large", limit_mb=self._limit // 1024**2)
