"""What a place of Discord does not take: the person is told in words, what was paid for reaches them, and the place goes on."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from discord_people import Gathering, Somebody
from patience import PATIENCE
from standins.discord.client import File
from standins.discord.seen import SeenMessage
from studio import Studio
from test_batches import as_csv

pytest_plugins = ("discord_studio",)
pytestmark = pytest.mark.asyncio(loop_scope="module")

REFUSALS = {
    "explicit": (400, 20009, "explicit content"),
    "automod": (400, 200000, "automatic moderation"),
    "a link": (400, 240000, "automatic moderation"),
    "too large": (413, 40005, "larger than Discord takes"),
    "too large by size": (400, 50045, "larger than Discord takes"),
}


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.delivery.FIRST_WAIT", 0.02)
    monkeypatch.setattr("bots.delivery.LONGEST_WAIT", 0.1)


def refusing(status: int, code: int, times: int, *paths: str) -> list[dict[str, Any]]:
    return [{"kind": "status", "path": path, "status": status, "code": code, "times": times} for path in paths]


async def told(ada: Somebody, words: str) -> SeenMessage:
    room = await ada.until(lambda room: any(words in seen.text for seen in room.by_bot))
    return next(seen for seen in room.by_bot if words in seen.text)


@pytest.mark.parametrize("by", ["slash", "mention"])
async def test_a_picture_that_a_channel_takes_for_explicit_comes_in_private(gathering: Gathering, by: str) -> None:
    ada = gathering.ada
    alone = await gathering.privately()
    await ada.people.find_explicit(ada.channel)
    await ask(gathering, by)
    assert "private message" in (await told(ada, "explicit content")).text
    room = await alone.until(lambda room: any(seen.files for seen in room.by_bot))
    assert f"<#{ada.channel}>" in room.by_bot[-1].text and not room.by_bot[-1].controls
    await gathering.all_sent()
    assert not any(seen.files for seen in (await ada.room()).by_bot)
    assert "a cat" in (await ada.asks("history"))[-1].text


@pytest.mark.parametrize("by", ["slash", "mention"])
@pytest.mark.parametrize("why", REFUSALS)
async def test_each_refusal_is_said_and_the_picture_comes_in_private(gathering: Gathering, why: str, by: str) -> None:
    ada = gathering.ada
    status, code, words = REFUSALS[why]
    alone = await gathering.privately()
    path = "/webhooks/*/messages/@original" if by == "slash" else f"/channels/{ada.channel}/messages"
    only = {"method": "PATCH" if by == "slash" else "POST", "file": "fabula-*"}  # not the previews on the way
    await ask(gathering, by, [rule | only for rule in refusing(status, code, 100, path)])
    assert "private message" in (await told(ada, words)).text
    await alone.until(lambda room: any(seen.files for seen in room.by_bot))
    await gathering.all_sent()
    assert (await ada.asks("usage"))[-1].text, "who comes after it waits for nothing"


async def test_where_private_messages_are_not_taken_the_words_say_where_it_is(gathering: Gathering) -> None:
    ada = gathering.ada
    await ada.people.find_explicit(ada.channel)
    await ada.people.act("accept_messages", user=ada.user, accepts=False)
    await ask(gathering, "slash")
    assert "/history" in (await told(ada, "explicit content")).text
    await gathering.all_sent()


async def test_in_private_there_are_words(gathering: Gathering) -> None:
    alone = await gathering.privately()
    await alone.people.find_explicit(alone.channel)
    asked = await alone.people.slash(alone.user, alone.channel, "image", idea="a cat", raw=True)
    assert asked
    assert "/history" in (await told(alone, "explicit content")).text
    await gathering.all_sent()


async def test_a_thread_that_was_locked_meanwhile(gathering: Gathering) -> None:
    ada = gathering.ada
    thread = ada.at(await ada.people.open_thread(ada.user, ada.channel, "Cats"))
    await gathering.studio.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await ada.people.say(ada.user, thread.channel, f"<@{gathering.server.application_id}> /image a cat --raw")
    await gathering.studio.hangs("images.generations")
    alone = await gathering.privately()
    await ada.people.archive(thread.channel, locked=True)
    await gathering.studio.release()
    room = await alone.until(lambda room: any(seen.files for seen in room.by_bot))
    assert f"<#{thread.channel}>" in room.by_bot[-1].text
    await gathering.all_sent()
    assert (await ada.asks("usage"))[-1].text


@pytest.mark.parametrize(("status", "code"), [(400, 20009), (403, 50013)], ids=["explicit", "no files"])
async def test_a_table_goes_on_in_words_where_its_picture_is_not_taken(
    gathering: Gathering, status: int, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.0)
    ada, studio = gathering.ada, gathering.studio
    refused = {"kind": "status", "path": "*", "status": status, "code": code, "file": "newest.*"}
    await ada.people.faults(refused)
    running = await table_under_way(gathering, made=1)
    await ada.people.press(ada.user, ada.channel, running.id, "Pause")
    paused = await shows(ada, running.id, "1 of 3", "Resume")
    assert not paused.files
    await ada.people.press(ada.user, ada.channel, running.id, "Resume")
    assert not (await shows(ada, running.id, "1 of 3", "Pause")).files, "the same picture is not tried again"
    await ada.people.faults(refused | {"times": 100})
    await studio.release()
    done = await told(ada, "All rows are done")
    assert "3 of 3" in done.text and not done.files and done.controls
    await gathering.all_sent()
    said = " ".join(f"{seen.text} {seen.past}" for seen in (await ada.room()).by_bot)
    assert not [words for words in ("could not", "private message", "explicit", "/history") if words in said]


async def test_a_state_whose_words_are_not_taken_says_so_in_its_message(
    gathering: Gathering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.0)
    ada = gathering.ada
    running = await table_under_way(gathering, made=0)
    refused = {"kind": "status", "method": "PATCH", "path": "*", "status": 400, "code": 200000, "field": "content"}
    await ada.people.faults(refused)
    await ada.people.press(ada.user, ada.channel, running.id, "Pause")
    await shows(ada, running.id, "automatic moderation", "Resume")
    await ada.people.press(ada.user, ada.channel, running.id, "Resume")
    await shows(ada, running.id, "0 of 3", "Pause")
    await gathering.studio.release()
    await told(ada, "All rows are done")
    await gathering.all_sent()
    assert not any("could not" in seen.text for seen in (await ada.room()).by_bot)


async def table_under_way(gathering: Gathering, made: int) -> SeenMessage:
    """The message of a table of three rows: so many are made, and the others are being drawn until that is released."""
    ada, studio = gathering.ada, gathering.studio
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 3 - made})
    before = len(await finished(studio))
    table = File("ideas.csv", as_csv([("Idea",), ("a red cat",), ("a green fox",), ("a blue hen",)]))
    (plan,) = await ada.asks("batch", recipe="image", table=table)
    await ada.people.press(ada.user, ada.channel, plan.id, "Start all")
    await studio.hangs("images.generations", 3 - made)
    async with asyncio.timeout(PATIENCE):
        while len(await finished(studio)) < before + made:
            await asyncio.sleep(0.05)
    room = await ada.until(lambda room: any("Pause" in seen.labels for seen in room.by_bot))
    return next(seen for seen in room.by_bot if "Pause" in seen.labels)


async def finished(studio: Studio) -> list[dict[str, Any]]:
    return [one for one in await studio.requests("images.generations") if "finished" in one]


async def shows(ada: Somebody, message: int, words: str, label: str) -> SeenMessage:
    """A message once it says something and has a button."""
    room = await ada.until(
        lambda room: any(one.id == message and words in one.text and label in one.labels for one in room.visible)
    )
    return next(one for one in room.visible if one.id == message)


async def ask(gathering: Gathering, by: str, faults: list[dict[str, Any]] | None = None) -> None:
    """Ada asks for a picture; trouble begins while it is drawn."""
    ada, studio = gathering.ada, gathering.studio
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    if by == "slash":
        await ada.people.slash(ada.user, ada.channel, "image", idea="a cat", raw=True)
    else:
        await ada.people.say(ada.user, ada.channel, f"<@{gathering.server.application_id}> /image a cat --raw")
    await studio.hangs("images.generations")
    if faults:
        await ada.people.faults(*faults)
    await studio.release()
