"""Learning what somebody likes: pure functions over counts of ratings. Nothing is asked, kept or shown here.

What was left open has **factors** (style, phrasing …), and each factor has **arms**, the usual one first. A person's rating of a piece counts for
the arm of each factor that it was made with, so a hundred combinations are learnt from ten ratings. How good an arm is for somebody is a Beta
estimate over a prior of everybody and the room; what they said in other kinds of work counts as far as it foretold what they say in this one.
The choice is Thompson's with little noise: the usual one until somebody rates. Weights and noise are those that did best with simulated people of
hidden taste (``bench/taste.py``).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.types import Chosen, Count

FROM_OTHERS, FROM_ALL = 6.0, 4.0
"""How many ratings of one's own the taste of others is worth, and how many ratings in a room that of everybody."""

UNKNOWN, UNKNOWN_WEIGHT, USUAL_LEAD = 0.5, 6.0, 0.08
"""What is thought of an arm that nobody has rated, as how many ratings, and how much more of the usual one: in doubt nothing changes."""

AGREES = 0.3
"""How likely it is, before anything is known, that somebody likes the same in one kind of work as in their others."""

NOISE = 0.25
"""Of the deviation of an estimate: how far the lots that are drawn scatter."""

EXPLORED, BLANK = 0.1, 0.1
"""Shares of the choices in which one factor is tried at random, and which are made as if nothing were known, to compare with."""

DISCOUNT = 0.998
"""What of somebody's older ratings is left with each further one: half after 350. More fading costs two points where tastes stay (measured)."""

DISLIKED_IN_A_ROW = 3
"""After so many dislikes of what was chosen as liked, a factor starts anew."""

CAP = 32
"""Quarters of a rating that one person's likes and dislikes of an arm count for, at most, in the taste of a room and of everybody."""

QUARTERS = 4
"""Ratings are counted in whole quarters, so that what is taken out is exactly what was put in: an explicit one is 4, a weak one 2."""

LOTS = 64
"""Draws of noise of which one is taken: the share of an arm among them is its propensity, exactly."""


_WHOSE = {"own": 0, "room": 4, "all": 8}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known for a choice: of each arm (by factor and name) the likes and dislikes, and how far one's other kinds of work foretell this one.

    The twelve numbers of an arm are good and bad, in all kinds of work and then in this one: of one's own, of the room, of everybody.
    """

    cells: Mapping[tuple[str, str], Sequence[float]]
    agrees: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of each arm of a factor the mean and the deviation of how it is liked, from 0 to 1; and whether any of them was rated by the person."""

    means: Sequence[float]
    deviations: Sequence[float]
    rated: bool


@dataclass(frozen=True)
class Kept:
    """A row of somebody's own counts: the exact quarters, and what of them has not faded. ``tick``: the number of the rating it is as of."""

    good: int = 0
    bad: int = 0
    warm_good: float = 0.0
    warm_bad: float = 0.0
    tick: int = 0


# --- counting --------------------------------------------------------------------------------------------------------


def quarters(value: float) -> int:
    """A rating from -1 to 1 in whole quarters."""
    return max(-QUARTERS, min(QUARTERS, round(value * QUARTERS)))


def counted(kept: Kept, taken: int, given: int, tick: int) -> Kept:
    """A row once a rating of ``taken`` quarters is taken out and one of ``given`` is put in. Counts are never negative."""
    faded = DISCOUNT ** max(0, tick - kept.tick)
    good, bad = max(0, given) - max(0, taken), max(0, -given) - max(0, -taken)
    return Kept(
        good=max(0, kept.good + good),
        bad=max(0, kept.bad + bad),
        warm_good=max(0.0, kept.warm_good * faded + good / QUARTERS),
        warm_bad=max(0.0, kept.warm_bad * faded + bad / QUARTERS),
        tick=max(kept.tick, tick),
    )


def share(good: int, bad: int) -> tuple[int, int]:
    """What one person's quarters of an arm count for among others: all of them up to ``CAP``, then in the same proportion."""
    total = good + bad
    if total <= CAP:
        return good, bad
    capped = (CAP * good * 2 + total) // (2 * total)
    return capped, CAP - capped


def run_after(run: int, value: int, why: str) -> tuple[int, bool]:
    """How many times in a row something that was chosen as liked was disliked, and whether its factor starts anew by that."""
    if value > 0:
        return 0, False
    run += int(value < 0 and why == "liked")
    return (0, True) if run >= DISLIKED_IN_A_ROW else (run, False)


# --- estimating ------------------------------------------------------------------------------------------------------


_NOTHING = (0.0,) * 12


def known(counts: Iterable[Count]) -> Known:
    """The counts for one kind of work, which hold those of all kinds, arm by arm."""
    cells: dict[tuple[str, str], list[float]] = {}
    for whose, kind, factor, arm, good, bad, _, _ in counts:
        cell = cells.get((factor, arm))
        if cell is None:
            cell = cells[factor, arm] = [0.0] * 12
        place = _WHOSE[whose] + (2 if kind else 0)
        cell[place] += good
        cell[place + 1] += bad
    return Known(cells, _agreement(cells.values()))


def _agreement(cells: Iterable[Sequence[float]]) -> float:
    """How likely somebody likes the same in this kind of work as in their others: how much better those foretell it than other people do."""
    odds = math.log(AGREES / (1 - AGREES))
    for cell in cells:
        good, bad, other_good, other_bad = _own(cell)
        if good + bad and other_good + other_bad:
            prior = _of_others(cell, 0.0)
            likes, dislikes = prior * FROM_OTHERS, (1 - prior) * FROM_OTHERS
            odds += _evidence(good, bad, likes + other_good, dislikes + other_bad) - _evidence(
                good, bad, likes, dislikes
            )
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, odds))))


def _evidence(good: float, bad: float, likes: float, dislikes: float) -> float:
    """The logarithm of how likely these ratings are, where so many likes and dislikes were expected (beta-binomial)."""
    return (
        math.lgamma(likes + good)
        - math.lgamma(likes)
        + math.lgamma(dislikes + bad)
        - math.lgamma(dislikes)
        + math.lgamma(likes + dislikes)
        - math.lgamma(likes + dislikes + good + bad)
    )


def _own(cell: Sequence[float]) -> tuple[float, float, float, float]:
    """Somebody's own likes and dislikes of an arm in this kind of work, and in their others."""
    good, bad = cell[2], cell[3]
    return good, bad, max(0.0, cell[0] - good), max(0.0, cell[1] - bad)


def _of_others(cell: Sequence[float], lead: float) -> float:
    """How an arm is liked as far as others tell: everybody, then the room, each in all kinds of work and then in this one. Never 0 or 1."""
    mean, weight = UNKNOWN + lead, UNKNOWN_WEIGHT
    for start, worth in ((_WHOSE["all"], FROM_ALL), (_WHOSE["room"], FROM_ALL)):
        for place in (start, start + 2):
            total = cell[place] + cell[place + 1]
            if total:
                mean = (mean * weight + cell[place]) / (weight + total)
        weight = worth
    return max(0.01, min(0.99, mean))


def estimate(factor: str, arms: Sequence[str], found: Known) -> Estimate:
    """How somebody likes the arms of a factor: their own ratings over what others tell. Arms that are not listed are passed over."""
    means, deviations, rated = [], [], False
    for place, arm in enumerate(arms):
        cell = found.cells.get((factor, arm), _NOTHING)
        good, bad, other_good, other_bad = _own(cell)
        prior = _of_others(cell, 0.0 if place else USUAL_LEAD)
        own = good + bad + found.agrees * (other_good + other_bad)
        total = FROM_OTHERS + own
        mean = (prior * FROM_OTHERS + good + found.agrees * other_good) / total
        means.append(mean)
        deviations.append(math.sqrt(mean * (1 - mean) / (total + 1)))
        rated = rated or own > 0
    return Estimate(means, deviations, rated)


# --- choosing --------------------------------------------------------------------------------------------------------


def drawn(found: Estimate, dice: np.random.Generator) -> list[int]:
    """The best arm in each of ``LOTS`` draws of noise. Who has never rated draws no lots."""
    means = np.array(found.means)
    if not found.rated:
        return [int(np.argmax(means))] * LOTS
    lots = dice.standard_normal((LOTS, len(means)))
    winners: list[int] = np.argmax(means + NOISE * np.array(found.deviations) * lots, axis=1).tolist()
    return winners


def propensity(best: Sequence[int], place: int, arms: int, factors: int) -> float:
    """How likely an arm is to be chosen that won some of the draws, where so many factors are open and one of them may be tried at random."""
    share = best.count(place) / len(best)
    tried = 1 / arms / factors + (1 - 1 / factors) * share
    return BLANK * (place == 0) + EXPLORED * tried + (1 - BLANK - EXPLORED) * share


def choose(
    open_factors: Mapping[str, Sequence[str]], counts: Iterable[Count], dice: np.random.Generator
) -> tuple[Chosen, ...]:
    """An arm of each open factor (by name, with its arms, the usual one first)."""
    if not open_factors:
        return ()
    how, found = dice.random(), known(counts)
    tried = list(open_factors)[int(dice.integers(len(open_factors)))] if BLANK <= how < BLANK + EXPLORED else ""
    made = []
    for factor, arms in open_factors.items():
        best = drawn(estimate(factor, arms, found), dice)
        if how < BLANK:
            place, why = 0, "blank"
        elif factor == tried:
            place, why = int(dice.integers(len(arms))), "new"
        else:
            place = best[int(dice.integers(len(best)))]
            why = _why(factor, arms[place], found, usual=not place)
        likely = propensity(best, place, len(arms), len(open_factors))
        made.append(Chosen.model_validate({"factor": factor, "arm": arms[place], "why": why, "propensity": likely}))
    return tuple(made)


def surprise(open_factors: Mapping[str, Sequence[str]], dice: np.random.Generator) -> tuple[Chosen, ...]:
    """An arm of each open factor that is not the usual one, all alike likely."""
    return tuple(
        Chosen(factor=factor, arm=arms[int(dice.integers(1, len(arms)))], why="new", propensity=1 / (len(arms) - 1))
        for factor, arms in open_factors.items()
    )


def varied(
    first: Sequence[Chosen],
    number: int,
    open_factors: Mapping[str, Sequence[str]],
    counts: Iterable[Count],
    dice: np.random.Generator,
) -> list[tuple[Chosen, ...]]:
    """The choices of several pictures of one request: the first as chosen, each further one with ONE of these factors set to an arm of its own."""
    if number == 1 or not open_factors:
        return [tuple(first)] * number
    made, used, found = [tuple(first)], {(one.factor, one.arm) for one in first}, known(counts)
    for slot in range(1, number):
        factor = list(open_factors)[(slot - 1) % len(open_factors)]
        arms = [arm for arm in open_factors[factor] if (factor, arm) not in used] or list(open_factors[factor])
        thought = estimate(factor, arms, found)
        lots = dice.standard_normal(len(arms))
        arm = arms[int(np.argmax(np.array(thought.means) + NOISE * np.array(thought.deviations) * lots))]
        used.add((factor, arm))
        other = Chosen.model_validate({"factor": factor, "arm": arm, "why": _why(factor, arm, found)})
        made.append(tuple(other if one.factor == factor else one for one in first))
    return made


def _why(factor: str, arm: str, found: Known, *, usual: bool = False) -> str:
    """Why the best arm was taken: own likes, others', or (it merely drew the best lot) something new; the usual one needs no reason."""
    cell = found.cells.get((factor, arm), _NOTHING)
    if _is_liked(cell, "own"):
        return "liked"
    if usual:
        return "usual"
    return "others" if _is_liked(cell, "room") or _is_liked(cell, "all") else "new"


def _is_liked(cell: Sequence[float], whose: str) -> bool:
    start = _WHOSE[whose]
    return any(cell[place] > cell[place + 1] for place in (start, start + 2))
