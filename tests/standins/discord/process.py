"""Starting the Discord stand-in as a process of its own, and ending it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from embedded.process import ServerProcess, launch
from standins.discord.client import People

TESTS = Path(__file__).parents[2]

TOKEN = "standin-discord-token"
"""The bot's token where none is asked for."""


@dataclass(frozen=True, kw_only=True)
class DiscordProcess(ServerProcess):
    """The stand-in Discord server.

    discord.py talks to it with `discord.http.Route.BASE = url` and `DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)`.
    """

    url: str
    gateway: str
    cdn: str
    token: str
    control: str
    application_id: int
    control_key: str = field(repr=False)

    def people(self) -> People:
        """A client for acting as people; open and close it with `async with`."""
        return People(self.control, self.control_key)


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
    options = [
        "--token",
        token,
        *(["--spec", str(spec)] if spec else []),
        *([] if rate_limits else ["--no-rate-limits"]),
    ]
    ready, process = await launch("standins.discord_server", options, port=port, folders=[TESTS])
    return DiscordProcess(**ready, process=process)
