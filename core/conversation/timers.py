"""What is done at a time: closing a vote, reminding, waiting no longer. It comes late rather than never, and once."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

import structlog

from core.clock import Clock
from core.conversation.inbox import MOST_BEGUN
from core.conversation.limits import Limits
from core.jobs import JobRunner, failure, new_reply, until_kept
from core.ports import Change, ComingTimer, NewReply, Store
from core.types import Reply, Request, Timer, Value

AGAIN = 30.0
"""Seconds after which a timer is due again that was begun and came to no end: its handler failed, or the process died."""

AT_ONCE = 5
"""How often a handler is asked in a row while people change the board that it decided about."""

LONGEST_HANDLING = 10.0
"""Seconds that a handler may take: it only looks up and decides. What takes long is a job."""

log = structlog.get_logger()


class Outcome(Value):
    """What comes of a timer, all of it committed together with the mark that it is over.

    ``change`` may set further timers. ``request`` becomes a job, within its author's limits; where it breaks them the one that is ``otherwise`` to be
    done does, or they are told so.
    """

    change: Change = Change()
    request: Request | None = None
    otherwise: Request | None = None


Handler = Callable[[Timer, Any], Awaitable[Outcome]]
"""Decides what comes of a timer, with the tools that recipes have. It changes nothing itself, since it may be asked again after a crash."""


def said(timer: Timer, *replies: Reply, in_reply_to: str = "") -> tuple[NewReply, ...]:
    """What a timer says in its place, each with a key that stays the same."""
    return tuple(
        NewReply(
            key=f"timer:{timer.id}:{number}",
            place=timer.place,
            user=timer.owner,
            in_reply_to=in_reply_to,
            language=timer.language,
            reply=reply,
        )
        for number, reply in enumerate(replies, 1)
    )


class Timers:
    """Hands the timers that are due to their handlers, one after the other in the order of their times.

    Before it is begun, each is put off and counted in one write. So one that comes to no end, for whatever reason, is due again a little later and
    is in nobody's way meanwhile; the third time is the last.
    """

    def __init__(
        self,
        store: Store,
        runner: JobRunner,
        limits: Limits,
        handlers: Mapping[str, Handler],
        tools: object,
        clock: Clock,
    ) -> None:
        """``handlers``: who does what a timer names; it is handed the ``tools``."""
        self._store = store
        self._runner = runner
        self._limits = limits
        self._handlers = handlers
        self._tools = tools
        self._clock = clock

    async def recover(self) -> None:
        """Tell the log of timers that another version of the program has set, and this one does not know: they are kept for it."""
        for what in await self._store.unknown_timers(self._handlers):
            log.warning("timers wait for a handler that is not known here", what=what)

    async def do_next(self) -> None:
        """Do what is due first, or wait until something is due or set. Raises ``StorageFault``."""
        coming = await self._store.next_timer(self._handlers)
        if coming and coming.due <= self._clock.now():
            await self._runner.commits.through(self._do(coming))
        else:
            await self._rest(coming.due if coming else math.inf)

    async def _rest(self, until: float) -> None:
        reasons = [asyncio.create_task(self._clock.sleep_until(until)), asyncio.create_task(self._store.timer_set())]
        try:
            await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for reason in reasons:
                reason.cancel()

    async def _do(self, coming: ComingTimer) -> None:
        begun = await self._store.begin_timer(coming.id, self._clock.now() + AGAIN)
        if not begun:
            return  # it was cancelled meanwhile
        if coming.timer and begun <= MOST_BEGUN and await self._came_to_an_end(coming.timer):
            return
        if coming.timer is None or begun >= MOST_BEGUN:
            log.error("a timer is set aside", timer=coming.id, begun=begun)
            await self._runner.commits.make(Change(timer_done=coming.id), insist=True)

    async def _came_to_an_end(self, timer: Timer) -> bool:
        """Try a timer once; for as long as the disk is in the way that is not the timer's fault.

        The broad except around handlers: whatever one does, the others have their turn.
        """
        try:
            await until_kept(partial(self._try, timer))
        except Exception:
            log.exception("a timer broke", timer=timer.id, what=timer.what)
            return False
        return True

    async def _try(self, timer: Timer) -> None:
        for _ in range(AT_ONCE):
            async with asyncio.timeout(LONGEST_HANDLING):
                outcome = await self._handlers[timer.what](timer, self._tools)
            change = outcome.change.model_copy(update={"timer_done": timer.id})
            if outcome.request is not None:
                return await self._accept(timer, change, outcome.request, outcome.otherwise)
            if await self._runner.commits.make(change) is not None or change.board is None:
                return None
        return None  # many people change the board: it is due again in a moment

    async def _accept(self, timer: Timer, change: Change, request: Request, otherwise: Request | None = None) -> None:
        """Commit a change with a job for a request, or, where that breaks a limit, with the sentence that says so."""
        with_job = change.model_copy(update={"new_job": self._runner.job(request)})
        bound = await self._runner.accept(with_job, self._limits.bounds(request))
        if bound and otherwise:
            await self._accept(timer, change, otherwise)
        elif bound:
            refusal = failure(self._limits.exceeded(bound), request.language)
            ending = {"refused": refusal, "end": Reply(end=True)}
            told = (new_reply(request, f"timer:{timer.id}:{name}", reply) for name, reply in ending.items())
            await self._runner.commits.make(change.model_copy(update={"replies": (*change.replies, *told)}))
