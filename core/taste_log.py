"""What was logged of choices and ratings, looked at afterwards: does learning help, and would another method? Pure functions; no names go in or out.

One choice in ten was made as if nothing were known. Comparing its ratings with those of the others is the honest comparison that never stops. What
another method would have got is estimated from what this one did, each rating weighted by how much likelier the other would have made that choice
(self-normalised inverse propensity scores; Swaminathan and Joachims, 2015).
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np

from core import taste
from core.types import Chosen, Tally, Tasted

ALL = "all"
"""Stands for every factor together: the piece as a whole."""


@dataclass(frozen=True)
class Logged:
    """What somebody (a number, no name) said of a piece, from -1 to 1, when (seconds since the epoch), in which room (a number; 0: alone)."""

    at: float
    person: int
    room: int
    made: Tasted
    value: float


@dataclass(frozen=True)
class Mean:
    """The mean of so many ratings."""

    count: int = 0
    mean: float = 0.0

    def half(self) -> float:
        """Half of the 95 % interval, at most, of ratings from -1 to 1."""
        return 1.96 / self.count**0.5 if self.count else 0.0


@dataclass(frozen=True)
class Row:
    """A week (its Monday, UTC), a factor, and how choices with and without learning were rated."""

    week: str
    factor: str
    learnt: Mean
    blank: Mean


@dataclass(frozen=True)
class Judged:
    """What a method would have got for a factor: the mean rating, half of its 95 % interval, and how many ratings that is worth."""

    method: str
    factor: str
    value: float
    half: float
    worth: float


# --- what was --------------------------------------------------------------------------------------------------------


def rows(logged: Iterable[Logged]) -> list[Row]:
    """The means by week and factor, weeks in order, the whole first. What a person asked for is no choice and is left out."""
    found: dict[tuple[str, str], dict[bool, list[float]]] = defaultdict(lambda: {True: [], False: []})
    for one in logged:
        drawn = [each for each in one.made.choices if each.propensity is not None]
        if not drawn:
            continue
        blank = any(each.why == "blank" for each in drawn)
        for factor in (ALL, *(each.factor for each in drawn)):
            found[_week(one.at), factor][blank].append(one.value)
    ordered = sorted(found.items(), key=lambda item: (item[0][0], item[0][1] != ALL, item[0][1]))
    return [Row(week, factor, _mean(means[False]), _mean(means[True])) for (week, factor), means in ordered]


def together(table: Sequence[Row], factor: str = ALL) -> tuple[Mean, Mean]:
    """With and without learning, over all weeks."""
    of = [row for row in table if row.factor == factor]
    return _sum([row.learnt for row in of]), _sum([row.blank for row in of])


def _sum(means: Sequence[Mean]) -> Mean:
    count = sum(one.count for one in means)
    return Mean(count, sum(one.count * one.mean for one in means) / count) if count else Mean()


def _mean(values: Sequence[float]) -> Mean:
    return Mean(len(values), sum(values) / len(values)) if values else Mean()


def _week(at: float) -> str:
    day = datetime.fromtimestamp(at, UTC).date()
    return (day - timedelta(days=day.weekday())).isoformat()


def as_csv(table: Iterable[Row]) -> str:
    """The rows as CSV, with a head; an empty cell where nothing was rated."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("week", "factor", "learnt_ratings", "learnt_mean", "blank_ratings", "blank_mean"))
    for row in table:
        cells = [(one.count, f"{one.mean:.3f}" if one.count else "") for one in (row.learnt, row.blank)]
        writer.writerow((row.week, row.factor, *cells[0], *cells[1]))
    return out.getvalue()


WIDTH, HEIGHT, EDGE = 760, 320, 48
COLOURS = {"learnt": "#1c655f", "blank": "#b4572e"}


def as_svg(table: Sequence[Row], labels: Mapping[str, str]) -> str:
    """The whole over the weeks as a plot. ``labels``: what ``learnt`` and ``blank`` are called."""
    weeks = [row for row in table if row.factor == ALL]
    step = (WIDTH - 2 * EDGE) / max(1, len(weeks) - 1)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fffbf1"/>',
    ]
    for value in (-1, -0.5, 0, 0.5, 1):
        lines.append(f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{_y(value)}" y2="{_y(value)}" stroke="#d9cfbb"/>')
        lines.append(f'<text x="{EDGE - 8}" y="{_y(value) + 4}" text-anchor="end" fill="#555">{value:+g}</text>')
    for place, row in enumerate(weeks):
        if place % max(1, len(weeks) // 6) == 0:
            lines.append(
                f'<text x="{EDGE + place * step:.0f}" y="{HEIGHT - 14}" text-anchor="middle" fill="#555">{row.week}</text>'
            )
    for number, (name, colour) in enumerate(COLOURS.items()):
        means = [(EDGE + place * step, getattr(row, name)) for place, row in enumerate(weeks)]
        points = [f"{x:.0f},{_y(mean.mean)}" for x, mean in means if mean.count]
        lines.append(f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        lines += [
            f'<circle cx="{point.partition(",")[0]}" cy="{point.partition(",")[2]}" r="3.5" fill="{colour}"/>'
            for point in points
        ]
        lines.append(
            f'<text x="{EDGE + 8}" y="{EDGE - 24 + 16 * number}" fill="{colour}">{_escaped(labels[name])}</text>'
        )
    return "\n".join((*lines, "</svg>\n"))


def _y(value: float) -> int:
    return round(HEIGHT - EDGE - (value + 1) / 2 * (HEIGHT - 2 * EDGE))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


# --- what would have been --------------------------------------------------------------------------------------------


@dataclass
class _Memory:
    """The counts as they were at some time: what would have been known for the next choice."""

    kept: dict[tuple[str, str, str, str], taste.Kept] = field(default_factory=dict)
    ticks: dict[tuple[str, str, str], int] = field(default_factory=lambda: defaultdict(int))

    def tallies(self, one: Logged, factor: str, arms: Sequence[str]) -> list[Tally]:
        """What is known for a choice, as the store tells it; of others without the bound for each of them."""
        whose = (f"p{one.person}", f"r{one.room}", "")
        asked = [(key, kind) for key in whose for kind in ("", one.made.kind)]
        return [
            Tally(factor, arm, *(number for key, kind in asked for number in self._numbers(key, kind, factor, arm)))
            for arm in arms
        ]

    def _numbers(self, key: str, kind: str, factor: str, arm: str) -> tuple[float, float]:
        kept = self.kept.get((key, kind, factor, arm), taste.Kept())
        if not key.startswith("p"):
            return kept.good / taste.QUARTERS, kept.bad / taste.QUARTERS
        left = taste.DISCOUNT ** (self.ticks[key, kind, factor] - kept.tick)
        return kept.warm_good * left, kept.warm_bad * left

    def add(self, one: Logged) -> None:
        """Count what was said."""
        given = taste.quarters(one.value)
        for key in (f"p{one.person}", "", *([f"r{one.room}"] if one.room else [])):
            for kind in {"", one.made.kind}:
                for each in one.made.choices:
                    self.ticks[key, kind, each.factor] += 1
                    tick, place = self.ticks[key, kind, each.factor], (key, kind, each.factor, each.arm)
                    self.kept[place] = taste.counted(self.kept.get(place, taste.Kept()), 0, given, tick)


def judged(logged: Iterable[Logged], arms: Mapping[str, Sequence[str]], seed: int = 0) -> list[Judged]:
    """What three methods would have got for each factor: ``learning`` as it is done now, always the ``usual`` arm, and lots alone (``uniform``)."""
    weights: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    memory, dice = _Memory(), Random(seed)
    for one in sorted(logged, key=lambda each: each.at):
        for each in one.made.choices:
            for method, likely in _likely(one, each, arms, memory, dice):
                weights[method, each.factor].append((likely / (each.propensity or 1.0), one.value))
        memory.add(one)
    return [
        _judged(method, factor, found)
        for (method, factor), found in sorted(weights.items(), key=lambda item: item[0][::-1])
    ]


def _likely(
    one: Logged, each: Chosen, arms: Mapping[str, Sequence[str]], memory: _Memory, dice: Random
) -> Iterator[tuple[str, float]]:
    """How likely each method would have made a choice that lots were drawn for."""
    of = arms.get(each.factor, ())
    if not each.propensity or each.arm not in of:
        return
    place, factors = of.index(each.arm), sum(1 for other in one.made.choices if other.propensity)
    found = taste.estimates({each.factor: of}, memory.tallies(one, each.factor, of))
    yield "learning", taste.propensity(taste.drawn(found[each.factor], dice), place, len(of), factors)
    yield "usual", float(place == 0)
    yield "uniform", 1 / len(of)


def _judged(method: str, factor: str, found: Sequence[tuple[float, float]]) -> Judged:
    weights, values = (np.array(column, dtype=float) for column in zip(*found, strict=True))
    total = float(weights.sum())
    if not total:
        return Judged(method, factor, 0.0, 0.0, 0.0)
    value = float((weights * values).sum() / total)
    half = 1.96 * float(np.sqrt((weights**2 * (values - value) ** 2).sum())) / total
    return Judged(method, factor, value, half, total**2 / float((weights**2).sum()))
