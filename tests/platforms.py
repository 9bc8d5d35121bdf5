"""A fresh studio with somebody on each platform: ``pytest_plugins = ("platforms",)``, fixtures ``platform``, ``served`` and ``talker``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from contract import Talker, WebTalker
from core.conversation.feature import Feature
from core.features import FEATURES
from discord_fixtures import SPECIFICATION as DISCORD_SPECIFICATION
from discord_talker import DiscordTalker, discord_settings
from embedded.process import EmbeddedProcess
from standin_telegram import SPECIFICATION
from standins.discord.process import DiscordProcess, start_discord_server
from standins.telegram.process import TelegramProcess, start_telegram_server
from studio import Studio, studio_at
from telegram_talker import TelegramTalker, telegram_settings


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def telegram_stand_in() -> AsyncIterator[TelegramProcess]:
    """One stand-in for all tests; at their end no request of any of them may have broken the Bot API."""
    async with start_telegram_server(spec=SPECIFICATION if SPECIFICATION.exists() else None) as server:
        yield server
        async with server.people() as people:
            assert (await people.requests())["ever_violated"] == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def discord_stand_in() -> AsyncIterator[DiscordProcess]:
    specification = DISCORD_SPECIFICATION if DISCORD_SPECIFICATION.exists() else None
    async with start_discord_server(spec=specification, rate_limits=False) as server:
        yield server


@pytest.fixture(params=["web", "telegram", "discord"])
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def house_rules() -> dict[str, object]:
    """The operator's settings beside the platform's; a file with rules of its own overrides it."""
    return {}


@pytest.fixture
def features() -> Sequence[Feature]:
    """What people can do; a file with a feature of its own overrides it."""
    return FEATURES


@pytest_asyncio.fixture(loop_scope="function")
async def reached(
    platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> dict[str, object]:
    """The settings by which a studio serves the platform, where nothing has happened yet."""
    if platform == "telegram":
        async with telegram_stand_in.people() as people:
            await people.reset()
            await people.flood_limits(False)
        return telegram_settings(telegram_stand_in, telegram_unlimited=True)
    if platform == "discord":
        async with discord_stand_in.people() as crowd:
            await crowd.reset()
        return discord_settings(discord_stand_in)
    return {}


@pytest_asyncio.fixture(loop_scope="function")
async def served(
    services: EmbeddedProcess,
    tmp_path: Path,
    reached: dict[str, object],
    house_rules: dict[str, object],
    features: Sequence[Feature],
) -> AsyncIterator[Studio]:
    """A studio that serves the platform."""
    async with studio_at(tmp_path / "data", services, features=features, **reached | house_rules) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="function")
async def talker(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> AsyncIterator[Talker]:
    """Somebody in a private chat with the bot, who speaks English."""
    async with talking(served, platform, telegram_stand_in, discord_stand_in) as somebody:
        yield somebody


@asynccontextmanager
async def talking(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> AsyncIterator[Talker]:
    """Somebody in a private chat with the bot of a studio, who speaks English."""
    if platform == "web":
        yield WebTalker(await served.person())
        return
    if platform == "discord":
        async with discord_stand_in.people() as crowd:
            user = await crowd.create_user("Ada Lovelace")
            await crowd.until_gateway(lambda seen: bool(seen["sessions"]))
            yield DiscordTalker(
                crowd, user, await crowd.private_channel(user), served.program.manager.repertoire.commands
            )
            logged = await crowd.requests()
            assert logged["spec_violations"] == [] and not logged["rejected_bodies"]
        return
    async with telegram_stand_in.people() as people:
        yield TelegramTalker(people, await people.create_user("Ada Lovelace", language_code="en"))
        assert (await people.requests())["spec_violations"] == []
