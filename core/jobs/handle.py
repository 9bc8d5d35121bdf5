"""The handle of a job: its journaled steps and what it says.

A recipe runs again from its top after a crash; steps that are journaled answer from the journal, so nothing that was paid for is paid again.
Free steps are journaled without waiting for the commit: the writer keeps the order of its writes, so no later step can be kept without them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, ParamSpec, TypeVar, get_type_hints

import structlog
from pydantic import TypeAdapter, ValidationError

from core import bill, meters, slow, traces
from core.errors import BadInput, FabulaError, Refused
from core.jobs.batch_rows import quiet
from core.jobs.each import OF_ALL, in_order, refusal, refused_before
from core.jobs.keeping import Commits, note_failure, until_kept
from core.jobs.replies import new_reply, private_language
from core.ports import Change, Hint, Outlet, Store
from core.types import (
    BatchChange,
    KeptJob,
    KeptPiece,
    Named,
    Pending,
    Piece,
    PieceKind,
    Place,
    Preferences,
    Preview,
    Progress,
    Reply,
    Request,
    SessionUpdate,
    Spend,
    Status,
    Tasted,
    TextSoFar,
    Turn,
    Value,
)

log = structlog.get_logger()
P = ParamSpec("P")
T = TypeVar("T")
V = TypeVar("V")

NUMBERED = 1
"""The version of all recipes whose replies had numbers in place of names."""


LOOK = "check"
"""The name of the step in which a request is looked at, before anything is shown of what it leads to."""


TRIES = 20
"""How often in a row a change is made anew because somebody was quicker: so many people in the same moment there are nowhere."""

Turning = Callable[[Request, Collection[str]], Awaitable[KeptJob]]
"""Keeps that a job goes on as another request, with the steps of these names; raises where that one's money is not there."""


class Unreadable(Exception):
    """The journal holds something that was paid for and cannot be read any more: it is not paid for again unasked."""


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
        commits: Commits,
        journal: Mapping[str, str] | None,
        may_pay: Callable[[], Awaitable[None]],
        *,
        older: bool = False,
        progressed: Callable[[], None] = lambda: None,
        turn: Turning | None = None,
    ) -> None:
        """``journal``: that of an earlier start, if there was one, ``older`` if that was of another version of the recipe.

        ``may_pay`` raises where nothing more may be paid for. ``progressed`` is told of each step that is newly finished.
        ``turn`` lets the job go on as another request.
        """
        self.id = kept.id
        self._fence = kept.fence
        self.request: Request = kept.request
        self._asked = kept.created
        self._store = store
        self._outlet = outlet
        self._commits = commits
        self._restarted = journal is not None
        self._journal = journal or {}
        self._may_pay = may_pay
        self._older = self.older = older
        self._numbered = older and kept.recipe == NUMBERED
        self._progressed = progressed
        self._turn = turn
        self.became: KeptJob | None = None
        self.taste: Tasted | None = None
        self.previewed = False
        self.so_far = ""
        self._names: set[str] = set()
        self._keeping: set[asyncio.Future[None]] = set()
        self._said: set[str] = {"failure", "end"}
        self.made: dict[str, Piece] = {}
        self._status = Status(phase="thinking")
        self._count = (0, 0)

    older: bool
    """Whether it was begun by another version of its recipe, whose journal it goes on with."""

    taste: Tasted | None
    """How it is made, where its person's taste may learn from it; ``previewed``: whether they have seen something of a picture."""
    made: dict[str, Piece]
    """The pieces that were said, by their ids."""

    so_far: str
    """The words of a text that its person has read while it is written, and that is not said yet."""

    @property
    def language(self) -> str:
        """The language in which the person is answered."""
        return self.request.language

    @property
    def private_language(self) -> str:
        """The language of what this person alone reads."""
        return private_language(self.request)

    async def step(self, name: str, work: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a piece of work once: its result (a pydantic type, by the return annotation) is journaled under a name used once in a recipe.

        An entry that cannot be read any more: a free step is taken again, for one that was paid for ``Unreadable`` is raised.
        """
        if name in self._names:
            raise ValueError(f"the step {name!r} was taken twice")
        self._names.add(name)
        shape, paid = _shape(work)
        if name in self._journal:
            try:
                known: T = shape.validate_json(self._journal[name], extra="ignore")
                return known
            except ValidationError:
                log.error("what a step gave cannot be read any more", job=self.id, step=name, paid=paid)
                if paid:
                    raise Unreadable from None
        await self.settled()
        if paid:
            await self._may_pay()
        begun = time.monotonic()
        with traces.step(meters.kind_of(name)), bill.opened() as spends, slow.step(name):
            try:
                result = await work(*args, **kwargs)
            except BaseException:
                self._book(name, spends)
                raise
            finally:
                traces.paid(spends)
        meters.step(name, time.monotonic() - begun)
        meters.paid(spends)
        told = shape.dump_json(result).decode()
        user = self.request.author.key
        finish = partial(self._store.finish_step, self.id, name, told, spends, user, fence=self._fence)
        finish = partial(finish, restarted=self._restarted)
        if spends:
            self._keep(until_kept(finish))
        else:
            asyncio.ensure_future(finish()).add_done_callback(note_failure)
        self._progressed()
        return result

    def _book(self, name: str, spends: Sequence[Spend]) -> None:
        """Count what a step cost, or may have cost, that failed or was stopped. Its write has its place before all later ones."""
        if spends and not slow.rests():
            meters.paid(spends)
            book = partial(self._store.book, self.id, name, spends, self.request.author.key)
            asyncio.ensure_future(until_kept(book)).add_done_callback(note_failure)

    def _keep(self, written: Awaitable[None]) -> None:
        """See to it that a paid step is kept, even if the job is cancelled. Nothing further is begun or said before it is."""
        task = asyncio.ensure_future(written)
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)

    async def each(
        self,
        name: str,
        items: Iterable[tuple[str, V]],
        work: Callable[[V], Awaitable[T]],
        *,
        at_most: int,
        told: Callable[[V, T | FabulaError], None] = lambda value, result: None,
    ) -> list[T | FabulaError]:
        """Take a step for each of many items, at most so many at once; the results in their order, an error in the place of one that failed.

        ``items`` are values with a name of their own each, the same after a restart: the step of "7" among pages is ``page:7``. A refusal is
        journaled, so it is not asked for again; what else failed is tried again if the job is. After an error that is not of its item nothing
        further is begun: it stands in all places that are left. Meanwhile each ``Status`` tells how many are done, and ``told`` hears of each result
        as soon as it is there, also of one from the journal.
        """
        shown, named = self._status, list(items)
        useless: FabulaError | None = None

        def count(done: int) -> None:
            self._count = (done, len(named))
            self.show(shown)

        async def one(step: str, value: V) -> T | FabulaError:
            nonlocal useless
            result = await self._step_or_error(step, work, value, useless)
            useless = result if isinstance(result, OF_ALL) else useless
            count(self._count[0] + 1)
            told(value, result)
            return result

        count(0)
        try:
            return await in_order([partial(one, f"{name}:{item}", value) for item, value in named], at_most)
        finally:
            self._count = (0, 0)

    async def _step_or_error(
        self, name: str, work: Callable[[V], Awaitable[T]], value: V, useless: FabulaError | None
    ) -> T | FabulaError:
        """The result of a step, or why it failed, or was not begun; a refusal is journaled beside it, in a step of its own."""
        refused = f"{name} refused"
        if error := refused_before(self._journal.get(refused)):
            return error
        if useless and name not in self._journal:
            return useless
        try:
            return await self.step(name, work, value)
        except (Refused, BadInput) as error:
            await self.step(refused, refusal, error)
            return error
        except FabulaError as error:
            return error

    def show(self, progress: Progress) -> None:
        """Show where the job stands. Never waits, never fails, and nothing of it is kept."""
        if isinstance(progress, Status):
            self._status = self._status if progress.slot else progress
            done, total = self._count
            about = self.request.words if self.request.plain else ""
            progress = progress.model_copy(update={"done": done, "total": total, "about": about})
        if isinstance(progress, Preview):
            self.previewed = True
        if isinstance(progress, TextSoFar):
            self.so_far = progress.text
        self._outlet.show(self.id, self.request, progress)

    async def become(self, request: Request, *, keeps: Collection[str] = ()) -> None:
        """Go on as another request, by its own recipe, once this one's has come to its end: the last thing that a recipe does.

        It is the same job: one message, one button that cancels it, and its place in line. Its money is held and its journal begins anew, but for
        the steps that it ``keeps``, in one commit. Raises ``Limited`` where that money is not there.
        """
        assert self._turn
        await self.settled()
        self.became = await self._turn(request, keeps)

    async def settled(self) -> None:
        """Wait until everything that was paid for is kept."""
        await asyncio.gather(*map(asyncio.shield, self._keeping))

    async def say(
        self,
        name: str,
        reply: Reply,
        *,
        turns: tuple[Turn, ...] = (),
        last_picture: str | None = None,
        pending: Pending | None = None,
        ticket: Pending | None = None,
        revised: tuple[Piece, ...] = (),
        character: Named | None = None,
        style: Named | None = None,
        hints: tuple[Hint, ...] = (),
        batch: BatchChange | None = None,
        aside: tuple[Piece, ...] = (),
    ) -> None:
        """Say something durably: the reply, its pieces and what it changes in the session are committed together, once.

        ``pending`` is a question with which the job ends: what its person says next answers it. A ``ticket`` waits for a form. ``revised`` are
        pieces that were said before, as they are now. ``character`` and ``style`` are kept from then on, and so is what ``batch`` changes.
        ``hints``: what making this says of somebody's taste. ``aside``: pieces that are kept in no chat, where nobody but their person comes
        across them.

        ``name`` is used once in a recipe, so that what is said stays the same thing whatever else comes to be said before it.
        """
        if name in self._said:
            raise ValueError(f"{name!r} was said twice")
        self._said.add(name)
        self.made |= {piece.id: piece for piece in (*reply.pieces, *revised)}
        if any(piece.kind is PieceKind.TEXT for piece in reply.pieces):
            self.so_far = ""
        if self._older and await self._was_said(reply):
            return
        change = self._change(name, reply, aside)
        changed: dict[str, object] = {
            "turns": turns,
            "last_picture": last_picture,
            "pending": pending,
            "ticket": ticket,
        }
        changed |= {"character": character, "style": style}
        session = change.session.model_copy(update=changed) if change.session else None
        change = change.model_copy(update={"session": session, "revised": revised, "hints": hints, "batch": batch})
        # The journal of the last step and what is said of it go into one commit.
        said = self._commits.make(quiet(self.request, change), insist=True)
        kept, *_ = await asyncio.gather(said, *map(asyncio.shield, self._keeping))
        if kept is None:
            raise asyncio.CancelledError

    def _change(self, name: str, reply: Reply, aside: Sequence[Piece] = ()) -> Change:
        """A reply with its pieces, while the job is open; what was asked to be a surprise is none any more after this one."""
        request, nowhere = self.request, Place(platform=self.request.place.platform, chat="")
        kept = [
            *((piece, request.place) for piece in (*reply.mentions, *reply.pieces)),
            *((one, nowhere) for one in aside),
        ]
        surprised = {"preferences": Preferences(surprise=None)} if "surprise" in request.options else {}
        return Change(
            job_open=self.id,
            fence=self._fence,
            session=SessionUpdate.model_validate({"key": request.session, "asked": self._asked, **surprised}),
            pieces=tuple(
                KeptPiece(
                    piece=piece.model_copy(update={"idea": piece.idea or request.idea}),
                    place=place,
                    author=request.author.key,
                    session=request.session,
                    created=time.time(),
                )
                for piece, place in kept
            ),
            replies=(new_reply(request, f"{self.id}:{name}", reply, self.id),),
        )

    async def settle(self, make: Callable[[], Awaitable[Change | None]]) -> None:
        """Commit what comes of the job beside its own conversation, where many people change the same thing: it is made of how that stands then.

        ``make`` gives nothing where that was done before.
        """
        await self.settled()
        held = {"job_open": self.id, "fence": self._fence}
        for _ in range(TRIES):
            change = await make()
            if change is None:
                return
            if await self._commits.make(change.model_copy(update=held), insist=True) is not None:
                return
        if await self._store.open_job(self.id):
            # A sentence, rather than a job that nobody works at before the next start.
            raise FabulaError("internal")
        raise asyncio.CancelledError

    async def _was_said(self, reply: Reply) -> bool:
        """Whether another version of the recipe said it, under whatever name: pieces keep their ids, which are in the journal.

        A note without pieces has nothing to be known by. Where replies had no names it is left out, since it may have been said.
        """
        pieces = {piece.id for piece in reply.pieces or reply.mentions}
        return pieces <= set(await self._store.known(pieces)) if pieces else self._numbered


_shapes: dict[object, tuple[TypeAdapter[Any], bool]] = {}
"""By the module and code of a step's work: a function inside of another is made anew for each job, its code is not."""


def _shape(work: Callable[..., Any]) -> tuple[TypeAdapter[Any], bool]:
    """How the result of a step is written and read, by the return annotation of its work; and whether the step costs money."""
    key = work.__module__, getattr(work, "__code__", work)
    if key not in _shapes:
        shape = get_type_hints(work)["return"]
        _shapes[key] = TypeAdapter(shape), isinstance(shape, type) and issubclass(shape, Paid)
    return _shapes[key]
