"""How the web server ends: from the moment in which its doors are closed nobody is heard, whenever they came."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from typing import Any

import pytest
import uvicorn

from bots.web import server
from patience import PATIENCE

ASKED = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


async def answers(scope: Any, receive: Any, send: Any) -> None:
    """An application that says yes to everything, at once."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"3")]})
    await send({"type": "http.response.body", "body": b"yes"})


async def heard_after(rounds: int, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """What somebody hears who comes so many rounds of the loop after a server was told to end, and asks again and again."""
    monkeypatch.setattr(server, "END_PATIENCE", 0.2)
    config = uvicorn.Config(answers, http=server.protocol(patient=True), ws="none", lifespan="off", log_config=None)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        serving = server.WebServer(config)
        ended = asyncio.create_task(serving.serve([listener]))
        async with asyncio.timeout(PATIENCE):
            while not serving.started:
                await asyncio.sleep(0.001)
            serving.stop()
            for _ in range(rounds):
                await asyncio.sleep(0)
            with suppress(ConnectionError), socket.create_connection(address) as caller:
                caller.setblocking(False)
                loop = asyncio.get_running_loop()
                await loop.sock_sendall(caller, ASKED)
                while not ended.done() and await loop.sock_recv(caller, 1000):
                    await asyncio.sleep(0.001)
                    await loop.sock_sendall(caller, ASKED)
                await ended
                await loop.sock_sendall(caller, ASKED)
                return await loop.sock_recv(caller, 1000)
            await ended
    return b""


@pytest.mark.parametrize("rounds", range(12))
async def test_who_comes_while_the_doors_are_closed_is_not_heard_for_ever(
    rounds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await heard_after(rounds, monkeypatch) == b""
