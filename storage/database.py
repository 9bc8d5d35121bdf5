"""A database: its lock, its connections and its schema. SQLite's own is here; what is PostgreSQL's own in ``storage.postgresql``."""

from __future__ import annotations

import asyncio
import fcntl
import math
import os
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, AsyncExitStack, contextmanager
from functools import cache, lru_cache, partial
from itertools import cycle
from pathlib import Path
from typing import Protocol

import aiosqlite
from sqlalchemy import Connection, Dialect, Engine, NullPool, create_engine, create_mock_engine, event, inspect, text

from core.errors import StorageFault
from storage.faults import faults
from storage.folder import remove_older
from storage.tables import insert, installation, metadata
from storage.writer import Result, Write, Writer

Upgrading = Callable[[Connection, str | None], AbstractContextManager[None]]
"""A transaction in which a schema of a revision may be upgraded."""

HEAD = "0015"
"""The newest revision in ``storage/migrations``. A database that has it, or is new, is opened without loading Alembic (0.5 s, 12 MB)."""

UNHURRIED = "SET LOCAL idle_in_transaction_session_timeout = 0"
"""What begins a transaction on a server in which something else takes its time too."""

BUSY_SECONDS = 5
READERS = 3

SMALL_BYTES = 50_000_000
"""A database of so many bytes is looked through in 25 ms at each start; a larger one by ``fabula doctor`` alone."""

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "cache_size = -32000",  # 32 MB of pages: with a long past the indexes do not fit into SQLite's usual two
    "secure_delete = ON",  # deleted words are overwritten in the file, not only unlinked
)


class Lock:
    """A lock that ends with its process, however that ends."""

    def __init__(self, path: Path, *, shared: bool = False) -> None:
        """Take it, alone or with others that share it; raises ``StorageFault("database-in-use")`` where another process has it otherwise."""
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise StorageFault("database-in-use") from error

    def release(self) -> None:
        """Let another process have it."""
        os.close(self._file)


class Worker(Protocol):
    """A connection and its thread, in which whole functions run. What databases do differently is behind it."""

    sql: Connection
    """SQLAlchemy's view of the connection, for use in the thread alone."""

    async def run(self, function: Callable[[], Result]) -> Result:
        """Run a function in the thread."""

    async def transact(self, work: Write[Result]) -> Result:
        """Run a function in a transaction."""

    async def close(self) -> None:
        """Let the connection go."""

    @staticmethod
    def check(connection: Connection) -> None:
        """Look through everything; raises ``StorageFault("database-damaged")``."""

    async def flush(self) -> None:
        """Let no deleted words stay, as far as the database can say so."""


class FileWorker(aiosqlite.Connection):
    """A connection of aiosqlite to a file.

    aiosqlite hands each statement to the thread and back; a function of many statements is handed over once, which takes a fifth of the
    time (measured: 135-360 microseconds a statement against 20-50). A caller that is cancelled leaves the function to its end.
    """

    sql: Connection
    """SQLAlchemy's view of the connection, for use in the thread alone."""

    async def run(self, function: Callable[[], Result]) -> Result:
        """Run a function in the thread."""
        result: Result = await self._execute(function)  # type: ignore[no-untyped-call]
        return result

    async def transact(self, work: Write[Result]) -> Result:
        """Run a function in a transaction."""

        def run() -> Result:
            with self.sql.begin():
                return work(self.sql)

        return await self.run(run)

    @staticmethod
    def check(connection: Connection) -> None:
        """Look through all pages, and for what refers to nothing; raises ``StorageFault("database-damaged")``."""
        if connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar() != "ok":
            raise StorageFault("database-damaged")
        _check_references(connection)

    async def flush(self) -> None:
        """Bring everything into the main file and empty the log, so that no deleted words stay in it."""
        # Within no transaction, where it is refused.
        await self.run(lambda: self._conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())

    async def prepare(self, pragmas: Iterable[str], *, writes: bool) -> None:
        """Set the connection up. Raises what SQLite raises."""

        def connect() -> Connection:
            for pragma in pragmas:
                self._conn.execute(f"PRAGMA {pragma}")
            _adopted.connection = self._conn
            connection = _engine().connect()
            # What is read belongs together, however many statements it takes.
            begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
            event.listen(connection, "begin", lambda _: self._conn.execute(begin))
            return connection

        self.sql = await self.run(connect)

    async def close(self) -> None:
        """Let the connection go."""
        if hasattr(self, "sql"):
            await self.run(self.sql.close)
        await super().close()


_adopted = threading.local()
"""The connection that a thread has made itself."""


@cache
def _engine() -> Engine:
    """SQLAlchemy's side of every file: one, so that a statement is put into words once, whichever connection carries it out."""
    return create_engine(
        "sqlite+pysqlite://",
        creator=lambda: _adopted.connection,
        poolclass=NullPool,
        pool_reset_on_return=None,
        hide_parameters=True,  # an error's text, which a traceback shows, would quote what people said
    )


class Database:
    """One writing connection behind a ``Writer``, and a few that only read and never wait for it."""

    def __init__(self, path: Path, writing: Worker, reading: Sequence[Worker], *, shared: bool = False) -> None:
        """Use ``open_database`` instead. ``shared``: other processes may write too."""
        self.shared = shared
        self.writer = Writer(writing.sql, writing.transact)
        self._path = path
        self._workers = (writing, *reading)
        self._readers = cycle(reading)

    async def read(self, read: Write[Result]) -> Result:
        """Run a function that only reads, on what is committed by now: one state, whatever is committed meanwhile."""
        with faults():
            return await next(self._readers).transact(read)

    async def write(self, write: Write[Result]) -> Result:
        """Run a function in a transaction of the writer and return after the commit; it is queued before anything is awaited."""
        return await self.writer.submit(write)

    async def checkpoint(self) -> None:
        """Let no deleted words stay in a file, as far as the database can say so."""
        with faults():
            await next(self._readers).flush()

    async def check(self) -> None:
        """Look through everything; raises ``StorageFault("database-damaged")``. Takes seconds for each gigabyte."""
        await self.read(self._workers[0].check)

    async def remove_copies(self, before: float = math.inf) -> None:
        """Remove the copies that upgrades made before a time, in seconds since the epoch; raises ``StorageFault``."""
        with faults():
            await asyncio.to_thread(_remove_copies, _copy_of(self._path, "*"), before)

    async def close(self) -> None:
        """Finish the writes that are queued, then close all connections."""
        await self.writer.close()
        for worker in self._workers:
            await worker.close()


async def open_database(path: Path, *, upgrades: bool = True, known: bool = False) -> Database:
    """Open the file, making or migrating it where needed; raises ``StorageFault``.

    Without ``upgrades`` a schema that is not ours is ``StorageFault("database-in-use")``: somebody of another version is at it.
    One that is ``known`` and holds nothing has lost it: ``StorageFault("database-gone")``.
    """
    async with AsyncExitStack() as undo:
        with faults():
            writing, *reading = [await _open(path, undo) for _ in range(1 + READERS)]
            await writing.prepare(_PRAGMAS, writes=True)
            await writing.run(lambda: _look_at(writing.sql, path))
            await writing.run(lambda: _migrate(writing.sql, partial(_upgrading, path=path), upgrades, known))
            for reader in reading:
                await reader.prepare(("query_only = ON",), writes=False)
        undo.pop_all()
    return Database(path, writing, reading)


async def open_server(
    url: str, path: Path, *, owns: bool = True, shares: bool = False, known: bool = False
) -> Database:
    """Open a PostgreSQL database, making or migrating its tables where needed; raises ``StorageFault``.

    ``path``: where the file would lie, beside which there may be copies of one. ``owns``: this process alone uses it, and may upgrade it.
    ``shares``: others that do so too may be beside it; the first of them may upgrade it.
    One that is empty while pictures are ``known`` is ``StorageFault("database-unmoved")``.
    """
    try:
        from storage.postgresql import Worker as ServerWorker
        from storage.postgresql import at
    except ImportError as error:
        raise StorageFault("database-driver-absent") from error

    async with AsyncExitStack() as undo:
        writing = ServerWorker(url, writes=True, owns=owns, shares=shares)
        reading = [ServerWorker(url, writes=False) for _ in range(READERS)]
        with at(url), faults():
            for worker in (writing, *reading):
                undo.push_async_callback(worker.close)
                await worker.open()
            await writing.attempt(lambda: _migrate(writing.sql, _upgrading_server, writing.alone, known))
            if shares:
                await writing.attempt(writing.share)
        undo.pop_all()
    return Database(path, writing, reading, shared=True)


async def _open(path: Path, undo: AsyncExitStack) -> FileWorker:
    """A connection that leaves it to us when a transaction begins (``isolation_level=None``)."""
    worker = FileWorker(lambda: sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS), iter_chunk_size=64)
    await worker
    undo.push_async_callback(worker.close)
    return worker


def _look_at(connection: Connection, path: Path) -> None:
    """Look through the pages of a database that is small: a start is to take no longer than a moment."""
    if path.stat().st_size <= SMALL_BYTES and connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() != "ok":
        raise StorageFault("database-damaged")
    connection.rollback()


def _check_references(connection: Connection) -> None:
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        raise StorageFault("database-damaged")


def _migrate(connection: Connection, upgrading: Upgrading, upgrades: bool, known: bool) -> None:
    """Bring the schema to ``HEAD`` in one transaction; raises ``StorageFault("database-newer")`` for one that we do not know."""
    revision = _revision(connection)
    connection.rollback()
    if revision == HEAD:
        return
    if not upgrades:
        raise StorageFault("database-in-use")
    if revision is None and known:
        raise StorageFault("database-gone")
    if revision is None and not inspect(connection).get_table_names():
        connection.rollback()
        with connection.begin():
            make(connection)
            connection.execute(insert(installation), {"name": "secret", "value": secrets.token_hex(32)})
        return
    connection.rollback()
    from storage.migrations import known as revisions
    from storage.migrations import upgrade

    if revision is not None and revision not in revisions():
        raise StorageFault("database-newer")
    with upgrading(connection, revision):
        upgrade(connection)


@contextmanager
def _upgrading(connection: Connection, revision: str | None, *, path: Path) -> Iterator[None]:
    """A transaction in which a file may be upgraded. One that holds something is copied beside itself first.

    Foreign keys are off meanwhile: a table that is rebuilt is dropped, which would delete all that refers to it; whether everything
    still refers to something is looked at before the commit.
    """
    if revision is not None:
        _back_up(connection, _copy_of(path, HEAD))
    _switch_foreign_keys(connection, "OFF")
    try:
        with connection.begin():
            yield
            _check_references(connection)
    finally:
        _switch_foreign_keys(connection, "ON")


@contextmanager
def _upgrading_server(connection: Connection, revision: str | None) -> Iterator[None]:
    """A transaction in which a server's database may be upgraded; one without a revision is somebody else's."""
    if revision is None:
        raise StorageFault("database-not-empty")
    with connection.begin():
        connection.exec_driver_sql(UNHURRIED)
        yield


def make(connection: Connection) -> None:
    """Make the tables of an empty database as the migrations would leave them, with nothing in them."""
    for statement in _statements(connection.dialect):
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL CONSTRAINT alembic_version_pkc PRIMARY KEY)"
    )
    connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": HEAD})


@lru_cache(1)
def _statements(dialect: Dialect) -> tuple[str, ...]:
    """What makes the tables, in order, as a database says it: put into words once, which takes longer than carrying it out."""
    said: list[str] = []
    engine = create_mock_engine(
        f"{dialect.name}://", lambda sql, *_, **__: said.append(str(sql.compile(dialect=dialect)))
    )
    metadata.create_all(engine, checkfirst=False)
    return tuple(said)


def _copy_of(path: Path, revision: str) -> Path:
    """Where the copy lies that is made before the upgrade to a revision."""
    return path.with_name(f"{path.stem}-before-{revision}{path.suffix}")


def _back_up(connection: Connection, copy: Path) -> None:
    """Copy the database as it is; an earlier copy, of an upgrade that did not come to its end, gives way.

    SQLite would make the file readable for all, but takes an empty one that is there.
    """
    _remove_copies(copy, math.inf)
    try:
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.execute("VACUUM INTO ?", (str(copy),))
    except BaseException:  # a half copy is none, and takes the room of a disk that may be full
        _remove_copies(copy, math.inf)
        raise


def _remove_copies(copy: Path, before: float) -> None:
    """Remove copies (the name may hold a ``*``) with what SQLite lays beside one that is being written or looked into."""
    for file in copy.parent.glob(f"{copy.name}*"):
        remove_older(file, before)


def _switch_foreign_keys(connection: Connection, state: str) -> None:
    """Outside of a transaction alone: within one SQLite passes over it (https://www.sqlite.org/pragma.html#pragma_foreign_keys)."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute(f"PRAGMA foreign_keys = {state}")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
