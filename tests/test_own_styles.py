"""Styles of people's own: kept from words and from pictures, used wherever a style is chosen, and gone with what they were made of."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from bots.discord.commands import completions
from contract import Talker
from core.features import image
from patience import PATIENCE
from studio import Person, Studio

pytest_plugins = ("platforms",)

MIDNIGHT = "deep blue ground, thin white lines"
SEEN = {
    "choices": [{"message": {"content": json.dumps({"words": "torn paper, warm greys."})}, "finish_reason": "stop"}]
}


UNKNOWN = ("unknown-value", "unknown-value-near")


async def drawn(studio: Studio, person: Person, said: str, **details: Any) -> str:
    """The prompt by which some words were drawn last."""
    answer = await person.says(said, **details)
    assert answer.pictures, answer.text
    return str((await studio.requests("images.generations", "images.edits"))[-1]["prompt"])


async def test_one_is_kept_by_words_and_is_a_style_like_any_other(studio: Studio) -> None:
    person, other = await studio.person(), await studio.person("ben")
    kept = await person.says(f"/style keep Midnight: {MIDNIGHT}")
    assert "Kept as **Midnight**" in kept.text and MIDNIGHT in kept.text
    for said in ("--style midnight", "--style=MIDNIGHT", "in Midnight style", "--风格 “midnight”"):
        assert (await drawn(studio, person, f"/image a fox {said} --raw")).endswith(f"a fox, {MIDNIGHT}"), said
    assert MIDNIGHT in await drawn(studio, person, "/edit a hat --style midnight")
    await person.says("/story a fox --style midnight --length short")
    asked = [one for one in await studio.requests("chat") if (one.get("brief") or {}).get("kind") == "plan"]
    assert MIDNIGHT in str(asked[-1]["messages"])
    menu = await person.says("/settings")
    choices = await person.presses(
        *next((e["message"], a["id"]) for e in menu.replies for a in e["actions"] if a["id"] == "settings:style")
    )
    shown = {action["id"]: action["label"] for event in choices.replies for action in event["actions"]}
    assert shown["set:style=Midnight"] == "Midnight"
    await person.presses(choices.replies[-1]["message"], "set:style=Midnight")
    fox = await person.says("/image a fox --raw")
    assert MIDNIGHT in (await studio.requests("images.generations"))[-1]["prompt"], "as what is preferred, too"
    assert (await other.says("/image a fox --style midnight")).code == "unknown-value", "it is Ann's"
    body = {"user": "ann", "inputs": {"place": "a harbour"}, "options": {"style": "midnight"}}
    async with person.http() as http:
        made = await http.post("/api/chats/home-ann/make/scene", json=body)
    await person.answer(made.json()["message"])
    assert MIDNIGHT in (await studio.requests("images.generations"))[-1]["prompt"], "for programs, too"
    assert (await person.get("/api/chats/home-ann/characters?user=ann")).json()["styles"] == ["Midnight"]
    listed = await person.says("/style")
    assert f"**Midnight** · {MIDNIGHT}" in listed.text
    assert "forgotten" in (await person.says("/style drop midnight")).text
    assert MIDNIGHT not in await drawn(studio, person, "/image a fox --raw"), (
        "what was preferred and is gone is left out"
    )
    await person.presses(*fox.action("redraw"))
    assert MIDNIGHT in (await studio.requests("images.generations"))[-1]["prompt"], "a picture is redrawn as it was"
    assert "No styles of your own" in (await person.says("/style")).text
    assert (await person.says("/image a fox --style midnight")).code == "unknown-value"


async def test_one_is_kept_from_a_picture(studio: Studio) -> None:
    person = await studio.person()
    fox = await person.says("/image a fox --style ink --raw")
    ways = {"Reply": {"reply_to": fox.message}, "Torn": {}}
    for name, details in ways.items():
        await studio.faults({"endpoint": "chat", "kind": "answer", "body": SEEN})
        files = () if details else ("cat.png",)
        kept = await person.says(f"/style keep {name}", *files, **details)
        assert "torn paper, warm greys" in kept.text, kept.text
        assert "torn paper, warm greys" in await drawn(studio, person, f"/image a fox --style {name} --raw")
    unseen = await person.says("/style keep Inky", reply_to=fox.message)
    assert "ink" in unseen.text and unseen.code is None, "of ours it is known what was asked for"
    assert (await person.says("/style keep Blank", "cat.png")).code == "style-unseen"
    await person.presses(*kept.action("style-drop"))
    assert "Torn" not in (await person.says("/style")).text


def test_discord_completes_them_first() -> None:
    found = completions(image.COMMAND, "style", "mi", "en", ["Midnight"])
    assert found[0] == ("Midnight", "Midnight") and ("minimalism", "minimalism") in found


WRONG = {
    "/style keep": "style-usage",
    "/style keep : blue": "style-name",
    "/style paint it": "style-usage",
    "/style keep watercolour: blue": "style-taken",
    "/style keep 水墨：黑白": "style-taken",
    "/style keep 1st: blue": "style-name",
    f"/style keep {'n' * 25}: blue": "style-name",
    f"/style keep {'夜' * 17}: 蓝": "style-name",
    "/style keep --x--: blue": "unknown-option",
    f"/style keep Long: {'blue ' * 100}": "style-long",
    "/style keep Empty": "style-what",
    "/style drop Nothing": "style-unknown",
    "/style drop": "style-usage",
}


async def test_what_is_no_style_is_one_sentence(studio: Studio) -> None:
    person = await studio.person()
    wrong = {said: (await person.says(said)).code for said in WRONG}
    assert wrong == WRONG
    for number in range(20):
        assert (await person.says(f"/style keep S{number}: blue")).code is None
    assert (await person.says("/style keep One more: blue")).code == "style-full"
    assert (await person.says("/style keep S7: green")).code is None, "another of the same name takes its place"
    assert "**S7** · green" in (await person.says("/style")).text
    assert len((await person.says("/style")).text.splitlines()) == 22


async def test_a_room_has_styles_that_go_with_who_made_them(studio: Studio) -> None:
    ann, ben = await studio.person("ann", "den"), await studio.person("ben", "den")
    await ann.says("/settings session shared")
    await ann.says(f"/style keep Midnight: {MIDNIGHT}")
    assert MIDNIGHT in await drawn(studio, ben, "/image a fox --style midnight --raw")
    assert (await ben.says("/style drop midnight")).code == "only-author"
    assert (await ben.says("/style keep midnight: pink")).code == "only-author", "nor is another kept in its place"
    assert MIDNIGHT in await drawn(studio, ben, "/image a fox --style midnight --raw")
    await ann.says(f"/style keep Midnight: {MIDNIGHT}, no grey")
    assert "no grey" in await drawn(studio, ben, "/image a fox --style midnight --raw"), "but by who made it"
    await studio.program.storage.store.forget("web:ann")
    assert "No styles" in (await ben.says("/style")).text


async def test_a_name_in_a_room_is_whose_style_is_kept_first(studio: Studio) -> None:
    ann, ben = await studio.person("ann", "den"), await studio.person("ben", "den")
    await ann.says("/settings session shared")
    await studio.faults({"endpoint": "moderations", "kind": "hang_until_released", "times": 1})
    first = await ann.posts("/style keep Torn: warm greys")
    await studio.hangs("moderations")
    second = await ben.posts("/style keep Torn: pink")  # nobody has the name yet, so it is taken in, and waits
    async with asyncio.timeout(PATIENCE):
        while len(await studio.program.storage.store.open_jobs()) < 2:
            await asyncio.sleep(0.02)
    await studio.release()
    assert (await ann.answer(first)).code is None
    assert (await ben.answer(second)).code == "only-author"
    assert "warm greys" in await drawn(studio, ben, "/image a fox --style torn --raw")


async def test_a_style_everywhere(served: Studio, talker: Talker) -> None:
    kept = await talker.says(f"/style keep Midnight: {MIDNIGHT}", expect=1)
    assert MIDNIGHT in kept.text
    made = await talker.says("/image a fox --style midnight --raw", expect=1)
    assert made.pictures
    assert MIDNIGHT in (await served.requests("images.generations"))[-1]["prompt"]
    await talker.presses(*kept.button("style-drop"))
    assert "No styles" in (await talker.says("/style", expect=1)).text


async def test_one_goes_with_its_person_into_other_chats_and_nothing_else_does(studio: Studio) -> None:
    ann, there, ben = await studio.person(), await studio.person("ann", "den"), await studio.person("ben", "den")
    await studio.faults({"endpoint": "chat", "kind": "answer", "body": SEEN})
    kept = await ann.says("/style keep Torn", "cat.png")
    assert "torn paper, warm greys" in await drawn(studio, there, "/image a fox --style torn --raw")
    assert (await ben.says("/image a fox --style torn")).code in UNKNOWN, "the others there have it not"
    listed = await there.says("/style")
    assert "**Torn**" in listed.text and "Torn" not in (await ben.says("/style")).text
    photo = next(piece for event in ann.events for piece in event.get("pieces", ()) if piece["kind"] == "photo")
    assert photo["url"] not in json.dumps(there.events) and photo["url"] not in json.dumps(ben.events)
    assert kept.pieces[0]["id"] not in json.dumps(ben.events)
    await there.says("/settings style torn")
    assert "torn paper" in await drawn(studio, there, "/image a pear --raw")
    await there.says("/style drop torn")
    assert (await ann.says("/image a fox --style torn")).code in UNKNOWN, "gone there, gone everywhere"
    await ann.says("/style keep Night: black and gold")
    await studio.program.storage.store.forget("web:ann")
    assert "No styles" in (await there.says("/style")).text


async def test_a_style_of_the_chat_comes_before_one_from_elsewhere(studio: Studio) -> None:
    ann, there = await studio.person("ann"), await studio.person("ann", "den")
    await ann.says("/style keep Night: black and gold")
    await there.says("/settings session shared")
    await there.says("/style keep Night: deep violet")
    assert "deep violet" in await drawn(studio, there, "/image a fox --style night --raw")
    assert "black and gold" in await drawn(studio, ann, "/image a fox --style night --raw")
    assert (await there.says("/style")).text.count("Night") == 1
