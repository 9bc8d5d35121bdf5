"""How fast Discord's commands are acknowledged: 100 people use a slash command in the same moment.

    python -m bench.discord_acknowledge        # from the repository's root; about ten seconds

Measured by the stand-in server's clock, from the command to the
acknowledgement, which Discord waits for three seconds; each is committed to the disk before it. The program, the stand-in and the people are
three processes on one machine.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from sandbox.discord.client import People
from sandbox.discord.process import DiscordProcess, start_discord_server

ROOT = Path(__file__).parents[1]
ALLOWED_SECONDS = 3.0
ROUNDS = 3
PATIENCE = 60.0


@asynccontextmanager
async def program(server: DiscordProcess, folder: str) -> AsyncIterator[None]:
    """Fabula, connected to the stand-in."""
    own = {
        "DISCORD_BOT_TOKEN": server.token,
        "DISCORD_API_BASE": server.url,
        "DISCORD_GATEWAY": server.gateway,
        "FABULA_DATA_DIR": folder,
        "FABULA_WEB_PORT": "0",
        "FABULA_LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
    }
    quiet = asyncio.subprocess.DEVNULL
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bots", "run", env=os.environ | own, stdout=quiet
    )
    try:
        yield
    finally:
        started.terminate()
        await started.wait()


async def measure(people: People, users: list[int], channel: int) -> list[float]:
    """One round: seconds until each command was acknowledged; raises where one was not."""
    before = len(await people.interactions())
    await asyncio.gather(*(people.slash(user, channel, "usage") for user in users))
    answered = before + len(users)
    await people.until(
        channel, lambda room: sum(not seen.thinking for seen in room.by_bot) >= answered, seconds=PATIENCE
    )
    done = (await people.interactions())[before:]
    return [one.acknowledged if one.acknowledged is not None else float("inf") for one in done]


async def main(commands: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            start_discord_server(rate_limits=False) as server,
            server.people() as people,
            program(server, folder),
        ):
            await people.until_gateway(lambda seen: bool(seen["sessions"]), seconds=30)
            await people.requests("PUT", "/commands", times=1, seconds=30)
            owner = await people.create_user("Owner")
            guild = await people.create_guild("Studio", owner)
            users = [await people.create_user(f"Person {number}") for number in range(commands)]
            for user in users:
                await people.act("join", guild=guild.id, user=user)
            for number in range(1, ROUNDS + 1):
                seconds = await measure(people, users, guild.channels["general"])
                late = sum(one > ALLOWED_SECONDS for one in seconds)
                p50, p95, most = np.quantile(seconds, (0.5, 0.95, 1.0)) * 1000
                print(
                    f"round {number}: {commands} commands, p50 {p50:.0f} ms, p95 {p95:.0f} ms, max {most:.0f} ms, late {late}"
                )


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
