"""Several real processes of Fabula over one PostgreSQL schema, as an operator starts them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from embedded.process import EmbeddedProcess
from fabula_process import address_in, running_fabula
from forked import Forked
from patience import PATIENCE
from studio import Person, Studio


@dataclass(eq=False)
class Member:
    """A process of it; ``url`` is empty where it has no page."""

    process: Forked
    url: str
    said: str = ""

    async def kill(self) -> None:
        """End it as ``kill -9`` does."""
        self.process.kill()
        await self.process.wait()

    def hold(self) -> None:
        """Stop it where it is, until ``go_on``."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)


@dataclass
class Team:
    """The processes, a hand on the services behind them, and a look into their database."""

    folder: Path
    url: str
    environment: dict[str, str]
    services: Studio
    members: list[Member] = field(default_factory=list)
    _undo: AsyncExitStack = field(default_factory=AsyncExitStack)
    _listening: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self, role: str) -> Member:
        """One more process."""
        process, said = await self._undo.enter_async_context(
            running_fabula(self.folder, "--role", role, **self.environment)
        )
        member = Member(process, address_in(said) if role != "work" else "", said)
        self.members.append(member)
        return member

    async def person(self, front: Member, name: str, chat: str = "") -> Person:
        """Somebody who listens at one of the fronts."""
        person = Person(front.url, name, chat or f"home-{name}")
        self._listening.append(asyncio.create_task(person.listen()))
        return person

    async def asked(self, statement: str, *values: object) -> list[Any]:
        """What the database answers."""
        import psycopg

        async with await psycopg.AsyncConnection.connect(self.url) as connection:
            return await (await connection.execute(statement, values)).fetchall()

    async def until_so(self, statement: str, *values: object) -> list[Any]:
        """What the database answers, once it has an answer."""
        async with asyncio.timeout(PATIENCE):
            while not (rows := await self.asked(statement, *values)):
                await asyncio.sleep(0.02)
        return rows

    async def worker_of(self, person: str) -> Member:
        """Who has the job of somebody, once it is taken."""
        taken = """
            SELECT processes.name FROM jobs JOIN processes ON processes.id = jobs.worker
            WHERE jobs.ended IS NULL AND jobs."user" = %s"""
        ((name,),) = await self.until_so(taken, f"web:{person}")
        return next(member for member in self.members if member.process.pid == int(name.rpartition(":")[2]))


@asynccontextmanager
async def team(folder: Path, url: str, services: EmbeddedProcess, **environment: str) -> AsyncIterator[Team]:
    """Nobody yet; everybody who was started is killed at the end."""
    known = {
        "OPENAI_API_KEY": services.key,
        "OPENAI_BASE_URL": services.url,
        "FABULA_DATABASE_URL": url,
        "FABULA_DATA_DIR": str(folder / "data"),
        "FABULA_PERSON_PER_MINUTE": "0",
        "FABULA_GRACE": "0",
        "FABULA_CHECK": "off",
        "FABULA_LOG_LEVEL": "ERROR",
    }
    hand = Studio(None, "", services)  # type: ignore[arg-type]
    await hand.begin()
    made = Team(folder, url, known | environment, hand)
    async with made._undo:
        try:
            yield made
        finally:
            for task in made._listening:
                task.cancel()
            await asyncio.gather(*made._listening, return_exceptions=True)
            for member in made.members:
                member.go_on()
            await hand.close()
