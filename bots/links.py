"""Links to files that are too large for a platform: signed for one file and name, over after some days, and telling nothing of anybody."""

from __future__ import annotations

import hashlib
import hmac
import math
import time
from collections.abc import Callable
from typing import Literal, Protocol
from urllib.parse import quote

from core import texts
from core.settings import Settings
from core.types import Document

PATH = "/shared/"
"""What the address of every such file begins with; the only one that the public host is let in to without being a host of the page."""

DAY = 24 * 3600

Answer = Literal["good", "wrong", "over"]


class Secret(Protocol):
    """Whoever knows the secret of this installation."""

    async def secret(self) -> bytes:
        """Its 32 random bytes."""
        ...


class Links:
    """Makes links and looks at those that people bring. What a link is worth is in it: nothing is kept of one."""

    def __init__(self, settings: Settings, store: Secret, now: Callable[[], float] = time.time) -> None:
        """``now`` gives the time in seconds since the epoch."""
        self._base = settings.public_url
        self._lasts = settings.link_days * DAY
        self._store = store
        self._now = now

    async def instead(self, document: Document, language: str) -> tuple[str, str]:
        """The sentence in place of a file that is larger than a place takes, and the link; none without a public address."""
        known = {"name": document.name, "size": _megabytes(document.size)}
        if self._base is None:
            return texts.say("file-too-large-here", language, **known), ""
        ends = (
            math.ceil((self._now() + self._lasts) / DAY) * DAY
        )  # with the day: said again after a crash, it is the same
        return texts.say("file-by-link", language, until=texts.day(ends - 1, language), **known), await self.link(
            document, ends
        )

    async def link(self, document: Document, ends: int) -> str:
        """The address of a file until a time (in seconds since the epoch). Needs a public address."""
        sign = await self._sign(document.media, document.sha, document.name, f"{ends:x}")
        return f"{self._base}{PATH}{document.media}/{ends:x}/{sign}/{quote(document.name, safe='')}"

    async def check(self, media: str, sha: str, name: str, ends: str, sign: str) -> Answer:
        """Whether a link is one of ours for this content and name, and still good. ``ends`` is its hexadecimal end as it came."""
        if not hmac.compare_digest(sign.encode(), (await self._sign(media, sha, name, ends)).encode()):
            return "wrong"
        return "good" if self._now() < int(ends, 16) else "over"

    async def _sign(self, media: str, sha: str, name: str, ends: str) -> str:
        """Keyed with a key of its own, so that no other signature of this installation can be taken for one of these."""
        key = hmac.new(await self._store.secret(), b"links to files", hashlib.sha256).digest()
        told = "\n".join((media, sha, ends, name))
        return hmac.new(key, told.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def _megabytes(size: int) -> str:
    """A size as people read it, in units of 1024² bytes."""
    amount = size / 1024**2
    return f"{amount:.0f}" if amount >= 10 or amount == round(amount) else f"{amount:.1f}" if amount >= 0.1 else "0.1"
