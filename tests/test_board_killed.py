"""Kills at commits of a board on Telegram and Discord: no idea and no timer is lost, nothing is revealed twice, and no dot counts twice."""

from __future__ import annotations

import itertools
import json
import os
import signal
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
from test_forget_bytes import at_rest
from timed import House, until

pytest_plugins = ("platforms",)

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
        shown = [one.text for one in await team.room(3)]
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
    assert sum("ideas in" in text for text in shown) == 1


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
