"""The end of things in the store: who is forgotten, what is swept, a kill, a file that is damaged or not ours."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text

from core.errors import StorageFault
from core.ports import Bounds, Change, Spent
from core.types import (
    JobState,
    Preferences,
    Score,
    Session,
    Spend,
    User,
)
from patience import PATIENCE
from storage import Storage, migrations, open_storage, removal
from storage.database import HEAD
from storage.store import SqlStore
from storage.tables import metadata
from stored import (
    ANN,
    ANNS,
    BOB,
    DAY,
    PLACE,
    ROOM,
    Clock,
    a_job,
    a_piece,
    a_reply,
    a_row,
    a_timer,
    everything_in,
    live,
    say,
)

pytest_plugins = ("stored",)


async def everything_kept(storage: Storage, folder: Path) -> bytes:
    """All bytes of all files, and of all rows where these are not in a file."""

    def rows(connection: Connection) -> list[str]:
        return [repr(connection.execute(table.select()).all()) for table in metadata.sorted_tables]

    return everything_in(folder) + "".join(await storage.database.read(rows)).encode()


async def test_a_forgotten_person_is_nowhere(storage: Storage, tmp_path: Path) -> None:
    store = storage.store
    marked = User(platform="telegram", id="marker-7f3a", name="marker-7f3a")
    bobs, theirs = await live(storage, 1, BOB), await live(storage, 2, marked)
    await store.rate(bobs.piece.id, marked.key, "👎", -1.0, True)
    await store.rate(theirs.piece.id, BOB.key, "🔥", 1.0, True)
    assert b"marker-7f3a" in await everything_kept(storage, tmp_path)

    assert await store.forget(marked.key) == ["job-102"]

    assert b"marker-7f3a" not in await everything_kept(storage, tmp_path)
    assert await store.piece(bobs.piece.id) == bobs
    assert await store.score(bobs.piece.id, BOB.key) == Score(score=1, count=1, mine=1)
    assert (await store.session(bobs.session)).turns != ()
    assert await store.session(ROOM) == Session(key=ROOM, preferences=Preferences(style="ink"))
    assert [job.id for job in await store.open_jobs()] == ["job-101"]
    assert [row.id for row in await store.waiting_rows("telegram")] == ["b1"]
    assert [reply.key for reply in await store.unsent()] == ["half-1"]
    assert await store.spent(0) == Spent(usd=2.0, calls=2), "the budget still adds up"
    assert await store.spent(0, marked.key) == Spent()


async def test_what_arrives_after_forgetting_brings_nothing_back(storage: Storage, tmp_path: Path) -> None:
    store = storage.store
    await store.commit(Change(new_job=a_job(1, User(platform="telegram", id="marker-7f3a"))))
    piece = a_piece(author=User(platform="telegram", id="marker-7f3a"))
    await store.commit(Change(pieces=(piece,)))
    reply = await say(store, "one", piece.piece, user=User(platform="telegram", id="marker-7f3a"))
    await store.forget("telegram:marker-7f3a")
    await store.finish_step("job-1", "write", "marker-7f3a", [Spend(model="m", usd=1.0)], "telegram:marker-7f3a")
    await store.receipt(reply, 0, "marker-7f3a", [piece.piece.id], last=True)
    await store.rate(piece.piece.id, BOB.key, "🔥", 1.0, True)
    assert await store.steps("job-1") == {}
    assert await store.spent(0) == Spent(usd=1.0, calls=1)
    assert b"marker-7f3a" not in await everything_kept(storage, tmp_path)


async def test_a_sweep_rests_after_each_of_its_transactions(
    store: SqlStore, clock: Clock, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "AT_ONCE", 2)
    monkeypatch.setattr(removal, "REST", 1e9)  # who has rested once would rest for good
    for number in range(6):
        await store.take_in(a_row(number))
    await store.commit(Change(inbox=tuple(f"telegram:{number}" for number in range(6))))

    async def left() -> int:
        counted = await storage.database.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM inbox").scalar())
        return counted or 0

    sweep = asyncio.create_task(store.sweep(clock.now + 3 * DAY))
    async with asyncio.timeout(PATIENCE):
        while await left() == 6:
            await asyncio.sleep(0)
    for number in range(10, 20):  # would each come after what else of the sweep is waiting
        await store.take_in(a_row(number))
    assert await left() == 4 + 10
    sweep.cancel()


async def test_a_sweep_removes_only_what_is_past_its_time(store: SqlStore, clock: Clock, storage: Storage) -> None:
    await store.take_in(a_row(1))
    await store.take_in(a_row(2))
    await store.commit(Change(inbox=("telegram:1",), new_job=a_job(1)))
    await store.commit(Change(new_job=a_job(2)))
    for job in ("job-1", "job-2"):
        await store.finish_step(job, "write", "{}", [], ANN.key)
    await store.commit(Change(job_open="job-1", job_state=JobState.DONE))
    sent = await say(store, "sent")
    await store.receipt(sent, 0, "100", [], last=False)
    await store.receipt(sent, 1, "101", [], last=True)
    await say(store, "unsent")
    await store.commit(Change(timers=(a_timer(1), a_timer(2)), cancelled_timers=("timer-1",)))

    await store.sweep(clock.now + DAY)
    assert not await store.take_in(a_row(1))
    await store.sweep(clock.now + 3 * DAY)
    assert await store.steps("job-1") != {}
    assert await store.take_in(a_row(1)), "a handled update is gone after 48 hours"
    assert not await store.take_in(a_row(2)), "one that waits is never gone"

    await store.sweep(clock.now + 31 * DAY)
    assert await store.steps("job-1") == {}
    assert await store.steps("job-2") != {}, "an open job keeps its journal"
    assert [reply.key for reply in await store.unsent()] == ["unsent"]
    rows = await storage.database.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM receipts").scalar())
    assert rows == 0
    rows = await storage.database.read(lambda c: c.exec_driver_sql("SELECT id FROM timers").scalars().all())
    assert rows == ["timer-2"], "one that is to come is never gone"


KILLED = """
import asyncio, os, sys
from pathlib import Path
from storage import open_storage
from core.ports import InboxRow

async def main():
    storage = await open_storage(Path(sys.argv[1]))
    await storage.store.take_in(InboxRow(id="kept", platform="web", user="web:ann", payload="{}"))
    print(any(name in sys.modules for name in ("alembic", "psycopg", "storage.postgresql")), flush=True)
    os._exit(9)

asyncio.run(main())
"""
SECOND = """
import asyncio, sys
from pathlib import Path
from core.errors import StorageFault
from storage import open_storage

try:
    asyncio.run(open_storage(Path(sys.argv[1])))
except StorageFault as fault:
    print(fault.code)
"""


def run_script(script: str, folder: Path) -> str:
    run = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True, timeout=60)
    assert run.stderr == ""
    return run.stdout.strip()


async def test_what_was_awaited_survives_a_kill(tmp_path: Path) -> None:
    for _ in range(2):
        loaded = await asyncio.to_thread(run_script, KILLED, tmp_path)
        assert loaded == "False", "neither a new file nor one that is up to date needs migrations, or another database"
    async with await open_storage(tmp_path) as storage:
        assert [row.id for row in await storage.store.waiting_rows("web")] == ["kept"]


async def test_a_second_process_is_refused_while_the_first_runs(tmp_path: Path) -> None:
    async with await open_storage(tmp_path):
        assert await asyncio.to_thread(run_script, SECOND, tmp_path) == "database-in-use"
        with pytest.raises(StorageFault, match="database-in-use"):
            await open_storage(tmp_path)
    async with await open_storage(tmp_path):
        pass


async def test_a_damaged_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "fabula.sqlite3").write_bytes(b"not a database at all" * 1000)
    for _ in range(2):
        with pytest.raises(StorageFault, match="database-damaged"):
            await open_storage(tmp_path)


async def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    async with await open_storage(tmp_path) as storage:
        await storage.store.take_in(a_row(1))
    with sqlite3.connect(tmp_path / "fabula.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(StorageFault, match="database-newer"):
        await open_storage(tmp_path)


async def test_the_migrations_lead_to_the_tables(storage: Storage, request: pytest.FixtureRequest) -> None:
    """So a new database, which is made without them, is what an old one becomes; the next program can upgrade either."""
    assert ScriptDirectory.from_config(migrations.configuration()).get_heads() == [HEAD]
    with engine_of(request).begin() as grown:
        migrations.upgrade(grown)
        assert compare_metadata(MigrationContext.configure(grown), metadata) == []
        old = shape_of(grown)
    new = await storage.database.read(shape_of)
    assert new == old


def engine_of(request: pytest.FixtureRequest) -> Engine:
    """An empty database of the kind that the test is run with."""
    if not request.getfixturevalue("database_url"):
        return create_engine("sqlite://")
    import psycopg

    url = request.getfixturevalue("new_url")()
    return create_engine("postgresql+fabula://", creator=lambda: psycopg.connect(url), use_native_hstore=False)


INDEXES = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table AND sql",
    "postgresql": "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename = :table",
}


def shape_of(connection: Connection) -> dict[str, Any]:
    """Tables with their columns, keys and indexes, and the revision; the order of columns has no meaning."""
    found = inspect(connection)
    indexes = text(INDEXES[connection.dialect.name])
    return {
        "revision": connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar(),
        "secrets": len(connection.exec_driver_sql("SELECT value FROM installation WHERE name = 'secret'").scalar_one()),
    } | {
        table: (
            {one["name"]: (str(one["type"]), one["nullable"]) for one in found.get_columns(table)},
            found.get_pk_constraint(table)["constrained_columns"],
            sorted(map(str, found.get_foreign_keys(table))),
            sorted(re.sub(r"(kept|studio_\d+)\.", "", one) for one in connection.scalars(indexes, {"table": table})),
        )
        for table in found.get_table_names()
    }


PARTIAL = {
    *("inbox_waiting", "inbox_handled", "jobs_open", "replies_unsent", "replies_sent"),
    *("timers_to_come", "timers_over"),
}
"""Indexes of what is still to do or to sweep, so small that they may be read from end to end. Boards are few, and are so read for `/forget` alone."""


@pytest.mark.parametrize("database_url", [None], ids=["sqlite"])  # whose plans do not depend on how full a table is
async def test_every_query_goes_by_an_index(storage: Storage, clock: Clock) -> None:
    ran: dict[str, Any] = {}

    def note(
        _connection: object, _cursor: object, statement: str, parameters: Any, _context: object, many: bool
    ) -> None:
        ran.setdefault(statement, parameters[0] if many else parameters)

    for worker in storage.database._workers:
        event.listen(worker.sql, "before_cursor_execute", note)
    store = storage.store
    piece = await live(storage, 1, ANN)
    await store.open_jobs()
    await store.steps("job-1")
    await store.restart_job("job-1")
    await store.unsent()
    await store.waiting_rows("telegram")
    await store.rows_of(ANN.key, 0)
    await store.begin_again(["telegram:1", "telegram:2"])
    await store.forgive_rows(["telegram:1"])
    await store.pieces(ANNS, 10)
    await store.shown_in(PLACE, "1")
    await store.messages_showing(PLACE, piece.piece.id)
    await store.session(ANNS)
    await store.session_at(PLACE, ANN.id)
    await store.spent(0)
    await store.spent(0, ANN.key)
    bounds = Bounds(reserved=0.1, unpriced=0.1, per_minute=9, daily=9, monthly=9, press="press")
    await store.accept(Change(new_job=a_job(77)), bounds)
    await store.still_within("job-77", ANN.key, bounds)
    await store.used(0, 0.1, ANN.key)
    await store.piece(piece.piece.id)
    await store.commit(Change(job_open="job-101", replies=(a_reply("x"),)))
    await store.commit(Change(timers=(a_timer(1), a_timer(2, owner="")), cancelled_timers=("timer-1",)))
    await store.next_timer(["remind"])
    await store.unknown_timers(["remind"])
    await store.begin_timer("timer-2", 2.0)
    await store.move_chat(PLACE, PLACE)
    await storage.media.read(piece.piece.picture.media if piece.piece.picture else "")
    await storage.events.after("ann", 0)
    await storage.events.find("ann", "key")
    await store.rate(piece.piece.id, ANN.key, "🔥", 1.0, False)
    await store.sweep(clock.now + 40 * DAY)
    await store.delete_piece(piece.piece.id)
    await live(storage, 2, ANN)
    await store.forget(ANN.key)

    plans = sqlite3.connect(f"file:{storage.media._folder.parent / 'fabula.sqlite3'}?mode=ro", uri=True)
    explained = 0
    for statement, parameters in ran.items():
        if not statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            continue
        for *_, step in plans.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
            explained += 1
            whole_table = step.startswith("SCAN") and not any(index in step for index in PARTIAL)
            harmless = step in {
                "SCAN CONSTANT ROW",
                "SCAN doomed",
                "SCAN boards",
                "SCAN asks",
                "SCAN one",
            } or step.startswith(("SCAN (subquery", "SCAN sqlite_"))
            assert not whole_table or harmless, f"{step}: {statement}"
            of_the_open = "min(jobs.created" in statement and step.startswith(("SCAN", "SEARCH"))
            assert not of_the_open or "jobs_open" in step, f"through all that have ended: {step}"
            assert "AUTOMATIC" not in step, f"{step}: {statement}"
    plans.close()
    assert explained > 60
