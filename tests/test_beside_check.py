"""While the moderator looks at a request, the helper or the writer already works: nothing of it is seen before the request has passed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection

from embedded.process import EmbeddedProcess
from patience import PATIENCE
from studio import Event, Person, Studio, studio_at

pytest_plugins = ("lasting",)
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def studio(lasting: Studio) -> Studio:
    """One for all tests here."""
    return lasting


REFUSED = "a beheading, gore everywhere"
LOOKING = {"endpoint": "moderations", "kind": "hang_until_released"}
SHOWN = {"text", "preview", "reply"}


def shown(person: Person) -> list[Event]:
    """What there is to be seen of a request: not that somebody is at work on it."""
    return [event for event in person.events if event["kind"] in SHOWN]


async def told_to(studio: Studio, endpoint: str, number: int) -> None:
    """Wait until so many requests of a kind were answered to their end."""
    async with asyncio.timeout(PATIENCE):
        while sum("finished" in one for one in await studio.requests(endpoint)) < number:
            await asyncio.sleep(0.02)


async def test_an_idea_is_thought_about_while_it_is_looked_at(studio: Studio) -> None:
    """Two round trips to models before a picture is there, not three."""
    ann = await studio.person()
    await studio.faults(LOOKING)
    request = await ann.posts("/image a lighthouse")
    await told_to(studio, "chat", 1)
    assert await studio.requests("images.generations") == [] and shown(ann) == []
    await studio.release("moderations")
    assert len((await ann.answer(request)).pictures) == 1


@pytest.mark.parametrize("words", ["/story a fox at sea", "tell me of your day"])
async def test_words_are_written_meanwhile_and_seen_when_they_may_be(studio: Studio, words: str) -> None:
    ann = await studio.person()
    await studio.faults(LOOKING)
    request = await ann.posts(words)
    await told_to(studio, "chat", 1)
    assert shown(ann) == []
    await studio.release("moderations")
    answer = await ann.answer(request)
    assert answer.pieces and next(event["kind"] for event in shown(ann)) == "text"


@pytest.mark.parametrize("words", [f"/image {REFUSED}", f"/story {REFUSED}", REFUSED])
async def test_a_refusal_stops_what_was_begun_and_nothing_of_it_is_seen(studio: Studio, words: str) -> None:
    """It does not wait for the helper, who would never come to an end here."""
    ann = await studio.person()
    await studio.faults({"endpoint": "chat", "kind": "hang_until_released"})
    answer = await ann.says(words)
    assert answer.code == "refused-words" and not answer.pieces
    assert {event["kind"] for event in shown(ann)} <= {"reply"}
    assert await studio.requests("images.generations") == []
    assert await studio.program.storage.store.open_jobs() == []


async def test_a_refusal_is_told_rather_than_that_the_helper_failed(studio: Studio) -> None:
    ann = await studio.person()
    await studio.faults({"endpoint": "chat", "kind": "status", "status": 400, "times": 5}, {**LOOKING, "times": 1})
    request = await ann.posts(f"/image {REFUSED}")
    await told_to(studio, "chat", 1)
    await studio.release("moderations")
    assert (await ann.answer(request)).code == "refused-words"


async def test_who_cancels_meanwhile_stops_both(studio: Studio) -> None:
    ann = await studio.person()
    await studio.faults(LOOKING, {"endpoint": "chat", "kind": "hang_until_released"})
    request = await ann.posts("/story a fox")
    await studio.hangs("moderations")
    await studio.hangs("chat")
    await ann.says("/cancel")
    assert not (await ann.answer(request)).pieces
    await studio.release()
    assert (await ann.says("/help")).replies
    assert await studio.requests("images.generations") == []


@pytest.mark.parametrize("words", [f"/story {REFUSED}", REFUSED])
async def test_what_was_written_of_a_refused_request_is_never_said(studio: Studio, words: str) -> None:
    """It is paid for and kept by then; all the same nobody sees it."""
    ann = await studio.person()
    await studio.faults(LOOKING)
    request = await ann.posts(words)
    await told_to(studio, "chat", 1)
    await studio.release("moderations")
    answer = await ann.answer(request)
    assert answer.code == "refused-words" and not answer.pieces
    assert not [event for event in shown(ann) if event["kind"] != "reply"]


async def test_what_was_written_and_never_looked_at_is_not_said_when_its_job_is_given_up(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    async with studio_at(tmp_path, services) as studio:
        ann = await studio.person()
        await studio.faults({"endpoint": "moderations", "kind": "stall", "seconds": 60})
        request = await ann.posts("/story a fox at sea")
        await told_to(studio, "chat", 1)
        database = studio.program.storage.database
        async with asyncio.timeout(PATIENCE):
            while await database.read(_texts) == 0:
                await asyncio.sleep(0.02)
        await database.write(lambda connection: connection.exec_driver_sql("UPDATE jobs SET created = 1").close())
    async with studio_at(tmp_path, services) as studio:
        ann = await studio.person()
        answer = await ann.answer(request)
    assert answer.code == "too-old" and not answer.pieces


def _texts(connection: Connection) -> int:
    """How many texts journals hold."""
    return connection.exec_driver_sql("SELECT count(*) FROM steps WHERE name = 'text'").scalar_one()
