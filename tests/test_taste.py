"""The laws of taste: what is counted, taken out, estimated and chosen; and the words that leave nothing to choose."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import prompts, taste
from core.types import Tally

ARMS = ("usual", "a", "b", "c")
VALUES = st.sampled_from([-4, -2, -1, 1, 2, 4])
RATED = st.tuples(*[st.floats(0, 1e6)] * 12)
TALLIES = st.dictionaries(st.sampled_from([*ARMS, "one that went"]), RATED).map(
    lambda found: [Tally("style", arm, *numbers) for arm, numbers in found.items()]
)


@given(st.lists(st.tuples(VALUES, st.integers(0, 9))), st.randoms())
@settings(max_examples=60)
def test_counts_are_never_negative_and_what_is_put_in_is_taken_out_exactly(rated, chance) -> None:
    kept = taste.Kept()
    for value, tick in rated:
        kept = taste.counted(kept, 0, value, tick)
    chance.shuffle(rated)
    for value, tick in rated:
        kept = taste.counted(kept, value, 0, tick)
        assert min(kept.good, kept.bad, kept.warm_good, kept.warm_bad) >= 0
    assert (kept.good, kept.bad) == (0, 0)


@given(st.lists(VALUES, max_size=30), st.randoms())
@settings(max_examples=40)
def test_order_does_not_matter_without_discount(values, chance) -> None:
    def end(of: list[int]) -> tuple[float, float]:
        kept = taste.Kept()
        for value in of:
            kept = taste.counted(kept, 0, value, 0)
        return kept.warm_good, kept.warm_bad

    shuffled = list(values)
    chance.shuffle(shuffled)
    assert end(values) == end(shuffled)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_a_persons_share_is_capped_and_keeps_its_proportion(good: int, bad: int) -> None:
    one, other = taste.share(good, bad)
    assert 0 <= one <= good and 0 <= other <= bad and one + other == min(good + bad, taste.CAP)
    if good + bad > taste.CAP:
        assert abs(one / taste.CAP - good / (good + bad)) <= 0.5 / taste.CAP


@given(TALLIES, st.integers(0, 2**32))
@settings(max_examples=60)
def test_every_arm_keeps_its_floor_and_nothing_is_nan(tallies, seed: int) -> None:
    dice = Random(seed)
    found = taste.estimates({"tone": ARMS[:2], "style": ARMS}, tallies)["style"]
    assert np.isfinite(found.means).all() and np.isfinite(found.deviations).all()
    assert all(0 <= mean <= 1 for mean in found.means) and len(found.means) == len(ARMS)
    lots = taste.drawn(found, dice)
    for factors in (1, 3):
        chances = [taste.propensity(lots, place, len(ARMS), factors) for place in range(len(ARMS))]
        floor = taste.EXPLORED * taste.BLINDLY / factors / len(ARMS)
        assert sum(chances) == pytest.approx(1) and min(chances) >= floor - 1e-12
        assert chances[0] >= taste.BLANK
    for one in taste.choose({"style": ARMS}, tallies, dice):
        assert one.arm in ARMS and one.propensity is not None and 0 < one.propensity <= 1


def preferred(**here: tuple[float, float]) -> str:
    """The arm that somebody is thought to like best in stories who likes ``a`` everywhere else, and has rated these stories."""
    tallies = []
    for arm, (good, bad) in {"a": (12, 0), "b": (1, 12), "c": (1, 9)}.items():
        good_here, bad_here = here.get(arm, (0, 0))
        tallies.append(Tally("style", arm, good + good_here, bad + bad_here, good_here, bad_here))
    return ARMS[taste.estimates({"style": ARMS}, tallies)["style"].means.argmax()]


def test_other_kinds_of_work_count_as_far_as_they_foretold_this_one() -> None:
    assert preferred() == "a", "of a new kind of work nothing better is known"
    assert preferred(a=(2, 0)) == "a"
    assert preferred(a=(0, 3), b=(3, 0)) == "b", (
        "twelve likes elsewhere are no reason against what is said of this kind"
    )


def test_lots_fall_as_their_propensity_says() -> None:
    counts = [Tally("style", "a", 6, 1), Tally("style", "b", 5, 1)]
    dice = Random(7)
    made = [taste.choose({"style": ARMS, "tone": ARMS}, counts, dice)[0] for _ in range(3000)]
    for arm in ARMS:  # the inverse propensities of what was chosen add up to the number of choices
        weight = sum(1 / one.propensity for one in made if one.arm == arm and one.propensity)
        assert weight / len(made) == pytest.approx(1, abs=0.25)


def test_what_is_tried_at_random_is_rather_what_may_be_liked_than_what_is_not() -> None:
    told = [Tally("style", "usual", 30, 1), Tally("style", "a", 0, 30)]
    dice = Random(11)
    made = [taste.choose({"style": ARMS}, told, dice)[0] for _ in range(2500)]
    tried = [one.arm for one in made if one.why == "new"]
    blindly = taste.BLINDLY / len(ARMS)
    assert tried.count("a") / len(tried) == pytest.approx(blindly, abs=0.06), "who is sure to dislike it still sees it"
    assert sum(one.propensity or 0 for one in made if one.arm == "a") == pytest.approx(
        taste.EXPLORED * blindly * sum(one.arm == "a" for one in made)
    )


def test_who_never_rated_gets_what_is_usual_but_for_one_factor_now_and_then() -> None:
    dice = Random(3)
    arms = prompts.arms()
    made = [taste.choose(arms, [], dice) for _ in range(600)]
    others = [sum(one.arm != prompts.USUAL for one in each) for each in made]
    assert max(others) == 1
    assert 0.05 < sum(others) / len(made) < 0.12


def test_three_dislikes_in_a_row_of_what_was_chosen_as_liked_begin_anew() -> None:
    run = 0
    for value, why, expected in (
        (-4, "liked", (1, False)),
        (-4, "new", (1, False)),
        (4, "liked", (0, False)),
        (-4, "liked", (1, False)),
        (-2, "liked", (2, False)),
        (-4, "liked", (0, True)),
    ):
        assert taste.run_after(run, value, why) == expected
        run = expected[0]


def test_several_pictures_differ_from_the_first_in_one_factor_each() -> None:
    dice = Random(5)
    arms = {name: prompts.arms()[name] for name in ("style", "composition", "phrasing")}
    for number in (1, 2, 4):
        first = taste.choose(arms, [], dice)
        trial = {name: arms[name] for name in ("composition", "style")}
        every = taste.varied(first, number, trial, [], dice)
        assert len(every) == number and every[0] == first and len(set(every)) == number
        for other in every[1:]:
            assert sum(one.arm != two.arm for one, two in zip(first, other, strict=True)) == 1
        assert taste.varied(first, number, {}, [], dice) == [first] * number


@pytest.mark.parametrize(
    ("words", "style", "view"),
    [
        ("a cat on a roof", False, False),
        ("an artichoke and a partridge", False, False),
        ("a watercolour of a cat", True, False),
        ("a cat, pencil sketch", True, False),
        ("a cat in the manner of Dürer", True, False),
        ("a PHOTO of a harbour", True, False),
        ("ukiyo-e waves", True, False),
        ("a close-up of a beetle", False, True),
        ("a town seen from above", False, True),
        ("一只猫的特写", False, True),
        ("屋顶上的猫", False, False),
        ("水彩画的猫", True, False),
        ("像素风格的城堡", True, False),
        ("a" * 5000, True, True),
    ],
)
def test_words_that_name_a_style_or_a_view(words: str, style: bool, view: bool) -> None:
    assert (prompts.names_style(words), prompts.names_view(words)) == (style, view)


@given(st.sampled_from([alias for one in prompts.STYLES.values() for alias in (one.name, *one.aliases)]))
def test_every_name_of_every_style_is_seen(name: str) -> None:
    assert prompts.names_style(f"a cat, {name}, at dusk") and prompts.names_style(f"一只猫，{name}")
