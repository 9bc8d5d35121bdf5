"""How fast ratings teach: simulated people of hidden taste, through the real store and the real choice; nothing is drawn.

A person likes a combination by a logistic taste: of the arms of a style, a wording and a temperature each adds something, which is in part that of
their cluster (three) and in part their own. They say 👍 or 👎 by chance of that. Measured is the share of the best combination's chance that the
ten choices before the n-th had, also where one factor was tried at random; those that are left blank, to compare with, are told apart.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from core import prompts, taste
from core.ports import Change, Hint
from core.types import Chosen, Tasted
from storage.opening import Storage, open_storage

PEOPLE, POPULATIONS, RATINGS, AT = 50, 4, 100, (10, 20, 50, 100)
DRIFTS_AT = 50
SPREAD = {"style": (1.2, 0.6), "phrasing": (0.7, 0.4), "temperature": (0.5, 0.3), "composition": (0.5, 0.3)}
"""Of each factor the deviation of what a cluster likes, and of what is one's own."""
KINDS = ("picture", "story", "product")


@dataclass(frozen=True)
class World:
    """A population: how many styles there are, whether tastes change, and which part of them depends on the kind of work, from 0 to 1."""

    styles: int = 12
    drifts: bool = False
    by_kind: float = 0.0
    learns: bool = True
    in_room: bool = False

    @property
    def arms(self) -> dict[str, tuple[str, ...]]:
        """Its factors."""
        numbers = {"style": self.styles, "phrasing": 4, "temperature": 5}
        return {name: tuple(f"{name}{place}" for place in range(number)) for name, number in numbers.items()}


class Somebody:
    """A person whose taste nobody knows but the simulation."""

    def __init__(self, name: str, world: World, clusters: Mapping[str, np.ndarray], dice: np.random.Generator) -> None:
        self.name, self.world, self.dice = name, world, dice
        self.lots = Random(int(dice.integers(1 << 32)))
        self._clusters = clusters
        self.tastes = self._of_kinds()
        self.key = f"web:{name}"
        self.newest: tuple[Chosen, ...] = ()
        self.shares: list[float] = []
        self.blank: list[bool] = []

    def _of_kinds(self) -> dict[str, dict[str, np.ndarray]]:
        """What they like in each kind of work: in part the same, in part of its own; both parts' variances add up to that of a taste."""
        part, same = self.world.by_kind, self._drawn()
        return {
            kind: {
                factor: (1 - part) ** 0.5 * same[factor] + part**0.5 * values
                for factor, values in self._drawn().items()
            }
            for kind in (KINDS if part else KINDS[:1])
        }

    def _drawn(self) -> dict[str, np.ndarray]:
        which = int(self.dice.integers(3))
        return {
            factor: SPREAD[factor][0] * self._clusters[factor][which]
            + SPREAD[factor][1] * self.dice.standard_normal(len(arms))
            for factor, arms in self.world.arms.items()
        }

    def drift(self) -> None:
        self.tastes = self._of_kinds()

    def liking(self, kind: str, choices: Sequence[Chosen]) -> float:
        """The chance that they like it."""
        of = self.tastes[kind]
        return _logistic(sum(of[one.factor][self.world.arms[one.factor].index(one.arm)] for one in choices))

    def judges(self, kind: str, choices: tuple[Chosen, ...]) -> float:
        """What they say of what was chosen: 1 or -1, by chance of their liking it."""
        chance = self.liking(kind, choices)
        self.newest = choices
        self.shares.append(chance / self.best(kind))
        self.blank.append(any(one.why == "blank" for one in choices))
        return 1.0 if self.dice.random() < chance else -1.0

    def lives_by_lots(self) -> None:
        """All their requests, each made by lots alone."""
        kinds = list(self.tastes)
        for number in range(RATINGS):
            drawn = {factor: str(self.dice.choice(arms)) for factor, arms in self.world.arms.items()}
            choices = tuple(Chosen(factor=factor, arm=arm) for factor, arm in drawn.items())
            self.judges(kinds[number % len(kinds)], choices)

    def best(self, kind: str) -> float:
        return _logistic(sum(float(values.max()) for values in self.tastes[kind].values()))


def _logistic(value: float) -> float:
    return float(1 / (1 + np.exp(-value)))


async def decide(storage: Storage, person: Somebody, number: int, room: str) -> Hint:
    """One request with everything open: a choice, and what its person says of what it leads to."""
    kinds = list(person.tastes)
    kind = kinds[number % len(kinds)]
    counts = await storage.store.taste(person.key, room, kind)
    value = person.judges(kind, taste.choose(person.world.arms, counts, person.lots))
    made = Tasted(kind=kind, choices=person.newest)
    return Hint(about=f"{person.name} {number}", user=person.key, value=value, room=room, taste=made)


async def live(folder: Path, world: World, seed: int, people: int = PEOPLE, newcomers: int = 0) -> list[Somebody]:
    """A population that rates side by side; ``newcomers`` come to its room when all others are through."""
    dice = np.random.default_rng(seed)
    clusters = {factor: dice.standard_normal((3, len(arms))) for factor, arms in world.arms.items()}
    room = "web:room" if world.in_room else ""
    crowd = [Somebody(f"p{place}", world, clusters, np.random.default_rng([seed, place])) for place in range(people)]
    new = [
        Somebody(f"n{place}", world, clusters, np.random.default_rng([seed, 1000 + place]))
        for place in range(newcomers)
    ]
    if not world.learns:
        for person in crowd:
            person.lives_by_lots()
        return crowd
    async with await open_storage(folder) as storage:
        for number in range(RATINGS):
            if world.drifts and number == DRIFTS_AT:
                for person in crowd:
                    person.drift()
            await _rate([await decide(storage, person, number, room) for person in crowd], storage)
        for person in new:
            for number in range(AT[0]):
                await _rate([await decide(storage, person, number, room)], storage)
    return new or crowd


async def _rate(told: Sequence[Hint], storage: Storage) -> None:
    """All of a round in one commit."""
    await storage.store.commit(Change(hints=tuple(told)))


def shares_at(people: Sequence[Somebody], at: int, *, every: bool = False) -> tuple[float, float]:
    """The mean share in the ten choices before the n-th, and half of its 95 % interval; of ``every`` one, or of those that were not left blank."""
    each = [
        statistics.fmean(found)
        for person in people
        if (found := [person.shares[place] for place in range(at - 10, at) if every or not person.blank[place]])
    ]
    return statistics.fmean(each), 1.96 * statistics.stdev(each) / len(each) ** 0.5


async def populations(world: World, number: int = POPULATIONS, **details: int) -> list[Somebody]:
    """The people of several populations."""
    people = []
    for seed in range(number):
        with tempfile.TemporaryDirectory() as folder:
            people += await live(Path(folder), world, seed, **details)
    return people


async def one_choice(everything: Mapping[str, Sequence[str]]) -> float:
    """Milliseconds of processor time of one choice among arms that have all been rated in every way, with its reading."""
    with tempfile.TemporaryDirectory() as folder:
        async with await open_storage(Path(folder)) as storage:
            dice = Random(1)
            for user in ("web:1", "web:2"):
                made = [
                    Tasted(
                        kind="picture",
                        choices=tuple(Chosen(factor=name, arm=of[number % len(of)]) for name, of in everything.items()),
                    )
                    for number in range(max(map(len, everything.values())))
                ]
                told = [
                    Hint(about=f"{n}", user=user, value=1, room="web:room", taste=one) for n, one in enumerate(made)
                ]
                await _rate(told, storage)
            took = []
            for _ in range(12):
                began = time.process_time()
                for _ in range(30):
                    counts = await storage.store.taste("web:1", "web:room", "picture")
                    taste.choose(everything, counts, dice)
                took.append((time.process_time() - began) / 30 * 1000)
            return statistics.median(took)


def table() -> list[str]:
    """Everything, as lines of a table."""
    lines = [
        "| people | n = 10 | 20 | 50 | 100 | with what is left blank, at 50 | over no learning at 50 |",
        "|---|---|---|---|---|---|---|",
    ]
    worlds = {
        "12 styles": World(),
        "40 styles": World(styles=40),
        "12 styles, tastes change at 50": World(drifts=True),
        "12 styles, tastes in part by kind of work": World(by_kind=0.5),
        "12 styles, tastes wholly by kind of work": World(by_kind=1.0),
    }
    for name, world in worlds.items():
        people = asyncio.run(populations(world))
        none = shares_at(
            asyncio.run(populations(World(styles=world.styles, by_kind=world.by_kind, learns=False), 2)), 50
        )[0]
        cells = [f"{mean:.2f} ± {half:.2f}" for mean, half in (shares_at(people, at) for at in AT)]
        every = shares_at(people, 50, every=True)[0]
        lines.append(f"| {name} | {' | '.join(cells)} | {every:.2f} | × {every / none:.2f} |")
        print(lines[-1], flush=True)
    new = asyncio.run(populations(World(in_room=True), people=30, newcomers=25))
    mean, half = shares_at(new, AT[0])
    lines.append(f"| a newcomer in a room of 30 | {mean:.2f} ± {half:.2f} | | | | | |")
    costs = (
        f"{asyncio.run(one_choice(of)):.2f} ms among {sum(map(len, of.values()))}"
        for of in (World().arms, World(styles=40).arms, prompts.arms())
    )
    lines.append(f"\nProcessor time of one choice, with arms that are all rated in every way: {', '.join(costs)}.")
    return lines


if __name__ == "__main__":
    print("\n".join(table()))
