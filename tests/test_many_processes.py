"""Two fronts and three workers over one PostgreSQL: each thing is done once, whoever is killed or held up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest
import pytest_asyncio

from contract import sample
from embedded.process import EmbeddedProcess
from fabula_process import address_in, fabula
from patience import PATIENCE
from standins.telegram.client import People, Room
from standins.telegram.process import TelegramProcess
from team_of_processes import Member, Team, team
from telegram_talker import until_answered
from test_telegram_restart import where

psycopg = pytest.importorskip("psycopg", reason="fabula[postgresql] is not installed")
pytest_plugins = ("platforms",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

ALL_SENT = (
    """SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM replies WHERE sent IS NULL AND strpos(value, '"removes":"') = 0)"""
)
OWED = "SELECT 1 FROM replies WHERE strpos(key, %s) > 0"
"""That a status message is kept as one that has to disappear."""

DAILY = 0.5
HANGS = {"endpoint": "images.generations", "kind": "hang_until_released"}
MADE = "SELECT 1 FROM pieces WHERE author = %s AND kind = 'picture'"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crowd(telegram_stand_in: TelegramProcess) -> AsyncIterator[People]:
    async with telegram_stand_in.people() as people:
        await people.reset()
        await people.flood_limits(False)
        yield people


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(
    new_url: Callable[[], str],
    services: EmbeddedProcess,
    crowd: People,
    telegram_stand_in: TelegramProcess,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Team]:
    url, folder = new_url(), tmp_path_factory.mktemp("many")
    told = where(telegram_stand_in) | {"FABULA_PERSON_DAILY_USD": str(DAILY), "FABULA_METRICS_PORT": "0"}
    async with team(folder, url, services, **told) as made:
        await made.start("front")  # alone: with it come the imports, from which the others are forked
        await asyncio.gather(*(made.start(role) for role in ("front", "work", "work", "work")))
        yield made


def fronts(house: Team) -> list[Member]:
    return [member for member in house.members if member.url and member.process.returncode is None]


def workers(house: Team) -> list[Member]:
    return [member for member in house.members if not member.url and member.process.returncode is None]


async def test_what_is_asked_at_one_front_is_followed_at_the_other(house: Team) -> None:
    here, there = fronts(house)
    reads, asks = await house.person(here, "ann"), await house.person(there, "ann")
    answers = await asyncio.gather(*(asks.says(text) for text in ("/image a boat --raw", "/usage")))
    for answer in answers:
        seen = await reads.answer(answer.request)
        assert [event["kind"] for event in seen.events if "seq" in event] == [
            event["kind"] for event in answer.events if "seq" in event
        ]
    assert (await reads.answer(answers[0].request)).pictures
    kinds = await reads.wait(lambda events: {event["kind"] for event in events} & {"status", "preview"})
    assert kinds, "progress comes from the worker, by neither front"
    numbers = [event["seq"] for event in reads.events if "seq" in event]
    assert numbers == sorted(numbers)


async def test_a_worker_tells_its_figures_and_nothing_else(house: Team) -> None:
    ann = await house.person(fronts(house)[0], "ann")
    assert (await ann.says("/image a kite --raw")).pictures
    addresses = [address_in(worker.said) for worker in workers(house)]
    async with httpx2.AsyncClient(trust_env=False) as http:
        figures = "".join([(await http.get(one)).text for one in addresses])
        assert 'fabula_jobs_total{command="image",state="done"}' in figures
        root = addresses[0].removesuffix("/metrics")
        for path, status in {"/readyz": 200, "/healthz": 200, "/": 404, "/admin": 404, "/api/commands": 404}.items():
            assert (await http.get(root + path)).status_code == status, path
        assert (await http.get(addresses[0], headers={"host": "evil.example"})).status_code == 421


async def test_a_cancel_reaches_who_runs_the_job_with_what_was_read_of_its_text(house: Team) -> None:
    here, there = fronts(house)
    asks, stops = await house.person(here, "bob"), await house.person(there, "bob")
    async with house.services.control() as control:
        await control.post("/latency", json={"chat_token": 0.05})
    story = await asks.posts("/story a fox who finds a lantern --length long")
    await stops.wait(lambda events: any(event["kind"] == "text" and len(event["text"]) > 40 for event in events))
    stopped = await stops.says("/cancel")
    async with house.services.control() as control:
        await control.post("/latency", json={"chat_token": 0})
    assert "Stopped" in stopped.text or stopped.text
    half = await asks.answer(story)
    assert any(piece["kind"] == "text" for piece in half.pieces), "what was read stays"
    assert not await house.asked("SELECT 1 FROM jobs WHERE ended IS NULL AND \"user\" = 'web:bob'")


async def test_fifty_requests_over_two_fronts_spend_no_more_than_their_limit(house: Team) -> None:
    people = [await house.person(front, "rich", chat) for front in fronts(house) for chat in ("home-rich", "den")]
    answers = await asyncio.gather(*(people[number % 4].says(f"/image boat {number} --raw") for number in range(50)))
    made = sum(bool(answer.pictures) for answer in answers)
    refused = sum(answer.code == "over-quota" for answer in answers)
    assert made and refused and made + refused == 50
    ((spent,),) = await house.asked("SELECT sum(usd) FROM spends WHERE \"user\" = 'web:rich'")
    assert 0 < spent <= DAILY


async def test_a_job_is_taken_over_from_a_worker_that_was_killed(house: Team) -> None:
    await house.services.faults(HANGS)
    cleo = await house.person(fronts(house)[0], "cleo")
    asked = await cleo.posts("/image a beacon --raw")
    await house.services.hangs("images.generations")
    await (await house.worker_of("cleo")).kill()
    await house.until_so("SELECT 1 FROM jobs WHERE ended IS NULL AND fence > 1 AND \"user\" = 'web:cleo'")
    await house.services.faults()
    await house.services.release()
    assert len((await cleo.answer(asked)).pictures) == 1
    assert len([one for one in await house.services.requests("images.generations") if "beacon" in str(one)]) <= 2
    await house.start("work")


async def test_a_worker_that_hung_ends_nothing_once_another_has_its_job(house: Team) -> None:
    await house.services.faults(HANGS)
    dan = await house.person(fronts(house)[0], "dan")
    asked = await dan.posts("/image a windmill --raw")
    await house.services.hangs("images.generations")
    held = await house.worker_of("dan")
    held.hold()
    await house.until_so("SELECT 1 FROM jobs WHERE ended IS NULL AND fence > 1 AND \"user\" = 'web:dan'")
    answer = await dan.answer(asked)
    await house.services.release()  # what it waited for lies there when it goes on
    pieces = await house.asked(MADE, "web:dan")
    held.go_on()
    zoe = await house.person(fronts(house)[1], "zoe")
    for other in [worker for worker in workers(house) if worker is not held]:
        await other.kill()
    assert (await zoe.says("/image a mill --raw")).pictures, "it works on, for what it takes from now on"
    assert len(answer.pictures) == len(pieces) == 1
    assert await house.asked(MADE, "web:dan") == pieces
    assert len([event for event in dan.events if event["kind"] == "reply"]) == 1
    await asyncio.gather(house.start("work"), house.start("work"))


async def test_a_worker_that_finds_its_job_gone_ends_it_nowhere_else(house: Team) -> None:
    await house.services.faults(HANGS | {"times": 2})
    fay = await house.person(fronts(house)[0], "fay")
    asked = await fay.posts("/image a ferry --raw")
    await house.services.hangs("images.generations")
    held = await house.worker_of("fay")
    held.hold()
    await house.asked("DELETE FROM processes WHERE name LIKE %s RETURNING id", f"%:{held.process.pid}")
    await house.services.hangs("images.generations", 2)
    async with await psycopg.AsyncConnection.connect(house.url, autocommit=True) as others:
        ((channel,),) = await house.asked("SELECT 'fabula_' || abs(hashtext(current_schema())::bigint)")
        await others.execute(f"LISTEN {channel}")
        held.go_on()
        async with asyncio.timeout(PATIENCE):
            await anext(
                told async for told in others.notifies() if '["job"' in told.payload
            )  # it has a free slot again
    assert (await fay.says("/usage")).text, "by now all have heard what there was to hear"
    await house.services.release()
    assert len((await fay.answer(asked)).pictures) == 1
    drawn = [one for one in await house.services.requests("images.generations") if "ferry" in str(one)]
    assert len(drawn) == 2, "by the one that had it, and by the one that has it"


def standing(room: Room) -> list[int]:
    """The messages that say that something is being drawn."""
    return [seen.message_id for seen in room.by_bot if "Drawing" in seen.text]


async def test_another_front_takes_over_the_bot_and_what_it_shows(house: Team, crowd: People) -> None:
    ada, eve = [await crowd.create_user(name, language_code="en") for name in ("Ada Lovelace", "Eve")]
    await house.services.faults(HANGS)
    await crowd.say(eve, "/image a castle --raw")
    shown = standing(await crowd.until(eve, lambda room: bool(standing(room))))
    asked = await crowd.send_photo(ada, sample("cat-sent.jpg"), "/edit make it blue")
    assert [bool(seen.photo) for seen in await until_answered(crowd, ada, asked)] == [True], (
        "a worker fetches the photo"
    )
    assert standing(await crowd.room(eve)) == shown, "it stays for as long as its front lives"
    for front in fronts(house):  # whichever had it
        await house.until_so(ALL_SENT)
        await front.kill()
        await house.start("front")
        again = await crowd.say(ada, "/image a lighthouse --raw")
        assert len(await until_answered(crowd, ada, again)) == 1
        (left,) = standing(await crowd.until(eve, lambda room: len(standing(room)) == 1))
        # Or the kill could come before its number is written down, and nobody would know of it.
        await house.until_so(OWED, f":status:{left}")
    room = await crowd.room(ada)
    assert sum(bool(seen.photo) for seen in room.by_bot) == 3
    assert standing(await crowd.room(eve)) != shown
    await house.services.release()
    await crowd.until(eve, lambda room: [bool(seen.photo) for seen in room.by_bot] == [True])


async def test_a_part_of_the_work_needs_a_server(house: Team) -> None:
    ended = await fabula(house.folder, "run", "--role", "work")
    assert ended.code == 1 and "FABULA_DATABASE_URL" in ended.complained and len(ended.complained.splitlines()) == 1
