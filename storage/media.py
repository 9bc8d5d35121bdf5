"""Bytes by content, each once however often it came, behind random public ids: the index of what lies in ``storage.media_files``."""

from __future__ import annotations

import asyncio
import hashlib
import math
import os
import tempfile
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection, Row, bindparam, delete, exists, select

from core.errors import BadInput
from core.locks import Locks
from core.ports import KeptBytes, Media, MediaFile
from core.types import KeptPiece, Piece, new_id
from storage.database import Database
from storage.faults import faults
from storage.folder import remove_older
from storage.media_files import Files, MediaState, digest
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
_EVERY = select(media.c.sha, media.c.size).distinct()
_DOOMED = select(doomed.c.sha)
_REMOVED = delete(doomed).where(doomed.c.sha == bindparam("file"))
_SPARED = _REMOVED.where(exists().where(media.c.sha == bindparam("file")))
_ADD = insert(media)

_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")

Digested = Callable[[Path], tuple[int, str]]
"""Tells the size of a file and its SHA-256."""

log = structlog.get_logger()

FRESH_BYTES = 32_000_000
"""Bytes of what was just kept that are held until somebody reads them: a picture is mostly sent as soon as it is there."""

REMOVED_TOGETHER = 20
"""How many files are removed at the same time, so that their transactions are committed together."""


WRITTEN_AT_ONCE = 2
"""Large files that are put together at the same time: the disk is everybody's."""


class MediaSight(NamedTuple):
    """Where bytes are to be seen: whose they are, and the chats (``Place.home``) that they were sent to or made in.

    ``piece`` is the one that has them under this very id.
    """

    owner: str
    homes: frozenset[str]
    piece: Piece | None = None


class FileMedia(Media):
    """``core.ports.Media`` over files, with their index in the database.

    A file gets its name only after its row is committed, and is removed only after the transaction that noted it in
    ``doomed``; so a kill at any moment leaves no file that nobody knows of.
    """

    def __init__(self, database: Database, folder: Path, files: Files, clock: Callable[[], float]) -> None:
        """Call ``tidy`` before the first use. Bytes that come are written in ``folder`` until they are whole and go to ``files``.

        ``clock`` gives the time in seconds since the epoch.
        """
        self._database = database
        self._files = files
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
            await self._at_files(self._files.make_ready)
        await self.remove_doomed()

    async def put(self, data: bytes, mime: str, *, owner: str = "", home: str = "") -> str:
        """Keep the bytes, once for each content, and return a new public id; raises ``StorageFault("disk-full")``.

        ``owner`` is the key of the person who sent them, so that ``/forget`` finds bytes that never became a piece; ``home`` the chat
        (``Place.home``) that they were sent to.
        """
        kept = await self._fill(lambda file: file.write(data), mime, owner, home, lambda _: _digest_of(data))
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
                size, sha = await asyncio.to_thread(digest, arriving)
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

    async def _fill(
        self, fill: Callable[[BinaryIO], object], mime: str, owner: str, home: str, digested: Digested = digest
    ) -> KeptBytes:
        with faults():
            arriving, size, sha = await asyncio.to_thread(self._filled, fill, digested)
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
            await self._at_files(self._files.keep, arriving, sha)
        return KeptBytes(media, size, sha)

    async def read(self, media: str) -> bytes:
        """The bytes of an id; raises ``BadInput("file-gone")``."""
        if (fresh := self._fresh.pop(media, None)) is not None:
            return fresh
        kept = await self._kept(media)
        return _there(await self._at_files(self._files.read, kept.sha))

    async def describe(self, media: str) -> MediaFile:
        """The file of an id, to be sent from the disk; raises ``BadInput("file-gone")``. Any string is safe as an id."""
        kept = await self._kept(media)
        path = _there(await self._at_files(self._files.find, kept.sha))
        return MediaFile(path, kept.mime, kept.size, kept.sha)

    async def digest(self, media: str) -> str | None:
        """The SHA-256 under which an id is kept, without a look at the file; ``None`` for an id that is none."""
        row = await self._database.read(partial(_find, media))
        return str(row.sha) if row else None

    async def check(self) -> MediaState:
        """Look how all files are, as far as their place can tell; it may take minutes."""
        kept = await self._database.read(lambda connection: {row.sha: row.size for row in connection.execute(_EVERY)})
        return await self._at_files(self._files.compare, kept)

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
                await self._database.write(partial(_remove, self._files, sha))
            return
        async with self._locks.of(sha):  # the same content may be arriving again
            spared = await self._database.read(partial(_in_use, sha))
            if not spared:
                with faults():
                    await self._at_files(self._files.remove, sha)
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

    async def _at_files(self, work: Callable[_Given, _Result], *given: _Given.args, **named: _Given.kwargs) -> _Result:
        """Do something with the files, in a thread of theirs."""
        return await asyncio.get_running_loop().run_in_executor(self._files.threads, partial(work, *given, **named))

    def _begin(self) -> tuple[Path, BinaryIO]:
        """A file without a name yet."""
        handle, name = tempfile.mkstemp(dir=self._arriving)
        return Path(name), os.fdopen(handle, "wb")

    def _filled(self, fill: Callable[[BinaryIO], object], digested: Digested) -> tuple[Path, int, str]:
        """A file without a name yet, with what was written into it: its size, and its SHA-256."""
        arriving, file = self._begin()
        try:
            with file:
                fill(file)
            return arriving, *digested(arriving)
        except BaseException:
            remove_older(arriving)
            raise

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


def _digest_of(data: bytes) -> tuple[int, str]:
    """As ``digest``, of what is in memory: nothing is read back for it."""
    return len(data), hashlib.sha256(data).hexdigest()


def _there(found: _Result | None) -> _Result:
    """What was found; raises ``BadInput("file-gone")`` where nothing was."""
    if found is None:
        log.error("a kept file is missing or changed")
        raise BadInput("file-gone")
    return found


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


def _remove(files: Files, sha: str, connection: Connection) -> None:
    """As the method, where the same content may be arriving in another process: that notes its row first, and waits for us with that."""
    spared = _in_use(sha, connection)
    if not spared:
        files.remove(sha)
    _settle(sha, spared, connection)


def _settle(sha: str, spared: bool, connection: Connection) -> None:
    """Strike a file off the list; a spared one only while it still has an id, for it may have lost that just now."""
    connection.execute(_SPARED if spared else _REMOVED, {"file": sha})
