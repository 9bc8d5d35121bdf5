"""A program that dies by SIGKILL at commits and is started again at once, while people go on: the lives of one play.

What people do is done once. Telegram keeps for the next life what the last one has not taken; on Discord what nobody took is lost, and its person
is shown that it failed, so ``Stubborn`` people do it again.
"""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path
from typing import Any

from core.types import Board, KeptPiece
from embedded.process import EmbeddedProcess
from killed import EACH, Life, program
from standins.discord.client import People as Town
from standins.discord.process import DiscordProcess
from timed import until

NEVER = ("commit", 0)


class Lives:
    """The lives of a program on a data folder, and what it keeps there."""

    def __init__(
        self,
        folder: Path,
        services: EmbeddedProcess,
        deaths: Iterable[tuple[str, int]],
        reached: Mapping[str, str],
    ) -> None:
        """``deaths``: of what each life dies, as ``killed`` says it; who comes after them lives on. ``reached``: the platform's variables."""
        self.number = 0
        self._folder, self._services, self._reached = folder, services, reached
        self._deaths: Iterator[tuple[str, int]] = iter(deaths)
        self._life: Life | None = None
        self._resting = asyncio.Lock()

    @asynccontextmanager
    async def going_on(self) -> AsyncIterator[None]:
        """Live, and come to life again, until people are done."""
        living = asyncio.create_task(self._live())
        try:
            await until(lambda: self.number or living.done())
            yield
        finally:
            living.cancel()
            with suppress(asyncio.CancelledError):
                await living

    async def _live(self) -> None:
        while True:
            async with self._resting:
                self._forgive()
            method, count = next(self._deaths, NEVER)
            async with program(self._folder, self._services, method, count, **self._reached) as life:
                await life.address()
                self._life, self.number = life, self.number + 1
                await life.process.wait()
            assert life.process.returncode == -signal.SIGKILL, await life.process.stderr.read()

    # --- what is kept ------------------------------------------------------------------------------------------------

    async def board(self) -> Board:
        """The newest board."""
        found = self._found("SELECT value FROM boards ORDER BY seq DESC LIMIT 1")
        return Board.model_validate_json(found[0][0])

    async def pieces(self) -> list[KeptPiece]:
        """All that was made."""
        return [
            KeptPiece.model_validate_json(value)
            for (value,) in self._found("SELECT value FROM pieces WHERE NOT deleted ORDER BY seq")
        ]

    async def hasten(self, timer: str) -> None:
        """Let a timer be due while nobody lives who could do it."""
        async with self._resting:
            number = self.number
            if self._life:
                self._life.send(signal.SIGKILL)
                await self._life.process.wait()
            self._change("UPDATE timers SET at = 0 WHERE ended IS NULL AND id = ?", timer)
        await until(lambda: self.number > number)

    def took(self, row: str) -> bool:
        """Whether something that a person did is kept."""
        return bool(self._found("SELECT 1 FROM inbox WHERE id = ?", row))

    def at_rest(self) -> bool:
        """Whether nothing is left to be done or said."""
        waits = "SELECT 1 FROM inbox WHERE handled IS NULL UNION SELECT 1 FROM replies WHERE sent IS NULL"
        return not self._found(f"{waits} UNION SELECT 1 FROM jobs WHERE ended IS NULL")

    def died(self) -> Counter[str]:
        """After which commits it died, where it died at each: how often, by their kind."""
        told = (self._folder.parent / EACH).read_text("utf-8").splitlines()
        return Counter(line.partition(" ")[0] for line in told)

    def _found(self, statement: str, *values: str) -> list[Any]:
        with closing(sqlite3.connect(self._folder / "fabula.sqlite3", timeout=60)) as database:
            return database.execute(statement, values).fetchall()

    def _forgive(self) -> None:
        """Let what was begun count as new: that what never ends is put off, and set aside at last, is held elsewhere, and needs fewer deaths."""
        if (self._folder / "fabula.sqlite3").exists():
            self._change("UPDATE timers SET at = 0, tries = 0 WHERE ended IS NULL AND tries > 0")
            self._change("UPDATE inbox SET tries = 0 WHERE handled IS NULL")
            self._change("UPDATE jobs SET starts = 0 WHERE ended IS NULL")

    def _change(self, statement: str, *values: str) -> None:
        with closing(sqlite3.connect(self._folder / "fabula.sqlite3", timeout=60)) as database, database:
            database.execute(statement, values)


class Stubborn(Town):
    """People on Discord who do again what failed since nobody had taken it."""

    def __init__(self, server: DiscordProcess, lives: Lives) -> None:
        super().__init__(server.control, server.control_key)
        self._lives = lives

    async def slash(self, user: int, channel: int, command: str, **options: object) -> int:
        return int(await self._surely(lambda: super(Stubborn, self).slash(user, channel, command, **options)))

    async def press(self, user: int, channel: int, message: int, button: str) -> int | str:
        return await self._surely(lambda: super(Stubborn, self).press(user, channel, message, button))

    async def submit(self, interaction: int | str, **values: object) -> int:
        return int(await self._surely(lambda: super(Stubborn, self).submit(interaction, **values)))

    async def _surely(self, does: Callable[[], Awaitable[int | str]]) -> int | str:
        while True:
            found = await self.until_gateway(lambda found: bool(_connected(found)))
            asked = await does()

            async def is_told(asked: int | str = asked, heard: frozenset[str] = _connected(found)) -> bool:
                return await self._is_taken(asked) or not heard & _connected(await self.gateway())

            await until(is_told)
            if await self._is_taken(asked):
                return asked

    async def _is_taken(self, asked: int | str) -> bool:
        """Whether it is kept, or a form has come for it."""
        return self._lives.took(f"discord:{asked}") or (await self.interaction(asked)).modal is not None


def _connected(gateway: dict[str, Any]) -> frozenset[str]:
    """The gateway's sessions that a life listens to: each has its own, so what one was told who is gone by now nobody took."""
    return frozenset(one["id"] for one in gateway["sessions"] if one["connected"])
