"""Tables and the calls of their rows that lie with a service, as both databases keep them."""

from __future__ import annotations

import pytest

from core.ports import Change
from core.types import Batch, BatchChange, BatchRow, BatchState, RowState, SlowCall
from storage.store import SqlStore
from stored import ANN, ANNS, PLACE, a_job

pytest_plugins = ("stored",)

CALLS = [
    SlowCall(
        id=f"call-{n}", batch="b", number=n, job=f"job-{n}", service="image", path="/images/generations", model="m", asked="{}"
    )
    for n in (1, 2, 3)
]  # fmt: skip


@pytest.fixture
async def asked(store: SqlStore) -> SqlStore:
    """A store with a table of three rows, each of which has asked."""
    batch = Batch(
        id="b", recipe="image", name="t", place=PLACE, author=ANN, session=ANNS, message="m", language="en", created=0.0
    )
    rows = tuple(BatchRow(number=n, key=str(n)) for n in (1, 2, 3))
    await store.commit(Change(batch=BatchChange(batch="b", new=batch, rows=rows)))
    for call in CALLS:
        await store.commit(Change(new_job=a_job(call.number, session=f"{ANNS}{call.number}")))
        change = BatchChange(batch="b", row_fields={call.number: {"state": RowState.ASKED}}, calls=(call,))
        await store.commit(Change(job_open=call.job, batch=change))
    return store


async def test_a_job_that_has_asked_rests_until_it_is_answered(asked: SqlStore) -> None:
    assert not await asked.open_jobs() and await asked.answered_row("b") is None
    first, second = await asked.waves_to_send("b", 2, 10**6)
    assert await asked.waves_to_send("b", 2, 10**6) == [first, second], "what is not sent yet is told again"
    await asked.commit(Change(batch=BatchChange(batch="b", sent={first.id: "r1", second.id: "r2"})))
    assert not await asked.waves_to_send("b", 2, 10**6) and not await asked.unsent_calls("b")
    held = [len(await asked.calls_of(wave.id, "", 9)) for wave in (first, second)]
    assert sorted(held) == [1, 2]
    assert await asked.answer_slowly("call-2", 200, "media") and not await asked.answer_slowly("call-2", 400, "other")
    assert await asked.answered_row("b") == (2, "job-2") and [job.id for job in await asked.open_jobs()] == ["job-2"]
    await asked.commit(Change(batch=BatchChange(batch="b", ended_waves=(first.id, second.id))))
    assert await asked.unsent_calls("b") == 2, "what was not answered waits for another file"
    assert len(await asked.waves_to_send("b", 9, 10**6)) == 1


async def test_stopped_nothing_of_it_is_left_open(asked: SqlStore) -> None:
    await asked.answer_slowly("call-1", 200, "media")
    turn = {RowState.ASKED: RowState.WAITING}
    await asked.commit(Change(batch=BatchChange(batch="b", fields={"state": BatchState.CANCELLED}, turn=turn)))
    assert not await asked.open_jobs() and await asked.open_job("job-1") is None
    assert (await asked.counts("b")).rows == {RowState.WAITING: 3}


async def test_what_lies_with_nobody_may_be_made_at_once(asked: SqlStore) -> None:
    await asked.commit(Change(batch=BatchChange(batch="b", at_once=True)))
    call = await asked.slow_call("call-1")
    assert call and call.answer and not call.status
    assert await asked.answered_row("b") == (1, "job-1") and len(await asked.batch_rows("b", limit=-1)) == 3
