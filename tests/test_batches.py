"""A table in, a catalogue out: on every platform, through kills, and within what may be spent."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import openpyxl

from studio import Event, Person, Studio

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


async def test_a_table_comes_back_with_a_work_for_each_row(studio: Studio) -> None:
    ann = await studio.person()
    plan = await ann.says("/batch product", ("articles.csv", as_csv(ODD)))
    assert "3 of 4 rows" in plan.text and "品名 → " in plan.text, plan.text
    assert "row 4" in plan.text and "EAN" in plan.text
    assert not await studio.requests("chat", "images.generations"), "nothing is spent before somebody presses Start"
    await ann.post(
        "actions", message=press(plan.replies[-1], "batch-start")[0], action=press(plan.replies[-1], "batch-start")[1]
    )
    done = await ann.wait(lambda events: lives(events, "All rows are done"))
    assert "3 of 3" in done["text"]
    files = await files_of(ann)
    sheet = openpyxl.load_workbook(io.BytesIO(files["articles.xlsx"])).active
    back = [[cell.value or "" for cell in row][:4] for row in sheet.iter_rows()]
    assert back == [list(row) for row in ODD]
    packed = zipfile.ZipFile(io.BytesIO(files["articles.zip"]))
    manifest = json.loads(packed.read("articles/manifest.json"))
