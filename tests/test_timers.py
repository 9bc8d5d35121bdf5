"""What is to be done at a time is done: late rather than never, and once, whatever happens in between."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from core.conversation.timers import AGAIN, Outcome
from core.types import Place, Request, Timer, User
from embedded.process import EmbeddedProcess
from killed import program
from studio import paid
from test_forget_bytes import at_rest, forgets, holding
from timed import HANDLERS, House, MovedClock, hears, no_more, sets, until


@pytest.fixture
def house(tmp_path: Path, services: EmbeddedProcess) -> House:
    return House(tmp_path / "data", services)


# --- its time --------------------------------------------------------------------------------------------------------


async def test_it_comes_at_its_time_and_not_before(house: House) -> None:
    async with house.opened() as studio:
        person = await studio.person()
        await sets(studio, house.timer("tea"), house.timer("cups", after=30))
        house.clock.move(30)
        await hears(person, "cups")
        house.clock.move(29)
        await sets(studio, house.timer("milk", after=0))
        await hears(person, "cups", "milk")
        house.clock.move(1)
        await hears(person, "cups", "milk", "tea")


async def test_one_that_is_set_later_and_due_earlier_is_not_waited_past(house: House) -> None:
    async with house.opened() as studio:
        person = await studio.person()
        tomorrow = house.timer("tomorrow", after=86400)
        await sets(studio, tomorrow)
        await until(lambda: tomorrow.at in house.clock.awaited)
        await sets(studio, house.timer("tea"))
        house.clock.move(60)
        await hears(person, "tea")


async def test_what_is_due_at_once_comes_in_order(house: House) -> None:
    async with house.opened() as studio:
        person = await studio.person()
        await sets(studio, *(house.timer(str(number)) for number in range(5)), house.timer("first", after=59))
        house.clock.move(3600)
        await hears(person, "first", *"01234")


async def test_a_cancelled_one_never_comes(house: House) -> None:
    async with house.opened() as studio:
        person = await studio.person()
        tea, milk = house.timer("tea"), house.timer("milk")
        await sets(studio, tea, milk, house.timer("cups"))
        await sets(studio, cancelled=(tea,))
        house.clock.move(60)
        await hears(person, "milk", "cups")
        await sets(studio, tea, house.timer("sugar", after=0), cancelled=(milk,))
        await hears(person, "milk", "cups", "sugar")


async def test_what_came_due_while_nobody_was_there_comes_at_the_start(house: House) -> None:
    async with house.opened() as studio:
        await sets(studio, house.timer("tea", after=7200), house.timer("cups", after=3600))
    house.clock.move(86400)
    for _ in range(2):
        async with house.opened() as studio:
            person = await studio.person()
            await hears(person, "cups", "tea")


async def test_one_may_set_the_next(house: House) -> None:
    async with house.opened() as studio:
        person = await studio.person()
        await sets(studio, house.timer("tea", what="remind again"))
        house.clock.move(60)
        await hears(person, "tea")
    house.clock.move(60)
    async with house.opened() as studio:
        await hears(await studio.person(), "tea", "tea")


# --- what goes wrong -------------------------------------------------------------------------------------------------


async def test_one_that_fails_three_times_is_set_aside_and_delays_nobody(house: House) -> None:
    tries: asyncio.Queue[str] = asyncio.Queue()

    async def breaks(timer: Timer, _tools: object) -> Outcome:
        tries.put_nowait(timer.id)
        raise ValueError("odd")

    with capture_logs() as logged:
        async with house.opened(HANDLERS | {"break": breaks}) as studio:
            person = await studio.person()
            broken = house.timer("", what="break")
            await sets(studio, broken, house.timer("tea"))
            house.clock.move(60)
            await hears(person, "tea")
            for _ in range(2):
                assert await tries.get() == broken.id
                house.clock.move(AGAIN)
            assert await tries.get() == broken.id
            store = studio.program.storage.store
            await until(lambda: no_more(store, "break"))
            await sets(studio, house.timer("cups", after=AGAIN))
            house.clock.move(AGAIN)
            await hears(person, "tea", "cups")
            assert tries.empty()
    aside = [entry for entry in logged if entry["event"] == "a timer is set aside"]
    assert [(entry["timer"], entry["begun"]) for entry in aside] == [(broken.id, 3)]


async def test_one_that_hangs_is_not_waited_for_without_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.conversation.timers.LONGEST_HANDLING", 0.05)

    async def hangs(_timer: Timer, _tools: object) -> Outcome:
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    async with house.opened(HANDLERS | {"hang": hangs}) as studio:
        person = await studio.person()
        await sets(studio, house.timer("", what="hang"), house.timer("tea"))
        house.clock.move(60)
        await hears(person, "tea")


async def test_one_that_brings_the_process_down_three_times_is_set_aside(house: House) -> None:
    async with house.opened() as studio:
        deadly = house.timer("tea", after=0.001)
        await sets(studio, deadly)
    for _ in range(3):
        async with program(house.folder, house.services, "begin_timer", 1) as life:
            assert await life.wait() == -signal.SIGKILL
        with closing(sqlite3.connect(house.folder / "fabula.sqlite3")) as database, database:
            database.execute("UPDATE timers SET at = 0")
    with capture_logs() as logged:
        async with house.opened() as studio:
            await sets(studio, house.timer("cups", after=0))
            await hears(await studio.person(), "cups")
    assert [entry["timer"] for entry in logged if entry["event"] == "a timer is set aside"] == [deadly.id]


async def test_one_that_nobody_knows_waits_for_who_does(house: House) -> None:
    async with house.opened() as studio:
        await sets(studio, house.timer("tea", what="remind in verse"), house.timer("cups"))
    house.clock.move(60)
    with capture_logs() as logged:
        async with house.opened() as studio:
            await hears(await studio.person(), "cups")
    assert [entry["what"] for entry in logged if "handler" in entry["event"]] == ["remind in verse"]
    async with house.opened(HANDLERS | {"remind in verse": HANDLERS["remind"]}) as studio:
        await hears(await studio.person(), "cups", "tea")


async def test_one_that_cannot_be_read_is_set_aside_alone(house: House) -> None:
    async with house.opened() as studio:
        await sets(studio, house.timer("tea", id="damaged"), house.timer("cups"))
    with closing(sqlite3.connect(house.folder / "fabula.sqlite3")) as database, database:
        database.execute("UPDATE timers SET value = '{' WHERE id = 'damaged'")
    house.clock.move(60)
    with capture_logs() as logged:
        async with house.opened() as studio:
            await hears(await studio.person(), "cups")
            assert await no_more(studio.program.storage.store, "remind")
    assert [entry["timer"] for entry in logged if entry["event"] == "a timer is set aside"] == ["damaged"]


# --- who is forgotten ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["a marzipan lighthouse", "一座杏仁糖灯塔"])
async def test_forgetting_takes_timers_along_with_their_words(house: House, words: str) -> None:
    async with house.opened() as studio:
        person, bob = await studio.person("zebulon"), await studio.person("bob")
        home = {"place": Place(platform="web", chat="home-zebulon", private=True), "owner": "web:zebulon"}
        room = Place(platform="web", chat="garden")
        await sets(studio, house.timer(words, **home), house.timer(words, after=30, **home))
        await sets(studio, house.timer(words, place=room, owner="", about={"words": words, "for": "web:zebulon"}))
        await sets(
            studio, house.timer("tea", place=Place(platform="web", chat="home-bob", private=True), owner="web:bob")
        )
        house.clock.move(30)
        await hears(person, words)
        await person.says("/usage")
        await at_rest(studio)
        assert holding(house.folder, words) and holding(house.folder, "zebulon")
        await forgets(person)
        await at_rest(studio)
        assert holding(house.folder, words) == [] and holding(house.folder, "zebulon") == []
        house.clock.move(30)
        await hears(bob, "tea")
        await at_rest(studio)
        assert holding(house.folder, words) == [] and holding(house.folder, "zebulon") == []


# --- jobs ------------------------------------------------------------------------------------------------------------


def asked(house: House) -> Timer:
    """A timer that asks for a picture in Ann's name."""
    place, ann = Place(platform="web", chat="home-ann", private=True), User(platform="web", id="ann")
    told = {
        "command": "image",
        "words": "a cat",
        "options": {"raw": "true"},
        "message": "",
        "session": "web:home-ann::ann",
    }
    request = Request.model_validate({**told, "place": place, "author": ann})
    return house.timer("", what="ask for", about={"request": request.model_dump_json()})


@pytest.mark.parametrize("method", ["begin_timer", "accept"])
async def test_a_job_that_a_timer_asks_for_is_done_once(house: House, method: str) -> None:
    async with house.opened() as studio:
        await sets(studio, house.timer("", what="ask for", after=0.001, about=dict(asked(house).about)))
    async with program(house.folder, house.services, method, 1) as life:
        assert await life.wait() == -signal.SIGKILL
    house.clock = MovedClock()
    house.clock.move(AGAIN)
    async with house.opened() as studio:
        person = await studio.person()
        await person.wait(lambda events: any(event["kind"] == "end" for event in events if "seq" in event))
        await at_rest(studio)
        assert await no_more(studio.program.storage.store, "ask for")
        pictures = [one for event in person.events if "seq" in event for one in event["pieces"]]
        assert [one["kind"] for one in pictures] == ["picture"]
        assert len(paid(await studio.requests())) == 1


async def test_a_job_beyond_its_persons_limit_is_a_sentence(house: House) -> None:
    async with house.opened(person_daily_usd=0.000001) as studio:
        person = await studio.person()
        await sets(studio, asked(house))
        house.clock.move(60)
        await person.wait(lambda events: any(event["kind"] == "end" for event in events))
        assert [one["code"] for one in person.events if one["kind"] == "failure"] == ["over-quota"]
        assert await no_more(studio.program.storage.store, "ask for")
        assert paid(await studio.requests()) == []
