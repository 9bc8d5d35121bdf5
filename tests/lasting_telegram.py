"""One studio on the stand-in's Telegram for all tests of a module: ``pytest_plugins = ("lasting_telegram",)``; the loop is the module's.

Fixtures: ``lasting_crowd`` and ``lasting_fabula``, or ``crowd`` and ``fabula`` by ``as_usual``; ``lone_fabula`` is a test's own studio. A
test's people and groups are its own; it sees what is asked from its start on, and what it made go wrong ends with it. A test that takes
the crowd alone starts with an empty world, and may open a studio itself. At the end no request may have broken the Bot API.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from embedded.process import EmbeddedProcess
from lasting import Visit, visited
from patience import PATIENCE
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess
from studio import Studio, studio_at
from telegram_talker import unlimited

pytest_plugins = ("platforms",)


class Shared:
    """The studio that tests share, in a world that was empty when it opened."""

    def __init__(
        self, services: EmbeddedProcess, folders: pytest.TempPathFactory, server: TelegramProcess, people: People
    ) -> None:
        self._services = services
        self._folders = folders
        self._server = server
        self._people = people
        self._studio: Studio | None = None
        self._undo = AsyncExitStack()

    async def opened(self) -> Studio:
        """The studio, running."""
        if self._studio is None:
            await empty(self._people)
            folder = self._folders.mktemp("telegram")
            self._studio = await self._undo.enter_async_context(
                studio_at(folder, self._services, **unlimited(self._server))
            )
        return self._studio

    async def close(self) -> None:
        """Close it, if it runs: one bot cannot be in two studios."""
        self._studio = None
        await self._undo.aclose()


async def empty(people: People) -> None:
    """Leave nobody and nothing in the stand-in's world, and no flood limits."""
    await people.reset()
    await people.flood_limits(False)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def _shared(
    services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory, telegram_stand_in: TelegramProcess
) -> AsyncIterator[Shared]:
    async with telegram_stand_in.people() as people:
        shared = Shared(services, tmp_path_factory, telegram_stand_in, people)
        yield shared
        await shared.close()


@pytest_asyncio.fixture(loop_scope="module")
async def lasting_crowd(
    _shared: Shared,
    request: pytest.FixtureRequest,
    telegram_stand_in: TelegramProcess,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[People]:
    """A hand on the people: of a world that others live in too, where the test takes the shared studio."""
    monkeypatch.setattr("bots.telegram.gathering.ALBUM_PATIENCE", 0.3)
    async with telegram_stand_in.people() as people:
        if "lasting_fabula" in request.fixturenames:
            await _shared.opened()
            await people.calm()
        else:
            await _shared.close()
            await empty(people)
        yield people
        assert (await people.requests())["spec_violations"] == []
        await people.calm()


@pytest_asyncio.fixture(loop_scope="module")
async def lasting_fabula(_shared: Shared, lasting_crowd: People) -> AsyncIterator[Visit]:
    """The studio that other tests of the module use too."""
    async with visited(await _shared.opened()) as visit:
        yield visit
        await lasting_crowd.faults()
        await visit.release()
        await done(visit)


def as_usual() -> tuple[Any, Any]:
    """Fixtures ``crowd`` and ``fabula`` for a module: by the names that they have where each test has a studio of its own."""

    @pytest.fixture
    def crowd(lasting_crowd: People) -> People:
        return lasting_crowd

    @pytest.fixture
    def fabula(lasting_fabula: Studio) -> Studio:
        return lasting_fabula

    return crowd, fabula


async def done(studio: Studio) -> None:
    """Wait until nothing is left to do on Telegram, so that it is not done in the midst of the next test."""
    store = studio.program.storage.store
    async with asyncio.timeout(PATIENCE):
        while await store.waiting_rows("telegram") or await store.unsent() or await store.open_jobs():
            await asyncio.sleep(0.02)


@pytest_asyncio.fixture(loop_scope="module")
async def lone_fabula(
    services: EmbeddedProcess, tmp_path: Path, lasting_crowd: People, telegram_stand_in: TelegramProcess
) -> AsyncIterator[Studio]:
    """A studio that only this test uses."""
    async with studio_at(tmp_path / "data", services, **unlimited(telegram_stand_in)) as running:
        yield running
