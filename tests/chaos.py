"""Kills the whole program with ``kill -9`` at random moments, again and again, with people waiting on every platform: ``make chaos``.

At the end everything settles, and every request is looked up in its own chat. Prints what it counted; the exit code says whether all is as promised:
nothing that was acknowledged is lost, no paid step that is in the journal is called again, nothing comes twice on the web page and on Discord,
and what Telegram or the services got twice was on its way in the moment of a kill.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import httpx2

from bots.platforms import variables
from chaos_count import (
    SETTLED_WITHIN,
    Life,
    assign,
    begun,
    called_though_kept,
    in_flight,
    paid_calls,
    read_kept,
    settled,
    telegram_sends,
)
from chaos_people import IDEAS, MARKER, Asking, DiscordAsking, Door, Seen, TelegramAsking, WebAsking, markers
from chaos_report import Report, judge
from embedded.process import EmbeddedProcess, start_openai_server
from forked import Forked, fork
from patience import PATIENCE
from standins.discord.client import People as DiscordPeople
from standins.discord.process import DiscordProcess, start_discord_server
from standins.telegram.client import People as TelegramPeople
from standins.telegram.process import TelegramProcess, start_telegram_server

ROOT = Path(__file__).parents[1]
IN_FLIGHT, MORE = 50, 10
"""How many are sought at a kill, and how many more: some have just been answered when the kill comes."""

LONGEST_START, LONGEST_LIFE = 2.5, 4.0
"""Seconds after which a process is killed, as soon as so many wait: every fourth while it starts, the others after they said that they are ready."""

LATENCY = {"images": 0.3, "chat_start": 0.05, "chat_token": 0.0005, "moderations": 0.02}


Started = asyncio.subprocess.Process | Forked
Begin = Callable[[dict[str, str], Path], Awaitable[Started]]


async def imported(environment: dict[str, str], folder: Path) -> Started:
    """Start ``fabula run`` as people do: for a while it imports, and may be killed meanwhile."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bots", "run"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
        cwd=folder,
    )


async def in_the_nursery(environment: dict[str, str], folder: Path) -> Started:
    """Start it where everything is imported already."""
    return await fork(environment, folder, "run")


async def storm(
    folder: Path,
    *,
    rounds: int,
    seed: int,
    wanted: int = IN_FLIGHT,
    longest_life: float = LONGEST_LIFE,
    gently: bool = False,
    begin: Begin = imported,
    **settings: str,
) -> Report:
    """Start and kill the program ``rounds`` times, then let everything settle and count. ``gently``: it is asked to stop instead, by SIGTERM.
    ``begin``: how it starts, as people start it or at once."""
    async with AsyncExitStack() as undo:
        services = await start_openai_server(folder, fast=True, plain=True, arguments=("--today", "2026-11-22"))
        undo.push_async_callback(services.close)
        await _slow_down(services)
        telegram = await undo.enter_async_context(start_telegram_server(flood_limits=False))
        discord = await undo.enter_async_context(start_discord_server(rate_limits=False))
        crowd = Crowd(
            seed,
            await undo.enter_async_context(telegram.people()),
            await undo.enter_async_context(discord.people()),
        )
        environment = {
            "OPENAI_API_KEY": services.key,
            "OPENAI_BASE_URL": services.url,
            **on_platforms(telegram, discord),
            **settings,
        }
        lives, start = [], partial(process, folder, environment, begin)
        for number in range(1, rounds + 1):
            lives.append(await _life(folder, start, crowd, number, wanted, longest_life, gently))
            await _nothing_on_its_way(services)
        async with start() as started:
            lives.append(Life(time.time()))
            crowd.door.address = await address(started)
            await crowd.all_asked()
            await settled(folder / "data")
            report = Report(lives, wanted)
            await _look(report, crowd)
            started.terminate()
            report.ended = await started.wait()
        lives[-1].kept, lives[-1].seconds = read_kept(folder / "data"), time.time() - lives[-1].started
        rows = (await crowd.telegram.requests())["requests"]
    secrets = (services.key, telegram.token, discord.token)
    _count(report, services, rows, (folder / "log.txt").read_text("utf-8"), secrets)
    return report


def on_platforms(telegram: TelegramProcess, discord: DiscordProcess) -> dict[str, str]:
    """Both platforms in a program's environment."""
    return {
        "TELEGRAM_BOT_TOKEN": telegram.token,
        "TELEGRAM_BASE_URL": telegram.url,
        "TELEGRAM_BASE_FILE_URL": telegram.file_url,
        "FABULA_TELEGRAM_UNLIMITED": "1",
        "DISCORD_BOT_TOKEN": discord.token,
        "DISCORD_API_BASE": discord.url,
        "DISCORD_GATEWAY": discord.gateway,
    }


async def _life(
    folder: Path,
    start: Callable[[], AbstractAsyncContextManager[Started]],
    crowd: Crowd,
    number: int,
    wanted: int,
    longest_life: float,
    gently: bool,
) -> Life:
    """One life that is ended from outside, while people go on asking."""
    async with start() as started:
        life = Life(time.time())
        asking = asyncio.create_task(crowd.keep_up(folder / "data", wanted + MORE))
        ready = asyncio.create_task(_ready(crowd.door, started))
        if number % 4 or gently:
            await ready
            await asyncio.sleep(crowd.dice.uniform(0, longest_life))
        else:
            await asyncio.wait({ready}, timeout=crowd.dice.uniform(0, LONGEST_START))
        if started.returncode is not None:
            raise AssertionError(f"it ended by itself: {(folder / 'log.txt').read_text('utf-8')[-2000:]}")
        async with asyncio.timeout(SETTLED_WITHIN):
            while in_flight(folder / "data") < wanted + MORE // 2 or (gently and not begun(folder / "data")):
                await asyncio.sleep(0.02)
        started.terminate() if gently else started.kill()
        assert await started.wait() == (0 if gently else -signal.SIGKILL)
        crowd.door.address = None
        for task in (ready, asking):
            task.cancel()
        await asyncio.gather(ready, asking, return_exceptions=True)
        life.seconds = time.time() - life.started
        life.kept = await asyncio.to_thread(read_kept, folder / "data")
    return life


class Crowd:
    """Everybody who asks something."""

    def __init__(self, seed: int, telegram: TelegramPeople, discord: DiscordPeople) -> None:
        self.dice = random.Random(seed)
        self.door = Door()
        self.telegram = telegram
        self.discord = discord
        self.asked: list[Asking] = []
        self._markers = markers()
        self._platforms: Iterator[str] = itertools.cycle(("web", "telegram", "discord"))
        self._tasks: list[asyncio.Task[None]] = []

    def ask(self, number: int) -> None:
        """So many more people ask something, each at a moment of their own within half a second."""
        for _ in range(number):
            asking = self._asking(next(self._platforms), next(self._markers), self.dice.choice(IDEAS))
            self.asked.append(asking)
            self._tasks.append(asyncio.create_task(self._ask(asking, self.dice.uniform(0, 0.5))))

    async def keep_up(self, data_dir: Path, number: int) -> None:
        """Ask again and again, so that so many are being worked for."""
        while True:
            self.ask(number - self.unheard - await asyncio.to_thread(in_flight, data_dir))
            await asyncio.sleep(0.1)

    @property
    def unheard(self) -> int:
        """How many still try to be heard."""
        return sum(not task.done() for task in self._tasks)

    async def all_asked(self) -> None:
        """Until everybody was taken or turned away."""
        await asyncio.gather(*self._tasks)

    async def _ask(self, asking: Asking, wait: float) -> None:
        await asyncio.sleep(wait)
        await asking.ask(self.door)

    def _asking(self, platform: str, marker: str, idea: str) -> Asking:
        if platform == "web":
            return WebAsking(marker, idea)
        if platform == "telegram":
            return TelegramAsking(marker, idea, people=self.telegram)
        return DiscordAsking(marker, idea, people=self.discord)


@asynccontextmanager
async def process(folder: Path, environment: Mapping[str, str], begin: Begin) -> AsyncIterator[Started]:
    """``fabula run`` in a folder; what it logs goes to ``log.txt`` there."""
    inherited = {name: value for name, value in os.environ.items() if name not in variables().values()}
    own = {
        "FABULA_WEB_PORT": "0",
        "FABULA_DATA_DIR": str(folder / "data"),
        "FABULA_PERSON_PER_MINUTE": "0",
        "FABULA_OPEN": "1",
        "FABULA_CHECK": "off",  # a look is one more call of the helper's: here each kind is counted once
        "PYTHONPATH": str(ROOT),
    }
    started = await begin(inherited | own | environment, folder)
    logging = asyncio.create_task(_log(started, folder / "log.txt"))
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.wait()
        await logging


async def _log(started: Started, file: Path) -> None:
    assert started.stderr
    with file.open("ab") as log:
        while told := await started.stderr.read(1 << 16):
            log.write(told)
            log.flush()


async def address(started: Started) -> str:
    """Where its page is, as soon as it says so."""
    assert started.stdout
    async with asyncio.timeout(PATIENCE):
        while line := (await started.stdout.readline()).decode():
            for word in line.split():
                if word.startswith("http://127.0.0.1"):
                    return word
    raise AssertionError("it ended before it said where its page is")


async def _ready(door: Door, started: Started) -> None:
    door.address = await address(started)


def _control(services: EmbeddedProcess) -> httpx2.AsyncClient:
    headers = {"authorization": f"Bearer {services.key}"}
    return httpx2.AsyncClient(base_url=services.control_url, headers=headers, trust_env=False, verify=False)


async def _slow_down(services: EmbeddedProcess) -> None:
    async with _control(services) as control:
        assert (await control.post("/latency", json=LATENCY)).status_code == 200


async def _nothing_on_its_way(services: EmbeddedProcess) -> None:
    """Wait until the services are through with what a dead process asked: read late, it would count as asked by the next one."""
    async with _control(services) as control, asyncio.timeout(SETTLED_WITHIN):
        before = -1
        while True:
            requests = (await control.get("/requests")).json()["requests"]
            if len(requests) == before and all("finished" in request for request in requests):
                return
            before = len(requests)


async def _look(report: Report, crowd: Crowd) -> None:
    """Look into every chat."""
    at_once = asyncio.Semaphore(10)

    async def look(asking: Asking) -> Seen:
        async with at_once:
            try:
                return await asking.look(crowd.door)
            except TimeoutError:
                return Seen()

    for asking, seen in zip(crowd.asked, await asyncio.gather(*map(look, crowd.asked)), strict=True):
        judge(report, asking, seen)


def _count(report: Report, services: EmbeddedProcess, rows: Sequence[dict], log: str, secrets: Sequence[str]) -> None:
    """Count what was paid, sent and logged."""
    calls = paid_calls(services)
    assign(report.lives, calls, telegram_sends(rows))
    report.calls = len(calls)
    report.paid_twice = len(calls) - len({call.step for call in calls})
    report.called_though_kept = len(called_though_kept(report.lives))
    report.reasons.update(re.findall(r'event="job failed".* code=(\S+)', log))
    report.tracebacks = log.count("Traceback")
    report.told = len(MARKER.findall(log)) + sum(log.count(secret) for secret in secrets)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--in-flight", type=int, default=IN_FLIGHT)
    parser.add_argument("--gently", action="store_true", help="ask it to stop (SIGTERM) instead of killing it")
    parser.add_argument("--keep", type=Path, help="a folder in which everything stays, to look at")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = options.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        asked = {"rounds": options.rounds, "seed": options.seed, "wanted": options.in_flight, "gently": options.gently}
        report = asyncio.run(storm(folder, **asked))
    sys.stdout.write(f"{report.table()}\nseed {options.seed}, {time.monotonic() - began:.0f} s\n")
    sys.exit(bool(report.broken_promises))


if __name__ == "__main__":
    main()
