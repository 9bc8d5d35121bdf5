"""People on the web page: each follows a chat over Server-Sent Events and posts into it.

Posted is when the POST is sent, delivered when the event with the picture's address has come, by the load generator's clock.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import aiohttp

from bench.harness import Told

PATIENCE = 120.0
QUIET = 0.5
"""Seconds without an event after which nothing more of the past will come."""


@dataclass
class Person:
    """Somebody who looks at a chat. ``came`` has the time of the first event of each kind since the last question, ``reply`` the newest piece."""

    name: str
    reply: dict[str, Any] = field(default_factory=dict)
    came: dict[str, float] = field(default_factory=dict)
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    newest: float = 0
    """When the last event of any kind came."""

    def see(self, line: bytes) -> None:
        """Take in one line of the stream."""
        if not line.startswith(b"data: "):
            return
        event = json.loads(line[6:])
        kind = event["kind"]
        self.newest = time.time()
        self.came.setdefault(kind, self.newest)
        if kind == "reply" and event["pieces"]:
            self.reply = event
        if kind == "end":
            self.ended.set()


class WebDriver:
    """Implements ``bench.harness.Driver``."""

    name = "web"
    environment: dict[str, str] = {}  # noqa: RUF012 - never changed

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._numbers = count()
        self._followers: set[asyncio.Task[None]] = set()

    async def connect(self, url: str) -> None:
        """Only note where it is: an address is told once people may come."""
        self.url = url

    async def people_again(self, people: Sequence[Person]) -> list[Person]:
        """The same people after a restart of the program, which ended their streams; each has read all of their chat again."""
        await asyncio.gather(*(self._follow(person) for person in people))
        await asyncio.sleep(QUIET)
        while time.time() - max(person.newest for person in people) < QUIET:
            await asyncio.sleep(QUIET)
        return list(people)

    async def people(self, number: int) -> list[Person]:
        """People whose streams are open."""
        made = [Person(f"person-{next(self._numbers)}") for _ in range(number)]
        await asyncio.gather(*(self._follow(person) for person in made))
        return made

    async def ask(self, people: Sequence[Person], prompts: Sequence[str]) -> list[Told]:
        """All post at once."""
        return list(await asyncio.gather(*map(self._ask, people, prompts)))

    async def say(self, person: Person, text: str) -> None:
        """Post, and return at the end of what is answered; when each kind of event first came is in ``came`` then."""
        person.came.clear()
        person.ended.clear()
        form = {"user": person.name, "text": text}
        async with self._http.post(f"{self.url}/api/chats/{person.name}/messages", data=form) as answer:
            assert answer.status == 202, await answer.text()
        await asyncio.wait_for(person.ended.wait(), PATIENCE)

    async def rate(self, person: Person, emoji: str) -> None:
        """React to the newest piece, and return when it counts."""
        person.came.clear()
        rating = {"user": person.name, "message": person.reply["message"], "emoji": emoji, "added": True}
        async with self._http.post(f"{self.url}/api/chats/{person.name}/reactions", json=rating) as answer:
            assert answer.status == 202, await answer.text()
        async with asyncio.timeout(PATIENCE):
            while "rating" not in person.came:
                await asyncio.sleep(0.005)

    async def _ask(self, person: Person, prompt: str) -> Told:
        posted = time.time()
        await self.say(person, f"/image {prompt} --raw")
        return Told(prompt, posted, person.came["status"], person.came["reply"])

    async def _follow(self, person: Person) -> None:
        """Open a stream, and leave a task behind that reads it until the program ends."""
        stream = await self._http.get(f"{self.url}/api/chats/{person.name}/events")

        async def read() -> None:
            try:
                async with stream:
                    async for line in stream.content:
                        person.see(line)
            except aiohttp.ClientError:
                pass

        task = asyncio.create_task(read())
        self._followers.add(task)
        task.add_done_callback(self._followers.discard)


@asynccontextmanager
async def web() -> AsyncIterator[WebDriver]:
    """The web page, which the program brings along."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(None)) as http:
        yield WebDriver(http)
