"""Many who come to the page at once, and a program that gets to them late."""

from __future__ import annotations

import asyncio
import socket
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bots.loop import new_loop
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from studio import studio_at

CALL = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def test_who_has_spoken_is_heard_however_late(
    services: EmbeddedProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their time is over before the program's own loop, which reads from a few at a time, comes to them: it is late, and not they."""
    monkeypatch.setattr("bots.web.server.HEAD_PATIENCE", 0.0)

    async def answers() -> list[bytes]:
        async with studio_at(tmp_path / "data", services) as studio:
            server = urlsplit(studio.url)
            with ExitStack() as ends:
                to = server.hostname, server.port
                people = [ends.enter_context(socket.create_connection(to, PATIENCE)) for _ in range(20)]
                for person in people:
                    person.sendall(CALL)
                return await asyncio.gather(*(asyncio.to_thread(person.recv, 1000) for person in people))

    with asyncio.Runner(loop_factory=new_loop) as runner:
        heard = runner.run(answers())
    assert {answer.partition(b"\r\n")[0] for answer in heard} == {b"HTTP/1.1 200 OK"}
