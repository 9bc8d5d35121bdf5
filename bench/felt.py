"""How soon somebody sees something, and how many answers of models are waited for one after the other until then."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import aiohttp
import numpy as np

from bench.harness import printing_address
from bench.on_web import Person, WebDriver, web
from embedded.process import EmbeddedProcess, start_openai_server

LATENCY = {"moderations": 0.3, "chat_start": 1.0, "chat_token": 0.01, "images": 1.0}
"""Seconds: a check, the helper and the first word, each further token, a picture (its preview comes half-way)."""

TIMES = 7
ASKED = {"image": ("/image a fox in the snow", "preview"), "story": ("/story a fox in the snow", "text")}
"""What is asked for, and the kind of event that first shows something of it."""


def felt() -> dict[str, float]:
    """By the names in ``bench.figures``; medians."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_felt(Path(folder)))


async def _felt(folder: Path) -> dict[str, float]:
    server = await start_openai_server(folder / "service", fast=True, plain=True)
    try:
        environment = {
            "OPENAI_BASE_URL": server.url,
            "OPENAI_API_KEY": server.key,
            "FABULA_DATA_DIR": str(folder / "data"),
        }
        async with (
            printing_address("bench.probe", str(folder / "probe.jsonl"), environment=environment) as url,
            aiohttp.ClientSession(headers={"authorization": f"Bearer {server.key}"}, raise_for_status=True) as http,
            web() as driver,
        ):
            await driver.connect(url)
            await http.post(f"{server.control_url}/latency", json=LATENCY)
            (person,) = await driver.people(1)
            values = {}
            for name, (words, kind) in ASKED.items():
                seen = [await _once(driver, person, http, server, words, kind) for _ in range(TIMES)]
                values |= {f"first_{name}": _median(after for after, _ in seen)}
                values |= {f"trips_{name}": _median(trips for _, trips in seen)}
            return values
    finally:
        await server.close()


async def _once(
    driver: WebDriver, person: Person, http: aiohttp.ClientSession, server: EmbeddedProcess, words: str, kind: str
) -> tuple[float, int]:
    """Seconds until something was seen, and the round trips until then."""
    posted = time.time()
    await driver.say(person, words)
    async with http.get(f"{server.control_url}/requests") as answer:
        calls = [(one["started"], one.get("finished", float("inf"))) for one in (await answer.json())["requests"]]
    seen = person.came[kind]
    return seen - posted, _one_after_the_other(
        (begun, min(ended, seen)) for begun, ended in calls if posted < begun < seen
    )


def _one_after_the_other(calls: Iterable[tuple[float, float]]) -> int:
    """The longest row of calls, each begun when the one before had ended."""
    trips, free = 0, 0.0
    for begun, ended in sorted(calls, key=lambda call: call[1]):
        if begun >= free:
            trips, free = trips + 1, ended
    return trips


def _median(values: Iterable[float]) -> float:
    return float(np.median(list(values)))
