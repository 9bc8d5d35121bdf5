"""``make bench``: what people feel. Prints a table and writes ``docs/benchmarks.md``.

The program, the model service (``bench/model_server.py``: prepared 1.5 MB pictures) and this load are three processes on one machine,
over real sockets.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import socket
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import httpx2
import numpy as np
from PIL import Image

from core import canvas, masks

HERE = Path(__file__).parent
ROOT = HERE.parent
Row = tuple[str, str, str, bool]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def at(values: Sequence[float], share: float) -> float:
    """A quantile."""
    return float(np.quantile(values, share)) if values else float("nan")


@dataclass
class Bench:
    url: str
    model: str
    report: Path
    started: float

    def facts(self) -> dict:
        return json.loads(self.report.read_text())

    async def seen(self) -> list[dict]:
        async with httpx2.AsyncClient(trust_env=False, timeout=60) as http:
            return (await http.get(f"{self.model}/seen")).json()


@asynccontextmanager
async def bench(seconds: float, data: Path) -> AsyncIterator[Bench]:
    """A program and its model service."""
    port = free_port()
    service = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "model_server.py"), "--port", str(port), "--seconds", str(seconds)
    )
    model = f"http://127.0.0.1:{port}"
    async with httpx2.AsyncClient(trust_env=False) as http:
        while True:
            try:
                await http.get(f"{model}/seen")
                break
            except httpx2.TransportError:
                await asyncio.sleep(0.05)
    report = data / "report.json"
    own = {
        "OPENAI_API_KEY": "bench",
        "OPENAI_BASE_URL": f"{model}/v1",
        "FABULA_DATA_DIR": str(data / "data"),
        "FABULA_WEB_PORT": "0",
    }
    own |= {"FABULA_PERSON_PER_MINUTE": "0", "FABULA_JOBS_AT_ONCE": "600", "FABULA_GRACE": "0", "PYTHONPATH": str(ROOT)}
    started = time.monotonic()
    program = await asyncio.create_subprocess_exec(
        sys.executable, str(HERE / "program.py"), str(report), stdout=asyncio.subprocess.PIPE, env=os.environ | own
    )
    assert program.stdout
    try:
        url = (await program.stdout.readline()).decode().strip()
        yield Bench(url, model, report, started)
    finally:
        for process in (program, service):
            process.terminate()
            await process.wait()


@dataclass
class Command:
    """One ``/image`` in a chat of its own, and when things happened."""

    posted: float = 0
    first_sign: float = 0
    delivered: float = 0


async def command(http: httpx2.AsyncClient, url: str, chat: str) -> Command:
    """Post an ``/image`` and follow its chat to the end."""
    done, listening = Command(), asyncio.Event()

    async def follow() -> None:
        async with http.stream("GET", f"{url}/api/chats/{chat}/events") as stream:
            listening.set()
            async for line in stream.aiter_lines():
                if not line.startswith("data: "):
                    continue
                event = json.loads(line[6:])
                now = time.monotonic()
                if event["kind"] == "status" and not done.first_sign:
                    done.first_sign = now
                if event["kind"] == "reply":
                    done.delivered = now
                if event["kind"] in ("end", "failure"):
                    return

    task = asyncio.create_task(follow())
    await listening.wait()
    done.posted = time.monotonic()
    answer = await http.post(f"{url}/api/chats/{chat}/messages", data={"user": "bench", "text": f"/image {chat} --raw"})
    assert answer.status_code == 202, answer.text
    await task
    return done


def client() -> httpx2.AsyncClient:
    limits = httpx2.Limits(max_connections=2000, max_keepalive_connections=2000)
    return httpx2.AsyncClient(trust_env=False, timeout=120, limits=limits)


async def added_time(found: Bench, name: str, times: int = 60) -> tuple[list[float], list[float]]:
    """Milliseconds added to one command at a time, and those until the first model call."""
    added, first = [], []
    async with client() as http:
        for number in range(times):
            done = await command(http, found.url, f"{name}{number}")
            call = next(entry for entry in await found.seen() if entry["prompt"] == f"{name}{number}")
            added.append((done.delivered - done.posted - (call["answered"] - call["came"])) * 1000)
            first.append((call["came"] - done.posted) * 1000)
    return added[10:], first[10:]


async def crowd(found: Bench, name: str, chats: int) -> tuple[float, list[float]]:
    """So many chats at once: seconds until all are delivered, and milliseconds to each one's first sign of life."""
    async with client() as http:
        start = time.monotonic()
        done = await asyncio.gather(*(command(http, found.url, f"{name}{number}") for number in range(chats)))
    first_post = min(one.posted for one in done)
    assert all(one.delivered for one in done), "not all were delivered"
    del start
    return max(one.delivered for one in done) - first_post, [(one.first_sign - one.posted) * 1000 for one in done]


def fill(database: Path, jobs: int) -> None:
    """A long past: so many ended jobs with a step, a piece, a reply and events each."""
    connection = sqlite3.connect(database)
    tables = {
        row[0]: [column[1] for column in connection.execute(f"PRAGMA table_info({row[0]})")]
        for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
    }
    sample = {
        table: connection.execute(f"SELECT * FROM {table} ORDER BY rowid DESC LIMIT 1").fetchone()
        for table in ("jobs", "pieces", "replies", "events", "inbox", "steps", "spends")
    }
    for table, row in sample.items():
        if row is None:
            continue
        columns = [
            column
            for column in tables[table]
            if column not in ("seq",) and not (table in ("replies", "spends") and column == "id")
        ]
        values = dict(zip(tables[table], row, strict=True))

        def rows(columns: list[str] = columns, values: dict = values, table: str = table):
            for number in range(jobs):
                changed = {
                    name: f"old{number}"
                    for name in ("id", "key", "job", "name", "session", "user", "origin", "chat", "author")
                    if name in values
                }
                changed |= {"ended": 1.0, "created": 1.0, "handled": 1.0, "sent": 1.0}
                if table == "steps":
                    changed["job"] = values["job"]
                yield [changed.get(name, values[name]) for name in columns]

        marks = ",".join("?" * len(columns))
        quoted = ",".join(f'"{column}"' for column in columns)
        connection.executemany(f"INSERT OR IGNORE INTO {table} ({quoted}) VALUES ({marks})", rows())
    connection.commit()
    connection.close()


def mask_times() -> tuple[float, float]:
    """Milliseconds to understand an alpha mask and a painted photo at 1024²."""
    from core import pictures

    photo = Image.open(ROOT / "tests/data/cat.png").convert("RGB").resize((1024, 1024))
    pixels = np.asarray(photo).copy()
    alpha = np.full((1024, 1024, 4), 255, np.uint8)
    alpha[300:700, 300:700, 3] = 0
    pixels[300:700, 300:700] = (220, 20, 60)
    whole, cut = pictures.encode(photo, "PNG"), pictures.encode(Image.fromarray(alpha, "RGBA"), "PNG")
    painted = pictures.encode(Image.fromarray(pixels), "JPEG")

    def best(mask: bytes) -> float:
        spent = []
        for _ in range(7):
            start = time.perf_counter()
            masks.understand(whole, mask)
            spent.append((time.perf_counter() - start) * 1000)
        return statistics.median(spent)

    assert canvas.canvas_for(whole).size
    return best(cut), best(painted)


async def measure(folder: Path) -> list[Row]:
    rows: list[Row] = []
    async with bench(0.0, folder / "one") as found:
        async with client() as http:
            await command(http, found.url, "first")
        start_up = time.monotonic() - found.started
        await asyncio.sleep(1.5)
        idle = found.facts()["memory"]
        before = found.facts()
        added, first = await added_time(found, "single")
        await asyncio.sleep(0.6)
        after = found.facts()
    per_command = (
        (after["transactions"] - before["transactions"]) / 60,
        (after["statements"] - before["statements"]) / 60,
    )
    rows.append(("time added to one command, p50", "≤ 15 ms", f"{at(added, 0.5):.1f} ms", at(added, 0.5) <= 15))
    rows.append(("time added to one command, p95", "≤ 40 ms", f"{at(added, 0.95):.1f} ms", at(added, 0.95) <= 40))
    rows.append(("first model call after the update, p50", "≤ 5 ms", f"{at(first, 0.5):.1f} ms", at(first, 0.5) <= 5))
    rows.append(
        ("transactions and statements for one command", "", f"{per_command[0]:.1f}, {per_command[1]:.1f}", True)
    )
    rows.append(("start-up to first answer", "≤ 2 s", f"{start_up:.2f} s", start_up <= 2))
    rows.append(("memory, idle", "≤ 150 MB", f"{idle:.0f} MB", idle <= 150))
    for chats, limit in ((50, 1.5), (200, 0), (500, 5)):
        async with bench(1.0, folder / f"crowd{chats}") as found:
            async with client() as http:
                await command(http, found.url, "warm")
            await asyncio.sleep(0.6)
            quiet, base = len(found.facts()["lags"]), found.facts()["memory"]
            took, signs = await crowd(found, "c", chats)
            peak = found.facts()["memory"]
            await asyncio.sleep(2)
            lags, later = found.facts()["lags"][quiet:], found.facts()["memory"]
        if limit:
            rows.append((f"{chats} chats × /image, 1.0 s model", f"≤ {limit} s", f"{took:.2f} s", took <= limit))
        if chats == 200:
            rows.append(
                (
                    "first sign of life with 200 jobs in flight, p95",
                    "≤ 300 ms",
                    f"{at(signs, 0.95):.0f} ms",
                    at(signs, 0.95) <= 300,
                )
            )
        lag = at(lags, 0.99) * 1000
        rows.append((f"event-loop lag with {chats} chats, p99", "≤ 50 ms", f"{lag:.0f} ms", lag <= 50))
        if chats == 200:
            each = (peak - base) / chats
            rows.append(("memory per picture job in flight", "≤ 6 MB", f"{each:.1f} MB", each <= 6))
            rows.append(("memory kept two seconds later", "", f"{later - base:.0f} MB over {base:.0f} MB", True))
    async with bench(0.0, folder / "old") as found, client() as http:
        await command(http, found.url, "first")
        await asyncio.sleep(1)
    fill(folder / "old/data/fabula.sqlite3", 1_000_000)
    async with bench(0.0, folder / "old") as found:
        old, _ = await added_time(found, "past")
    ratio = at(old, 0.5) / at(added, 0.5)
    rows.append(("time added with 1,000,000 past jobs", "≤ 1.2 ×", f"{ratio:.2f} ×", ratio <= 1.2))
    alpha, painted = mask_times()
    rows.append(("mask understanding at 1024², alpha", "≤ 30 ms", f"{alpha:.0f} ms", alpha <= 30))
    rows.append(("mask understanding at 1024², painted", "≤ 1500 ms", f"{painted:.0f} ms", painted <= 1500))
    return rows


def report(rows: list[Row]) -> str:
    lines = ["| figure | to reach | measured | |", "|---|---|---|---|"]
    lines += [
        f"| {name} | {goal} | {value} | {'✓' if well and goal else '' if not goal else '✗'} |"
        for name, goal, value, well in rows
    ]
    return "\n".join(lines)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("one", "crowd50", "crowd200", "crowd500", "old"):
            (Path(folder) / name).mkdir()
        table = report(asyncio.run(measure(Path(folder))))
    print(table)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    head = f"# Benchmarks\n\nMade by `make bench` on {date.today().isoformat()}: {machine}; program, model service and load share them.\n"
    head += "Pictures are 1.5 MB.\n\n"
    (ROOT / "docs/benchmarks.md").write_text(head + table + "\n")


if __name__ == "__main__":
    main()
