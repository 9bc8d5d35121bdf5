"""How long a book takes against the model calls that it cannot do without one after the other."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import aiohttp

from bench.felt import LATENCY
from bench.harness import printing_address
from bench.on_web import web
from embedded.process import start_openai_server

ASKED = "/book a fox who finds a lantern --pages 8"
TIMES = 3


def book() -> dict[str, float]:
    """By the names in ``bench.figures``; the medians."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_book(Path(folder)))


async def _book(folder: Path) -> dict[str, float]:
    server = await start_openai_server(folder / "service", fast=True, plain=True)
    environment = {
        "OPENAI_BASE_URL": server.url,
        "OPENAI_API_KEY": server.key,
        "FABULA_DATA_DIR": str(folder / "data"),
        "FABULA_CHECK": "off",
    }
    try:
        async with (
            printing_address("bench.probe", str(folder / "probe.jsonl"), environment=environment) as url,
            aiohttp.ClientSession(headers={"authorization": f"Bearer {server.key}"}, raise_for_status=True) as http,
            web() as driver,
        ):
            await driver.connect(url)
            await http.post(f"{server.control_url}/latency", json=LATENCY)
            (person,) = await driver.people(1)
            taken = []
            for _ in range(TIMES):
                posted = time.time()
                await driver.say(person, ASKED)
                ended = person.came["end"]
                async with http.get(f"{server.control_url}/requests") as answer:
                    told = (await answer.json())["requests"]
                calls = [(one["started"], one["finished"]) for one in told if one["started"] > posted]
                taken.append((ended - posted, critical_path(calls)))
            wall, critical = sorted(taken)[TIMES // 2]
            return {"book": wall, "book_ratio": wall / critical}
    finally:
        await server.close()


def critical_path(calls: Iterable[tuple[float, float]]) -> float:
    """Seconds of the longest row of calls, begun and ended at such times, each of which was begun when the one before had ended."""
    rows: list[tuple[float, float]] = []
    for begun, ended in sorted(calls):
        before = max((length for end, length in rows if end <= begun), default=0.0)
        rows.append((ended, before + ended - begun))
    return max(length for _, length in rows)
