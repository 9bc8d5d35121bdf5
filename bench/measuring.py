"""The measurements of one platform; each returns values by the names in ``bench.figures``."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from bench import past
from bench.harness import Bench, Call, Driver, Told, program
from bench.probe import Sample

Values = dict[str, float]

COMMANDS, WARM_UP = 50, 10
ROUNDS, IN_A_ROUND = 3, 25
IN_FLIGHT, MORE, MORE_EVERY = 200, 40, 0.05
GIVEN_BACK = 6.0
LOOP = 1_000_000


def machine() -> Values:
    """How fast this machine is in this moment."""
    times = []
    for _ in range(9):
        started, total = time.perf_counter(), 0
        for number in range(LOOP):
            total += number
        times.append((time.perf_counter() - started) * 1000)
    return {"loop": at(times, 0.5)}


async def one(driver: Driver, folder: Path) -> Values:
    """Start-up, idle memory, and one command at a time."""
    async with program(driver, folder, seconds=0.0) as bench:
        person = await driver.people(1)
        (first,) = await bench.image(person, "first")
        await asyncio.sleep(1)
        idle = (await bench.samples(first.delivered))[-1].memory
        return {"start": first.delivered - bench.started, "idle": idle} | await _alone(bench, person)


async def crowds(driver: Driver, folder: Path) -> Values:
    """50 and 500 people who ask at once, with a model that takes a second."""
    async with program(driver, folder, seconds=1.0) as bench:
        await bench.image(await driver.people(5), "warm")
        values: Values = {}
        for number in (50, 500):
            told = await bench.image(await driver.people(number), f"crowd {number}")
            since, until = span(told)
            samples = await bench.samples(since, until)
            values |= {f"crowd_{number}": until - since, f"lag_{number}": lag(samples)}
        sign = "acknowledged_500" if driver.name == "Discord" else "sign_500"
        return values | {"crowd_cpu": spent(samples) / 500, sign: max(signs(told))}


async def in_flight(driver: Driver, folder: Path) -> Values:
    """First signs and memory while a slow model draws 200 pictures."""
    async with program(driver, folder, seconds=5.0) as bench:
        await bench.image(await driver.people(5), "warm")
        crowd, others = await driver.people(IN_FLIGHT), await driver.people(MORE)
        before = (await bench.samples(time.time()))[-1].memory
        since = time.time()
        drawing = asyncio.create_task(bench.image(crowd, "flight"))
        await asyncio.sleep(2)
        asking = []
        for number, person in enumerate(others):
            asking.append(asyncio.create_task(driver.ask([person], [f"more {number}"])))
            await asyncio.sleep(MORE_EVERY)
        burst, more = await drawing, [told for (told,) in await asyncio.gather(*asking)]
        await asyncio.sleep(GIVEN_BACK)
        samples = await bench.samples(since)
        most = max(sample.memory for sample in samples) - before
        return {
            "sign_p95": at(signs(more), 0.95),
            "burst_sign_p95": at(signs(burst), 0.95),
            "each": most / (IN_FLIGHT + MORE),
            "kept": 100 * (samples[-1].memory - before) / most,
        }


async def with_past(driver: Driver, folder: Path, *, jobs: int) -> Values:
    """One command at a time with a store that has so many past jobs and with one that has none, in turn: no machine is always equally fast."""
    stores = {name: folder / name for name in ("empty", "filled")}
    people = {}
    for name, store in stores.items():
        async with program(driver, store, seconds=0.0) as bench:
            people[name] = await driver.people(1)
            await bench.image(people[name], "example")
    await asyncio.to_thread(past.fill, stores["filled"] / "data/fabula.sqlite3", jobs)
    times: dict[str, list[float]] = {name: [] for name in stores}
    for _ in range(ROUNDS):
        for name, store in stores.items():
            async with program(driver, store, seconds=0.0) as bench:
                if driver.name == "web":
                    people[name] = await driver.people_again(people[name])  # type: ignore[attr-defined]
                told = await _one_by_one(bench, people[name], IN_A_ROUND)
                times[name] += added(told, await bench.calls())
    empty, filled = (at(times[name], 0.5) for name in ("empty", "filled"))
    return {"past_added_p50": filled, "past": filled / empty}


async def _alone(bench: Bench, person: Sequence[object]) -> Values:
    """One command after another."""
    told = await _one_by_one(bench, person, COMMANDS)
    calls = await bench.calls()
    samples = await bench.samples(told[0].posted, told[-1].delivered)
    times = added(told, calls)
    first = first_calls(told, calls)
    per_command = len(told)
    return {
        "added_p50": at(times, 0.5),
        "added_p95": at(times, 0.95),
        "first_call": at(first, 0.5),
        "cpu": spent(samples) / per_command,
        "statements": (samples[-1].statements - samples[0].statements) / per_command,
        "transactions": (samples[-1].transactions - samples[0].transactions) / per_command,
    }


async def _one_by_one(bench: Bench, person: Sequence[object], number: int) -> list[Told]:
    """So many commands, without some before them that warm everything up."""
    return [(await bench.image(person, f"single {one}"))[0] for one in range(WARM_UP + number)][WARM_UP:]


def added(told: Iterable[Told], calls: Mapping[str, Iterable[Call]]) -> list[float]:
    """Milliseconds that each took, less those in which a call of the model service was open."""
    return [(one.delivered - one.posted - _open(calls[one.prompt], one)) * 1000 for one in told]


def first_calls(told: Iterable[Told], calls: Mapping[str, Iterable[Call]]) -> list[float]:
    """Milliseconds from each question to the first call of the model service."""
    return [(min(call.began for call in calls[one.prompt]) - one.posted) * 1000 for one in told]


def _open(calls: Iterable[Call], told: Told) -> float:
    """Seconds before the delivery in which at least one of the calls was open."""
    open_until, seconds = 0.0, 0.0
    for call in sorted(calls, key=lambda call: call.began):
        ended = min(call.ended, told.delivered)
        seconds += max(0.0, ended - max(call.began, open_until))
        open_until = max(open_until, ended)
    return seconds


def span(told: Sequence[Told]) -> tuple[float, float]:
    """When the first asked and the last had all, in Unix seconds."""
    return min(one.posted for one in told), max(one.delivered for one in told)


def signs(told: Iterable[Told]) -> list[float]:
    """Milliseconds to each one's first sign."""
    return [(one.first_sign - one.posted) * 1000 for one in told]


def lag(samples: Sequence[Sample]) -> float:
    """Milliseconds that the loop woke up late, p99."""
    return at([lag for sample in samples for lag in sample.lags], 0.99) * 1000


def spent(samples: Sequence[Sample]) -> float:
    """Milliseconds of processor time between the first and the last sample."""
    return sum(after.cpu - before.cpu for before, after in pairwise(samples)) * 1000


def at(values: Sequence[float], share: float) -> float:
    return float(np.quantile(values, share))
