"""Durable jobs: a journal of steps, order within a session, fairness between people, cancel and recovery.

A recipe runs again from its top after a crash; steps that are journaled answer from the journal, so nothing that was paid for is paid again.
Free steps are journaled without waiting for the commit: the writer keeps the order of its writes, so no later step can be kept without them.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache, partial
from typing import Any, ParamSpec, TypeVar, get_type_hints

import structlog
from pydantic import TypeAdapter

from core import bill, texts
from core.errors import FabulaError, StorageFault
from core.ports import Change, NewReply, Outlet, Store
from core.types import (
    JobState,
    KeptJob,
    KeptPiece,
    Progress,
    Reply,
    Request,
    SessionUpdate,
    Spend,
    Status,
    Turn,
    Value,
)

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

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds between two tries to write down what must not be lost."""

log = structlog.get_logger()
P = ParamSpec("P")
T = TypeVar("T")


class Paid(Value):
    """Base of the results of steps that cost money: what pieces made of them tell they cost."""

    spends: tuple[Spend, ...] = ()


class Job:
    """The handle through which a recipe takes its steps and says its replies."""

    def __init__(
        self,
        kept: KeptJob,
        store: Store,
        outlet: Outlet,
        journal: Mapping[str, str] | None,
        progressed: Callable[[], None] = lambda: None,
    ) -> None:
        """``journal``: that of an earlier start, if there was one. ``progressed`` is told of each step that is newly finished."""
        self.id = kept.id
        self.request: Request = kept.request
        self._store = store
        self._outlet = outlet
        self._restarted = journal is not None
        self._journal = journal or {}
        self._progressed = progressed
        self._names: set[str] = set()
        self._keeping: set[asyncio.Future[None]] = set()
        self._said = 0

    @property
    def language(self) -> str:
        """The language in which the person is answered."""
        return self.request.language

    async def step(self, name: str, work: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a piece of work once: its result (a pydantic type, by the return annotation) is journaled under a name used once in a recipe."""
        if name in self._names:
            raise ValueError(f"the step {name!r} was taken twice")
        self._names.add(name)
        shape = _shape(work)
        if name in self._journal:
            result: T = shape.validate_json(self._journal[name])
            return result
        await asyncio.gather(*map(asyncio.shield, self._keeping))
        with bill.opened() as spends:
            try:
                result = await work(*args, **kwargs)
            except BaseException:
                self._book(name, spends)
                raise
        told = shape.dump_json(result).decode()
        user = self.request.author.key
        finish = partial(self._store.finish_step, self.id, name, told, spends, user, restarted=self._restarted)
        if spends:
            self._keep(until_kept(finish))
        else:
            asyncio.ensure_future(finish()).add_done_callback(_note_failure)
        self._progressed()
        return result

    def _book(self, name: str, spends: Sequence[Spend]) -> None:
        """Count what a step cost, or may have cost, that failed or was stopped. Its write has its place before all later ones."""
        if spends:
            book = partial(self._store.book, self.id, name, spends, self.request.author.key)
            asyncio.ensure_future(until_kept(book)).add_done_callback(_note_failure)

    def _keep(self, written: Awaitable[None]) -> None:
        """See to it that a paid step is kept, even if the job is cancelled. Nothing further is begun or said before it is."""
        task = asyncio.ensure_future(written)
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)

    def show(self, progress: Progress) -> None:
        """Show where the job stands. Never waits, never fails, and nothing of it is kept."""
        self._outlet.show(self.id, self.request, progress)

    async def say(self, reply: Reply, *, turns: tuple[Turn, ...] = (), last_picture: str | None = None) -> None:
        """Say something durably: the reply, its pieces and what it changes in the session are committed together, once."""
        self._said += 1
        request = self.request
        change = Change(
            job_open=self.id,
            session=SessionUpdate(key=request.session, turns=turns, last_picture=last_picture),
            pieces=tuple(
                KeptPiece(
                    piece=piece,
                    place=request.place,
                    author=request.author.key,
                    session=request.session,
                    created=time.time(),
                )
                for piece in (*reply.mentions, *reply.pieces)
            ),
            replies=(new_reply(request, f"{self.id}:{self._said}", reply, self.id),),
        )
        # The journal of the last step and what is said of it go into one commit.
        said = until_kept(partial(self._store.commit, change))
        kept, *_ = await asyncio.gather(said, *map(asyncio.shield, self._keeping))
        if kept is None:
            raise asyncio.CancelledError
        self._outlet.deliver(kept)


Recipe = Callable[[Job, Any], Awaitable[None]]


class JobRunner:
    """Runs jobs: those of one session first in, first out; slots go round over people.

    Jobs that were there when the process died twice, and got nowhere in between, are suspects: the more often, the fewer of them run together,
    so that one that brings everything down is found out and does not take the others with it. A newly finished step clears a suspect.
    """

    def __init__(self, store: Store, outlet: Outlet, recipes: Mapping[str, Recipe], tools: object, slots: int) -> None:
        self._store = store
        self._outlet = outlet
        self._recipes = recipes
        self._tools = tools
        self._slots = slots
        self._waiting: dict[str, deque[tuple[KeptJob, bool]]] = {}
        self._ready: OrderedDict[str, deque[str]] = OrderedDict()
        self._running: dict[str, tuple[KeptJob, asyncio.Task[None]]] = {}
        self._busy: set[str] = set()
        self._suspects: dict[str, int] = {}
        self._held: list[str] = []
        self._closing = False
        self._one_by_one = asyncio.Lock()

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

    def current(self, session: str, job: str | None = None) -> KeptJob | None:
        """The running job of a session, else its newest waiting one; with ``job``, that very one."""
        mine = [kept for kept, _ in self._running.values() if kept.request.session == session]
        mine += [kept for kept, _ in reversed(self._waiting.get(session, deque()))]
        return next((kept for kept in mine if job in (None, kept.id)), None)

    async def cancel(self, job: KeptJob, inbox: tuple[str, ...], replies: tuple[NewReply, ...]) -> bool:
        """End a job as cancelled, answer, then stop its work; ``False`` if it had already ended."""
        end = new_reply(job.request, f"{job.id}:end", Reply(end=True), job.id)
        kept = await self._store.commit(
            Change(inbox=inbox, job_open=job.id, job_state=JobState.CANCELLED, replies=(end, *replies))
        )
        if kept is None:
            return False
        self._stop(job.id)
        self._outlet.deliver(kept)
        return True

    def drop(self, jobs: set[str]) -> None:
        """Stop the work of jobs that no longer exist in the store."""
        for job in jobs:
            self._stop(job)

    async def close(self, grace: float = 0) -> None:
        """Start nothing more, give running work ``grace`` seconds, then stop it; the jobs stay open for the next start."""
        self._closing = True
        tasks = [task for _, task in self._running.values()]
        if tasks:
            await asyncio.wait(tasks, timeout=grace)
            stopped = list(self._running)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
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
        try:
            journal = await self._journal(job) if recovered else None
            handle = Job(job, self._store, self._outlet, journal, partial(self._cleared, job.id))
            await self._recipes[job.request.command](handle, self._tools)
            await self._finish(job, JobState.DONE)
        except FabulaError as error:
            log.info("job failed", job=job.id, command=job.request.command, code=error.code, spent=error.spent)
            await self._fail(job, error)
        except Exception:
            log.exception("job broke", job=job.id, command=job.request.command)
            await self._fail(job, FabulaError("internal"))

    async def _journal(self, job: KeptJob) -> Mapping[str, str]:
        """The journal of a job that is started again, in its turn; raises where it is too old or was started too often."""
        async with self._one_by_one:
            await asyncio.sleep(BETWEEN_STARTS)
        if time.time() - job.created > OLDEST:
            raise FabulaError("too-old")
        if await self._store.restart_job(job.id) >= STARTS:
            raise FabulaError("gave-up")
        return await self._store.steps(job.id)

    async def _fail(self, job: KeptJob, error: FabulaError) -> None:
        await self._finish(job, JobState.FAILED, failure(error, job.request.language, job.id))

    async def _finish(self, job: KeptJob, state: JobState, last: Reply | None = None) -> None:
        replies = [new_reply(job.request, f"{job.id}:failure", last, job.id)] if last else []
        replies.append(new_reply(job.request, f"{job.id}:end", Reply(end=True), job.id))
        change = Change(job_open=job.id, job_state=state, replies=tuple(replies))
        kept = await until_kept(partial(self._store.commit, change))
        self._outlet.deliver(kept or ())


def until_kept(write: Callable[[], Awaitable[T]], *, only: str = "") -> Awaitable[T]:
    """What a write answers, tried until the storage takes it: what was paid for is not given up, and nobody is left without a word.

    The first try is queued at once, before anything is awaited. ``only``: the one code of a fault that is worth waiting for; any other is raised.
    """

    async def insist(first: Awaitable[T]) -> T:
        written, wait = first, FIRST_WAIT
        while True:
            try:
                return await written
            except StorageFault as fault:
                if only and fault.code != only:
                    raise
                log.error("something has to wait to be kept", code=fault.code, seconds=wait)
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)
            written = write()

    return insist(write())


def new_reply(request: Request, key: str, reply: Reply, job: str | None = None) -> NewReply:
    """A reply addressed to where a request came from."""
    return NewReply(
        key=key,
        place=request.place,
        user=request.author.key,
        in_reply_to=request.message,
        job=job,
        reply=reply,
        language=request.language,
    )


def failure(error: FabulaError, language: str, job: str | None = None) -> Reply:
    """The one sentence (or two) that a person gets: what happened, whether money was spent, and the job's id where the log has more."""
    sentence = texts.say(f"error-{error.code}", language, **error.values)
    if error.spent:
        sentence += " " + texts.say("error-spent", language)
    if job and error.turn != "person":
        sentence += "\n" + texts.say("error-job", language, job=job)
    return Reply(text=sentence, code=error.code)


@cache
def _shape(work: Callable[..., Any]) -> TypeAdapter[Any]:
    """How the result of a step is written and read: by the return annotation of its work."""
    return TypeAdapter(get_type_hints(work)["return"])


def _note_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("a step was not journaled", code=getattr(error, "code", type(error).__name__))
