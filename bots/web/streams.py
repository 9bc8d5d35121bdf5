"""A chat's events as Server-Sent Events."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence, Set
from contextlib import AbstractContextManager, aclosing, contextmanager, nullcontext, suppress

from bots.web.door import WebDoor
from bots.web.hub import LOOK, Item, Stream
from bots.web.places import PLATFORM, PRIVATE, place_of
from bots.web.problems import Problem
from bots.web.watch import Watch
from core.people import Visit
from core.ports import EventRow
from core.types import User

KEEP_ALIVE = 15.0
"""Seconds of silence after which a stream says that it is still there."""

TOGETHER = 500
"""Events that a stream reads from the log at a time, at most."""

BYTES_TOGETHER = 512 * 1024
"""Characters of events after which it first sends what it has read: nobody's past has to fit into memory."""

LOOK_AGAIN = 2.0
"""Seconds after which it is looked whether somebody still may be here where nobody speaks: who was sent away has to be out soon."""

KNOWN_FOR = 0.2
"""Seconds for which it is known where somebody does: words and previews come many times a second. Who was turned away by this process is so at
once; this is for commands and other processes."""

MOST_STREAMS = 30
"""Streams that one person may have open: a few browsers with a few pages each."""

_Reading = tuple[Sequence[EventRow], Set[str] | None]
"""Events of a chat, and who its members were once these were there; ``None`` where a chat has none."""


class _Left(Exception):
    """Somebody is no member of a room any more."""


class Streams:
    """Opens streams of events, so many for a person."""

    def __init__(self, door: WebDoor) -> None:
        self._door = door
        self._open: Counter[str] = Counter()
        self._watch = Watch(door.people)
        self._readings: dict[tuple[str, int, int], asyncio.Future[_Reading]] = {}

    def check(self, person: str) -> None:
        """Raise ``Problem`` (429) for somebody who has as many as they may have."""
        if person and self._open[person] >= MOST_STREAMS:
            raise Problem(429, "too-many-streams", retry_after=10)

    async def _kept(self, chat: str, person: str, after: int) -> AsyncGenerator[tuple[int, str]]:
        """The durable events after a number that a person may see, those that are read together in one; with the number of the last that was read.

        Raises ``_Left`` for who is no member of the room any more.
        """
        more = True
        while more:
            rows, members = await self._read(chat, after)
            if members is not None and person not in members:
                raise _Left
            told = [_told(row) for row in rows if row.data and row.only in ("", person)]
            after = rows[-1].seq if rows else after
            yield after, "".join(told)
            more = len(rows) == TOGETHER or sum(len(row.data) for row in rows) >= BYTES_TOGETHER

    async def _read(self, chat: str, after: int) -> _Reading:
        """The events after a number. Two hundred people in a room want the same ones in the same moment: they are read once."""
        name = chat, after, self._door.hub.additions
        if name not in self._readings:
            self._readings[name] = asyncio.ensure_future(self._reading(chat, after))
            self._readings[name].add_done_callback(lambda _: self._readings.pop(name))
        return await asyncio.shield(self._readings[name])

    async def _reading(self, chat: str, after: int) -> _Reading:
        """The members are read behind the events: of what was said after somebody had been removed they get nothing, whoever removed them."""
        rows = await self._door.events.after(chat, after, TOGETHER, BYTES_TOGETHER)
        return rows, await self._door.people.members(chat) if self._has_members(chat) and rows else None

    def _has_members(self, chat: str) -> bool:
        return self._door.settings.web_token is not None and not chat.startswith(PRIVATE)

    def _as_read(self, item: Item, chat: str, after: int) -> Item:
        """A durable event that was added, for somebody who has read up to a number: itself where it is the next, nothing where it is known, ``LOOK``
        where the log is to be asked, for those before it or for whether somebody still is a member.
        """
        if not isinstance(item, EventRow):
            return item
        if item.seq <= after:
            return ""
        return item if item.before is not None and item.before <= after and not self._has_members(chat) else LOOK

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

    async def follow(self, chat: str, person: str, after: int, visit: Visit | None) -> AsyncIterator[str]:
        """First the durable events after a number, then the newest progress, then what comes, for as long as the ``visit`` lasts.

        Where nobody signs in there is nothing to ask but whether they are blocked, and silence wakes it more rarely.
        """
        patience = KEEP_ALIVE if visit is None else LOOK_AGAIN
        with self._listening(chat, person) as stream, self._watched(visit), suppress(_Left):
            yield "retry: 1000\n\n"
            item: Item = LOOK
            said = time.monotonic()
            while item is not None and await self._still(chat, person, visit, KNOWN_FOR if item else LOOK_AGAIN):
                if item == LOOK:
                    async with aclosing(self._kept(chat, person, after)) as kept:
                        async for number, told in kept:
                            after = number
                            if told:
                                yield told
                elif isinstance(item, EventRow):
                    after = item.seq
                    if item.only in ("", person):
                        yield _told(item)
                elif item:
                    yield f"data: {item}\n\n"
                try:
                    item, said = self._as_read(await stream.next(patience), chat, after), time.monotonic()
                except TimeoutError:
                    item = ""
                    if visit is None or time.monotonic() - said >= KEEP_ALIVE:
                        yield ": still here\n\n"
                        item, said = LOOK, time.monotonic()

    def _watched(self, visit: Visit | None) -> AbstractContextManager[None]:
        return nullcontext() if visit is None else self._watch.over(visit)

    async def _still(self, chat: str, person: str, visit: Visit | None, within: float) -> bool:
        """Whether somebody still may hear what is said in a chat, as it was known so many seconds ago."""
        user = User(platform=PLATFORM, id=person, name="", language="")
        there = visit is None or await self._watch.still(visit, within)
        return there and self._door.allows(user, place_of(chat))


def _told(row: EventRow) -> str:
    """An event as it is sent."""
    return f'id: {row.seq}\ndata: {{"seq": {row.seq}, {row.data[1:]}\n\n'
