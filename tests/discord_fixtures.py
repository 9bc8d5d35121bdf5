"""A running stand-in Discord, a real client for it and a hand on its people: ``pytest_plugins = ("discord_fixtures",)``.

Every test starts with an empty world, a clock that stands still and no rate limits; `discord_bot` is the bot, a discord.py client over
real sockets, and `discord_people` acts for the people. Fixtures of a plugin are known to all modules, so their names are Discord's own.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio
import yarl
from discord import app_commands

from patience import PATIENCE
from standins.discord.client import People
from standins.discord.process import DiscordProcess, start_discord_server

SPECIFICATION = Path(__file__).parents[2] / "shared/specs/discord-openapi.json"


class Bot(discord.AutoShardedClient):
    """A client that starts quickly, notes every event and lets tests wait for one."""

    def __init__(self, intents: discord.Intents | None = None, **options: Any) -> None:
        options = {"guild_ready_timeout": 0.05, **options}
        super().__init__(intents=intents or discord.Intents.default(), **options)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, tuple[Any, ...]]] = []
        self._rang = asyncio.Condition()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Discord wants five seconds between two identifies; the stand-in does not."""

    def dispatch(self, event: str, /, *arguments: Any, **named: Any) -> None:
        self.heard.append((event, arguments))
        asyncio.get_running_loop().create_task(self._ring())
        super().dispatch(event, *arguments, **named)

    async def hear(self, event: str, times: int = 1) -> Any:
        """The first argument of an event, the `times`-th one of its name, as soon as it has come."""
        async with asyncio.timeout(PATIENCE), self._rang:
            await self._rang.wait_for(lambda: len(self.all(event)) >= times)
        return self.all(event)[times - 1]

    def all(self, event: str) -> list[Any]:
        """The first arguments of all events of a name."""
        return [(arguments or (None,))[0] for name, arguments in self.heard if name == event]

    async def _ring(self) -> None:
        async with self._rang:
            self._rang.notify_all()


@contextmanager
def refused(status: int, code: int, where: str = "") -> Iterator[None]:
    """Expect Discord's refusal with this status and code, of a form with a complaint at a path that contains `where`."""
    with pytest.raises(discord.HTTPException) as caught:
        yield
    assert (caught.value.status, caught.value.code) == (status, code), caught.value
    assert where in caught.value.text


@asynccontextmanager
async def connected(server: DiscordProcess, bot: Bot) -> AsyncIterator[Bot]:
    """A bot that is logged in and ready."""
    running = asyncio.create_task(bot.start(server.token))
    try:
        ready = asyncio.create_task(bot.hear("ready"))
        done, _ = await asyncio.wait({running, ready}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if running in done:
            await running
        assert done, "the bot did not get ready"
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(running, return_exceptions=True)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def discord_server() -> AsyncIterator[DiscordProcess]:
    specification = SPECIFICATION if SPECIFICATION.exists() else None
    async with start_discord_server(spec=specification) as server:
        yield server


@pytest.fixture
def _pointed(discord_server: DiscordProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point discord.py, whose addresses are the whole process's, to the stand-in for the length of a test."""
    monkeypatch.setattr(discord.http.Route, "BASE", discord_server.url)
    gateway = yarl.URL(discord_server.gateway)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def _discord_people(discord_server: DiscordProcess) -> AsyncIterator[People]:
    async with discord_server.people() as discord_people:
        yield discord_people


@pytest_asyncio.fixture(loop_scope="module")
async def discord_people(_discord_people: People, _pointed: None) -> People:
    await _discord_people.reset()
    await _discord_people.freeze()
    await _discord_people.rate_limits(False)
    return _discord_people


@pytest_asyncio.fixture(loop_scope="module")
async def alice(discord_people: People) -> int:
    return await discord_people.create_user("Alice")


@pytest_asyncio.fixture(loop_scope="module")
async def general(discord_people: People, alice: int) -> int:
    """The text channel of a guild of Alice's, with the bot in it."""
    return (await discord_people.create_guild("Studio", alice)).channels["general"]


@pytest_asyncio.fixture(loop_scope="module")
async def discord_bot(discord_server: DiscordProcess, discord_people: People, general: int) -> AsyncIterator[Bot]:
    """A bot that is ready and in Alice's guild."""
    async with connected(discord_server, Bot()) as running:
        yield running
