"""A whole play at a board, written once, on every platform: hidden ideas, the reveal, dots, the shortlist, and what is made of it."""

from __future__ import annotations

import pytest

from standins.discord.process import DiscordProcess
from standins.telegram.process import TelegramProcess
from studio import Studio
from team import NAMES, Team, action, board, gathered, numbered, seen

pytest_plugins = ("platforms",)

IDEAS = {
    0: ["a lighthouse that sells pancakes", "quiet hour with violet lamps"],
    1: ["marzipan zeppelins over the harbour"],
    2: ["a lighthouse which is selling pancakes", "a choir of kettles"],
}
"""What Ada, Ben and Cem think up; Cem has one that Ada had."""


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


async def test_a_board_from_the_first_idea_to_the_work(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as team:
        await team.says(0, "/brainstorm what our café is known for --minutes 30")
        await board(team, "Everybody writes down ideas")
        for who, ideas in IDEAS.items():
            for number, idea in enumerate(ideas, 1):
                assert f"{number}" in await team.gives(who, idea)
        await nothing_leaks(team)
        await team.taps(0, "next")
        shown = await seen(lambda: team.room(3), lambda one: "ideas in" in one.text)
        for ideas in IDEAS.values():
            assert any(idea in shown.text for idea in ideas)
        assert shown.text.count("lighthouse") == 1, "what is the same is told once"
        got = await team.everything(3)
        assert all(ideas[0] in got for who, ideas in IDEAS.items() if who < 2), (
            "what was looked for would have been found"
        )
        await board(team, "Vote for the best")
        await vote_and_develop(served, team)


async def nothing_leaks(team: Team) -> None:
    """Before the reveal nobody got a word of another's idea, by whatever road."""
    for who, ideas in IDEAS.items():
        for other in range(len(NAMES)):
            got = await team.everything(other)
            assert "café is known" in got, "it is looked for where there is something"
            if other != who:
                assert [idea for idea in ideas if idea in got] == [], (who, other)


async def vote_and_develop(served: Studio, team: Team) -> None:
    ballots = [await team.ballot(who) for who in range(len(NAMES))]
    first = await team.dots(0, ballots[0], 1)
    assert "You have 2 of 3 dots left" in first.text
    await team.dots(0, first, 1)
    await team.dots(3, ballots[3], 2)
    await team.taps(0, "next")
    over = await board(team, "This is what you chose", who=3)
    assert "(2 ●)" in over.text and "(1 ●)" in over.text
    assert action(over, "board-develop") and numbered(ballots[0], 1)
