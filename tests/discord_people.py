"""People with the Discord app in a studio's server, and what they and a test can see of the bot."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bots.discord.gateway import Gateway
from bots.discord.outbound import DiscordOutbound
from core.types import Place, Score
from discord_talker import discord_settings, final_messages, weight
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from standins.discord.client import People
from standins.discord.process import DiscordProcess
from standins.discord.seen import Room, SeenGuild, SeenMessage
from studio import Studio, studio_at


@dataclass
class Somebody:
    """A person in a channel of the stand-in."""

    people: People
    user: int
    channel: int

    def at(self, channel: int) -> Somebody:
        return Somebody(self.people, self.user, channel)

    async def asks(self, command: str, expect: int = 1, **options: object) -> list[SeenMessage]:
        """Use a slash command; the final messages that come back."""
        newest = await self.newest()
        await self.people.slash(self.user, self.channel, command, **options)
        return await self.hears(newest, expect)

    async def says(self, text: str, *files: Any, expect: int = 1, reply_to: int | None = None) -> list[SeenMessage]:
        """Write something; the final messages that come back."""
        newest = await self.newest()
        await self.people.say(self.user, self.channel, text, *files, reply_to=reply_to)
        return await self.hears(newest, expect)

    async def presses(self, message: SeenMessage, label: str, expect: int = 1) -> list[SeenMessage]:
        newest = await self.newest()
        await self.people.press(self.user, self.channel, message.id, label)
        return await self.hears(newest, expect) if expect else []

    async def newest(self) -> int:
        return max((seen.id for seen in (await self.room()).messages), default=0)

    async def room(self) -> Room:
        return await self.people.room(self.channel, self.user)

    async def sees(self, message: int) -> SeenMessage | None:
        """A message as it is now; ``None`` once it is gone."""
        return next((seen for seen in (await self.room()).visible if seen.id == message), None)

    async def until(self, condition: Callable[[Room], bool]) -> Room:
        return await self.people.until(self.channel, condition, user=self.user)

    async def hears(self, newest: int, expect: int = 1) -> list[SeenMessage]:
        """The final messages since one, once there are enough (each of several pictures counts, and the words with them)."""
        room = await self.until(lambda room: weight(final_messages(room.messages, newest)) >= expect)
        return final_messages(room.messages, newest)

    async def settled(self) -> Room:
        """The channel once nothing in it thinks or shows progress any more."""
        return await self.until(lambda room: not any(map(shows_progress, room.by_bot)))

    def place(self, *, private: bool = False) -> Place:
        return Place(platform="discord", chat=str(self.channel), private=private)


@dataclass
class Gathering:
    """A studio, the people, and one server with a channel where Ada is."""

    studio: Studio
    people: People
    server: DiscordProcess
    guild: SeenGuild
    ada: Somebody

    @property
    def outbound(self) -> DiscordOutbound:
        """The bot's way out."""
        outbound = self.studio.program.delivery._outbounds["discord"]
        assert isinstance(outbound, DiscordOutbound)
        return outbound

    @property
    def client(self) -> Gateway:
        """The bot's connection to Discord."""
        client = self.outbound._client
        assert isinstance(client, Gateway)
        return client

    async def privately(self, user: int | None = None) -> Somebody:
        """Somebody (by default Ada) in their private conversation with the bot."""
        user = self.ada.user if user is None else user
        return Somebody(self.people, user, await self.people.private_channel(user))

    async def somebody(self, name: str, **details: Any) -> Somebody:
        """A further member of the server."""
        user = await self.people.create_user(name, **details)
        await self.people.act("join", guild=self.guild.id, user=user)
        return Somebody(self.people, user, self.ada.channel)

    async def score(self, where: Somebody, message: int) -> Score | None:
        store = self.studio.program.storage.store
        pieces = await store.shown_in(where.place(), str(message))
        return await store.score(pieces[0]) if pieces else None

    async def until_scored(self, where: Somebody, message: int, expected: Score) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self.score(where, message) != expected:
                await asyncio.sleep(0.01)

    async def until_shown(self, where: Somebody, message: int) -> None:
        """Until the bot has noted which pieces a message shows."""
        await self.until_scored(where, message, Score())

    async def all_sent(self) -> None:
        """Until nothing is left to be handled, done or said."""
        store = self.studio.program.storage.store
        async with asyncio.timeout(PATIENCE):
            while await store.waiting_rows("discord") or await store.open_jobs() or await store.unsent():
                await asyncio.sleep(0.02)


@dataclass
class Clock:
    """Ours and the stand-in's, moved together."""

    people: People
    ahead: float = 0

    def __call__(self) -> float:
        return time.time() + self.ahead

    async def advance(self, seconds: float) -> None:
        self.ahead += seconds
        await self.people.advance(seconds)


@asynccontextmanager
async def hosted(
    services: EmbeddedProcess, folder: Path, server: DiscordProcess, people: People, **changes: object
) -> AsyncIterator[Studio]:
    """A studio in an empty world, once it listens and its commands are known. It reads messages if its settings say so."""
    await people.reset()
    await people.rate_limits(False)
    await people.allow(*(["MESSAGE_CONTENT"] if changes.get("discord_message_content") else []))
    async with again(services, folder, server, people, **changes) as studio:
        yield studio


@asynccontextmanager
async def again(
    services: EmbeddedProcess, folder: Path, server: DiscordProcess, people: People, **changes: object
) -> AsyncIterator[Studio]:
    """A studio in the world as it is: after a restart."""
    asked = len((await people.requests("PUT", "/commands"))["requests"])
    async with studio_at(folder, services, **discord_settings(server, **changes)) as studio:
        await people.until_gateway(lambda seen: any(one["connected"] for one in seen["sessions"]))
        await people.requests("PUT", "/commands", times=asked + 1)
        yield studio
    await lawful(people)


@asynccontextmanager
async def meeting(studio: Studio, people: People, server: DiscordProcess, **details: Any) -> AsyncIterator[Gathering]:
    """A new server with Ada in it. At the end nothing may have broken Discord's API."""
    ada = await people.create_user("Ada Lovelace")
    guild = await people.create_guild("Studio", ada, **details)
    await studio.begin()
    before = len((await people.requests())["requests"])
    try:
        yield Gathering(studio, people, server, guild, Somebody(people, ada, guild.channels["general"]))
    finally:
        await people.faults()
        async with studio.control() as services:
            await services.post("/release")
            await services.delete("/faults")
    await lawful(people, before)


async def lawful(people: People, before: int = 0) -> None:
    """None of the requests after the first ``before`` broke Discord's API."""
    logged = await people.requests()
    refused = [row for row in logged["requests"][before:] if row.get("code") in (50035, 50006)]
    assert refused == []


async def moved_clock(people: People, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """From now on our clock and the stand-in's go together."""
    clock = Clock(people, await people.advance(0) - time.time())
    monkeypatch.setattr("bots.discord.addresses.clock", clock)
    return clock


def shows_progress(message: SeenMessage) -> bool:
    """Whether it is thinking, or has a button that cancels a job."""
    actions = [str(control.custom_id).partition(":") for control in message.controls]
    return message.thinking or any(verb == "cancel" and job for verb, _, job in actions)


def labels(message: SeenMessage) -> Sequence[str]:
    return [control.label for control in message.controls]


async def kept_rows(studio: Studio) -> list[tuple[str, str]]:
    """The ids and payloads of all events that were kept, in their order."""
    database = studio.program.storage.store._database
    query = "SELECT id, payload FROM inbox ORDER BY seq"
    rows = await database.read(lambda connection: connection.exec_driver_sql(query).all())
    return [(row[0], row[1]) for row in rows]
