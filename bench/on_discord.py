"""People on the Discord stand-in, without its rate limits, each in a private channel with the bot.

All times are the stand-in's: posted is when the command became an interaction, the first sign its acknowledgement, delivered when the message with
the picture was put into the channel.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

from bench.feed import Event, Feed, following
from bench.harness import Told
from standins.discord.client import People
from standins.discord.process import DiscordProcess, start_discord_server


@dataclass(frozen=True)
class Person:
    """Somebody and their private channel."""

    user: int
    channel: int


class DiscordDriver:
    """Implements ``bench.harness.Driver``."""

    name = "Discord"

    def __init__(self, server: DiscordProcess, people: People, feed: Feed) -> None:
        self.crowd, self._feed, self._numbers = people, feed, count()
        self.environment = {
            "DISCORD_BOT_TOKEN": server.token,
            "DISCORD_API_BASE": server.url,
            "DISCORD_GATEWAY": server.gateway,
        }
        self._registered = 0
        self._guild: int | None = None

    async def connect(self, url: str) -> None:
        """Wait until the program listens and has registered its commands."""
        await self.crowd.until_gateway(lambda seen: any(one["connected"] for one in seen["sessions"]), seconds=30)
        if not self._registered:
            self._registered = len((await self.crowd.requests("PUT", "/commands", times=1, seconds=30))["requests"])

    async def people(self, number: int) -> list[Person]:
        """People who share a guild with the bot."""
        acts = [("create_user", {"name": f"Person {next(self._numbers)}"}) for _ in range(number)]
        users = await self.crowd.acts(acts)
        if self._guild is None:
            self._guild = (await self.crowd.create_guild("Studio", users[0])).id
        await self.crowd.acts([("join", {"guild": self._guild, "user": user}) for user in users])
        channels = await self.crowd.acts([("private_channel", {"user": user}) for user in users])
        return [Person(user, channel) for user, channel in zip(users, channels, strict=True)]

    async def ask(self, people: Sequence[Person], prompts: Sequence[str]) -> list[Told]:
        """All use the slash command in the same moment."""
        channels = [person.channel for person in people]
        since = [self._feed.count(channel) for channel in channels]
        options = [{"idea": prompt, "raw": True} for prompt in prompts]
        acts = [
            ("slash", {"user": person.user, "channel": person.channel, "command": "image", "options": chosen})
            for person, chosen in zip(people, options, strict=True)
        ]
        await self.crowd.acts(acts)
        seen = await self._feed.until(channels, since, _is_picture)
        return [_told(prompt, events) for prompt, events in zip(prompts, seen, strict=True)]


def _is_picture(event: Event) -> bool:
    return event["kind"] in ("message", "edit") and event["files"] > 0


def _told(prompt: str, events: list[Event]) -> Told:
    posted, acknowledged = (
        next(event["at"] for event in events if event["kind"] == kind) for kind in ("interaction", "response")
    )
    return Told(prompt, posted, acknowledged, next(event["at"] for event in events if _is_picture(event)))


@asynccontextmanager
async def discord() -> AsyncIterator[DiscordDriver]:
    """A stand-in with people on it."""
    async with (
        start_discord_server(rate_limits=False) as server,
        server.people() as people,
        following(people, "channel") as feed,
    ):
        yield DiscordDriver(server, people, feed)
