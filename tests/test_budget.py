"""Money holds: whatever is asked at once, no more is spent than the limits allow, and one press is one job."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from contract import Talker
from studio import PATIENCE, Studio, paid, studio_at

from core import texts
from core.types import Spend
from sandbox.process import SandboxProcess

pytest_plugins = ("platforms",)

PICTURE = 0.0588
"""USD that a picture of usual size and quality costs: 439 tokens by the calculator, times four, and two previews, at $30 a million (2026-11-22)."""


@pytest.fixture
def house_rules() -> dict[str, object]:
    return {"person_daily_usd": 5 * PICTURE + 0.001}


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
    async with asyncio.timeout(PATIENCE):
        while not paid(await served.requests()):
            await asyncio.sleep(0.02)
    await at_rest(served, platform)
    spent = await served.program.storage.store.spent(0)
    assert (spent.calls, spent.unpriced) == (5, 0)
    assert 4.5 * PICTURE < spent.usd <= 5 * PICTURE + 0.001
    assert len(paid(await served.requests())) == 5


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


async def test_twenty_people_share_a_month(services: SandboxProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path, services, monthly_budget_usd=5 * PICTURE + 0.001) as studio:
        people = [await studio.person(f"p{number}") for number in range(20)]
        answers = await asyncio.gather(*(person.says("/image a cat --raw") for person in people))
        assert sorted(str(answer.code) for answer in answers) == ["None"] * 5 + ["over-budget"] * 15
        assert (await studio.program.storage.store.spent(0)).usd <= 5 * PICTURE + 0.001


@pytest.mark.parametrize("language", texts.LANGUAGES)
async def test_a_story_whose_budget_is_used_up_half_way_delivers_what_it_has(
    services: SandboxProcess, tmp_path: Path, language: str
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
    services: SandboxProcess, tmp_path: Path
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


async def test_photos_count_for_the_pace_too(services: SandboxProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path, services, person_per_minute=2) as studio:
        person = await studio.person()
        for _ in range(2):
            assert (await person.says("", "cup-sent.jpg")).code is None
        assert (await person.says("", "cup-sent.jpg")).code == "too-fast"


async def test_forgetting_oneself_brings_no_new_day(services: SandboxProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path, services, person_daily_usd=1.5 * PICTURE) as studio:
        person = await studio.person()
        assert (await person.says("/image a cat --raw")).pictures
        asked = await person.says("/forget")
        await person.presses(*asked.action("forget-yes"))
        assert (await person.says("/image a cat --raw")).code == "over-quota"
