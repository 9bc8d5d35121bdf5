"""Kills at commits of a board on Telegram and Discord: no idea and no timer is lost, nothing is revealed twice, and no dot counts twice."""

from __future__ import annotations

import json
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from at_board import begun, revealed
from core.conversation.timers import AGAIN
from core.types import Board
from embedded.process import EmbeddedProcess
from killed import program
from studio import Studio
from team import DiscordTeam, Team, board, gathered, seen
from test_forget_bytes import at_rest
from test_timers_everywhere import Elsewhere, elsewhere
from timed import House, MovedClock, until

pytest_plugins = ("platforms",)
__all__ = ["elsewhere"]

SECOND = {"telegram": "accept", "discord": "commit"}
"""At what the process dies the second time: the job of the reveal is accepted, or it has revealed."""


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_kills_lose_and_double_nothing(elsewhere: Elsewhere, platform: str) -> None:
    async with AsyncExitStack() as outlasting:
        async with elsewhere.opened() as studio:
            team = await outlasting.enter_async_context(
                gathered(studio, platform, elsewhere.telegram, elsewhere.discord)
            )
            await team.says(0, "/brainstorm a park --sparks 0")
            await board(team, "Everybody writes")
            await team.gives(0, "a zebra bench")
            await team.gives(1, "a heron pond")
            await until(lambda: has(studio, team, lambda kept: len(kept.ideas) == 2))
        async with elsewhere.dying("commit") as life:
            await life.address()
            if isinstance(team, DiscordTeam):  # what is pressed while nobody is connected is lost there
                await team.town.until_gateway(lambda found: bool(found["sessions"]))
            await team.taps(0, "next")
            assert await life.wait() == -signal.SIGKILL
        async with elsewhere.dying(SECOND[platform]) as life:
            assert await life.wait() == -signal.SIGKILL
        elsewhere.house.clock = MovedClock()
        elsewhere.house.clock.move(AGAIN)  # where it died in a timer's hands, that is due again only then
        async with elsewhere.opened() as studio:
            shown = await seen(lambda: team.room(1), lambda one: "2 ideas in 2 groups" in one.text)
            await board(team, "Vote for the best")
            kept = await the_board(studio, team)
            assert sorted(idea.text for idea in kept.shown) == ["a heron pond", "a zebra bench"]
            assert [one.id for one in await team.room(1) if "2 ideas in" in one.text] == [shown.id]


async def the_board(studio: Studio, team: Team) -> Board:
    return (await studio.program.storage.store.boards(team.place, 1))[0]


async def has(studio: Studio, team: Team, holds: object) -> bool:
    return bool(holds(await the_board(studio, team)))  # type: ignore[operator]


async def test_a_dot_outlives_a_kill_at_each_of_its_commits(tmp_path: Path, services: EmbeddedProcess) -> None:
    """It is taken in, given, and told: the process dies after each of these, and the dot counts once and is answered once."""
    house = House(tmp_path / "data", services)
    async with house.opened() as studio:
        at = await begun(studio)
        house.clock.move(600)  # what is to follow at once is due
        await revealed(at, {0: ["a zebra bench"], 1: ["a heron pond"]})
        ben = at[1].person
        shown = await ben.wait(lambda events: [one for one in events if "board-ballot" in str(one["actions"])])
        ballot = await ben.presses(shown[0]["message"], f"board-ballot:{at[1].board}")
    press = {"user": "ben", "message": ballot.message, "action": f"board-dot:{at[1].board}:2:0"}
    async with program(house.folder, services, "take_in", 1) as life:
        async with httpx.AsyncClient(base_url=await life.address()) as http:
            with pytest.raises(httpx.TransportError):
                await http.post("/api/chats/team/actions", json=press)
        assert await life.wait() == -signal.SIGKILL
    for method in ("commit", "receipt"):
        async with program(house.folder, services, method, 1) as life:
            assert await life.wait() == -signal.SIGKILL
    async with house.opened() as studio:
        await at_rest(studio)
        kept = await studio.program.storage.store.board(at[1].board)
        assert kept and kept.dots == {"web:ben": {2: 1}}
        rows = await studio.program.storage.events.after("team", 0)
        assert sum("You have 2 of 3" in json.loads(row.data)["text"] for row in rows) == 1
