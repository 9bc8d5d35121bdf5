"""The embedded server as somebody else's, to be played by scripts: services toward it, and what scripts are written with."""

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
import pytest_asyncio

from core.services.openai import Connection
from core.types import Turn
from embedded.process import EmbeddedProcess, launch
from embedded_openai import photo, png
from opened_services import QUICK, Services
from patience import PATIENCE

PICTURE = png(photo())
BASE64 = base64.b64encode(PICTURE).decode()
IN_LINES = "\n".join(BASE64[start : start + 76] for start in range(0, len(BASE64), 76))
DRAW, CHAT = "images.generations", "chat"
TURNS = [Turn(role="person", text="a fox")]
THOUGHT = "The user wants a fox"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def played_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EmbeddedProcess]:
    """The embedded server with a key that does not show that it is one: nothing is known of how its models think."""
    log: Path = tmp_path_factory.mktemp("server") / "log.jsonl"
    options = ["--fast", "--plain", "--today", "2026-11-22", "--log", str(log)]
    ready, process = await launch("embedded.openai.server", options, environment={"EMBEDDED_KEY": "sk-somebody-elses"})
    server = EmbeddedProcess(url=ready["url"], key=ready["key"], log=log, process=process)
    yield server
    await server.close()


@pytest_asyncio.fixture(loop_scope="module")
async def played(played_server: EmbeddedProcess) -> AsyncIterator[Services]:
    """Services toward it, of which nothing is known yet."""
    connection = Connection(played_server.url, played_server.key, patience=QUICK, timeout=PATIENCE)
    yield Services(connection)
    await connection.close()


@pytest_asyncio.fixture(loop_scope="module")
async def playing(played_server: EmbeddedProcess) -> AsyncIterator[httpx2.AsyncClient]:
    """Its controls; every script is undone afterwards."""
    headers = {"authorization": f"Bearer {played_server.key}"}
    async with httpx2.AsyncClient(
        base_url=played_server.control_url, headers=headers, timeout=PATIENCE, verify=False
    ) as http:
        yield http
        await http.delete("/faults")


def answer(body: object, endpoint: str = DRAW, **more: object) -> dict[str, object]:
    return {"endpoint": endpoint, "kind": "answer", "body": body, "times": None, **more}


def said(content: object, **message: object) -> dict[str, object]:
    return {"choices": [{"message": {"content": content, **message}, "finish_reason": "stop"}]}


def stream(*events: object, end: str = "data: [DONE]\n\n", **more: object) -> dict[str, object]:
    """A stream of chat events: text for a delta, an object for itself."""
    told = [{"choices": [{"delta": {"content": event}}]} if isinstance(event, str) else event for event in events]
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in told) + end
    return answer(body, CHAT, content_type="text/event-stream", **more)


def paid(asked: list[dict]) -> int:
    return sum(call["status"] == 200 for call in asked)


def refuse(endpoint: str, *parameters: str, **more: object) -> dict[str, object]:
    return {"endpoint": endpoint, "kind": "refuse", "parameters": parameters, "times": None, **more}
