"""``make bench``: what people feel, as a table; a complete run is kept in ``docs/benchmarks.md``.

python -m bench                        # everything: about seven minutes
python -m bench web                    # one platform without the million past jobs: less than a minute
python -m bench telegram discord one   # parts of some platforms: one, crowds, flight, past
python -m bench masks felt book batch judge taste
python -m bench judge --real         # the judge of pictures with the models of the settings: about two dollars
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
from pathlib import Path

from bench import measuring, report
from bench.batch import batch
from bench.book import book
from bench.felt import felt
from bench.harness import Driver, Platform
from bench.judge import judge
from bench.mask_times import mask_times
from bench.on_discord import discord
from bench.on_telegram import telegram
from bench.on_web import web
from bench.taste_felt import taste_felt

PLATFORMS: dict[str, Platform] = {"web": web, "telegram": telegram, "discord": discord}
QUICK = ("one", "crowds", "flight")
PARTS = (*QUICK, "past")
ALONE = {"masks": mask_times, "felt": felt, "book": book, "batch": batch, "judge": judge, "taste": taste_felt}
JOBS = 1_000_000


async def _measure(driver: Driver, parts: list[str], folder: Path, jobs: int) -> measuring.Values:
    values = measuring.machine()
    if "one" in parts:
        values |= await measuring.one(driver, folder / "one")
    if "crowds" in parts:
        values |= await measuring.crowds(driver, folder / "crowds")
    if "flight" in parts:
        values |= await measuring.in_flight(driver, folder / "flight")
    if "past" in parts:
        values |= await measuring.with_past(driver, folder / "past", jobs=jobs)
    return values


async def _platforms(names: list[str], parts: list[str], jobs: int) -> dict[str, measuring.Values]:
    measured = {}
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            async with PLATFORMS[name]() as driver:
                measured[driver.name] = await _measure(driver, parts, Path(folder), jobs)
        print(f"measured {name}", file=sys.stderr)
    return measured


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("what", nargs="*", choices=[*PLATFORMS, *PARTS, *ALONE, []], help="platforms and parts")
    parser.add_argument("--jobs", type=int, default=JOBS, help="past jobs in the filled store")
    parser.add_argument(
        "--real", action="store_true", help="let the judge use the services of the settings, which costs money"
    )
    options = parser.parse_args()
    gc.disable()  # the people's own housekeeping would count as the program's time
    what = options.what
    platforms = [name for name in PLATFORMS if name in what or not what or not set(what) & {*PLATFORMS, *ALONE}]
    parts = [part for part in PARTS if part in what] or list(QUICK if what else PARTS)
    measured = asyncio.run(_platforms(platforms, parts, options.jobs))
    measures = ALONE | {"judge": lambda: judge(real=options.real)}
    alone = [value for name, measure in measures.items() if not what or name in what for value in measure().items()]
    text = report.table(measured, dict(alone))
    print(text)
    if not what:
        report.write(text)


if __name__ == "__main__":
    main()
