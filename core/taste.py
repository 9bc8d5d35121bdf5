"""Learning what somebody likes: pure functions over counts of ratings. Nothing is asked, kept or shown here.

What was left open has **factors** (style, phrasing …), and each factor has **arms**, the usual one first. A person's rating of a piece counts for
the arm of each factor that it was made with, so a hundred combinations are learnt from ten ratings. How good an arm is for somebody is a Beta
estimate over a prior of everybody and the room; what they said in other kinds of work counts as far as it foretold what they say in this one.
The choice is Thompson's with little noise: the usual one until somebody rates. Weights and noise are those that did best with simulated people of
hidden taste (``bench/taste.py``).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from random import Random

import numpy as np
from numpy.typing import NDArray

from core.types import Chosen, Tally

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

BLINDLY = 0.5
"""Of what is tried at random the share in which all arms are alike likely; else those are likelier of which it is not known that they are worse."""

DISCOUNT = 0.998
"""What of somebody's older ratings is left with each further one: half after 350. More fading costs two points where tastes stay (measured)."""

DISLIKED_IN_A_ROW = 3
"""After so many dislikes of what was chosen as liked, a factor starts anew."""

CAP = 32
"""Quarters of a rating that one person's likes and dislikes of an arm count for, at most, in the taste of a room and of everybody."""

QUARTERS = 4
"""Ratings are counted in whole quarters, so that what is taken out is exactly what was put in: an explicit one is 4, a weak one 2."""

LOTS = 32
"""Draws of noise of which one is taken: the share of an arm among them is its propensity, exactly."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Of each arm of a factor the mean and the deviation of how it is liked, from 0 to 1; and whether any of them was rated by the person."""

    means: Numbers
    deviations: Numbers
    rated: bool


@dataclass(frozen=True, slots=True)
class Lots:
    """The arms (by place) that were the best in each of ``LOTS`` draws of noise: with little of it, and with all that is not known."""

    best: Sequence[int]
    maybe: Sequence[int]


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


def estimates(factors: Mapping[str, Sequence[str]], tallies: Iterable[Tally]) -> dict[str, Estimate]:
    """How somebody likes the arms of factors: their own ratings over what others tell. Tallies of other arms tell only how kinds of work agree."""
    told = {(one.factor, one.arm): one[2:] for one in tallies}
    asked = [(factor, arm) for factor, arms in factors.items() for arm in arms]
    others = told.keys() - set(asked)
    rows = (told.get(arm, _NOTHING) for arm in (*asked, *others))
    numbers = np.fromiter(chain.from_iterable(rows), float).reshape(-1, len(_NOTHING))
    lead = np.zeros(len(numbers))
    lead[np.cumsum([0, *map(len, factors.values())])[:-1]] = USUAL_LEAD
    prior = _of_others(numbers, lead)
    here = numbers[:, 2:4]
    elsewhere = np.maximum(0.0, numbers[:, 0:2] - here)
    own = here + _agreement(here, elsewhere, prior) * elsewhere
    total = FROM_OTHERS + own.sum(axis=1)
    means = (prior * FROM_OTHERS + own[:, 0]) / total
    deviations = np.sqrt(means * (1 - means) / (total + 1))
    found, start = {}, 0
    for factor, arms in factors.items():
        part = slice(start, start := start + len(arms))
        found[factor] = Estimate(means[part], deviations[part], bool(own[part].any()))
    return found


_NOTHING = (0.0,) * 12


def _of_others(numbers: Numbers, lead: Numbers) -> Numbers:
    """How arms are liked as far as others tell: everybody, then the room, each in all kinds of work and then in this one. Never 0 or 1."""
    means, weight = UNKNOWN + lead, np.full(len(numbers), UNKNOWN_WEIGHT)
    for start in (8, 4):  # of everybody, of the room
        for place in (start, start + 2):
            good, total = numbers[:, place], numbers[:, place] + numbers[:, place + 1]
            means = (means * weight + good) / (weight + total)
        weight = np.full(len(numbers), FROM_ALL)
    return np.clip(means, 0.01, 0.99)


def _agreement(here: Numbers, elsewhere: Numbers, prior: Numbers) -> float:
    """How likely somebody likes the same in this kind of work as in their others: how much better those foretell it than other people do."""
    odds = math.log(AGREES / (1 - AGREES))
    both = here.any(axis=1) & elsewhere.any(axis=1)
    for (good, bad), (other_good, other_bad), of_others in zip(
        here[both].tolist(), elsewhere[both].tolist(), prior[both].tolist(), strict=True
    ):
        likes, dislikes = of_others * FROM_OTHERS, (1 - of_others) * FROM_OTHERS
        odds += _evidence(good, bad, likes + other_good, dislikes + other_bad) - _evidence(good, bad, likes, dislikes)
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


# --- choosing --------------------------------------------------------------------------------------------------------


def drawn(found: Estimate, dice: Random) -> Lots:
    """Lots for the arms of a factor. Who has never rated gets what seems best without any."""
    noise = found.deviations * _standard_normal(dice, LOTS, len(found.means))
    best = (found.means + NOISE * noise).argmax(axis=1) if found.rated else np.full(LOTS, found.means.argmax())
    return Lots(best.tolist(), (found.means + noise).argmax(axis=1).tolist())


def _standard_normal(dice: Random, *shape: int) -> Numbers:
    """Standard normal numbers in an array of a shape (Box and Muller). NumPy's own dice would add 3 MB to every process."""
    uniform = np.frombuffer(dice.randbytes(16 * math.prod(shape)), np.uint64).reshape(2, *shape)
    one, other = (uniform >> 11) * 2.0**-53
    return np.asarray(np.sqrt(-2 * np.log1p(-one)) * np.cos(2 * np.pi * other))


def propensity(lots: Lots, place: int, arms: int, factors: int) -> float:
    """How likely an arm is to be chosen that won some of the draws, where so many factors are open and one of them may be tried at random."""
    share, maybe = (lot.count(place) / LOTS for lot in (lots.best, lots.maybe))
    tried = (BLINDLY / arms + (1 - BLINDLY) * maybe) / factors + (1 - 1 / factors) * share
    return BLANK * (place == 0) + EXPLORED * tried + (1 - BLANK - EXPLORED) * share


def choose(open_factors: Mapping[str, Sequence[str]], tallies: Collection[Tally], dice: Random) -> tuple[Chosen, ...]:
    """An arm of each open factor (by name, with its arms, the usual one first)."""
    if not open_factors:
        return ()
    how, found = dice.random(), estimates(open_factors, tallies)
    tried = list(open_factors)[dice.randrange(len(open_factors))] if BLANK <= how < BLANK + EXPLORED else ""
    told = {(one.factor, one.arm): one for one in tallies}
    made = []
    for factor, arms in open_factors.items():
        lots = drawn(found[factor], dice)
        if how < BLANK:
            place, why = 0, "blank"
        elif factor == tried:
            place, why = _tried(lots, len(arms), dice), "new"
        else:
            place = lots.best[dice.randrange(LOTS)]
            why = _why(told.get((factor, arms[place])), usual=not place)
        likely = propensity(lots, place, len(arms), len(open_factors))
        made.append(Chosen.model_validate({"factor": factor, "arm": arms[place], "why": why, "propensity": likely}))
    return tuple(made)


def _tried(lots: Lots, arms: int, dice: Random) -> int:
    """The place of an arm that is tried at random."""
    blindly = dice.random() < BLINDLY
    return dice.randrange(arms) if blindly else lots.maybe[dice.randrange(LOTS)]


def surprise(open_factors: Mapping[str, Sequence[str]], dice: Random) -> tuple[Chosen, ...]:
    """An arm of each open factor that is not the usual one, all alike likely."""
    return tuple(
        Chosen(factor=factor, arm=arms[dice.randrange(1, len(arms))], why="new", propensity=1 / (len(arms) - 1))
        for factor, arms in open_factors.items()
    )


def varied(
    first: Sequence[Chosen],
    number: int,
    open_factors: Mapping[str, Sequence[str]],
    tallies: Collection[Tally],
    dice: Random,
) -> list[tuple[Chosen, ...]]:
    """The choices of several pictures of one request: the first as chosen, each further one with ONE of these factors set to an arm of its own."""
    if number == 1 or not open_factors:
        return [tuple(first)] * number
    made, used = [tuple(first)], {(one.factor, one.arm) for one in first}
    found, told = estimates(open_factors, tallies), {(one.factor, one.arm): one for one in tallies}
    for slot in range(1, number):
        factor = list(open_factors)[(slot - 1) % len(open_factors)]
        arms, thought = open_factors[factor], found[factor]
        scores = thought.means + NOISE * thought.deviations * _standard_normal(dice, len(arms))
        places = [place for place, arm in enumerate(arms) if (factor, arm) not in used] or range(len(arms))
        arm = arms[max(places, key=scores.__getitem__)]
        used.add((factor, arm))
        other = Chosen.model_validate({"factor": factor, "arm": arm, "why": _why(told.get((factor, arm)))})
        made.append(tuple(other if one.factor == factor else one for one in first))
    return made


def _why(told: Tally | None, *, usual: bool = False) -> str:
    """Why the best arm was taken: own likes, others', or (it merely drew the best lot) something new; the usual one needs no reason."""
    if told and (told.good > told.bad or told.good_here > told.bad_here):
        return "liked"
    if usual:
        return "usual"
    return "others" if told and _is_liked_by_others(told) else "new"


def _is_liked_by_others(told: Tally) -> bool:
    room = told.room_good > told.room_bad or told.room_good_here > told.room_bad_here
    return room or told.all_good > told.all_bad or told.all_good_here > told.all_bad_here
