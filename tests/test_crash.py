"""``kill -9`` after every commit of a story with two pictures: it arrives all the same, and nothing that was paid for is paid again."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from pathlib import Path

import pytest

from embedded.process import EmbeddedProcess
from killed import program
from studio import Person, Studio, paid, studio_at

STEPS = ["context", "check", "text", "plan", "sheet", "picture", "picture"]
KILLS = [("finish_step", count) for count in range(1, len(STEPS) + 1)]
KILLS += [("accept", 1), *(("commit", count) for count in range(1, 4))]  # the job; the text, the pictures, the end
KILLS += [("receipt", count) for count in range(1, 4)]  # the text, the pictures, the end

IN_FLIGHT = {
    **{
        ("finish_step", count): {"text": 1} for count in (1, 2)
    },  # free steps are not waited for: the next call may be on its way already
    ("finish_step", 6): {"picture": 1},  # its sister was on its way
    ("receipt", 1): {"plan": 1, "sheet": 1, "picture": 2},  # delivery runs beside the job
}
"""What may be called a second time: only calls that were under way in the moment of the kill."""


def answers(person: Person) -> Counter[str]:
    return Counter(event["kind"] for event in person.events if "seq" in event)


@pytest.mark.parametrize(("method", "count"), KILLS, ids=lambda value: str(value))
async def test_a_killed_story_arrives_and_is_paid_once(
    services: EmbeddedProcess, tmp_path: Path, method: str, count: int
) -> None:
    before = Studio(None, "", services)  # type: ignore[arg-type]
    await before.begin()
    async with program(tmp_path, services, method, count) as life:
        person = Person(await life.address(), "ann", "home-ann")
        request = await person.posts("/story a fox who finds a lantern --pages 2 --length short", client_id="once")
        assert await life.wait() == -signal.SIGKILL
    async with studio_at(tmp_path, services) as studio:
        person = await studio.person()
        answer = await person.answer(request)
        assert await person.posts("/story another", client_id="once") == request, "the same message is still known"
        assert answer.failure is None
        assert [piece["kind"] for piece in answer.pieces] == ["text", "picture", "picture"]
        assert answers(person) == {"message": 1, "reply": 2, "end": 1}, "everything is said once"
    calls = Counter((entry["endpoint"], entry["model"]) for entry in paid(await before.requests()))
    first = {
        "text": calls["chat", "gpt-6.2-sol"],
        "plan": calls["chat", "gpt-6-luna"],
        "sheet": calls["images.generations", "gpt-image-2.6-flare"],
        "picture": calls["images.edits", "gpt-image-2.6-flare"],
    }
    for step, needed in {"text": 1, "plan": 1, "sheet": 1, "picture": 2}.items():
        assert needed <= first[step] <= needed + IN_FLIGHT.get((method, count), {}).get(step, 0), step


async def test_a_graceful_stop_keeps_what_it_cannot_finish(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with program(tmp_path, services) as life:
        person = Person(await life.address(), "ann", "home-ann")
        request = await person.posts("/image a cat --raw")
        listening = asyncio.create_task(person.listen())
        life.send(signal.SIGTERM)
        assert await life.wait() == 0, "an open event stream does not hold up the exit"
        listening.cancel()
    async with studio_at(tmp_path, services) as studio:
        person = await studio.person()
        assert (await person.answer(request)).pictures


async def test_buttons_work_after_a_restart(services: EmbeddedProcess, tmp_path: Path) -> None:
    async with studio_at(tmp_path, services) as studio:
        person = await studio.person()
        answer = await person.says("/image a cat --raw")
        region = await person.says("/edit a hat", "cat.png", mask="cat-mask-white.jpg")
    async with studio_at(tmp_path, services) as studio:
        person = await studio.person()
        await person.wait(lambda events: len([event for event in events if event["kind"] == "end"]) >= 2)
        assert (await person.presses(*answer.action("vary"))).pictures
        assert (await person.presses(*region.action("region-use"))).pictures
        last = await person.says("/vary")
        assert last.pictures, "the session is remembered"
