"""What is reserved, what is billed and what counts toward a limit, held against a ledger that is kept by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from core.ports import Bounds, Ceiling, Change
from core.types import JobState, Spend, User
from storage import Storage, open_storage
from stored import ANN, BOB, PLACE, Clock, a_job

pytest_plugins = ("stored",)

DAILY = Bounds(reserved=0.3, unpriced=0.1, daily=1.0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def storage(tmp_path: Path, clock: Clock, database_url: str | None) -> AsyncIterator[Storage]:
    async with await open_storage(tmp_path, clock, database_url=database_url) as opened:
        yield opened


async def asks(storage: Storage, number: int, bounds: Bounds = DAILY, author: User = ANN) -> str:
    """What becomes of a request: the bound it breaks, or nothing."""
    job = a_job(number, author=author, created=storage.store._clock())
    said = await storage.store.accept(Change(new_job=job), bounds)
    return said if isinstance(said, str) else ""


async def pays(storage: Storage, number: int, *usd: float | None, author: User = ANN) -> None:
    spends = [Spend(model="m", usd=one) for one in usd]
    await storage.store.finish_step(f"job-{number}", f"step {len(usd)} {usd}", "{}", spends, author.key)


async def ends(storage: Storage, number: int, state: JobState = JobState.DONE) -> None:
    await storage.store.commit(Change(job_open=f"job-{number}", job_state=state))


async def test_what_is_held_for_others_is_no_longer_there(storage: Storage) -> None:
    assert [await asks(storage, number) for number in range(5)] == ["", "", "", "over-quota", "over-quota"]
    assert await asks(storage, 9, author=BOB) == "", "everybody has a limit of their own"
    assert [job.id for job in await storage.store.open_jobs()] == ["job-0", "job-1", "job-2", "job-9"]


async def test_the_month_is_everybodys(storage: Storage) -> None:
    monthly = Bounds(reserved=0.3, monthly=1.0)
    people = [User(platform="telegram", id=f"p{number}") for number in range(20)]
    answers = [await asks(storage, number, monthly, person) for number, person in enumerate(people)]
    assert answers == [""] * 3 + ["over-budget"] * 17


async def test_a_bill_takes_the_place_of_what_was_held(storage: Storage) -> None:
    for number in range(3):
        await asks(storage, number)
    await pays(storage, 0, 0.05, 0.1)
    assert await asks(storage, 4) == "over-quota", "it is the same sum"
    await ends(storage, 0)
    assert await asks(storage, 5, Bounds(reserved=0.25, daily=1.0)) == "", "what was not used up is given back"
    assert await asks(storage, 6, Bounds(reserved=0.01, daily=1.0)) == "over-quota"


async def test_what_is_held_survives_a_crash(tmp_path: Path) -> None:
    clock = Clock()
    async with await open_storage(tmp_path, clock) as storage:
        for number in range(3):
            await asks(storage, number)
        await pays(storage, 0, 0.1)
    async with await open_storage(tmp_path, clock) as storage:
        assert await asks(storage, 4, Bounds(reserved=0.11, daily=1.0)) == "over-quota"
        assert await asks(storage, 5, Bounds(reserved=0.09, daily=1.0)) == ""


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
async def test_what_was_held_is_given_back_at_every_end(storage: Storage, state: JobState) -> None:
    for number in range(3):
        await asks(storage, number)
        await ends(storage, number, state)
    assert [await asks(storage, number) for number in range(10, 14)] == ["", "", "", "over-quota"]


async def test_a_call_without_a_price_counts_with_a_ceiling(storage: Storage) -> None:
    await asks(storage, 0)
    await pays(storage, 0, None, None)
    held = 0.3 - 2 * DAILY.unpriced
    assert await storage.store.used(0, 0.1, ANN.key) == pytest.approx(0.2 + held)
    assert (await storage.store.spent(0, ANN.key)).usd == 0, "and nobody is told that it cost that"
    assert await storage.store.still_within("job-0", ANN.key, DAILY) is None
    await pays(storage, 0, *[None] * 9)
    assert await storage.store.still_within("job-0", ANN.key, DAILY) == "over-quota"


async def test_a_job_that_goes_on_is_measured_by_what_was_really_spent(storage: Storage) -> None:
    for number in range(3):
        await asks(storage, number)
    assert await storage.store.still_within("job-2", ANN.key, DAILY) is None
    await pays(storage, 0, 0.75)
    assert await storage.store.still_within("job-2", ANN.key, DAILY) == "over-quota"
    assert await storage.store.still_within("job-0", ANN.key, DAILY) is None, "of it nothing more is held"


async def test_who_is_forgotten_has_spent_it_all_the_same(storage: Storage, clock: Clock) -> None:
    clock.now = 20_000 * 86400.0 + 60
    today = DAILY.model_copy(update={"day": 20_000 * 86400.0, "per_minute": 4})
    for number in range(3):
        await asks(storage, number, today)
    await pays(storage, 0, 0.4)
    await storage.store.forget(ANN.key)
    assert await asks(storage, 4, today) == "over-quota"
    assert await asks(storage, 5, Bounds(per_minute=3)) == "too-fast"
    clock.now += 61
    assert await asks(storage, 6, Bounds(per_minute=3)) == ""
    assert await asks(storage, 7, today.model_copy(update={"day": 20_001 * 86400.0})) == "", "a new day"
    await storage.store.sweep(clock.now + 31 * 86400)
    rows = await storage.database.read(lambda c: c.exec_driver_sql("SELECT who FROM quotas").all())
    assert rows == []


async def counts(storage: Storage, since: float, *commands: str) -> tuple[int, float]:
    """How many requests of Ann, and how many USD, count toward a ceiling."""
    ceiling = Ceiling(name="usd-month:each", since=since, user=ANN.key, commands=commands, usd=1.0, requests=9)
    return await storage.store.ceiling_used(ceiling, DAILY.unpriced)


async def test_who_is_forgotten_has_used_up_their_month_too(storage: Storage, clock: Clock) -> None:
    """Whatever they had before today counts for the month, and not for today; however often they are forgotten, it counts once."""
    month, tenth, next_month = (datetime(2026, *day, tzinfo=UTC).timestamp() for day in ((4, 1), (4, 10), (5, 1)))
    clock.now = month - 60
    await asks(storage, 0, Bounds())
    await pays(storage, 0, 5.0)
    clock.now = month
    await asks(storage, 1, Bounds())
    await pays(storage, 1, 0.4, None)
    clock.now = tenth + 60
    await asks(storage, 2, Bounds())
    await pays(storage, 2, 0.2)
    for _ in range(2):
        await storage.store.forget(ANN.key)
        await storage.store.sweep(clock.now)
        assert await counts(storage, month) == await counts(storage, month, "story") == (2, pytest.approx(0.7))
        assert await counts(storage, tenth) == (1, pytest.approx(0.2))
        assert await counts(storage, month, "image") == (0, 0.0)
    monthly = Ceiling(name="usd-month:each", since=month, user=ANN.key, usd=1.0)
    clock.now = next_month - 60
    await storage.store.sweep(clock.now)
    bounds = Bounds(reserved=0.31, unpriced=0.1, ceilings=(monthly,))
    assert await asks(storage, 3, bounds) == "usd-month:each"
    assert await asks(storage, 4, bounds.model_copy(update={"reserved": 0.29})) == ""
    await ends(storage, 4)
    await storage.store.forget(ANN.key)
    clock.now = next_month + 60
    await storage.store.sweep(clock.now)
    assert await counts(storage, next_month) == (0, 0.0)
    assert await storage.database.read(lambda c: c.exec_driver_sql("SELECT who FROM quotas").all()) == []


async def test_who_is_forgotten_on_the_first_has_used_it_once(storage: Storage, clock: Clock) -> None:
    month = datetime(2026, 4, 1, tzinfo=UTC).timestamp()
    for clock.now in (month - 30, month):
        await asks(storage, int(clock.now), Bounds())
        await pays(storage, int(clock.now), 0.4)
    await storage.store.forget(ANN.key)
    clock.now = month + 2
    await storage.store.sweep(clock.now)
    assert await counts(storage, month) == (1, pytest.approx(0.4))
    assert await asks(storage, 2, Bounds(per_minute=2)) == "too-fast", "the minute began in the month before"


async def test_the_counter_of_who_was_forgotten_names_nobody(storage: Storage) -> None:
    await asks(storage, 0)
    await pays(storage, 0, 0.4)
    await storage.store.forget(ANN.key)
    rows = await storage.database.read(lambda c: c.exec_driver_sql("SELECT * FROM quotas").all())
    assert len(rows) == 2 and ANN.id not in str(rows) and PLACE.chat not in str(rows)


async def test_the_same_press_is_one_job_while_that_is_open_and_for_a_moment(storage: Storage, clock: Clock) -> None:
    press = Bounds(press="ann redraw:x")
    assert [await asks(storage, number, press) for number in range(3)] == ["", "pressed-twice", "pressed-twice"]
    assert await asks(storage, 3, Bounds(press="ann vary:x")) == ""
    clock.now += 60
    assert await asks(storage, 4, press) == "pressed-twice", "it is still being drawn"
    await ends(storage, 0)
    assert await asks(storage, 5, press) == "", "and now another one is wished for"
    await ends(storage, 5)
    assert await asks(storage, 6, press) == "pressed-twice", "a finger that trembles"
