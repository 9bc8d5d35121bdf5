"""What people change afterwards: an edit corrects what led to nothing, and repeats nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from embedded.process import EmbeddedProcess
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess
from studio import Studio, paid, studio_at
from telegram_talker import TelegramTalker, quiet, replies_to, somebody, unlimited, until_answered

pytest_plugins = ("telegram_studio",)
CAT, DOG, WRONG = "/image a cat --raw", "/image a dog --raw", "/imge a cat --raw"


@dataclass(frozen=True)
class Case:
    """What was written, what it is changed to after some seconds (nothing: Telegram tells of an edit that is none), and what came of both."""

    first: str
    then: str | None
    answers: int
    pictures: int
    after: float = 0


CASES = {
    "a usage that is only stirred": Case("/usage", None, 1, 0),
    "a picture that is only stirred": Case(CAT, None, 1, 1),
    "a mistake that is only stirred": Case(WRONG, None, 1, 0),
    "a corrected mistake": Case(WRONG, CAT, 2, 1),
    "a mistake in the options": Case("/image a cat --raw --style watercolr", CAT, 2, 1),
    "a mistake corrected by another": Case(WRONG, "/imagee a cat --raw", 2, 0),
    "another picture": Case(CAT, DOG, 1, 1),
    "another quick command": Case("/usage", "/history", 1, 0),
    "a picture instead of a quick command": Case("/usage", CAT, 1, 0),
    "within two minutes": Case(WRONG, CAT, 2, 1, after=110),
    "after two minutes": Case(WRONG, CAT, 1, 0, after=130),
}


async def test_an_edit_starts_something_only_where_the_words_changed_soon_and_nothing_came_of_them(
    crowd: People, fabula: Studio
) -> None:
    for name, case in CASES.items():
        await fabula.begin()
        await crowd.advance(-case.after)
        ada = await somebody(crowd)
        message = int((await ada.says(case.first)).id)
        await crowd.advance(case.after)
        await change(crowd, ada, message, case.then)
        await until_answered(crowd, ada.user, message, case.answers)
        await quiet(crowd, fabula)
        assert len(replies_to(await crowd.room(ada.user), message)) == case.answers, name
        assert len(paid(await fabula.requests())) == case.pictures, name


async def change(crowd: People, ada: TelegramTalker, message: int, words: str | None) -> None:
    if words is None:
        await crowd.stir(ada.user, message)
    else:
        await crowd.edit(ada.user, message, words)


async def test_what_was_forgotten_is_not_made_again_by_an_edit(crowd: People, fabula: Studio) -> None:
    ada = await somebody(crowd)
    changes = {int((await ada.says(CAT)).id): words for words in (None, DOG, CAT + " ")}
    asked = await ada.says("/forget")
    await ada.presses(*asked.button("forget-yes"), expect=0)
    await quiet(crowd, fabula)
    before = len((await crowd.room(ada.user)).by_bot)
    for message, words in (*changes.items(), *((message, "/image a horse --raw") for message in changes)):
        await change(crowd, ada, message, words)
        await quiet(crowd, fabula)
    assert len((await crowd.room(ada.user)).by_bot) == before
    assert len(paid(await fabula.requests())) == len(changes)


async def test_a_mistake_is_corrected_across_a_restart_and_nothing_else_is(
    crowd: People, services: EmbeddedProcess, tmp_path: Path, telegram_stand_in: TelegramProcess
) -> None:
    ada = await somebody(crowd)
    settings = unlimited(telegram_stand_in)
    async with studio_at(tmp_path / "data", services, **settings) as studio:
        wrong, usage, cat = [int((await ada.says(words)).id) for words in (WRONG, "/usage", CAT)]
        await quiet(crowd, studio)
    await crowd.stir(ada.user, usage)
    await crowd.edit(ada.user, cat, DOG)
    await crowd.edit(ada.user, wrong, CAT)
    async with studio_at(tmp_path / "data", services, **settings) as studio:
        await until_answered(crowd, ada.user, wrong, 2)
        await quiet(crowd, studio)
        room = await crowd.room(ada.user)
        assert [len(replies_to(room, message)) for message in (wrong, usage, cat)] == [2, 1, 1]
        assert len(paid(await studio.requests())) == 1


def injected(ada: int, now: float, **more: object) -> dict[str, object]:
    chat = {"id": ada, "type": "private", "first_name": "Ada"}
    person = {"id": ada, "is_bot": False, "first_name": "Ada"}
    return {"message_id": 7001, "date": int(now), "chat": chat, "from": person, **more}


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "never seen"])
async def test_an_old_edit_and_one_of_a_message_never_seen_are_passed_over(
    crowd: People, fabula: Studio, kept: bool
) -> None:
    """The first was changed at once, and arrives an hour later: with the message itself, after an outage."""
    ada = await somebody(crowd)
    now = time.time() - (3600 if kept else 0)
    if kept:
        await crowd.inject({"message": injected(ada.user, now, text=WRONG)})
        await crowd.next_answer(ada.user)
    await crowd.inject({"edited_message": injected(ada.user, now, edit_date=int(now) + 5, text=CAT)})
    await quiet(crowd, fabula)
    assert len((await crowd.room(ada.user)).by_bot) == kept
    assert paid(await fabula.requests()) == []


async def test_a_place_that_moves_along_is_passed_over_and_one_that_does_not_is_answered(
    crowd: People, fabula: Studio
) -> None:
    ada = await somebody(crowd)
    here, now = {"latitude": 1.0, "longitude": 1.0}, time.time()
    moving = {"location": {**here, "live_period": 900}}
    await crowd.inject({"message": injected(ada.user, now, **moving)})
    moving["location"]["latitude"] = 1.1
    await crowd.inject({"edited_message": injected(ada.user, now, edit_date=int(now) + 9, **moving)})
    await crowd.inject({"edited_message": injected(ada.user, now, edit_date=int(now) + 99, location=here)})
    await quiet(crowd, fabula)
    assert (await crowd.room(ada.user)).by_bot == []
    await crowd.inject({"message": injected(ada.user, now, location=here)})
    assert "location" in (await crowd.next_answer(ada.user)).text
