"""Kills at commits of a board on Telegram and Discord: no idea and no timer is lost, nothing is revealed twice, and no dot counts twice."""

from __future__ import annotations

import itertools
import json
import os
import signal
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from at_board import begun, revealed
from board_play import BUILT, CAPTION, IDEAS, whole_play
from bots.platforms import variables
from embedded.process import EmbeddedProcess
from gathering import gathered
from killed import EACH, program
from lives import Lives
from standins.discord.process import DiscordProcess
from standins.telegram.process import TelegramProcess
from team import DiscordTeam, lists
from test_board_people import until_board
from test_forget_bytes import at_rest
from test_timers_everywhere import Elsewhere, elsewhere
from timed import House, until

pytest_plugins = ("platforms",)
__all__ = ["elsewhere"]

DEATHS = (
    *(("take_in", 3), ("commit", 4), ("receipt", 9), ("begin_timer", 2), ("finish_step", 1), ("accept", 1)),
    *(("commit", 1), ("receipt", 2)),
)
"""Of what it dies, one life after the other: commits of each kind, all over the play; of every one by ``make chaos-board``."""

EVERYWHERE = bool(os.environ.get("FABULA_KILL_EVERYWHERE"))
"""Whether it dies of each single commit, which takes minutes: ``make chaos-board``."""


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_kills_all_over_the_play_lose_and_double_nothing(
    tmp_path: Path,
    services: EmbeddedProcess,
    platform: str,
    reached: dict[str, object],
    telegram_stand_in: TelegramProcess,
    discord_stand_in: DiscordProcess,
) -> None:
    names = variables()
    environment = {names[name]: str(value) for name, value in reached.items()}
    deaths = itertools.repeat((EACH, 1)) if EVERYWHERE else DEATHS
    lives = Lives(tmp_path / "data", services, deaths, environment)
    async with lives.going_on(), gathered(None, platform, telegram_stand_in, discord_stand_in, lives) as team:
        await whole_play(lives, team)
        await until(lives.at_rest)
        shown = await team.room(3)
    assert lives.number > len(DEATHS)
    if EVERYWHERE:
        print(f"{platform}: {lives.number} lives; died of {dict(lives.died())}")
    kept = await lives.board()
    given = sorted(number for own in kept.dots.values() for number in own.values())
    assert (given, len(kept.second)) == ([2, 2], 2)
    ideas = sorted(idea.text for idea in kept.ideas if not idea.spark)
    assert ideas == sorted(
        {*(one for all_of in IDEAS.values() for one in all_of), *BUILT.values(), CAPTION} - {IDEAS[2][0]}
    )
    told = [one.text for one in shown if lists(one)]
    # What Telegram was being sent at a death may be there once more: it has no key by which it would know that it has it.
    assert len(set(told)) == 1 and (len(told) == 1 or platform == "telegram")


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


@pytest.mark.parametrize("platform", ["discord"])
async def test_what_was_given_in_private_before_a_death_is_taken_from_somebody_of_the_room(
    elsewhere: Elsewhere,
) -> None:
    """The next life takes it up before the gateway has told it of any room."""
    async with AsyncExitStack() as outlasting:
        async with elsewhere.opened() as studio:
            team = await outlasting.enter_async_context(
                gathered(studio, "discord", elsewhere.telegram, elsewhere.discord)
            )
            assert isinstance(team, DiscordTeam)
            await team.says(0, "/brainstorm a park --minutes 30")
            await team.taps(1, "join")
            # Who is in only after half of the time is reminded of nothing.
            kept = await until_board(studio, team, lambda found: len(found.members) == 2)
            elsewhere.house.clock.move_past(kept.created + 16 * 60)
            alone = await team.town.private_channel(team.people[1])
            asked = (await team.town.until(alone, lambda room: bool(room.by_bot), user=team.people[1])).by_bot[0]
        async with elsewhere.dying("take_in") as life:
            await life.address()
            await team.town.until_gateway(lambda found: any(one["connected"] for one in found["sessions"]))
            form = await team.town.press(team.people[1], alone, asked.id, "💡 Give an idea")
            assert (await team.town.responded(form)).modal
            await team.town.submit(form, idea="a zebra bench")
            assert await life.wait() == -signal.SIGKILL
        async with elsewhere.opened() as studio:
            store = studio.program.storage.store

            async def is_handled() -> bool:
                return not await store.waiting_rows("discord")

            await until(is_handled)
            after = await store.board(kept.id)
            assert after and [idea.text for idea in after.ideas] == ["a zebra bench"]
