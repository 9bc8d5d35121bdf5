"""Timers on every platform, with kills at each of their commits: what they say is said, and once."""

from __future__ import annotations

import json
import signal
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from bots.platforms import variables
from contract import Talker, WebTalker
from core.conversation.timers import AGAIN
from core.types import Place, Timer
from discord_talker import DiscordTalker
from embedded.process import EmbeddedProcess
from killed import Life, program
from platforms import talking
from standins.discord.process import DiscordProcess
from standins.telegram.process import TelegramProcess
from storage import open_storage
from studio import Studio
from telegram_talker import TelegramTalker
from test_forget_bytes import at_rest
from timed import HANDLERS, House, MovedClock, no_more, sets, until

pytest_plugins = ("platforms",)

KILLS = ["begin_timer", "commit", "receipt"]
"""After which commit the process dies: the timer is begun, what came of it is committed and not delivered, it is delivered."""


@dataclass
class Elsewhere:
    """A house that serves one platform, with somebody there who is reminded."""

    house: House
    platform: str
    reached: dict[str, object]
    telegram: TelegramProcess
    discord: DiscordProcess

    def opened(self) -> AbstractAsyncContextManager[Studio]:
        return self.house.opened(**self.reached)

    def talking(self, studio: Studio) -> AbstractAsyncContextManager[Talker]:
        """Somebody in a private chat with the bot; on Telegram and Discord they are there also when the studio is closed."""
        return talking(studio, self.platform, self.telegram, self.discord)

    def dying(self, method: str) -> AbstractAsyncContextManager[Life]:
        """A life as a process of its own, by the machine's clock."""
        names = variables()
        environment = {names[name]: str(value) for name, value in self.reached.items()}
        return program(self.house.folder, self.house.services, method, 1, **environment)

    def timer(self, talker: Talker, **values: Any) -> Timer:
        person = "ann" if isinstance(talker, WebTalker) else str(talker.user)
        return self.house.timer("tea", **{"place": talker.place, "owner": f"{self.platform}:{person}"} | values)


@pytest_asyncio.fixture(loop_scope="function")
async def elsewhere(
    tmp_path: Path,
    services: EmbeddedProcess,
    platform: str,
    reached: dict[str, object],
    telegram_stand_in: TelegramProcess,
    discord_stand_in: DiscordProcess,
) -> Elsewhere:
    house = House(tmp_path / "data", services)
    return Elsewhere(house, platform, reached, telegram_stand_in, discord_stand_in)


async def told(talker: Talker, studio: Studio, room: int | None = None) -> list[str]:
    """All that the bot has said in somebody's private chat, or in a room of theirs, so far."""
    if isinstance(talker, TelegramTalker):
        return [seen.text for seen in (await talker.people.room(room or talker.chat)).by_bot]
    if isinstance(talker, DiscordTalker):
        return [seen.text for seen in (await talker.people.room(room or talker.channel, talker.user)).by_bot]
    rows = await studio.program.storage.events.after(str(room or talker.place.chat), 0)
    return [json.loads(row.data)["text"] for row in rows]


async def a_room(talker: Talker) -> int:
    """The number of a chat that somebody shares with others and the bot."""
    if isinstance(talker, TelegramTalker):
        return await talker.people.create_group("Circle", [talker.user])
    if isinstance(talker, DiscordTalker):
        return (await talker.people.create_guild("Circle", talker.user)).channels["general"]
    return 5


@pytest.mark.parametrize("method", KILLS)
async def test_a_kill_neither_loses_nor_doubles_it(elsewhere: Elsewhere, method: str) -> None:
    async with AsyncExitStack() as outlasting:
        async with elsewhere.opened() as studio:
            talker = await outlasting.enter_async_context(elsewhere.talking(studio))
            await sets(studio, elsewhere.timer(talker, after=0.001))
        async with elsewhere.dying(method) as life:
            assert await life.wait() == -signal.SIGKILL
        async with await open_storage(elsewhere.house.folder) as storage:
            waits = await storage.store.next_timer(HANDLERS) is not None
            assert (waits, len(await storage.store.unsent())) == (method == "begin_timer", method == "commit")
        elsewhere.house.clock = MovedClock()
        elsewhere.house.clock.move(AGAIN)
        async with elsewhere.opened() as studio:
            await until(lambda: no_more(studio.program.storage.store, "remind"))
            await at_rest(studio)
            assert await told(talker, studio) == ["tea"]


async def test_it_is_said_where_it_was_set(elsewhere: Elsewhere) -> None:
    """To its owner, or to a whole room, of whom nobody is named."""
    async with elsewhere.opened() as studio, elsewhere.talking(studio) as talker:
        room = await a_room(talker)
        place = Place(platform=elsewhere.platform, chat=str(room))
        await sets(studio, elsewhere.timer(talker), elsewhere.timer(talker, place=place, owner=""))
        elsewhere.house.clock.move(60)
        await until(lambda: no_more(studio.program.storage.store, "remind"))
        await at_rest(studio)
        assert await told(talker, studio) == await told(talker, studio, room) == ["tea"]


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_a_room_that_takes_no_words_is_left_alone(elsewhere: Elsewhere) -> None:
    """What is for all of them cannot be said to one of them instead."""
    with capture_logs() as logged:
        async with elsewhere.opened() as studio, elsewhere.talking(studio) as talker:
            room = await a_room(talker)
            if isinstance(talker, TelegramTalker):
                await talker.people.forbid(room, "text")
            if isinstance(talker, DiscordTalker):
                await talker.people.permit(room, deny=["SEND_MESSAGES"])
            place = Place(platform=elsewhere.platform, chat=str(room))
            await sets(studio, elsewhere.timer(talker, place=place, owner=""), elsewhere.timer(talker))
            elsewhere.house.clock.move(60)
            await until(lambda: no_more(studio.program.storage.store, "remind"))
            await at_rest(studio)
            assert (await told(talker, studio, room), await told(talker, studio)) == ([], ["tea"])
    assert [entry for entry in logged if entry["log_level"] in ("error", "critical")] == []
