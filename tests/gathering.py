"""A team that comes together in a room of a platform."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.types import Place
from lives import Lives, Stubborn
from standins.discord.process import DiscordProcess
from standins.telegram.process import TelegramProcess
from studio import Studio
from team import NAMES, DiscordTeam, Team, TelegramTeam, WebTeam


@asynccontextmanager
async def gathered(
    studio: Studio | None,
    platform: str,
    telegram: TelegramProcess,
    discord: DiscordProcess,
    lives: Lives | None = None,
) -> AsyncIterator[Team]:
    """A team in a room with the bot of a studio, or with one that has several ``lives``."""
    if platform == "web":
        assert studio
        people = [await studio.person(name.lower(), "team") for name in NAMES]
        yield WebTeam(people, Place(platform="web", chat="team", peers=True))
    elif platform == "telegram":
        async with telegram.people() as app:
            users = [await app.create_user(name, language_code="en", started=name != NAMES[-1]) for name in NAMES]
            chat = await app.create_group("Team", users, bot="administrator")
            yield TelegramTeam(app, users, chat, Place(platform="telegram", chat=str(chat)))
            assert (await app.requests())["spec_violations"] == []
    else:
        async with Stubborn(discord, lives) if lives else discord.people() as town:
            users = [await town.create_user(name) for name in NAMES]
            await town.until_gateway(lambda found: bool(found["sessions"]))
            guild = await town.create_guild("Team", users[0])
            for user in users[1:]:
                await town.act("join", guild=guild.id, user=user)
            channel = guild.channels["general"]
            yield DiscordTeam(town, users, channel, Place(platform="discord", chat=str(channel)))
            logged = await town.requests()
            assert logged["spec_violations"] == [] and not logged["rejected_bodies"]
