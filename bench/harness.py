"""Starting what is measured: the model service, the program with its probe, a platform's stand-in; and looking at all three.

All times are this machine's clock in Unix seconds, so that what several processes noted can be compared.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
import urllib.request
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from bench import probe

ROOT = Path(__file__).parents[1]
SETTINGS = {
    "OPENAI_API_KEY": "bench",
    "FABULA_WEB_PORT": "0",
    "FABULA_PERSON_PER_MINUTE": "0",
    "FABULA_JOBS_AT_ONCE": "600",
    "FABULA_GRACE": "0",
    "FABULA_OPEN": "1",  # a fresh bot answers its operator alone
    "PYTHONPATH": str(ROOT),
    "OPENBLAS_NUM_THREADS": "1",  # or NumPy's threads wait for work in a loop that takes a processor
}
SETTLES = 0.3
"""Seconds after which the probe has surely written down what just happened."""


@dataclass(frozen=True)
class Told:
    """One ``/image`` and when things happened to it, by the platform's own record."""

    prompt: str
    posted: float
    first_sign: float
    delivered: float


class Driver(Protocol):
    """People on a platform."""

    name: str
    environment: Mapping[str, str]
    """What the program has to be told to find the platform."""

    async def connect(self, url: str) -> None:
        """Return once the program, whose page is at ``url``, serves the platform."""
        ...

    async def people(self, number: int) -> Sequence[Any]:
        """So many people, each with a chat of their own."""
        ...

    async def ask(self, people: Sequence[Any], prompts: Sequence[str]) -> list[Told]:
        """Each of them asks for a picture in the same moment; return once all are delivered. Raises ``TimeoutError``."""
        ...


Platform = Callable[[], AbstractAsyncContextManager[Driver]]


@dataclass(frozen=True)
class Call:
    """A call of the model service."""

    path: str
    prompt: str
    began: float
    ended: float


@dataclass(frozen=True)
class Bench:
    """A running program with the people of one platform and a model service."""

    driver: Driver
    started: float
    """When its process was started."""
    _model: str
    _report: Path

    async def image(self, people: Sequence[Any], name: str) -> list[Told]:
        """Everybody asks for a picture at once; ``name`` makes the prompts their own."""
        return await self.driver.ask(people, [f"{name} {number}" for number in range(len(people))])

    async def calls(self) -> dict[str, list[Call]]:
        """The model service's calls by prompt."""
        with await asyncio.to_thread(urllib.request.urlopen, f"{self._model}/calls") as answer:
            found: dict[str, list[Call]] = {}
            for row in json.load(answer):
                found.setdefault(row["prompt"], []).append(Call(**row))
        return found

    async def samples(self, since: float, until: float | None = None) -> list[probe.Sample]:
        """What the probe wrote down."""
        await asyncio.sleep(SETTLES)
        return probe.read(self._report, since, time.time() if until is None else until)


@asynccontextmanager
async def program(driver: Driver, folder: Path, *, seconds: float, root: Path = ROOT) -> AsyncIterator[Bench]:
    """The program on a data folder, with a model service that takes ``seconds`` for a picture. ``root``: where it lies, with its ``.venv``."""
    report = folder / "probe.jsonl"
    folder.mkdir(parents=True, exist_ok=True)
    async with printing_address("bench.model_service", "--seconds", str(seconds)) as model:
        own = {"OPENAI_BASE_URL": f"{model}/v1", "FABULA_DATA_DIR": str(folder / "data")}
        started = time.time()
        environment = own | dict(driver.environment)
        async with printing_address("bench.probe", str(report), environment=environment, root=root) as url:
            await driver.connect(url)
            yield Bench(driver, started, model, report)


@asynccontextmanager
async def printing_address(
    module: str, *arguments: str, environment: Mapping[str, str] | None = None, root: Path = ROOT
) -> AsyncIterator[str]:
    """A module in a process of its own, whose first line is its address. ``root``: whose module it is."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "FABULA_"))}
    process: Process = await asyncio.create_subprocess_exec(
        sys.executable if root == ROOT else str(root / ".venv/bin/python"),
        "-m",
        module,
        *arguments,
        stdout=PIPE,
        env=inherited | SETTINGS | {"PYTHONPATH": str(root)} | dict(environment or {}),
        cwd=root,
    )
    assert process.stdout
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()
