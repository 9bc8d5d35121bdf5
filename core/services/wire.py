"""What travels in an answer or a request: pictures as text, and counts of tokens that a server may or may not tell."""

from __future__ import annotations

import asyncio
import base64
import binascii

from core.errors import Unavailable

_BLOCKING = 100_000  # letters of base64 that decode in well under a millisecond: not worth a thread


def mime_of(picture: bytes) -> str | None:
    """``image/png``, ``image/jpeg`` or ``image/webp`` by the first bytes; ``None`` for what no model takes or makes."""
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if picture.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if picture.startswith(b"RIFF") and picture[8:12] == b"WEBP":
        return "image/webp"
    return None


def data_url(picture: bytes) -> str:
    """A picture as a ``data:`` URL. Takes milliseconds per megabyte: call it in a worker thread."""
    return f"data:{mime_of(picture) or 'image/png'};base64,{base64.b64encode(picture).decode()}"


async def decoded(text: str) -> bytes:
    """The bytes of strict base64. Raises ``Unavailable("answer-unreadable")``: whatever was to come was made and billed."""
    try:
        if len(text) < _BLOCKING:
            return base64.b64decode(text, validate=True)
        return await asyncio.to_thread(base64.b64decode, text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unavailable("answer-unreadable", spent=True) from error


def count(usage: object, *path: str) -> int:
    """A number of tokens by its path in a usage; 0 where the server does not tell it."""
    for name in path:
        usage = getattr(usage, name, None)
    return usage if isinstance(usage, int) and usage > 0 else 0
