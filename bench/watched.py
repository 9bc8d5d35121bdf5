"""A program in a process of its own, seen from outside: its memory and its processor time over all its lives."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bench.harness import ROOT, SETTINGS

EVERY = 0.1
"""Seconds between two looks."""

_PAGE, _TICK = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_CLK_TCK")


class Watched:
    """``fabula`` with arguments, on a folder. Memory in MB: ``idle`` when it was marked, and the ``most`` since; ``cpu`` in seconds since then."""

    def __init__(self, folder: Path, environment: Mapping[str, str], command: Sequence[str]) -> None:
        self.folder, self._command = folder, command
        data = str(folder / "data")
        self._environment = SETTINGS | {"FABULA_DATA_DIR": data} | dict(environment)
        self._process: Process | None = None
        self._looking: asyncio.Task[None] | None = None
        self.idle = self.most = self._spent = self._newest = 0.0

    async def start(self, *arguments: str) -> None:
        """Start it, or start it again."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "FABULA_"))}
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bots",
            *self._command,
            *arguments,
            stdout=PIPE,
            stderr=DEVNULL,
            env=inherited | self._environment,
            cwd=ROOT,
        )
        self._newest = 0.0
        self._looking = asyncio.create_task(self._look(self._process.pid))

    async def address(self) -> str:
        """Where its page is, once it says so."""
        assert self._process and self._process.stdout
        async for line in self._process.stdout:
            if address := next((word for word in line.decode().split() if word.startswith("http://")), ""):
                return address
        raise AssertionError("it ended before it said where it is")

    def mark_idle(self) -> None:
        """What it holds by now is what it holds when it is idle, and what it has done does not count."""
        assert self._process
        self.idle = self.most = _memory(self._process.pid)
        self._spent = -_cpu(self._process.pid)

    @property
    def cpu(self) -> float:
        """Seconds of processor time."""
        return self._spent + self._newest

    async def ends(self) -> int:
        """Its code, once it has ended by itself."""
        assert self._process
        await self._process.communicate()
        return await self._gone()

    async def kill(self) -> None:
        """End it as a power cut does; one that has ended already is none the worse."""
        assert self._process
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._gone()

    async def stop(self) -> None:
        """Ask it to end, if it was started."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        await self._gone()

    async def _gone(self) -> int:
        assert self._process and self._looking
        code = await self._process.wait()
        self._looking.cancel()
        self._spent, self._newest = self.cpu, 0.0
        return code

    async def _look(self, pid: int) -> None:
        with suppress(OSError, IndexError):
            while True:
                self.most, self._newest = max(self.most, _memory(pid)), _cpu(pid)
                await asyncio.sleep(EVERY)


def _memory(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 1e6


def _cpu(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICK
