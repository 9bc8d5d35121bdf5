"""A running embedded OpenAI server and a real client for it: ``pytest_plugins = ("openai_fixtures",)``."""

from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio
from openai import AsyncOpenAI

from embedded.process import EmbeddedProcess, start_openai_server
from patience import PATIENCE


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def openai_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedProcess]:
    process = await start_openai_server(
        tmp_path_factory.mktemp("embedded"), fast=True, plain=True, arguments=("--today", "2026-11-22")
    )
    yield process
    await process.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(openai_server: EmbeddedProcess) -> AsyncIterator[AsyncOpenAI]:
    async with AsyncOpenAI(
        api_key=openai_server.key, base_url=openai_server.url, max_retries=0, timeout=PATIENCE
    ) as client:
        yield client


@pytest_asyncio.fixture(loop_scope="module")
async def control(openai_server: EmbeddedProcess) -> AsyncIterator[httpx2.AsyncClient]:
    """The server's controls; every fault and latency is undone afterwards."""
    headers = {"authorization": f"Bearer {openai_server.key}"}
    async with httpx2.AsyncClient(
        base_url=openai_server.control_url, headers=headers, timeout=PATIENCE, verify=False
    ) as http:
        yield http
        await http.delete("/faults")
        await http.post("/latency", json={"images": 0, "chat_start": 0, "chat_token": 0, "moderations": 0})
