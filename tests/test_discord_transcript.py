"""A whole conversation on Discord, also to read: ``FABULA_WRITE_DOCS=1`` writes it into ``docs/discord-transcript.md``."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from contract import sample
from core.types import Score
from discord_people import Gathering, Somebody, again, hosted, meeting, shows_progress
from embedded.process import EmbeddedProcess
from standins.discord.client import File
from standins.discord.process import DiscordProcess
from standins.discord.seen import SeenMessage

pytest_plugins = ("discord_studio",)

DOCUMENT = Path(__file__).parents[1] / "docs" / "discord-transcript.md"
INTRODUCTION = """# A conversation on Discord

Word for word as it happens between Ada, Bea and the bot on the stand-in server of the tests, which writes this page: the storybook tells the
stories, the sketch artist draws. Buttons are in brackets; what is seen only while it is being made is in italics. How to set up a bot of your
own is in [discord.md](discord.md).
"""


class Scribe:
    """Writes down what is new in a channel, scene by scene."""

    def __init__(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self.where = gathering.ada
        self._seen: dict[int, int] = {}
        self._page = [INTRODUCTION]

    def scene(self, title: str) -> None:
        self._page.append(f"## {title}\n")

    def tell(self, remark: str) -> None:
        self._page.append(f"*{remark}*\n")

    async def note(self) -> list[SeenMessage]:
        """Write down the messages since the last time, once nothing shows progress any more; what is there."""
        room = await self.where.settled()
        last = self._seen.get(self.where.channel, 0)
        new = [seen for seen in room.messages if seen.id > last]
        for message in new:
            self._page += self._lines(message, {seen.id: seen for seen in room.messages})
        self._seen[self.where.channel] = max((seen.id for seen in new), default=last)
        return room.by_bot

    async def asks(
        self, who: str, command: str, expect: int = 1, by: Somebody | None = None, **options: object
    ) -> SeenMessage:
        """Let somebody use a slash command; the last message of the answer."""
        given = " ".join(f"`{name}:{_told(value)}`" for name, value in options.items())
        self._page.append(f"> **{who}** uses `/{command}` {given}".rstrip() + "\n")
        await (by or self.where).asks(command, expect, **options)
        return (await self.note())[-1]

    async def presses(
        self, who: str, message: SeenMessage, label: str, expect: int = 1, by: Somebody | None = None
    ) -> SeenMessage:
        self.tell(f"{who} presses {label}.")
        await (by or self.where).presses(message, label, expect)
        return (await self.note())[-1]

    async def changed(self, message: int) -> SeenMessage:
        """Write down a message again that has changed in place."""
        room = await self.where.settled()
        found = next(seen for seen in room.by_bot if seen.id == message)
        self._page += _shown(found)
        return found

    def page(self) -> str:
        """All of it, as Markdown."""
        return "\n".join(self._page)

    def _lines(self, message: SeenMessage, others: Mapping[int, SeenMessage]) -> Sequence[str]:
        """One message: what was seen in its place before, who, what, pictures, buttons."""
        if message.deleted:
            return [] if message.thinking or not message.text else [_fleeting(message.text, _buttons(message))]
        before = ["*Fabula is thinking …*\n"] if message.interaction and message.past else []
        progress = [past for past in message.past if str(past["text"]).startswith("-#")]
        if progress:
            labels = " ".join(f"`[{control['label']}]`" for control in progress[-1]["controls"])
            before.append(_fleeting(str(progress[-1]["text"]), labels))
        return [*before, *_shown(message, others)]


def _shown(message: SeenMessage, others: Mapping[int, SeenMessage] = MappingProxyType({})) -> Sequence[str]:
    """A message as it is: who, what, pictures, buttons."""
    words = re.sub(r"<@\d+>", "@Fabula", message.text).splitlines()
    small = [f"*{line[3:]}*" if line.startswith("-# ") else line for line in words]
    return _quoted([_head(message, others), *small, *_rows(message)])


def _head(message: SeenMessage, others: Mapping[int, SeenMessage]) -> str:
    heads = [f"**{message.author.split()[0]}**"]
    replied = others.get(message.reply_to or 0)
    if replied and not message.interaction:
        heads.append(f"*in reply to “{_short(replied.text)}”*")
    if message.ephemeral:
        heads.append("*only Bea sees this*")
    heads += [f"🖼 {file.width}×{file.height}" for file in message.files]
    return " · ".join(heads)


def _rows(message: SeenMessage) -> list[str]:
    """Buttons and menus as they lie under a message."""
    rows = []
    for row in message.components:
        told = [one.get("label") or one.get("placeholder") or one["emoji"]["name"] for one in row.get("components", ())]
        rows.append(" ".join(f"`[{label}]`" for label in told))
    return rows


def _buttons(message: SeenMessage) -> str:
    return " ".join(f"`[{label}]`" for label in message.labels)


def _fleeting(text: str, buttons: str) -> str:
    words = text.removeprefix("-# ").splitlines()[0]
    return f"*Fabula, for a while: {words if len(words) < 70 else words[:69] + '…'}* {buttons}".rstrip() + "\n"


def _quoted(lines: Sequence[str]) -> list[str]:
    return [*(f"> {line}".rstrip() + ("\\" if line else "") for line in lines[:-1]), f"> {lines[-1]}", ""]


def _short(text: str) -> str:
    line = re.sub(r"<@\d+>", "@Fabula", re.sub(r"[*\\]", "", text.splitlines()[0])) if text else "a picture"
    return line if len(line) < 40 else line[:39] + "…"


def _told(value: object) -> str:
    return value.name if isinstance(value, File) else str(value)


async def converse(scribe: Scribe) -> SeenMessage:
    """What happens before the program is stopped. Returns the picture whose button is pressed after that."""
    gathering, studio = scribe.gathering, scribe.gathering.studio
    ada, people = scribe.where, scribe.gathering.people
    bea = await gathering.somebody("Bea", locale="zh-CN")
    scribe.scene("Hello, in a server's channel")
    await scribe.asks("Ada", "start")
    scribe.scene("A story")
    await scribe.asks("Ada", "story", 2, idea="a fox who finds a lantern", length="short")
    scribe.scene("A picture, and what others think of it")
    shown = await scribe.asks("Ada", "image", idea="a lighthouse under a starry sky", style="ink")
    await gathering.until_shown(ada, shown.id)
    await people.react(bea.user, ada.channel, shown.id, "🔥")
    await gathering.until_scored(ada, shown.id, Score(score=1, count=1))
    scribe.tell("Bea puts 🔥 on it: it counts as +1. Then she thinks again and takes it back.")
    await people.unreact(bea.user, ada.channel, shown.id, "🔥")
    await gathering.until_scored(ada, shown.id, Score())
    thanked = await bea.presses(shown, "👍")
    scribe.tell("She presses 👍.")
    scribe._page += _shown(thanked[0])
    await scribe.note()
    scribe.scene("Going on from a picture")
    await scribe.presses("Ada", shown, "Vary")
    scribe.tell(
        "Ada chooses “Edit this picture” in the lighthouse's menu, and a form asks what shall change. She writes: a red sail at sea."
    )
    form = await people.menu(ada.user, ada.channel, "Edit this picture", shown.id)
    await people.responded(form)
    newest = await ada.newest()
    await people.submit(form, change="a red sail at sea")
    await ada.hears(newest)
    await scribe.note()
    scribe.scene("A photo and its mask")
    photo, mask = File("cat.png", sample("cat.png")), File("mask.png", sample("cat-mask-white.jpg"))
    asked = await scribe.asks("Ada", "edit", change="a red hat", photo=photo, mask=mask)
    await scribe.presses("Ada", asked, "Use")
    scribe.scene("A mention")
    newest = await ada.newest()
    await people.say(ada.user, ada.channel, f"<@{gathering.server.application_id}> have you ever met a fox?")
    await ada.hears(newest)
    await scribe.note()
    scribe.scene("The connection breaks in the middle of a picture")
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    newest = await ada.newest()
    await people.slash(ada.user, ada.channel, "image", idea="a whale in the clouds", raw=True)
    scribe._page.append("> **Ada** uses `/image` `idea:a whale in the clouds` `raw:True`\n")
    await ada.until(lambda room: any("Drawing" in seen.text for seen in room.by_bot))
    resumes = (await people.gateway())["resumes"]
    await people.freeze()
    await people.hold(True)
    await people.drop()
    scribe.tell("While it is being drawn, Discord's connection to the bot breaks. Meanwhile Bea asks something.")
    scribe._page.append("> **Bea** uses `/usage`\n")
    await people.slash(bea.user, ada.channel, "usage")
    await people.hold(False)
    await people.until_gateway(lambda seen: seen["resumes"] > resumes)
    scribe.tell(
        "The bot resumes the session where it was: what it missed is told to it, and its own work never stopped."
    )
    await bea.until(lambda room: any("今天" in seen.text for seen in room.by_bot))
    await people.freeze(False)
    await studio.release("images.generations")
    await ada.until(
        lambda room: any(seen.files and seen.id > newest and not shows_progress(seen) for seen in room.by_bot)
    )
    await scribe.note()
    scribe.scene("Changed her mind")
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 1})
    await people.slash(ada.user, ada.channel, "image", idea="a very large crowd", raw=True)
    scribe._page.append("> **Ada** uses `/image` `idea:a very large crowd` `raw:True`\n")
    room = await ada.until(lambda room: any("Drawing" in seen.text for seen in room.by_bot))
    await studio.hangs("images.generations")
    await scribe.presses("Ada", next(seen for seen in room.by_bot if shows_progress(seen)), "Cancel")
    await studio.release()
    scribe.scene("The program is stopped here, and started again")
    return shown


async def go_on(scribe: Scribe, shown: SeenMessage) -> None:
    """What happens after the restart."""
    gathering, ada, people = scribe.gathering, scribe.where, scribe.gathering.people
    scribe.tell("A button under the lighthouse, from before the restart, works as if nothing had happened.")
    await scribe.presses("Ada", shown, "Redraw")
    scribe.scene("Settings, by buttons and menus")
    menu = await scribe.asks("Ada", "settings")
    scribe.tell("Ada presses Style.")
    await people.press(ada.user, ada.channel, menu.id, "Style")
    await ada.until(lambda room: any("Which style" in seen.text for seen in room.by_bot))
    styles = await scribe.changed(menu.id)
    scribe.tell("Ada chooses ink.")
    await people.choose(ada.user, ada.channel, menu.id, str(styles.controls[0].custom_id), "set:style=ink")
    await ada.until(lambda room: any("What I go by" in seen.text for seen in room.by_bot if seen.id == menu.id))
    await scribe.changed(menu.id)
    scribe.scene("Where the bot may not do everything")
    await people.permit(ada.channel, deny=["ATTACH_FILES"])
    scribe.tell("Somebody takes the permission “Attach Files” from the bot in this channel.")
    await scribe.asks("Ada", "story", 2, idea="an owl who cannot sleep", length="short")
    scribe.scene("In private, a typed command and plain words")
    scribe.where = ada = await gathering.privately()
    for words in ("/image a small boat in fog --style watercolor", "thank you!"):
        await ada.says(words)
        await scribe.note()
    scribe.scene("The same in Chinese")
    bea = next(number for number in (await people.interactions()) if number.name == "usage").user
    scribe.where = await gathering.privately(bea)
    await scribe.asks("Bea", "image", idea="雪地里的小狐狸", style="水墨")
    await scribe.asks("Bea", "usage")


def skeleton(page: str) -> list[str]:
    """What of a page does not depend on how a story is told: its scenes, what people do, and the buttons."""
    return [
        line for line in page.splitlines() if line.startswith(("## ", "> `[", "*Ada", "*Bea")) or "** uses `/" in line
    ]


async def test_the_conversation_in_the_documentation_is_how_it_goes(
    services: EmbeddedProcess, discord_stand_in: DiscordProcess, tmp_path: Path, hurried: None
) -> None:
    async with discord_stand_in.people() as people:
        async with (
            hosted(services, tmp_path, discord_stand_in, people) as studio,
            meeting(studio, people, discord_stand_in) as gathering,
        ):
            scribe = Scribe(gathering)
            shown = await converse(scribe)
        async with again(services, tmp_path, discord_stand_in, people) as studio:
            gathering.studio = studio
            await go_on(scribe, shown)
    page = scribe.page()
    if os.environ.get("FABULA_WRITE_DOCS"):
        DOCUMENT.write_text(page, encoding="utf-8")
    assert skeleton(page) == skeleton(DOCUMENT.read_text(encoding="utf-8"))
