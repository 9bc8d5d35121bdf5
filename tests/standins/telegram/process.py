"""Starting the Telegram stand-in as a process of its own, and ending it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from embedded.process import ServerProcess, launch
from standins.telegram.client import People

TESTS = Path(__file__).parents[2]

TOKEN = "4242:standin-telegram-token"
"""The bot's token where none is asked for; the number before the colon is the bot's id."""


@dataclass(frozen=True, kw_only=True)
class TelegramProcess(ServerProcess):
    """The stand-in Telegram server.

    `url` and `file_url` go to `telegram.Bot(base_url=…, base_file_url=…)`, which appends the token.
    """

    url: str
    file_url: str
    token: str
    control: str
    control_key: str = field(repr=False)

    def people(self) -> People:
        """A client for acting as people; close it with `async with`."""
        return People(self.control, self.control_key)


@asynccontextmanager
async def start_telegram_server(
    *,
    token: str = TOKEN,
    spec: Path | None = None,
    flood_limits: bool = True,
    keep_photos: bool = False,
    port: int = 0,
) -> AsyncIterator[TelegramProcess]:
    """A stand-in for the length of an `async with`. `spec` is the API description to check requests against.

    `keep_photos` leaves photos as they come, which spares a benchmark the work of re-encoding.

    Raises `RuntimeError` where it does not come up.
    """
    server = await launch_telegram_server(
        token=token, spec=spec, flood_limits=flood_limits, keep_photos=keep_photos, port=port
    )
    try:
        yield server
    finally:
        await server.close()


async def launch_telegram_server(
    *,
    token: str = TOKEN,
    spec: Path | None = None,
    flood_limits: bool = True,
    keep_photos: bool = False,
    port: int = 0,
) -> TelegramProcess:
    """The same for callers that `close()` it themselves. Raises `RuntimeError` where it does not come up."""
    options = [
        "--token",
        token,
        *(["--spec", str(spec)] if spec else []),
        *([] if flood_limits else ["--no-flood-limits"]),
        *(["--keep-photos"] if keep_photos else []),
    ]
    ready, process = await launch("standins.telegram_server", options, port=port, folders=[TESTS])
    return TelegramProcess(**ready, process=process)
