"""Fixtures that many tests share."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
import pytest_asyncio

import forked

if TYPE_CHECKING:  # what hands out the tests to workers needs none of it
    from embedded.process import EmbeddedProcess
    from studio import Studio

pytest_plugins = ("postgresql",)

hypothesis.settings.register_profile("patient", deadline=None)  # how long one example takes is the machine's business
hypothesis.settings.load_profile("patient")

# Plugins that tests also import from. (The fixtures of every plugin are seen by all tests: their names must differ.)
pytest.register_assert_rewrite(
    "discord_fixtures",
    "hostile_fixtures",
    "lasting",
    "lasting_telegram",
    "opened_services",
    "platforms",
    "played_servers",
    "stored",
)


gc.disable()  # importing and collecting make no garbage, and looking for some took a quarter of their time


def pytest_configure(config: pytest.Config) -> None:
    """Let all workers have one nursery; it comes up while they collect."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        forked.begin()


def pytest_collection_finish() -> None:
    """Take what was imported and collected out of the garbage collector's rounds: they took a twentieth of all the time."""
    gc.enable()
    gc.freeze()  # with what little of it is garbage: to look for that takes longer than all else here
    gc.set_threshold(20_000, 20, 50)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def services(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedProcess]:
    """One embedded OpenAI server for a whole run of tests."""
    from embedded.process import start_openai_server

    process = await start_openai_server(
        tmp_path_factory.mktemp("services"), fast=True, plain=True, arguments=("--today", "2026-11-22")
    )
    yield process
    await process.close()


@pytest_asyncio.fixture(loop_scope="function")
async def studio(services: EmbeddedProcess, tmp_path: Path) -> AsyncIterator[Studio]:
    """A fresh studio."""
    from studio import studio_at

    async with studio_at(tmp_path / "data", services) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="function")
async def guarded(services: EmbeddedProcess, tmp_path: Path) -> AsyncIterator[Studio]:
    """A fresh studio whose page demands that people sign in."""
    from comers import TOKEN
    from studio import studio_at

    async with studio_at(tmp_path / "data", services, web_token=TOKEN) as running:
        yield running
