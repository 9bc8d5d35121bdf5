"""This version and another one side by side: no machine is always equally fast, and neighbours in time are.

python -m bench.versions ../older                       # a folder with another version and its .venv; the web page, 100 commands in turn on each
python -m bench.versions ../older telegram --commands 300
python -m bench.versions ../older --crowd 200           # so many who ask in the same moment, on both at once, five times
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import numpy as np

from bench import measuring
from bench.__main__ import PLATFORMS
from bench.harness import ROOT, Bench, Call, Told, program
from bench.probe import Sample

ROUNDS = 5
"""How often a crowd asks."""

Times = Callable[[Sequence[Told], Mapping[str, Sequence[Call]]], list[float]]
FIGURES: dict[str, Times] = {
    "added to a command": measuring.added,
    "to the first model call": measuring.first_calls,
    "to the first sign": lambda told, _: measuring.signs(told),
}
Crowd = tuple[Sequence[Told], Mapping[str, Sequence[Call]], Sequence[Sample]]
IN_A_CROWD: dict[str, Callable[[Crowd], float]] = {
    "first sign, p95": lambda crowd: measuring.at(measuring.signs(crowd[0]), 0.95),
    "first model call of the last": lambda crowd: max(measuring.first_calls(crowd[0], crowd[1])),
    "all delivered": lambda crowd: 1000 * float(np.ptp(measuring.span(crowd[0]))),
    "event-loop lag, p99": lambda crowd: measuring.lag(crowd[2]),
    "processor time of one": lambda crowd: measuring.spent(crowd[2]) / len(crowd[0]),
}

Sides = dict[str, tuple[list[float], list[float]]]
"""Milliseconds by figure, of the other version and of this one."""


@asynccontextmanager
async def both(platform: str, other: Path, seconds: float) -> AsyncIterator[Sequence[Bench]]:
    """The other version and this one, running."""
    async with AsyncExitStack() as undo:
        folder = Path(undo.enter_context(tempfile.TemporaryDirectory()))
        benches = []
        for name, root in (("other", other), ("this", ROOT)):
            driver = await undo.enter_async_context(PLATFORMS[platform]())
            benches.append(await undo.enter_async_context(program(driver, folder / name, seconds=seconds, root=root)))
        yield benches


async def in_turn(platform: str, other: Path, commands: int) -> Sides:
    """One command at a time."""
    async with both(platform, other, seconds=0.0) as benches:
        people = [await bench.driver.people(1) for bench in benches]
        told: list[list[Told]] = [[], []]
        for number in range(measuring.WARM_UP + commands):
            for side in (0, 1) if number % 2 else (1, 0):
                told[side] += await benches[side].image(people[side], f"single {number}")
        calls = [await bench.calls() for bench in benches]
    kept = [one[measuring.WARM_UP :] for one in told]
    return {name: (times(kept[0], calls[0]), times(kept[1], calls[1])) for name, times in FIGURES.items()}


async def at_once(platform: str, other: Path, number: int) -> Sides:
    """A crowd that asks on both in the same moment, with a model that takes a second; a figure of each round."""
    found: Sides = {name: ([], []) for name in IN_A_CROWD}
    async with both(platform, other, seconds=1.0) as benches:
        for round_ in range(-1, ROUNDS):  # in the first everything warms up
            crowds = [await bench.driver.people(number) for bench in benches]
            asked = [bench.image(crowd, f"crowd {round_}") for bench, crowd in zip(benches, crowds, strict=True)]
            for side, told in enumerate(await asyncio.gather(*asked)):
                bench = benches[side]
                seen = told, await bench.calls(), await bench.samples(*measuring.span(told))
                for name, figure in IN_A_CROWD.items():
                    found[name][side].append(figure(seen))
    return {name: (other_[1:], this[1:]) for name, (other_, this) in found.items()}


def main() -> None:
    """Compare what is asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.versions", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("other", type=Path, help="the folder of the other version")
    parser.add_argument("platforms", nargs="*", choices=[*PLATFORMS, []])
    parser.add_argument("--commands", type=int, default=100)
    parser.add_argument("--crowd", type=int, default=0)
    options = parser.parse_args()
    gc.disable()  # the people's own housekeeping would count as the program's time
    print("| p50 | the other | this | |\n|---|---|---|---|")
    for platform in options.platforms or ["web"]:
        measure = (
            partial(at_once, number=options.crowd) if options.crowd else partial(in_turn, commands=options.commands)
        )
        found = asyncio.run(measure(platform, options.other.resolve()))
        for name, sides in found.items():
            other, this = (measuring.at(times, 0.5) for times in sides)
            print(f"| {platform}: {name} | {other:.1f} ms | {this:.1f} ms | {this / other:.2f} × |", flush=True)


if __name__ == "__main__":
    main()
