"""The durable events of chats whose messages live here."""

# ruff: noqa: D102 — the methods are described by the port

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Integer, Select, Text, bindparam, func, literal_column, select, update
from sqlalchemy.sql.elements import ColumnElement

from core.locks import Locks
from core.ports import EventLog, EventRow
from storage.database import Database
from storage.tables import events, insert
from storage.values import load_event

REMEMBERED = 10_000
"""Events of which it is known that they can be read."""

STRETCH = 2000
"""Events of a chat that are looked through at a time for those that answer a message: what others ask is read in between."""

_ROW = select(events.c.seq, events.c.data, events.c.only)
_BY_KEY = _ROW.where(events.c.chat == bindparam("chat"), events.c.key == bindparam("key"))
_AFTER = (
    _ROW.where(events.c.chat == bindparam("chat"), events.c.seq > bindparam("after"))
    .order_by(events.c.seq)
    .limit(bindparam("most"))
    .execution_options(stream_results=True, max_row_buffer=20)
)
_STRETCH = (
    select(events.c.seq)
    .where(events.c.chat == bindparam("chat"), events.c.seq > bindparam("after"))
    .order_by(events.c.seq)
    .offset(STRETCH - 1)
    .limit(1)
)
_NEWEST = select(func.max(events.c.seq)).where(events.c.chat == bindparam("chat"))
_can_read: dict[int, int] = {}
"""The events that were read last, by number, each with the hash of its data. Threads share it: nothing here takes two steps that belong together."""

_earlier = events.alias()
_added_chat, _added_seq = literal_column("events.chat", Text), literal_column("events.seq", Integer)
_BEFORE = select(func.coalesce(func.max(_earlier.c.seq), 0)).where(
    _earlier.c.chat == _added_chat, _earlier.c.seq < _added_seq
)
_ADD = insert(events).on_conflict_do_nothing().returning(events.c.seq, _BEFORE.scalar_subquery().label("before"))


class SqlEventLog(EventLog):
    """``core.ports.EventLog`` in the database."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        """``clock`` gives the time in seconds since the epoch."""
        self._database = database
        self._clock = clock
        self._looking: Locks[str] = Locks()

    async def append(self, chat: str, key: str, user: str, data: str, *, message: str = "", only: str = "") -> EventRow:
        row: dict[str, Any] = {"chat": chat, "key": key, "user": user, "data": data, "at": self._clock()}
        return await self._database.write(partial(_append, row | {"message": message, "only": only}))

    async def find(self, chat: str, key: str) -> EventRow | None:
        return await self._database.read(partial(_find, chat, key))

    async def offer(self, chat: str, message: str, action: str) -> str | None:
        return await self._database.read(partial(_offer, chat, message, action))

    async def said(self, chat: str, message: str) -> str | None:
        return await self._database.read(partial(_said, chat, message))

    async def shows(self, chat: str, message: str) -> bool:
        return await self._database.read(partial(_shows, chat, message))

    async def answers(self, chat: str, request: str) -> Sequence[EventRow]:
        found: list[EventRow] = []
        end: int | None = 0
        async with self._looking.of(chat):  # however many ask: few threads read, and each of them serves everybody
            while end is not None:
                answers, end = await self._database.read(partial(_answers, chat, request, end))
                found += answers
        return found

    async def blank(self, chat: str, message: str) -> None:
        await self._database.write(partial(_blank, chat, message))

    async def newest(self, chat: str) -> int:
        return await self._database.read(partial(_newest, chat))

    async def after(self, chat: str, seq: int, limit: int = 500, size: int = 2**20) -> Sequence[EventRow]:
        return await self._database.read(partial(_after, chat, seq, limit, size))


def _append(row: dict[str, Any], connection: Connection) -> EventRow:
    added = connection.execute(_ADD, row).first()
    if added is not None:
        _note_read(added.seq, row["data"])
        return EventRow(seq=added.seq, data=row["data"], only=row["only"], before=added.before)
    known = connection.execute(_BY_KEY, {"chat": row["chat"], "key": row["key"]}).one()
    return EventRow(seq=known.seq, data=known.data, only=known.only)


def _find(chat: str, key: str, connection: Connection) -> EventRow | None:
    row = connection.execute(_BY_KEY, {"chat": chat, "key": key}).first()
    return None if row is None else _event_row(row)


def _offer(chat: str, message: str, action: str, connection: Connection) -> str | None:
    """Of thousands of presses under one message hardly any is parsed: they do not hold the action."""
    held = events.c.data.contains(json.dumps(action, ensure_ascii=False), autoescape=True)
    offers = partial(_offers, action)
    return _newest_that(offers, _ROW.where(*_of(chat, message), held), connection)


def _offers(action: str, event: dict[str, Any]) -> bool:
    return any(button["id"] == action for button in event.get("actions", ()))


def _said(chat: str, message: str, connection: Connection) -> str | None:
    return _newest_that(lambda event: bool(event.get("text")), _ROW.where(*_of(chat, message)), connection)


def _shows(chat: str, message: str, connection: Connection) -> bool:
    of_it = _ROW.where(*_of(chat, message))
    return _newest_that(lambda event: bool(event.get("text") or event.get("pieces")), of_it, connection) is not None


def _answers(chat: str, request: str, after: int, connection: Connection) -> tuple[list[EventRow], int | None]:
    """Those of the next stretch of a chat's events, and where that ends; ``None`` at the end of all.

    This is asked for by programs alone, so there is no index: events are looked through for the name of the request.
    """
    end: int | None = connection.scalar(_STRETCH, {"chat": chat, "after": after})
    named = events.c.data.contains(json.dumps(request, ensure_ascii=False), autoescape=True)
    there = (events.c.chat == chat, events.c.seq > after, *([] if end is None else [events.c.seq <= end]))
    found = _read(_ROW.where(*there, named), connection)
    answers = [(seq, event) for seq, event in found if event.get("in_reply_to") == request]
    return [EventRow(seq=seq, data=json.dumps(event)) for seq, event in answers], end


def _blank(chat: str, message: str, connection: Connection) -> None:
    for seq, event in _read(_ROW.where(*_of(chat, message)), connection):
        blank = json.dumps(event | {"text": "", "pieces": [], "actions": []}, ensure_ascii=False)
        connection.execute(update(events).where(events.c.seq == seq).values(data=blank))


def _of(chat: str, message: str) -> tuple[ColumnElement[bool], ...]:
    """Which events show a message."""
    return events.c.chat == chat, events.c.message == message, events.c.message != ""


def _newest_that(fits: Callable[[dict[str, Any]], bool], which: Select[Any], connection: Connection) -> str | None:
    """The data of the newest of some events that fits; the others are not even fetched, since a board's message has thousands of states."""
    newest = which.order_by(events.c.seq.desc()).execution_options(stream_results=True, max_row_buffer=20)
    with connection.execute(newest) as rows:
        for row in rows:
            if (event := load_event(row.data, f"events {row.seq}")) and fits(event):
                return str(row.data)
    return None


def _read(which: Select[Any], connection: Connection) -> list[tuple[int, dict[str, Any]]]:
    """Events in their order, those that can be read."""
    rows = connection.execute(which.order_by(events.c.seq))
    found = ((row.seq, load_event(row.data, f"events {row.seq}")) for row in rows)
    return [(seq, event) for seq, event in found if event]


def _newest(chat: str, connection: Connection) -> int:
    return connection.scalar(_NEWEST, {"chat": chat}) or 0


def _event_row(row: Any) -> EventRow:
    """A row as it is handed out: of one that cannot be read there is only its number, so that whoever follows the chat gets past it."""
    if _can_read.get(row.seq) != hash(row.data):
        if not load_event(row.data, f"events {row.seq}"):
            return EventRow(seq=row.seq, data="", only=row.only)
        _note_read(row.seq, row.data)
    return EventRow(seq=row.seq, data=row.data, only=row.only)


def _note_read(seq: int, data: str) -> None:
    """Remember that an event can be read as it stands: everybody who looks at a room gets past it, and it is looked into once."""
    if len(_can_read) >= REMEMBERED:
        _can_read.clear()
    _can_read[seq] = hash(data)


def _after(chat: str, seq: int, limit: int, size: int, connection: Connection) -> list[EventRow]:
    """Rows are read one by one, so that what is too much is not even fetched."""
    found: list[EventRow] = []
    with connection.execute(_AFTER, {"chat": chat, "after": seq, "most": limit}) as rows:
        for row in rows:
            found.append(_event_row(row))
            size -= len(row.data)
            if size <= 0:
                break
    return found
