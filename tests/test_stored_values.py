"""What was stored by an earlier or a later version, or is damaged: it costs that one value, and nobody is muted by it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from core.types import KeptPiece, Place, Session
from embedded.process import EmbeddedProcess
from storage import values
from storage.opening import open_storage
from studio import Answer, studio_at

TABLES = {"sessions": "value", "pieces": "value", "jobs": "request", "replies": "value", "inbox": "payload"}
"""Where values lie as JSON."""

FREE = {"options", "parameters", "usage", "rated"}
"""Fields that are tables themselves: of these any entry is known."""

SECRET = "a marzipan pig"


def change(folder: Path, table: str, made: Any) -> int:
    """Change every value of a table; how many there were."""
    column = TABLES[table]
    with closing(sqlite3.connect(folder / "fabula.sqlite3")) as database, database:
        rows = database.execute(f"SELECT rowid, {column} FROM {table} WHERE {column} != ''").fetchall()
        for number, value in rows:
            database.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (made(value), number))
    return len(rows)


def with_unknown_fields(value: str) -> str:
    """As a later version might write it: something unknown at every level."""

    def spread(found: Any) -> Any:
        if isinstance(found, Mapping):
            known = {name: inner if name in FREE else spread(inner) for name, inner in found.items()}
            return known | {"from the future": [1, {"x": None}]}
        return [spread(inner) for inner in found] if isinstance(found, list) else found

    return json.dumps(spread(json.loads(value)))


@dataclass(frozen=True)
class Life:
    """A folder in which somebody has a story, a photo and two pictures, the first of what is secret; and what came of each."""

    folder: Path
    photo: Answer
    first: Answer
    second: Answer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def life(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> Life:
    folder = tmp_path_factory.mktemp("life")
    async with studio_at(folder, services) as studio:
        person = await studio.person()
        await person.says(f"/story {SECRET} --length short")
        photo = await person.says("", "cat.png")
        first = await person.says(f"/image {SECRET} --raw")
        second = await person.says("/image a boat --raw")
    assert first.pictures and second.pictures
    return Life(folder, photo, first, second)


@pytest.fixture
def lived(life: Life, tmp_path: Path) -> Path:
    """A copy of its folder."""
    return shutil.copytree(life.folder, tmp_path / "data")


async def test_unknown_fields_are_passed_over(services: EmbeddedProcess, lived: Path) -> None:
    changed = {table: change(lived, table, with_unknown_fields) for table in TABLES}
    assert all(number for table, number in changed.items() if table != "replies")
    async with studio_at(lived, services) as studio:
        person = await studio.person("ann")
        assert SECRET in (await person.says("/history")).text
        assert (await person.says("/vary")).pictures, "the last picture is known"


@pytest.mark.parametrize("damaged", ["", "[1, 2]", '{"key": 7, "piece": null}', SECRET])
@pytest.mark.parametrize("table", ["sessions", "pieces", "jobs", "inbox"])
async def test_a_damaged_row_mutes_nobody(services: EmbeddedProcess, lived: Path, table: str, damaged: str) -> None:
    with closing(sqlite3.connect(lived / "fabula.sqlite3")) as database, database:
        for again in ("jobs SET ended = NULL, state = 'open'", "inbox SET handled = NULL"):
            table_of = again.partition(" ")[0]  # the newest alone: of the others only more would be drawn again
            database.execute(f"UPDATE {again} WHERE rowid = (SELECT max(rowid) FROM {table_of})")
    change(lived, table, lambda value: damaged)
    with capture_logs() as log:
        async with studio_at(lived, services) as studio:
            person = await studio.person("ann")
            for command in ("/history", "/usage", "/settings", "/image a boat --raw"):
                answer = await person.says(command)
                assert answer.code is None and answer.text + command
            await studio.program.storage.store.sweep(0)
            asked = await person.says("/forget")
            await person.presses(*asked.action("forget-yes"))
    assert not [entry for entry in log if entry["event"] in ("event broke", "job broke")]
    assert SECRET not in str([entry for entry in log if "cannot be read" in entry["event"]])


@pytest.mark.parametrize("damaged", ["", "[1, 2]", '{"kind": "message", "pieces": 7}', SECRET])
async def test_a_damaged_event_breaks_no_chat(services: EmbeddedProcess, life: Life, lived: Path, damaged: str) -> None:
    """Whoever follows the chat, answers, presses and deletes in it goes past the row."""
    photo, first, second = life.photo, life.first, life.second
    piece = first.pictures[0]["id"]
    with closing(sqlite3.connect(lived / "fabula.sqlite3")) as database, database:
        spoilt = [f"message:{photo.request}", *keys_about(database, piece)]
        for key in spoilt:  # it still names what it is about
            value = f"{damaged} {piece} {json.dumps(first.message)}" if damaged and damaged != "[1, 2]" else damaged
            database.execute("UPDATE events SET data = ? WHERE key = ?", (value, key))
    with capture_logs() as log:
        async with studio_at(lived, services) as studio:
            person = await studio.person()
            assert (await person.says("/edit make it night", reply_to=photo.request)).text
            assert (await person.presses(*second.action("prompt"))).text
            await person.presses(*first.action("prompt"))
            sure = await person.presses(*second.action("delete"))
            assert (await person.presses(*sure.action("delete-yes"))).code is None
            await studio.program.storage.store.delete_piece(piece)
            assert (await person.says("/image a plum --raw")).pictures
    told = [entry for entry in log if "cannot be read" in entry["event"]]
    assert bool(told) is bool(damaged) and SECRET not in str(told)
    assert not [entry for entry in log if entry["event"] in ("event broke", "job broke")]


def keys_about(database: sqlite3.Connection, piece: str) -> list[str]:
    return [key for (key,) in database.execute("SELECT key FROM events WHERE data LIKE ?", (f"%{piece}%",))]


async def test_a_session_that_cannot_be_read_moves_with_its_chat(tmp_path: Path) -> None:
    old, new = (Place(platform="telegram", chat=chat) for chat in ("-1", "-1001"))
    async with await open_storage(tmp_path) as storage:
        written = "INSERT INTO sessions VALUES (?, '', 'from the future', 1)"
        await storage.database.write(lambda c: c.exec_driver_sql(written, (f"{old.key}:*",)).close())
        await storage.store.move_chat(old, new)
        rows = await storage.database.read(lambda c: c.exec_driver_sql("SELECT key, value FROM sessions").all())
    assert rows == [(f"{new.key}:*", "from the future")]


def test_an_earlier_version_is_brought_to_the_present_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def renamed(data: dict[str, Any]) -> dict[str, Any]:
        return {"key": data["name"], **{name: inner for name, inner in data.items() if name != "name"}}

    def shouted(data: dict[str, Any]) -> dict[str, Any]:
        return data | {"key": data["key"].upper()}

    monkeypatch.setattr(values, "UPGRADES", {Session: (renamed, shouted)})
    assert values.load(Session, '{"name": "ann"}', "x") == Session(key="ANN")
    assert values.load(Session, '{"version": 2, "key": "ann"}', "x") == Session(key="ANN")
    kept = values.dump(Session(key="bob"))
    assert values.load(Session, kept, "x") == Session(key="bob")
    assert values.load(Session, kept.replace('"version":3', '"version":9'), "x") == Session(key="bob")
    assert values.load(Session, '{"version": "x"}', "x") is None
    assert values.load(KeptPiece, "null", "x") is None
