"""A table as shops have it, by each of the five roads: every cell comes back as it was, each row is made once, also through kills.

    python -m bench.tables                     # 1,000 rows by each road
    python -m bench.tables telegram --kills 10 # by one, killed ten times on the way

It goes out as a workbook with typed cells, and as a text, by turns. What comes back is read with openpyxl, and with pandas where that is installed.
The exit code says whether all is as promised. Memory is what the program holds at most, less what it held when it was idle.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import datetime
import io
import json
import random
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter

from bench.harness import printing_address
from bench.roads import ROADS
from bench.watched import Watched

ROWS, AT_ONCE = 1_000, 8

Cell = str | int | float | bool | datetime.datetime | None

HEADER = ("货号 SKU", "Idea", "EAN", "备注 Notes", "价格 Price", "Stock", "Since", "Empty")
NAMES = ("保温杯 {0}", "Café mug 🫖 {0}", 'Umbrella "Rain" {0}', "Lamp {0}\nwith a shade; <b>red</b>", "雨伞，自动 {0}")
NOTES = (
    "=1+1",
    "-",
    "@SUM(A1)",
    "+49 30 1234",
    "<script>alert(1)</script>",
    'he said "no", twice',
    "a\nb\n\nc",
    "🧦👨‍👩‍👧",
    "",
    "'007",
)


def odd_table(rows: int) -> list[tuple[Cell, ...]]:
    """Rows with what breaks tables: leading zeros, thirteen digits, line breaks, quotes, HTML, emoji, formulas that are words, empty cells."""
    return [
        (
            f"{number:03d}",
            NAMES[number % len(NAMES)].format(number),
            4006381000000 + number,
            NOTES[number % len(NOTES)] or None,
            round(number * 1.1, 2),
            number % 7 or None,
            datetime.datetime(2026, 1, 1) + datetime.timedelta(days=number),
            None,
        )
        for number in range(rows)
    ]


def as_workbook(rows: Sequence[Sequence[Cell]]) -> bytes:
    """The table as people save it; what looks like a formula is words."""
    book = openpyxl.Workbook()
    sheet = book.active
    for place, row in enumerate([HEADER, *rows], 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(place, column, value)
            if isinstance(value, str):
                cell.data_type = "s"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_text(rows: Sequence[Sequence[Cell]]) -> bytes:
    """The table as CSV; all of it is words there."""
    file = io.StringIO()
    csv.writer(file).writerows([HEADER, *rows])
    return file.getvalue().encode("utf-8-sig")


def words_of(row: Sequence[Cell]) -> tuple[Cell, ...]:
    """A row as a text says it."""
    return tuple(None if value is None else str(value) for value in row)


def differences(data: bytes, sent: Sequence[Sequence[Cell]]) -> list[str]:
    """The cells of a workbook that are not what was sent, and the rows that are not done exactly once."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    back = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    wrong = [] if back[0][: len(HEADER)] == HEADER else [f"the header is {back[0]}"]
    if len(back) != len(sent) + 1:
        wrong.append(f"{len(back) - 1} rows came back")
    for place, (row, original) in enumerate(zip(back[1:], sent, strict=False), 2):
        for column, (is_now, was) in enumerate(zip(row, original, strict=False), 1):
            if is_now != was or isinstance(is_now, str) is not isinstance(was, str):  # a workbook's 11.0 is 11
                wrong.append(f"{get_column_letter(column)}{place} is {is_now!r} and was {was!r}")
    states = Counter(row[back[0].index("Status")] for row in back[1:])
    pictures = Counter(row[back[0].index("Pictures")] for row in back[1:])
    wrong += [f"{count} rows are {state}" for state, count in states.items() if state != "done"]
    wrong += [f"{name} stands {count} times" for name, count in pictures.items() if count > 1]
    return wrong + _by_pandas(data, sent)


def _by_pandas(data: bytes, sent: Sequence[Sequence[Cell]]) -> list[str]:
    try:
        import pandas
    except ImportError:
        return []
    frame = pandas.read_excel(io.BytesIO(data), dtype=object, keep_default_na=False, na_values=[], engine="openpyxl")
    return [
        f"pandas reads {is_now!r} in {column}{place} for {was!r}"
        for place, original in enumerate(sent)
        for column, was in zip(HEADER, original, strict=True)
        if (is_now := frame.iloc[place][column]) != ("" if was is None else was)
    ]


def calls_of(model: str) -> int:
    """How many pictures a model service was asked for."""
    with urllib.request.urlopen(f"{model}/calls") as answer:
        return sum(row["path"].endswith("/images/generations") for row in json.load(answer))


async def _moved(model: str, rows: int, share: float) -> None:
    """Wait until this share of the rows was asked for, and some more than so far: the kills are spread over the table."""
    until = min(max(calls_of(model) + AT_ONCE, rows * share), rows)
    while calls_of(model) < until:
        await asyncio.sleep(0.1)


async def go(name: str, rows: int, kills: int, dice: random.Random) -> list[str]:
    """Send a table by a road, and say what is not as promised."""
    sent, typed = odd_table(rows), list(ROADS).index(name) % 2 == 0
    file = ("articles.xlsx", as_workbook(sent)) if typed else ("articles.csv", as_text(sent))
    with tempfile.TemporaryDirectory() as folder:
        async with printing_address("bench.model_service", "--bytes", "9000") as model, ROADS[name]() as road:
            environment = {
                "OPENAI_BASE_URL": f"{model}/v1",
                "FABULA_BATCH_AT_ONCE": str(AT_ONCE),
                "FABULA_CHECK": "off",
            }
            watched = Watched(Path(folder), environment | road.environment, road.command)
            try:
                await road.begins(watched)
                warm, began = calls_of(model), time.time()
                await road.sends("image", *file)
                for kill in range(1, kills + 1):
                    await _moved(model, rows, kill / (kills + 1))
                    await asyncio.sleep(dice.uniform(0.0, 3.0))
                    await watched.kill()
                    await road.begins(watched)
                data = await road.workbook()
                wall, calls = time.time() - began, calls_of(model) - warm
            finally:
                await watched.stop()
    wrong = differences(data, sent if typed else list(map(words_of, sent)))
    if calls > rows + AT_ONCE * kills:
        wrong.append(f"{calls} pictures were asked for")
    _tell(name, file[0], rows, wall, calls, watched)
    return [f"{name}: {sentence}" for sentence in wrong]


def _tell(name: str, file: str, rows: int, wall: float, calls: int, watched: Watched) -> None:
    each = watched.cpu / rows * 1000
    print(
        f"{name}: {rows} rows of {file} in {wall:.0f} s, {calls} calls for pictures, {each:.1f} ms of processor time a row, "
        f"{watched.most - watched.idle:.0f} MB above idle ({watched.idle:.0f} MB)",
        flush=True,
    )


async def _all(roads: Sequence[str], rows: int, kills: int, seed: int) -> list[str]:
    dice = random.Random(seed)
    return [sentence for name in roads for sentence in await go(name, rows, kills, dice)]


def main() -> None:
    """Send, compare, and say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("roads", nargs="*", choices=[*ROADS, []])
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong = asyncio.run(_all(options.roads or list(ROADS), options.rows, options.kills, options.seed))
    for sentence in wrong[:50]:
        print(sentence)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
