"""Calls that lie with a service, and the files that they went in: plain functions of a connection, run inside the transaction of a ``Change``."""

# ruff: noqa: D102 — the methods are described by the port

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import groupby

from sqlalchemy import Connection, Select, bindparam, delete, exists, func, select, update

from core.ports import SlowCalls
from core.types import JobState, RowState, SlowCall, Wave, new_id
from storage.database import Database
from storage.slow_tables import slow_calls, slow_waves
from storage.tables import batch_rows, insert, jobs, spends

_CALL = tuple(slow_calls.c[name] for name in SlowCall.model_fields)
_WAVE = tuple(slow_waves.c[name] for name in Wave.model_fields)
_ASK = insert(slow_calls).on_conflict_do_nothing()
_ONE = select(*_CALL).where(slow_calls.c.id == bindparam("call"))
_ANSWER = (
    update(slow_calls)
    .where(slow_calls.c.id == bindparam("call"), slow_calls.c.answer == "")
    .values(status=bindparam("how"), answer=bindparam("media"), asked="")
)
_UNANSWERED = slow_calls.c.answer == ""
_UNSENT = (slow_calls.c.batch == bindparam("within")) & _UNANSWERED & (slow_calls.c.wave == "")
_other = slow_calls.alias()
_RESTS = exists().where(_other.c.job == slow_calls.c.job, _other.c.answer == "")
_READY = (
    select(slow_calls.c.number, slow_calls.c.job)
    .join(batch_rows, (batch_rows.c.batch == slow_calls.c.batch) & (batch_rows.c.number == slow_calls.c.number))
    .join(jobs, (jobs.c.id == slow_calls.c.job) & jobs.c.ended.is_(None))
    .where(slow_calls.c.batch == bindparam("within"), batch_rows.c.state == RowState.ASKED.value, ~_RESTS)
    .order_by(slow_calls.c.number)
    .limit(1)
)
NOBODY = "at once"
"""The answer of calls that are to be made at once; they have no status."""

RESTS = exists().where(slow_calls.c.job == jobs.c.id, _UNANSWERED)
"""Whether a job waits for an answer: nothing of it is to be done before."""


class SqlSlowCalls(SlowCalls):
    """``core.ports.SlowCalls`` in the database; a part of the store."""

    _database: Database

    async def slow_call(self, call: str) -> SlowCall | None:
        return await self._database.read(partial(_find, call))

    async def answer_slowly(self, call: str, status: int, media: str) -> bool:
        row = {"call": call, "how": status, "media": media}
        return await self._database.write(lambda connection: connection.execute(_ANSWER, row).rowcount > 0)

    async def waves_to_send(self, batch: str, most: int, most_bytes: int) -> Sequence[Wave]:
        return await self._database.write(partial(_to_send, batch, most, most_bytes))

    async def calls_of(self, wave: str, after: str, limit: int) -> Sequence[SlowCall]:
        return await self._database.read(partial(_of_wave, wave, after, limit))

    async def wave(self, wave: str) -> Wave | None:
        return await self._database.read(partial(_wave, wave))

    async def answered_row(self, batch: str) -> tuple[int, str] | None:
        return await self._database.read(partial(_ready, batch))

    async def unsent_calls(self, batch: str) -> int:
        query = select(func.count()).select_from(slow_calls).where(_UNSENT)
        return await self._database.read(lambda connection: connection.scalar(query, {"within": batch}) or 0)


def ask(calls: Iterable[SlowCall], connection: Connection) -> None:
    """Keep calls; those that are known stay as they are."""
    if rows := [{**call.model_dump(), "wave": ""} for call in calls]:
        connection.execute(_ASK, rows)


def sent(wave: str, remote: str, connection: Connection) -> None:
    """Note what the service calls a wave."""
    connection.execute(update(slow_waves).where(slow_waves.c.id == wave).values(remote=remote))


def end(wave: str, connection: Connection) -> None:
    """A wave is over: what was not answered in it waits for another."""
    connection.execute(update(slow_calls).where(slow_calls.c.wave == wave, _UNANSWERED).values(wave=""))
    connection.execute(delete(slow_waves).where(slow_waves.c.id == wave))


def drop(batch: str, connection: Connection) -> None:
    """The calls of a batch that lie with nobody are answered by nobody: they are made at once when their jobs go on."""
    connection.execute(update(slow_calls).where(_UNSENT).values(answer=NOBODY, asked=""), {"within": batch})


def give_up(batch: str, now: float, connection: Connection) -> None:
    """End the jobs of a batch whose rows have asked and do not go on, and what they wait for; what was answered is booked."""
    asked = batch_rows.c.state == RowState.ASKED.value
    of_row = (batch_rows.c.batch == slow_calls.c.batch) & (batch_rows.c.number == slow_calls.c.number)
    resting = select(slow_calls.c.job).join(batch_rows, of_row).where(slow_calls.c.batch == batch, asked)
    _book_untaken(resting, now, connection)
    over = update(jobs).where(jobs.c.id.in_(resting), jobs.c.ended.is_(None))
    connection.execute(over.values(state=JobState.CANCELLED.value, ended=now))
    connection.execute(delete(slow_calls).where(slow_calls.c.batch == batch, _UNANSWERED))


def _book_untaken(resting: Select[tuple[str]], now: float, connection: Connection) -> None:
    """Book answers that no step has taken, at a price that nobody knows. A job has booked those that it took, one call each."""
    booked = select(func.count()).where(spends.c.job == jobs.c.id).scalar_subquery().label("booked")
    answered = slow_calls.c.status.between(200, 299)
    query = select(jobs.c.id, jobs.c.user, slow_calls.c.model, booked).join(slow_calls, slow_calls.c.job == jobs.c.id)
    query = query.where(jobs.c.id.in_(resting), jobs.c.ended.is_(None), answered).order_by(jobs.c.id, slow_calls.c.id)
    rows = []
    for job, calls in groupby(connection.execute(query).all(), key=lambda row: row.id):
        told = {"job": job, "step": "given up", "usd": None, "usage": "{}", "at": now}
        rows += [
            {**told, "user": one.user, "model": one.model} for number, one in enumerate(calls) if number >= one.booked
        ]
    if rows:
        connection.execute(insert(spends), rows)


def _find(call: str, connection: Connection) -> SlowCall | None:
    row = connection.execute(_ONE, {"call": call}).mappings().first()
    return SlowCall.model_validate(dict(row)) if row else None


def _wave(wave: str, connection: Connection) -> Wave | None:
    row = connection.execute(select(*_WAVE).where(slow_waves.c.id == wave)).mappings().first()
    return Wave.model_validate(dict(row)) if row else None


def _ready(batch: str, connection: Connection) -> tuple[int, str] | None:
    row = connection.execute(_READY, {"within": batch}).first()
    return (row.number, row.job) if row else None


def _to_send(batch: str, most: int, most_bytes: int, connection: Connection) -> list[Wave]:
    """The waves that no service has yet, after what waits is put into new ones: of one service, path and model each.

    What a job asked that has ended meanwhile, refused by a look beside it, is of use to nobody.
    """
    over = select(jobs.c.id).where(jobs.c.ended.is_not(None))
    connection.execute(delete(slow_calls).where(_UNSENT, slow_calls.c.job.in_(over)), {"within": batch})
    size = func.length(slow_calls.c.asked).label("size")
    kind = (slow_calls.c.service, slow_calls.c.path, slow_calls.c.model)
    query = select(slow_calls.c.id, *kind, size).where(_UNSENT).order_by(*kind, slow_calls.c.number, slow_calls.c.id)
    rows = connection.execute(query, {"within": batch}).all()
    for (service, path, _), alike in groupby(rows, key=lambda row: (row.service, row.path, row.model)):
        wave, held, weight = "", 0, 0
        for row in alike:
            if not wave or held >= most or weight + row.size > most_bytes:
                wave, held, weight = new_id(), 0, 0
                fresh = {"id": wave, "batch": batch, "service": service, "path": path, "remote": ""}
                connection.execute(insert(slow_waves), fresh)
            connection.execute(update(slow_calls).where(slow_calls.c.id == row.id).values(wave=wave))
            held, weight = held + 1, weight + row.size
    unsent = select(*_WAVE).where(slow_waves.c.batch == batch, slow_waves.c.remote == "").order_by(slow_waves.c.id)
    return [Wave.model_validate(dict(row)) for row in connection.execute(unsent).mappings()]


def _of_wave(wave: str, after: str, limit: int, connection: Connection) -> list[SlowCall]:
    query = select(*_CALL).where(slow_calls.c.wave == wave, slow_calls.c.id > after, _UNANSWERED)
    rows = connection.execute(query.order_by(slow_calls.c.id).limit(limit)).mappings()
    return [SlowCall.model_validate(dict(row)) for row in rows]
