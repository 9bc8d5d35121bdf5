"""What travels in an answer or a request: pictures as text, and counts of tokens that a server may or may not tell."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from core.pictures.kinds import is_vector


def mime_of(picture: bytes) -> str | None:
    """``image/png``, ``image/jpeg``, ``image/webp``, ``image/gif`` or ``image/svg+xml`` by the first bytes; ``None`` for what no model makes."""
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if picture.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if picture.startswith(b"RIFF") and picture[8:12] == b"WEBP":
        return "image/webp"
    if picture.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/svg+xml" if is_vector(picture) else None


def data_url(picture: bytes) -> str:
    """A picture as a ``data:`` URL. Takes milliseconds per megabyte: call it in a worker thread."""
    return f"data:{mime_of(picture) or 'image/png'};base64,{base64.b64encode(picture).decode()}"


MOST_TOKENS = 20_000_000
"""Tokens that one call may take: twice what the models with the longest windows read (2026-11)."""


def count(usage: object, *path: str) -> int:
    """A number of tokens by its path in a usage; 0 where the server does not tell it, or tells what no call takes: it would be on the bill."""
    for name in path:
        usage = usage.get(name) if isinstance(usage, Mapping) else getattr(usage, name, None)
    return usage if isinstance(usage, int) and 0 < usage <= MOST_TOKENS else 0
