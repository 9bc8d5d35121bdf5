"""Discord's file server: signed links to attachments that end, and the bytes behind them, untouched.

Links carry the hours of their end and their making (`ex`, `is`, hexadecimal Unix seconds) and a signature (`hm`), as Discord's
documentation describes under "Signed Attachment CDN URLs" (read 2026-11).
"""

import hashlib
import hmac
import io
import mimetypes
import re
import secrets
from collections.abc import Mapping
from urllib.parse import quote, unquote

from PIL import Image

from standins.clock import Clock
from standins.discord.state import Attachment

LINK_LIFETIME = 24 * 3600
"""Seconds for which a link works; Discord names no number, and links seen in 2026 live a day."""


class Cdn:
    """Keeps attachments and signs links to them. `base` is the server's own address."""

    def __init__(self, base: str, clock: Clock) -> None:
        self._base = base
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._files: dict[str, Attachment] = {}

    def keep(self, attachment: Attachment) -> Attachment:
        """Make an attachment downloadable."""
        self._files[_path(attachment)] = attachment
        return attachment

    def url(self, attachment: Attachment) -> str:
        """A fresh link."""
        path, now = _path(attachment), int(self._clock.now())
        ends, made = f"{now + LINK_LIFETIME:x}", f"{now:x}"
        return f"{self._base}/{quote(path)}?ex={ends}&is={made}&hm={self._sign(path, ends, made)}&"

    def find(self, path: str, query: Mapping[str, str]) -> Attachment | None:
        """What a link leads to; nothing once it has ended or where it was tampered with."""
        path = unquote(path).lstrip("/")
        ends, made, sign = (query.get(name, "") for name in ("ex", "is", "hm"))
        if not hmac.compare_digest(sign.encode(), self._sign(path, ends, made).encode()):
            return None
        return self._files.get(path) if int(ends, 16) > self._clock.now() else None

    def _sign(self, path: str, ends: str, made: str) -> str:
        return hmac.new(self._secret, f"{path}|{ends}|{made}".encode(), hashlib.sha256).hexdigest()


def attachment_of(
    number: int, channel_id: int, name: str, data: bytes, *, description: str | None = None, ephemeral: bool = False
) -> Attachment:
    """An attachment made of uploaded bytes: its name made safe, its type by its name, its size in pixels by its bytes."""
    filename = safe_name(name)
    kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
    width, height = _size(data) if kind.startswith("image/") else (0, 0)
    return Attachment(number, channel_id, filename, data, kind, width, height, description, ephemeral)


def safe_name(name: str) -> str:
    """A file's name as Discord keeps it: ASCII letters, digits, dot, dash and underscore; other runs become one underscore."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("_") or "unknown"


def _path(attachment: Attachment) -> str:
    folder = "ephemeral-attachments" if attachment.ephemeral else "attachments"
    return f"{folder}/{attachment.channel_id}/{attachment.id}/{attachment.filename}"


def _size(data: bytes) -> tuple[int, int]:
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return (0, 0)
