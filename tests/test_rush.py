"""Who has just come is heard before the jobs of others begin."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from functools import partial

import pytest

from core.jobs import rush
from core.jobs.rush import CROWD, Rush
from core.types import Place, Session
from patience import PATIENCE
from storage.store import SqlStore
from studio import Event, Person, Studio


async def some_rounds() -> None:
    for _ in range(20 * rush.ROUNDS):
        await asyncio.sleep(0)


async def test_in_a_crowd_jobs_begin_when_it_was_heard_in_the_order_they_came() -> None:
    crowd, began = Rush(), list[int]()

    async def job(number: int) -> None:
        await crowd.over()
        began.append(number)

    with ExitStack() as one_more, ExitStack() as others:
        for _ in range(CROWD - 1):
            others.enter_context(crowd.hearing())
        one_more.enter_context(crowd.hearing())
        jobs = [asyncio.create_task(job(number)) for number in range(5)]
        await some_rounds()
        assert not began
        jobs[2].cancel()  # whoever gives up holds up nobody
        one_more.close()
        await asyncio.wait(jobs)
        assert began == [0, 1, 3, 4], "what is left is no crowd"


async def test_few_at_once_hold_up_no_job() -> None:
    crowd = Rush()
    with ExitStack() as heard:
        for _ in range(CROWD - 1):
            heard.enter_context(crowd.hearing())
        begins = crowd.over()
        with pytest.raises(StopIteration):
            begins.send(None)  # it did not wait, not even for a round of the loop


async def test_events_that_come_to_no_end_hold_up_jobs_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rush, "LONGEST", 0.05)
    crowd = Rush()
    with ExitStack() as stuck:
        for _ in range(CROWD):
            stuck.enter_context(crowd.hearing())
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(crowd.over() for _ in range(20)))


async def test_who_asks_amid_a_crowd_sees_a_sign_and_no_service_is_asked_before_the_others_are_heard(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rush, "LONGEST", PATIENCE)
    looked_up, all_come = SqlStore.session_at, asyncio.Event()

    async def slowly(store: SqlStore, place: Place, person: str) -> tuple[Session, bool]:
        if person.startswith("late"):
            await all_come.wait()
        return await looked_up(store, place, person)

    monkeypatch.setattr(SqlStore, "session_at", slowly)
    others = [await studio.person(f"late{number}") for number in range(CROWD)]
    asked = [await person.posts("/image a pear --raw") for person in others]
    ann = await studio.person()
    hers = await ann.posts("/image a fig --raw")
    await ann.wait(partial(signs, hers))
    bob = await studio.person("bob")
    for _ in range(3):  # which takes longer than to begin a job
        assert (await bob.says("/help")).text
    assert not await studio.requests()
    all_come.set()
    answers = await asyncio.gather(ann.answer(hers), *map(Person.answer, others, asked))
    assert [len(answer.pictures) for answer in answers] == [1] * (CROWD + 1)


def signs(request: str, events: list[Event]) -> list[Event]:
    """What tells that a request is under way."""
    return [event for event in events if event["kind"] == "status" and event.get("in_reply_to") == request]
