"""Who gets which job where several processes share a database: order, fairness, lanes, suspects, and the fence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.ports import Bounds, Change
from core.types import Batch, BatchChange, BatchRow, JobState, KeptJob, RowState, SlowCall, Spend, User
from storage import Storage, open_storage
from storage.together import Together, together
from stored import ANN, ANNS, BOB, PLACE, Clock, a_job, a_piece, a_reply, a_row

pytest.importorskip("psycopg", reason="fabula[postgresql] is not installed")
pytest_plugins = ("stored",)


@pytest.fixture(params=["postgresql"])
def database_url(empty_url: str) -> str:
    return empty_url


@pytest.fixture
async def here(storage: Storage, database_url: str) -> AsyncIterator[Together]:
    async with together(storage, database_url, 4) as joined:
        yield joined


@pytest.fixture
async def there(here: Together, database_url: str, tmp_path: Path) -> AsyncIterator[Together]:
    async with (
        await open_storage(tmp_path / "data", Clock(), database_url=database_url) as storage,
        together(storage, database_url, 4) as joined,
    ):
        yield joined


async def asked(storage: Storage, number: int, user: User = ANN, session: str = "", batch: bool = False) -> KeptJob:
    job = a_job(number, user, session or f"{user.key}:{number}").model_copy(update={"batch": batch})
    await storage.store.commit(Change(new_job=job))
    return job


async def taken(company: Together, most: int = 1, *, batch: bool = False) -> list[str]:
    return [job.id for job in await company.leases.take(most, batch=batch)]


async def ended(storage: Storage, job: str) -> None:
    assert await storage.store.commit(Change(job_open=job, job_state=JobState.DONE)) is not None


async def test_a_session_goes_in_its_order_wherever_its_jobs_run(
    storage: Storage, here: Together, there: Together
) -> None:
    for number in (1, 2):
        await asked(storage, number, session="s")
    await asked(storage, 3, session="s", batch=True)
    assert (await taken(here, 4), await taken(there, 4)) == (["job-1"], [])
    assert await taken(there, 4, batch=True) == ["job-3"], "a batch goes beside"
    assert [job.id for job in await there.leases.line("s", batch=False)] == ["job-1", "job-2"]
    await ended(storage, "job-1")
    assert await taken(there, 4) == ["job-2"]


async def test_free_slots_go_round_over_people_of_all_processes(
    storage: Storage, here: Together, there: Together
) -> None:
    for number in (1, 2, 3, 4):
        await asked(storage, number)
    assert await taken(here, 2) == ["job-1", "job-2"]
    await asked(storage, 5, BOB)
    await asked(storage, 6, BOB)
    assert await taken(there) == ["job-5"], "who has fewer at work"
    for job in ("job-1", "job-2", "job-5"):
        await ended(storage, job)
    assert [await taken(there), await taken(here)] == [["job-3"], ["job-6"]], "whose last one began longest ago"
    for job in ("job-3", "job-6"):
        await ended(storage, job)
    assert await taken(there) == ["job-4"]


async def test_nobody_takes_a_row_that_has_asked_before_its_batch_goes_on(storage: Storage, here: Together) -> None:
    """What takes it when it is answered, and what its batch decides then, would be two roads to begin it."""
    store = storage.store
    job = await asked(storage, 1, batch=True)
    batch = Batch(
        id="b", recipe="image", name="t", place=PLACE, author=ANN, session=ANNS, message="m", language="en", created=0.0
    )
    call = SlowCall(id="call", batch="b", number=1, job=job.id, service="image", path="/", model="m", asked="{}")
    await store.commit(Change(batch=BatchChange(batch="b", new=batch, rows=(BatchRow(number=1, key="1"),))))
    await store.commit(Change(batch=BatchChange(batch="b", row_fields={1: {"state": RowState.ASKED}}, calls=(call,))))
    assert not await taken(here, batch=True)
    assert await store.answer_slowly("call", 200, "media")
    assert not await taken(here, batch=True)
    await store.commit(Change(batch=BatchChange(batch="b", row_fields={1: {"state": RowState.RUNNING}})))
    assert await taken(here, batch=True) == [job.id]


async def test_nobody_finishes_what_another_has_taken(storage: Storage, here: Together, there: Together) -> None:
    store = storage.store
    await asked(storage, 1)
    (first,) = await here.leases.take(1, batch=False)
    assert await here.leases.holds(first) and await there.leases.is_taken(first.id)
    await here.leases.give_back()
    (second,) = await there.leases.take(1, batch=False)
    assert second.fence == first.fence + 1 and not await here.leases.holds(first)
    assert (await here.leases.held(), await there.leases.held()) == ({}, {second.id: second.fence})

    late, piece = {"job_open": first.id, "fence": first.fence}, a_piece()
    await store.finish_step(first.id, "draw", '"late"', [Spend(model="m", usd=0.5)], ANN.key, fence=first.fence)
    assert await store.commit(Change(**late, pieces=(piece,), replies=(a_reply("late"),))) is None
    assert await store.commit(Change(**late, job_state=JobState.FAILED)) is None
    await store.finish_step(second.id, "draw", '"kept"', [], ANN.key, fence=second.fence)
    await store.begin_anew(first.id, 1, first.fence)
    assert await store.steps(first.id) == {"draw": '"kept"'}
    assert await store.piece(piece.piece.id) is None and not await store.unsent()
    assert (await store.spent(0)).usd == 0.5, "what it cost is counted all the same"
    ends = Change(job_open=second.id, fence=second.fence, job_state=JobState.DONE)
    assert await store.commit(ends) is not None
    assert await taken(here) == [], "who gave back takes nothing more"


async def test_those_that_outlived_two_deaths_run_one_by_one(storage: Storage, here: Together, there: Together) -> None:
    """Those first that outlived the fewest."""
    for number, deaths in ((1, 3), (2, 2), (3, 2)):
        await asked(storage, number)
        for _ in range(deaths):
            await storage.store.restart_job(f"job-{number}")
    await asked(storage, 4)
    assert await taken(here, 4) == ["job-2", "job-4"]
    for following in ("job-3", "job-1"):
        assert await taken(there, 4) == []
        await ended(storage, "job-2" if following == "job-3" else "job-3")
        assert await taken(there, 4) == [following]


async def test_an_update_is_adopted_once_its_process_is_gone(storage: Storage, here: Together, there: Together) -> None:
    store = storage.store
    await store.take_in(a_row(1))
    assert store.me == here.presence.me
    store.me = there.presence.me
    assert await store.waiting_rows("telegram") == [], "the other one lives"
    await here.presence.leave()
    assert [row.id for row in await store.waiting_rows("telegram")] == ["telegram:1"]
    assert await store.waiting_rows("telegram") == [], "it is ours now, and under way"


async def test_who_was_taken_for_dead_answers_nothing_of_what_another_has(
    storage: Storage, here: Together, there: Together
) -> None:
    store, row, late = storage.store, a_row(1), a_job()
    await store.take_in(row)
    await here.presence.leave()
    store.me = there.presence.me
    await store.waiting_rows("telegram")
    answer = Change(new_job=a_job(2), inbox=(row.id,))
    store.me = here.presence.me
    assert await store.accept(Change(new_job=late, inbox=(row.id,)), Bounds()) is None
    assert await store.commit(Change(replies=(a_reply("late"),), inbox=(row.id,))) is None
    store.me = there.presence.me
    assert await store.accept(answer, Bounds()) == []
    assert [job.id for job in await store.open_jobs()] == ["job-2"] and not await store.unsent()
