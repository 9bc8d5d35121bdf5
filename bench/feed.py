"""What happened on a stand-in, read from its feed a few times a second: every event carries its own time, so looking seldom costs no exactness."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

LOOK_EVERY = 0.05
PATIENCE = 120.0

Event = dict[str, Any]


class Feed:
    """The events of each chat so far."""

    def __init__(self, place: str) -> None:
        """``place`` is the field that names an event's chat."""
        self._place = place
        self._last = 0
        self._events: defaultdict[int, list[Event]] = defaultdict(list)
        self._news = asyncio.Event()

    def count(self, chat: int) -> int:
        """How many events a chat has seen."""
        return len(self._events[chat])

    async def until(
        self, chats: Sequence[int], since: Sequence[int], fulfilled: Callable[[Event], bool]
    ) -> list[list[Event]]:
        """Wait until each chat has an event that fulfils a condition; the events of each after the first ``since`` ones. Raises ``TimeoutError``."""

        async def wait() -> None:
            waiting = dict(zip(chats, since, strict=True))
            while True:
                news = self._news
                for chat in [
                    chat for chat, start in waiting.items() if any(map(fulfilled, self._events[chat][start:]))
                ]:
                    del waiting[chat]
                if not waiting:
                    return
                await news.wait()

        await asyncio.wait_for(wait(), PATIENCE)
        return [self._events[chat][start:] for chat, start in zip(chats, since, strict=True)]

    async def follow(self, people: Any) -> None:
        """Read on for ever; ``people`` is the client of the stand-in's control side."""
        while True:
            told = await people.events(after=self._last)
            self._last = told["seq"]
            for event in told["events"]:
                self._events[event.get(self._place)].append(event)
            self._news.set()
            self._news = asyncio.Event()
            await asyncio.sleep(LOOK_EVERY)


@asynccontextmanager
async def following(people: Any, place: str) -> AsyncIterator[Feed]:
    """A feed that is read for the length of an ``async with``."""
    feed = Feed(place)
    task = asyncio.create_task(feed.follow(people))
    try:
        yield feed
    finally:
        task.cancel()
