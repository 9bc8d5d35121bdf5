"""``fabula migrate``: all that a file holds is at the server afterwards, or nothing is."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from core.errors import StorageFault
from fabula_process import fabula
from storage import Storage, open_storage
from storage.tables import metadata
from stored import ANN, BOB, Clock, everything_in, live

pytest.importorskip("psycopg", reason="fabula[postgresql] is not installed")
from storage.moving import MOVED, move

EVENTS = 2500
"""More than are moved together, twice."""


def rows(connection: Connection) -> dict[str, list[Any]]:
    """Every row of every table, in the order of their keys."""
    return {
        table.name: connection.execute(table.select().order_by(*table.primary_key.columns)).all()
        for table in metadata.sorted_tables
    }


async def fill(storage: Storage) -> None:
    await live(storage, 1, ANN)
    await live(storage, 2, BOB)
    await asyncio.gather(
        *(
            storage.events.append("garden", f"狐 {number}", ANN.key, f'{{"kind": "{number}"}}')
            for number in range(EVENTS)
        )
    )
    await storage.database.write(
        lambda connection: connection.exec_driver_sql("DELETE FROM events WHERE seq > 2450").close()
    )


async def refused(folder: Path, url: str) -> str:
    with pytest.raises(StorageFault) as caught:
        await move(folder, url)
    return caught.value.code


async def test_everything_is_there_afterwards(new_url: Callable[[], str], tmp_path: Path) -> None:
    folder, url = tmp_path / "data", new_url()
    async with await open_storage(folder, Clock()) as storage:
        await fill(storage)
        assert await refused(folder, url) == "database-in-use", "while it runs"
        before, last = await storage.database.read(rows), await storage.events.append("garden", "last", "", "{}")
        await storage.database.write(
            lambda connection: connection.exec_driver_sql("DELETE FROM events WHERE seq > 2450").close()
        )
    moved = await fabula(tmp_path, "migrate", "--to", url)
    assert (moved.code, moved.complained) == (0, ""), moved
    assert f"{sum(map(len, before.values())):,}" in moved.said and MOVED in moved.said
    async with await open_storage(folder, Clock(), database_url=url) as storage:
        assert await storage.database.read(rows) == before
        assert (await storage.events.append("garden", "next", "", "{}")).seq > last.seq, (
            "a page that listens misses nothing"
        )
        assert b"words of bob" in everything_in(folder), "in the file that was put away"
        await storage.store.forget(BOB.key)
        assert b"words of bob" not in everything_in(folder) and not (folder / MOVED).exists()
    assert await refused(folder, new_url()) == "nothing-to-move"


async def test_what_broke_off_is_tried_again(new_url: Callable[[], str], tmp_path: Path) -> None:
    import psycopg

    folder, url = tmp_path / "data", new_url()
    async with await open_storage(folder, Clock()) as storage:
        await live(storage, 1, ANN)
        await storage.events.append("garden", "NUL", "", '{"kind": "a\0b"}')
    with psycopg.connect(url, autocommit=True) as operator:
        operator.execute("CREATE TABLE somebody (name text)")
        assert await refused(folder, url) == "database-not-empty"
        operator.execute("DROP TABLE somebody")
        # As it breaks off in the middle: a table that cannot be filled.
        full = "BEGIN IF tg_tag = 'CREATE TABLE' THEN RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END IF; END"
        operator.execute(f"CREATE FUNCTION breaks() RETURNS event_trigger LANGUAGE plpgsql AS $$ {full} $$")
        operator.execute("CREATE EVENT TRIGGER breaks ON ddl_command_end EXECUTE FUNCTION breaks()")
        try:
            assert await refused(folder, url) == "disk-full"
        finally:
            operator.execute("DROP EVENT TRIGGER breaks")
            operator.execute("DROP FUNCTION breaks")
        assert (folder / "fabula.sqlite3").exists()
        moved = await move(folder, url)
        moved.file.rename(folder / "fabula.sqlite3")  # as it is where a kill came before the file was put away
        assert await move(folder, url) == moved
        moved.file.rename(folder / "fabula.sqlite3")
        operator.execute("UPDATE sessions SET value = '{}'")
        assert await refused(folder, url) == "database-not-empty", "it was used meanwhile"


async def test_an_address_that_is_none_is_one_sentence_without_its_password(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "fabula.sqlite3")):
        pass
    said = await fabula(tmp_path, "migrate", "--to", "mysql://ann:marzipan@db/studio")
    assert said.code == 1 and said.said == "" and "marzipan" not in said.complained
    assert said.complained.strip().startswith("--to is no address of a PostgreSQL database.")
