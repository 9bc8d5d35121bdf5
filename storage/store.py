"""The store of the core, in SQL. What changes much at once is in ``storage.changes`` and ``storage.removal``."""

# ruff: noqa: D102 — the methods are described by the port

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import groupby
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, select, update

from core.errors import StorageFault
from core.keep import USUAL
from core.ports import Bound, Bounds, Change, InboxRow, NewReply, Spent, Store
from core.types import JobState, KeptJob, KeptPiece, KeptReply, Place, Rater, Score, Session, Spend
from storage import journal, living, made, removal
from storage.asks import SqlAsks
from storage.batches import SqlBatches
from storage.boards import SqlBoards
from storage.changes import (
    OF_A_JOB,
    accept,
    commit,
    kept_job,
    kept_reply,
    load_session,
    move_chat,
    origin,
    session_at,
    turn,
)
from storage.database import Database
from storage.leases import adopt
from storage.media import FileMedia
from storage.ratings import clear, rate, raters, score
from storage.slow import RESTS, SqlSlowCalls
from storage.tables import chats, inbox, insert, installation, jobs, pieces, receipts, replies, shown, spends, steps
from storage.tastes import SqlTastes
from storage.tickets import SqlTickets
from storage.timers import SqlTimers
from storage.values import load

_TAKE_IN = insert(inbox).on_conflict_do_nothing()
_ROWS = select(inbox.c.id, inbox.c.platform, inbox.c.user, inbox.c.payload, inbox.c.tries).order_by(inbox.c.seq)
_WAITING = _ROWS.where(inbox.c.platform == bindparam("platform"), inbox.c.handled.is_(None))
_ROWS_OF = _ROWS.where(inbox.c.user == bindparam("user"), inbox.c.taken >= bindparam("since"))
_STILL_WAITING = update(inbox).where(inbox.c.id.in_(bindparam("rows", expanding=True)), inbox.c.handled.is_(None))
_BEGIN_AGAIN = _STILL_WAITING.values(tries=inbox.c.tries + 1)
_FORGIVE_ROWS = _STILL_WAITING.values(tries=0)
_new_chat = insert(chats)
_SHARE = _new_chat.on_conflict_do_update(index_elements=[chats.c.place], set_={"shared": _new_chat.excluded.shared})
_MODERATE = _new_chat.on_conflict_do_update(
    index_elements=[chats.c.place], set_={"moderation": _new_chat.excluded.moderation}
)
_OPEN_JOBS = select(*(jobs.c[name] for name in OF_A_JOB)).where(jobs.c.ended.is_(None), ~RESTS).order_by(jobs.c.seq)
_START = update(jobs).where(jobs.c.id == bindparam("job")).values(starts=jobs.c.starts + 1).returning(jobs.c.starts)
_FORGIVE = update(jobs).where(jobs.c.id == bindparam("job"), jobs.c.ended.is_(None)).values(starts=0)
_STEPS = select(steps.c.name, steps.c.result).where(steps.c.job == bindparam("job"))
_PIECE = select(pieces.c.value).where(pieces.c.id == bindparam("piece"), pieces.c.deleted.is_(False))
_KNOWN = select(pieces.c.id).where(pieces.c.id.in_(bindparam("pieces", expanding=True)))
_SHOWN_IN = (
    select(shown.c.piece)
    .join(pieces, pieces.c.id == shown.c.piece)
    .where(shown.c.place == bindparam("place"), shown.c.message == bindparam("message"), pieces.c.deleted.is_(False))
    .order_by(shown.c.seq)
)
_SHOWN_IN_TO = _SHOWN_IN.where(shown.c.person.in_(["", bindparam("person")]))
_SHOWING = (
    select(shown.c.message)
    .where(shown.c.piece == bindparam("piece"), shown.c.place == bindparam("place"))
    .order_by(shown.c.seq)
)
_SHOWING_TO = _SHOWING.where(shown.c.person.in_(["", bindparam("person")]))
_IS_BUILT_IN = case((spends.c.model.startswith(journal.BUILT_IN), 1), else_=0)
_SPENT = select(func.sum(spends.c.usd), func.count(), func.count(spends.c.usd), func.sum(_IS_BUILT_IN)).where(
    spends.c.at >= bindparam("since")
)
_FROM = select(jobs.c.id).where(jobs.c.origin == bindparam("origin"), jobs.c.state != JobState.FAILED.value).limit(1)
_UNSENT = (
    select(replies.c.id, replies.c.value, replies.c.said, receipts.c.message)
    .join(receipts, receipts.c.reply == replies.c.id, isouter=True)
    .where(replies.c.sent.is_(None), replies.c.id > bindparam("after"))
    .order_by(replies.c.id, receipts.c.part)
)
_IS_REPLY = select(replies.c.id).where(replies.c.id == bindparam("reply"))
_RECEIPT = insert(receipts).on_conflict_do_nothing()
_SENT = update(replies).where(replies.c.id == bindparam("number")).values(value="", sent=bindparam("at"))
_SHOW = (
    insert(shown)
    .from_select(
        ["place", "message", "piece", "person"],
        select(bindparam("place"), bindparam("message"), pieces.c.id, bindparam("person"))
        .where(pieces.c.id.in_(bindparam("showing", expanding=True)))
        .order_by(pieces.c.seq),
    )
    .on_conflict_do_nothing()
)

log = structlog.get_logger()

SHORT_WAIT = 0.005
"""Seconds that a write waits for what is said of it: a paid step for its pieces, the end of a job for the receipt of its answer."""

LONG_WAIT = 0.25
"""Seconds that the journal of a free step waits for any other write."""


class SqlStore(SqlTickets, SqlTimers, SqlAsks, SqlTastes, SqlBatches, SqlSlowCalls, SqlBoards, Store):
    """``core.ports.Store`` in the database.

    Writes are carried out in the order in which their coroutines take their first step: each is queued before anything is awaited.
    ``finish_step`` is queued by the call itself, so that a job may go on at once and whatever it says is committed later.
    """

    def __init__(self, database: Database, media: FileMedia, clock: Callable[[], float]) -> None:
        """``clock`` gives the time in seconds since the epoch."""
        super().__init__(database)
        self._media = media
        self._clock = clock
        self.me = ""

    me: str
    """What this process is called where there are others beside it."""

    async def secret(self) -> bytes:
        found = select(installation.c.value).where(installation.c.name == "secret")
        return bytes.fromhex(await self._database.read(lambda connection: connection.execute(found).scalar_one()))

    # --- what comes in, and what it changes --------------------------------------------------------------------------

    async def take_in(self, row: InboxRow) -> bool:
        return await self._database.write(partial(_take_in, row, self.me, self._clock()))

    async def waiting_rows(self, platform: str, fresh: Collection[str] = ()) -> Sequence[InboxRow]:
        if self.me:
            return await self._database.write(partial(adopt, self.me, platform, fresh))
        return await self._database.read(partial(_inbox_rows, _WAITING, {"platform": platform}))

    async def rows_of(self, user: str, since: float) -> Sequence[InboxRow]:
        return await self._database.read(partial(_inbox_rows, _ROWS_OF, {"user": user, "since": since}))

    async def begin_again(self, rows: Collection[str]) -> bool:
        values = {"rows": list(rows)}
        return await self._database.write(lambda connection: connection.execute(_BEGIN_AGAIN, values).rowcount > 0)

    async def forgive_rows(self, rows: Collection[str]) -> None:
        values = {"rows": list(rows)}
        await self._database.write(lambda connection: connection.execute(_FORGIVE_ROWS, values).close())

    async def commit(self, change: Change) -> Sequence[KeptReply] | None:
        within = SHORT_WAIT if change.job_state is JobState.DONE else 0
        said = await self._database.writer.submit(partial(_commit, change, self._clock(), self.me), within=within)
        self._tell_of_timers(change)
        if said is not None and (change.deleted or (change.batch and change.batch.deleted)):
            await self._clear_away()
        return said

    async def accept(self, change: Change, bounds: Bounds) -> Sequence[KeptReply] | Bound | None:
        said = await self._database.write(partial(accept, change, bounds, self._clock(), taker=self.me))
        self._tell_of_timers(change)
        return said

    async def session(self, key: str) -> Session:
        return await self._database.read(partial(load_session, key))

    async def session_at(self, place: Place, user: str) -> tuple[Session, bool]:
        return await self._database.read(partial(session_at, place, user))

    async def share_chat(self, place: Place, shared: bool) -> None:
        row = {"place": place.key, "shared": shared, "moderation": ""}
        await self._database.write(lambda connection: connection.execute(_SHARE, row).close())

    async def moderate_chat(self, place: Place, moderation: str) -> None:
        row = {"place": place.room, "shared": False, "moderation": moderation}
        await self._database.write(lambda connection: connection.execute(_MODERATE, row).close())

    # --- jobs --------------------------------------------------------------------------------------------------------

    async def open_jobs(self) -> Sequence[KeptJob]:
        return await self._database.read(_open_jobs)

    async def open_job(self, job: str) -> KeptJob | None:
        return await self._database.read(lambda connection: next(iter(_open_jobs(connection, jobs.c.id == job)), None))

    async def restart_job(self, job: str) -> int:
        starts = await self._database.write(lambda connection: connection.execute(_START, {"job": job}).scalar())
        return starts or 0

    async def begin_anew(self, job: str, recipe: int, fence: int = 0) -> None:
        await self._database.write(partial(journal.begin_anew, job, recipe, fence))

    async def turn(self, job: KeptJob, keeps: Collection[str], bounds: Bounds) -> Bound | bool:
        return await self._database.write(partial(turn, job, keeps, bounds, self._clock()))

    async def forgive(self, jobs: Sequence[str]) -> None:
        rows = [{"job": job} for job in jobs]
        if rows:
            await self._database.write(lambda connection: connection.execute(_FORGIVE, rows).close())

    async def steps(self, job: str) -> Mapping[str, str]:
        return await self._database.read(partial(_steps, job))

    def finish_step(
        self,
        job: str,
        name: str,
        result: str,
        spends: Sequence[Spend],
        user: str,
        *,
        restarted: bool = False,
        fence: int = 0,
    ) -> Awaitable[None]:
        entry = journal.Entry(job, name, result, fence, restarted)
        finish = partial(journal.finish, entry, spends, user, self._clock())
        return self._database.writer.submit(finish, within=SHORT_WAIT if spends else LONG_WAIT)

    def book(self, job: str, step: str, spends: Sequence[Spend], user: str) -> Awaitable[None]:
        return self._database.writer.submit(partial(journal.book, job, step, spends, user, self._clock()))

    async def spent(self, since: float, user: str | None = None) -> Spent:
        return await self._database.read(partial(_spent, since, user))

    async def has_job(self, place: Place, message: str) -> bool:
        found = await self._database.read(
            lambda connection: connection.execute(_FROM, {"origin": origin(place, message)}).first()
        )
        return found is not None

    async def move_chat(self, old: Place, new: Place) -> None:
        await self._database.write(partial(move_chat, old, new, self._clock()))
        self._tell()

    # --- pieces ------------------------------------------------------------------------------------------------------

    async def piece(self, piece: str) -> KeptPiece | None:
        value = await self._database.read(lambda connection: connection.scalar(_PIECE, {"piece": piece}))
        return None if value is None else load(KeptPiece, value, f"pieces {piece}")

    async def pieces_of(self, pieces: Collection[str]) -> Sequence[KeptPiece]:
        return await self._database.read(partial(made.of_ids, pieces))

    async def known(self, pieces: Collection[str]) -> Collection[str]:
        values = {"pieces": list(pieces)}
        return await self._database.read(lambda connection: connection.scalars(_KNOWN, values).all())

    async def pieces(self, session: str, limit: int) -> Sequence[KeptPiece]:
        return await self._database.read(partial(made.newest, session, limit))

    async def pieces_in(self, place: Place, person: str, limit: int) -> Sequence[KeptPiece]:
        return await self._database.read(partial(made.newest_in, place, person, limit))

    async def pictures_of(self, piece: str) -> Sequence[KeptPiece]:
        return await self._database.read(partial(made.drawn_from, piece))

    async def shown_in(self, place: Place, message: str, person: str | None = None) -> Sequence[str]:
        values = {"place": place.home, "message": message}
        if person is None:
            return await self._database.read(lambda connection: connection.scalars(_SHOWN_IN, values).all())
        values["person"] = person
        return await self._database.read(lambda connection: connection.scalars(_SHOWN_IN_TO, values).all())

    async def messages_showing(self, place: Place, piece: str, person: str | None = None) -> Sequence[str]:
        values = {"place": place.home, "piece": piece}
        if person is None:
            return await self._database.read(lambda connection: connection.scalars(_SHOWING, values).all())
        values["person"] = person
        return await self._database.read(lambda connection: connection.scalars(_SHOWING_TO, values).all())

    async def goes_with(self, piece: str) -> Collection[str]:
        return await self._database.read(partial(removal.goes_with, piece))

    async def _clear_away(self) -> None:
        """Remove the files of what a commit has deleted; where that cannot be now, the next sweep does it: it is deleted all the same."""
        try:
            await self._media.remove_doomed()
            await self._database.checkpoint()
        except StorageFault as fault:
            log.error("files of deleted pieces are removed later", code=fault.code)

    async def delete_piece(self, piece: str) -> None:
        await self.delete_pieces((piece,))

    async def delete_pieces(self, pieces: Collection[str]) -> None:
        await self._database.write(partial(removal.delete_pieces, pieces, self._clock()))
        await self._media.remove_doomed()
        await self._database.checkpoint()

    async def rate(self, piece: str, user: str, emoji: str, value: float | None, added: bool) -> Score:
        return await self._database.write(partial(rate, piece, user, emoji, value, added))

    async def clear_ratings(self, place: Place, message: str, emoji: str | None) -> None:
        await self._database.write(partial(clear, place.home, message, emoji, self._clock()))

    async def score(self, piece: str, user: str = "") -> Score:
        return await self._database.read(partial(score, piece, user))

    async def raters(self, piece: str, place: Place) -> Sequence[Rater]:
        return await self._database.read(partial(raters, piece, place.home))

    # --- replies -----------------------------------------------------------------------------------------------------

    async def unsent(self, after: int = 0) -> Sequence[KeptReply]:
        return await self._database.read(partial(_unsent, after))

    async def receipt(self, reply: KeptReply, part: int, message: str, pieces: Collection[str], *, last: bool) -> None:
        now = self._clock()
        await self._database.write(partial(_receipt, reply, part, message, pieces, last, now))

    async def living(self, place: Place, name: str) -> str | None:
        return await self._database.read(partial(living.find, place, name))

    # --- the end of things -------------------------------------------------------------------------------------------

    async def forget(self, user: str, *, with_derived: bool = False) -> Sequence[str]:
        # First: of a /forget that a kill cuts short, nothing is left that nobody would look for again.
        await self._database.remove_copies()
        open_jobs = await self._database.write(partial(removal.forget, user, with_derived, self._clock()))
        self._tell()
        await self._media.remove_doomed()
        await self._database.checkpoint()
        return open_jobs

    async def sweep(self, now: float, days: Mapping[str, float] = USUAL) -> None:
        for part in removal.sweeps(days, now):
            for _ in range(removal.SWEEPS_AT_ONCE):
                began = monotonic()
                if not await self._database.write(part):
                    break
                await asyncio.sleep(removal.REST * (monotonic() - began))
        await self._database.remove_copies(now - removal.COPY_SECONDS)
        await self._media.tidy(now - removal.ARRIVING_SECONDS)
        await self._database.checkpoint()  # where a removal found somebody else reading


def _commit(change: Change, now: float, taker: str, connection: Connection) -> list[KeptReply] | None:
    """A change, and what is deleted by it, unless it was made before."""
    said = commit(change, now, connection, taker)
    if change.deleted and (said or (said is not None and not change.replies)):
        removal.delete_pieces(change.deleted, now, connection)
    return said


def _take_in(row: InboxRow, taker: str, now: float, connection: Connection) -> bool:
    return connection.execute(_TAKE_IN, {**row.model_dump(), "taker": taker, "taken": now}).rowcount == 1


def _inbox_rows(query: Select[Any], values: Mapping[str, object], connection: Connection) -> list[InboxRow]:
    return [InboxRow(**row) for row in connection.execute(query, values).mappings()]


def _open_jobs(connection: Connection, *those: ColumnElement[bool]) -> list[KeptJob]:
    return [kept_job(row) for row in connection.execute(_OPEN_JOBS.where(*those)).mappings()]


def _steps(job: str, connection: Connection) -> dict[str, str]:
    return {row.name: row.result for row in connection.execute(_STEPS, {"job": job})}


def _spent(since: float, user: str | None, connection: Connection) -> Spent:
    query = _SPENT if user is None else _SPENT.where(spends.c.user == user)
    usd, calls, priced, built_in = connection.execute(query, {"since": since}).one()
    return Spent(usd=usd or 0.0, unpriced=calls - priced, calls=calls, built_in=built_in or 0)


def _unsent(after: int, connection: Connection) -> list[KeptReply]:
    rows = connection.execute(_UNSENT, {"after": after}).all()
    found = (
        (
            number,
            load(NewReply, value, f"replies {number}"),
            said,
            [row.message for row in parts if row.message is not None],
        )
        for (number, value, said), parts in groupby(rows, key=lambda row: (row.id, row.value, row.said))
    )
    return [kept_reply(number, reply, said, receipts) for number, reply, said, receipts in found if reply]


def _receipt(
    reply: KeptReply, part: int, message: str, showing: Collection[str], last: bool, now: float, connection: Connection
) -> None:
    """Keep a receipt, unless the reply was forgotten while it was on its way. Of one that is complete none is needed any more."""
    row = {"reply": reply.id, "part": part, "message": message}
    if last:
        known = connection.execute(_SENT, {"number": reply.id, "at": now}).rowcount == 1
    elif known := connection.execute(_IS_REPLY, row).first() is not None:
        connection.execute(_RECEIPT, row)
    if known and message and reply.reply.lives and not part:
        living.note(reply, message, now, connection)
    if known and showing:
        person = reply.user if reply.reply.private else ""
        connection.execute(
            _SHOW, {"place": reply.place.home, "message": message, "person": person, "showing": list(showing)}
        )
