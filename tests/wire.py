"""HTTP to a server on loopback: asked by aiohttp, which takes a third of the processor time, and answered as httpx2 answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import TracebackType
from typing import Any, Self

import aiohttp
import httpx2

from patience import PATIENCE

LOST = (aiohttp.ClientError, OSError, TimeoutError)
"""What is raised where a connection breaks."""

_LONGEST_LINE = 1 << 24


class Wire:
    """Connections that requests share: opened by the first, and again after a close. It keeps no cookies and follows no redirects."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._url = url
        self._headers = headers
        self._opened: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End all connections."""
        opened, self._opened = self._opened, None
        if opened:
            await opened.close()

    async def get(self, path: str, **parameters: str | int) -> httpx2.Response:
        """Ask for a path."""
        return await self._answer(self._session.get(self._url + path, params=parameters, allow_redirects=False))

    async def post(self, path: str, *, json: Any = None, form: aiohttp.FormData | None = None) -> httpx2.Response:
        """Send JSON or a form to a path."""
        return await self._answer(self._session.post(self._url + path, json=json, data=form, allow_redirects=False))

    @asynccontextmanager
    async def stream(self, path: str, **parameters: str | int) -> AsyncIterator[aiohttp.ClientResponse]:
        """Read an answer as it comes."""
        async with self._session.get(self._url + path, params=parameters) as answer:
            yield answer

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                headers=self._headers,
                timeout=aiohttp.ClientTimeout(sock_read=PATIENCE, sock_connect=PATIENCE),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                read_bufsize=_LONGEST_LINE,
            )
        return self._opened

    async def _answer(self, asked: AbstractAsyncContextManager[aiohttp.ClientResponse]) -> httpx2.Response:
        async with asked as answer:
            return httpx2.Response(answer.status, headers=answer.raw_headers, content=await answer.read())
