"""The writer: order, group commit, and who hears of a failure."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text

from core.errors import StorageFault
from storage import database as database_module
from storage.database import Database, open_database
from storage.tables import marks
from storage.writer import MOST_TOGETHER


@pytest.fixture
async def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.05)
    opened = await open_database(tmp_path / "fabula.sqlite3")
    yield opened
    await opened.close()


def add(name: str, connection: Connection) -> str:
    connection.execute(
        insert(marks).values(name=name, value=connection.execute(text("SELECT count(*) FROM marks")).scalar())
    )
    return name


def poison(connection: Connection) -> None:
    connection.execute(insert(marks).values(name="poison", value=0))
    raise ValueError("mine alone")


async def names(database: Database) -> list[str]:
    return list(
        await database.read(lambda connection: connection.scalars(select(marks.c.name).order_by(marks.c.value)).all())
    )


async def test_writes_that_wait_together_are_committed_together(database: Database) -> None:
    before = database.writer.transactions
    answers = await asyncio.gather(*(database.write(partial(add, f"n{i}")) for i in range(200)))
    assert answers == [f"n{i}" for i in range(200)]
    assert database.writer.transactions - before <= 200 / MOST_TOGETHER + 1
    assert database.writer.statements >= 200


async def test_a_write_that_may_wait_is_committed_with_the_next_one(database: Database) -> None:
    before = database.writer.transactions
    patient = [database.writer.submit(partial(add, name), within=3600) for name in ("a", "b")]
    await database.read(lambda connection: connection.execute(text("SELECT 1")).all())
    assert not any(write.done() for write in patient)
    await database.write(partial(add, "c"))
    assert [write.result() for write in patient] == ["a", "b"]
    assert await names(database) == ["a", "b", "c"]
    assert database.writer.transactions - before == 1


async def test_a_write_that_may_wait_is_committed_alone_in_the_end(database: Database) -> None:
    assert await database.writer.submit(partial(add, "a"), within=0.01) == "a"
    patient = database.writer.submit(partial(add, "b"), within=3600)
    await database.writer.close()
    assert patient.result() == "b", "closing waits for nothing"


async def test_writes_keep_the_order_in_which_they_were_started(database: Database) -> None:
    tasks = [database.writer.submit(partial(add, f"n{i}")) for i in range(25)]
    tasks += [asyncio.ensure_future(database.write(partial(add, f"n{i}"))) for i in range(25, 50)]
    await asyncio.sleep(0)
    await database.write(partial(add, "last"))
    assert await names(database) == [*(f"n{i}" for i in range(50)), "last"]
    assert all(task.done() for task in tasks)


async def test_only_the_write_at_fault_hears_of_it(database: Database) -> None:
    writes: list[Callable[[Connection], object]] = [partial(add, "a"), poison, partial(add, "b")]
    first, second, third = await asyncio.gather(*map(database.write, writes), return_exceptions=True)
    assert (first, third) == ("a", "b")
    assert isinstance(second, ValueError)
    assert await names(database) == ["a", "b"]


async def test_a_violated_constraint_harms_no_neighbour(database: Database) -> None:
    await database.write(partial(add, "a"))
    again, other = await asyncio.gather(
        database.write(partial(add, "a")), database.write(partial(add, "b")), return_exceptions=True
    )
    assert isinstance(again, Exception)
    assert other == "b"


async def test_a_cancelled_caller_takes_nothing_back(database: Database) -> None:
    task = asyncio.ensure_future(database.write(partial(add, "kept")))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await database.write(partial(add, "after"))
    assert await names(database) == ["kept", "after"]


async def test_closing_finishes_what_is_queued(tmp_path: Path) -> None:
    database = await open_database(tmp_path / "fabula.sqlite3")
    answers = [database.writer.submit(partial(add, f"n{i}")) for i in range(20)]
    await database.close()
    assert [answer.result() for answer in answers] == [f"n{i}" for i in range(20)]
    with sqlite3.connect(tmp_path / "fabula.sqlite3") as connection:
        assert connection.execute("SELECT count(*) FROM marks").fetchone() == (20,)
    connection.close()
    with pytest.raises(RuntimeError):
        database.writer.submit(partial(add, "too late"))


def limit_pages(pages: int | None, connection: Connection) -> None:
    """Let the file not grow beyond what it has and some pages more (``None``: no limit), as a full disk would."""
    used = connection.execute(text("PRAGMA page_count")).scalar_one()
    connection.execute(text(f"PRAGMA max_page_count = {used + pages if pages is not None else 1_000_000}"))


async def test_a_full_disk_is_told_and_does_not_last(database: Database) -> None:
    await database.write(partial(limit_pages, 2))
    large, small = await asyncio.gather(
        database.write(partial(add, "x" * 100_000)), database.write(partial(add, "small")), return_exceptions=True
    )
    assert isinstance(large, StorageFault)
    assert large.code == "disk-full"
    assert small == "small"
    await database.write(partial(limit_pages, None))
    await database.write(partial(add, "x" * 100_000))
    assert len(await names(database)) == 2


async def test_a_database_that_somebody_else_holds_is_told_once_for_all(database: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "fabula.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    before = database.writer.transactions
    answers = await asyncio.gather(*(database.write(partial(add, f"n{i}")) for i in range(5)), return_exceptions=True)
    assert [answer.code for answer in answers if isinstance(answer, StorageFault)] == ["database-in-use"] * 5
    assert database.writer.transactions - before == 1
    other.execute("ROLLBACK")
    other.close()
    assert await database.write(partial(add, "now")) == "now"
