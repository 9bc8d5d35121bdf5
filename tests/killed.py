"""The program as a process of its own that dies by SIGKILL right after a chosen commit.

The store works as always; the process only dies when it has answered for the ``count``-th time from ``method`` (``take_in``, ``finish_step``,
``accept``, ``commit`` or ``receipt``), counting only what was asked about ``whom`` where that is said. A ``count`` of 0 never kills.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bots.program import serve
from core.settings import Settings, variables
from embedded.process import SandboxProcess
from storage.store import SqlStore
from studio import PATIENCE

HERE = Path(__file__).parent


@dataclass
class Life:
    """A running program. ``code`` is set once it has ended: 0, or the negative number of the signal."""

    number: int
    _lines: asyncio.StreamReader
    code: int | None = None

    async def address(self) -> str:
        """Where its page is; what it prints first."""
        return (await asyncio.wait_for(self._lines.readline(), PATIENCE)).decode().strip()

    async def wait(self) -> int:
        """Its code, once it has ended."""
        async with asyncio.timeout(PATIENCE):
            while self.code is None:
                word, _, code = (await self._lines.readline()).decode().partition(" ")
                assert word, "the nursery is gone"
                self.code = int(code) if word == "ended" else None
        return self.code

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, if it still lives."""
        with suppress(ProcessLookupError):
            os.kill(self.number, number)


@asynccontextmanager
async def program(
    data_dir: Path, services: SandboxProcess, method: str = "commit", count: int = 0, whom: str = "", **environment: str
) -> AsyncIterator[Life]:
    """Fabula on a data folder. Killed at the end if it still runs."""
    inherited = {name: value for name, value in os.environ.items() if name not in variables().values()}
    own = {
        "OPENAI_API_KEY": services.key,
        "OPENAI_BASE_URL": services.url,
        "FABULA_DATA_DIR": str(data_dir),
        "FABULA_WEB_PORT": "0",
        "FABULA_LOG_LEVEL": "ERROR",
    }
    lines, orders = await asyncio.open_unix_connection(await asyncio.to_thread(_nursery))
    asked = {"environment": inherited | own | environment, "method": method, "count": count, "whom": whom}
    orders.write(json.dumps(asked).encode() + b"\n")
    life = Life(int(await asyncio.wait_for(lines.readline(), PATIENCE)), lines)
    try:
        yield life
    finally:
        if life.code is None:
            life.send(signal.SIGKILL)
        await life.wait()
        orders.close()


@cache
def _nursery() -> str:
    """The path of this worker's nursery, which ends with the worker: its stdin is then closed."""
    path = Path(tempfile.mkdtemp(prefix="nursery-")) / "socket"
    started = subprocess.Popen(
        [sys.executable, str(HERE / "nursery.py"), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=HERE.parent,
        env=os.environ | {"PYTHONPATH": str(HERE.parent)},
    )
    assert started.stdout and started.stdout.readline() == b"ready\n"
    _nurseries.append(started)
    return str(path)


_nurseries: list[subprocess.Popen[bytes]] = []
"""Held, so that their stdin stays open."""


def run(method: str, count: int, whom: str) -> None:
    """Be the program; its address is printed first, as ``fabula run`` does."""
    if count:
        kill_after(method, count, whom)
    asyncio.run(serve(Settings(), lambda address: print(address, flush=True)))


def kill_after(method: str, count: int, whom: str = "") -> None:
    """Let the store's ``method`` kill this process when it has answered so many times (about ``whom``)."""
    original = getattr(SqlStore, method)
    done = 0

    def counted(self: SqlStore, *given: Any, **named: Any) -> Awaitable[Any]:
        written = original(self, *given, **named)

        async def finished() -> Any:
            nonlocal done
            result = await written
            done += whom in map(str, given) if whom else 1
            if done == count:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return asyncio.ensure_future(finished())

    setattr(SqlStore, method, counted)
