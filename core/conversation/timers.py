"""What is done at a time: closing a vote, reminding, waiting no longer. It comes late rather than never, and once."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import structlog

from core.clock import Clock
from core.conversation.inbox import MOST_BEGUN
from core.conversation.limits import Limits
from core.errors import FabulaError, NotAllowed
from core.jobs import JobRunner, failure, new_reply, until_kept
from core.locks import Locks
from core.ports import OVERTAKEN, Bound, Bounds, Change, ComingTimer, NewReply, Store
from core.types import Place, Reply, Request, Timer, User, Value

AGAIN = 30.0
"""Seconds after which a timer is due again that was begun and came to no end: its handler failed, or the process died."""

TRIES = 20
"""How often a handler is asked in a row while people change the board that it decided about: when a whole room votes each try meets somebody."""

LONGEST_HANDLING = 10.0
"""Seconds that a handler may take: it only looks up and decides. What takes long is a job."""

STANDING_WITHIN = 2.0
"""Seconds that a platform gets to say whether somebody has left: all other timers wait for it. Who cannot be asked about goes on."""

AT_ONCE = 8
"""Things that are done after timers at the same time, of one person one after the other."""

log = structlog.get_logger()


class Outcome(Value):
    """What comes of a timer, all of it committed together with the mark that it is over.

    ``change`` may set further timers. ``request`` becomes a job, within its author's limits unless it costs nothing; where it breaks them the one
    that is to be done ``instead`` does, or what ``otherwise`` says for the error is done in place of all of it, or they are told so.
    ``afterwards`` is begun once that is committed and holds nobody up; what it gives is committed. A kill ends it for good, so what must not be lost
    waits in a further timer that it cancels. ``resumes``: the job that goes on from then.
    """

    change: Change = Change()
    request: Request | None = None
    instead: Request | None = None
    otherwise: Callable[[FabulaError], Change] | None = None
    afterwards: Callable[[], Awaitable[Change]] | None = None
    resumes: str = ""


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
        has_left: Callable[[User, Place], Awaitable[bool]],
    ) -> None:
        """``handlers``: who does what a timer names; it is handed the ``tools``. ``has_left``: whether somebody is in a place no more."""
        self._store = store
        self._runner = runner
        self._limits = limits
        self._handlers = handlers
        self._tools = tools
        self._clock = clock
        self._has_left = has_left
        self._beside = asyncio.Semaphore(AT_ONCE)
        self._turns: Locks[str] = Locks()
        self._afterwards: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Stop what is still done after timers."""
        for task in self._afterwards:
            task.cancel()
        await asyncio.gather(*self._afterwards, return_exceptions=True)

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
        for _ in range(TRIES):
            async with asyncio.timeout(LONGEST_HANDLING):
                outcome = await self._handlers[timer.what](timer, self._tools)
            change = outcome.change.model_copy(update={"timer_done": timer.id})
            if outcome.request is not None:
                return await self._accept(timer, change, outcome)
            if await self._runner.commits.make(change) is not None:
                if outcome.resumes:
                    await self._runner.resume(outcome.resumes)
                return self._go_on(timer, outcome)
            if change.board is None:
                return None
        return None  # many people change the board: it is due again in a moment

    def _go_on(self, timer: Timer, outcome: Outcome) -> None:
        if outcome.afterwards:
            task = asyncio.create_task(self._do_afterwards(timer, outcome.afterwards))
            self._afterwards.add(task)
            task.add_done_callback(self._afterwards.discard)

    async def _do_afterwards(self, timer: Timer, work: Callable[[], Awaitable[Change]]) -> None:
        """The broad except around what is done after a timer: it is done once, and nobody waits for it."""
        try:
            async with self._turns.of(timer.owner or timer.id), self._beside:
                change = await work()
            await self._runner.commits.make(change, insist=True)
        except Exception:
            log.exception("what comes after a timer broke", timer=timer.id, what=timer.what)

    async def _accept(self, timer: Timer, change: Change, outcome: Outcome) -> None:
        """Commit a change with a job for a request, or, where that breaks a limit, with what is to be done then."""
        assert outcome.request
        room, _ = await self._store.session_at(outcome.request.place, outcome.request.author.id)
        request = outcome.request.model_copy(update={"moderation": room.moderation})
        refused = await self._refused(change, request, outcome)
        if refused and outcome.instead:
            request, refused = outcome.instead, await self._refused(change, outcome.instead, outcome)
        if refused is None:
            return
        if isinstance(refused, FabulaError) and outcome.otherwise:
            await self._runner.commits.make(outcome.otherwise(refused).model_copy(update={"timer_done": timer.id}))
            return
        if isinstance(refused, FabulaError):
            ending = {"refused": failure(refused, request.language), "end": Reply(end=True)}
            told = tuple(new_reply(request, f"timer:{timer.id}:{name}", reply) for name, reply in ending.items())
            refused = Change(replies=told)
        update = {"replies": (*change.replies, *refused.replies), "asks": refused.asks}
        await self._runner.commits.make(change.model_copy(update=update))

    async def _refused(self, change: Change, request: Request, outcome: Outcome) -> Change | FabulaError | None:
        """Take a request with a change; why it was not taken, or what is asked of who may allow it."""

        async def take(asked: Request, bounds: Bounds) -> Bound | None:
            with_job = change.model_copy(update={"new_job": self._runner.job(asked)})
            return await self._runner.accept(with_job, bounds)

        try:
            await self._check_here(request, last=outcome.instead in (None, request))
            if request.batch is None and not self._limits.estimate(request):
                # It follows from what was accepted: what was paid for is handed out, however much is asked for meanwhile.
                bound = await take(request, Bounds())
            else:
                request, bound = await self._limits.admit_on(request, take)
        except NotAllowed as error:
            return error
        if not bound or bound == OVERTAKEN:
            return None
        may_ask = outcome.otherwise is None and outcome.instead is None
        return self._limits.beyond(request, bound) if may_ask else self._limits.exceeded(bound)

    async def _check_here(self, request: Request, *, last: bool) -> None:
        """Raise ``NotAllowed`` where something would go on at the cost of somebody who may use the studio there no more, or has left.

        A board is everybody's, and goes on: where its leader has left, by what costs nothing, which is the ``last`` way.
        """
        if request.batch and not self._limits.allows(request.author, request.place):
            raise NotAllowed("not-allowed-here")
        if last and not request.batch:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(STANDING_WITHIN):
                if await self._has_left(request.author, request.place):
                    raise NotAllowed("not-here-any-more")
