"""Opening and closing a data folder."""

from __future__ import annotations

import math
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from core.errors import StorageFault
from core.settings import MediaPlace
from core.taste_log import Logged
from storage import tastes
from storage.database import Database, Lock, open_database, open_server
from storage.events import SqlEventLog
from storage.faults import faults
from storage.folder import DATABASE, FETCHED, LOCK, MEDIA, has_media, lost_log, make_ready
from storage.keeping.backup import clear_after_kill
from storage.media import FileMedia
from storage.media_files import Files, FolderFiles
from storage.people import SqlPeople
from storage.removal import ARRIVING_SECONDS
from storage.store import SqlStore
from storage.writer import Writer

log = structlog.get_logger()


@dataclass(frozen=True)
class Storage:
    """An open data folder: ``store``, ``media``, ``events`` and ``people`` share one database and one writer.

    Close it once, as a context or by hand.
    """

    store: SqlStore
    media: FileMedia
    events: SqlEventLog
    people: SqlPeople
    database: Database
    lock: Lock

    @property
    def writer(self) -> Writer:
        """The writer, for its counts."""
        return self.database.writer

    async def close(self) -> None:
        """Finish the writes that are queued, close the database and let another process have the folder."""
        try:
            await self.database.close()
        finally:
            self.lock.release()

    async def __aenter__(self) -> Storage:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()


async def open_storage(
    data_dir: Path,
    clock: Callable[[], float] = time.time,
    *,
    database_url: str | None = None,
    media_place: MediaPlace | None = None,
) -> Storage:
    """Open a data folder, making what is missing; raises ``StorageFault``.

    The folder holds ``fabula.sqlite3``, ``fabula.lock`` and ``media/``, and all of it is its owner's alone, also where it was there before.
    With ``database_url`` (``postgresql://…``) what would be in the file is there; with ``media_place`` what would be in ``media/`` is there.
    What a killed process had decided to remove and had not is removed first. ``clock`` gives the time in seconds since the epoch.
    """
    async with AsyncExitStack() as undo:
        lock = own(data_dir, with_file=not database_url)
        undo.callback(lock.release)
        if lost_log(data_dir) and not database_url:
            log.warning("the database’s log is gone: what was kept last may be missing")
        database = await _open(data_dir, database_url, upgrades=True)
        undo.push_async_callback(database.close)
        media = FileMedia(database, data_dir / MEDIA, _files(data_dir, media_place), clock)
        await media.tidy(clock() - ARRIVING_SECONDS if database_url else math.inf)  # others may just be at work
        if not database_url:
            clear_after_kill(data_dir)
        undo.pop_all()
    events, people = SqlEventLog(database, clock), SqlPeople(database, clock)
    return Storage(SqlStore(database, media, clock), media, events, people, database, lock)


@asynccontextmanager
async def open_people(
    data_dir: Path, clock: Callable[[], float] = time.time, *, database_url: str | None = None
) -> AsyncIterator[SqlPeople]:
    """The people of a data folder, also while another process serves it; raises ``StorageFault``."""
    async with _beside(data_dir, database_url) as database:
        yield SqlPeople(database, clock)


async def read_taste_log(data_dir: Path, *, database_url: str | None = None) -> list[Logged]:
    """All that was said of pieces and counts for somebody's taste, oldest first, likewise."""
    async with _beside(data_dir, database_url) as database:
        return await database.read(tastes.logged)


@asynccontextmanager
async def _beside(data_dir: Path, database_url: str | None) -> AsyncIterator[Database]:
    """The database of a folder, also while another process serves it.

    Several processes may write, one after the other. The schema is brought up to date only where nobody else has the folder.
    """
    async with AsyncExitStack() as undo:
        try:
            undo.callback(own(data_dir, with_file=not database_url).release)
            upgrades = True
        except StorageFault as fault:
            if fault.code != "database-in-use":
                raise
            upgrades = False
        database = await _open(data_dir, database_url, upgrades=upgrades)
        undo.push_async_callback(database.close)
        yield database


async def _open(data_dir: Path, database_url: str | None, *, upgrades: bool) -> Database:
    path, known = data_dir / DATABASE, has_media(data_dir)
    if database_url:
        return await open_server(database_url, path, owns=False, shares=upgrades, known=known)
    return await open_database(path, upgrades=upgrades, known=known)


@asynccontextmanager
async def open_reading(
    data_dir: Path, clock: Callable[[], float] = time.time, *, database_url: str | None = None
) -> AsyncIterator[SqlStore]:
    """The store of a data folder to be looked into, also while another process serves it; raises ``StorageFault`` as ``open_people``."""
    async with open_people(data_dir, clock, database_url=database_url) as people:
        media = FileMedia(people.database, data_dir / MEDIA, _files(data_dir, None), clock)
        yield SqlStore(people.database, media, clock)


def _files(data_dir: Path, place: MediaPlace | None) -> Files:
    if place is None:
        return FolderFiles(data_dir / MEDIA)
    try:
        from storage.bucket import BucketFiles
    except ImportError as error:
        raise StorageFault("media-driver-absent") from error
    return BucketFiles(place.url, data_dir / FETCHED, place.key_id, place.secret)


def own(data_dir: Path, *, with_file: bool = True) -> Lock:
    """Have a data folder for this process, everything in it in its place; raises ``StorageFault``. One without a file may be shared."""
    with faults():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = Lock(data_dir / LOCK, shared=not with_file)
        try:
            make_ready(data_dir, with_file=with_file)
        except BaseException:
            lock.release()
            raise
        return lock
