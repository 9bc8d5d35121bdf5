"""One SQLite file: its lock, its connections and its schema."""

from __future__ import annotations

import fcntl
import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.errors import StorageFault
from storage.faults import faults
from storage.writer import Result, Write, Writer

HEAD = "0001"
"""The newest revision in ``storage/migrations``. A database that has it is opened without loading Alembic (0.5 s)."""

BUSY_SECONDS = 5
READERS = 3

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",  # deleted words are overwritten in the file, not only unlinked
)


class Lock:
    """An exclusive lock that ends with its process, however that ends."""

    def __init__(self, path: Path) -> None:
        """Take it; raises ``StorageFault("database-in-use")`` where another process has it."""
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise StorageFault("database-in-use") from error

    def release(self) -> None:
        """Let another process have it."""
        os.close(self._file)


class Database:
    """One writing connection behind a ``Writer``, and a few that only read and never wait for it."""

    def __init__(self, writing: AsyncEngine, connection: AsyncConnection, reading: AsyncEngine) -> None:
        """Use ``open_database`` instead."""
        self.writer = Writer(connection)
        self._writing = writing
        self._connection = connection
        self._reading = reading

    async def read(self, read: Write[Result]) -> Result:
        """Run a function that only reads, on what is committed by now."""
        with faults():
            async with self._reading.connect() as connection:
                return await connection.run_sync(read)

    async def write(self, write: Write[Result]) -> Result:
        """Run a function in a transaction of the writer and return after the commit; it is queued before anything is awaited."""
        return await self.writer.submit(write)

    async def checkpoint(self) -> None:
        """Bring everything into the main file and empty the log, so that no deleted words stay in it."""
        await self.read(lambda connection: connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).all())

    async def close(self) -> None:
        """Finish the writes that are queued, then close all connections."""
        await self.writer.close()
        await self._reading.dispose()
        await self._connection.close()
        await self._writing.dispose()


async def open_database(path: Path) -> Database:
    """Open the file, making or migrating it where needed; raises ``StorageFault``."""
    async with AsyncExitStack() as undo:
        writing = _engine(path, _prepare_writing)
        undo.push_async_callback(writing.dispose)
        event.listen(writing.sync_engine, "begin", _begin)
        with faults():
            connection = await writing.connect()
            undo.push_async_callback(connection.close)
            await _migrate(connection)
        undo.pop_all()
    reading = _engine(path, _prepare_reading, pool_size=READERS, max_overflow=0, skip_autocommit_rollback=True)
    return Database(writing, connection, reading)


async def _migrate(connection: AsyncConnection) -> None:
    """Bring the schema to ``HEAD`` in one transaction; raises ``StorageFault("database-newer")`` for one that we do not know."""
    async with connection.begin():
        revision = await connection.run_sync(_revision)
        if revision == HEAD:
            return
        from storage.migrations import known, upgrade

        if revision is not None and revision not in known():
            raise StorageFault("database-newer")
        await connection.run_sync(upgrade)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _engine(path: Path, prepare: Any, **options: Any) -> AsyncEngine:
    """An engine whose connections leave it to us when a transaction begins (``isolation_level=None``)."""
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        connect_args={"isolation_level": None, "timeout": BUSY_SECONDS},
        pool_reset_on_return=None,
        **options,
    )
    event.listen(engine.sync_engine, "connect", prepare)
    return engine


def _prepare_writing(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_reading(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
