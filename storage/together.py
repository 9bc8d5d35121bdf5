"""What processes need to serve one PostgreSQL database together. Loaded only where a database of it is named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from core.errors import StorageFault
from core.settings import address_of
from storage.leases import SqlLeases
from storage.opening import Storage
from storage.presence import NO_ANSWER, Presence
from storage.relay import Relay


@dataclass(frozen=True)
class Together:
    """That this process lives, who has which job, and word from one process to the others."""

    presence: Presence
    leases: SqlLeases
    relay: Relay


@asynccontextmanager
async def together(storage: Storage, url: str, slots: int) -> AsyncIterator[Together]:
    """Be one of the processes of a database; ``slots``: how many jobs this one runs together. Raises ``StorageFault``."""
    presence, relay, store = Presence(url, slots), Relay(url), storage.store
    store.me = presence.me
    store.tell_others = lambda: relay.tell("timer", newest="timer")
    relay.hear("timer", store.hear_of_timers)
    tasks = [asyncio.create_task(presence.go_on()), asyncio.create_task(relay.go_on())]
    try:
        try:
            await asyncio.wait_for(presence.there.wait(), 2 * NO_ANSWER)
        except TimeoutError:
            raise StorageFault("database-away", folder=address_of(url)) from None
        yield Together(presence, SqlLeases(storage.database, presence.me), relay)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await presence.leave()
