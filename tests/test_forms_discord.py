"""Forms on Discord: modals that hold what the API can hold, refused by one sentence with the words given back, and sent after a restart."""

from __future__ import annotations

import re
import signal
from typing import Any

import pytest

from bots.discord.modals import filled, modal_of
from core import texts
from core.types import Choice, Form, FormField
from core.types.forms import LONGEST
from discord_people import Gathering
from standins.discord.modals import check_modal
from standins.discord.modals import filled as submitted
from test_discord_restart import Town, process, town  # noqa: F401

pytest_plugins = ("discord_studio",)

SHARED = pytest.mark.asyncio(loop_scope="module")
"""The studio that many tests share lives in the loop of the module."""


async def story(gathering: Gathering, who: Any) -> Any:
    """A story of somebody's in a channel."""
    told = (await who.asks("story", idea="a fox at sea", length="short", expect=2))[0]
    await gathering.until_shown(who, told.id)
    return told


def one(value: str, most: int = LONGEST) -> Form:
    return Form(title="T", fields=(FormField(name="text", kind="long", label="Text", most=most, value=value),))


TEXTS = [
    *("", "short", "a" * 4000, "a" * 4001, "a" * LONGEST, "word " * 3000, "狐狸在海上。\n" * 2000),
    *(("p " * 900 + "\n\n") * 6, "\n\n".join("x" * 3199 for _ in range(4))),
]


@pytest.mark.parametrize("value", TEXTS)
def test_a_long_text_is_laid_over_several_inputs_and_comes_back_whole(value: str) -> None:
    modal = check_modal(modal_of(one(value.strip()), "form:x").to_dict())
    assert all(len(part["component"].get("value") or "") <= 4000 for part in modal["components"])
    back = filled({"components": submitted(modal, {})})["text"] if value.strip() else ""
    assert re.sub(r"\s+", " ", back).strip() == re.sub(r"\s+", " ", value).strip()
    assert [line.strip() for line in back.split("\n") if line.strip()] == [
        line.strip() for line in value.split("\n") if line.strip()
    ]


MANY = tuple(Choice(value=str(number), label="C" * 100) for number in range(25))


def test_each_kind_of_field_is_taken_by_the_api() -> None:
    form = Form(
        title="T" * 45,
        fields=(
            FormField(name="name", kind="short", label="L" * 45, hint="h" * 100, value="v" * 300),
            FormField(name="age", kind="number", label="Age", least=-5, most=10**8),
            FormField(name="pet", kind="choice", label="Pet", required=False, value="7", choices=MANY),
        ),
    )  # fmt: skip
    modal = check_modal(modal_of(form, "form:x").to_dict())
    assert filled({"components": submitted(modal, {"age": "7"})}) == {"name": "v" * 300, "age": "7", "pet": "7"}


@SHARED
async def test_the_text_of_a_story_is_changed_in_a_channel(gathering: Gathering) -> None:
    ada, bea = gathering.ada, await gathering.somebody("Bea", locale="zh-CN")
    told = await story(gathering, bea)
    asked = await ada.people.press(bea.user, ada.channel, told.id, "改文字")
    form = (await ada.people.responded(asked)).modal
    assert form and form["title"] == "改文字"
    newest = await ada.newest()
    await ada.people.submit(asked, title="我的狐狸", text="狐狸睡了。")
    said = (await ada.hears(newest))[-1]
    assert "我的狐狸" in said.text and "狐狸睡了。" in said.text


@SHARED
async def test_another_person_gets_neither_the_form_nor_what_they_forge(gathering: Gathering) -> None:
    ada, bea = gathering.ada, await gathering.somebody("Bea")
    cora = await gathering.somebody("Cora")
    told = await story(gathering, bea)
    button = next(
        str(control.custom_id) for control in told.controls if str(control.custom_id).startswith("change-text:")
    )
    refused = await ada.people.answer(await ada.people.press(cora.user, ada.channel, told.id, "Change text"))
    assert refused.ephemeral and refused.text == texts.say("error-only-author", "en")
    label = {"type": 18, "id": 1, "component": {"type": 4, "id": 2, "custom_id": "text", "value": "Cora's own words"}}
    for name, code in ((button, "only-author"), ("forget-yes:", "button-unknown"), ("no-such:thing", "button-unknown")):
        forged = {"custom_id": f"form:{name}", "components": [label]}
        newest = await cora.newest()
        await ada.people.act("forge", user=cora.user, channel=ada.channel, kind=5, data=forged, message=told.id)
        room = await ada.people.until(
            ada.channel,
            lambda room, newest=newest: any(
                "Cora's own words" in seen.text for seen in room.messages if seen.id > newest
            ),
            user=cora.user,
        )
        new = [seen for seen in room.messages if seen.id > newest and not seen.deleted]
        assert any(texts.say(f"error-{code}", "en") in seen.text for seen in new), [seen.text for seen in new]
        assert all(seen.ephemeral for seen in new), "nobody else has to read it"


@SHARED
async def test_what_is_refused_after_it_was_sent_gives_the_words_back(gathering: Gathering) -> None:
    """All of them, also where they are longer than a message."""
    ada, people = gathering.ada, gathering.people
    told = await story(gathering, ada)
    opened = [await people.press(ada.user, ada.channel, told.id, "Change text") for _ in range(2)]
    for form in opened:
        await people.responded(form)
    piece = next(str(c.custom_id) for c in told.controls if str(c.custom_id).startswith("delete:")).partition(":")[2]
    await gathering.studio.program.storage.store.delete_piece(piece)
    await people.submit(opened[0], title="My fox", text="Words of some length")
    room = await ada.until(lambda room: any("Words of some length" in seen.text for seen in room.messages))
    assert next(seen for seen in room.messages if "Words of some length" in seen.text).ephemeral
    await people.submit(opened[1], title="My fox", text="狐狸睡了。" * 700)
    room = await ada.until(lambda room: any(file.name == "fabula.txt" for seen in room.messages for file in seen.files))
    given = next(seen for seen in room.messages if seen.files and seen.files[0].name == "fabula.txt")
    data = await people.file(ada.channel, given.id, given.files[0].id)
    assert given.ephemeral and data.decode() == "My fox\n\n" + "狐狸睡了。" * 700


@pytest.mark.parametrize("kill", [False, True])
async def test_a_form_that_was_open_over_a_restart_still_arrives(town: Town, kill: bool) -> None:  # noqa: F811
    async with town.first() as gathering:
        ada = gathering.ada
        told = await story(gathering, ada)
        form = await ada.people.press(ada.user, ada.channel, told.id, "Change text")
        await ada.people.responded(form)
    newest = await ada.newest()
    if kill:
        async with process(town, "take_in", 1) as life:
            await ada.people.submit(form, title="My fox", text="It slept.")
            assert await life.wait() == -signal.SIGKILL
    async with town.then() as studio:
        gathering.studio = studio
        if not kill:
            await ada.people.submit(form, title="My fox", text="It slept.")
        said = await ada.hears(newest)
        assert [seen.text for seen in said if "It slept." in seen.text] and "My fox" in said[-1].text
