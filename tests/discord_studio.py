"""A studio on the stand-in's Discord and a hand on its people: ``pytest_plugins = ("discord_studio",)``.

Fixture ``gathering``: one studio for all tests of a module, without rate limits, and for each test a server of its own with Ada in it.
At the end of each test no request may have broken Discord's API.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from discord_people import Gathering, hosted, meeting
from embedded.process import EmbeddedProcess
from standins.discord.client import People
from standins.discord.process import DiscordProcess
from studio import Studio

pytest_plugins = ("platforms",)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def _gathering(
    services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory, discord_stand_in: DiscordProcess
) -> AsyncIterator[tuple[Studio, People]]:
    async with (
        discord_stand_in.people() as people,
        hosted(services, tmp_path_factory.mktemp("d"), discord_stand_in, people) as studio,
    ):
        yield studio, people


@pytest_asyncio.fixture(loop_scope="module")
async def gathering(_gathering: tuple[Studio, People], discord_stand_in: DiscordProcess) -> AsyncIterator[Gathering]:
    studio, people = _gathering
    async with meeting(studio, people, discord_stand_in) as made:
        yield made


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Progress is shown as often as it comes."""
    monkeypatch.setattr("bots.discord.progress.EDIT_EVERY", 0.0)
    monkeypatch.setattr("bots.discord.progress.FIRST_STATUS", 0.0)
    monkeypatch.setattr("bots.progress.TICK", 0.1)
