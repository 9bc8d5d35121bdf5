"""This version and another one side by side, by ``/image`` in turn on each: no machine is always equally fast, and neighbours in time are.

python -m bench.versions ../older                       # a folder with another version and its .venv; the web page, 100 commands each
python -m bench.versions ../older telegram --commands 300
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bench import measuring
from bench.__main__ import PLATFORMS
from bench.harness import ROOT, Bench, Call, Told, program

Times = Callable[[Sequence[Told], Mapping[str, Sequence[Call]]], list[float]]
FIGURES: dict[str, Times] = {
    "added to a command": measuring.added,
    "to the first model call": measuring.first_calls,
    "to the first sign": lambda told, _: measuring.signs(told),
}


async def compared(platform: str, other: Path, commands: int) -> dict[str, tuple[list[float], list[float]]]:
    """Milliseconds of each command by figure, of the other version and of this one."""
    async with AsyncExitStack() as undo:
        folder = Path(undo.enter_context(tempfile.TemporaryDirectory()))
        sides: list[tuple[Bench, Sequence[Any]]] = []
        for name, root in (("other", other), ("this", ROOT)):
            driver = await undo.enter_async_context(PLATFORMS[platform]())
            bench = await undo.enter_async_context(program(driver, folder / name, seconds=0.0, root=root))
            sides.append((bench, await driver.people(1)))
        told: list[list[Told]] = [[], []]
        for number in range(measuring.WARM_UP + commands):
            for side in (0, 1) if number % 2 else (1, 0):
                bench, person = sides[side]
                told[side] += await bench.image(person, f"single {number}")
        calls = [await bench.calls() for bench, _ in sides]
    kept = [one[measuring.WARM_UP :] for one in told]
    return {name: (times(kept[0], calls[0]), times(kept[1], calls[1])) for name, times in FIGURES.items()}


def main() -> None:
    """Compare what is asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.versions", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("other", type=Path, help="the folder of the other version")
    parser.add_argument("platforms", nargs="*", choices=[*PLATFORMS, []])
    parser.add_argument("--commands", type=int, default=100)
    options = parser.parse_args()
    gc.disable()  # the people's own housekeeping would count as the program's time
    print("| p50 | the other | this | |\n|---|---|---|---|")
    for platform in options.platforms or ["web"]:
        found = asyncio.run(compared(platform, options.other.resolve(), options.commands))
        for name, sides in found.items():
            other, this = (measuring.at(times, 0.5) for times in sides)
            print(f"| {platform}: {name} | {other:.1f} ms | {this:.1f} ms | {this / other:.2f} × |", flush=True)


if __name__ == "__main__":
    main()
