"""What is PostgreSQL's own: its dialect, and a connection that is made again where it was lost. Loaded only where a database of it is named."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import psycopg
from psycopg import conninfo
from psycopg.pq import PGconn, Ping
from sqlalchemy import Column, Connection, NullPool, create_engine, event, text
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDDLCompiler, PGTypeCompiler
from sqlalchemy.dialects.postgresql.psycopg import PGCompiler_psycopg, PGDialect_psycopg
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.types import BigInteger, Integer, String

from core.errors import StorageFault
from core.settings import address_of
from core.waits import growing
from storage.writer import Write

Result = TypeVar("Result")

PATIENCE = 5.0
"""Seconds that a transaction waits for a server that is away; once it has been away for longer, nobody waits any more."""

FIRST_WAIT, LONGEST_WAIT = 0.02, 0.5

SILENCE = 2.0
"""Seconds after which the server ends a transaction in which nothing is said: a process that was stopped in one would keep all others from writing.
When it goes on, it does its transaction again. Whoever waits for a lock outlasts four of them.
"""

OLDEST = 140000
"""The oldest version of PostgreSQL that is still looked after (2026-11), and the first that waits for what it ends."""

_BOUNDS = {  # seconds; https://www.postgresql.org/docs/current/libpq-connect.html (2026-11). What the address says goes before.
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",  # milliseconds
    "application_name": "fabula",
}
LOCKS = _KEY = 0x_FAB_01A
"""The class of our advisory locks; the other half is the schema, so that several studios may share a database."""

_STUDIO = f"{_KEY}, hashtext('one process ' || current_schema())"
_OWN = f"pg_try_advisory_lock({_STUDIO})"
_SHARE = f"SELECT pg_advisory_lock_shared({_STUDIO})"
_SHARE_NO_LONGER = f"SELECT pg_advisory_unlock_shared({_STUDIO})"
_NO_LONGER_ALONE = f"SELECT pg_advisory_unlock({_STUDIO})"
_BEGIN = f"SELECT pg_advisory_xact_lock({_KEY}, hashtext('writes ' || current_schema())), pg_current_xact_id()::text"
_END = """
SELECT pg_terminate_backend(pid, 1000) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND pid = %s LIMIT 1
"""
_OUTCOME = text("SELECT pg_xact_status(CAST(:number AS xid8))")
_SETTINGS = "SELECT current_setting('server_encoding'), current_setting('server_version_num')::int, current_schema()"

_DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
"""Nothing is said to be kept before it is on the server's disk, whatever the server thinks good enough for others."""

_CODES = {  # https://www.postgresql.org/docs/current/errcodes-appendix.html (2026-11)
    "25006": "database-forbidden",  # a copy that only reads
    "42501": "database-forbidden",
    "53100": "disk-full",
    "55P03": "database-in-use",
    "58030": "disk-failing",
    "XX001": "database-damaged",
    "XX002": "database-damaged",
}


class _Words(String):
    """A text in a parameter. PostgreSQL keeps all signs but NUL, which nobody can see."""

    render_bind_cast = True

    def bind_processor(self, dialect: object) -> Callable[[str | None], str | None]:
        return visible


class _Whole(BigInteger):
    """A whole number in a parameter: psycopg itself says how large it is."""


class _Types(PGTypeCompiler):
    """Columns as SQLite has them: whole numbers of eight bytes, and texts that are compared by their bytes, whatever the server's language."""

    def visit_INTEGER(self, type_: Any, **_kw: Any) -> str:  # noqa: N802 — SQLAlchemy's name
        return "BIGINT"

    def visit_TEXT(self, type_: Any, **kw: Any) -> str:  # noqa: N802 — SQLAlchemy's name
        return 'TEXT COLLATE "C"' if isinstance(kw.get("type_expression"), Column) else "TEXT"


class _Tables(PGDDLCompiler):
    def visit_create_index(self, create: Any, *given: Any, **kw: Any) -> Any:
        """With what ``storage.columns.partial_index`` says, which is SQLite's."""
        options = create.element.dialect_options
        if options["postgresql"]["where"] is None:
            options["postgresql"]["where"] = options["sqlite"]["where"]
        return super().visit_create_index(create, *given, **kw)  # type: ignore[no-untyped-call]


class _Statements(PGCompiler_psycopg):
    def _on_conflict_target(self, clause: Any, **_kw: Any) -> str:
        """What ``storage.tables.insert`` says, which is SQLite's and cannot name a constraint."""
        columns = [self.preparer.quote(getattr(one, "name", one)) for one in clause.inferred_target_elements or ()]
        return f"({', '.join(columns)})" if columns else ""


class Dialect(PGDialect_psycopg):
    """PostgreSQL as the tables, statements and migrations of ``storage`` expect it, which were written for SQLite."""

    supports_statement_cache = True
    type_compiler_cls = _Types
    statement_compiler = _Statements
    ddl_compiler = _Tables
    colspecs = {**PGDialect_psycopg.colspecs, Integer: _Whole, String: _Words}  # noqa: RUF012 — as SQLAlchemy has it


registry.register("postgresql.fabula", __name__, Dialect.__name__)


def visible(value: str | None) -> str | None:
    """A text as PostgreSQL keeps it."""
    return value.replace("\0", "\ufffd") if value else value


def parameters(url: str) -> str:
    """What to connect with: an address, with how long to wait for its server. Raises what psycopg raises."""
    known: dict[str, Any] = {**_BOUNDS, **conninfo.conninfo_to_dict(url)}
    return conninfo.make_conninfo(**known)


@contextmanager
def at(url: str) -> Iterator[None]:
    """Let a fault of what every database goes through say where this one is."""
    try:
        yield
    except StorageFault as fault:
        code = "database-unmoved" if fault.code == "database-gone" else fault.code
        values: dict[str, Any] = {"folder": address_of(url), **fault.values}
        raise StorageFault(code, **values) from fault


class Worker:
    """A connection to a server and its thread, in which whole functions run; a caller that is cancelled leaves the function to its end.

    Where the server goes away, a transaction waits for it and is then carried out from its beginning. Was it lost while it was being
    committed, the server is asked what became of it, so that nothing is done twice.
    """

    sql: Connection
    """SQLAlchemy's view of the connection, for use in the thread alone."""

    def __init__(self, url: str, *, writes: bool, owns: bool = False, shares: bool = False) -> None:
        """Call ``open`` before the first use. ``owns``: the database is for this process alone; ``shares``: until ``share``, and if nobody has it."""
        self._url = url
        self._writes = writes
        self._owns = owns
        self._shares = shares
        self.alone = owns
        self._lost: float | None = None
        self._number = ""
        self._process = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="postgresql")
        self._engine = create_engine(
            "postgresql+fabula://",
            creator=self._connect,
            poolclass=NullPool,
            hide_parameters=True,  # an error's text, which a traceback shows, would quote what people said
            use_native_hstore=False,
            execution_options={
                "preserve_rowcount": True
            },  # also of an INSERT, which tells whether there was a conflict
        )
        if writes:
            event.listen(self._engine, "begin", self._begin)

    async def open(self) -> None:
        """Connect; raises ``StorageFault``."""
        await self.run(self._open)

    async def run(self, function: Callable[[], Result]) -> Result:
        """Run a function in the thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, function)

    async def attempt(self, function: Callable[[], Result]) -> Result:
        """Run a function in the thread, once; raises ``StorageFault`` where the server is at fault."""

        def once() -> Result:
            with self._faults():
                return function()

        return await self.run(once)

    async def transact(self, work: Write[Result]) -> Result:
        """Run a function in a transaction; raises ``StorageFault``, and what the function raises."""
        return await self.run(partial(self._patiently, partial(self._once, work)))

    async def close(self) -> None:
        """Let the connection go."""
        await self.run(self._close)
        self._thread.shutdown(wait=False)

    @staticmethod
    def check(connection: Connection) -> None:
        """Nothing: the server looks after its pages by itself."""

    async def flush(self) -> None:
        """Nothing: what was deleted is overwritten when the server's own cleaning comes to it."""

    def _open(self) -> None:
        self.sql = self._patiently(self._engine.connect)

    def _close(self) -> None:
        if hasattr(self, "sql"):
            self.sql.close()
        self._engine.dispose()

    def _patiently(self, work: Callable[[], Result]) -> Result:
        for wait in growing(FIRST_WAIT, LONGEST_WAIT):
            try:
                with self._faults():
                    done = work()
            except StorageFault as fault:
                if fault.code != "database-away":
                    raise
                now = time.monotonic()
                self._lost = self._lost or now
                if now > self._lost + PATIENCE:
                    raise
            else:
                self._lost = None
                return done
            time.sleep(wait)
        raise AssertionError("the waits have no end")

    def _once(self, work: Write[Result]) -> Result:
        transaction = self.sql.begin()
        try:
            result = work(self.sql)
        except BaseException:
            transaction.rollback()
            raise
        number = self._number
        try:
            transaction.commit()
        except DBAPIError as error:
            transaction.close()
            if not (error.connection_invalidated and self._writes and self._was_committed(number)):
                raise
        return result

    def _was_committed(self, number: str) -> bool:
        """What became of a transaction while whose commit the connection was lost."""

        def ask() -> str:
            with self.sql.begin():  # with the right to write, which the other had until its end
                return str(self.sql.scalar(_OUTCOME, {"number": number}))

        return self._patiently(ask) == "committed"

    def _begin(self, connection: Connection) -> None:
        """Take the right to write, as SQLite gives it to one at a time; and know the transaction by its number."""
        self._number = connection.exec_driver_sql(_BEGIN).one()[1]

    def _connect(self) -> psycopg.Connection[Any]:
        try:
            given = parameters(self._url)
        except psycopg.Error:  # its text may quote what was given, here and below
            raise self._fault("database-refused") from None
        try:
            connection = psycopg.connect(given, autocommit=True)
        except psycopg.Error:
            raise self._fault(_reason(given)) from None
        try:
            self._set_up(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _set_up(self, connection: psycopg.Connection[Any]) -> None:
        encoding, version, schema = connection.execute(_SETTINGS).fetchone() or ("", 0, None)
        if encoding != "UTF8" or version < OLDEST:
            raise self._fault("database-unfit")
        if schema is None:
            raise self._fault("database-forbidden")
        connection.execute(_DURABLE)
        connection.execute(f"SET lock_timeout = {int(2000 * PATIENCE)}")
        connection.execute(f"SET idle_in_transaction_session_timeout = {int(1000 * SILENCE)}")
        if self._shares:
            self._own_for_now(connection)
        elif self._owns:
            self._own(connection)
        connection.autocommit = False
        if not self._writes:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ

    def _own_for_now(self, connection: psycopg.Connection[Any]) -> None:
        """Have the database for this process, if it is the first; else with those that share it. Waits for one that is just looking after it.

        That one may have gone without letting others in: then this is the first one all the same.
        """
        self.alone = not self._process and self._is_free(connection)
        try:
            if not self.alone:
                connection.execute(_SHARE)
        except psycopg.errors.LockNotAvailable:
            raise self._fault("database-held") from None
        if not self.alone and not self._process and self._is_free(connection):
            self.alone = True
            connection.execute(_SHARE_NO_LONGER)
        self._process = connection.info.backend_pid

    def share(self) -> None:
        """Let others have the database too. Call it in the thread."""
        driver = self.sql.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        if self.alone:
            with driver.transaction():
                driver.execute(_SHARE)
                driver.execute(_NO_LONGER_ALONE)
        self.alone = False

    def _own(self, connection: psycopg.Connection[Any]) -> None:
        """Have the database for this process; what is left at the server of a connection that we lost does not count."""
        if self._process:
            connection.execute(_END, (_KEY, self._process))
        if not self._is_free(connection):
            raise self._fault("database-held")
        self._process = connection.info.backend_pid

    @staticmethod
    def _is_free(connection: psycopg.Connection[Any]) -> bool:
        """Have the database for this process, unless another has it, or shares it."""
        (free,) = connection.execute(f"SELECT {_OWN}").fetchone() or (False,)
        return bool(free)

    def _fault(self, code: str) -> StorageFault:
        return StorageFault(code, folder=address_of(self._url))

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Raise ``StorageFault`` for what the operator has to mend, or what passes; everything else is a mistake of the program."""
        try:
            yield
        except (StatementError, psycopg.Error) as error:
            driver = getattr(error, "orig", error)
            if isinstance(driver, StorageFault):  # of a connection that was made again within a statement
                raise driver from None
            lost = getattr(error, "connection_invalidated", False) or isinstance(driver, psycopg.OperationalError)
            code = _CODES.get(getattr(driver, "sqlstate", None) or "", "database-away" if lost else None)
            if code is None:
                raise
            raise self._fault(code) from error


def _reason(given: str) -> str:
    """Why there is no connection: a server that takes none at all, whoever asks, is told apart from what is wrong about ours."""
    answer = PGconn.ping(given.encode())
    return "database-away" if answer in (Ping.REJECT, Ping.NO_RESPONSE) else "database-refused"
