"""Which ideas are alike, in both languages: the table by which the thresholds were measured."""

from __future__ import annotations

import json
from statistics import fmean

import pytest

from bench.board import IDEAS
from core.boards import alike
from core.features.brainstorm_reveal import Thought
from embedded.storybook import answer

SAME = [
    ("a lighthouse that sells pancakes", "a lighthouse which is selling pancakes"),
    ("Free coffee for cyclists", "free coffee for the cyclists!"),
    ("Movie night on the roof", "a roof movie night"),
    ("Bring your own mug, get a discount", "discount for bringing your own mug"),
    ("Ｃａｆé on wheels", "café on wheels"),
    ("在咖啡馆里办读书会", "咖啡馆里办个读书会"),
    ("周五电影之夜", "每周五电影之夜"),
]
NEAR = [
    ("Free coffee for cyclists", "A bike repair corner for cyclists"),
    ("live jazz on fridays", "jazz brunch on sundays"),
    ("pancakes at midnight", "pancake contest"),
    ("咖啡馆读书会", "咖啡馆电影之夜"),
]
OTHER = [
    ("a choir of kettles", "marzipan zeppelins over the harbour"),
    ("quiet hour with violet lamps", "a lighthouse that sells pancakes"),
    ("咖啡馆读书会", "免费修自行车"),
    ("a book club", "读书会"),
    ("👍", "🎉"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_in_other_words_is_one(one: str, other: str) -> None:
    assert alike.repeated([one, other]) == [0, 0]


@pytest.mark.parametrize(("one", "other"), NEAR)
def test_one_subject_is_one_group_of_two_ideas(one: str, other: str) -> None:
    assert alike.repeated([one, other]) == [0, 1]
    assert alike.grouped([one, other]) == [[0, 1]]


def test_a_group_is_called_by_the_word_it_shares() -> None:
    assert [alike.named(pair) for pair in NEAR] == ["cyclists", "jazz", "", "咖啡"]


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_other_ideas_stand_apart(one: str, other: str) -> None:
    assert alike.repeated([one, other]) == [0, 1]
    assert alike.grouped([one, other]) == [[0], [1]]


def test_in_company_it_is_the_same() -> None:
    """Among many ideas each pair is seen as it is alone."""
    told = [text for pair in (*SAME, *OTHER[:2]) for text in pair]
    first = alike.repeated(told)
    assert [first[2 * place + 1] for place in range(len(SAME))] == [2 * place for place in range(len(SAME))]
    assert sorted(place for group in alike.grouped(told) for place in group) == list(range(len(told)))


def test_the_spread_tells_how_different_ideas_are() -> None:
    assert alike.spread(["a choir of kettles"]) == 0
    assert (
        alike.spread([text for pair in OTHER for text in pair])
        < 0.05
        < alike.spread(list(NEAR[0]))
        < alike.spread(list(SAME[0]))
    )


SPARKS = {"name": "sparks", "schema": Thought.model_json_schema()}


@pytest.mark.parametrize("about", ["a park, {}", "咖啡馆第{}次"])
def test_what_the_storybook_adds_is_no_more_alike_than_peoples_ideas(about: str) -> None:
    def added(topic: str) -> list[str]:
        asked = json.dumps({"topic": topic, "given": list(IDEAS), "count": 6, "part": 0}, ensure_ascii=False)
        told = answer([{"role": "user", "content": asked}], schema=SPARKS, seed=1)
        return list(json.loads(told)["ideas"])

    pools = [added(about.format(number)) for number in range(40)]
    assert all(len(set(pool)) == 6 for pool in pools) and len({tuple(pool) for pool in pools}) > 30
    assert fmean(map(alike.spread, pools)) <= alike.spread(IDEAS)
