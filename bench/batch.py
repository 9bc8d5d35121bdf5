"""A table of a thousand rows: how long it takes against its pictures alone, what it holds in memory, and whether a person notices it.

python -m bench batch              # about three minutes
python -m bench.batch --rows 200   # a smaller table
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import json
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import numpy as np

from bench.harness import SETTLES, printing_address
from bench.on_web import WebDriver, web
from bench.probe import read
from core.ports import Change
from core.types import Batch, BatchChange, BatchRow, Place, RowState, Timer, User
from storage.opening import open_storage

ROWS, AT_ONCE, SECONDS = 1_000, 20, 1.0
"""Rows, how many at once, and seconds that the model takes for a picture."""

ASKED = 30
"""Pictures that a person asks for, one after the other, without a table and beside one."""

PATIENCE = 1_800.0


@dataclass
class Table:
    """A table on its way, seen from the page."""

    http: aiohttp.ClientSession
    url: str
    chat: str = "home-keeper"

    async def sends(self, rows: int) -> tuple[str, str]:
        """Send it; the message of its plan, and the button that starts it."""
        file = io.StringIO()
        csv.writer(file).writerows([("Idea",), *((f"article number {number}",) for number in range(rows))])
        form = aiohttp.FormData({"user": "keeper", "text": "/batch image"})
        form.add_field("files", file.getvalue().encode(), filename="table.csv", content_type="text/csv")
        async with self.http.post(f"{self.url}/api/chats/{self.chat}/messages", data=form) as answer:
            assert answer.status == 202, await answer.text()
        return await self._seen("batch-start")

    async def starts(self, message: str, action: str) -> None:
        """Press the button."""
        body = {"user": "keeper", "message": message, "action": action}
        async with self.http.post(f"{self.url}/api/chats/{self.chat}/actions", json=body) as answer:
            assert answer.status == 202, await answer.text()

    async def ends(self) -> None:
        """Return when all rows are done."""
        await self._seen("batch-delete")

    async def _seen(self, verb: str) -> tuple[str, str]:
        """The first message with such a button."""
        async with (
            asyncio.timeout(PATIENCE),
            self.http.get(f"{self.url}/api/chats/{self.chat}/events", params={"user": "keeper"}) as stream,
        ):
            async for line in stream.content:
                event = json.loads(line[6:]) if line.startswith(b"data: ") else {}
                for action in event.get("actions", ()):
                    if action["id"].startswith(f"{verb}:"):
                        return event["message"], action["id"]
        raise AssertionError("the stream ended")


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[WebDriver, str]]:
    """The program with a model that takes its second."""
    async with printing_address("bench.model_service", "--seconds", str(SECONDS)) as model:
        environment = {
            "OPENAI_BASE_URL": f"{model}/v1",
            "FABULA_DATA_DIR": str(folder / "data"),
            "FABULA_BATCH_AT_ONCE": str(AT_ONCE),
            "FABULA_CHECK": "off",
        }
        async with (
            printing_address("bench.probe", str(folder / "probe.jsonl"), environment=environment) as url,
            web() as driver,
        ):
            await driver.connect(url)
            yield driver, url


def batch(rows: int = ROWS) -> dict[str, float]:
    """By the names in ``bench.figures``."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_batch(Path(folder), rows))


async def _batch(folder: Path, rows: int) -> dict[str, float]:
    values = {"batch_store": await store_cost(folder / "store", rows)}
    async with served(folder) as (driver, url), aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(None)) as http:
        (person,) = await driver.people(1)
        alone = await _asks(driver, person, "alone")
        await asyncio.sleep(SETTLES)
        idle = statistics.median(one.memory for one in read(folder / "probe.jsonl", time.time() - SETTLES, time.time()))
        table = Table(http, url)
        message, action = await table.sends(rows)
        started = time.time()
        await table.starts(message, action)
        ends = asyncio.create_task(table.ends())
        beside = await _asks(driver, person, "beside")
        assert not ends.done(), "the table ended before the person had asked for everything"
        await ends
        wall = time.time() - started
        await asyncio.sleep(SETTLES)
        samples = read(folder / "probe.jsonl", started, started + wall)
    return values | {
        "batch_ratio": wall / (rows * SECONDS / AT_ONCE),
        "batch_memory": max(one.memory for one in samples) - idle,
        "batch_cpu": (samples[-1].cpu - samples[0].cpu) / rows * 1000,
        "batch_beside": float(np.quantile(beside, 0.95) / np.quantile(alone, 0.95)),
    }


async def _asks(driver: WebDriver, person: object, name: str) -> list[float]:
    """Seconds of each of some pictures that a person asks for, one after the other."""
    taken = []
    for number in range(ASKED):
        (told,) = await driver.ask([person], [f"{name} {number}"])  # type: ignore[list-item]
        taken.append(told.delivered - told.posted)
    return taken


async def store_cost(folder: Path, rows: int) -> float:
    """Milliseconds that the store takes for a row: what its turn looks up, and the commits in which it begins and ends."""
    place, author = Place(platform="web", chat="home-keeper", private=True), User(platform="web", id="keeper")
    kept = Batch(
        id="b", recipe="image", command="image", name="t.csv", place=place, author=author, session="s",
        message="m", language="en", created=0.0,
    )  # fmt: skip
    all_rows = tuple(BatchRow(number=number, key=str(number), words=f"article {number}") for number in range(rows))
    async with await open_storage(folder) as storage:
        store = storage.store
        await store.commit(Change(batch=BatchChange(batch="b", new=kept, rows=all_rows)))
        began = time.perf_counter()
        for number in range(rows):
            for state in (RowState.RUNNING, RowState.DONE):
                await store.turn_of("b")
                timer = Timer(
                    id=f"t{number}{state}", at=1e12, what="batch", about={"batch": "b"}, place=place,
                    owner=author.key, language="en",
                )  # fmt: skip
                change = BatchChange(batch="b", row_fields={number: {"state": state, "usd": 0.01}})
                await store.commit(Change(batch=change, timers=(timer,)))
        return (time.perf_counter() - began) / rows * 1000


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS)
    for figure, value in batch(parser.parse_args().rows).items():
        print(f"{figure}: {value:.2f}")
