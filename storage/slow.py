"""Calls that lie with a service, and the files that they went in: plain functions of a connection, run inside the transaction of a ``Change``."""

# ruff: noqa: D102 — the methods are described by the port

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, exists, func, select, update
from sqlalchemy.sql.elements import ColumnElement

from core.ports import SlowCalls
from core.types import JobState, RowState, SlowCall, Wave, new_id
from core.types.slow import GIVEN_UP
from storage.database import Database
from storage.slow_tables import slow_calls, slow_waves
from storage.tables import batch_rows, batches, insert, jobs, media, spends
from storage.unused import release

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
_GIVEN_UP = slow_calls.c.answer == GIVEN_UP
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
_OPEN = exists().where(jobs.c.id == slow_calls.c.job, jobs.c.ended.is_(None))
_WITH_A_SERVICE = exists().where(
    slow_waves.c.id == slow_calls.c.wave,
    batches.c.id == slow_waves.c.batch,
    (slow_waves.c.remote != "") | batches.c.value.contains('"sending":true', autoescape=True),
)
"""Whether a service has a call, as far as we know: what is being handed over just now counts too."""

NOBODY = "at once"
"""The answer of calls that are to be made at once; they have no status."""

_HAS_ASKED = exists().where(
    batch_rows.c.batch == slow_calls.c.batch,
    batch_rows.c.number == slow_calls.c.number,
    batch_rows.c.state == RowState.ASKED.value,
)
RESTS = exists().where(slow_calls.c.job == jobs.c.id, _UNANSWERED | _HAS_ASKED)
"""Whether a job waits for an answer, or for its batch to go on with it: nothing of it is to be done before, by whoever is looking for a job.

Begun by two roads, its row would be said to run once it had ended, and its batch would wait for it for ever.
"""


class SqlSlowCalls(SlowCalls):
    """``core.ports.SlowCalls`` in the database; a part of the store."""

    _database: Database
    _clock: Callable[[], float]

    async def slow_call(self, call: str) -> SlowCall | None:
        return await self._database.read(partial(_find, call))

    async def answer_slowly(self, call: str, status: int, media: str) -> bool:
        return await self._database.write(partial(_answer, {"call": call, "how": status, "media": media}))

    async def book_given_up(self, call: str) -> None:
        await self._database.write(partial(_book_given_up, slow_calls.c.id == call, self._clock()))

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
    """A wave is over: what was not answered in it waits for another, unless nobody waits for it."""
    connection.execute(delete(slow_calls).where(slow_calls.c.wave == wave, _GIVEN_UP))
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
    _let_go((slow_calls.c.batch == batch) & (_UNANSWERED | ~_OPEN), connection)


def write_off(batch: str, now: float, connection: Connection) -> None:
    """Give up all that a batch has asked, before it goes; what lies with a service is booked: nobody will know whether that was answered."""
    give_up(batch, now, connection)
    _let_go(slow_calls.c.batch == batch, connection)
    _book_given_up(slow_calls.c.batch == batch, now, connection)


def leave(job: str, connection: Connection) -> None:
    """Let go of what a job has asked that has ended."""
    _let_go(slow_calls.c.job == job, connection)


def _let_go(those: ColumnElement[bool], connection: Connection) -> None:
    """Delete calls that nobody waits for, with what they were answered. One that lies with a service stays: it is booked if it is answered."""
    given_up = update(slow_calls).where(those, _UNANSWERED, _WITH_A_SERVICE)
    connection.execute(given_up.values(answer=GIVEN_UP, asked=""))
    over = those & ~_GIVEN_UP
    answers = media.c.id.in_(select(slow_calls.c.answer).where(over))
    kept = connection.execute(select(media.c.id, media.c.sha).where(answers)).all()
    connection.execute(delete(slow_calls).where(over))
    release(kept, connection)


def _book_untaken(resting: Select[tuple[str]], now: float, connection: Connection) -> None:
    """Book answers that no step has taken, at a price that nobody knows. A job has booked those that it took, one call each."""
    booked = select(func.count()).where(spends.c.job == jobs.c.id).scalar_subquery().label("booked")
    answered = slow_calls.c.status.between(200, 299)
    query = select(jobs.c.id, jobs.c.user, slow_calls.c.model, booked).join(slow_calls, slow_calls.c.job == jobs.c.id)
    query = query.where(jobs.c.id.in_(resting), jobs.c.ended.is_(None), answered).order_by(jobs.c.id, slow_calls.c.id)
    for _, calls in groupby(connection.execute(query).all(), key=lambda row: row.id):
        _book([one for number, one in enumerate(calls) if number >= one.booked], now, connection)


def _book_given_up(those: ColumnElement[bool], now: float, connection: Connection) -> None:
    """Book calls that were given up, at a price that nobody knows; each once, since it goes."""
    asked = select(slow_calls.c.job.label("id"), batches.c.user, slow_calls.c.model)
    asked = asked.join(batches, batches.c.id == slow_calls.c.batch).where(those, _GIVEN_UP)
    _book(connection.execute(asked).all(), now, connection)
    connection.execute(delete(slow_calls).where(those, _GIVEN_UP))


def _book(calls: Sequence[Row[*tuple[Any, ...]]], now: float, connection: Connection) -> None:
    told = {"step": "given up", "usd": None, "usage": "{}", "at": now}
    if calls:
        connection.execute(
            insert(spends), [{**told, "job": one.id, "user": one.user, "model": one.model} for one in calls]
        )


def _answer(row: Mapping[str, object], connection: Connection) -> bool:
    """Keep an answer; one that nobody waits for any more is of use to nobody."""
    if connection.execute(_ANSWER, row).rowcount:
        return True
    known = exists().where(slow_calls.c.id == row["call"], slow_calls.c.answer == media.c.id)
    unused = select(media.c.id, media.c.sha).where(media.c.id == row["media"], ~known)
    release(connection.execute(unused).all(), connection)
    return False


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

    What a job asked that has ended meanwhile, refused by a look beside it, is of use to nobody; neither is a wave of which all was given up.
    """
    over = select(jobs.c.id).where(jobs.c.ended.is_not(None))
    connection.execute(delete(slow_calls).where(_UNSENT, slow_calls.c.job.in_(over)), {"within": batch})
    asked = exists().where(slow_calls.c.wave == slow_waves.c.id, _UNANSWERED)
    connection.execute(delete(slow_waves).where(slow_waves.c.batch == batch, slow_waves.c.remote == "", ~asked))
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
