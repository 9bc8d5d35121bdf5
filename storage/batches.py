"""Batches and their rows: plain functions of a connection, run inside the transaction of a ``Change``."""

# ruff: noqa: D102 — the methods are described by the port

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, true, update
from sqlalchemy.sql.elements import ColumnElement

from core.ports import Batches, BatchTurn
from core.types import Batch, BatchChange, BatchRow, BatchState, Counts, Place, RowError, RowState
from storage import slow
from storage.database import Database
from storage.tables import batch_rows, batches, insert, jobs, pieces, steps
from storage.values import dump, load

AT_ONCE = 400
"""How many keys one statement looks for."""

_ONE = select(batches.c.value).where(batches.c.id == bindparam("batch"))
_ROW = select(batch_rows.c.value).where(
    batch_rows.c.batch == bindparam("within"), batch_rows.c.number == bindparam("of")
)
_new = insert(batches)
_KEEP = _new.on_conflict_do_update(index_elements=[batches.c.id], set_={"value": _new.excluded.value})
_REVISE = update(batches).where(batches.c.id == bindparam("batch"))
_ROWS_OF = batch_rows.c.batch == bindparam("within")
_REVISE_ROW = update(batch_rows).where(_ROWS_OF, batch_rows.c.number == bindparam("of"))
_COUNTS = (
    select(batch_rows.c.state, func.count(), func.sum(batch_rows.c.usd), func.count(batch_rows.c.usd))
    .where(_ROWS_OF)
    .group_by(batch_rows.c.state)
)
_first = (
    select(batch_rows.c.number, batch_rows.c.value)
    .where(_ROWS_OF, batch_rows.c.state == RowState.WAITING.value)
    .order_by(batch_rows.c.number)
    .limit(1)
    .subquery()
)
_running, _asked = (
    select(func.count()).where(_ROWS_OF, batch_rows.c.state == state.value).scalar_subquery()
    for state in (RowState.RUNNING, RowState.ASKED)
)
_TURN = (
    select(
        batches.c.value, _running.label("running"), _asked.label("asked"), _first.c.number, _first.c.value.label("row")
    )
    .select_from(batches.outerjoin(_first, true()))
    .where(batches.c.id == bindparam("within"))
)
_STILL_THERE = select(pieces.c.id).where(pieces.c.id.in_(bindparam("ids", expanding=True)), pieces.c.deleted.is_(False))


class SqlBatches(Batches):
    """``core.ports.Batches`` in the database; a part of the store."""

    _database: Database

    async def batch(self, batch: str) -> Batch | None:
        value = await self._database.read(lambda connection: connection.scalar(_ONE, {"batch": batch}))
        return load(Batch, value, f"batches {batch}") if value else None

    async def batches(self, place: Place, user: str, limit: int) -> Sequence[Batch]:
        return await self._database.read(partial(_newest, place, user, limit))

    async def counts(self, batch: str) -> Counts:
        return await self._database.read(partial(_counts, batch))

    async def batch_rows(
        self,
        batch: str,
        states: Collection[RowState] = (),
        after: int = 0,
        limit: int = 100,
        below: float | None = None,
    ) -> Sequence[BatchRow]:
        return await self._database.read(partial(_rows, batch, states, after, limit, below))

    async def begun_pieces(self, batch: str) -> Sequence[str]:
        return await self._database.read(partial(_begun_pieces, batch))

    async def turn_of(self, batch: str) -> BatchTurn:
        return await self._database.read(partial(_turn, batch))

    async def made_before(self, user: str, keys: Collection[str]) -> Mapping[str, BatchRow]:
        return await self._database.read(partial(_made_before, user, keys))


def carry_out(change: BatchChange, now: float, connection: Connection) -> None:
    """Change a batch; one that is gone stays so."""
    if change.deleted:
        _delete(change.batch, now, connection)
        return
    if change.fields.get("state") is BatchState.CANCELLED:
        slow.give_up(change.batch, now, connection)
    if change.new is not None:
        _keep(change.new, change.rows, connection)
    if not _revise(change, connection):
        return
    for number, fields in change.row_fields.items():
        _revise_row(change.batch, number, fields, connection)
    _of_calls(change, connection)
    for before, after in change.turn.items():
        for row in _all(change.batch, before, connection):
            earlier = {"earlier": row.with_earlier()} if before is not RowState.KNOWN else {}
            _revise_row(change.batch, row.number, {"state": after, "error": None, **earlier}, connection)


def _revise(change: BatchChange, connection: Connection) -> bool:
    """Give a batch other values, unless it is gone; whether there is something that it waits for counts only while it runs.

    Where nothing but rows is changed it is not looked up: those of one that is gone are gone, too.
    """
    if not (change.fields or change.pauses or change.calls):
        return True
    if (value := connection.scalar(_ONE, {"batch": change.batch})) is None:
        return False
    fields, batch = dict(change.fields), load(Batch, value, f"batches {change.batch}")
    if batch and change.pauses and batch.state is BatchState.RUNNING:
        fields |= {"state": BatchState.PAUSED, "why": change.pauses}
    if batch and fields:
        revised = Batch.model_validate({**batch.model_dump(), **fields})
        connection.execute(_REVISE, {"batch": change.batch, "value": dump(revised)})
    return True


def _of_calls(change: BatchChange, connection: Connection) -> None:
    """What changes of the calls that lie with a service."""
    slow.ask(change.calls, connection)
    for wave, remote in change.sent.items():
        slow.sent(wave, remote, connection)
    for wave in change.ended_waves:
        slow.end(wave, connection)
    if change.at_once:
        slow.drop(change.batch, connection)


def suspend(user: str, connection: Connection) -> None:
    """Begin no further row for a person (by their key) who may come in no more: nobody could stop what they pay for."""
    for name, value in connection.execute(select(batches.c.id, batches.c.value).where(batches.c.user == user)).all():
        batch = load(Batch, value, f"batches {name}")
        if batch and (batch.state is BatchState.RUNNING or batch.why):
            paused = {"state": BatchState.PAUSED, "why": RowError(code="not-allowed-here")}
            connection.execute(_REVISE, {"batch": name, "value": dump(batch.model_copy(update=paused))})


def forget(user: str, now: float, connection: Connection) -> None:
    """Delete a person's batches, with their rows."""
    for batch in connection.scalars(select(batches.c.id).where(batches.c.user == user)).all():
        _delete(batch, now, connection)


def _begun_pieces(batch: str, connection: Connection) -> Sequence[str]:
    there = _of_rows(pieces.c.session, batch, connection)
    return connection.scalars(select(pieces.c.id).where(there, pieces.c.deleted.is_(False))).all()


def _of_rows(session: ColumnElement[str], batch: str, connection: Connection) -> ColumnElement[bool]:
    """Whether a session is that of a row (``core.features.batch``); ``/`` is the sign after ``.``."""
    home = connection.scalar(select(batches.c.home).where(batches.c.id == batch))
    return (session >= f"{home}:~{batch}.") & (session < f"{home}:~{batch}/")


def _delete(batch: str, now: float, connection: Connection) -> None:
    """Delete a batch with its rows, and what was said and heard for those."""
    slow.write_off(batch, now, connection)
    of_rows = select(jobs.c.id).where(_of_rows(jobs.c.session, batch, connection))
    connection.execute(delete(steps).where(steps.c.job.in_(of_rows)))
    connection.execute(update(jobs).where(jobs.c.id.in_(of_rows)).values(request=""))
    connection.execute(delete(batches).where(batches.c.id == batch))


def move(old: Place, new: Place, connection: Connection) -> None:
    """Take the batches of a chat along to the id it has now."""
    there = select(batches.c.id, batches.c.value).where(batches.c.home == old.home)
    for name, value in connection.execute(there).all():
        if batch := load(Batch, value, f"batches {name}"):
            place = batch.place.model_copy(update={"platform": new.platform, "chat": new.chat})
            row = {"batch": name, "home": place.home, "value": dump(batch.model_copy(update={"place": place}))}
            connection.execute(_REVISE, row)


def _keep(batch: Batch, rows: Iterable[BatchRow], connection: Connection) -> None:
    value = connection.scalar(_ONE, {"batch": batch.id})
    before = load(Batch, value, f"batches {batch.id}") if value else None
    if before and before.state is not BatchState.PLANNED:
        return  # it was planned before a crash, and started since
    row = {"id": batch.id, "user": batch.author.key, "home": batch.place.home, "value": dump(batch)}
    connection.execute(_KEEP, row)
    connection.execute(delete(batch_rows).where(batch_rows.c.batch == batch.id))
    if kept := [_row(batch.id, one) for one in rows]:
        connection.execute(insert(batch_rows), kept)


def _row(batch: str, row: BatchRow) -> dict[str, object]:
    known = {"number": row.number, "key": row.key, "state": row.state.value, "usd": row.usd, "score": row.score}
    return {"batch": batch, **known, "value": dump(row)}


def _revise_row(batch: str, number: int, fields: Mapping[str, Any], connection: Connection) -> None:
    value = connection.scalar(_ROW, {"within": batch, "of": number})
    if value is not None and (row := load(BatchRow, value, f"batch_rows {batch} {number}")):
        revised = BatchRow.model_validate({**row.model_dump(), **fields})
        told = {"state": revised.state.value, "usd": revised.usd, "score": revised.score}
        changed = {**told, "value": dump(revised)}
        connection.execute(_REVISE_ROW, {"within": batch, "of": number, **changed})


def _newest(place: Place, user: str, limit: int, connection: Connection) -> list[Batch]:
    known = select(batches.c.id, batches.c.value).where(batches.c.user == user, batches.c.home == place.home)
    rows = connection.execute(known.order_by(batches.c.seq.desc()).limit(limit)).all()
    return [batch for name, value in rows if (batch := load(Batch, value, f"batches {name}"))]


def _counts(batch: str, connection: Connection) -> Counts:
    found = connection.execute(_COUNTS, {"within": batch}).all()
    usd = sum(one[2] or 0.0 for one in found if one[0] != RowState.KNOWN)
    return Counts(
        rows={RowState(one[0]): one[1] for one in found}, usd=usd, unpriced=sum(one[1] - one[3] for one in found)
    )


def _turn(batch: str, connection: Connection) -> BatchTurn:
    found = connection.execute(_TURN, {"within": batch}).first()
    if found is None:
        return BatchTurn(None, 0, 0, None)
    row = load(BatchRow, found.row, f"batch_rows {batch} {found.number}") if found.row else None
    return BatchTurn(load(Batch, found.value, f"batches {batch}"), found.running, found.asked, row)


def _rows(
    batch: str, states: Collection[RowState], after: int, limit: int, below: float | None, connection: Connection
) -> list[BatchRow]:
    query = select(batch_rows.c.number, batch_rows.c.value).where(
        batch_rows.c.batch == batch, batch_rows.c.number > after
    )
    if states:
        query = query.where(batch_rows.c.state.in_([state.value for state in states]))
    if below is not None:
        query = query.where(batch_rows.c.score < below)
    query = query.order_by(batch_rows.c.number)
    found = connection.execute(query.limit(limit) if limit >= 0 else query).all()  # PostgreSQL has no limit below zero
    return [row for number, value in found if (row := load(BatchRow, value, f"batch_rows {batch} {number}"))]


def _all(batch: str, state: RowState, connection: Connection) -> list[BatchRow]:
    return _rows(batch, (state,), 0, -1, None, connection)


def _made_before(user: str, keys: Collection[str], connection: Connection) -> dict[str, BatchRow]:
    wanted, found = list(keys), dict[str, BatchRow]()
    for start in range(0, len(wanted), AT_ONCE):
        query = (
            select(batch_rows.c.key, batch_rows.c.value)
            .join(batches, batches.c.id == batch_rows.c.batch)
            .where(batch_rows.c.key.in_(wanted[start : start + AT_ONCE]), batches.c.user == user)
            .where(batch_rows.c.state.in_([RowState.DONE.value, RowState.KNOWN.value]))
            .order_by(batches.c.seq)
        )
        for key, value in connection.execute(query).all():
            if (row := load(BatchRow, value, f"batch_rows {key}")) and _are_there(row.pieces, connection):
                found[key] = row
    return found


def _are_there(ids: Sequence[str], connection: Connection) -> bool:
    return len(connection.scalars(_STILL_THERE, {"ids": list(ids)}).all()) == len(ids) > 0
