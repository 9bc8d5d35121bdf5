"""Where bytes come from and where they are kept."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from core.types import (
    FileRef,
)


class KeptBytes(NamedTuple):
    """What was kept: its public random id, its size in bytes and its SHA-256 in hexadecimal."""

    media: str
    size: int
    sha: str


class MediaFile(NamedTuple):
    """A kept file to hand out: where it is, its media type, its size in bytes and its SHA-256 in hexadecimal."""

    path: Path
    mime: str
    size: int
    sha: str


class Fetcher(Protocol):
    """Brings the bytes of what a person sent on one platform."""

    async def fetch(self, file: FileRef, limit: int) -> bytes:
        """The bytes, at most ``limit`` of them; raises ``BadInput("file-too-large" | "file-gone")``."""
        ...

    def stream(self, file: FileRef, limit: int) -> AsyncGenerator[bytes, None]:
        """The bytes as they come. Raises as ``fetch`` does, before the first of them where the platform says how many there are."""
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

    async def describe(self, media: str) -> MediaFile:
        """The file of an id, to be sent from the disk; raises ``BadInput("file-gone")``. Any string is safe as an id."""
        ...

    async def take(self, chunks: AsyncIterator[bytes], mime: str, *, owner: str = "", home: str = "") -> KeptBytes:
        """Keep bytes as they come, none of them in memory for long; raises as ``put`` does, and what ``chunks`` raises."""
        ...

    async def write(
        self, fill: Callable[[BinaryIO], object], mime: str, *, owner: str = "", home: str = ""
    ) -> KeptBytes:
        """Keep what ``fill`` writes into a file, in a thread, a few at a time; raises as ``put`` does, and what ``fill`` raises."""
        ...
