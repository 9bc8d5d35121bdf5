"""``/forget`` leaves no row and no file."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from studio import Studio


def rows_with(database: Path, words: str) -> list[str]:
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    found = []
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        found += [f"{table}: {row}" for row in connection.execute(f'SELECT * FROM "{table}"') if words in str(row)]
    connection.close()
    return found


def files(folder: Path) -> list[Path]:
    return [path for path in (folder / "media").rglob("*") if path.is_file()]


async def test_forgetting_somebody_leaves_no_trace(studio: Studio, tmp_path: Path) -> None:
    data = tmp_path / "data"
    person = await studio.person("zebulon")
    await person.says("/story a fox at sea --length short")
    edited = await person.says("/edit a red hat", "cat.png", mask="cat-mask-alpha.png")
    await person.rates(edited.message, "🔥")
    await person.says("/settings style ink")
    assert rows_with(data / "fabula.sqlite3", "zebulon")
    assert files(data)
    asked = await person.says("/forget")
    done = await person.presses(*asked.action("forget-yes"))
    assert done.text and done.code is None
    assert rows_with(data / "fabula.sqlite3", "zebulon") == []
    assert rows_with(data / "fabula.sqlite3", "a red hat") == []
    assert files(data) == []
    again = await person.says("/history")
    assert again.pieces == [] and again.code is None


async def test_what_somebody_else_shares_stays(studio: Studio, tmp_path: Path) -> None:
    one, other = await studio.person("one"), await studio.person("other")
    for person in (one, other):
        await person.says("", "cat.png")
    asked = await one.says("/forget")
    await one.presses(*asked.action("forget-yes"))
    assert len(files(tmp_path / "data")) == 1
    assert (await other.says("/vary")).pictures


async def test_keeping_everything_keeps_everything(studio: Studio) -> None:
    person = await studio.person()
    await person.says("/image a cat --raw")
    asked = await person.says("/forget")
    await person.presses(*asked.action("forget-no"))
    assert "a cat" in (await person.says("/history")).text


async def test_forgetting_stops_what_is_running(studio: Studio, tmp_path: Path) -> None:
    person = await studio.person("zebulon")
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    await person.posts("/image a marzipan pig --raw")
    await person.wait(
        lambda events: [event for event in events if event["kind"] == "status" and "Drawing" in event["text"]]
    )
    await studio.hangs("images.generations")
    asked = await person.says("/forget")
    await person.presses(*asked.action("forget-yes"))
    await studio.release()
    assert (await person.says("/help")).code is None
    assert rows_with(tmp_path / "data" / "fabula.sqlite3", "marzipan") == []
