"""Between a platform's inbound half and the manager: an update is kept first, then handled, also when the process died in between."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from typing import TypeVar

import structlog
from pydantic import TypeAdapter, ValidationError

from core.cancelling import was_cancelled
from core.conversation.door import ConversationManager
from core.conversation.feature import Repertoire
from core.conversation.inbox import MOST_BEGUN
from core.errors import StorageFault
from core.locks import Locks
from core.ports import InboxRow
from core.types import Event, Form, Message, Place, Press, Reply, Submission, User
from core.waits import growing

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds between two tries to handle an event whose answer the storage did not take."""

LONGEST_HANDLING = 60.0
"""Seconds that one try may take: whatever an event waits for outside gives up sooner (30), and what takes long is a job."""

LAST_MOMENT = 2.0
"""Seconds that events get at the end."""

_EVENT: TypeAdapter[Event] = TypeAdapter(Submission | Event)
log = structlog.get_logger()
T = TypeVar("T")


class Intake:
    """Hands events to the manager, each in a task of its own, in the order in which they are given here.

    What an earlier process did not end is begun again, and counted before that: the first time beside everything else, then one by one, so that
    the event that brings the process down is found out and does not take the others with it. The third one that leads to no end is the last.
    """

    def __init__(self, manager: ConversationManager) -> None:
        self._manager = manager
        self._tasks: set[asyncio.Task[Reply | None]] = set()
        self._turns: Locks[str] = Locks()
        self._tries: dict[str, int] = {}
        self._counted: set[str] = set()
        self._one_by_one = asyncio.Lock()

    @property
    def repertoire(self) -> Repertoire:
        """What people can do here."""
        return self._manager.repertoire

    def take(self, event: Event) -> None:
        """Handle an event whose inbox rows are committed. Returns at once."""
        self._begin(event)

    async def through(self, event: Event) -> Reply | None:
        """Handle an event whose inbox rows are committed, to its end; what it was refused with, if it was. Who gives up waiting ends nothing."""
        return await asyncio.shield(self._begin(event))

    def _begin(self, event: Event) -> asyncio.Task[Reply | None]:
        task = asyncio.create_task(self._handle(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def allows(self, user: User, place: Place) -> bool:
        """Whether somebody may use the studio in a place at all."""
        return self._manager.allows(user, place)

    async def asked(self, press: Press) -> Form | Reply:
        """The form that a press opens, or what it is refused with."""
        return await self._manager.asked(press)

    async def ticket(self, press: Press) -> str | Reply:
        """The secret of a ticket for the page that a press opens, or what it is refused with."""
        return await self._manager.ticket(press)

    async def wrong(self, submission: Submission) -> tuple[Reply, str] | None:
        """What a form would be refused with, and the name of the field that is wrong; ``None``: it may go on."""
        return await self._manager.wrong(submission)

    async def left_over(self, platform: str, fresh: Collection[str] = ()) -> Sequence[InboxRow]:
        """What was kept of a platform and not handled, oldest first: to be given to ``take``, which knows then what an earlier process had begun.

        ``fresh``: rows that this process has kept, and not begun.
        """
        rows = await self._manager.inbox.waiting(platform, fresh)
        self._tries |= {row.id: row.tries for row in rows if row.id not in fresh}
        return rows

    async def recover(self, platform: str, home: Callable[[str], Place | None] = lambda _: None) -> None:
        """Hand on what an earlier process kept as core values and did not handle. ``home``: where a person (by their id) is alone with the bot."""
        events = []
        for row in await self.left_over(platform):
            try:
                events.append(_EVENT.validate_json(row.payload, extra="ignore"))
            except ValidationError:
                await self.pass_over(
                    row, home
                )  # before anything is handed on: who meets a full disk here may try again
        for event in events:
            self.take(event)

    async def pass_over(self, row: InboxRow, home: Callable[[str], Place | None]) -> None:
        """Leave behind what cannot be read any more, named by its id alone; its person is told, as far as it is known who that is, and where."""
        log.error("an event cannot be read and is passed over", inbox=row.id)
        await self._manager.inbox.pass_over(row, home)

    async def close(self) -> None:
        """Let what has begun come to its end, for a moment; the rest is in the inbox."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_MOMENT)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._counted:
            with suppress(StorageFault):  # then they merely count as begun
                await self._manager.inbox.forgive(self._counted)

    async def _handle(self, event: Event) -> Reply | None:
        """Handle an event in its turn: one that has to wait is not overtaken by what the same person does there afterwards."""
        user = event.author if isinstance(event, Message) else event.user
        again = [self._tries.pop(row) for row in event.inbox if row in self._tries]
        turn = self._turns.of(f"{event.place.key}:{user.id}")
        async with turn, self._one_by_one if any(again) else nullcontext():
            said = await self._to_an_end(event, begun=max(again) + 1 if again else 0)
        self._counted.difference_update(event.inbox)
        return said

    async def _to_an_end(self, event: Event, begun: int) -> Reply | None:
        """Begin an event until it has an end, or was begun too often: ``begun`` is how often it was."""
        inbox = self._manager.inbox
        for number in range(begun, MOST_BEGUN):
            if number:
                if not await self._patiently(event, partial(inbox.begin_again, event.inbox)):
                    return None  # a try that was given up has come to its end all the same
                self._counted.update(event.inbox)
            try:
                return await self._patiently(event, partial(self._received, event))
            except Exception as error:  # noqa: BLE001
                # It took too long, or not even the apology for it got through.
                log.error("an event came to no end", inbox=event.inbox, cause=type(error).__name__)
        log.error("an event is set aside", inbox=event.inbox, begun=MOST_BEGUN)
        await self._patiently(event, partial(inbox.set_aside, event))
        return None

    async def _patiently(self, event: Event, work: Callable[[], Awaitable[T]]) -> T:
        """Do something for an event, again for as long as the disk is in the way: what was taken in is answered."""
        for wait in growing(FIRST_WAIT, LONGEST_WAIT):
            try:
                return await work()
            except StorageFault as fault:
                log.error("an event has to wait", inbox=event.inbox, code=fault.code, seconds=wait)
            await asyncio.sleep(wait)
        raise AssertionError("the waits have no end")

    async def _received(self, event: Event) -> Reply | None:
        """The broad except around the platforms' loops: an event whose handling breaks is answered and does not come back.

        Raises ``TimeoutError`` where it does not end.
        """
        try:
            async with asyncio.timeout(LONGEST_HANDLING):
                return await self._manager.receive(event)
        except (StorageFault, TimeoutError):
            raise
        except (Exception, asyncio.CancelledError):
            if was_cancelled():
                raise
            log.exception("event broke", inbox=event.inbox)
            return await self._manager.apologise(event)
