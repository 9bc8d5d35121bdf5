"""Upgrades of a full database, from every released revision: every row and every file is there afterwards, and a copy of how it was."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import resource
import shutil
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from alembic import command, op
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Boolean, Connection, MetaData, Table, create_engine, insert, text
from sqlalchemy.types import Float, Integer

from core.errors import StorageFault
from storage import migrations, open_storage
from storage.database import HEAD, open_database
from stored import Clock, everything_in

DAY = 24 * 3600.0
ROWS = 3
RELEASED = sorted(migrations.known() - {HEAD})
SECRET = "a marzipan lighthouse"
Rows = dict[str, Counter[tuple[tuple[str, object], ...]]]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the folders of the revisions are kept once they are made."""
    return tmp_path_factory.mktemp("revisions")


@pytest.fixture
def full(shelf: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Makes the test's folder a full one of a revision; the path of its database."""

    def fill(revision: str) -> Path:
        if not (shelf / revision).exists():
            make_full(shelf / revision, revision)
        shutil.copytree(shelf / revision, tmp_path, dirs_exist_ok=True)
        return tmp_path / "fabula.sqlite3"

    return fill


def make_full(folder: Path, revision: str) -> None:
    """A data folder of a revision, with some rows in every table, all that refers to something, and files."""
    (folder / "media").mkdir(parents=True)
    engine = create_engine("sqlite://")  # in memory: on a disk each table would be waited for
    with engine.connect() as connection:
        command.upgrade(migrations.configuration(connection), revision)
        tables = MetaData()
        tables.reflect(connection)
        for table in tables.sorted_tables:
            if table.name != "alembic_version":
                connection.execute(insert(table), [a_row(table, number, folder) for number in range(1, 1 + ROWS)])
        assert connection.execute(text("PRAGMA foreign_key_check")).first() is None, "the rows hang together"
        connection.commit()
        connection.exec_driver_sql("VACUUM INTO ?", (str(folder / "fabula.sqlite3"),))
    engine.dispose()


def a_row(table: Table, number: int, folder: Path) -> dict[str, object]:
    """A row that refers to the row of the same number where it refers to one; media has its file."""
    row = {column.name: a_value(column, number) for column in table.columns}
    if table.name == "media":
        data = f"picture {number}".encode()
        row |= {"sha": hashlib.sha256(data).hexdigest(), "size": len(data), "mime": "image/png"}
        path = folder / "media" / str(row["sha"])[:2] / str(row["sha"])
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    if table.name == "pieces":
        row["value"] = json.dumps({"piece": {"words": SECRET, "parent": f"id-{number - 1}" if number > 1 else None}})
    return row


def a_value(column: Any, number: int) -> object:
    for key in column.foreign_keys:
        return a_value(key.column, number)
    if isinstance(column.type, Boolean):
        return number % 2 == 0
    if isinstance(column.type, Integer):
        return number
    if isinstance(column.type, Float):
        return float(number)
    return f"{column.name}-{number}"


def rows_of(path: Path) -> Rows:
    """Every row of every table."""
    with closing(sqlite3.connect(path)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: Counter(tuple(dict(row).items()) for row in connection.execute(f'SELECT * FROM "{name}"'))
            for name in names
            if name not in ("alembic_version", "sqlite_sequence")
        }


def as_before(rows: Rows, before: Rows) -> Rows:
    """Of the rows of today, the tables and columns that there were before."""
    columns = {name: {key for key, _ in next(iter(kept))} for name, kept in before.items()}
    return {
        name: Counter(
            tuple((key, value) for key, value in row if key in columns[name]) for row in rows[name].elements()
        )
        for name in before
    }


def weigh_down(path: Path, size: int) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO marks VALUES ('ballast', zeroblob(?))", (size,))


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "media").rglob("*") if path.is_file()}


def copies_in(folder: Path) -> list[Path]:
    return sorted(folder.glob("fabula-before-*"))


def rebuild_all(connection: Connection) -> None:
    """The upgrade, and then what a later one may need: every table made anew."""
    upgrade(connection)
    with Operations.context(MigrationContext.configure(connection)):
        tables = MetaData()
        tables.reflect(connection)
        for table in tables.tables:
            with op.batch_alter_table(table, recreate="always"):
                pass


upgrade = migrations.upgrade


@pytest.fixture
def nothing_is_masked() -> Iterator[None]:
    """Files are made as they are asked for."""
    before = os.umask(0)
    yield
    os.umask(before)


async def is_upgraded(folder: Path, before: Rows, files: dict[str, bytes]) -> None:
    """Upgrade, and find all that there was."""
    path = folder / "fabula.sqlite3"
    await (await open_database(path)).close()
    assert as_before(rows_of(path), before) == before
    (copy,) = copies_in(folder)
    assert rows_of(copy) == before, "the copy is of how it was"
    async with await open_storage(folder) as storage:
        for number in range(1, 1 + ROWS):
            assert await storage.media.read(f"id-{number}") == f"picture {number}".encode()
    assert files_in(folder) == files
    assert copies_in(folder) == [copy], "and is made once"


@pytest.mark.parametrize("earlier", [RELEASED[0], RELEASED[-1]])
async def test_every_row_and_every_file_survives_an_upgrade_that_makes_every_table_anew(
    tmp_path: Path, full: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, earlier: str
) -> None:
    """Made anew are the tables of today, wherever the upgrade began: the newest that was released has rows in all of them."""
    before, files = rows_of(full(earlier)), files_in(tmp_path)
    monkeypatch.setattr(migrations, "upgrade", rebuild_all)
    await is_upgraded(tmp_path, before, files)


async def test_what_came_from_what_is_known_after_the_upgrade_too(full: Callable[[str], Path]) -> None:
    path = full("0001")
    await (await open_database(path)).close()
    parents = {(dict(row)["id"], dict(row)["parent"]) for row in rows_of(path)["pieces"]}
    assert parents == {("id-1", None), ("id-2", "id-1"), ("id-3", "id-2")}


async def test_rows_of_batches_are_found_by_the_scores_they_had(tmp_path: Path, full: Callable[[str], Path]) -> None:
    full("0010")
    with closing(sqlite3.connect(tmp_path / "fabula.sqlite3")) as database:
        for number, value in enumerate(('{"number": 1, "score": 0.25}', '{"number": 2, "score": null}', "{no"), 1):
            database.execute("UPDATE batch_rows SET value = ? WHERE number = ?", (value, number))
        database.commit()
    async with await open_storage(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / "fabula.sqlite3")) as database:
        assert database.execute("SELECT score FROM batch_rows ORDER BY number").fetchall() == [
            (0.25,),
            (None,),
            (None,),
        ]


def breaks_off(connection: Connection) -> None:
    upgrade(connection)
    raise sqlite3.OperationalError("no such thing")


def loses_what_others_refer_to(connection: Connection) -> None:
    upgrade(connection)
    connection.execute(text("DELETE FROM pieces WHERE seq = 1"))


@pytest.mark.parametrize("revision", RELEASED)
async def test_every_row_and_every_file_survives_upgrades_that_fail_and_one_that_does_not(
    tmp_path: Path, full: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, revision: str
) -> None:
    path = full(revision)
    before, files = rows_of(path), files_in(tmp_path)
    assert min(kept.total() for kept in before.values()) == ROWS
    for fault in (breaks_off, loses_what_others_refer_to):  # whoever sees it fail starts it again
        with monkeypatch.context() as patch:
            patch.setattr(migrations, "upgrade", fault)
            with pytest.raises((StorageFault, sqlite3.OperationalError)):
                async with await open_storage(tmp_path):
                    pass
        (copy,) = copies_in(tmp_path)
        assert rows_of(path) == rows_of(copy) == before
        assert files_in(tmp_path) == files
    await is_upgraded(tmp_path, before, files)


async def test_the_copy_is_its_owners_alone_from_its_first_byte(
    tmp_path: Path, full: Callable[[str], Path], nothing_is_masked: None
) -> None:
    path, seen, over = full("0001"), Counter[int](), threading.Event()
    weigh_down(path, 30_000_000)  # so that copying takes a while

    def watch() -> None:
        while not over.is_set():
            for copy in copies_in(tmp_path):
                with suppress(FileNotFoundError):  # a journal of SQLite's comes and goes
                    seen[copy.stat().st_mode & 0o777] += 1

    watching = asyncio.create_task(asyncio.to_thread(watch))
    await (await open_database(path)).close()
    over.set()
    await watching
    assert set(seen) == {0o600}
    assert copies_in(tmp_path)[0].stat().st_size > 30_000_000


async def test_a_copy_that_does_not_fit_leaves_no_half_of_it(tmp_path: Path, full: Callable[[str], Path]) -> None:
    path = full("0001")
    weigh_down(path, 3_000_000)
    (tmp_path / f"fabula-before-{HEAD}.sqlite3-journal").write_bytes(b"of a copy that was killed")
    before, limits = rows_of(path), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))  # no file may grow larger, as on a full disk
    try:
        with pytest.raises(StorageFault):
            await open_database(path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert copies_in(tmp_path) == []
    assert rows_of(path) == before


async def test_the_copy_goes_with_whoever_is_forgotten(tmp_path: Path, full: Callable[[str], Path]) -> None:
    full("0001")
    async with await open_storage(tmp_path) as storage:
        copies_in(tmp_path)[0].with_name(f"fabula-before-{HEAD}.sqlite3-wal").write_text(
            SECRET
        )  # somebody has looked into it
        assert SECRET.encode() in everything_in(tmp_path)
        for number in range(1, 1 + ROWS):
            await storage.store.forget(f"author-{number}")
        assert copies_in(tmp_path) == []
        assert SECRET.encode() not in everything_in(tmp_path)
        await storage.store.forget("nobody")  # where there is no copy


async def test_a_copy_is_kept_for_thirty_days(tmp_path: Path, full: Callable[[str], Path]) -> None:
    full("0001")
    clock = Clock()
    async with await open_storage(tmp_path, clock) as storage:
        (copy,) = copies_in(tmp_path)
        clock.now = copy.stat().st_mtime + 29 * DAY
        await storage.store.sweep(clock.now)
        assert copies_in(tmp_path) == [copy]
        await storage.store.sweep(clock.now + 2 * DAY)
        assert copies_in(tmp_path) == []
        assert (tmp_path / "fabula.sqlite3").exists()


async def test_buttons_and_whispers_of_earlier_events_are_found(tmp_path: Path, full: Callable[[str], Path]) -> None:
    """A button under an old message can be pressed, and what was said to one person stays theirs alone."""
    full("0014")
    act = {"id": "tea:1", "label": "Tea"}
    told = {"kind": "reply", "message": "old", "user": "ann", "text": SECRET, "pieces": [], "actions": [act]}
    data = [json.dumps(told), json.dumps(told | {"private": True}), json.dumps({"kind": "end", "private": True}), "{no"]
    with closing(sqlite3.connect(tmp_path / "fabula.sqlite3")) as database, database:
        database.execute("DELETE FROM events")
        rows = [("pond", str(number), one) for number, one in enumerate(data)]
        database.executemany("INSERT INTO events (chat, key, user, data, at) VALUES (?, ?, 'web:ann', ?, 1)", rows)
    async with await open_storage(tmp_path) as storage:
        assert json.loads(await storage.events.offer("pond", "old", "tea:1") or "{}")["text"] == SECRET
        assert await storage.events.offer("pond", "old", "tea:2") is None
        assert [row.only for row in await storage.events.after("pond", 0)] == ["", "ann", "", ""]
