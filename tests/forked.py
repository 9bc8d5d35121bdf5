"""Starting programs in the nursery: what asyncio's ``Process`` is for a process that was forked there."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass
class Forked:
    """A running program. ``returncode`` is set once it has ended: 0 and up, or the negative number of the signal."""

    pid: int
    stdout: asyncio.StreamReader
    stderr: asyncio.StreamReader
    _end: asyncio.Task[int]

    @property
    def returncode(self) -> int | None:
        return self._end.result() if self._end.done() else None

    async def wait(self) -> int:
        """Its code, once it has ended."""
        return await asyncio.shield(self._end)

    async def communicate(self) -> tuple[bytes, bytes]:
        """All that it still says and complains about, once it has ended."""
        said, complained, _ = await asyncio.gather(self.stdout.read(), self.stderr.read(), self.wait())
        return said, complained

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still lives."""
        if not self._end.done():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


async def fork(
    environment: dict[str, str], folder: Path, *arguments: str, dies: tuple[str, int, str] | None = None
) -> Forked:
    """Start ``fabula`` with arguments, or the program that dies after a commit (``killed.run``), in a folder with that environment."""
    stdout, said = await _pipe()
    stderr, complained = await _pipe()
    umask = os.umask(0)
    os.umask(umask)
    order = {"environment": environment, "folder": str(folder), "umask": umask, "arguments": arguments, "dies": dies}
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(await asyncio.to_thread(_nursery))
    socket.send_fds(connection, [json.dumps(order).encode()], [said, complained])
    os.close(said)
    os.close(complained)
    news, writer = await asyncio.open_unix_connection(sock=connection)
    number = int(await news.readline())

    async def end() -> int:
        try:
            return int(await news.readline())
        finally:
            writer.close()

    return Forked(number, stdout, stderr, asyncio.create_task(end()))


async def _pipe() -> tuple[asyncio.StreamReader, int]:
    """Where to read, and the file to write to."""
    ours, theirs = os.pipe()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(ours, "rb")
    )
    return reader, theirs


NURSERY = "FABULA_NURSERY"
"""The variable by which the workers of a run know its nursery."""


def begin() -> None:
    """Start the nursery of this run, for its workers too. It ends with this process: its stdin is then closed."""
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
    os.environ[NURSERY] = str(path)


def _nursery() -> str:
    if NURSERY not in os.environ:
        begin()
    return os.environ[NURSERY]


_nurseries: list[subprocess.Popen[bytes]] = []
"""Held, so that their stdin stays open."""
