"""A chat's events as Server-Sent Events."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from typing import NamedTuple

from bots.web.door import WebDoor
from bots.web.hub import LOOK, Stream
from bots.web.problems import Problem
from core.ports import EventRow

KEEP_ALIVE = 15.0
"""Seconds of silence after which a stream says that it is still there."""

TOGETHER = 500
"""Events that a stream reads from the log at a time, at most."""

BYTES_TOGETHER = 512 * 1024
"""Characters of events after which it first sends what it has read: nobody's past has to fit into memory."""

LOOK_AGAIN = 2.0
"""Seconds for which somebody who was let in is not asked for again: words and previews come many times a second, and who was sent away has to
be out soon, also of a chat in which nobody speaks."""

MOST_STREAMS = 30
"""Streams that one person may have open: a few browsers with a few pages each."""


class _Row(NamedTuple):
    """An event of the log as it is sent. ``only``: whom alone it was said to, ``None`` for all; ``size`` in characters."""

    seq: int
    told: str
    only: str | None
    size: int


class Streams:
    """Opens streams of events, so many for a person."""

    def __init__(self, door: WebDoor) -> None:
        self._door = door
        self._open: Counter[str] = Counter()
        self._readings: dict[tuple[str, int, int], asyncio.Future[Sequence[_Row]]] = {}

    def check(self, person: str) -> None:
        """Raise ``Problem`` (429) for somebody who has as many as they may have."""
        if person and self._open[person] >= MOST_STREAMS:
            raise Problem(429, "too-many-streams", retry_after=10)

    async def _kept(self, chat: str, person: str, after: int) -> AsyncGenerator[tuple[int, str]]:
        """The durable events after a number that a person may see, those that are read together in one; with the number of the last that was read."""
        more = True
        while more:
            rows = await self._read(chat, after)
            told = [row.told for row in rows if row.told and row.only in (None, person)]
            after = rows[-1].seq if rows else after
            yield after, "".join(told)
            more = len(rows) == TOGETHER or sum(row.size for row in rows) >= BYTES_TOGETHER

    async def _read(self, chat: str, after: int) -> Sequence[_Row]:
        """The events after a number. Two hundred people in a room want the same ones in the same moment: they are read once."""
        name = chat, after, self._door.hub.additions
        if name not in self._readings:
            self._readings[name] = asyncio.ensure_future(self._read_now(chat, after))
            self._readings[name].add_done_callback(lambda _: self._readings.pop(name))
        return await asyncio.shield(self._readings[name])

    async def _read_now(self, chat: str, after: int) -> Sequence[_Row]:
        return [_row(row) for row in await self._door.events.after(chat, after, TOGETHER, BYTES_TOGETHER)]

    @contextmanager
    def _listening(self, chat: str, person: str) -> Iterator[Stream]:
        """What comes into a chat; counted as one of the person's streams meanwhile."""
        stream = self._door.hub.open(chat, person)
        self._open[person] += 1
        try:
            yield stream
        finally:
            self._door.hub.leave(chat, stream)
            self._open[person] -= 1
            if not self._open[person]:
                del self._open[person]

    async def follow(
        self, chat: str, person: str, after: int, still: Callable[[], Awaitable[bool]]
    ) -> AsyncIterator[str]:
        """First the durable events after a number, then the newest progress, then what comes, for as long as the person ``still`` may."""
        with self._listening(chat, person) as stream:
            yield "retry: 1000\n\n"
            line: str | None = LOOK
            asked = said = time.monotonic()  # at the door, just now
            while line is not None:
                if time.monotonic() - asked >= LOOK_AGAIN:
                    if not await still():
                        break
                    asked = time.monotonic()
                if line == LOOK:
                    async with aclosing(self._kept(chat, person, after)) as kept:
                        async for number, told in kept:
                            after = number
                            if told:
                                yield told
                elif line:
                    yield f"data: {line}\n\n"
                try:
                    line, said = await stream.next(LOOK_AGAIN), time.monotonic()
                except TimeoutError:
                    line = ""
                    if time.monotonic() - said >= KEEP_ALIVE:
                        yield ": still here\n\n"
                        line, said = LOOK, time.monotonic()


def _row(row: EventRow) -> _Row:
    """An event as it is sent; one that cannot be read is nothing to be sent."""
    told = f'id: {row.seq}\ndata: {{"seq": {row.seq}, {row.data[1:]}\n\n' if row.data else ""
    return _Row(row.seq, told, _only(row.data), len(row.data))


def _only(data: str) -> str | None:
    """Whom alone an event was said to. Only those that may be are parsed: in words the quotes would be escaped.

    That an answer has ended is for everybody: it takes away what a page showed meanwhile.
    """
    if '"private": true' not in data:
        return None
    event = json.loads(data)
    return event["user"] if event.get("private") and event["kind"] != "end" else None
