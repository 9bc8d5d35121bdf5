"""What lets people onto pages of ours: kept by the hash of its secret, used once, gone when it is over."""

# ruff: noqa: D102 — the methods are described by the port

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from sqlalchemy import Connection, bindparam, delete, select, update

from core.ports import InboxRow, Tickets
from core.types import JobState, KeptPiece, Place, Ticket
from storage.database import Database
from storage.tables import inbox, insert, jobs, piece_media, pieces, tickets
from storage.values import dump, load

AT_ONCE = 500

_ADD = insert(tickets).on_conflict_do_nothing()
_FIND = select(tickets.c.value).where(tickets.c.id == bindparam("ticket"), tickets.c.ends > bindparam("now"))
_USE = update(tickets).where(tickets.c.id == bindparam("ticket"), tickets.c.used.is_(False))
_STATE = select(jobs.c.state).where(jobs.c.id == bindparam("job"))
_TAKEN = select(inbox.c.handled).where(inbox.c.id == bindparam("row"))
_MADE = (
    select(pieces.c.value)
    .join(piece_media, piece_media.c.piece == pieces.c.id)
    .where(piece_media.c.media == bindparam("media"), pieces.c.kind == "picture", pieces.c.deleted.is_(False))
    .order_by(pieces.c.seq.desc())
    .limit(1)
)


class SqlTickets(Tickets):
    """``core.ports.Tickets`` in the database; a part of the store."""

    _database: Database
    _clock: Callable[[], float]

    async def ticket(self, ticket: str) -> Ticket | None:
        return await self._database.read(partial(_find, ticket, self._clock()))

    async def use_ticket(self, ticket: str, filled: Mapping[str, str], row: InboxRow) -> bool:
        return await self._database.write(partial(_use, ticket, filled, row, self._clock()))

    async def outcome(self, ticket: Ticket, media: str) -> tuple[JobState | None, KeptPiece | None]:
        return await self._database.read(partial(_outcome, ticket, media))


def add(new: Iterable[Ticket], connection: Connection) -> None:
    """Keep tickets; one whose id is known changes nothing."""
    rows = [
        {
            "id": one.id,
            "user": one.user.key,
            "piece": one.piece,
            "value": dump(one),
            "ends": one.ends,
            "used": one.used,
        }
        for one in new
    ]
    if rows:
        connection.execute(_ADD, rows)


def drop(piece: str, author: str, connection: Connection) -> None:
    """Forget the tickets for a piece that is deleted, and what its author sent by others: one of them may have led to it."""
    told = (tickets.c.user == author) & tickets.c.used.is_(True)
    connection.execute(delete(tickets).where((tickets.c.piece == piece) | told))


def move(old: Place, new: Place, connection: Connection) -> None:
    """Let the open tickets of a chat lead to the id it has now, where the number of their message means another one."""
    there = (
        (tickets.c.ends > time.time())
        & tickets.c.used.is_(False)
        & tickets.c.value.contains(f'"{old.chat}"', autoescape=True)
    )
    for name, value in connection.execute(select(tickets.c.id, tickets.c.value).where(there)).all():
        ticket = load(Ticket, value, f"tickets {name}")
        if ticket is not None and ticket.place.home == old.home:
            place = ticket.place.model_copy(update={"platform": new.platform, "chat": new.chat})
            moved = dump(ticket.model_copy(update={"place": place, "message": ""}))
            connection.execute(update(tickets).where(tickets.c.id == name).values(value=moved))


def sweep(now: float, connection: Connection) -> bool:
    """Forget some that are over; whether there may be more."""
    old = select(tickets.c.id).where(tickets.c.ends < now).limit(AT_ONCE)
    return connection.execute(delete(tickets).where(tickets.c.id.in_(old))).rowcount == AT_ONCE


def _find(ticket: str, now: float, connection: Connection) -> Ticket | None:
    value = connection.scalar(_FIND, {"ticket": ticket, "now": now})
    return value and load(Ticket, value, f"tickets {ticket}")


def _use(ticket: str, filled: Mapping[str, str], row: InboxRow, now: float, connection: Connection) -> bool:
    known = _find(ticket, now, connection)
    if known is None or known.used:
        return False
    value = dump(known.model_copy(update={"filled": dict(filled)}))
    connection.execute(_USE, {"ticket": ticket, "value": value, "used": True})
    connection.execute(insert(inbox).on_conflict_do_nothing(), {**row.model_dump(), "taken": now})
    return True


def _outcome(ticket: Ticket, media: str, connection: Connection) -> tuple[JobState | None, KeptPiece | None]:
    state = connection.scalar(_STATE, {"job": ticket.job})
    if state is None and connection.scalar(_TAKEN, {"row": ticket.inbox}) is not None:
        state = JobState.FAILED  # it was refused before there was a job
    value = connection.scalar(_MADE, {"media": media}) if media else None
    return state and JobState(state), value and load(KeptPiece, value, "pieces made by a ticket")
