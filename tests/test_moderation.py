"""How strictly the service looks at a chat's pictures: who may set it, by which roads, and what it is then asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from comers import TOKEN, browser, who
from core import texts
from discord_people import Gathering
from standins.telegram.client import People
from studio import Person, Studio
from telegram_talker import until_answered

pytest_plugins = ("telegram_studio", "discord_studio")

REFUSED = texts.say("error-only-administrators", "en")


async def asked(studio: Studio) -> list[Any]:
    """How strictly each new picture was to be looked at, of all that were asked for."""
    return [one["params"].get("moderation") for one in await studio.requests("images.generations")]


async def test_it_is_sent_with_a_rooms_new_pictures_and_told_of_them(studio: Studio) -> None:
    ann, ben = await studio.person("ann", "den"), await studio.person("ben", "den")
    alone = await studio.person("ann")
    usual = await ben.says("/image a pear --raw")
    menu = await ann.says("/settings")
    values = await ann.presses(*menu.action("moderation"))
    assert [action["label"] for action in values.replies[0]["actions"]][:2] == ["✓ as usual", "less strictly"]
    done = await ann.presses(values.message, "moderation:low")
    assert done.text == texts.say("moderation-low", "en")
    low = await ben.says("/image a plum --raw")
    await ben.says("/image a fig --raw")
    await ben.says("/edit a hat", reply_to=low.message)
    await alone.says("/image a kiwi --raw")
    assert await asked(studio) == [None, "low", "low", None], "it is the room's, whosever session that is"
    assert "moderation" not in (await studio.requests("images.edits"))[0]["params"]
    shown = {name: (await ben.presses(*made.action("prompt"))).text for name, made in (("low", low), ("usual", usual))}
    assert "moderation low" in shown["low"] and "moderation" not in shown["usual"]
    await ben.presses(*usual.action("redraw"))
    assert (await asked(studio))[-1] == "low", "a picture is drawn again as the room is now"
    assert "less strictly" in (await ben.says("/settings")).text
    assert (await ann.says("/settings moderation auto")).text == texts.say("moderation-auto", "en")
    await ben.presses(*low.action("redraw"))
    assert (await asked(studio))[-1] is None
    await ann.says("/settings moderation low")
    assert "✓ less strictly" in str((await ann.says("/settings moderation")).events), "who asks changes nothing"
    wrong = await ann.says("/settings moderation lwo")
    assert wrong.code == "unknown-value-near" and "low" in wrong.text
    assert not wrong.failure or not wrong.failure["actions"], "what only the menu reads is not put right by a button"


async def test_whatever_draws_for_the_room_sends_it(studio: Studio) -> None:
    """Stories, recipes of programs, wishes in plain words, and rows of a table, which no message asks for."""
    ann = await studio.person("ann", "den")
    await ann.says("/settings moderation low")
    await ann.says("/story a fox --length short --pages 1")
    await ann.says("draw a cat on a roof")
    async with ann.http() as http:
        made = await http.post("/api/chats/den/make/scene", json={"user": "ann", "inputs": {"place": "a harbour"}})
    await ann.answer(made.json()["message"])
    planned = await ann.says("/batch image", ("rows.csv", b"idea\na pear\n"))
    message, action = planned.action("batch-start")
    await ann.post("actions", message=message, action=action)
    await ann.wait(lambda events: "All rows are done" in json.dumps(events))
    sent = await asked(studio)
    assert len(sent) >= 4 and set(sent) == {"low"}


async def test_behind_a_log_in_it_is_for_the_operator(guarded: Studio) -> None:
    ann = await guarded.invited("Ann")
    for said in ("/settings moderation low", "/settings moderation auto"):
        assert (await ann.says(said)).text == REFUSED
    menu = await ann.says("/settings")
    assert "moderation:" not in json.dumps(menu.events), "nobody is offered what is not theirs alone"
    assert (await ann.presses(menu.message, "moderation:low")).code == "only-administrators"
    operator = await operator_of(guarded)
    assert (await operator.says("/settings moderation low")).text == texts.say("moderation-low", "en")


async def operator_of(studio: Studio) -> Person:
    """Who signs in with the operator's token."""
    async with browser(studio, TOKEN) as client:
        known = await who(client)
    assert known
    headers = {"authorization": f"Bearer {TOKEN}"}
    return await studio.person(str(known["user"]), headers=headers)


async def test_in_a_telegram_group_it_is_for_administrators(crowd: People, fabula: Studio) -> None:
    ada, bob = await crowd.create_user("Ada"), await crowd.create_user("Bob")
    group = await crowd.create_group("Circle", [ada, bob])
    for person, said in ((bob, REFUSED), (ada, texts.say("moderation-low", "en"))):
        command = await crowd.say(person, "/settings moderation low", chat=group)
        assert (await until_answered(crowd, group, command))[0].text == said
    (menu,) = await until_answered(crowd, group, await crowd.say(bob, "/settings", chat=group))
    press = await crowd.press(bob, menu.message_id, texts.say("setting-moderation", "en"), chat=group)
    assert (await crowd.answer(press, group)).get("text") == REFUSED
    await until_answered(crowd, group, await crowd.say(bob, "/image a pear --raw", chat=group))
    assert await asked(fabula) == ["low"]
    alone = await until_answered(crowd, bob, await crowd.say(bob, "/settings moderation low"))
    assert alone[0].text == REFUSED, "who is alone with the bot does not run it"


@pytest.mark.asyncio(loop_scope="module")
async def test_in_a_discord_channel_it_is_for_who_runs_the_server(gathering: Gathering) -> None:
    bea = await gathering.somebody("Bea")
    assert (await bea.asks("settings", choice="moderation low"))[-1].text.endswith(REFUSED)
    (menu,) = await bea.asks("settings")
    (told,) = await bea.presses(menu, texts.say("setting-moderation", "en"))
    assert told.ephemeral and told.text == REFUSED
    assert (await gathering.ada.asks("settings", choice="moderation low"))[-1].text == texts.say("moderation-low", "en")
    await bea.asks("image", idea="a pear", raw=True)
    assert await asked(gathering.studio) == ["low"]
