"""Whoever is a moment too late is told so, or is served all the same: nobody waits for an answer that does not come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from at_board import AtBoard, begun, revealed
from core.ports import Change
from core.types import Board, Place, User
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from studio import Answer, Studio, studio_at

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOSSES = ("boss", "chief", "head", "lead")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ruled_house(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    """A studio whose four operators are asked in a room whether somebody may go beyond a limit."""
    folder = tmp_path_factory.mktemp("overtaken")
    rules = folder / "rules.toml"
    rules.write_text('[[rule]]\nrequests = {month = 1}\nwhat = ["image"]\nat_limit = "ask"\n')
    operators = tuple(f"web:{name}" for name in BOSSES)
    changes: dict[str, Any] = {"rules": rules, "operators": operators, "report_chat": "web:desk"}
    async with studio_at(folder / "data", services, **changes) as studio:
        yield studio


async def until_all_is_handled(studio: Studio) -> None:
    async with asyncio.timeout(PATIENCE):
        while await studio.program.storage.store.waiting_rows("web"):
            await asyncio.sleep(0.02)


@pytest.mark.parametrize("verb", ["grant", "decline"])
async def test_of_several_who_answer_at_once_one_does_and_the_others_are_told(ruled_house: Studio, verb: str) -> None:
    bosses = [await ruled_house.person(name, "desk") for name in BOSSES]
    asker = await ruled_house.person(f"asker-{verb}")
    assert (await asker.says("/image a cat --raw")).pictures
    await asker.says("/image a heron --raw")

    def question(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [one for one in events if any(a["id"].startswith(verb) for a in one["actions"]) and one["text"]]

    asked = await bosses[0].wait(lambda events: [one for one in question(events) if asker.name in one["text"]])
    message, action = Answer("", asked[-1:]).action(verb)
    await asyncio.gather(*(boss.post("actions", message=message, action=action) for boss in bosses))
    await until_all_is_handled(ruled_house)

    def late(events: list[dict[str, Any]]) -> bool:
        return any(one["kind"] == "failure" and one["code"] == "ask-over" for one in events)

    async with asyncio.timeout(PATIENCE):
        while sum(late([e for e in boss.events if e["in_reply_to"] == message]) for boss in bosses) < len(bosses) - 1:
            await asyncio.sleep(0.02)


async def test_what_is_begun_of_an_idea_begins_also_where_its_board_changes_meanwhile(ruled_house: Studio) -> None:
    ada, ben, _ = at = await begun(ruled_house, "--sparks 0 --recipe product", room="makers")
    await revealed(at, {0: ["a mug that keeps warm"], 1: ["a bench that hums"]})
    store = ruled_house.program.storage.store
    found, busy = store.board, [ada.board]

    async def changed_behind(name: str) -> Board | None:
        """The board as it was a moment ago: another process's hand was quicker."""
        board = await found(name)
        if board and busy and len(busy) < 3 and not board.hidden:
            busy.append(name)
            await store.commit(Change(board=board.model_copy(update={"version": board.version + 1})))
        return board

    store.board = changed_behind  # type: ignore[method-assign]
    try:
        await ben.person.post("actions", message="", action=f"board-develop:{ada.board}:1")
        await until_all_is_handled(ruled_house)
    finally:
        store.board = found  # type: ignore[method-assign]
    assert len(busy) == 3
    board = await store.board(ada.board)
    assert board and [one.command for one in board.made] == ["product"]


async def test_who_is_overtaken_without_end_gets_a_sentence(ruled_house: Studio) -> None:
    _, ben, _ = await begun(ruled_house, room="busy")
    store = ruled_house.program.storage.store
    found = store.board

    async def changed_behind(name: str) -> Board | None:
        board = await found(name)
        if board:
            await store.commit(Change(board=board.model_copy(update={"version": board.version + 1})))
        return board

    store.board = changed_behind  # type: ignore[method-assign]
    try:
        answers = [await ben.person.says("/idea a slide"), await ben.person.says("/idea", "cat.png")]
    finally:
        store.board = found  # type: ignore[method-assign]
    assert [answer.code for answer in answers] == ["internal", "internal"]
    assert not await store.open_jobs()


class Slow:
    """A platform's word on who is where, of which one person's does not come."""

    def __init__(self, whose: str) -> None:
        self.whose, self.asked, self.comes = whose, asyncio.Event(), asyncio.Event()

    async def attends(self, user: User, place: Place) -> bool:
        if user.id == self.whose:
            self.asked.set()
            await self.comes.wait()
        return True

    async def administers(self, user: User, place: Place) -> bool:
        return False


async def test_nobody_at_a_board_waits_for_what_a_platform_says_of_another(ruled_house: Studio) -> None:
    ada, *_ = await begun(ruled_house, room="askers")
    slow, standings = Slow("dan"), ruled_house.program.manager._desk.rights._standings
    standings["web"] = slow  # type: ignore[index]
    try:
        for name in ("dan", "eve"):
            alone = await ruled_house.person(name)
            await alone.post("actions", message="", action=f"board-done:{ada.board}")
            await asyncio.wait_for(slow.asked.wait(), PATIENCE)
        await until_done(ruled_house, ada, {"eve"})
        slow.comes.set()
        await until_done(ruled_house, ada, {"dan", "eve"})
    finally:
        slow.comes.set()
        del standings["web"]  # type: ignore[attr-defined]


async def until_done(studio: Studio, at: AtBoard, who: set[str]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            board = await studio.program.storage.store.board(at.board)
            assert board
            if {one.user.id for one in board.members if one.done} == who:
                return
            await asyncio.sleep(0.02)
