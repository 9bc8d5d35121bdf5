"""A board: how soon 200 people who vote within ten seconds each get their private answer, and whether sparks are more alike than people's ideas.

    python -m bench.board

Everybody looks at the room over Server-Sent Events, opens their ballot and gives three dots in a row; each is posted when the answer to the one
before has come. What is measured is from the press to the answer that its person alone gets, and what a press costs the program; the two hundred
are one process beside it, whose time is told too, since it takes the same processors. How alike ideas are is the mean cosine of all pairs
(``core.boards.alike.spread``); without a key the sparks are the storybook's, so that figure says how it is found out, and a key makes it real.
"""

from __future__ import annotations

import asyncio
import json
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any

import aiohttp

from bench import probe
from bench.harness import SETTLES, printing_address
from core.boards import alike

VOTERS, WITHIN, DOTS = 200, 10.0, 3
ROOM = "team"
PATIENCE = 60.0
IDEAS = (
    "a lighthouse that sells pancakes",
    "hammocks between the bookshelves",
    "soup that costs what you like",
    "a chess board on every table",
    "a window for letters to strangers",
    "breakfast for night workers at noon",
    "dogs get a biscuit and a stamp card",
    "a choir of kettles at four o'clock",
)


class Voter:
    """Somebody who looks at the room."""

    def __init__(self, http: aiohttp.ClientSession, url: str, name: str) -> None:
        self._http, self._url, self.name = http, url, name
        self.events: list[dict[str, Any]] = []
        self._news = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    async def comes(self) -> None:
        """Open the stream, and return once it is there."""
        stream = await self._http.get(f"{self._url}/api/chats/{ROOM}/events", params={"user": self.name})
        self.task = asyncio.create_task(self._reads(stream))

    async def _reads(self, stream: aiohttp.ClientResponse) -> None:
        async with stream:
            async for line in stream.content:
                if line.startswith(b"data: "):
                    self.events.append(json.loads(line[6:]))
                    self._news.set()

    async def sees(self, holds: Callable[[dict[str, Any]], bool], start: int = 0) -> dict[str, Any]:
        """The first event from a place on that is like this."""
        async with asyncio.timeout(PATIENCE):
            while True:
                self._news.clear()
                if found := next((one for one in self.events[start:] if holds(one)), None):
                    return found
                await self._news.wait()

    async def says(self, text: str) -> None:
        """Say something, and return at the end of its answer."""
        start = len(self.events)
        form = {"user": self.name, "text": text}
        async with self._http.post(f"{self._url}/api/chats/{ROOM}/messages", data=form) as answer:
            message = (await answer.json())["message"]
        await self.sees(lambda one: one["kind"] == "end" and one["in_reply_to"] == message, start)

    async def presses(self, message: str, action: str) -> tuple[float, dict[str, Any]]:
        """Press a button; the seconds until what comes of it for this person alone is there, and that."""
        start, began = len(self.events), time.monotonic()
        body = {"user": self.name, "message": message, "action": action}
        async with self._http.post(f"{self._url}/api/chats/{ROOM}/actions", json=body) as answer:
            assert answer.status == 202, await answer.text()
        got = await self.sees(lambda one: bool(one.get("private")) and one["kind"] == "reply", start)
        return time.monotonic() - began, got


async def _revealed(ada: Voter) -> tuple[str, str, str]:
    """A board whose ideas are revealed: the message with its list, the id of the message to vote at, and of the board."""
    await ada.says("/brainstorm what our café is known for --votes 3")
    for idea in IDEAS:
        await ada.says(f"/idea {idea}")
    shown = next(
        one for one in reversed(ada.events) if any(act["id"].startswith("board-next") for act in one["actions"])
    )
    pressed = next(act["id"] for act in shown["actions"] if act["id"].startswith("board-next"))
    body = {"user": ada.name, "message": shown["message"], "action": pressed}
    async with ada._http.post(f"{ada._url}/api/chats/{ROOM}/actions", json=body) as answer:
        assert answer.status == 202
    told = await ada.sees(lambda one: "\n1 · " in one["text"])
    vote = await ada.sees(lambda one: any(act["id"].startswith("board-ballot") for act in one["actions"]))
    return told["text"], vote["message"], pressed.partition(":")[2]


async def _votes(voter: Voter, message: str, board: str, dice: random.Random, ideas: int) -> list[float]:
    """Somebody's whole vote; the seconds that each of its answers took."""
    await asyncio.sleep(dice.uniform(0, WITHIN - 1))
    took, ballot = await voter.presses(message, f"board-ballot:{board}")
    times = [took]
    for number in dice.sample(range(1, ideas + 1), DOTS):
        took, shown = await voter.presses(ballot["message"], f"board-dot:{board}:{number}:0")
        times.append(took)
    assert "You have 0 of" in shown["text"], shown["text"]
    return times


async def _main() -> None:
    dice = random.Random(7)
    connector, timeout = aiohttp.TCPConnector(limit=0, keepalive_timeout=2), aiohttp.ClientTimeout(None)
    with tempfile.TemporaryDirectory() as folder:
        own = {"FABULA_DATA_DIR": folder, "FABULA_OPEN": "1", "FABULA_EMBEDDED_FAST": "1", "OPENAI_API_KEY": ""}
        report = Path(folder) / "probe.jsonl"
        async with (
            printing_address("bench.probe", str(report), environment=own) as url,
            aiohttp.ClientSession(connector=connector, timeout=timeout) as http,
        ):
            ada = Voter(http, url, "ada")
            await ada.comes()
            told, message, board = await _revealed(ada)
            voters = [Voter(http, url, f"p{number}") for number in range(VOTERS)]
            await asyncio.gather(*(voter.comes() for voter in voters))
            begun, before, own = time.time(), len(ada.events), time.process_time()
            taken = await asyncio.gather(*(_votes(one, message, board, dice, len(IDEAS)) for one in voters))
            lasted, own = time.time() - begun, time.process_time() - own
            await asyncio.sleep(SETTLES)
            samples = probe.read(report, begun, begun + lasted)
            changes = [one for one in ada.events[before:] if one["kind"] == "reply" and not one.get("private")]
            for voter in (ada, *voters):
                if voter.task:
                    voter.task.cancel()
    first, last = samples[0], samples[-1]
    times = [one * 1000 for each in taken for one in each]
    cuts, cost = quantiles(times, n=20), last.cpu - first.cpu
    print(f"{VOTERS} people, {len(times)} presses ({DOTS} dots each) in {lasted:.1f} s")
    print(f"private answer: p50 {cuts[9]:.0f} ms, p95 {cuts[18]:.0f} ms")
    print(f"processor time: program {cost:.1f} s, {1000 * cost / len(times):.1f} ms a press; the people {own:.1f} s")
    run = [(last.transactions - first.transactions), (last.statements - first.statements)]
    print(f"a press: {run[0] / len(times):.1f} transactions, {run[1] / len(times):.1f} statements that write")
    print(f"changes of the board's message meanwhile: {len(changes)}")
    lines = [line.partition(" · ")[2] for line in told.splitlines() if " · " in line]
    sparks = [line.partition(" ✨")[0] for line in lines if "✨" in line]
    print(
        f"mean cosine: people's {len(IDEAS)} ideas {alike.spread(IDEAS):.3f}, {len(sparks)} sparks {alike.spread(sparks):.3f}"
    )


if __name__ == "__main__":
    asyncio.run(_main())
