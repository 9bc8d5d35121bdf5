"""The whole play at a board, on every platform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from board_play import whole_play
from core.types import Board, KeptPiece, Place
from gathering import gathered
from standins.discord.process import DiscordProcess
from standins.telegram.process import TelegramProcess
from studio import Studio

pytest_plugins = ("platforms",)


@dataclass
class InStudio:
    """What a studio keeps of a place."""

    studio: Studio
    place: Place

    async def board(self) -> Board:
        return (await self.studio.program.storage.store.boards(self.place, 1))[0]

    async def pieces(self) -> Sequence[KeptPiece]:
        store = self.studio.program.storage.store
        made = await store.made_of_ideas(self.place, 9)
        return [*made, *[drawn for one in made for drawn in await store.pictures_of(one.piece.id)]]

    async def hasten(self, timer: str) -> None:
        await self.studio.program.storage.store.hasten_timer(timer)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


async def test_twelve_people_from_the_first_idea_to_the_poster(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as team:
        told = await whole_play(InStudio(served, team.place), team)
        assert told == (platform == "telegram"), "only Lea is, where she pressed"
