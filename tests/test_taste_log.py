"""Does learning help, and would another method? What is told of the ratings that there are."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

from core import taste, taste_log
from core.taste_log import Logged
from core.types import Chosen, Tally, Tasted
from fabula_process import fabula
from storage import open_storage

ARMS = {"style": ("usual", "a", "b", "c")}
WEEK = 7 * 24 * 3600.0


def lived(people: int = 12, ratings: int = 60) -> list[Logged]:
    """People who like one style each, and what they rated by lots as they are drawn."""
    dice, logged = Random(1), []
    for person in range(1, people + 1):
        likes, counts = ARMS["style"][1 + person % 3], {arm: [0.0, 0.0] for arm in ARMS["style"]}
        for number in range(ratings):
            known = [Tally("style", arm, *both) for arm, both in counts.items()]
            made = Tasted(kind="picture", choices=taste.choose(ARMS, known, dice))
            liked = dice.random() < (0.9 if made.arm("style") == likes else 0.3)
            counts[str(made.arm("style"))][not liked] += 1
            logged.append(Logged(number * WEEK / 10, person, 0, made, 1.0 if liked else -1.0))
    return logged


def test_the_honest_comparison() -> None:
    table = taste_log.rows(lived())
    assert [row.week for row in table] == sorted(row.week for row in table)
    learnt, blank = taste_log.together(table)
    assert learnt.count + blank.count == 720 and 40 < blank.count < 110
    assert learnt.mean - blank.mean > 0.4
    told = list(csv.DictReader(taste_log.as_csv(table).splitlines()))
    assert {row["factor"] for row in told} == {"all", "style"} and len(told) == len(table)
    assert sum(int(row["learnt_ratings"]) for row in told if row["factor"] == "all") == learnt.count
    drawn = ElementTree.fromstring(taste_log.as_svg(table, {"learnt": "a < b", "blank": "c & d"}))
    lines = [one for one in drawn.iter() if one.tag.endswith("polyline")]
    assert len(lines) == 2 and len(lines[0].attrib["points"].split()) == len({row.week for row in table})


def test_another_method_is_judged_by_what_was_logged() -> None:
    found = {one.method: one for one in taste_log.judged(lived(), ARMS)}
    truth = {"usual": 2 * 0.3 - 1, "uniform": (0.9 + 3 * 0.3) / 4 * 2 - 1}
    for method, expected in truth.items():
        assert found[method].value == pytest.approx(expected, abs=2 * found[method].half + 0.1)
    assert found["learning"].value - found["learning"].half > found["uniform"].value
    assert found["learning"].worth > found["usual"].worth > 0


def test_nothing_rated_and_choices_of_old_arms_are_passed_over() -> None:
    assert taste_log.rows([]) == [] and taste_log.judged([], ARMS) == []
    gone = Tasted(kind="", choices=(Chosen(factor="style", arm="gone", why="new", propensity=0.1),))
    said = Tasted(kind="", choices=(Chosen(factor="style", arm="a"),))
    logged = [Logged(1, 1, 0, made, 1.0) for made in (gone, said)]
    assert taste_log.judged(logged, ARMS) == [] and len(taste_log.rows(logged)) == 2


async def test_the_operator_is_told_without_names(tmp_path: Path) -> None:
    async with await open_storage(tmp_path / "data"):
        pass
    empty = await fabula(tmp_path, "taste", "report")
    assert empty.code == 0 and "rated yet" in empty.said
    with closing(sqlite3.connect(tmp_path / "data/fabula.sqlite3")) as connection, connection:
        connection.executemany(
            "INSERT INTO tasted (about, user, room, value, said, hinted, counts, at) VALUES (?, ?, '', ?, 4, 0, ?, ?)",
            [
                (f"p{number}", f"web:secret{one.person}", one.made.model_dump_json(), int(4 * one.value), one.at)
                for number, one in enumerate(lived(3, 30))
            ],
        )
    report = await fabula(tmp_path, "taste", "report", "--into", "out")
    assert report.code == 0 and "All: with learning +" in report.said and "Style" in report.said
    judged = await fabula(tmp_path, "taste", "evaluate", FABULA_LANGUAGE="zh")
    assert judged.code == 0 and "只靠抽签" in judged.said
    files = [(tmp_path / "out" / name).read_text() for name in ("taste.csv", "taste.svg")]
    assert not any("secret" in said for said in (report.said, judged.said, *files))
