"""Moving what a SQLite file holds to a PostgreSQL database: all of it, compared row by row, or nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Table, create_engine, func, inspect, select, text

from core.errors import StorageFault
from storage.database import UNHURRIED, make, open_database
from storage.faults import faults
from storage.folder import DATABASE, holds_database
from storage.opening import own
from storage.postgresql import Worker, at, visible
from storage.tables import metadata

AT_ONCE = 1000
"""Rows that are read, written and compared together."""

MOVED = "fabula-before-postgresql.sqlite3"
"""What the file is called afterwards: like the copies of upgrades it goes after 30 days, or with the first ``/forget``."""

_SET = text("SELECT setval(pg_get_serial_sequence(:table, :column), :last)")


class Moved(NamedTuple):
    """How much there was, and where the file lies now."""

    rows: int
    tables: int
    file: Path


async def move(data_dir: Path, url: str) -> Moved:
    """Move the database of a data folder, whose other files stay where they are; raises ``StorageFault``.

    Everything is one transaction: where it breaks off, nothing was moved, and it can be tried again. A database with the very same rows was
    moved before, and only the file is put away then; any other that holds something is ``StorageFault("database-not-empty")``.
    """
    if not holds_database(data_dir):
        raise StorageFault("nothing-to-move")
    path = data_dir / DATABASE
    async with AsyncExitStack() as undo:
        undo.callback(own(data_dir).release)
        await (await open_database(path)).close()  # now it is of the present form, and its log is empty
        target = Worker(url, writes=True, owns=True)
        undo.push_async_callback(target.close)
        with at(url), faults():
            await target.open()
            rows = await target.transact(partial(_move, path))
            file = path.replace(data_dir / MOVED)
            os.utime(file)
    return Moved(rows, len(metadata.tables), file)


def _move(path: Path, target: Connection) -> int:
    target.exec_driver_sql(UNHURRIED)
    with _reading(path) as source:
        if inspect(target).get_table_names():
            if not _is_the_same(source, target):
                raise StorageFault("database-not-empty")
        else:
            make(target)
            for table in metadata.sorted_tables:
                _copy(table, source, target)
            if not _is_the_same(source, target):
                raise StorageFault("database-damaged")
        return sum(source.scalar(select(func.count()).select_from(table)) or 0 for table in metadata.sorted_tables)


@contextmanager
def _reading(path: Path) -> Iterator[Connection]:
    engine = create_engine("sqlite+pysqlite://", creator=lambda: sqlite3.connect(path), hide_parameters=True)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _copy(table: Table, source: Connection, target: Connection) -> None:
    for rows in source.execute(select(table)).mappings().partitions(AT_ONCE):
        target.execute(table.insert(), [dict(row) for row in rows])
    column = table.autoincrement_column
    if column is not None:
        used = text("SELECT seq FROM sqlite_sequence WHERE name = :table")  # also by rows that are gone
        last = max(source.scalar(used, {"table": table.name}) or 0, source.scalar(select(func.max(column))) or 0)
        if last:
            target.execute(_SET, {"table": table.name, "column": column.name, "last": last})


def _is_the_same(source: Connection, target: Connection) -> bool:
    if not set(metadata.tables) <= set(inspect(target).get_table_names()):
        return False
    return all(
        here is not None and there is not None and _kept(here) == tuple(there)
        for table in metadata.sorted_tables
        for here, there in zip_longest(_rows(table, source), _rows(table, target))
    )


def _rows(table: Table, connection: Connection) -> Iterator[Row[Any]]:
    ordered = select(table).order_by(*table.primary_key.columns)
    yield from connection.execute(ordered, execution_options={"yield_per": AT_ONCE})


def _kept(row: Row[Any]) -> tuple[Any, ...]:
    return tuple(visible(value) if isinstance(value, str) else value for value in row)
