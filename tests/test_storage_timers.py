"""What is to be done at a time, as the storage keeps it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.ports import Bounds, Change
from core.types import Place
from storage import open_storage
from storage.store import SqlStore
from stored import Clock, a_job, a_reply, a_timer

pytest_plugins = ("stored",)


@pytest.fixture
async def store(tmp_path: Path, database_url: str | None) -> AsyncIterator[SqlStore]:
    async with await open_storage(tmp_path / "data", Clock(), database_url=database_url) as opened:
        yield opened.store


async def coming(store: SqlStore) -> str | None:
    found = await store.next_timer(["remind"])
    return found and found.id


async def test_timers_come_in_the_order_of_their_times_and_then_as_they_were_set(store: SqlStore) -> None:
    await store.commit(Change(timers=(a_timer(3), a_timer(1), a_timer(2, at=1.0))))
    order = []
    while timer := await coming(store):
        order.append(timer)
        assert await store.commit(Change(timer_done=timer)) == []
    assert order == ["timer-1", "timer-2", "timer-3"]


async def test_what_comes_of_a_timer_happens_once(store: SqlStore) -> None:
    await store.commit(Change(timers=(a_timer(),)))
    done = Change(timer_done="timer-1", replies=(a_reply("done"),), timers=(a_timer(2),))
    assert len(await store.commit(done) or ()) == 1
    assert await store.commit(done.model_copy(update={"replies": (a_reply("twice"),)})) is None, "it was over"
    assert await store.accept(done.model_copy(update={"new_job": a_job()}), Bounds(reserved=1)) is None
    assert await store.open_jobs() == [] and len(await store.unsent()) == 1
    await store.commit(Change(timers=(a_timer(),)))
    assert await coming(store) == "timer-2", "nor is one that is over set again"


async def test_a_change_that_is_made_again_sets_no_timer_again(store: SqlStore) -> None:
    await store.commit(Change(timers=(a_timer(1),)))
    for number in (2, 3):
        await store.commit(Change(timers=(a_timer(number, at=0.0),), replies=(a_reply("same"),)))
    await store.commit(Change(cancelled_timers=("timer-2",)))
    assert await coming(store) == "timer-1"


async def test_a_timer_that_is_begun_makes_room_and_is_counted(store: SqlStore) -> None:
    await store.commit(Change(timers=(a_timer(1), a_timer(2))))
    assert [await store.begin_timer("timer-1", again) for again in (2.0, 2.5)] == [1, 2]
    assert await coming(store) == "timer-2"
    await store.begin_timer("timer-2", 3.0)
    found = await store.next_timer(["remind"])
    assert found and (found.due, found.timer) == (2.5, a_timer(1)), "it still knows its own time"
    await store.commit(Change(cancelled_timers=("timer-1",)))
    assert await store.begin_timer("timer-1", 9.0) == 0


async def test_timers_of_other_versions_are_kept(store: SqlStore) -> None:
    await store.commit(Change(timers=(a_timer(1, what="dance"), a_timer(2))))
    assert await coming(store) == "timer-2"
    assert await store.unknown_timers(["remind"]) == ["dance"]
    assert await store.next_timer([]) is None
    assert (await store.unknown_timers([])) == ["dance", "remind"]
    found = await store.next_timer(["dance", "remind"])
    assert found and found.id == "timer-1"


async def test_timers_move_with_their_chat(store: SqlStore) -> None:
    group = Place(platform="telegram", chat="-5", thread="7")
    await store.commit(Change(timers=(a_timer(1, place=group), a_timer(2))))
    await store.move_chat(Place(platform="telegram", chat="-5"), Place(platform="telegram", chat="-1005"))
    found = await store.next_timer(["remind"])
    assert found and found.timer == a_timer(1, place=Place(platform="telegram", chat="-1005", thread="7"))


async def test_a_rooms_timer_goes_with_whom_it_names_and_with_nobody_else(store: SqlStore) -> None:
    named = [
        a_timer(number, owner="", about={"for": key}) for number, key in enumerate(("telegram:ann", "telegram:anna"))
    ]
    await store.commit(Change(timers=(*named, a_timer(2))))
    await store.forget("telegram:ann")
    assert await coming(store) == "timer-1"
    await store.commit(Change(timer_done="timer-1"))
    assert await coming(store) is None, "what is ann's own is gone too"
