"""Messages that show a changing thing: the newest state, in one message that is changed in place, at most every few seconds."""

from __future__ import annotations

import asyncio
import time
from collections import deque

from core.ports import NewReply, Store
from core.recent import Recent
from core.types import KeptReply, Place, Reply

CHANGE_EVERY = 3.0
"""Seconds between two changes in a place: platforms take about one a second there, and people are there too (our own rule)."""

REMEMBERED = 1000
"""Places whose last change is remembered."""


class Living:
    """Paces the changes of a place, and finds the messages to change. Which state is shown where is kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._changed: Recent[str, float] = Recent(REMEMBERED)

    async def pause(self, place: Place) -> None:
        """Wait until something may change in a place again; from now on it counts as changed."""
        wait = self._changed.get(place.key, float("-inf")) + CHANGE_EVERY - time.monotonic()
        if wait > 0:
            await asyncio.sleep(wait)
        self._changed[place.key] = time.monotonic()

    async def placed(self, reply: KeptReply) -> KeptReply:
        """The reply as a change of the message that showed the state before, where there is one. No poll becomes another."""
        said = reply.reply
        if (
            said.afresh
            or said.poll
            or reply.receipts
            or not (message := await self._store.living(reply.place, said.lives))
        ):
            return reply
        return reply.model_copy(update={"reply": said.model_copy(update={"replaces": message})})

    async def old(self, reply: KeptReply) -> NewReply | None:
        """That the message before a reply which is posted afresh disappears; ``None`` where there is none."""
        message = await self._store.living(reply.place, reply.reply.lives)
        if not message or message in reply.receipts:
            return None
        gone = Reply(removes=message)
        return NewReply(key=f"{reply.key}:before", place=reply.place, user=reply.user, in_reply_to="", reply=gone)


def overtaken(line: deque[KeptReply]) -> bool:
    """Whether a newer state than the first one waits behind it, which then is posted afresh if the older one was to be."""
    first = line[0].reply
    for number, later in enumerate(line):
        if number and later.reply.lives == first.lives:
            if first.afresh:
                line[number] = later.model_copy(update={"reply": later.reply.model_copy(update={"afresh": True})})
            return True
    return False
