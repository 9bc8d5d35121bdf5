"""``fabula`` as people start it: a process of its own, with an environment and a folder of its own.

It is forked where everything is imported already (``nursery``); ``test_command_line`` also starts it as a person does, with all its imports.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from typer.testing import CliRunner

from bots.command_line import command_line
from bots.platforms import variables
from forked import Forked, fork
from patience import PATIENCE


@dataclass(frozen=True)
class Ended:
    """How a process ended and what it said."""

    code: int | None
    said: str
    complained: str


def inherited() -> dict[str, str]:
    """This environment without the developer's settings."""
    return {name: value for name, value in os.environ.items() if name not in variables().values()}


async def start(folder: Path, *arguments: str, **environment: str) -> Forked:
    """Start ``fabula`` in a folder (its data lies in ``data`` there), with this environment and none of the developer's."""
    own = {"FABULA_WEB_PORT": "0", "FABULA_EMBEDDED_FAST": "1", "FABULA_OPEN": "1", "FABULA_TASTE": "off"}
    return await fork(inherited() | own | environment, folder, *arguments)


async def fabula(folder: Path, *arguments: str, **environment: str) -> Ended:
    """Run it to its end."""
    return await finish(await start(folder, *arguments, **environment))


def told(folder: Path, *arguments: str, **environment: str) -> Ended:
    """What it says when it is called in this process, in tests without a loop: for sentences, once a test has seen the command as a
    process. Only the data folder is that of ``fabula``: an ``.env`` is read where the tests were started. Not for commands that set up
    the log, which would be this process's from then on."""
    own = dict.fromkeys(variables().values()) | {"FABULA_DATA_DIR": str(folder / "data")}
    ended = CliRunner().invoke(command_line, arguments, env=own | environment)
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return Ended(ended.exit_code, ended.stdout, ended.stderr)


async def finish(process: Forked) -> Ended:
    """Wait for its end; one that does not end is killed."""
    try:
        said, complained = await asyncio.wait_for(process.communicate(), PATIENCE)
    finally:
        if process.returncode is None:
            process.kill()
    return Ended(process.returncode, said.decode(), complained.decode())


@asynccontextmanager
async def running_fabula(folder: Path, *arguments: str, **environment: str) -> AsyncIterator[tuple[Forked, str]]:
    """``fabula run``, ready; with all that it says at its start. Killed at the end if it still runs."""
    process = await start(folder, "run", *arguments, **environment)
    try:
        lines: list[str] = []
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
