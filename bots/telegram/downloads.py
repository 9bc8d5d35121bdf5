"""The bytes of what people send on Telegram, as they come. Their links hold the bot's token and go nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import Protocol, runtime_checkable

import httpx
import structlog
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bots.telegram.errors import mapped, seconds
from bots.telegram.limits import DOWNLOAD_BYTES
from core.errors import BadInput
from core.types import FileRef

WAITS = (1.0, 3.0, 0.0)
"""Seconds after each try to get a file; the last one is final."""

CHUNK = 256 * 1024
"""Bytes of a file that are held at a time."""

_GONE = (401, 403, 404)

log = structlog.get_logger()


@runtime_checkable
class Streaming(Protocol):
    """Connections to Telegram that hand on a file while it comes; the library's own would hold it as a whole."""

    def opened(self, url: str) -> AbstractAsyncContextManager[httpx.Response]:
        """The answer to a request for a file, unread."""
        ...


async def stream(bot: Bot, file: FileRef, limit: int) -> AsyncGenerator[bytes, None]:
    """The bytes of a file, at most ``limit``. Raises ``BadInput("file-too-large" | "file-gone")``, ``Unavailable``.

    As long as none of them is there, what fails is tried again.
    """
    limit = min(limit, DOWNLOAD_BYTES)
    if file.size > limit:
        raise _too_large(limit)
    for wait in WAITS:
        begun = False
        try:
            async with aclosing(_download(bot, file, limit)) as chunks:
                async for chunk in chunks:
                    begun = True
                    yield chunk
            return
        except BadRequest as error:
            raise _too_large(limit) if "too big" in str(error) else BadInput("file-gone") from error
        except TelegramError as error:
            log.info("download failed", cause=type(error).__name__)
            if begun or not wait:
                raise mapped(error) from error
            await asyncio.sleep(seconds(error) if isinstance(error, RetryAfter) else wait)


async def _download(bot: Bot, file: FileRef, limit: int) -> AsyncGenerator[bytes, None]:
    found = await bot.get_file(file.ref)
    url = found.file_path or ""
    if not url.startswith(("http://", "https://")):  # a server of one's own may share its disk with us
        yield bytes(await found.download_as_bytearray())
        return
    async with _answer(bot, url) as answer:
        if int(answer.headers.get("content-length", 0)) > limit:
            raise _too_large(limit)
        left = limit
        async for chunk in answer.aiter_bytes(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise _too_large(limit)
            yield chunk


@asynccontextmanager
async def _answer(bot: Bot, url: str) -> AsyncIterator[httpx.Response]:
    """The answer to a request for a file. Raises ``BadRequest`` for one that is gone, ``NetworkError``."""
    assert isinstance(bot.request, Streaming)
    try:
        async with bot.request.opened(url) as answer:
            if answer.status_code in _GONE:
                raise BadRequest("file is gone")
            if answer.status_code != 200:
                raise NetworkError(f"status {answer.status_code}")
            yield answer
    except httpx.HTTPError as error:
        raise NetworkError(type(error).__name__) from error


def _too_large(limit: int) -> BadInput:
    return BadInput("file-too-large", limit_mb=limit // 1024**2)
