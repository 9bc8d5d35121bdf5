"""What one person does, sends and is asked is nobody else's: not by a reply, not by the name of a message, not by a word of theirs for it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from embedded.process import EmbeddedProcess
from lasting import visited
from patience import PATIENCE
from studio import Studio, studio_at
from team import WebTeam, board
from test_batches import as_csv, lives, presses
from test_boards import ROOM

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def _house(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    async with studio_at(tmp_path_factory.mktemp("others"), services, taste="on") as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def commons(_house: Studio) -> AsyncIterator[Studio]:
    async with visited(_house) as visit:
        yield visit


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


async def test_who_writes_an_idea_shows_it_to_nobody_by_whatever_name(commons: Studio) -> None:
    ada, ben = [await commons.person(name, "park") for name in ("ada", "ben")]
    team = WebTeam([ada, ben], ROOM)
    await team.says(0, "/brainstorm a park --sparks 0 --anonymous")
    await board(team, "Everybody writes", who=1)
    start, seen = len(ada.events), len(ben.events)
    hidden = await ada.posts("/idea a zebra bench", "cat-sent.jpg")
    await ada.wait(lambda events: [one for one in events[start:] if "makes 1 from you" in one["text"]])
    await ada.answer(await ada.posts("/idea a heron"))
    assert "makes 3 from you" in await team.gives(0, "a swing")
    assert "Send me the photo" in (await ben.says("/edit make it blue", reply_to=hidden)).text
    assert (await ben.get(f"/api/chats/{ben.chat}/works/{hidden}?user={ben.name}")).status_code == 404
    assert (await ada.get(f"/api/chats/{ada.chat}/works/{hidden}?user={ada.name}")).json()["state"] == "done"
    assert not await commons.requests("images.edits")
    assert ada.name not in json.dumps(ben.events[seen:]), (
        "in their order the ends of what she did would tell whose an idea is"
    )


async def test_who_is_blocked_has_no_more_rows_made(commons: Studio) -> None:
    ann = await commons.person()
    await commons.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 2})
    rows = as_csv([("Idea",), *((f"a {one}",) for one in ("cat", "fox", "hen", "cow", "pig"))])
    plan = await ann.says("/batch image", ("ideas.csv", rows))
    await presses(ann, plan.replies[-1], "batch-start")
    await commons.asked("images.generations")
    operating = commons.program.operating
    await operating.block(f"web:{ann.name}", True)
    await commons.release("images.generations", 1)
    async with asyncio.timeout(PATIENCE):  # she hears nothing meanwhile
        while "not open to you here" not in str(await commons.program.storage.events.after(ann.chat, 0, 1000)):
            await asyncio.sleep(0.01)
    assert len(await commons.requests("images.generations")) < 5
    await operating.block(f"web:{ann.name}", False)
    paused = await ann.wait(lambda events: lives(events, "not open to you here"))
    assert "batch-resume" in str(paused["actions"])
    await commons.faults()  # whoever had not come yet would hang now
    await commons.release()
    await presses(ann, paused, "batch-resume")
    assert await ann.wait(lambda events: lives(events, "All rows are done"))


async def test_what_one_person_is_shown_alone_nobody_rates(commons: Studio) -> None:
    """Such a message has a number that anybody can guess."""
    ada, ben = [await commons.person(name, "den") for name in ("ada", "ben")]
    listed = await ada.presses((await ada.says("/taste")).message, "taste-row:0")
    assert listed.pieces and listed.replies[-1]["private"]
    drawn, start = await ada.says("/image a pear --raw"), len(ben.events)
    await ben.post("reactions", message=listed.replies[-1]["message"], emoji="👍", added=True)
    await ben.rates(drawn.message, "👍")
    assert listed.pieces[0]["id"] not in json.dumps(ben.events[start:])
