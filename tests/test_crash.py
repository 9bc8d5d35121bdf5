"""``kill -9`` after every commit of a story with two pictures: it arrives all the same, and nothing that was paid for is paid again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from studio import PATIENCE, Person, Studio, paid, settings_for, studio_at

from sandbox.process import SandboxProcess

HERE = Path(__file__).parent
STEPS = ["context", "check", "text", "plan", "picture", "picture"]
KILLS = [("finish_step", count) for count in range(1, len(STEPS) + 1)]
KILLS += [("commit", count) for count in range(1, 5)]  # the job, the text, the pictures, the end
KILLS += [("receipt", count) for count in range(1, 4)]  # the text, the pictures, the end

IN_FLIGHT = {
    ("finish_step", 2): {"text": 1},  # free steps are not waited for: the next call may be on its way already
    ("finish_step", 5): {"picture": 1},  # its sister was on its way
    ("receipt", 1): {"plan": 1, "picture": 2},  # delivery runs beside the job
}
"""What may be called a second time: only calls that were under way in the moment of the kill."""


@asynccontextmanager
async def process(
    data_dir: Path, services: SandboxProcess, method: str = "", count: int = 0, **more: str
) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """The program as a process of its own; its address and itself."""
    settings = settings_for(data_dir, services)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("FABULA_", "OPENAI_"))},
        "OPENAI_API_KEY": services.key,
        "OPENAI_BASE_URL": services.url,
        "FABULA_DATA_DIR": str(settings.data_dir),
        "FABULA_WEB_PORT": "0",
        "FABULA_LOG_LEVEL": "ERROR",
        **more,
    }
    started = await asyncio.create_subprocess_exec(
        sys.executable,
        str(HERE / "killed.py"),
        method or "commit",
        str(count),
        stdout=asyncio.subprocess.PIPE,
        env=environment,
        cwd=HERE.parent,
    )
    try:
        assert started.stdout
        address = (await asyncio.wait_for(started.stdout.readline(), PATIENCE)).decode().strip()
        yield address, started
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


def answers(person: Person) -> Counter[str]:
    return Counter(event["kind"] for event in person.events if "seq" in event)


@pytest.mark.parametrize(("method", "count"), KILLS, ids=lambda value: str(value))
async def test_a_killed_story_arrives_and_is_paid_once(
    services: SandboxProcess, tmp_path: Path, method: str, count: int
) -> None:
    before = Studio(None, "", services)  # type: ignore[arg-type]
    await before.begin()
    async with process(tmp_path, services, method, count) as (address, started):
        person = Person(address, "ann", "home-ann")
        request = await person.posts("/story a fox who finds a lantern --pages 2 --length short", client_id="once")
        assert await asyncio.wait_for(started.wait(), PATIENCE) == -signal.SIGKILL
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
        "picture": calls["images.generations", "gpt-image-2.6-flare"],
    }
    for step, needed in {"text": 1, "plan": 1, "picture": 2}.items():
        assert needed <= first[step] <= needed + IN_FLIGHT.get((method, count), {}).get(step, 0), step


async def test_a_graceful_stop_keeps_what_it_cannot_finish(services: SandboxProcess, tmp_path: Path) -> None:
    async with process(tmp_path, services) as (address, started):
        person = Person(address, "ann", "home-ann")
        request = await person.posts("/image a cat --raw")
        listening = asyncio.create_task(person.listen())
        started.terminate()
        assert await asyncio.wait_for(started.wait(), PATIENCE) == 0, "an open event stream does not hold up the exit"
        listening.cancel()
    async with studio_at(tmp_path, services) as studio:
        person = await studio.person()
        assert (await person.answer(request)).pictures


async def test_buttons_work_after_a_restart(services: SandboxProcess, tmp_path: Path) -> None:
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
