"""Starting the Telegram stand-in as a process of its own, and ending it."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.process import ENDS_WITHIN, READY_WITHIN
from sandbox.telegram.client import People

_ROOT = Path(__file__).resolve().parents[2]

TOKEN = "4242:sandbox-telegram-token"  # noqa: S105 - opens only a stand-in on loopback
"""The bot's token where none is asked for; the number before the colon is the bot's id."""


@dataclass(frozen=True)
class TelegramProcess:
    """A running stand-in. It also ends by itself when this process dies.

    `url` and `file_url` go to `telegram.Bot(base_url=…, base_file_url=…)`, which appends the token.
    """

    url: str
    file_url: str
    token: str
    control: str
    control_key: str = field(repr=False)
    process: Process = field(repr=False)

    def people(self) -> People:
        """A client for acting as people; close it with `async with`."""
        return People(self.control, self.control_key)

    async def close(self) -> None:
        """End it and wait until it is gone. May be called twice."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            await asyncio.wait_for(self.process.wait(), ENDS_WITHIN)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()


@asynccontextmanager
async def start_telegram_server(
    *, token: str = TOKEN, spec: Path | None = None, flood_limits: bool = True, port: int = 0
) -> AsyncIterator[TelegramProcess]:
    """A stand-in for the length of an `async with`. `spec` is the API description to check requests against.

    Raises `RuntimeError` where it does not come up.
    """
    server = await launch_telegram_server(token=token, spec=spec, flood_limits=flood_limits, port=port)
    try:
        yield server
    finally:
        await server.close()


async def launch_telegram_server(
    *, token: str = TOKEN, spec: Path | None = None, flood_limits: bool = True, port: int = 0
) -> TelegramProcess:
    """The same for callers that `close()` it themselves. Raises `RuntimeError` where it does not come up."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox.telegram_server",
        *("--port", str(port), "--token", token),
        *(("--spec", str(spec)) if spec else ()),
        *(() if flood_limits else ("--no-flood-limits",)),
        stdin=PIPE,
        stdout=PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))},
        start_new_session=True,  # Ctrl-C is the parent's to handle
    )
    try:
        if process.stdout is None:
            raise RuntimeError("no pipe to the server")
        ready = json.loads(await asyncio.wait_for(process.stdout.readline(), READY_WITHIN))
    except (TimeoutError, ValueError) as error:
        process.kill()
        await process.wait()
        raise RuntimeError("the stand-in Telegram server did not start") from error
    return TelegramProcess(**ready, process=process)
