"""Tables and the calls of their rows that lie with a service, as both databases keep them."""

from __future__ import annotations

import pytest

from core.ports import Change
from core.types import Batch, BatchChange, BatchRow, BatchState, JobState, RowState, SlowCall
from storage import Storage
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
    assert await asked.answered_row("b") == (2, "job-2")
    assert not await asked.open_jobs() and await asked.open_job("job-2") is None, "its batch has not gone on with it"
    await asked.commit(Change(batch=BatchChange(batch="b", row_fields={2: {"state": RowState.RUNNING}})))
    assert [job.id for job in await asked.open_jobs()] == ["job-2"]
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


async def test_what_lies_with_a_service_is_booked_once_when_its_table_goes(asked: SqlStore) -> None:
    """It was stopped, one of its calls was answered all the same, and then it goes."""
    (wave,) = await asked.waves_to_send("b", 9, 10**6)
    await asked.commit(Change(batch=BatchChange(batch="b", sent={wave.id: "r"})))
    await asked.commit(Change(batch=BatchChange(batch="b", fields={"state": BatchState.CANCELLED})))
    assert not (await asked.spent(0)).calls and not await asked.calls_of(wave.id, "", 9)
    assert not await asked.answer_slowly("call-1", 200, "media"), "nobody waits for it"
    for _ in range(2):
        await asked.book_given_up("call-1")
        assert (await asked.spent(0, ANN.key)).unpriced == 1
    for _ in range(2):
        await asked.commit(Change(batch=BatchChange(batch="b", deleted=True)))
        assert (await asked.spent(0, ANN.key)).unpriced == 3
    assert await asked.used(0, 0.1, ANN.key) == await asked.used(0, 0.1) == pytest.approx(0.3)


async def test_what_a_stopped_table_had_asked_costs_nothing_once_its_wave_is_over(asked: SqlStore) -> None:
    (wave,) = await asked.waves_to_send("b", 9, 10**6)
    await asked.commit(Change(batch=BatchChange(batch="b", sent={wave.id: "r"})))
    await asked.commit(Change(batch=BatchChange(batch="b", fields={"state": BatchState.CANCELLED})))
    await asked.commit(Change(batch=BatchChange(batch="b", ended_waves=(wave.id,))))
    await asked.commit(Change(batch=BatchChange(batch="b", deleted=True)))
    assert not (await asked.spent(0)).calls


@pytest.mark.parametrize("sending", [False, True])
async def test_only_what_may_have_been_handed_over_is_booked(asked: SqlStore, sending: bool) -> None:
    """A wave that is being handed over has no name yet; one that the service did not take has none either."""
    await asked.waves_to_send("b", 2, 10**6)
    await asked.commit(Change(batch=BatchChange(batch="b", fields={"sending": sending})))
    await asked.commit(Change(batch=BatchChange(batch="b", deleted=True)))
    assert (await asked.spent(0, ANN.key)).unpriced == (3 if sending else 0)


async def test_a_wave_of_which_all_was_given_up_is_not_handed_over(asked: SqlStore) -> None:
    await asked.waves_to_send("b", 9, 10**6)
    await asked.commit(Change(batch=BatchChange(batch="b", fields={"state": BatchState.CANCELLED})))
    assert not await asked.waves_to_send("b", 9, 10**6)


async def test_an_answer_is_kept_until_its_job_has_ended(asked: SqlStore, storage: Storage) -> None:
    answers = [await storage.media.put(b"an answer", "application/json", owner=ANN.key) for _ in CALLS]
    for call, answer in zip(CALLS, answers, strict=True):
        assert await asked.answer_slowly(call.id, 200, answer)
    row = BatchChange(batch="b", row_fields={1: {"state": RowState.DONE}})
    await asked.commit(Change(job_open="job-1", job_state=JobState.DONE, batch=row))
    there = [await storage.media.digest(answer) is not None for answer in answers]
    assert there == [False, True, True] and await asked.slow_call("call-1") is None
    assert await storage.media.read(answers[1]) == b"an answer", "others have the same bytes"
    late = await storage.media.put(b"too late", "application/json", owner=ANN.key)
    assert not await asked.answer_slowly("call-2", 200, late) and await storage.media.digest(late) is None
    await asked.commit(Change(batch=BatchChange(batch="b", deleted=True)))
    assert [await storage.media.digest(answer) for answer in answers] == [None] * 3
