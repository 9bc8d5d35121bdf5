"""A fresh studio with somebody on each platform: ``pytest_plugins = ("platforms",)``, fixtures ``platform``, ``served`` and ``talker``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from contract import Said, Shown, Talker, WebTalker, sample
from discord_fixtures import SPECIFICATION as DISCORD_SPECIFICATION
from discord_talker import DiscordTalker
from studio import Studio, studio_at
from telegram_sandbox import SPECIFICATION

from core.types import Place
from sandbox.discord.process import DiscordProcess, start_discord_server
from sandbox.process import SandboxProcess
from sandbox.telegram.client import People, SeenMessage
from sandbox.telegram.process import TelegramProcess, start_telegram_server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def telegram_stand_in() -> AsyncIterator[TelegramProcess]:
    async with start_telegram_server(spec=SPECIFICATION if SPECIFICATION.exists() else None) as server:
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def discord_stand_in() -> AsyncIterator[DiscordProcess]:
    specification = DISCORD_SPECIFICATION if DISCORD_SPECIFICATION.exists() else None
    async with start_discord_server(spec=specification, rate_limits=False) as server:
        yield server


@pytest.fixture(params=["web", "telegram", "discord"])
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(loop_scope="function")
async def served(
    services: SandboxProcess,
    tmp_path: Path,
    platform: str,
    telegram_stand_in: TelegramProcess,
    discord_stand_in: DiscordProcess,
) -> AsyncIterator[Studio]:
    """A studio that serves the platform."""
    changes = {}
    if platform == "telegram":
        async with telegram_stand_in.people() as people:
            await people.reset()
            await people.flood_limits(False)
        changes = telegram_settings(telegram_stand_in, telegram_unlimited=True)
    if platform == "discord":
        async with discord_stand_in.people() as crowd:
            await crowd.reset()
        changes = discord_settings(discord_stand_in)
    async with studio_at(tmp_path / "data", services, **changes) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="function")
async def talker(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> AsyncIterator[Talker]:
    """Somebody in a private chat with the bot, who speaks English."""
    if platform == "web":
        yield WebTalker(await served.person())
        return
    if platform == "discord":
        async with discord_stand_in.people() as crowd:
            user = await crowd.create_user("Ada Lovelace")
            await crowd.until_gateway(lambda seen: bool(seen["sessions"]))
            yield DiscordTalker(crowd, user, await crowd.private_channel(user))
            logged = await crowd.requests()
            assert logged["spec_violations"] == [] and not logged["rejected_bodies"]
        return
    async with telegram_stand_in.people() as people:
        yield TelegramTalker(people, await people.create_user("Ada Lovelace", language_code="en"))
        assert (await people.requests())["spec_violations"] == []


def telegram_settings(server: TelegramProcess, **changes: object) -> dict[str, object]:
    """Settings for a bot at a stand-in server."""
    urls = {"telegram_base_url": server.url, "telegram_base_file_url": server.file_url}
    return {"telegram_bot_token": server.token, **urls, **changes}


def discord_settings(server: DiscordProcess, **changes: object) -> dict[str, object]:
    """Settings for a bot at a stand-in server."""
    return {
        "discord_bot_token": server.token,
        "discord_api_base": server.url,
        "discord_gateway": server.gateway,
        **changes,
    }


class TelegramTalker:
    """Somebody with the Telegram app."""

    def __init__(self, people: People, user: int, chat: int | None = None) -> None:
        self.people = people
        self.user = user
        self.chat = user if chat is None else chat
        self.place = Place(platform="telegram", chat=str(self.chat), private=chat is None)

    async def says(
        self, text: str, *files: str, mask: str | None = None, reply_to: str | None = None, expect: int = 1
    ) -> Said:
        where = {"chat": self.chat, "reply_to": int(reply_to) if reply_to else None}
        sent = [*files, *([mask] if mask else [])]
        if not sent:
            message = await self.people.say(self.user, text, **where)
        elif len(sent) == 1 and sent[0].endswith(".jpg"):
            message = await self.people.send_photo(self.user, sample(sent[0]), text, **where)
        elif len(sent) == 1:
            message = await self.people.send_document(
                self.user, sample(sent[0]), sent[0], text, mime="image/png", **where
            )
        else:
            message = (await self.people.send_album(self.user, [(name, sample(name)) for name in sent], text, **where))[
                0
            ]
        return Said(str(message), await self._answers(message, 0, expect))

    async def presses(self, shown: Shown, action: str, expect: int = 1) -> Said:
        room = await self.people.room(self.chat)
        newest = max(message.message_id for message in room.visible)
        before = next((message.text for message in room.visible if str(message.message_id) == shown.id), "")
        query = await self.people.press(self.user, int(shown.id), action, chat=self.chat)
        await self.people.answer(query, self.chat)
        if not expect:
            await self.people.until(self.chat, lambda room: _changed(room.visible, int(shown.id), before, newest))
            return Said(shown.id, [])
        return Said(shown.id, await self._answers(int(shown.id), newest, expect))

    async def reacts(self, shown: Shown, emoji: str | None) -> None:
        await self.people.react(self.user, int(shown.id), *([emoji] if emoji else []), chat=self.chat)

    async def sees(self, message: str) -> Shown | None:
        room = await self.people.room(self.chat)
        found = [seen for seen in room.visible if str(seen.message_id) == message]
        return await self._shown(found[0]) if found else None

    async def _answers(self, message: int, after: int, expect: int) -> list[Shown]:
        def answers(seen: list[SeenMessage]) -> list[SeenMessage]:
            return [one for one in seen if one.by_bot and one.reply_to == message and one.message_id > after]

        room = await self.people.until(self.chat, lambda room: len(answers(room.visible)) >= expect, seconds=30)
        return [await self._shown(seen) for seen in answers(room.visible)]

    async def _shown(self, seen: SeenMessage) -> Shown:
        pictures = (await self.people.file(seen.photo.file_id),) if seen.photo else ()
        files = (await self.people.file(seen.document.file_id),) if seen.document else ()
        buttons = tuple((button.get("callback_data", ""), button["text"]) for row in seen.buttons for button in row)
        return Shown(str(seen.message_id), seen.text, pictures, files, buttons)


def _changed(visible: list[SeenMessage], message: int, before: str, newest: int) -> bool:
    """Whether a message was edited or taken away, or a new one came."""
    now = [seen for seen in visible if seen.message_id == message]
    return not now or now[0].text != before or any(seen.message_id > newest for seen in visible)
