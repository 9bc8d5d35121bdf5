"""A photo that was hidden stays so in all that is made of it, on Telegram and in the API of the page."""

from __future__ import annotations

import pytest

from contract import sample
from standins.telegram.client import People
from studio import DATA, Studio
from telegram_talker import somebody, until_answered

pytest_plugins = ("telegram_studio",)


@pytest.mark.parametrize("hidden", [True, False])
async def test_on_telegram_a_spoiler_stays_one(crowd: People, fabula: Studio, hidden: bool) -> None:
    ada = await somebody(crowd)
    sent = await crowd.send_photo(ada.user, sample("cat.png"), "/edit a red hat", spoiler=hidden)
    (edited,) = await until_answered(crowd, ada.user, sent)
    for verb in ("redraw", "vary", "edit"):
        shown = await ada.sees(str(edited.message_id))
        assert shown
        answer = await ada.presses(shown, next(action for action, _ in shown.buttons if action.startswith(f"{verb}:")))
        made = answer.messages[-1]
        if verb == "edit":
            made = (await ada.says("a blue hat", reply_to=made.id)).messages[-1]
        room = await crowd.room(ada.user)
        assert [seen.spoiler for seen in room.visible if str(seen.message_id) == made.id] == [hidden], verb
    album = await ada.says("/vary --n 2", reply_to=str(edited.message_id), expect=3)
    seen = {str(seen.message_id): seen.spoiler for seen in (await crowd.room(ada.user)).visible if seen.photo}
    assert [seen[one.id] for one in album.messages if one.id in seen] == [hidden, hidden]


async def test_in_the_api_a_spoiler_is_told_of_every_picture_made_from_it(studio: Studio) -> None:
    person = await studio.person()
    photo = ("SPOILER_cat.png", (DATA / "cat.png").read_bytes())
    edited = await person.says("/edit a red hat", photo)
    assert edited.pictures[0]["spoiler"] is True
    redrawn = await person.presses(*edited.action("redraw"))
    assert redrawn.pictures[0]["spoiler"] is True
    sent = next(event for event in person.events if event["kind"] == "message")
    assert sent["pieces"][0]["spoiler"] is True
    asked = await person.says("/edit a red hat", photo, mask="cat-mask-white.jpg")
    assert asked.pieces[0]["kind"] == "region" and asked.pieces[0]["spoiler"] is True, (
        "the question shows the photo too"
    )
    previews = [event for event in person.events if event["kind"] == "preview"]
    assert all(event["pieces"][0].get("spoiler") for event in previews)
    replied = await person.says("/vary", reply_to=sent["message"])
    assert replied.pictures[0]["spoiler"] is True
    assert "spoiler" not in (await person.says("/image a cat --raw")).pictures[0]
