"""People with the Telegram app, and what they and a test can see of the bot."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from contract import Said, Shown, sample
from core.types import Place
from patience import PATIENCE
from standins.telegram.client import People, Room, SeenMessage
from standins.telegram.process import TelegramProcess
from studio import Studio

Rows = Sequence[dict[str, Any]]


def telegram_settings(server: TelegramProcess, **changes: object) -> dict[str, object]:
    """Settings for a bot at a stand-in server."""
    urls = {"telegram_base_url": server.url, "telegram_base_file_url": server.file_url}
    return {"telegram_bot_token": server.token, **urls, **changes}


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

    async def sends(self, text: str) -> None:
        await self.people.say(self.user, text, chat=self.chat)

    async def taps(self, shown: Shown, action: str) -> None:
        await self.people.press(self.user, int(shown.id), action, chat=self.chat)

    async def reacts(self, shown: Shown, emoji: str | None) -> None:
        await self.people.react(self.user, int(shown.id), *([emoji] if emoji else []), chat=self.chat)

    async def sees(self, message: str) -> Shown | None:
        room = await self.people.room(self.chat)
        found = [seen for seen in room.visible if str(seen.message_id) == message]
        return await self._shown(found[0]) if found else None

    async def _answers(self, message: int, after: int, expect: int) -> list[Shown]:
        def answers(seen: list[SeenMessage]) -> list[SeenMessage]:
            return [one for one in seen if one.by_bot and one.reply_to == message and one.message_id > after]

        room = await self.people.until(self.chat, lambda room: len(answers(room.visible)) >= expect)
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


def unlimited(server: TelegramProcess, **changes: object) -> dict[str, object]:
    """Settings for a bot at a stand-in whose flood limits are off."""
    return telegram_settings(server, telegram_unlimited=True, **changes)


async def somebody(crowd: People, name: str = "Ada Lovelace", language: str = "en") -> TelegramTalker:
    """A person in a private chat with the bot."""
    return TelegramTalker(crowd, await crowd.create_user(name, language_code=language))


async def asked(crowd: People, *methods: str) -> Rows:
    """What Telegram was asked, in order, without the polls."""
    rows = (await crowd.requests())["requests"]
    return [row for row in rows if row["method"] != "getUpdates" and (not methods or row["method"] in methods)]


async def until_answered(crowd: People, chat: int, message: int, count: int = 1) -> list[SeenMessage]:
    """The bot's replies to a message, once there are so many."""
    room = await crowd.until(chat, lambda room: len(replies_to(room, message)) >= count)
    return replies_to(room, message)


def replies_to(room: Room, message: int) -> list[SeenMessage]:
    return [seen for seen in room.by_bot if seen.reply_to == message]


async def quiet(crowd: People, studio: Studio) -> None:
    """Wait until everything that was said so far is handled: no update waits, no inbox row is open, nothing is unsent."""
    store = studio.program.storage.store
    async with asyncio.timeout(PATIENCE):
        other = await somebody(crowd, "Nobody Else")
        await other.says("/usage")
        while await store.waiting_rows("telegram") or await store.unsent() or await store.open_jobs():
            await asyncio.sleep(0.02)


def rows_with(data: Path, words: str) -> list[str]:
    """What is kept of what came in and what was said that has these words in it."""
    connection = sqlite3.connect(f"file:{data / 'fabula.sqlite3'}?mode=ro", uri=True)
    try:
        return [
            str(row)
            for table in ("inbox", "replies")
            for row in connection.execute(f"SELECT * FROM {table}")
            if words in str(row)
        ]
    finally:
        connection.close()
