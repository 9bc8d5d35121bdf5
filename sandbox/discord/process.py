"""Starting the Discord stand-in as a process of its own, and ending it."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.discord.client import People
from sandbox.process import ENDS_WITHIN, READY_WITHIN

_ROOT = Path(__file__).resolve().parents[2]

TOKEN = "sandbox-discord-token"  # noqa: S105 - opens only a stand-in on loopback
"""The bot's token where none is asked for."""


@dataclass(frozen=True)
class DiscordProcess:
    """A running stand-in. It also ends by itself when this process dies.

    discord.py talks to it with `discord.http.Route.BASE = url` and `DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)`.
    """

    url: str
    gateway: str
    cdn: str
    token: str
    control: str
    application_id: int
    control_key: str = field(repr=False)
    process: Process = field(repr=False)

    def people(self) -> People:
        """A client for acting as people; open and close it with `async with`."""
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
async def start_discord_server(
    *, token: str = TOKEN, spec: Path | None = None, rate_limits: bool = True, port: int = 0
) -> AsyncIterator[DiscordProcess]:
    """A stand-in for the length of an `async with`. `spec` is the API description to check requests against.

    Raises `RuntimeError` where it does not come up.
    """
    server = await launch_discord_server(token=token, spec=spec, rate_limits=rate_limits, port=port)
    try:
        yield server
    finally:
        await server.close()


async def launch_discord_server(
    *, token: str = TOKEN, spec: Path | None = None, rate_limits: bool = True, port: int = 0
) -> DiscordProcess:
    """The same for callers that `close()` it themselves. Raises `RuntimeError` where it does not come up."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox.discord_server",
        *("--port", str(port), "--token", token),
        *(("--spec", str(spec)) if spec else ()),
        *(() if rate_limits else ("--no-rate-limits",)),
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
        raise RuntimeError("the stand-in Discord server did not start") from error
    return DiscordProcess(**ready, process=process)
