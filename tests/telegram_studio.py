"""A studio on the stand-in's Telegram and a hand on its people: ``pytest_plugins = ("telegram_studio",)``.

Fixtures: ``crowd`` (an empty world without flood limits) and ``fabula`` (a studio that serves it). At the end no request may have broken the Bot API.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from embedded.process import EmbeddedProcess
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess
from studio import Studio, studio_at
from telegram_talker import unlimited

pytest_plugins = ("platforms",)


@pytest_asyncio.fixture(loop_scope="function")
async def crowd(telegram_stand_in: TelegramProcess, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[People]:
    monkeypatch.setattr("bots.telegram.gathering.ALBUM_PATIENCE", 0.3)
    async with telegram_stand_in.people() as people:
        await people.reset()
        await people.flood_limits(False)
        yield people
        assert (await people.requests())["spec_violations"] == []


@pytest_asyncio.fixture(loop_scope="function")
async def fabula(
    services: EmbeddedProcess, tmp_path: Path, crowd: People, telegram_stand_in: TelegramProcess
) -> AsyncIterator[Studio]:
    async with studio_at(tmp_path / "data", services, **unlimited(telegram_stand_in)) as running:
        yield running
