"""Where bytes come from and where they are kept."""

from __future__ import annotations

from typing import Protocol

from core.types import (
    FileRef,
)


class Fetcher(Protocol):
    """Brings the bytes of what a person sent on one platform."""

    async def fetch(self, file: FileRef, limit: int) -> bytes:
        """The bytes, at most ``limit`` of them; raises ``BadInput("file-too-large" | "file-gone")``."""
        ...


class Media(Protocol):
    """Bytes by content, behind random public ids."""

    async def put(self, data: bytes, mime: str, *, owner: str = "", home: str = "") -> str:
        """Keep the bytes and return a new public id; raises ``StorageFault("disk-full")``.

        ``owner`` is the key of the person who sent them, ``home`` the chat (``Place.home``) that they were sent to.
        """
        ...

    async def read(self, media: str) -> bytes:
        """The bytes of an id; raises ``BadInput("file-gone")``."""
        ...
