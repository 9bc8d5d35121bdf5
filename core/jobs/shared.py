"""A runner of jobs beside others over one database: each takes what is to be had, and what is asked of a job reaches the process that has it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

import structlog
from pydantic import TypeAdapter

from core import slow
from core.errors import FabulaError, StorageFault
from core.jobs.queue import YIELDS, Queued
from core.jobs.recipe import Recipe
from core.jobs.runner import Admits, JobRunner
from core.ports import Bound, Bounds, Change, Leases, NewReply, Others, Outlet, Store
from core.types import KeptJob, Request, Status

AT_ONCE = 8
"""Jobs of people that are taken in one transaction: as many as go before a batch."""

LOOK_EVERY = 1.0
"""Seconds after which a process with a free slot looks for a job, whether or not it was told of one."""

CHECK_EVERY = 2.0
"""Seconds between two looks at whether what runs here is still ours."""

ANSWER_WITHIN = 1.5
"""Seconds that the process which has a job gets to stop it; then it is ended without what was read of its text."""

_REPLIES: TypeAdapter[tuple[NewReply, ...]] = TypeAdapter(tuple[NewReply, ...])
log = structlog.get_logger()


class SharedRunner(JobRunner):
    """Runs the jobs that it takes from the store, in the order that ``Leases`` gives them; its own queue holds nothing but these.

    Every commit of a job carries its fence, and before each paid step it is asked for: a process that was held up, or cut off, ends nothing and pays
    for nothing any more once another has the job.
    """

    def __init__(
        self,
        store: Store,
        outlet: Outlet,
        recipes: Mapping[str, Recipe],
        tools: object,
        may_pay: Callable[[KeptJob], Awaitable[None]],
        slots: int,
        admits: Admits,
        beyond: Callable[[Request, Bound], Change | FabulaError],
        slowly: slow.CallsOf,
        *,
        leases: Leases,
        others: Others,
    ) -> None:
        """As ``JobRunner``; ``slots`` may be 0: then nothing runs here."""

        async def may_still_pay(job: KeptJob) -> None:
            if not await leases.holds(job):
                raise asyncio.CancelledError
            await may_pay(job)

        super().__init__(store, outlet, recipes, tools, may_still_pay, max(1, slots), admits, beyond, slowly)
        self._slots = slots
        self._leases = leases
        self._others = others
        self._news = asyncio.Event()
        self._yielded = 0
        self._strays: Mapping[str, int] = {}
        self._asked: dict[str, asyncio.Future[bool]] = {}
        self._answers: set[asyncio.Future[None]] = set()
        for what, handler in (
            ("job", self._look),
            ("over", self._over),
            ("stop", self._asked_to_stop),
            ("stopped", self._answered),
            ("again", self._look),
        ):
            others.hear(what, handler)

    # --- what is to be had -------------------------------------------------------------------------------------------

    async def recover(self) -> int:
        """Nothing: what is open is taken by ``go_on``, here or elsewhere."""
        return 0

    async def _accepted(self, change: Change, bounds: Bounds) -> Bound | None:
        bound = await super()._accepted(change, bounds)
        if bound is None and change.new_job:
            await self._tell_of_line(change.new_job)
        return bound

    def enqueue(self, job: KeptJob, *, recovered: bool = False) -> int:
        """Let whoever has a free slot know of a job."""
        self._outlet.show(job.id, job.request, Status(phase="thinking"))
        self._others.tell("job")
        self._look()
        return 0

    def _look(self) -> None:
        self._news.set()

    async def take_jobs(self) -> None:
        """Take what can begin here, then wait until there may be more. Raises ``StorageFault``."""
        while not (self._closing or self.paused) and (jobs := await self._taken()):
            for job in jobs:
                super().enqueue(job, recovered=job.fence > 1)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), LOOK_EVERY)
        self._news.clear()

    async def _taken(self) -> Sequence[KeptJob]:
        for batch, most in self._turns():
            if jobs := await self._leases.take(most, batch=batch):
                self._yielded = 0 if batch else self._yielded + len(jobs)
                return jobs
        return ()

    def _turns(self) -> list[tuple[bool, int]]:
        """From which lanes how many jobs may be taken, batches' (``True``) or people's, and from which first: as in the ``Queue``, for our slots."""
        batches = sum(queued.batch for queued in self._queue)
        people = sum(1 for _ in self._queue) - batches
        free = max(0, self._slots - people - batches)
        for_people = min(max(free, int(not people)), AT_ONCE)
        for_batches = min(free, max(1, self._slots // 2) - batches, 1)
        turns = [turn for turn in ((False, for_people), (True, for_batches)) if turn[1] > 0]
        return turns[::-1] if self._yielded >= YIELDS else turns

    async def check(self) -> None:
        """Stop what another process has by now: this one was held up, or the database was out of its reach. Let go of what is ours and does not
        run here, the second time that it is seen: it may have been taken by an answer that never came. Raises ``StorageFault``.
        """
        held = await self._stop_what_is_anothers()
        strays = {job: fence for job, fence in held.items() if not self._queue.find(job)}
        if lost := {job: fence for job, fence in strays.items() if self._strays.get(job) == fence}:
            log.warning("jobs that nobody runs are let go of", number=len(lost))
            await self._let_go(lost)
        self._strays = strays

    async def _stop_what_is_anothers(self) -> Mapping[str, int]:
        """Stop it here; what is ours, with its fences."""
        running = {queued.job.id: queued.job.fence for queued in self._queue}
        held = await self._leases.held()
        for job, fence in running.items():
            if held.get(job) != fence and job in self._running:
                log.warning("a job is another process’s by now", job=job)
                self._stop(job)
        return held

    async def _look_whether_ours(self) -> None:
        with suppress(StorageFault):  # then it is found at the next look
            await self._stop_what_is_anothers()

    def _ended(self, queued: Queued) -> None:
        job = queued.job
        task = self._running.get(job.id)  # gone where it was taken once more while it still ran
        stopped = task is None or task.cancelled()
        super()._ended(queued)
        if stopped:  # whoever ended it says so; it may go on elsewhere, or rest
            self._beside(self._let_go({job.id: job.fence}))
        else:
            self._others.tell("over", job=job.id)
            self._news_of_jobs()
        self._beside(self._tell_of_line(job))

    async def _let_go(self, jobs: Mapping[str, int]) -> None:
        """Let others take what does not run here any more; what is over, or theirs already, stays so."""
        with suppress(StorageFault):  # then it is found at a later look
            await self._leases.let_go(jobs)
        self._news_of_jobs()

    def _news_of_jobs(self) -> None:
        self._others.tell("job")
        self._look()

    async def resume(self, job: str) -> None:
        """As of the base class, by whoever has a free slot: nobody has what rests."""
        self._news_of_jobs()

    async def _tell_of_line(self, job: KeptJob) -> None:
        """Show those that wait in a job's lane how many are before them."""
        with suppress(StorageFault):
            for place, waiting in enumerate(await self._leases.line(job.request.session, batch=job.batch)):
                if place:
                    self._outlet.show(waiting.id, waiting.request, Status(phase="queued", position=place))

    async def close(self, grace: float = 0) -> None:
        """As of the base class; then others may take what is left."""
        await super().close(grace)
        for task in self._answers:
            task.cancel()
        with suppress(StorageFault):  # then they wait until this process counts as gone
            await self._leases.give_back()
        self._others.tell("job")

    # --- what is asked of jobs ---------------------------------------------------------------------------------------

    async def current(self, session: str, person: str = "", *, batches: bool = True) -> KeptJob | None:
        """As of the base class, wherever it runs."""
        for batch in (False, True) if batches else (False,):
            first, *waiting = await self._leases.line(session, batch=batch) or (None,)
            there = (first, *reversed(waiting)) if first else ()
            if found := next((job for job in there if person in ("", job.request.author.key)), None):
                return found
        return None

    async def row_of(self, home: str, person: str) -> KeptJob | None:
        """As of the base class, wherever it runs."""
        jobs = [job for job in await self._store.open_jobs() if job.request.batch]
        return next((one for one in jobs if (one.request.place.home, one.request.author.key) == (home, person)), None)

    async def of_batch(self, batch: str) -> list[KeptJob]:
        """As of the base class, wherever they run."""
        return [job for job in await self._store.open_jobs() if (row := job.request.batch) and row.batch == batch]

    async def find(self, job: str) -> KeptJob | None:
        """As of the base class, wherever it runs."""
        return next((one for one in await self._store.open_jobs() if one.id == job), None)

    async def cancel(self, job: KeptJob, inbox: tuple[str, ...], replies: tuple[NewReply, ...]) -> bool:
        """As of the base class: by the process that has the job, which alone knows what was read of a text, if it answers in time."""
        if job.id not in self._running and await self._leases.is_taken(job.id):
            answer = self._asked[job.id] = asyncio.get_running_loop().create_future()
            self._others.tell("stop", job=job.id, inbox=inbox, replies=_REPLIES.dump_python(replies, mode="json"))
            try:
                return await asyncio.wait_for(answer, ANSWER_WITHIN)
            except TimeoutError:
                log.warning("who has a job does not answer", job=job.id)
            finally:
                self._asked.pop(job.id, None)
        done = await super().cancel(job, inbox, replies)
        self._others.tell("over", job=job.id)
        return done

    def drop(self, jobs: set[str]) -> None:
        """As of the base class, wherever they run."""
        super().drop(jobs)
        for job in jobs:
            self._outlet.ended(job)
            self._others.tell("over", job=job)

    def _asked_to_stop(self, job: str, inbox: list[str], replies: list[object]) -> None:
        if job in self._running and (queued := self._queue.find(job)):
            self._beside(self._stopped(queued.job, tuple(inbox), _REPLIES.validate_python(replies, extra="ignore")))

    async def _stopped(self, job: KeptJob, inbox: tuple[str, ...], replies: tuple[NewReply, ...]) -> None:
        done = await super().cancel(job, inbox, replies)
        self._others.tell("stopped", job=job.id, done=done)
        self._others.tell("over", job=job.id)

    def _answered(self, job: str, done: bool) -> None:
        if (answer := self._asked.get(job)) and not answer.done():
            answer.set_result(done)

    def _over(self, job: str) -> None:
        """A job has ended elsewhere, or was ended there while it runs here: whether it is ours is looked at, since who was held up may be wrong."""
        if job in self._running:
            self._beside(self._look_whether_ours())
        else:
            self._outlet.ended(job)

    def _beside(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)
