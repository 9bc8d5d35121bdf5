"""The runner of jobs: begins them in the order of the queue, ends each with a clear word; cancel and recovery."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from functools import partial

import structlog

from core import meters, slow, thrift, traces
from core.cancelling import was_cancelled
from core.errors import FabulaError, StorageFault
from core.jobs import rescue
from core.jobs.batch_rows import ended, is_stopped, with_row
from core.jobs.handle import LOOK, Job, Unreadable
from core.jobs.keeping import Commits, until_kept
from core.jobs.queue import Queue, Queued
from core.jobs.recipe import Recipe
from core.jobs.replies import failure, new_reply
from core.jobs.rush import Rush
from core.jobs.suspects import STARTS, Suspects
from core.ports import OVERTAKEN, Bound, Bounds, Change, Hint, NewReply, Outlet, Store
from core.types import JobState, KeptJob, Reply, Request, Status, new_id

BETWEEN_STARTS = 0.02
"""Seconds between two jobs that are taken up again: those that begin together stay in step, and hold everybody up whenever they come to the same
thing. With 50 of them on a machine with a load of 14, 37 of 80 commands in Discord were acknowledged in time; so, all of them (measured 2026-11-25).
"""

Take = Callable[[Request, Bounds], Awaitable[Bound | None]]
"""Takes a request if it stays within its bounds; else which one it breaks."""

Admits = Callable[[Request, Take], Awaitable[tuple[Request, Bound | None]]]
"""Has a request taken, perhaps a cheaper one in its place; and which bound that breaks, if it was not."""


async def _freely(request: Request, take: Take) -> tuple[Request, Bound | None]:
    return request, await take(request, Bounds())


log = structlog.get_logger()
_NOTHING = Change()


class JobRunner:
    """Runs jobs, in the order that the ``Queue`` gives them; those that may have brought the process down as ``Suspects`` has it."""

    def __init__(
        self,
        store: Store,
        outlet: Outlet,
        recipes: Mapping[str, Recipe],
        tools: object,
        may_pay: Callable[[KeptJob], Awaitable[None]],
        slots: int,
        admits: Admits = _freely,
        beyond: Callable[[Request, Bound], Change | FabulaError] = lambda request, bound: FabulaError("internal"),
        slowly: slow.CallsOf = slow.none_of,
    ) -> None:
        """``may_pay`` raises where a job may not pay for anything more. ``admits`` has a request taken that a job goes on as, within
        its bounds; ``beyond`` is what comes of one that breaks them: an error, or a question to whoever may allow it.
        """
        self.commits = Commits(store, outlet)
        self.rush = Rush()
        self._store = store
        self._outlet = outlet
        self._recipes = recipes
        self._tools = tools
        self._may_pay = may_pay
        self._admits_request = admits
        self._beyond = beyond
        self._slowly = slowly
        self._queue = Queue(slots)
        self._running: dict[str, asyncio.Task[None]] = {}
        self._handles: dict[str, Job] = {}
        self._suspects = Suspects()
        self._closing = self.paused = False
        self._one_by_one = asyncio.Lock()

    def job(self, request: Request) -> KeptJob:
        """A new job for a request, in the present version of its recipe."""
        recipe = self._recipes[request.command]
        batch = recipe.batch or request.batch is not None
        return KeptJob(id=new_id(), request=request, created=time.time(), recipe=recipe.version, batch=batch)

    async def accept(self, change: Change, bounds: Bounds) -> Bound | None:
        """Commit a change with a new job, deliver what it says and take the job up; or, with nothing of it done, the bound that the
        job breaks, or ``OVERTAKEN``.
        """
        return await self.commits.through(self._accepted(change, bounds))

    async def _accepted(self, change: Change, bounds: Bounds) -> Bound | None:
        said = await self._store.accept(change, bounds)
        if isinstance(said, str):
            return said
        if said is None:
            return OVERTAKEN
        self._outlet.deliver(said)
        if change.new_job is not None:
            self.enqueue(change.new_job)
        return None

    def enqueue(self, job: KeptJob, *, recovered: bool = False) -> int:
        """Take an accepted job; the number of jobs before it in its lane of its session."""
        before = self._put(job, recovered=recovered)
        self._fill()
        return before

    def _put(self, job: KeptJob, *, recovered: bool) -> int:
        recipe = self._recipes.get(job.request.command)
        batch = job.batch or job.request.batch is not None or (recipe is not None and recipe.batch)
        before = self._queue.add(Queued(job, recovered, batch))
        self._outlet.show(job.id, job.request, Status(phase="queued" if before else "thinking", position=before))
        return before

    async def recover(self) -> int:
        """Take up every job that an earlier process left open; how many there were."""
        jobs = await self._store.open_jobs()
        for job in jobs:
            self._put(job, recovered=True)
        self._fill()  # once all are there: which suspect goes first depends on the others
        return len(jobs)

    async def resume(self, job: str) -> None:
        """Go on with a job that has waited for a service, if it is still open."""
        if task := self._running.get(job):  # it was let go of in this very moment
            task.cancel()
            await asyncio.wait([task])
            await asyncio.sleep(0)
        if not await self.find(job) and (kept := await self._store.open_job(job)):
            self.enqueue(kept, recovered=True)

    def _rest(self, job: KeptJob) -> Callable[[], object]:
        """Lets go of the work of a job, which stays open."""
        return self._running[job.id].cancel

    async def current(self, session: str, person: str = "", *, batches: bool = True) -> KeptJob | None:
        """What a person (by their key; else anybody) waits for in a session: what runs, else the newest in line; else their batch, likewise."""
        queued = self._queue.current(session, person, batches=batches)
        return queued.job if queued else None

    async def row_of(self, home: str, person: str) -> KeptJob | None:
        """A row that is under way of a table of a person (by their key) in a chat."""
        jobs = (queued.job for queued in self._queue if queued.job.request.batch)
        return next((one for one in jobs if one.request.place.home == home and one.request.author.key == person), None)

    async def of_batch(self, batch: str) -> list[KeptJob]:
        """The jobs that run or wait for rows of a batch."""
        return [queued.job for queued in self._queue if (row := queued.job.request.batch) and row.batch == batch]

    async def stop_batch(self, batch: str) -> None:
        """End the jobs of a batch that is over."""
        for job in await self.of_batch(batch):
            await self.cancel(job, (), ())

    async def find(self, job: str) -> KeptJob | None:
        """A job that runs or waits, by its id."""
        queued = self._queue.find(job)
        return queued.job if queued else None

    async def cancel(self, job: KeptJob, inbox: tuple[str, ...], replies: tuple[NewReply, ...]) -> bool:
        """End a job as cancelled, answer, then stop its work; ``False`` if it had already ended. What was read of a text that is written stays."""
        end = new_reply(job.request, f"{job.id}:end", Reply(end=True), job.id)
        change = Change(inbox=inbox, job_open=job.id, job_state=JobState.CANCELLED, replies=(end, *replies))
        return await self.commits.through(self._cancelled(job, change))

    async def _cancelled(self, job: KeptJob, change: Change) -> bool:
        handle = self._handles.get(job.id)
        half = rescue.half(job.id, handle.request, handle.so_far) if handle else _NOTHING
        replies = (*half.replies, *change.replies)
        update: dict[str, object] = {"session": half.session, "pieces": half.pieces, "replies": replies}
        if handle and handle.taste and handle.previewed:  # who stops what they see does not like it
            room = "" if job.request.place.private else job.request.place.home
            person = job.request.author.key
            update["hints"] = (Hint(about=job.id, user=person, value=-0.5, room=room, taste=handle.taste),)
        whole = with_row(job, change.model_copy(update=update), ended(job, (), None, cancelled=True))
        if await self.commits.make(whole) is None:
            return False
        meters.ended(job, JobState.CANCELLED, time.time() - job.created)
        self._stop(job.id)
        return True

    def drop(self, jobs: set[str]) -> None:
        """Stop the work of jobs that no longer exist in the store."""
        for job in jobs:
            self._stop(job)

    @property
    def closing(self) -> bool:
        """Whether the program is about to end."""
        return self._closing

    def pause(self, paused: bool) -> None:
        """Begin no further job, though they are accepted and wait; or go on."""
        self.paused = paused
        self._fill()

    def start_nothing(self) -> None:
        """Begin no further job; what is accepted from now on waits for the next start."""
        self._closing = True

    async def close(self, grace: float = 0) -> None:
        """Start nothing more, give running work ``grace`` seconds, then stop it; the jobs stay open for the next start."""
        self.start_nothing()
        tasks = list(self._running.values())
        if tasks:
            await asyncio.wait(tasks, timeout=grace)
            stopped = list(self._running)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self.commits.close()
        if tasks:
            with suppress(StorageFault):  # then they merely count as there when the process died
                await self._store.forgive(stopped)

    def _stop(self, job: str) -> None:
        if job in self._running:
            self._running[job].cancel()
        elif queued := self._queue.find(job):
            self._queue.remove(queued)
            self._queue.release()  # a suspect may have waited for it
            self._outlet.ended(job)
            self._fill()

    def _fill(self) -> None:
        """Begin what there are slots for."""
        while not (self._closing or self.paused) and (queued := self._queue.take(self._admits)):
            job = queued.job
            traced = traces.of_job(job, partial(self._run, queued), again=queued.recovered)
            task = asyncio.create_task(traced, name=f"job {job.id}")
            self._running[job.id] = task
            task.add_done_callback(lambda _, queued=queued: self._ended(queued))  # type: ignore[misc]

    def _admits(self, queued: Queued) -> bool:
        """Whether a job may begin now, which only a suspect may not."""
        suspected = queued.recovered and queued.job.starts
        return not suspected or self._suspects.admit(queued.job, self._queue.first())

    def _cleared(self, job: str) -> None:
        """A suspect got somewhere, or ended: the next one may run."""
        if self._suspects.clear(job):
            self._queue.release()
            self._fill()

    def _ended(self, queued: Queued) -> None:
        job = queued.job
        self._running.pop(job.id, None)
        self._handles.pop(job.id, None)
        self._outlet.ended(job.id)
        for place, waiting in enumerate(self._queue.ended(queued)):
            if place:
                self._outlet.show(waiting.job.id, waiting.job.request, Status(phase="queued", position=place))
        self._cleared(job.id)
        self._fill()

    async def _run(self, queued: Queued) -> None:
        """Run one job to its end. One of the two broad excepts: whatever a recipe does, the person gets one clear sentence."""
        handle: Job | None = None
        job = queued.job
        try:
            if (recipe := self._recipes.get(job.request.command)) is None:
                raise FabulaError("job-unreadable", spent=True)
            await self.rush.over()
            if await is_stopped(self._store, job.request):
                return await self._finish(job, JobState.CANCELLED, of_row=ended(job, (), None, cancelled=True))
            handle = await self._taken_up(job, recipe) if queued.recovered else self._handle(job, None)
            with thrift.using(job.request.models), slow.using(await self._slowly(job, self._rest(job))):
                await recipe.run(handle, self._tools)
            while handle.became:
                job = queued.job = handle.became
                handle = self._handle(job, await self._store.steps(job.id))
                with thrift.using(job.request.models):
                    await self._recipes[job.request.command].run(handle, self._tools)
            await self._finish(job, JobState.DONE, of_row=ended(job, handle.made.values(), None))
        except FabulaError as error:
            log.info("job failed", job=job.id, command=job.request.command, code=error.code, spent=error.spent)
            await self._fail(job, handle, error)
        except Unreadable:
            await self._fail(job, handle, FabulaError("job-unreadable", spent=True))
        except (Exception, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and (
                was_cancelled() or not await self._store.open_job(job.id)
            ):
                raise
            log.exception("job broke", job=job.id, command=job.request.command)
            await self._fail(job, handle, FabulaError("internal"))

    def _handle(self, job: KeptJob, journal: Mapping[str, str] | None, *, older: bool = False) -> Job:
        progressed = partial(self._cleared, job.id)
        may_pay = partial(self._may_pay, job)
        turn = partial(self._turned, job)
        handle = self._handles[job.id] = Job(
            job,
            self._store,
            self._outlet,
            self.commits,
            journal,
            may_pay,
            older=older,
            progressed=progressed,
            turn=turn,
        )
        return handle

    async def _turned(self, job: KeptJob, request: Request, keeps: Collection[str]) -> KeptJob:
        """The job as another request, kept and with that one's money held. Raises where a bound is broken, or the job is over."""
        recipe = self._recipes[request.command]
        turned = job

        async def take(asked: Request, bounds: Bounds) -> Bound | None:
            nonlocal turned
            turned = job.model_copy(update={"request": asked, "recipe": recipe.version})
            kept = await until_kept(partial(self._store.turn, turned, keeps, bounds))
            if kept is False:
                raise asyncio.CancelledError
            return kept if isinstance(kept, str) else None

        asked, bound = await self._admits_request(request, take)
        if bound:
            outcome = self._beyond(asked, bound)
            if isinstance(outcome, FabulaError):
                raise outcome
            await self._finish(job, JobState.DONE, change=outcome)
            raise asyncio.CancelledError
        return turned

    async def _taken_up(self, job: KeptJob, recipe: Recipe) -> Job:
        """The handle of a job that is started again. One for a version of its recipe that is not understood begins anew if it has paid for nothing.

        Raises where it is too old, was started too often, or cannot go on.
        """
        may_wait = job.request.batch is not None and job.request.batch.slow
        journal = await self._journal(job, slow.LASTS if may_wait else recipe.lasts)
        if recipe.goes_on_with(job.recipe):
            return self._handle(job, journal, older=bool(journal) and job.recipe != recipe.version)
        log.warning("job is for another version", job=job.id, command=job.request.command, version=job.recipe)
        if any(map(rescue.is_paid, journal.values())):
            raise FabulaError("recipe-changed", spent=True)
        await self._store.begin_anew(job.id, recipe.version, job.fence)
        return self._handle(job, {})

    async def _journal(self, job: KeptJob, lasts: float) -> Mapping[str, str]:
        """The journal of a job that is started again, in its turn; raises where it is too old or was started too often."""
        async with self._one_by_one:
            await asyncio.sleep(BETWEEN_STARTS)
        if time.time() - job.created > lasts:
            raise FabulaError("too-old")
        if await self._store.restart_job(job.id) >= STARTS:
            raise FabulaError("gave-up")
        return await self._store.steps(job.id)

    async def _fail(self, job: KeptJob, handle: Job | None, error: FabulaError) -> None:
        """End a job with a sentence, and with what it had made and not said: that is paid for."""
        if handle:
            await handle.settled()
        journal = await until_kept(partial(self._store.steps, job.id))
        recipe = self._recipes.get(job.request.command)
        may_be_seen = LOOK in journal or (recipe is not None and not recipe.looks)
        made = rescue.pieces_in(journal) if may_be_seen else []
        said = await until_kept(partial(self._store.known, [piece.id for piece in made])) if made else ()
        meters.failures.labels(error.code).inc()
        traces.failed(error.code)
        left = [piece for piece in made if piece.id not in said]
        if left:
            log.warning("what a job had made is delivered at its end", job=job.id, pieces=len(left))
        change = rescue.change(job, left) if left else _NOTHING
        told = json.dumps({"code": error.code, "values": error.values}, default=str)
        change = change.model_copy(update={"job_failure": told})
        pieces = {**(handle.made if handle else {}), **{piece.id: piece for piece in left}}
        last = failure(error, job.request.language, job.id)
        await self._finish(job, JobState.FAILED, last, change, of_row=ended(job, pieces.values(), error))

    async def _finish(
        self,
        job: KeptJob,
        state: JobState,
        last: Reply | None = None,
        change: Change = _NOTHING,
        of_row: Change = _NOTHING,
    ) -> None:
        """End a job; ``of_row`` is what that means for its batch."""
        end = [new_reply(job.request, f"{job.id}:end", Reply(end=True), job.id)]
        if last:
            end.insert(0, new_reply(job.request, f"{job.id}:failure", last, job.id))
        update = {"job_open": job.id, "fence": job.fence, "job_state": state, "replies": (*change.replies, *end)}
        await self.commits.make(with_row(job, change.model_copy(update=update), of_row), insist=True)
        meters.ended(job, state, time.time() - job.created)
