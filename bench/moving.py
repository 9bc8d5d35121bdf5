"""What it takes to bring a large studio elsewhere: from the file to PostgreSQL, into a backup and back. Does all of it arrive?

    python -m bench.moving            # from the repository's root; 100,000 pieces, a quarter of an hour
    python -m bench.moving 1000       # so many pieces
    python -m bench.moving 1000 DIR   # the studio that an earlier run left in DIR, or a new one, which is left there

Each command is a process of its own, as an operator starts it, so that its memory is its own too. What it brought is compared with what was there by
this program's own digests: of every row, and of the bytes of every file. ``/metrics`` is asked for, again and again, over the same rows.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bench.harness import ROOT, SETTINGS
from bench.keeping import PIECES, fill
from bench.processes import databases
from bench.watched import EVERY, Watched
from storage.folder import DATABASE, MEDIA
from storage.moving import MOVED
from storage.tables import metadata

SCRAPES = 200
SETTLES = 5.0
"""Seconds after which what a program does at its start is over."""

FOLDED = 2**256


class Digest(NamedTuple):
    """How many there are, and the sum of the SHA-256 of each, which knows no order."""

    number: int
    total: int


class Cost(NamedTuple):
    """Of a command: seconds on the clock and of the processor, MB of memory at most, and the machine's load meanwhile."""

    wall: float
    processor: float
    memory: int
    load: float

    def __str__(self) -> str:
        return f"{self.wall:.0f} s ({self.processor:.1f} s of the processor), {self.memory} MB, beside a load of {self.load:.0f}"


def digest(things: Iterable[bytes]) -> Digest:
    """Count and add up."""
    number = total = 0
    for thing in things:
        number += 1
        total = (total + int.from_bytes(hashlib.sha256(thing).digest())) % FOLDED
    return Digest(number, total)


def files_in(folder: Path) -> Digest:
    """Every kept file: its name and its bytes."""
    return digest(path.name.encode() + path.read_bytes() for path in (folder / MEDIA).glob("??/*"))


def rows_in(cursor: Iterable[tuple[Any, ...]]) -> Digest:
    """Every row that a statement gave."""
    return digest(repr([_alike(value) for value in row]).encode() for row in cursor)


def _alike(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value  # which SQLite has none of


def statements() -> dict[str, str]:
    """What reads each table, its columns in one order for both databases."""
    found = {}
    for table in metadata.sorted_tables:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        found[table.name] = f'SELECT {columns} FROM "{table.name}"'
    return found


def in_file(path: Path) -> dict[str, Digest]:
    """Every row of every table of a file."""
    with closing(sqlite3.connect(path)) as database:
        return {table: rows_in(database.execute(statement)) for table, statement in statements().items()}


def at_server(url: str) -> dict[str, Digest]:
    """The same at a server."""
    import psycopg

    found = {}
    with psycopg.connect(url) as connection:
        for table, statement in statements().items():
            with connection.cursor(name="all") as cursor:
                cursor.execute(statement)  # type: ignore[arg-type]
                found[table] = rows_in(cursor)
    return found


def fabula(data: Path, *arguments: str) -> Cost:
    """Run a command to its end; ends this program where it fails."""
    environment = os.environ | SETTINGS | {"FABULA_DATA_DIR": str(data)}
    begun = time.perf_counter()
    with subprocess.Popen((sys.executable, "-m", "bots", *arguments), env=environment, cwd=ROOT) as process:
        _, code, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(code)
    assert process.returncode == 0, arguments
    wall = time.perf_counter() - begun
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, os.getloadavg()[0])


async def scraped(folder: Path, **environment: str) -> tuple[float, float, float]:
    """Milliseconds until ``/metrics`` has answered: half of the times, 95 of 100; and those of the program's processor for one."""
    program = Watched(folder, environment, ("run",))
    await program.start()
    with closing(HTTPConnection(urlsplit(await program.address()).netloc)) as scraper:  # kept open, as Prometheus does
        await asyncio.sleep(SETTLES)
        await asyncio.to_thread(_scrape, scraper)
        program.mark_idle()
        times = [await asyncio.to_thread(_scrape, scraper) for _ in range(SCRAPES)]
        await asyncio.sleep(2 * EVERY)
    processor = 1000 * program.cpu / SCRAPES
    await program.kill()
    return statistics.median(times), statistics.quantiles(times, n=20)[-1], processor


def _scrape(scraper: HTTPConnection) -> float:
    begun = time.perf_counter()
    scraper.request("GET", "/metrics")
    assert b"fabula_" in scraper.getresponse().read()
    return 1000 * (time.perf_counter() - begun)


async def tell_scrapes(where: str, folder: Path, **environment: str) -> None:
    """Print what a scrape takes."""
    half, most, processor = await scraped(folder, **environment)
    print(
        f"/metrics over {where}: p50 {half:.1f} ms, p95 {most:.1f} ms, {processor:.1f} ms of the processor, "
        f"beside a load of {os.getloadavg()[0]:.0f}",
        flush=True,
    )


async def main(pieces: int, folder: Path) -> None:
    """Measure and compare."""
    home, there = folder, folder / "there"
    data, archive = home / "data", home / "all.zip"
    if not data.exists():
        begun = time.perf_counter()
        await fill(data, pieces)
        print(f"{pieces} pieces kept in {time.perf_counter() - begun:.0f} s", flush=True)
    before, files = in_file(data / DATABASE), files_in(data)
    print(f"{sum(one.number for one in before.values())} rows, {files.number} files", flush=True)
    for left in (archive, there):
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
    print(f"backup: {fabula(data, 'backup', str(archive))}", flush=True)
    print(f"restore: {fabula(there / 'data', 'restore', str(archive))}", flush=True)
    assert (in_file(there / "data" / DATABASE), files_in(there / "data")) == (before, files)
    print("restored: every count and digest equal", flush=True)
    await tell_scrapes("SQLite", there)
    shutil.rmtree(there)
    async with databases() as made:
        url = await made("moved")
        print(f"migrate: {fabula(data, 'migrate', '--to', url)}", flush=True)
        assert (at_server(url), files_in(data)) == (before, files)
        print("moved: every count and digest equal", flush=True)
        await tell_scrapes("PostgreSQL", home, FABULA_DATABASE_URL=url)
    (data / MOVED).rename(data / DATABASE)


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if sys.argv[1:] else PIECES
    with tempfile.TemporaryDirectory() as made_for_this:
        asyncio.run(main(wanted, Path(sys.argv[2] if sys.argv[2:] else made_for_this)))
