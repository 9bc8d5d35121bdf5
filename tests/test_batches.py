"""A table in, a catalogue out: on every platform, through kills, and within what may be spent."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import signal
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from core.clock import WallClock
from core.types import Place
from embedded.process import EmbeddedProcess
from killed import program
from patience import PATIENCE
from studio import Event, Person, Studio, studio_at


class MovedClock(WallClock):
    """The clock of a machine that was off for a minute: what was put off by a kill is due."""

    def now(self) -> float:
        return time.time() + 60


ODD = [
    ("品名", "卖点", "EAN", "备注"),
    ("保温杯", "防漏；350 毫升", "4006381333931", "=1+1"),
    ("Café mug 🫖", 'keeps "warm"\nfor hours; <b>red</b>', "007", ""),
    ("", "nothing to call it", "1", "-"),
    ("雨伞", "自动开合；折叠", "42", "@SUM(A1)"),
]


def as_csv(rows: list[tuple[str, ...]], encoding: str = "utf-8") -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode(encoding)


def lives(events: list[Event], text: str) -> Event | None:
    """The newest message that says something."""
    return next((one for one in reversed(events) if one["kind"] == "reply" and text in one["text"]), None)


def press(event: Event, verb: str) -> tuple[str, str]:
    return event["message"], next(a["id"] for a in event["actions"] if a["id"].partition(":")[0] == verb)


async def files_of(person: Person) -> dict[str, bytes]:
    said = await person.wait(lambda events: lives(events, "as a workbook"))
    return {piece["caption"]: await person.picture(piece) for piece in said["pieces"]}


async def presses(person: Person, event: Event, verb: str) -> None:
    message, action = press(event, verb)
    await person.post("actions", message=message, action=action)


def sheet_of(data: bytes) -> list[list[object]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    return [["" if cell.value is None else cell.value for cell in row] for row in sheet.iter_rows()]


async def test_a_table_comes_back_with_a_work_for_each_row(studio: Studio) -> None:
    ann = await studio.person()
    plan = await ann.says("/batch product", ("articles.csv", as_csv(ODD)))
    assert "3 of 4 rows" in plan.text and "品名 → " in plan.text, plan.text
    assert "row 4" in plan.text and "EAN" in plan.text
    assert not await studio.requests("chat", "images.generations"), "nothing is spent before somebody presses Start"
    await presses(ann, plan.replies[-1], "batch-start")
    done = await ann.wait(lambda events: lives(events, "All rows are done"))
    assert "3 of 3" in done["text"]
    files = await files_of(ann)
    back = sheet_of(files["articles.xlsx"])
    assert [row[:4] for row in back] == [list(row) for row in ODD]
    status, cost = back[0].index("Status"), back[0].index("Cost in USD")
    assert [row[status] for row in back[1:]] == ["done", "done", "cannot work", "done"]
    spent = await studio.program.storage.store.spent(0)
    assert sum(float(row[cost] or 0) for row in back[1:]) == pytest.approx(spent.usd, abs=1e-5), "to the last cent"
    text = list(csv.reader(io.StringIO(files["articles.csv"].decode("utf-8-sig"))))
    assert text[1][3] == "'=1+1" and text[3][3] == "'-" and text[4][3] == "'@SUM(A1)" and text[2][2] == "007"
    packed = zipfile.ZipFile(io.BytesIO(files["articles.zip"]))
    manifest = json.loads(packed.read("articles/manifest.json"))
    told = [piece for row in manifest["rows"] for piece in row["pieces"]]
    assert {f"articles/{piece['file']}" for piece in told} <= set(packed.namelist()) and len(told) == 6
    assert all(piece["prompt"] and piece["model"] for piece in told if piece["kind"] == "picture")
    await seen_again(ann, studio)


async def remaining(ann: Person, said: Event) -> list[Event]:
    """The files of a message that can still be had."""
    return [piece for piece in said["pieces"] if (await ann.get(piece["url"])).status_code == 200]


async def seen_again(ann: Person, studio: Studio) -> None:
    """The same table, one row changed and one new: only these are made. Then the list, and the end of it all."""
    before = len(await studio.requests("images.generations"))
    changed = [*ODD[:2], ("Café mug", "keeps warm", "007", ""), ODD[4], ("灯", "亮；省电", "9", "")]
    plan = await ann.says("/batch product", ("articles.csv", as_csv(changed)))
    assert "2 rows were made before" in plan.text and "2 of 4 rows" in plan.text, plan.text
    start = len(ann.events)
    await presses(ann, plan.replies[-1], "batch-start")
    await ann.wait(lambda events: lives(events[start:], "All rows are done"))
    said = await ann.wait(lambda events: lives(events[start:], "as a workbook"))
    assert len(await studio.requests("images.generations")) == before + 2
    back = sheet_of(await ann.picture(next(one for one in said["pieces"] if one["caption"].endswith("xlsx"))))
    assert [row[back[0].index("Status")] for row in back[1:]] == ["made before", "done", "made before", "done"]
    listed = await ann.says("/batches")
    assert listed.text.count("articles.csv") == 2
    start = len(ann.events)
    await ann.post("actions", **dict(zip(("message", "action"), listed.action("batch-show"), strict=True)))
    shown = await ann.wait(lambda events: lives(events[start:], "All rows are done"))
    asked = await ann.presses(*press(shown, "batch-delete"))
    await ann.presses(*asked.action("batch-delete-yes"))
    await ann.wait(lambda events: lives(events, "is deleted"))
    assert not any("articles" in one["caption"] for one in await remaining(ann, said)), "its files are gone with it"
    assert (await ann.says("/batches")).text.count("articles.csv") == 1


ROWS = [("title", "facts"), *((f"cup {number}", "blue; small") for number in range(1, 7))]


async def test_samples_first_then_a_pause_a_budget_and_a_restart(services: EmbeddedProcess, tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with studio_at(data, services, batch_at_once=1, person_daily_usd=0.38) as studio:
        ann = await studio.person()
        plan = await ann.says("/batch product", ("cups.csv", as_csv(ROWS)))
        await presses(ann, plan.replies[-1], "batch-try")
        sampled = await ann.wait(lambda events: lives(events, "These were samples"))
        assert "3 of 6" in sampled["text"]
        pictures = [piece for event in ann.events for piece in event.get("pieces", ()) if piece["kind"] == "picture"]
        assert len(pictures) == 3, "samples are shown"
        await presses(ann, sampled, "batch-start")
        paused = await ann.wait(lambda events: lives(events, "quota of yours"))
        made = int(paused["text"].split(" of 6")[0].split()[-1])
        assert 3 <= made < 6 and "batch-resume" in str(paused["actions"])
        assert len(await studio.requests("images.generations")) == made
    async with studio_at(data, services, batch_at_once=2) as studio:
        ann = await studio.person()
        paused = await ann.wait(lambda events: lives(events, "quota of yours"))
        await presses(ann, paused, "batch-resume")
        assert "6 of 6" in (await ann.wait(lambda events: lives(events, "All rows are done")))["text"]
        assert len(await studio.requests("images.generations")) == 6 - made


async def test_failed_rows_are_listed_and_tried_again_alone(studio: Studio) -> None:
    ann = await studio.person()
    await studio.faults(
        {"endpoint": "images.generations", "kind": "status", "status": 400, "code": "moderation_blocked", "times": 1}
    )
    plan = await ann.says("/batch image", ("ideas.csv", as_csv([("Idea",), ("a cat",), ("a fox",), ("a hen",)])))
    await presses(ann, plan.replies[-1], "batch-start")
    done = await ann.wait(lambda events: lives(events, "All rows are done"))
    assert "1 failed" in done["text"]
    why = await ann.presses(*press(done, "batch-failed"))
    assert "row 2" in why.text or "row 3" in why.text or "row 4" in why.text
    start = len(ann.events)
    await presses(ann, why.replies[-1], "batch-retry")
    done = await ann.wait(lambda events: lives(events[start:], "All rows are done"))
    assert "3 of 3" in done["text"] and "failed" not in done["text"]
    assert len(await studio.requests("images.generations")) == 4


@pytest.mark.parametrize(("method", "count"), [("begin_timer", 2), ("accept", 3), ("commit", 6)])
async def test_no_row_is_lost_or_made_twice(services: EmbeddedProcess, tmp_path: Path, method: str, count: int) -> None:
    before = Studio(None, "", services)  # type: ignore[arg-type]
    await before.begin()
    rows = [("Idea",), *((f"a fox number {number}",) for number in range(4))]
    async with program(tmp_path, services, method, count, FABULA_BATCH_AT_ONCE="2") as life:
        person = Person(await life.address(), "ann", "home-ann")
        listening = asyncio.create_task(person.listen())
        plan = await person.says("/batch image --quality low", ("ideas.csv", as_csv(rows)))
        await presses(person, plan.replies[-1], "batch-start")
        assert await life.wait() == -signal.SIGKILL
        listening.cancel()
    clock = MovedClock()
    async with studio_at(tmp_path, services, clock=clock) as studio:
        ann = await studio.person()
        done = await ann.wait(lambda events: lives(events, "All rows are done"))
        assert "4 of 4" in done["text"]
        rows_kept = await studio.program.storage.store.batch_rows(press(done, "batch-files")[1].partition(":")[2])
        pieces = [piece for row in rows_kept for piece in row.pieces]
        assert len(pieces) == len(set(pieces)) == 4
    assert 4 <= len(await before.requests("images.generations")) <= 6, "but for the two calls in flight"


async def test_cancel_ends_the_table_and_not_only_a_row(studio: Studio) -> None:
    ann = await studio.person()
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 9})
    plan = await ann.says("/batch image", ("birds.csv", as_csv([("Idea",), ("a heron",), ("an owl",), ("a wren",)])))
    await presses(ann, plan.replies[-1], "batch-start")
    await studio.hangs("images.generations")
    assert "Stopped the table" in (await ann.says("/cancel")).text
    await studio.release()
    [batch] = await studio.program.storage.store.batches(plan_place(ann), f"web:{ann.name}", 5)
    assert batch.state == "cancelled"
    async with asyncio.timeout(PATIENCE):
        while await studio.program.runner.of_batch(batch.id):
            await asyncio.sleep(0.02)
    assert (await ann.says("/cancel")).code in (
        None,
        "",
        "nothing-to-cancel",
    ) and not await studio.program.storage.store.open_jobs()


def plan_place(person: Person) -> Place:
    return Place(platform="web", chat=person.chat, private=True)
