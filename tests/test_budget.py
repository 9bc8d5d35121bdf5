"""Money holds: whatever is asked at once, no more is spent than the limits allow, and one press is one job."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path

import pytest
from sqlalchemy import select

from bots.platforms import Settings
from contract import Talker
from core import texts
from core.conversation.feature import Repertoire
from core.features import FEATURES
from core.jobs import Estimator
from core.services.catalogue import Catalogue
from core.services.openai import Connection
from core.services.openai_images import OpenAIPainter
from core.services.openai_text import OpenAIWriter
from core.types import Request, Spend
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from storage.tables import jobs
from stored import ANN, PLACE
from studio import PAID, Answer, Studio, paid, studio_at

pytest_plugins = ("platforms",)

PICTURE = 0.0588
"""USD that a picture of usual size and quality costs: 439 tokens by the calculator, times four, and two previews, at $30 a million (2026-11-22)."""


COSTS = Repertoire(FEATURES).costs
IDLE = Connection("http://127.0.0.1:9/v1", "")
"""A connection for those who only count."""


@pytest.fixture
def house_rules() -> dict[str, object]:
    return {"person_daily_usd": 5 * PICTURE + 0.001}


async def taken_in(studio: Studio, number: int) -> None:
    """Wait until so many things that people did are kept: a platform hands them on when it likes."""
    database = studio.program.storage.database
    async with asyncio.timeout(PATIENCE):
        while await database.read(lambda c: c.exec_driver_sql("SELECT count(*) FROM inbox").scalar_one()) < number:
            await asyncio.sleep(0.02)


async def at_rest(studio: Studio, platform: str) -> None:
    """Wait until everything that came is taken up, done, and said."""
    store = studio.program.storage.store
    async with asyncio.timeout(PATIENCE):
        while await store.waiting_rows(platform) or await store.open_jobs() or await store.unsent():
            await asyncio.sleep(0.02)


async def overcharged(studio: Studio) -> None:
    """A bill comes for the oldest open job that is far above its estimate."""
    store = studio.program.storage.store
    await store.book((await store.open_jobs())[0].id, "call", [Spend(model="m", usd=2)], "web:ann")


async def test_fifty_requests_at_once_spend_no_more_than_the_day_allows(
    talker: Talker, served: Studio, platform: str
) -> None:
    await asyncio.gather(*(talker.sends(f"/image a cat {number} --raw") for number in range(50)))
    await taken_in(served, 50)
    await at_rest(served, platform)
    spent = await served.program.storage.store.spent(0)
    assert (spent.calls, spent.unpriced) == (5, 0)
    assert 4.5 * PICTURE < spent.usd <= 5 * PICTURE + 0.001
    assert len(paid(await served.requests())) == 5


async def test_five_that_wait_in_line_spend_no_more_than_the_day_allows(
    talker: Talker, served: Studio, platform: str
) -> None:
    """One draws and hangs; what is held for those behind it counts as if it were spent, and the last no longer fits."""
    await served.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    await talker.sends("/image a cat --raw --n 2")
    await served.hangs("images.generations")
    for number in range(5):
        await talker.sends(f"/image dog {number} --raw")
    await taken_in(served, 6)
    async with asyncio.timeout(PATIENCE):
        while await served.program.storage.store.waiting_rows(platform):
            await asyncio.sleep(0.02)
    assert len(await served.program.storage.store.open_jobs()) == 4, "two pictures and three in line"
    await served.release()
    await at_rest(served, platform)
    assert (await served.program.storage.store.spent(0)).usd == pytest.approx(5 * PICTURE, rel=0.01)
    assert len(paid(await served.requests())) == 5


async def test_what_is_held_for_a_job_is_not_told_as_left(talker: Talker, served: Studio, platform: str) -> None:
    """Who is told that something is left can ask for it."""
    whole = texts.money(5 * PICTURE + 0.001, "en")
    assert f"Left today: {whole}" in (await talker.says("/usage")).text
    await served.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await talker.sends("/image a cat --raw")
    await served.hangs("images.generations")
    told = (await talker.says("/usage")).text
    assert "Today: $0.00" in told and f"Left today: {whole}" not in told
    await served.release()
    await at_rest(served, platform)


async def test_what_no_longer_fits_is_told_with_the_time(talker: Talker, served: Studio) -> None:
    refused = await talker.says("/story a fox at sea --pages 8")
    assert "UTC" in refused.text and paid(await served.requests()) == []
    assert (await talker.says("/image a cat --raw")).pictures, "what fits is done all the same"
    assert "UTC" in (await talker.says("/image a cat --raw --n 4 --quality max")).text
    assert len(paid(await served.requests())) == 1


async def test_a_button_that_is_pressed_again_in_a_moment_is_one_job(
    talker: Talker, served: Studio, platform: str
) -> None:
    shown, action = (await talker.says("/image a cat --raw")).button("redraw")
    await served.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await talker.taps(shown, action)
    await served.hangs("images.generations")
    await asyncio.gather(*(talker.taps(shown, action) for _ in range(3)))
    async with asyncio.timeout(PATIENCE):
        while await served.program.storage.store.waiting_rows(platform):
            await asyncio.sleep(0.02)
    await served.release()
    await at_rest(served, platform)
    assert len(paid(await served.requests())) == 2


PAYING = {
    "vary": ("/image a cat --raw",),
    "draw": ("/story a fox --length short",),
    "continue": ("/story a fox --length short",),
    "example": ("/help",),
    "edit": ("make it red", "cup-sent.jpg"),
    "region-use": ("/edit make it red", "cat.png", "cat-mask-white.jpg"),
}
"""Where each button is found that begins something that costs money."""


@pytest.mark.parametrize("verb", PAYING)
async def test_every_button_that_costs_money_begins_one_thing_when_pressed_twice(
    services: EmbeddedProcess, tmp_path: Path, verb: str
) -> None:
    async with studio_at(tmp_path, services) as studio:
        person, store = await studio.person(), studio.program.storage.store
        message, action = (await person.says(*PAYING[verb])).action(verb)
        await studio.faults(*({"endpoint": endpoint, "kind": "hang_until_released"} for endpoint in PAID))
        await asyncio.gather(*(person.post("actions", message=message, action=action) for _ in range(3)))
        async with asyncio.timeout(PATIENCE):
            while await store.waiting_rows("web"):
                await asyncio.sleep(0.02)
        assert len(await store.open_jobs()) == 1


async def reserved_for_last(studio: Studio) -> float:
    """USD that are held for what was asked last, as its row still tells that was kept."""
    newest = select(jobs.c.request).order_by(jobs.c.seq.desc()).limit(1)
    kept = await studio.program.storage.database.read(lambda connection: connection.execute(newest).scalar_one())
    settings, catalogue = studio.program.settings, Catalogue.load()
    writer = OpenAIWriter(IDLE, catalogue, model=settings.writer_model, helper=settings.helper_model)
    painter = OpenAIPainter(IDLE, catalogue, model=settings.image_model)
    return Estimator(writer, painter, settings, COSTS).usd(Request.model_validate_json(kept))


async def test_every_kind_of_request_is_reserved_for_with_about_what_it_is_billed(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    async with studio_at(tmp_path, services, person_daily_usd=100) as studio:
        person, store = await studio.person(), studio.program.storage.store
        billed = 0.0

        async def asks(what: Awaitable[Answer]) -> Answer:
            nonlocal billed
            answer = await what
            before, billed = billed, (await store.spent(0)).usd
            reserved = await reserved_for_last(studio)
            assert answer.pieces and 0 < billed - before <= 1.02 * reserved, answer.events
            assert reserved <= 2 * (billed - before) + 0.03, "and nobody is refused for nothing"
            return answer

        for story in ("a fox --length 3000", "海上的一只狐狸 --length long", "a fox at sea --length short --pages 3"):
            told = await asks(person.says(f"/story {story}"))
        for verb in ("draw", "continue"):
            await asks(person.presses(*told.action(verb)))
        await asks(person.says("what do you like best?"))
        for picture in ("", " --raw", " --n 3 --quality high --size wide", " --size 2000x700 --raw"):
            drawn = await asks(person.says(f"/image a cat{picture}"))
        await asks(person.presses(*drawn.action("redraw")))
        await asks(person.says("/edit make it red", "cup-sent.jpg"))
        await asks(person.says("/vary --n 2", "cup-sent.jpg"))
        varied = await asks(person.says("/vary", "cup-sent.jpg"))
        for verb in ("vary", "redraw"):
            await asks(person.presses(*varied.action(verb)))


def test_what_cannot_be_done_does_not_make_free_what_is_done_before() -> None:
    settings, catalogue = Settings(_env_file=None), Catalogue.load()  # type: ignore[call-arg]
    writer = OpenAIWriter(IDLE, catalogue, model=settings.writer_model, helper=settings.helper_model)
    retired = OpenAIPainter(IDLE, catalogue, model="gpt-image-1")
    asked = {"command": "story", "words": "a fox", "message": "1", "place": PLACE, "author": ANN, "session": "s"}
    assert Estimator(writer, retired, settings, COSTS).usd(Request.model_validate(asked)) > 0.01


async def test_twenty_people_share_a_month(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path, services, monthly_budget_usd=5 * PICTURE + 0.001) as studio:
        people = [await studio.person(f"p{number}") for number in range(20)]
        answers = await asyncio.gather(*(person.says("/image a cat --raw") for person in people))
        assert sorted(str(answer.code) for answer in answers) == ["None"] * 5 + ["over-budget"] * 15
        assert (await studio.program.storage.store.spent(0)).usd <= 5 * PICTURE + 0.001


@pytest.mark.parametrize("language", texts.LANGUAGES)
async def test_a_story_whose_budget_is_used_up_half_way_delivers_what_it_has(
    services: EmbeddedProcess, tmp_path: Path, language: str
) -> None:
    async with studio_at(tmp_path, services, person_daily_usd=1) as studio:
        person = await studio.person(language=language)
        await studio.faults({"endpoint": "chat", "kind": "hang_until_released", "times": 1})
        request = await person.posts("/story a fox at sea --length short --pages 3")
        await studio.hangs("chat")
        await overcharged(studio)
        await studio.release()
        answer = await person.answer(request)
        assert answer.code == "over-quota" and "UTC" in answer.text
        assert [piece["kind"] for piece in answer.pieces] == ["text"]
        assert [entry["endpoint"] for entry in paid(await studio.requests())] == ["chat"]


async def test_jobs_that_wait_are_looked_at_again_when_their_turn_comes(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    async with studio_at(tmp_path, services, person_daily_usd=1) as studio:
        person = await studio.person()
        await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
        requests = [await person.posts(f"/image a cat {number} --raw") for number in range(5)]
        await studio.hangs("images.generations")
        await overcharged(studio)
        await studio.release()
        answers = [await person.answer(request) for request in requests]
        assert [answer.code for answer in answers] == [None, *["over-quota"] * 4]
        assert len(paid(await studio.requests())) == 1


async def test_photos_count_for_the_pace_too(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path, services, person_per_minute=2) as studio:
        person = await studio.person()
        for _ in range(2):
            assert (await person.says("", "cup-sent.jpg")).code is None
        assert (await person.says("", "cup-sent.jpg")).code == "too-fast"


async def test_forgetting_oneself_brings_no_new_day(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path, services, person_daily_usd=1.5 * PICTURE) as studio:
        person = await studio.person()
        assert (await person.says("/image a cat --raw")).pictures
        asked = await person.says("/forget")
        await person.presses(*asked.action("forget-yes"))
        assert (await person.says("/image a cat --raw")).code == "over-quota"
