"""Between a platform's inbound half and the manager: an update is kept first, then handled, also when the process died in between."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

import structlog
from pydantic import TypeAdapter, ValidationError

from core.conversation import ConversationManager
from core.errors import StorageFault
from core.ports import Change, Store
from core.types import Event, Message, Press, Reply

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds between two tries to handle an event whose answer the storage did not take."""

LAST_MOMENT = 2.0
"""Seconds that events get at the end."""

_EVENT: TypeAdapter[Event] = TypeAdapter(Event)
log = structlog.get_logger()


class Intake:
    """Hands events to the manager, each in a task of its own, in the order in which they are given here."""

    def __init__(self, manager: ConversationManager) -> None:
        self._manager = manager
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def take(self, event: Event) -> None:
        """Handle an event whose inbox rows are committed. Returns at once."""
        task = asyncio.create_task(self._handle(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def refused(self, press: Press) -> Reply | None:
        """What a press would be refused with; ``None``: it may go on."""
        return await self._manager.refused(press)

    async def recover(self, store: Store, platform: str) -> None:
        """Hand on what an earlier process kept as core values and did not handle.

        What cannot be read any more is left behind, named by its id alone.
        """
        events, unreadable = [], []
        for row in await store.waiting_rows(platform):
            try:
                events.append(_EVENT.validate_json(row.payload, extra="ignore"))
            except ValidationError:
                log.error("an event cannot be read and is passed over", inbox=row.id)
                unreadable.append(row.id)
        if unreadable:  # before anything is handed on: who meets a full disk here may try again
            await store.commit(Change(inbox=tuple(unreadable)))
        for event in events:
            self.take(event)

    async def close(self) -> None:
        """Let what has begun come to its end, for a moment; the rest is in the inbox."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_MOMENT)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _handle(self, event: Event) -> None:
        """Handle an event in its turn: one that has to wait is not overtaken by what the same person does there afterwards."""
        user = event.author if isinstance(event, Message) else event.user
        async with self._turns.setdefault(f"{event.place.key}:{user.id}", asyncio.Lock()):
            await self._insist(event)

    async def _insist(self, event: Event) -> None:
        """Handle an event, again for as long as the disk is in the way: what was taken in is answered."""
        wait = FIRST_WAIT
        while True:
            try:
                return await self._received(event)
            except StorageFault as fault:
                log.error("an event has to wait", inbox=event.inbox, code=fault.code, seconds=wait)
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _received(self, event: Event) -> None:
        """The broad except around the platforms' loops: an event whose handling breaks is answered and does not come back."""
        try:
            await self._manager.receive(event)
        except StorageFault:
            raise
        except Exception:
            log.exception("event broke", inbox=event.inbox)
            await self._manager.apologise(event)
