"""Many steps of one job: so many at once, each journaled for itself, and none of them lost by another, a restart or a kill."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bots.progress import status_text
from core.errors import BadInput, FabulaError, Limited, OperatorFault, Refused, Unavailable
from core.jobs import Job
from core.types import JobState, Status
from pages import AT_MOST, PAGES, Book, Page, Screen, a_recipe, all_ended, ask, on_paper, runner_of, until, until_so
from storage import Storage, open_storage
from storage.store import SqlStore


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with await open_storage(tmp_path / "data") as opened:
        yield opened


class Desk:
    """Where pages lie until somebody lets them be finished."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.under_way: dict[int, asyncio.Event] = {}

    async def write(self, number: int) -> None:
        self.begun.append(number)
        self.under_way[number] = asyncio.Event()
        try:
            await self.under_way[number].wait()
        finally:
            del self.under_way[number]

    async def finish(self, number: int) -> None:
        await until(lambda: number in self.under_way)
        self.under_way[number].set()
        await until(lambda: number not in self.under_way)


async def at_once(number: int) -> None:
    pass


async def journal(storage: Storage, job: str) -> dict[str, object]:
    return {name: json.loads(result) for name, result in (await storage.store.steps(job)).items()}


def numbers(results: list[Page | FabulaError]) -> list[int | str]:
    return [result.number if isinstance(result, Page) else result.code for result in results]


async def test_results_are_in_order_whatever_is_done_first_and_so_many_are_done_at_once(storage: Storage) -> None:
    desk = Desk()
    book = Book(desk.write)
    async with runner_of(storage, Screen(), book=a_recipe(book.run)) as runner:
        await ask(storage, runner)
        for place in range(PAGES):
            await until(lambda place=place: len(desk.begun) == min(place + AT_MOST, PAGES))  # type: ignore[misc]
            assert len(desk.under_way) == min(AT_MOST, PAGES - place)
            await desk.finish(max(desk.under_way))
        await all_ended(storage)
    assert desk.begun == list(range(PAGES)), "begun in order"
    assert numbers(book.results) == list(range(PAGES))


async def test_how_many_are_done_is_shown(storage: Storage) -> None:
    screen, desk = Screen(), Desk()

    async def recipe(job: Job, tools: object) -> None:
        await Book(desk.write).run(job, tools)
        job.show(Status(phase="checking"))

    async with runner_of(storage, screen, book=a_recipe(recipe)) as runner:
        await ask(storage, runner)
        for place in range(PAGES):
            await desk.finish(place)
        await all_ended(storage)
    thinking, writing, *counted, after = (shown for shown in screen.progress if isinstance(shown, Status))
    assert [(shown.phase, shown.done, shown.total) for shown in counted] == [
        ("writing", done, PAGES) for done in range(PAGES + 1)
    ]
    assert status_text(counted[3], 20, "en") == "Writing … 3 of 12"
    assert status_text(counted[3], 20, "zh") == "正在写…… 已完成 3/12"
    assert {shown.total for shown in (thinking, writing, after)} == {0}


@pytest.mark.parametrize("error", [Refused("refused-words"), BadInput("no-picture")])
async def test_one_that_is_refused_loses_no_other_and_is_not_asked_for_again(
    storage: Storage, error: FabulaError
) -> None:
    asked = list[int]()

    async def write(number: int) -> None:
        asked.append(number)
        if number == 7:
            raise error

    book, gate = Book(write), asyncio.Event()

    async def recipe(job: Job, tools: object) -> None:
        await book.run(job, tools)
        await gate.wait()

    for _ in range(2):
        book.results = []
        async with runner_of(storage, Screen(), book=a_recipe(recipe)) as runner:
            if not asked:
                job = await ask(storage, runner)
            await until(lambda: book.results)
        failed = book.results[7]
        assert numbers(book.results) == [*range(7), error.code, *range(8, PAGES)]
        assert type(failed) is type(error) and vars(failed) == vars(error)
    assert sorted(asked) == list(range(PAGES))
    assert set(await journal(storage, job.id)) == {
        *(f"page:{number}" for number in range(PAGES) if number != 7),
        "page:7 refused",
    }


async def test_one_that_failed_otherwise_is_tried_again_by_the_next_start_alone(storage: Storage) -> None:
    asked = list[int]()

    async def write(number: int) -> None:
        asked.append(number)
        if asked == [*range(PAGES)][: number + 1] and number == 7:
            raise Unavailable("timeout", spent=True)

    book, gate = Book(write, at_most=1), asyncio.Event()

    async def recipe(job: Job, tools: object) -> None:
        await book.run(job, tools)
        await gate.wait()

    async with runner_of(storage, Screen(), book=a_recipe(recipe)) as runner:
        await ask(storage, runner)
        await until(lambda: book.results)
    assert numbers(book.results) == [*range(7), "timeout", *range(8, PAGES)]
    gate.set()
    async with runner_of(storage, Screen(), book=a_recipe(recipe)):
        await all_ended(storage)
    assert numbers(book.results) == list(range(PAGES))
    assert asked == [*range(PAGES), 7]


@pytest.mark.parametrize("error", [OperatorFault("quota-exceeded"), Limited("over-quota", resets="00:00 UTC")])
async def test_what_would_fail_likewise_is_not_begun(storage: Storage, error: FabulaError) -> None:
    asked = list[int]()

    async def write(number: int) -> None:
        asked.append(number)
        if number == 4 and asked.count(4) == 1:
            raise error

    book, gate = Book(write, at_most=1), asyncio.Event()

    async def recipe(job: Job, tools: object) -> None:
        await book.run(job, tools)
        await gate.wait()

    async with runner_of(storage, Screen(), book=a_recipe(recipe)) as runner:
        await ask(storage, runner)
        await until(lambda: book.results)
    assert numbers(book.results) == [*range(4), *[error.code] * 8]
    assert asked == [*range(5)]
    gate.set()
    async with runner_of(storage, Screen(), book=a_recipe(recipe)):
        await all_ended(storage)
    assert numbers(book.results) == list(range(PAGES))
    assert asked == [*range(5), *range(4, PAGES)]


async def test_what_breaks_stops_all(storage: Storage) -> None:
    desk, screen = Desk(), Screen()

    async def write(number: int) -> None:
        await desk.write(number)
        if number == 1:
            raise ZeroDivisionError

    async with runner_of(storage, screen, book=a_recipe(Book(write).run, looks=False)) as runner:
        await ask(storage, runner)
        await desk.finish(1)
        await all_ended(storage)
    assert not desk.under_way and desk.begun == [0, 1, 2]
    assert screen.replies[0].reply.code == "internal"


async def test_cancelling_stops_all_and_keeps_what_was_paid_for(storage: Storage) -> None:
    desk = Desk()
    async with runner_of(storage, Screen(), book=a_recipe(Book(desk.write).run)) as runner:
        job = await ask(storage, runner)
        await desk.finish(1)
        await until(lambda: len(desk.begun) == AT_MOST + 1)
        assert await runner.cancel(job, (), ())
        await until(lambda: not desk.under_way)
        await until_so(lambda: runner.find(job.id), None)
        assert desk.begun == [0, 1, 2, 3]
    assert set(await journal(storage, job.id)) == {"page:1"}
    assert not await storage.store.open_jobs()


KEPT = 1, 5, 9
"""Steps that are kept before a process dies."""


@pytest.fixture(scope="module")
def deaths(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what processes left which died after so many kept steps, by their number."""
    folder = tmp_path_factory.mktemp("deaths")
    path = os.pathsep.join(map(str, (Path(__file__).parents[1], Path(__file__).parent)))
    dying = [sys.executable, str(Path(__file__).parent / "pages.py"), str(folder), *map(str, KEPT)]
    said = subprocess.run(dying, env=os.environ | {"PYTHONPATH": path}, stdout=subprocess.PIPE, check=True).stdout
    assert said.split() == [b"%d" % -signal.SIGKILL] * len(KEPT)
    return folder


@pytest.mark.parametrize("kept", KEPT)
async def test_a_kill_in_the_middle_loses_nothing_and_repeats_nothing_that_is_kept(deaths: Path, kept: int) -> None:
    folder = deaths / str(kept)
    written = _written(folder)
    async with await open_storage(folder / "data") as storage:
        [job] = await storage.store.open_jobs()
        done = {name.removeprefix("page:") for name in await journal(storage, job.id)}
        assert len(done) >= kept and done <= set(written)
        assert len(written) <= len(done) + AT_MOST, "nothing further is begun before what was paid for is kept"
        book = Book(on_paper(folder))
        async with runner_of(storage, Screen(), book=a_recipe(book.run)):
            await all_ended(storage)
        again = _written(folder)[len(written) :]
        assert sorted(again, key=int) == [str(number) for number in range(PAGES) if str(number) not in done]
        assert max(Counter(again).values()) == 1
        assert numbers(book.results) == list(range(PAGES))
        assert (await storage.store.spent(0)).calls == PAGES


def _written(folder: Path) -> list[str]:
    return (folder / "pages").read_text().split()


@pytest.mark.parametrize("free", [True, False])
async def test_a_thousand_items_cost_few_commits_and_their_journal_is_read_once(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, free: bool
) -> None:
    many, at_once_most = 1000, 12
    gate, done, reads = asyncio.Event(), list[int](), list[str]()
    book = Book(at_once, pages=many, at_most=at_once_most)

    async def number(value: int) -> int:
        return value

    async def recipe(job: Job, tools: object) -> None:
        if free:
            items = [(str(value), value) for value in range(many)]
            done.extend(await job.each("page", items, number, at_most=at_once_most))  # type: ignore[arg-type]
        else:
            await book.run(job, tools)
            done.extend(numbers(book.results))  # type: ignore[arg-type]
        await gate.wait()

    steps = SqlStore.steps

    async def counted(self: SqlStore, job: str) -> object:
        reads.append(job)
        return await steps(self, job)

    monkeypatch.setattr(SqlStore, "steps", counted)
    writer = storage.writer
    async with runner_of(storage, Screen(), book=a_recipe(recipe)) as runner:
        job = await ask(storage, runner)
        before = writer.transactions, writer.statements
        await until(lambda: len(done) == many)
    transactions, statements = writer.transactions - before[0], writer.statements - before[1]
    assert len(await steps(storage.store, job.id)) == many
    assert transactions <= many / 4, "several go into one commit"
    assert statements <= transactions + many * (1 if free else 3) + 10
    assert not reads
    gate.set()
    before = writer.transactions, writer.statements
    async with runner_of(storage, Screen(), book=a_recipe(recipe)):
        await all_ended(storage)
    assert done == [*range(many)] * 2
    assert reads == [job.id]
    assert writer.transactions - before[0] <= 5 and writer.statements - before[1] <= 20


DAYS = 24 * 3600.0


@pytest.mark.parametrize(("lasts", "age", "code"), [(None, 1.5, "too-old"), (3, 1.5, None), (3, 3.5, "too-old")])
async def test_a_job_is_gone_on_with_for_as_long_as_its_recipe_says(
    storage: Storage, lasts: float | None, age: float, code: str | None
) -> None:
    screen, desk = Screen(), Desk()
    async with runner_of(storage, Screen(), book=a_recipe(Book(desk.write).run)) as runner:
        await ask(storage, runner, age=age * DAYS)
        await desk.finish(0)
    recipe = a_recipe(Book(at_once).run) if lasts is None else a_recipe(Book(at_once).run, lasts=lasts * DAYS)
    async with runner_of(storage, screen, book=recipe):
        await all_ended(storage)
    assert screen.replies[0].reply.code == code


async def test_nobody_waits_behind_their_own_batch(storage: Storage) -> None:
    """With a single slot, too; the second batch of a session waits for its first one, and says so."""
    desk, letters, screen = Desk(), Desk(), Screen()
    batch, letter = a_recipe(Book(desk.write).run, batch=True), a_recipe(Book(letters.write, pages=1).run)
    async with runner_of(storage, screen, slots=1, book=batch, letter=letter) as runner:
        first, second = await ask(storage, runner), await ask(storage, runner)
        await until(lambda: desk.under_way)
        queued = [shown for shown in screen.progress if isinstance(shown, Status) and shown.phase == "queued"]
        assert [shown.position for shown in queued] == [1]
        session = first.request.session
        assert await runner.current(session) == first
        asked = await ask(storage, runner, "letter")
        assert await runner.current(session) == asked, "what its person waits for is what is stopped first"
        assert await runner.current(session, batches=False) == asked
        await letters.finish(0)
        await until_so(lambda: runner.current(session), first)
        assert await runner.current(session, batches=False) is None
        assert await runner.cancel(first, (), ())
        await until_so(lambda: runner.current(session), second)
        await until(lambda: len(desk.begun) == 2 * AT_MOST)
        open_jobs = await storage.store.open_jobs()
        assert [job.id for job in open_jobs] == [second.id] and open_jobs[0].state is JobState.OPEN
