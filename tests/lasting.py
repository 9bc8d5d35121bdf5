"""One studio for all tests of a module: ``pytest_plugins = ("lasting",)``, fixtures ``lasting`` and ``lasting_guarded``; the loop is the module's.

A test's people and rooms are its own, whatever it calls them; it sees what is asked from its start on, and what it made go wrong ends with it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from comers import TOKEN
from embedded.process import EmbeddedProcess
from studio import Person, Studio, studio_at

_NUMBERS = count()


class Visit(Studio):
    """A test's look at a studio that others have used."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio.program, studio.url, studio._embedded)
        self._number = next(_NUMBERS)

    def own(self, name: str) -> str:
        """A person's or a room's name as it is known to the studio."""
        return f"{name}-{self._number}"

    async def person(self, name: str = "ann", chat: str = "", language: str = "en", **details: Any) -> Person:
        return await super().person(self.own(name), chat and self.own(chat), language, **details)


@asynccontextmanager
async def visited(studio: Studio) -> AsyncIterator[Visit]:
    """A test's visit."""
    visit = Visit(studio)
    await visit.begin()
    try:
        yield visit
    finally:
        await visit.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def _lasting(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    async with studio_at(tmp_path_factory.mktemp("lasting"), services) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def _guarded(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    async with studio_at(tmp_path_factory.mktemp("guarded"), services, web_token=TOKEN) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def lasting(_lasting: Studio) -> AsyncIterator[Visit]:
    """A studio that other tests of the module use too."""
    async with visited(_lasting) as visit:
        yield visit


@pytest_asyncio.fixture(loop_scope="module")
async def lasting_guarded(_guarded: Studio) -> AsyncIterator[Visit]:
    """The same, where the page demands that people sign in."""
    async with visited(_guarded) as visit:
        yield visit
