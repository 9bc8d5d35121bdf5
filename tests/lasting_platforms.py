"""One studio on every platform for all tests of a module: ``pytest_plugins = ("lasting_platforms",)``, fixtures ``lasting_served`` and
``lasting_talker``; the loop is the module's.

A test's people and rooms are its own. Not beside ``served`` of ``platforms``, which empties the worlds that this studio is in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from contract import Talker
from discord_talker import discord_settings
from embedded.process import EmbeddedProcess
from lasting import Visit, visited
from platforms import talking
from standins.discord.process import DiscordProcess
from standins.telegram.process import TelegramProcess
from studio import Studio, studio_at
from telegram_talker import unlimited

pytest_plugins = ("platforms",)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def _everywhere(
    services: EmbeddedProcess,
    tmp_path_factory: pytest.TempPathFactory,
    telegram_stand_in: TelegramProcess,
    discord_stand_in: DiscordProcess,
) -> AsyncIterator[Studio]:
    async with telegram_stand_in.people() as people, discord_stand_in.people() as crowd:
        await people.reset()
        await people.flood_limits(False)
        await crowd.reset()
    reached = unlimited(telegram_stand_in) | discord_settings(discord_stand_in)
    async with studio_at(tmp_path_factory.mktemp("everywhere"), services, **reached) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def lasting_served(_everywhere: Studio) -> AsyncIterator[Visit]:
    """A studio that serves every platform, and other tests of the module."""
    async with visited(_everywhere) as visit:
        yield visit


@pytest_asyncio.fixture(loop_scope="module")
async def lasting_talker(
    lasting_served: Visit, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> AsyncIterator[Talker]:
    """Somebody new in a private chat with its bot, who speaks English."""
    async with talking(lasting_served, platform, telegram_stand_in, discord_stand_in) as somebody:
        yield somebody
