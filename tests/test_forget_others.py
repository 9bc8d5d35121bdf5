"""What others' messages, questions and lists keep of somebody goes with them, and what quotes a deleted piece goes with it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from at_board import AtBoard, revealed
from core.types import Place
from embedded.process import EmbeddedProcess
from standins.telegram.client import People
from studio import Answer, Studio, studio_at
from telegram_talker import TelegramTalker, quiet, rows_with
from test_forget_bytes import at_rest, forgets, holding

pytest_plugins = ("telegram_studio",)

WORDS = "marzipan"


def told(studio: Studio, words: str) -> list[str]:
    """The tables in whose rows words stand, but for that of who is let in at the door."""
    file = studio.program.settings.data_dir / "fabula.sqlite3"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        names = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'people'")
        ]
        return [name for name in names if any(words in str(row) for row in database.execute(f'SELECT * FROM "{name}"'))]


async def family(crowd: People) -> tuple[TelegramTalker, TelegramTalker, TelegramTalker]:
    """Ann and Ben in a group where the bot is, and Ann alone with it."""
    ann, ben = await crowd.create_user("Ann Zebulon"), await crowd.create_user("Ben")
    group = await crowd.create_group("Family", [ann, ben])
    return TelegramTalker(crowd, ann, group), TelegramTalker(crowd, ben, group), TelegramTalker(crowd, ann)


async def forgets_there(alone: TelegramTalker) -> None:
    asked = (await alone.says("/forget")).messages[-1]
    button = next(action for action, _ in asked.buttons if action.startswith("forget-yes:all"))
    await alone.taps(asked, button)


async def test_what_telegram_told_of_it_with_others_updates_goes(crowd: People, fabula: Studio, tmp_path: Path) -> None:
    """A press brings the whole message that was pressed, an answer the one that is answered."""
    ann, ben, _ = await family(crowd)
    shown = (await ann.says(f"/image a {WORDS} lighthouse --raw")).with_picture
    await ben.taps(shown, str(shown.action("rate-up")))
    assert (await ben.says("/vary in the dark", reply_to=shown.id)).pictures
    await quiet(crowd, fabula)
    presses = [row for row in rows_with(tmp_path / "data", "callback_query") if WORDS in row]
    assert presses == [], "of a press where it was is enough"
    sure = await ann.presses(shown, str(shown.action("delete")))
    await ann.presses(sure.messages[0], str(sure.messages[0].action("delete-yes")), expect=0)
    await quiet(crowd, fabula)
    assert holding(tmp_path / "data", WORDS) == []


async def test_who_only_talked_in_a_group_is_quoted_no_more(crowd: People, fabula: Studio, tmp_path: Path) -> None:
    """What is answered was never said to the bot: it is kept for as long as the answer takes, and in the update that brought it."""
    ann, ben, alone = await family(crowd)
    said = await crowd.say(ann.user, f"what rhymes with {WORDS}?", chat=ann.chat)
    assert (await ben.says("@fabula_standin_bot what do you say?", reply_to=str(said))).text
    assert (await alone.says("/usage")).text
    await quiet(crowd, fabula)
    requests = await fabula.program.storage.database.read(
        lambda c: c.exec_driver_sql("SELECT request FROM jobs").scalars().all()
    )
    assert requests and not any(WORDS in request for request in requests)
    await forgets_there(alone)
    await quiet(crowd, fabula)
    assert {*told(fabula, WORDS)} <= {"sessions", "pieces", "steps"}, "the answer that ben got is his"
    assert holding(tmp_path / "data", "Zebulon") == []


async def test_a_name_in_what_others_were_told_goes(guarded: Studio, tmp_path: Path) -> None:
    """Who likes a picture is told to whoever asks how it was made, and in the list of what was made here."""
    ann, bob = [await guarded.invited(name, room="garden") for name in ("Zebulon", "Bob")]
    shown = await bob.says("/image a cat --raw")
    await ann.post("reactions", message=shown.message, emoji="👍")
    await ann.wait(lambda events: next((one for one in events if one["kind"] == "rating"), None))
    assert "Zebulon" in (await bob.presses(*shown.action("prompt"))).text
    assert "Zebulon" in (await bob.says("/history")).text
    await at_rest(guarded)
    await forgets(ann, everything=True)
    await at_rest(guarded)
    assert told(guarded, "Zebulon") == []
    assert "a cat" in (await bob.says("/history")).text, "what is bob's is his"


@pytest.mark.parametrize("leads", [True, False])
async def test_who_was_only_in_at_a_board_is_named_nowhere(guarded: Studio, tmp_path: Path, leads: bool) -> None:
    """Without an idea of their own: as who leads it, or with a dot. The topic goes with who named it."""
    names = ("Zebulon", "Ben", "Cy") if leads else ("Ada", "Ben", "Zebulon")
    people = [await guarded.invited(name, room="team") for name in names]
    await people[0].says(f"/brainstorm a {WORDS} park --sparks 0")
    [board] = await guarded.program.storage.store.boards(Place(platform="web", chat="team", peers=True), 1)
    ada, ben, cy = (AtBoard(person, board.id) for person in people)
    await cy.done("join")
    await revealed([ada, ben, cy], {1: ["more benches", "a heron pond"]})
    await cy.done("dot", 1, 0)
    await at_rest(guarded)
    assert told(guarded, "Zebulon") and told(guarded, WORDS)
    await forgets(people[0 if leads else 2], everything=True)
    await at_rest(guarded)
    assert told(guarded, "Zebulon") == []
    assert bool(told(guarded, WORDS)) is not leads
    assert (await ben.look())["columns"]


@pytest_asyncio.fixture
async def ruled(services: EmbeddedProcess, tmp_path: Path) -> AsyncIterator[Studio]:
    """A studio where one answer a day is free, and for more somebody has to be asked."""
    file = tmp_path / "rules.toml"
    file.write_text('[[rule]]\nrequests = {day = 1}\nat_limit = "ask"\n')
    changes = {"rules": file, "operators": ("web:boss",), "report_chat": "web:home-boss"}
    async with studio_at(tmp_path / "data", services, **changes) as studio:
        yield studio


async def test_what_waits_for_a_word_does_not_bring_back_what_was_deleted(ruled: Studio, tmp_path: Path) -> None:
    """What was asked for beyond a limit repeats what it answers: granted, it would be told to a model."""
    ann, bob, boss = [await ruled.person(*who) for who in (("ann", "garden"), ("bob", "garden"), ("boss",))]
    answer = await ann.says(f"what rhymes with {WORDS}?")
    assert (await bob.says("/image a dog --raw")).pictures
    request = await bob.posts("what did you say?", reply_to=answer.message)
    assert "asked whoever runs" in (await bob.answer(request)).text
    question = await boss.wait(
        lambda events: next((one for one in events if any(a["id"].startswith("grant") for a in one["actions"])), None)
    )
    sure = await ann.presses(answer.message, f"delete:{answer.pieces[0]['id']}")
    assert (await ann.presses(*sure.action("delete-yes"))).code is None
    await at_rest(ruled)
    assert holding(tmp_path / "data", WORDS) == []
    assert (await boss.presses(*Answer(request, [question]).action("grant"))).code == "ask-over"


async def test_what_waits_for_an_answer_does_not_bring_back_who_is_gone(studio: Studio, tmp_path: Path) -> None:
    """A question holds how somebody looks who was named in what is asked about."""
    ann = await studio.person("ann", "garden")
    card = await ann.says(f"/character Mia, a {WORDS} fox with a red scarf")
    asked = await ann.says("a fox who finds @Mia with a lantern")
    sure = await ann.presses(*card.action("character-forget"))
    assert (await ann.presses(*sure.action("character-forget-yes"))).code is None
    await at_rest(studio)
    assert holding(tmp_path / "data", WORDS) == []
    assert (await ann.presses(*asked.action("wish-draw"))).code == "question-gone"
