"""Bytes by content: a file for each SHA-256 under ``media/ab/<sha256>``, behind random public ids."""

from __future__ import annotations

import asyncio
import hashlib
import math
import os
import tempfile
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Set
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import structlog
from sqlalchemy import Connection, Row, bindparam, delete, exists, select

from core.errors import BadInput
from core.locks import Locks
from core.ports import KeptBytes, Media, MediaFile
from core.types import KeptPiece, Piece, new_id
from storage.database import Database
from storage.faults import faults
from storage.folder import remove_older
from storage.tables import doomed, insert, media, piece_media, pieces
from storage.values import load

_BY_ID = select(media.c.sha, media.c.mime, media.c.size).where(media.c.id == bindparam("id"))
_OWNED = select(media.c.owner, media.c.home, media.c.sha).where(media.c.id == bindparam("id"))
_PIECES_OF = (  # also those that have the same bytes under another id: who sees one sees the other
    select(pieces.c.value)
    .join(piece_media, piece_media.c.piece == pieces.c.id)
    .join(media, media.c.id == piece_media.c.media)
    .where(media.c.sha == bindparam("sha"), pieces.c.deleted.is_(False))
)
_IN_USE = select(exists().where(media.c.sha == bindparam("sha")))
_EVERY = select(media.c.sha).distinct()
_DOOMED = select(doomed.c.sha)
_REMOVED = delete(doomed).where(doomed.c.sha == bindparam("file"))
_SPARED = _REMOVED.where(exists().where(media.c.sha == bindparam("file")))
_ADD = insert(media)

log = structlog.get_logger()

FRESH_BYTES = 32_000_000
"""Bytes of what was just kept that are held until somebody reads them: a picture is mostly sent as soon as it is there."""

REMOVED_TOGETHER = 20
"""How many files are removed at the same time, so that their transactions are committed together."""


WRITTEN_AT_ONCE = 2
"""Large files that are put together at the same time: the disk is everybody's."""


class MediaState(NamedTuple):
    """How the files are that are kept: how many are as they were, missing, or changed, and how many there are that nothing names."""

    intact: int
    missing: int
    changed: int
    unknown: int


class MediaSight(NamedTuple):
    """Where bytes are to be seen: whose they are, and the chats (``Place.home``) that they were sent to or made in.

    ``piece`` is the one that has them under this very id.
    """

    owner: str
    homes: frozenset[str]
    piece: Piece | None = None


class FileMedia(Media):
    """``core.ports.Media`` in a folder, with its index in the database.

    A file gets its name only after its row is committed, and is removed only after the transaction that noted it in
    ``doomed``; so a kill at any moment leaves no file that nobody knows of.
    """

    def __init__(self, database: Database, folder: Path, clock: Callable[[], float]) -> None:
        """Call ``tidy`` before the first use. ``clock`` gives the time in seconds since the epoch."""
        self._database = database
        self._folder = folder
        self._arriving = folder / "arriving"
        self._clock = clock
        self._locks: Locks[str] = Locks()
        self._fresh: OrderedDict[str, bytes] = OrderedDict()
        self._writing = asyncio.Semaphore(WRITTEN_AT_ONCE)

    async def tidy(self, before: float = math.inf) -> None:
        """Remove what a kill left: files that were being written before a time, and files that were about to be removed."""
        with faults():
            await asyncio.to_thread(self._clear_arriving, before)
        await self.remove_doomed()

    async def put(self, data: bytes, mime: str, *, owner: str = "", home: str = "") -> str:
        """Keep the bytes, once for each content, and return a new public id; raises ``StorageFault("disk-full")``.

        ``owner`` is the key of the person who sent them, so that ``/forget`` finds bytes that never became a piece; ``home`` the chat
        (``Place.home``) that they were sent to.
        """
        kept = await self._fill(lambda file: file.write(data), mime, owner, home)
        self._hold(kept.media, data)
        return kept.media

    async def take(self, chunks: AsyncIterator[bytes], mime: str, *, owner: str = "", home: str = "") -> KeptBytes:
        """Keep bytes as they come, none of them in memory for long; raises as ``put`` does, and what ``chunks`` raises."""
        with faults():
            arriving, file = await asyncio.to_thread(self._begin)
            try:
                try:
                    async for chunk in chunks:
                        await asyncio.to_thread(file.write, chunk)
                finally:
                    await asyncio.to_thread(file.close)
                size, sha = await asyncio.to_thread(_digest, arriving)
                return await self._keep(arriving, size, sha, mime, owner, home)
            except BaseException:
                remove_older(arriving)
                raise

    async def write(
        self, fill: Callable[[BinaryIO], object], mime: str, *, owner: str = "", home: str = ""
    ) -> KeptBytes:
        """Keep what ``fill`` writes into a file, in a thread, a few at a time; raises as ``put`` does, and what ``fill`` raises."""
        async with self._writing:
            return await self._fill(fill, mime, owner, home)

    async def _fill(self, fill: Callable[[BinaryIO], object], mime: str, owner: str, home: str) -> KeptBytes:
        with faults():
            arriving, size, sha = await asyncio.to_thread(self._filled, fill)
            try:
                return await self._keep(arriving, size, sha, mime, owner, home)
            except BaseException:
                remove_older(arriving)
                raise

    async def _keep(self, arriving: Path, size: int, sha: str, mime: str, owner: str, home: str) -> KeptBytes:
        """Note a file that is complete, and give it its name."""
        media, created = new_id(), self._clock()
        row = {"id": media, "sha": sha, "mime": mime, "size": size, "owner": owner, "created": created, "home": home}
        async with self._locks.of(sha):
            await self._database.write(partial(_add, row))
            await asyncio.to_thread(self._name, arriving, sha)
        return KeptBytes(media, size, sha)

    async def read(self, media: str) -> bytes:
        """The bytes of an id; raises ``BadInput("file-gone")``."""
        if (fresh := self._fresh.pop(media, None)) is not None:
            return fresh
        kept = await self._kept(media)
        return await asyncio.to_thread(_intact, self._path(kept.sha), kept.sha)

    async def describe(self, media: str) -> MediaFile:
        """The file of an id, to be sent from the disk; raises ``BadInput("file-gone")``. Any string is safe as an id."""
        kept = await self._kept(media)
        path = self._path(kept.sha)
        if await asyncio.to_thread(_is_changed, path, kept.sha):
            raise _gone()
        return MediaFile(path, kept.mime, kept.size, kept.sha)

    async def digest(self, media: str) -> str | None:
        """The SHA-256 under which an id is kept, without a look at the file; ``None`` for an id that is none."""
        row = await self._database.read(partial(_find, media))
        return str(row.sha) if row else None

    async def check(self) -> MediaState:
        """Compare every file with its digest: a second for each two gigabytes, and as long as the disk takes."""
        shas = await self._database.read(lambda connection: set(connection.execute(_EVERY).scalars()))
        return await asyncio.to_thread(self._compare, shas)

    async def sight(self, media: str) -> MediaSight | None:
        """Where the bytes of an id are to be seen; ``None`` for an id that is none."""
        return await self._database.read(partial(_sight, media))

    async def remove_doomed(self) -> None:
        """Remove the files that a committed transaction left without an id."""
        self._fresh.clear()
        shas = await self._database.read(lambda connection: connection.execute(_DOOMED).scalars().all())
        for start in range(0, len(shas), REMOVED_TOGETHER):
            await asyncio.gather(*map(self._remove, shas[start : start + REMOVED_TOGETHER]))

    async def _remove(self, sha: str) -> None:
        if self._database.shared:
            with faults():
                await self._database.write(partial(_remove, self._path(sha), sha))
            return
        async with self._locks.of(sha):  # the same content may be arriving again
            spared = await self._database.read(partial(_in_use, sha))
            if not spared:
                with faults():
                    await asyncio.to_thread(remove_older, self._path(sha))
            await self._database.write(partial(_settle, sha, spared))

    async def _kept(self, media: str) -> Row[Any, Any, Any]:
        row = await self._database.read(partial(_find, media))
        if row is None:
            raise BadInput("file-gone")
        return row

    def _hold(self, media: str, data: bytes) -> None:
        """Hold bytes for the first who reads them; the oldest make room."""
        self._fresh[media] = data
        while sum(map(len, self._fresh.values())) > FRESH_BYTES:
            self._fresh.popitem(last=False)

    def _path(self, sha: str) -> Path:
        return self._folder / sha[:2] / sha

    def _begin(self) -> tuple[Path, BinaryIO]:
        """A file without a name yet."""
        handle, name = tempfile.mkstemp(dir=self._arriving)
        return Path(name), os.fdopen(handle, "wb")

    def _filled(self, fill: Callable[[BinaryIO], object]) -> tuple[Path, int, str]:
        """A file without a name yet, with what was written into it: its size, and its SHA-256."""
        arriving, file = self._begin()
        try:
            with file:
                fill(file)
            return arriving, *_digest(arriving)
        except BaseException:
            remove_older(arriving)
            raise

    def _name(self, arriving: Path, sha: str) -> None:
        """Give the file its name and see both to the disk; the same content that is there already gives way to it."""
        path = self._path(sha)
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _sync(self._folder)
        _sync(arriving)
        arriving.replace(path)
        _sync(path.parent)

    def _compare(self, shas: Set[str]) -> MediaState:
        found = {path.name: path for path in self._folder.glob("??/*")}
        changed = sum(_is_changed(found[sha], sha) for sha in shas & found.keys())
        missing = len(shas - found.keys())
        return MediaState(len(shas) - missing - changed, missing, changed, len(found.keys() - shas))

    def _make_folders(self) -> None:
        for folder in (
            self._folder,
            self._arriving,
        ):  # one after the other: parents that are made along get everybody's rights
            folder.mkdir(mode=0o700, exist_ok=True)

    def _clear_arriving(self, before: float) -> None:
        self._make_folders()
        for file in self._arriving.iterdir():
            remove_older(file, before)


def _intact(path: Path, sha: str) -> bytes:
    """The bytes of a file, if they are still those that were kept; else raises ``BadInput("file-gone")``, whatever the disk says about it."""
    try:
        data = path.read_bytes()
    except OSError:
        data = None
    if data is None or hashlib.sha256(data).hexdigest() != sha:
        raise _gone()
    return data


def _gone() -> BadInput:
    log.error("a kept file is missing or changed")
    return BadInput("file-gone")


def _digest(path: Path) -> tuple[int, str]:
    """The size of a file and its SHA-256."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _is_changed(path: Path, sha: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() != sha
    except OSError:  # a folder, or what the disk cannot read
        return True


def _sync(path: Path) -> None:
    """Make a file's bytes durable, or a folder's names: a rename is on disk only when its folder is."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _add(row: dict[str, object], connection: Connection) -> None:
    connection.execute(_ADD, row)


def _find(media: str, connection: Connection) -> Row[Any, Any, Any] | None:
    return connection.execute(_BY_ID, {"id": media}).first()


def _sight(media: str, connection: Connection) -> MediaSight | None:
    row = connection.execute(_OWNED, {"id": media}).first()
    if row is None:
        return None
    made = [
        kept
        for value in connection.scalars(_PIECES_OF, {"sha": row.sha})
        if (kept := load(KeptPiece, value, f"pieces of media {media}"))
    ]
    homes = frozenset({row.home, *(kept.place.home for kept in made)} - {""})
    return MediaSight(row.owner, homes, next((kept.piece for kept in made if media in kept.piece.media), None))


def _in_use(sha: str, connection: Connection) -> bool:
    return bool(connection.execute(_IN_USE, {"sha": sha}).scalar())


def _remove(path: Path, sha: str, connection: Connection) -> None:
    """As the method, where the same content may be arriving in another process: that notes its row first, and waits for us with that."""
    spared = _in_use(sha, connection)
    if not spared:
        remove_older(path)
    _settle(sha, spared, connection)


def _settle(sha: str, spared: bool, connection: Connection) -> None:
    """Strike a file off the list; a spared one only while it still has an id, for it may have lost that just now."""
    connection.execute(_SPARED if spared else _REMOVED, {"file": sha})
