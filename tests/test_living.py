"""Messages that show a changing thing: one message, its newest state, found again after a restart, on every platform."""

from __future__ import annotations

import asyncio
import itertools
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bots.platforms import variables
from contract import Shown, Talker, WebTalker
from core.ports import Change, NewReply
from core.types import Button, Reply
from discord_talker import DiscordTalker, discord_settings
from embedded.process import EmbeddedProcess
from killed import program
from patience import PATIENCE
from standins.discord.process import DiscordProcess
from standins.telegram.process import TelegramProcess
from storage.opening import open_storage
from studio import Person, Studio, studio_at
from telegram_talker import TelegramTalker, unlimited
from test_telegram_restart import where

pytest_plugins = ("platforms",)

BOARD = "board:7"
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.2)


def state(talker: Talker, text: str, *, afresh: bool = False) -> Change:
    """That the board shows something now."""
    reply = Reply(text=text, lives=BOARD, afresh=afresh, buttons=(Button(action="example:1", label="Go"),))
    key = f"board:{next(_numbers)}"
    return Change(replies=(NewReply(key=key, place=talker.place, user=user_of(talker), in_reply_to="", reply=reply),))


def user_of(talker: Talker) -> str:
    place = talker.place
    if isinstance(talker, DiscordTalker):
        return f"discord:{talker.user}"
    return f"{place.platform}:{place.chat.removeprefix('home-')}"


async def message_of(studio: Studio, talker: Talker) -> str | None:
    return await studio.program.storage.store.living(talker.place, BOARD)


async def until_shown(studio: Studio, talker: Talker, text: str, *, other_than: str | None = None) -> Shown:
    """The board, once it shows this."""
    async with asyncio.timeout(PATIENCE):
        while True:
            message = await message_of(studio, talker)
            if message and message != other_than and (shown := await talker.sees(message)) and shown.text == text:
                return shown
            await asyncio.sleep(0.02)


async def test_the_newest_state_is_shown_in_one_message(served: Studio, talker: Talker) -> None:
    commits = served.program.runner.commits
    await talker.says("/usage")
    await commits.make(state(talker, "1 of 9"))
    first = await until_shown(served, talker, "1 of 9")
    for number in range(2, 10):
        await commits.make(state(talker, f"{number} of 9"))
    last = await until_shown(served, talker, "9 of 9")
    assert last.id == first.id
    assert [label for _, label in last.buttons] == ["Go"]
    async with asyncio.timeout(PATIENCE):
        while await served.program.storage.store.unsent():  # what was overtaken waits for nothing
            await asyncio.sleep(0.02)


async def test_a_state_waits_for_its_pace_and_nothing_waits_with_it(
    served: Studio, talker: Talker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 1000)
    commits, store = served.program.runner.commits, served.program.storage.store
    await commits.make(state(talker, "one idea"))
    first = await until_shown(served, talker, "one idea")
    await commits.make(state(talker, "two ideas"))
    assert (await talker.says("/usage")).text
    shown = await talker.sees(first.id)
    assert shown and shown.text == "one idea"
    assert "two ideas" in [reply.reply.text for reply in await store.unsent()]


async def test_posted_afresh_the_old_one_goes(served: Studio, talker: Talker) -> None:
    commits = served.program.runner.commits
    await commits.make(state(talker, "one idea"))
    first = await until_shown(served, talker, "one idea")
    await talker.says("/usage")
    await commits.make(state(talker, "two ideas", afresh=True))
    await commits.make(state(talker, "three ideas"))
    second = await until_shown(served, talker, "three ideas", other_than=first.id)
    assert second.id != first.id
    async with asyncio.timeout(PATIENCE):
        while await talker.sees(first.id):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_one_that_somebody_deleted_is_replaced(served: Studio, talker: Talker) -> None:
    commits = served.program.runner.commits
    if isinstance(talker, DiscordTalker):  # the owner of a server may delete what the bot wrote there
        guild = await talker.people.create_guild("Studio", talker.user)
        talker = DiscordTalker(talker.people, talker.user, guild.channels["general"])
    await commits.make(state(talker, "red"))
    first = await until_shown(served, talker, "red")
    await delete(talker, first.id)
    await commits.make(state(talker, "blue"))
    second = await until_shown(served, talker, "blue", other_than=first.id)
    await commits.make(state(talker, "green"))
    assert (await until_shown(served, talker, "green")).id == second.id


async def delete(talker: Talker, message: str) -> None:
    if isinstance(talker, TelegramTalker):
        await talker.people.delete(talker.user, int(message))
    else:
        assert isinstance(talker, DiscordTalker)
        await talker.people.delete(talker.user, talker.channel, int(message))


@dataclass
class Stage:
    """A platform without a program: somebody there, and how a program reaches it."""

    talker: Talker | None
    settings: dict[str, Any]
    environment: dict[str, str]


@pytest_asyncio.fixture(loop_scope="function")
async def stage(
    platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> AsyncIterator[Stage]:
    if platform == "web":
        yield Stage(None, {}, {})
    elif platform == "telegram":
        async with telegram_stand_in.people() as people:
            await people.reset()
            await people.flood_limits(False)
            talker = TelegramTalker(people, await people.create_user("Ada", language_code="en"))
            yield Stage(talker, unlimited(telegram_stand_in), where(telegram_stand_in))
    else:
        settings = discord_settings(discord_stand_in)
        names = variables()
        async with discord_stand_in.people() as town:
            await town.reset()
            user = await town.create_user("Ada")
            talker = DiscordTalker(town, user, await town.private_channel(user))
            yield Stage(talker, settings, {names[name]: str(value) for name, value in settings.items()})


async def test_after_a_kill_the_same_message_goes_on(services: EmbeddedProcess, tmp_path: Path, stage: Stage) -> None:
    """What is said while nothing runs is shown at the next start, where it was."""
    anywhere = stage.talker or WebTalker(Person("", "ann", "home-ann"))
    data = tmp_path / "data"
    async with await open_storage(data) as storage:
        await storage.store.commit(state(anywhere, "before"))
    async with program(data, services, "receipt", 1, **stage.environment) as life:
        assert await life.wait() == -signal.SIGKILL
    async with await open_storage(data) as storage:
        first = await storage.store.living(anywhere.place, BOARD)
        await storage.store.commit(state(anywhere, "meanwhile"))
        await storage.store.commit(state(anywhere, "after"))
    async with studio_at(data, services, **stage.settings) as studio:
        talker = stage.talker or WebTalker(await studio.person())
        assert (await until_shown(studio, talker, "after")).id == first


async def test_forgetting_a_person_forgets_their_boards(studio: Studio) -> None:
    talker = WebTalker(await studio.person())
    await studio.program.runner.commits.make(state(talker, "mine"))
    await until_shown(studio, talker, "mine")
    await studio.program.storage.store.forget(user_of(talker))
    assert await message_of(studio, talker) is None
