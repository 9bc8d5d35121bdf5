"""The runner of jobs: order within a session, fairness between people, cancel and recovery."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial

import structlog

from core.errors import FabulaError, StorageFault
from core.jobs import rescue
from core.jobs.handle import LOOK, Job, Recipe, Unreadable
from core.jobs.keeping import Commits, until_kept
from core.jobs.replies import failure, new_reply
from core.ports import Bound, Bounds, Change, NewReply, Outlet, Store
from core.types import JobState, KeptJob, Reply, Request, Status, new_id

STARTS = 5
"""A job that was there so often when the process died, without finishing a step in between, is given up: the last two times it ran alone."""

SUSPECTS = 8
"""Jobs that were there when the process died twice run so many together; those of three times and more one by one."""

OLDEST = 24 * 3600
"""Seconds after which an unfinished job is no longer worth finishing."""

BETWEEN_STARTS = 0.02
"""Seconds between two jobs that are taken up again: those that begin together stay in step, and hold everybody up whenever they come to the same
thing. With 50 of them on a machine with a load of 14, 37 of 80 commands in Discord were acknowledged in time; so, all of them (measured 2026-11-25).
"""

log = structlog.get_logger()
_NOTHING = Change()


class JobRunner:
    """Runs jobs: those of one session first in, first out; slots go round over people.

    Jobs that were there when the process died twice, and got nowhere in between, are suspects: the more often, the fewer of them run together,
    so that one that brings everything down is found out and does not take the others with it. A newly finished step clears a suspect.
    """

    def __init__(
        self,
        store: Store,
        outlet: Outlet,
        recipes: Mapping[str, Recipe],
        tools: object,
        may_pay: Callable[[KeptJob], Awaitable[None]],
        slots: int,
    ) -> None:
        """``may_pay`` raises where a job may not pay for anything more."""
        self.commits = Commits(store, outlet)
        self._store = store
        self._outlet = outlet
        self._recipes = recipes
        self._tools = tools
        self._may_pay = may_pay
        self._slots = slots
        self._waiting: dict[str, deque[tuple[KeptJob, bool]]] = {}
        self._ready: OrderedDict[str, deque[str]] = OrderedDict()
        self._running: dict[str, tuple[KeptJob, asyncio.Task[None]]] = {}
        self._busy: set[str] = set()
        self._suspects: dict[str, int] = {}
        self._held: list[str] = []
        self._closing = False
        self._one_by_one = asyncio.Lock()

    def job(self, request: Request) -> KeptJob:
        """A new job for a request, in the present version of its recipe."""
        version = self._recipes[request.command].version
        return KeptJob(id=new_id(), request=request, created=time.time(), recipe=version)

    async def accept(self, change: Change, bounds: Bounds) -> Bound | None:
        """Commit a change with a new job, deliver what it says and take the job up; or the bound that the job breaks, and nothing of it happens."""
        return await self.commits.through(self._accepted(change, bounds))

    async def _accepted(self, change: Change, bounds: Bounds) -> Bound | None:
        said = await self._store.accept(change, bounds)
        if isinstance(said, str):
            return said
        if change.new_job is not None and said is not None:
            self._outlet.deliver(said)
            self.enqueue(change.new_job)
        return None

    def enqueue(self, job: KeptJob, *, recovered: bool = False) -> int:
        """Take an accepted job; the number of jobs of its session before it."""
        session = job.request.session
        line = self._waiting.setdefault(session, deque())
        before = len(line) + (session in self._busy)
        line.append((job, recovered))
        self._outlet.show(job.id, job.request, Status(phase="queued" if before else "thinking", position=before))
        if not before:
            self._make_ready(session)
        self._fill()
        return before

    async def recover(self) -> int:
        """Take up every job that an earlier process left open; how many there were."""
        jobs = await self._store.open_jobs()
        for job in jobs:
            self.enqueue(job, recovered=True)
        return len(jobs)

    def current(self, session: str, person: str = "") -> KeptJob | None:
        """The running job of a person (by their key; else of anybody) in a session, else the newest waiting one there."""
        known = [kept for kept, _ in self._running.values() if kept.request.session == session]
        known += [kept for kept, _ in reversed(self._waiting.get(session, deque()))]
        return next((kept for kept in known if person in ("", kept.request.author.key)), None)

    def find(self, job: str) -> KeptJob | None:
        """A job that runs or waits, by its id."""
        if job in self._running:
            return self._running[job][0]
        return next((kept for line in self._waiting.values() for kept, _ in line if kept.id == job), None)

    async def cancel(self, job: KeptJob, inbox: tuple[str, ...], replies: tuple[NewReply, ...]) -> bool:
        """End a job as cancelled, answer, then stop its work; ``False`` if it had already ended."""
        end = new_reply(job.request, f"{job.id}:end", Reply(end=True), job.id)
        change = Change(inbox=inbox, job_open=job.id, job_state=JobState.CANCELLED, replies=(end, *replies))
        return await self.commits.through(self._cancelled(job, change))

    async def _cancelled(self, job: KeptJob, change: Change) -> bool:
        if await self.commits.make(change) is None:
            return False
        self._stop(job.id)
        return True

    def drop(self, jobs: set[str]) -> None:
        """Stop the work of jobs that no longer exist in the store."""
        for job in jobs:
            self._stop(job)

    def start_nothing(self) -> None:
        """Begin no further job; what is accepted from now on waits for the next start."""
        self._closing = True

    async def close(self, grace: float = 0) -> None:
        """Start nothing more, give running work ``grace`` seconds, then stop it; the jobs stay open for the next start."""
        self.start_nothing()
        tasks = [task for _, task in self._running.values()]
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
            self._running[job][1].cancel()
        for line in self._waiting.values():
            for entry in [entry for entry in line if entry[0].id == job]:
                line.remove(entry)
                self._outlet.ended(job)

    def _make_ready(self, session: str) -> None:
        """Put a session at the end of the line of the person whose job is its next one."""
        person = self._waiting[session][0][0].request.author.key
        self._ready.setdefault(person, deque()).append(session)

    def _fill(self) -> None:
        """Give free slots to people in turn."""
        while self._ready and len(self._running) < self._slots and not self._closing:
            person, sessions = self._ready.popitem(last=False)
            session = sessions.popleft()
            if sessions:
                self._ready[person] = sessions
            line = self._waiting.get(session)
            if not line or session in self._busy:
                continue
            job, recovered = line[0]
            if recovered and job.starts:
                if not self._has_room(job):
                    self._held.append(session)
                    continue
                self._suspects[job.id] = job.starts
            line.popleft()
            self._busy.add(session)
            task = asyncio.create_task(self._run(job, recovered), name=f"job {job.id}")
            self._running[job.id] = (job, task)
            task.add_done_callback(lambda _, job=job: self._ended(job))  # type: ignore[misc]

    def _has_room(self, suspect: KeptJob) -> bool:
        """Whether a suspect may run beside those that do."""
        most = 1 if max((suspect.starts, *self._suspects.values())) > 1 else SUSPECTS
        return len(self._suspects) < most

    def _cleared(self, job: str) -> None:
        """A suspect got somewhere, or ended: the next one may run."""
        if self._suspects.pop(job, None):
            held, self._held = self._held, []
            for session in filter(self._waiting.get, held):
                self._make_ready(session)
            self._fill()

    def _ended(self, job: KeptJob) -> None:
        self._running.pop(job.id, None)
        self._outlet.ended(job.id)
        session = job.request.session
        self._busy.discard(session)
        if self._waiting.get(session):
            self._make_ready(session)
            for place, (kept, _) in enumerate(self._waiting[session]):
                if place:
                    self._outlet.show(kept.id, kept.request, Status(phase="queued", position=place))
        else:
            self._waiting.pop(session, None)
        self._cleared(job.id)
        self._fill()

    async def _run(self, job: KeptJob, recovered: bool) -> None:
        """Run one job to its end. One of the two broad excepts: whatever a recipe does, the person gets one clear sentence."""
        handle: Job | None = None
        try:
            if (recipe := self._recipes.get(job.request.command)) is None:
                raise FabulaError("job-unreadable", spent=True)
            handle = await self._taken_up(job, recipe) if recovered else self._handle(job, None)
            await recipe.run(handle, self._tools)
            await self._finish(job, JobState.DONE)
        except FabulaError as error:
            log.info("job failed", job=job.id, command=job.request.command, code=error.code, spent=error.spent)
            await self._fail(job, handle, error)
        except Unreadable:
            await self._fail(job, handle, FabulaError("job-unreadable", spent=True))
        except Exception:
            log.exception("job broke", job=job.id, command=job.request.command)
            await self._fail(job, handle, FabulaError("internal"))

    def _handle(self, job: KeptJob, journal: Mapping[str, str] | None, *, older: bool = False) -> Job:
        progressed = partial(self._cleared, job.id)
        may_pay = partial(self._may_pay, job)
        return Job(job, self._store, self._outlet, self.commits, journal, may_pay, older=older, progressed=progressed)

    async def _taken_up(self, job: KeptJob, recipe: Recipe) -> Job:
        """The handle of a job that is started again. One for a version of its recipe that is not understood begins anew if it has paid for nothing.

        Raises where it is too old, was started too often, or cannot go on.
        """
        journal = await self._journal(job)
        if recipe.goes_on_with(job.recipe):
            return self._handle(job, journal, older=bool(journal) and job.recipe != recipe.version)
        log.warning("job is for another version", job=job.id, command=job.request.command, version=job.recipe)
        if any(map(rescue.is_paid, journal.values())):
            raise FabulaError("recipe-changed", spent=True)
        await self._store.begin_anew(job.id, recipe.version)
        return self._handle(job, {})

    async def _journal(self, job: KeptJob) -> Mapping[str, str]:
        """The journal of a job that is started again, in its turn; raises where it is too old or was started too often."""
        async with self._one_by_one:
            await asyncio.sleep(BETWEEN_STARTS)
        if time.time() - job.created > OLDEST:
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
        left = [piece for piece in made if piece.id not in said]
        if left:
            log.warning("what a job had made is delivered at its end", job=job.id, pieces=len(left))
        change = rescue.change(job, left) if left else _NOTHING
        await self._finish(job, JobState.FAILED, failure(error, job.request.language, job.id), change)

    async def _finish(
        self, job: KeptJob, state: JobState, last: Reply | None = None, change: Change = _NOTHING
    ) -> None:
        end = [new_reply(job.request, f"{job.id}:end", Reply(end=True), job.id)]
        if last:
            end.insert(0, new_reply(job.request, f"{job.id}:failure", last, job.id))
        update = {"job_open": job.id, "job_state": state, "replies": (*change.replies, *end)}
        await self.commits.make(change.model_copy(update=update), insist=True)
