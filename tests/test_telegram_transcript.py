"""A whole conversation on Telegram, also to read: ``FABULA_WRITE_DOCS=1`` writes it into ``docs/telegram-transcript.md``."""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from contract import sample, until_scored
from core.types import Score
from standins.telegram.client import People, SeenMessage
from studio import Studio
from telegram_talker import TelegramTalker, quiet, somebody, until_answered

pytest_plugins = ("telegram_studio",)

DOCUMENT = Path(__file__).parents[1] / "docs" / "telegram-transcript.md"
INTRODUCTION = """# A conversation on Telegram

Word for word as it happens between Ada and the bot on the stand-in server of the tests, which writes this page: the storybook tells the
story, the sketch artist draws. Buttons are in brackets; what disappears again is in italics. How to set up a bot of your own is in
[telegram.md](telegram.md).
"""


class Scribe:
    """Writes down what is new in a chat, scene by scene."""

    def __init__(self, crowd: People, studio: Studio, ada: TelegramTalker) -> None:
        self.ada = ada
        self._crowd = crowd
        self._studio = studio
        self._seen = 0
        self._page = [INTRODUCTION]

    async def scene(self, title: str, act: Callable[[], Awaitable[object]]) -> None:
        """Let something happen, and write it down under a title."""
        self._page.append(f"## {title}\n")
        await act()
        await self.note()

    async def note(self, remark: str = "") -> None:
        """Write down the messages since the last time."""
        await quiet(self._crowd, self._studio)
        messages = (await self._crowd.room(self.ada.chat)).messages
        for message in messages[self._seen :]:
            self._page += _lines(message, _replied(message, messages))
        self._seen = len(messages)
        if remark:
            self._page.append(f"*{remark}*\n")

    async def changed(self, message: int) -> None:
        """Write down a message again that has changed in place."""
        await quiet(self._crowd, self._studio)
        self._page += _lines(
            next(seen for seen in (await self._crowd.room(self.ada.chat)).messages if seen.message_id == message)
        )

    def page(self) -> str:
        """All of it, as Markdown."""
        return "\n".join(self._page)


def _replied(message: SeenMessage, messages: Sequence[SeenMessage]) -> str:
    """What of the bot's or of her own Ada replies to. The bot replies to everything."""
    found = [seen for seen in messages if seen.message_id == message.reply_to]
    if message.by_bot or not found:
        return ""
    return f"“{_short(found[0].text)}”" if found[0].text else "her own photo"


def _lines(message: SeenMessage, replied: str = "") -> Sequence[str]:
    """One message: who, what, buttons."""
    name = "Fabula" if message.by_bot else "Ada"
    if message.deleted:
        said = message.text or "a preview"
        return [f"*{name}, until it is done: {said}* {_row(message.labels)}\n"]
    heads = [f"**{name}**"] + ([f"*in reply to {replied}*"] if replied else [])
    if message.photo:
        heads.append(f"🖼 {message.photo.width}×{message.photo.height}")
    if message.document:
        heads.append(f"📎 {re.sub(r'fabula-[^.]+', 'fabula-…', message.document.name or '')}")
    lines = [
        " · ".join(heads),
        *message.text.splitlines(),
        *(_row([b["text"] for b in row]) for row in message.buttons),
    ]
    return [*(f"> {line}".rstrip() + ("\\" if line else "") for line in lines[:-1]), f"> {lines[-1]}", ""]


def _row(labels: Sequence[str]) -> str:
    return " ".join(f"`[{label}]`" for label in labels)


def _short(text: str) -> str:
    return text if len(text) < 40 else text[:39] + "…"


async def as_slow_as_a_real_model(studio: Studio) -> None:
    """So that what is seen meanwhile is what people will see."""
    async with studio.control() as control:
        await control.post("/latency", json={"images": 8.0, "chat_start": 1.0, "chat_token": 0.02})


async def converse(crowd: People, studio: Studio, scribe: Scribe) -> None:
    """The conversation."""
    ada = scribe.ada
    await scribe.scene("Hello", lambda: ada.says("/start"))
    await scribe.scene("A story", lambda: ada.says("/story a fox who finds a lantern --length short", expect=2))
    await scribe.scene("A picture", lambda: ada.says("/image a lighthouse under a starry sky --style ink"))
    lighthouse = str((await crowd.room(ada.user)).by_bot[-1].message_id)

    async def reactions() -> None:
        for emoji, score in ((("🔥",), Score(score=1, count=1)), ((), Score())):
            await crowd.react(ada.user, int(lighthouse), *emoji)
            await until_scored(studio, ada, lighthouse, score)
            done = "puts 🔥 on the lighthouse: it counts as +1" if emoji else "takes it back: it counts no more"
            await scribe.note(f"Ada {done}.")

    await scribe.scene("A reaction, given and taken back", reactions)

    async def album() -> None:
        photos = [sample("cat-sent.jpg"), sample("cat-mask-white.jpg")]
        first = (await crowd.send_album(ada.user, photos, "/edit a red hat"))[0]
        (asked,) = await until_answered(crowd, ada.user, first)
        assert asked.labels == ["Use", "Invert", "Cancel"]
        await scribe.note("Ada taps Use.")
        await crowd.press(ada.user, asked.message_id, "Use")
        await until_answered(crowd, ada.user, asked.message_id)

    await scribe.scene("A photo and its mask, as an album", album)
    files = ("cat.png", "cat-mask-alpha.png")
    await scribe.scene(
        "Photo and mask as files, which keep their transparency", lambda: ada.says("/edit a red hat", *files)
    )

    async def painted() -> None:
        photo = await ada.says("", "cat-sent.jpg")
        asked = await ada.says("a straw hat", "cat-painted.jpg", reply_to=photo.id)
        await scribe.note("Ada taps Use.")
        await ada.presses(*asked.button("region-use"))

    await scribe.scene("The photo painted over with Telegram's own pen", painted)
    await scribe.scene("Variations, by a reply", lambda: ada.says("/vary --n 2", reply_to=lighthouse, expect=3))

    async def settings() -> None:
        menu = (await ada.says("/settings")).messages[0]
        for label, action in (("Style", "settings:style"), ("ink", "set:style=ink")):
            await scribe.note(f"Ada taps {label}.")
            await ada.presses(menu, action, expect=0)
            await scribe.changed(int(menu.id))

    await scribe.scene("Settings, by buttons", settings)

    async def cancels() -> None:
        await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
        await crowd.say(ada.user, "/image a whale in the clouds")
        await crowd.until(ada.user, lambda room: any("Drawing" in seen.text for seen in room.by_bot))
        await studio.hangs("images.generations")
        await ada.says("/cancel")
        await studio.release()

    await scribe.scene("Changed her mind", cancels)
    await scribe.scene("What it cost", lambda: ada.says("/usage"))


def skeleton(page: str) -> list[str]:
    """What of a page does not depend on how a story is told: its scenes, what Ada does, and the buttons."""
    return [line for line in page.splitlines() if line.startswith(("## ", "> `[", "*Ada")) or "**Ada**" in line]


async def test_the_conversation_in_the_documentation_is_how_it_goes(crowd: People, fabula: Studio) -> None:
    if os.environ.get("FABULA_WRITE_DOCS"):
        await as_slow_as_a_real_model(fabula)
    scribe = Scribe(crowd, fabula, await somebody(crowd))
    await converse(crowd, fabula, scribe)
    page = scribe.page()
    if os.environ.get("FABULA_WRITE_DOCS"):
        DOCUMENT.write_text(page, encoding="utf-8")
    assert skeleton(page) == skeleton(DOCUMENT.read_text(encoding="utf-8"))
