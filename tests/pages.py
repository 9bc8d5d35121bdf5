"""A job of many pages on a real store, in this process or in some that die: ``python pages.py FOLDER COUNT …``.

There each page that is written leaves a line in a file, whoever knows of it, and a process for each count, in a folder of that name, dies after
so many journaled steps. (They are forked: to load what they need takes many times as long as all they do.)
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

from core import bill
from core.errors import FabulaError
from core.jobs import Job, JobRunner, Paid, Recipe
from core.ports import Bounds, Change
from core.types import KeptJob, KeptReply, Place, Progress, Reply, Request, Spend, Status, User
from killed import kill_after
from patience import PATIENCE
from storage import Storage, open_storage

PLACE = Place(platform="web", chat="home-ann")
PAGES = 12
AT_MOST = 3

_messages = count()


class Page(Paid):
    """A page that was paid for."""

    number: int


class Screen:
    """What people see of their jobs."""

    def __init__(self) -> None:
        self.progress: list[Progress] = []
        self.replies: list[KeptReply] = []

    def deliver(self, replies: Sequence[KeptReply]) -> None:
        self.replies += replies

    def show(self, job: str, request: Request, progress: Progress) -> None:
        self.progress.append(progress)

    def ended(self, job: str) -> None:
        pass

    def whisper(self, place: Place, user: str, in_reply_to: str, reply: Reply) -> None:
        pass


class Book:
    """A recipe of many pages, each of which costs something, and what came of them."""

    def __init__(self, write: Callable[[int], Awaitable[None]], pages: int = PAGES, at_most: int = AT_MOST) -> None:
        self.results: list[Page | FabulaError] = []
        self._write = write
        self._items = [(str(number), number) for number in range(pages)]
        self._at_most = at_most

    async def run(self, job: Job, _: object) -> None:
        """Write all pages. Steps: page:0…n."""

        async def page(number: int) -> Page:
            await self._write(number)
            spend = Spend(model="pen", usd=0.01)
            bill.note(spend)
            return Page(number=number, spends=(spend,))

        job.show(Status(phase="writing"))
        self.results = await job.each("page", self._items, page, at_most=self._at_most)


def a_recipe(run: Callable[[Job, Any], Awaitable[None]], **more: Any) -> Recipe:
    """A recipe for which nothing is held."""
    return Recipe(run, lambda estimator, request: (), **more)


@asynccontextmanager
async def runner_of(storage: Storage, screen: Screen, slots: int = 4, **recipes: Recipe) -> AsyncIterator[JobRunner]:
    """Runs jobs by recipes of one's own, and takes up what is open. At the end what still runs is stopped, and stays open."""

    async def may_pay(_: KeptJob) -> None:
        pass

    runner = JobRunner(storage.store, screen, recipes, None, may_pay, slots)
    await runner.recover()
    try:
        yield runner
    finally:
        await runner.close()


async def ask(storage: Storage, runner: JobRunner, command: str = "book", *, age: float = 0) -> KeptJob:
    """A job that was accepted, so many seconds ago, and begins now."""
    author = User(platform="web", id="ann")
    request = Request(
        command=command, message=f"m{next(_messages)}", place=PLACE, author=author, session=f"{PLACE.key}:{author.id}"
    )
    job = runner.job(request)
    job = job.model_copy(update={"created": job.created - age})
    await storage.store.accept(Change(new_job=job), Bounds())
    runner.enqueue(job)
    return job


async def until(condition: Callable[[], object]) -> None:
    """Wait for something."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.002)


async def until_so(asked: Callable[[], Awaitable[object]], answer: object) -> None:
    """Wait until something is answered like that."""
    async with asyncio.timeout(PATIENCE):
        while await asked() != answer:
            await asyncio.sleep(0.002)


async def all_ended(storage: Storage) -> None:
    """Wait until no job is open."""
    async with asyncio.timeout(PATIENCE):
        while await storage.store.open_jobs():
            await asyncio.sleep(0.002)


def on_paper(folder: Path) -> Callable[[int], Awaitable[None]]:
    """Writes pages into the file ``pages`` of a folder, where they are whatever becomes of the process."""

    async def write(number: int) -> None:
        with (folder / "pages").open("a") as paper:
            paper.write(f"{number}\n")
        await asyncio.sleep(0)

    return write


async def main(folder: Path) -> None:
    """Ask for a book, and wait for its end."""
    async with (
        await open_storage(folder / "data") as storage,
        runner_of(storage, Screen(), book=a_recipe(Book(on_paper(folder)).run)) as runner,
    ):
        await ask(storage, runner)
        await all_ended(storage)


def die(folder: Path, count: int) -> int:
    """Ask for a book in a process of its own, which dies after so many steps; its code."""
    if number := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    kill_after("finish_step", count)
    asyncio.run(main(folder))
    os._exit(0)


if __name__ == "__main__":
    for count_of_steps in sys.argv[2:]:
        at = Path(sys.argv[1]) / count_of_steps
        at.mkdir()
        print(die(at, int(count_of_steps)), flush=True)
