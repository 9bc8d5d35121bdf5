"""What is on its way to open pages: the newest progress of each request, preview frames, and word that something durable was added.

Durable events come in their order and none is missed: a stream is handed the one that was added if it has all before it, and otherwise reads the log.
Nothing here is kept.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import defaultdict
from typing import Any

from core.ports import EventRow

BEHIND = 1000
"""Events a page may be behind; then its stream is closed, and it comes back with ``Last-Event-ID``."""

LINGER = 5.0
"""Seconds for which a preview frame can still be fetched after the next one or the picture came: pages may just be asking for it."""

LOOK = "look"
"""Sent through a stream instead of an event: read the log."""

SOON = 2.0
"""Seconds after which everybody gets past what was said to one person alone: two hundred people who vote do not wake each other with every dot."""

Data = dict[str, Any]
Item = str | EventRow | None
"""What comes through a stream."""


class Hub:
    """Passes events to everybody who looks at a chat."""

    def __init__(self) -> None:
        self._streams: defaultdict[str, set[Stream]] = defaultdict(set)
        self._newest: defaultdict[str, dict[tuple[str, str, int], Data]] = defaultdict(dict)
        self._previews: dict[str, tuple[bytes, str, str]] = {}
        self._soon: set[str] = set()
        self.additions = 0
        self.closed = False

    additions: int
    """How often something durable was added anywhere: what was read since the newest holds all that anybody was told of."""

    def open(self, chat: str, person: str | None = None) -> Stream:
        """A stream of a chat's events for a person (their id), beginning with the newest progress of each request.

        One for nobody hears everything at once.
        """
        stream = Stream(person)
        if self.closed:
            stream.end()
            return stream
        self._streams[chat].add(stream)
        for data in self._newest.get(chat, {}).values():
            stream.put(json.dumps(data, ensure_ascii=False))
        return stream

    def leave(self, chat: str, stream: Stream) -> None:
        """A page is gone."""
        if streams := self._streams.get(chat):
            streams.discard(stream)
            if not streams:
                del self._streams[chat]

    def added(self, chat: str, person: str | None = None, row: EventRow | None = None) -> None:
        """Something durable was added to a chat: ``row``, where it is at hand. What matters to a ``person`` alone they hear of at once, the others
        ``SOON``.
        """
        self.additions += 1
        for stream in self._streams.get(chat, ()):
            if person is None or stream.person in (None, person):
                stream.look(row)
        if person is not None and chat not in self._soon:
            self._soon.add(chat)
            asyncio.get_running_loop().call_later(SOON, self._look_soon, chat)

    def look(self) -> None:
        """Something durable may have been added to any chat."""
        for chat in list(self._streams):
            Hub.added(self, chat)  # of this process alone: what another has told is not told again

    def live(self, chat: str, data: Data) -> None:
        """Pass an event to the pages that are open now."""
        self._pass_on(chat, data)

    def _look_soon(self, chat: str) -> None:
        self._soon.discard(chat)
        for stream in self._streams.get(chat, ()):
            stream.look()

    def _pass_on(self, chat: str, data: Data) -> None:
        line = json.dumps(data, ensure_ascii=False)
        for stream in self._streams.get(chat, ()):
            stream.put(line)

    def progress(self, chat: str, data: Data, slot: int) -> None:
        """Pass progress on, unless it is what was passed on last, and keep it as the newest of its request, kind and slot."""
        newest = self._newest[chat]
        key = (data["in_reply_to"], data["kind"], slot)
        if newest.get(key) == data:
            return
        self._drop_preview(newest.get(key))
        newest[key] = data
        self._pass_on(chat, data)

    def settle(self, chat: str, request: str, *kinds: str) -> None:
        """Forget the progress of a request, of these kinds."""
        newest = self._newest.get(chat, {})
        for key in [key for key in newest if key[0] == request and key[1] in kinds]:
            self._drop_preview(newest.pop(key))
        if not newest:
            self._newest.pop(chat, None)

    def forget(self, user: str) -> None:
        """Forget the progress of everything that a person asked for."""
        for chat, newest in list(self._newest.items()):
            for request in {data["in_reply_to"] for data in newest.values() if data["user"] == user}:
                self.settle(chat, request, "text", "preview", "status")

    def keep_preview(self, data: bytes, mime: str, chat: str) -> str:
        """Hold a preview frame of a chat until the next one; its id for ``/media``, the same wherever this frame is held."""
        name = f"preview-{hashlib.sha256(chat.encode() + data).hexdigest()[:32]}"
        self._previews[name] = (data, mime, chat)
        return name

    def preview(self, name: str) -> tuple[bytes, str, str] | None:
        """Bytes, media type and chat of a preview frame that is still the newest, or was until a moment ago."""
        return self._previews.get(name)

    def close(self) -> None:
        """End every stream, so that none holds up the exit."""
        self.closed = True
        for streams in self._streams.values():
            for stream in streams:
                stream.end()

    def _drop_preview(self, data: Data | None) -> None:
        for piece in (data or {}).get("pieces", ()):
            asyncio.get_running_loop().call_later(LINGER, self._previews.pop, piece["id"], None)


class Stream:
    """What one page has yet to be sent: live events as JSON, durable ones as rows, ``LOOK`` where the log has more, ``None`` at the end."""

    def __init__(self, person: str | None = None) -> None:
        self.person = person
        self._queue: asyncio.Queue[Item] = asyncio.Queue()
        self._looks = False
        self._ended = False

    def look(self, row: EventRow | None = None) -> None:
        """The log has more, as far as is known this row; a page that has yet to read it need not be told twice.

        One that is behind is handed nothing: what it has yet to read may be much, and deleted by then.
        """
        if self._looks:
            return
        if row is not None and row.before is not None and self._queue.empty():
            self.put(row)
        else:
            self._looks = True
            self.put(LOOK)

    def put(self, item: str | EventRow) -> None:
        """Add something; a page too far behind is let go."""
        if self._ended:
            return
        if self._queue.qsize() < BEHIND:
            self._queue.put_nowait(item)
        else:
            self.end()

    def end(self) -> None:
        """Close the stream: nothing comes after that, however long it takes the page to read so far."""
        if not self._ended:
            self._queue.put_nowait(None)
        self._ended = True

    async def next(self, patience: float) -> Item:
        """The next item. Raises ``TimeoutError`` after ``patience`` seconds of silence."""
        async with asyncio.timeout(patience):
            item = await self._queue.get()
        if item == LOOK:
            self._looks = False
        return item
