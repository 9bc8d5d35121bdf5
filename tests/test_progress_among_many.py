"""How often the seconds of a job are shown again, and a page that nobody speaks to is woken."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import aiohttp
import pytest

from bots.progress import JobProgress
from core.types import Place, Progress, Request, Status, User
from patience import PATIENCE
from studio import Studio

ALONE, AMONG_MANY = "alone", "among many"


@dataclass
class Screen:
    """A platform that takes everything, and counts how often each job was shown."""

    shown: list[str] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def show(self, job: str, request: Request, progress: Progress, text: str) -> None:
        async with self.changed:
            self.shown.append(job)
            self.changed.notify_all()


async def test_a_job_among_many_is_shown_again_more_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.progress.TICK", 0.01)
    monkeypatch.setattr("bots.progress.RAREST", 1e9)
    screen = Screen()
    place, user = Place(platform="web", chat="pond"), User(platform="web", id="ann")
    request = Request(command="image", words="a frog", message="1", place=place, author=user, session="web:pond::ann")
    crowds = {ALONE: range(1), AMONG_MANY: range(10**9)}
    jobs = [JobProgress(name, request, screen, lambda: True, crowd) for name, crowd in crowds.items()]  # type: ignore[arg-type]
    async with asyncio.TaskGroup() as running, asyncio.timeout(PATIENCE):
        for job in jobs:
            running.create_task(job.run())
            job.put(Status(phase="drawing"))
        async with screen.changed:
            await screen.changed.wait_for(lambda: screen.shown.count(ALONE) >= 5)
        assert screen.shown.count(AMONG_MANY) == 1
        jobs[1].put(Status(phase="checking"))
        async with screen.changed:
            await screen.changed.wait_for(lambda: screen.shown.count(AMONG_MANY) == 2)  # what is new is shown at once
        for job in jobs:
            job.stop()


async def test_a_page_in_which_nobody_speaks_hears_that_it_is_connected(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody signs in, nobody can be sent away: it is not asked for every two seconds."""
    monkeypatch.setattr("bots.web.streams.KEEP_ALIVE", 0.02)
    monkeypatch.setattr("bots.web.streams.LOOK_AGAIN", 1e9)
    async with (
        aiohttp.ClientSession() as http,
        asyncio.timeout(PATIENCE),
        http.get(f"{studio.url}/api/chats/quiet/events") as stream,
    ):
        said = [(await stream.content.readline()).strip() for _ in range(6)]
    assert [line for line in said if line] == [b"retry: 1000", b": still here", b": still here"]
