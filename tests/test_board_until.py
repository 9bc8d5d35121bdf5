"""``--until``: a round that ends at a day and hour of the room's own zone, over a restart too, and what is said of other times."""

from __future__ import annotations

from pathlib import Path

import pytest

from embedded.process import EmbeddedProcess
from team import board
from test_boards import team_of, told
from timed import House


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


async def test_a_round_ends_at_the_time_that_was_said(services: EmbeddedProcess, tmp_path: Path) -> None:
    house = House(tmp_path / "data", services)
    async with house.opened(timezone="Europe/Berlin") as studio:
        team = await team_of(studio, "ada", "ben")
        ada, ben = team.people
        for wrong, said in {
            "soon": "cannot read “soon” as a time (Europe/Berlin)",
            "2026-01-01 17:00": "over already",
            "21 days": "at most 14 days",
        }.items():
            assert said in await told(ada, f"/brainstorm a park --until {wrong}")
        assert "no time zone “Mars”" in await told(ben, "/settings timezone Mars")
        assert "Asia/Tokyo" in await told(ada, "/settings timezone Asia/Tokyo")
        await team.says(0, "/brainstorm --until 2 days what our park lacks --sparks 0")
        shown = await board(team, "🧠 what our park lacks")
        assert "(Asia/Tokyo): 2 days to go." in shown.text and "Until" in shown.text
        await team.gives(0, "a zebra bench")
        await team.gives(1, "a heron pond")
        house.clock.move(86_400 + 40_000)
        await board(team, "13 hours to go")
    house.clock.move(86_400)
    async with house.opened() as studio:
        team = await team_of(studio, "ada")
        await board(team, "Open until everybody is done")
        await board(team, "Vote for the best")
