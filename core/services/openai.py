"""One connection to a server that speaks the OpenAI API: pace, patience, time limit, and errors made ours where they arise."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from functools import cache
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from typing import Any, TypeVar

import aiohttp
import httpx2
import openai
import structlog
from aiolimiter import AsyncLimiter

from core import bill, traces
from core.brief import Brief
from core.cancelling import was_cancelled
from core.errors import FabulaError, OperatorFault, Unavailable
from core.services.manner import Manners
from core.services.openai_errors import facts_of, fault_from, lost
from core.services.retry import Patience, persist
from core.services.slowly import ForkedClient
from core.thrift import Service

Answer = TypeVar("Answer")
Waiting = Callable[[float], None]

LARGEST_PICTURE = 50_000_000
"""Bytes of a picture that a server of the operator's hands out by link; as much as the API takes itself (2026-11-22)."""

LARGEST_ANSWER = 4 * LARGEST_PICTURE
"""Bytes of an answer with a picture: room for it in base64 and its previews. A server that goes on beyond that is not listened to."""

LARGEST_TEXT = 16_000_000
"""Bytes of any other answer: the longest text comes in 16,000 events of a few hundred."""

TAKEN_AT_ONCE = 512 * 1024
"""Bytes of an answer that are handed on at once. The SDK's transport hands on 16 kB: a picture would go 130 times through the readers of four
libraries, which is a tenth of all that a command costs.
"""

_CONNECT_SECONDS = 10.0
_TRANSPORT = (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError, aiohttp.ClientError, OSError)
"""What the transport may raise that the SDK does not make its own."""

_ODD = (ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What reading an answer of an odd shape ends in: the SDK makes its types of any JSON unchecked, so it shows where something is looked for in it."""

_BRIEF_HEADER, _BRIEF_WORDS = "fabula-brief", 1000  # characters of a person's words: headers are short
_EMBEDDED_KEY = "embedded-"
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_log = structlog.get_logger(__name__)


@cache
def _certificates(trust_env: bool, needed: bool) -> SSLContext:
    """The authorities of this machine, read once for all connections, where there is any use for them: that takes as long as a whole request."""
    return httpx2.create_ssl_context(trust_env=trust_env) if needed else SSLContext(PROTOCOL_TLS_CLIENT)


class Connection:
    """A server and an account there. Connections are kept open between calls; ``close`` ends them.

    ``base_url`` ``None`` is OpenAI's own. ``timeout``: seconds for one try, from its first byte to its last. ``calls_per_minute``: ``None`` or 0
    for no limit. ``successor`` names what replaces a model that is gone. ``built_in``: what it answers costs nothing. ``service``: what it is to us.
    """

    def __init__(
        self,
        base_url: str | None,
        key: str,
        *,
        calls_per_minute: int | None = None,
        timeout: float = 300.0,
        patience: Patience | None = None,
        successor: Callable[[str], str] = lambda model: "",
        built_in: bool = False,
        service: Service = "text",
    ) -> None:
        self.built_in = built_in
        self.service = service
        self._key = key
        self._timeout = timeout
        self.patience = patience or Patience()
        self.manners = Manners()
        self._successor = successor
        self._calls_per_minute, self._shared_by = calls_per_minute, 1
        self._limiter: AbstractAsyncContextManager[Any] = (
            AsyncLimiter(calls_per_minute, 60) if calls_per_minute else nullcontext()
        )
        url = httpx2.URL(base_url or "https://api.openai.com/v1")
        trust_env = url.host not in _LOOPBACK  # a proxy of the environment cannot see this machine's own loopback
        # The SDK's other transport looks through all connections at each request: with a hundred at once it took 60 % of the time (2026-11-25).
        self._http = ForkedClient(
            follow_redirects=False,
            timeout=httpx2.Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS)),
            verify=_certificates(trust_env, needed=trust_env or url.scheme == "https"),
            trust_env=trust_env,
            headers={
                "accept-encoding": "identity"
            },  # a few packed bytes may be a gigabyte, and are unpacked in the event loop
            event_hooks={"response": [_bound]},
        )
        self._url = url
        self.client = openai.AsyncOpenAI(
            api_key=key or "none", base_url=str(url), max_retries=0, http_client=self._http
        )

    def offer(self, offered: Callable[[], Awaitable[bool]]) -> None:
        """Have calls that may take their time answered from what is kept, where the server is ``offered`` such."""
        self._http.service, self._http.beside_header, self._http.offered = self.service, _BRIEF_HEADER, offered

    def share(self, processes: int) -> None:
        """Make no more calls in a minute than our part of what so many processes may make together."""
        if self._calls_per_minute and processes != self._shared_by:
            self._limiter = AsyncLimiter(max(1.0, self._calls_per_minute / processes), 60)
            self._shared_by = processes

    @property
    def is_openai(self) -> bool:
        """Whether this is OpenAI itself, whose endpoints are known to exist."""
        return self._url.host == "openai.com" or self._url.host.endswith(".openai.com")

    @property
    def is_embedded(self) -> bool:
        """Whether this is the server that Fabula brings along: on this machine, and with a key as only that one makes them."""
        return self._url.host in _LOOPBACK and self.client.api_key.startswith(_EMBEDDED_KEY)

    def beside(self, brief: Brief | None) -> dict[str, Any]:
        """The facts of a task as a header of its request, in ASCII; for the embedded server alone, which reads no prose."""
        if brief is None or not self.is_embedded:
            return {}
        facts = brief.model_dump(exclude_none=True, exclude={"style", "own", "without", "phrasing", "temperature"})
        if "words" in facts:
            facts["words"] = facts["words"][:_BRIEF_WORDS]
        return {"extra_headers": {_BRIEF_HEADER: json.dumps(facts, separators=(",", ":"))}}

    async def call(
        self,
        request: Callable[[], Awaitable[Answer]],
        *,
        model: str = "",
        paid: bool = True,
        waiting: Waiting | None = None,
    ) -> Answer:
        """Make a request, again where that helps (see ``retry``). ``waiting`` is told of pauses as ``persist`` does.

        Raises only errors of ours. ``paid``: the call costs money, which a failure then says; each try that may have been billed for nothing
        is put on the bill. A ``request`` must read a stream to its end.
        """

        async def once() -> Answer:
            async with self._limiter:
                try:
                    return await self._answered(request, model, paid=paid)
                except (FabulaError, asyncio.CancelledError) as error:
                    if getattr(error, "spent", paid):
                        bill.note_unclear(model, built_in=self.built_in)
                    raise

        return await persist(once, self.patience, waiting)

    async def list_models(self) -> Mapping[str, str | None]:
        """The models of this account with the day each shuts down (YYYY-MM-DD). Tells a wrong key from a good one, and is free."""

        async def request() -> dict[str, str | None]:
            answer = await self.client.models.with_raw_response.list()  # the SDK itself breaks on what is no list
            return {model["id"]: model.get("shutdown_date") for model in json.loads(answer.text)["data"]}

        return await self.call(request, paid=False)

    def elsewhere(self, base_url: str) -> Connection:
        """A connection with the same key to another address, to be closed by itself."""
        return Connection(base_url, self._key, timeout=self._timeout, patience=self.patience)

    async def fetch(self, link: str) -> bytes:
        """The bytes behind a link that the server answered with, which must lead to that very server.

        Raises ``OperatorFault("answer-is-link")`` for any other; call it within a ``request``.
        """
        try:
            url = self._url.join(link)
        except (httpx2.InvalidURL, ValueError) as error:  # odd bytes, or no address at all
            raise Unavailable("answer-unreadable", spent=True) from error
        if (url.scheme, url.host, url.port) != (self._url.scheme, self._url.host, self._url.port):
            raise OperatorFault("answer-is-link", spent=True)
        kept = bytearray()
        try:
            headers = self.client.auth_headers  # some hand out pictures to who has asked for them alone
            async with self._http.stream("GET", url, headers=headers) as response:
                if not response.is_success:
                    raise Unavailable("answer-unreadable", spent=True)
                async for part in response.aiter_bytes():
                    kept += part
                    if len(kept) > LARGEST_PICTURE:
                        raise Unavailable("answer-unreadable", spent=True)
        except httpx2.RequestError as error:
            raise Unavailable("answer-unreadable", spent=True) from error
        return bytes(kept)

    async def close(self) -> None:
        """Close what is open."""
        await self.client.close()

    async def _answered(self, request: Callable[[], Awaitable[Answer]], model: str, *, paid: bool) -> Answer:
        """One try, its errors made ours and noted in the log."""
        started = time.monotonic()
        try:
            with traces.call(model):
                async with asyncio.timeout(self._timeout):
                    answer = await self._ours(request, model, paid=paid)
        except TimeoutError as error:
            late = Unavailable("service-slow", spent=paid)
            _log.warning("service.failed", model=model, code=late.code, seconds=_since(started))
            raise late from error
        except FabulaError as error:
            _log.warning("service.failed", model=model, code=error.code, seconds=_since(started), **facts_of(error))
            raise
        _log.info("service.answered", model=model, seconds=_since(started))
        return answer

    async def _ours(self, request: Callable[[], Awaitable[Answer]], model: str, *, paid: bool) -> Answer:
        """The request's answer or an error of ours."""
        try:
            return await request()
        except openai.APIError as error:
            raise fault_from(error, paid=paid, model=model, successor=self._successor(model)) from error
        except _TRANSPORT as error:
            raise lost(error, paid=paid) from error
        except _ODD as error:
            raise Unavailable("answer-unreadable", spent=paid) from error
        except asyncio.CancelledError as error:
            if was_cancelled():
                raise
            raise lost(error, paid=paid) from error


class _Bounded(httpx2.AsyncByteStream):
    """The bytes of an answer, which must come to an end."""

    def __init__(self, stream: httpx2.AsyncByteStream, most: int) -> None:
        self._stream = stream
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        came = 0
        async for part in self._stream:
            came += len(part)
            if came > self._most:
                raise Unavailable("answer-unreadable", spent=True)
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


async def _bound(response: httpx2.Response) -> None:
    """See to it that an answer is never larger than we are ready to hold. One that comes packed, unasked, stays so: only its status is read."""
    assert isinstance(response.stream, httpx2.AsyncByteStream)
    transported: Any = getattr(response.stream, "_stream", None)
    if hasattr(transported, "CHUNK_SIZE"):
        transported.CHUNK_SIZE = TAKEN_AT_ONCE
    with suppress(KeyError):
        del response.headers["content-encoding"]
    if response.request.url.path.endswith("/content"):  # a file of many answers, which is read as it comes
        return
    is_text = response.request.url.path.endswith(("/chat/completions", "/moderations", "/models"))
    response.stream = _Bounded(response.stream, LARGEST_TEXT if is_text else LARGEST_ANSWER)


def _since(started: float) -> float:
    return round(time.monotonic() - started, 2)
