"""A table on every platform: sent, started by a button, and back with what came of it."""

from __future__ import annotations

import asyncio
import zipfile
from io import BytesIO

from contract import Shown, Talker, WebTalker
from discord_talker import DiscordTalker
from patience import PATIENCE
from standins.discord.client import File
from studio import Studio
from telegram_talker import TelegramTalker
from test_batches import ODD, as_csv

pytest_plugins = ("platforms",)


async def sends_table(talker: Talker, recipe: str, name: str, data: bytes) -> Shown:
    """The plan that a table is answered with."""
    if isinstance(talker, WebTalker):
        answer = await talker.person.says(f"/batch {recipe}", (name, data))
        return await talker._shown(answer.replies[-1])
    if isinstance(talker, TelegramTalker):
        sent = await talker.people.send_document(talker.user, data, name, f"/batch {recipe}")
        return (await talker._answers(sent, 0, 1))[-1]
    assert isinstance(talker, DiscordTalker)
    newest = await talker._newest()
    await talker.people.slash(talker.user, talker.channel, "batch", recipe=recipe, table=File(name, data))
    return (await talker._answers(newest, 1))[-1]


async def messages(talker: Talker) -> list[Shown]:
    """What is to be seen in the chat."""
    if isinstance(talker, WebTalker):
        newest = {event["message"]: event for event in talker.person.events if event["kind"] == "reply"}
        return [await talker._shown(event) for event in newest.values() if not event.get("removed")]
    if isinstance(talker, TelegramTalker):
        room = await talker.people.room(talker.chat)
        return [await talker._shown(one) for one in room.visible if one.by_bot]
    assert isinstance(talker, DiscordTalker)
    room = await talker.people.room(talker.channel, user=talker.user)
    return [await talker._shown(one) for one in room.messages if one.by_bot]


async def until(talker: Talker, text: str) -> Shown:
    """The message that says something, once it is there."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if found := next((one for one in reversed(await messages(talker)) if text in one.text), None):
                return found
            await asyncio.sleep(0.05)


async def test_a_table_goes_in_and_a_catalogue_comes_out(served: Studio, talker: Talker) -> None:
    plan = await sends_table(talker, "product", "articles.csv", as_csv(ODD))
    assert "3 of 4 rows" in plan.text and "row 4" in plan.text
    await talker.taps(plan, plan.action("batch-start") or "")
    done = await until(talker, "All rows are done")
    assert "3 of 3" in done.text and done.action("batch-files")
    async with asyncio.timeout(PATIENCE):
        while not (archives := [file for one in await messages(talker) for file in one.files if file[:2] == b"PK"]):
            await asyncio.sleep(0.05)
    inside = [name for file in archives for name in zipfile.ZipFile(BytesIO(file)).namelist()]
    assert [name for name in inside if name.endswith(("manifest.json", ".jpg"))] or any("xl/" in one for one in inside)


async def beside(talker: Talker, words: str) -> bytes:
    """The picture beside the words of a message, once there is one."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if isinstance(talker, WebTalker):
                states = [event for event in talker.person.events if words in event["text"] and event.get("plate")]
                if states:
                    return await talker.person.picture(states[-1]["plate"])
            elif found := [one.pictures for one in await messages(talker) if words in one.text and one.pictures]:
                return found[-1][0]
            await asyncio.sleep(0.05)


async def test_the_newest_picture_stands_in_the_living_message(served: Studio, talker: Talker) -> None:
    """In the message itself, which was words alone before, and in its place when there is a newer one."""
    await served.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 2})
    table = as_csv([("Idea",), ("a red cat",), ("a green fox",), ("a blue hen",)])
    plan = await sends_table(talker, "image", "ideas.csv", table)
    await talker.taps(plan, plan.action("batch-start") or "")
    await served.hangs("images.generations", 2)
    running = await until(talker, "of 3")
    assert not running.pictures
    async with asyncio.timeout(PATIENCE):
        while len([one for one in await served.requests("images.generations") if "finished" in one]) < 1:
            await asyncio.sleep(0.05)
    await talker.taps(running, running.action("batch-pause") or "")
    first = await beside(talker, "1 of 3")
    paused = await until(talker, "1 of 3")
    assert paused.id == running.id, "in the same message"
    await served.release()
    second = await beside(talker, "3 of 3")
    assert second != first and (await until(talker, "3 of 3")).id == running.id
