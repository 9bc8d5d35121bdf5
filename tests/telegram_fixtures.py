"""A running stand-in Telegram server, a real client for it and a hand on its people: ``pytest_plugins = ("telegram_fixtures",)``.

Every test starts with an empty world, a clock that stands still and no flood limits.
"""

from collections.abc import AsyncIterator

import pytest_asyncio
from telegram import Bot

from standin_telegram import SPECIFICATION
from standins.telegram.client import People
from standins.telegram.process import TelegramProcess, start_telegram_server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def telegram_server() -> AsyncIterator[TelegramProcess]:
    async with start_telegram_server(spec=SPECIFICATION if SPECIFICATION.exists() else None) as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(telegram_server: TelegramProcess) -> AsyncIterator[Bot]:
    server = telegram_server
    async with Bot(server.token, base_url=server.url, base_file_url=server.file_url) as bot:
        yield bot


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def _client(telegram_server: TelegramProcess) -> AsyncIterator[People]:
    async with telegram_server.people() as people:
        yield people


@pytest_asyncio.fixture(loop_scope="module")
async def people(_client: People) -> People:
    await _client.reset()
    await _client.freeze()
    await _client.flood_limits(False)
    return _client


@pytest_asyncio.fixture(loop_scope="module")
async def ada(people: People) -> int:
    return await people.create_user("Ada Lovelace", language_code="en", username="lovelace")
