"""Learning what somebody likes: pure functions over counts of ratings. Nothing is asked, kept or shown here.

What was left open has **factors** (style, phrasing …), and each factor has **arms**, the usual one first. A person's rating of a piece counts for
the arm of each factor that it was made with, so a hundred combinations are learnt from ten ratings. How good an arm is for somebody is a Beta
estimate over a prior from the room (as two ratings) and from everybody (as four). The choice is Thompson's with little noise: the usual
one until somebody rates. Weights and noise are those that did best with simulated people of hidden taste (``bench/taste.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.types import Chosen, Count

Floats = NDArray[np.float64]

FROM_ALL, FROM_ROOM, FROM_OTHER_KINDS = 4.0, 2.0, 4.0
"""How many ratings the prior of everybody, of the room, and of somebody's own other kinds of work is worth."""

UNKNOWN, UNKNOWN_WEIGHT, USUAL_LEAD = 0.5, 2.0, 0.08
"""What is thought of an arm that nobody has rated, as how many ratings, and how much more of the usual one: in doubt nothing changes."""

NOISE = 0.3
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


_WHOSE = {"own": 0, "room": 1, "all": 2}


@dataclass(frozen=True)
class Estimate:
    """Of each arm of a factor the mean and the deviation of how it is liked, from 0 to 1; and how many ratings of one's own are in it."""

    means: Floats
    deviations: Floats
    own: float


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


def estimate(factor: str, arms: Sequence[str], counts: Iterable[Count], kind: str) -> Estimate:
    """How somebody likes the arms of a factor in a kind of work. Arms that are not listed are passed over."""
    places = {arm: place for place, arm in enumerate(arms)}
    cells = [[0.0] * len(arms) for _ in range(len(_WHOSE) * 4)]  # whose, of this kind, good and bad: of each arm
    for count in counts:
        place = places.get(count.arm)
        if place is not None and count.factor == factor and count.kind in ("", kind):
            cell = 4 * _WHOSE[count.whose] + 2 * bool(count.kind)
            cells[cell][place] += count.good
            cells[cell + 1][place] += count.bad
    table = np.array(cells).reshape(len(_WHOSE), 2, 2, len(arms))
    prior = np.full(len(arms), UNKNOWN)
    prior[0] += USUAL_LEAD  # what is thought of arms of which nothing is known
    weight = UNKNOWN_WEIGHT
    for whose, worth in (("all", FROM_ALL), ("room", FROM_ROOM)):
        for good, bad in table[_WHOSE[whose]]:
            prior = (prior * weight + good) / (weight + good + bad)
        weight = worth
    return _own(prior, table[_WHOSE["own"]])


def _own(prior: Floats, table: Floats) -> Estimate:
    """The estimate over the prior: what was rated in other kinds of work is worth a few ratings, what was rated in this one all of it."""
    every, (good, bad) = table
    other_good, other_bad = np.maximum(every - (good, bad), 0)
    other = other_good + other_bad
    kept = np.minimum(1.0, FROM_OTHER_KINDS / np.maximum(other, 1e-9))
    likes = prior * (FROM_ALL + FROM_ROOM) + other_good * kept + good
    total = FROM_ALL + FROM_ROOM + other * kept + good + bad
    means = likes / total
    deviations = np.sqrt(means * (1 - means) / (total + 1))
    return Estimate(means, deviations, float((other + good + bad).sum()))


# --- choosing --------------------------------------------------------------------------------------------------------


def shares(found: Estimate, lots: Floats) -> Floats:
    """How often each arm is the best among the lots (draws × arms, of unit deviation). Who has never rated draws no lots."""
    if not found.own:
        best = np.zeros(len(found.means))
        best[int(np.argmax(found.means))] = 1.0
        return best
    winners = np.argmax(found.means + NOISE * found.deviations * lots, axis=1)
    return np.bincount(winners, minlength=len(found.means)) / len(lots)


def propensities(best: Floats, factors: int) -> Floats:
    """How likely each arm is to be chosen, where so many factors are open and one of them may be tried at random."""
    usual = np.zeros(len(best))
    usual[0] = 1.0
    tried = 1 / len(best) / factors + (1 - 1 / factors) * best
    return BLANK * usual + EXPLORED * tried + (1 - BLANK - EXPLORED) * best


def choose(
    open_factors: Mapping[str, Sequence[str]], counts: Sequence[Count], kind: str, dice: np.random.Generator
) -> tuple[Chosen, ...]:
    """An arm of each open factor (by name, with its arms, the usual one first)."""
    if not open_factors:
        return ()
    how = dice.random()
    tried = str(dice.choice(list(open_factors))) if BLANK <= how < BLANK + EXPLORED else ""
    made = []
    by_factor = _by_factor(counts)
    for factor, arms in open_factors.items():
        known = by_factor.get(factor, [])
        found = estimate(factor, arms, known, kind)
        best = shares(found, dice.standard_normal((LOTS, len(arms))))
        if how < BLANK:
            place, why = 0, "blank"
        elif factor == tried:
            place, why = int(dice.integers(len(arms))), "new"
        else:
            place = int(dice.choice(len(arms), p=best))
            why = _why(factor, arms[place], place, known)
        propensity = float(propensities(best, len(open_factors))[place])
        made.append(Chosen.model_validate({"factor": factor, "arm": arms[place], "why": why, "propensity": propensity}))
    return tuple(made)


def _by_factor(counts: Iterable[Count]) -> dict[str, list[Count]]:
    found: dict[str, list[Count]] = {}
    for count in counts:
        found.setdefault(count.factor, []).append(count)
    return found


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
    counts: Sequence[Count],
    kind: str,
    dice: np.random.Generator,
) -> list[tuple[Chosen, ...]]:
    """The choices of several pictures of one request: the first as chosen, each further one with ONE of these factors set to an arm of its own."""
    made, used = [tuple(first)], {(one.factor, one.arm) for one in first}
    for slot in range(1, number if open_factors else 1):
        factor = list(open_factors)[(slot - 1) % len(open_factors)]
        arms = [arm for arm in open_factors[factor] if (factor, arm) not in used] or list(open_factors[factor])
        found = estimate(factor, arms, counts, kind)
        best = int(np.argmax(found.means + NOISE * found.deviations * dice.standard_normal(len(arms))))
        used.add((factor, arms[best]))
        other = Chosen(factor=factor, arm=arms[best], why=_why_varied(factor, arms[best], counts))
        made.append(tuple(other if one.factor == factor else one for one in first))
    return made + [tuple(first)] * (number - len(made))


def _why(factor: str, arm: str, place: int, counts: Iterable[Count]) -> str:
    """Why the best arm was taken: own likes, others', or (it merely drew the best lot) something new; the usual one needs no reason."""
    liked = {one.whose for one in counts if (one.factor, one.arm) == (factor, arm) and one.good > one.bad}
    if "own" in liked:
        return "liked"
    if not place:
        return "usual"
    return "others" if liked else "new"


def _why_varied(factor: str, arm: str, counts: Iterable[Count]) -> str:
    return _why(factor, arm, 1, counts)
