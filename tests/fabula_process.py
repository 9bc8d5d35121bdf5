"""``fabula`` as people start it: a process of its own, with an environment and a folder of its own."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from core.settings import variables
from studio import PATIENCE

ROOT = Path(__file__).parents[1]
Process = asyncio.subprocess.Process


@dataclass(frozen=True)
class Ended:
    """How a process ended and what it said."""

    code: int | None
    said: str
    complained: str


async def start(folder: Path, *arguments: str, **environment: str) -> Process:
    """Start ``fabula`` in a folder (its data lies in ``data`` there), with this environment and none of the developer's."""
    inherited = {name: value for name, value in os.environ.items() if name not in variables().values()}
    own = {"FABULA_WEB_PORT": "0", "FABULA_SANDBOX_FAST": "1", "PYTHONPATH": str(ROOT)}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bots", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=inherited | own | environment,
        cwd=folder,
    )


async def fabula(folder: Path, *arguments: str, **environment: str) -> Ended:
    """Run it to its end."""
    return await finish(await start(folder, *arguments, **environment))


async def finish(process: Process) -> Ended:
    """Wait for its end; one that does not end is killed."""
    try:
        said, complained = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
    return Ended(process.returncode, said.decode(), complained.decode())


@asynccontextmanager
async def running_fabula(folder: Path, **environment: str) -> AsyncIterator[tuple[Process, str]]:
    """``fabula run``, ready; with all that it says at its start. Killed at the end if it still runs."""
    process = await start(folder, "run", **environment)
    try:
        assert process.stdout
        lines = []
        while not lines or "Ctrl+C" not in lines[-1]:
            line = await asyncio.wait_for(process.stdout.readline(), PATIENCE)
            assert line, (await finish(process)).complained
            lines.append(line.decode())
        yield process, "".join(lines)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def address_in(said: str) -> str:
    """The address of the page."""
    return next(word for word in said.split() if word.startswith("http://"))
