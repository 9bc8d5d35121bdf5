"""The durable events of chats whose messages live here."""

# ruff: noqa: D102 — the methods are described by the port

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from core.ports import EventLog, EventRow
from storage.database import Database
from storage.tables import events, insert
from storage.values import load_event

_ROW = select(events.c.seq, events.c.data)
_BY_KEY = _ROW.where(events.c.chat == bindparam("chat"), events.c.key == bindparam("key"))
_AFTER = (
    _ROW.where(events.c.chat == bindparam("chat"), events.c.seq > bindparam("after"))
    .order_by(events.c.seq)
    .limit(bindparam("most"))
    .execution_options(stream_results=True, max_row_buffer=20)
)
_NEWEST = select(func.max(events.c.seq)).where(events.c.chat == bindparam("chat"))
_ADD = insert(events).on_conflict_do_nothing().returning(events.c.seq)


class SqlEventLog(EventLog):
    """``core.ports.EventLog`` in the database."""

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        """``clock`` gives the time in seconds since the epoch."""
        self._database = database
        self._clock = clock

    async def append(self, chat: str, key: str, user: str, data: str) -> EventRow:
        row: dict[str, Any] = {"chat": chat, "key": key, "user": user, "data": data, "at": self._clock()}
        return await self._database.write(partial(_append, row))

    async def find(self, chat: str, key: str) -> EventRow | None:
        return await self._database.read(partial(_find, chat, key))

    async def offer(self, chat: str, message: str, action: str) -> str | None:
        return await self._database.read(partial(_offer, chat, message, action))

    async def said(self, chat: str, message: str) -> str | None:
        return await self._database.read(partial(_said, chat, message))

    async def answers(self, chat: str, request: str) -> Sequence[EventRow]:
        return await self._database.read(partial(_answers, chat, request))

    async def blank(self, chat: str, message: str) -> None:
        await self._database.write(partial(_blank, chat, message))

    async def newest(self, chat: str) -> int:
        return await self._database.read(partial(_newest, chat))

    async def after(self, chat: str, seq: int, limit: int = 500, size: int = 2**20) -> Sequence[EventRow]:
        return await self._database.read(partial(_after, chat, seq, limit, size))


def _append(row: dict[str, Any], connection: Connection) -> EventRow:
    seq = connection.execute(_ADD, row).scalar()
    if seq is not None:
        return EventRow(seq=seq, data=row["data"])
    known = connection.execute(_BY_KEY, {"chat": row["chat"], "key": row["key"]}).one()
    return EventRow(seq=known.seq, data=known.data)


def _find(chat: str, key: str, connection: Connection) -> EventRow | None:
    row = connection.execute(_BY_KEY, {"chat": chat, "key": key}).first()
    return None if row is None else _event_row(row.seq, row.data)


def _offer(chat: str, message: str, action: str, connection: Connection) -> str | None:
    offers = [
        event
        for _, event in _about(chat, message, connection, action)
        if any(button["id"] == action for button in event.get("actions", ()))
    ]
    return json.dumps(offers[-1]) if offers else None


def _said(chat: str, message: str, connection: Connection) -> str | None:
    said = [event for _, event in _about(chat, message, connection) if event.get("text")]
    return json.dumps(said[-1]) if said else None


def _answers(chat: str, request: str, connection: Connection) -> list[EventRow]:
    found = _naming(chat, request, connection)
    return [EventRow(seq=seq, data=json.dumps(event)) for seq, event in found if event.get("in_reply_to") == request]


def _blank(chat: str, message: str, connection: Connection) -> None:
    for seq, event in _about(chat, message, connection):
        blank = json.dumps(event | {"text": "", "pieces": [], "actions": []}, ensure_ascii=False)
        connection.execute(update(events).where(events.c.seq == seq).values(data=blank))


def _about(chat: str, message: str, connection: Connection, *also: str) -> list[tuple[int, dict[str, Any]]]:
    """The events of a message, of those that hold ``also`` these."""
    return [(seq, event) for seq, event in _naming(chat, message, connection, *also) if event.get("message") == message]


def _naming(chat: str, message: str, connection: Connection, *also: str) -> list[tuple[int, dict[str, Any]]]:
    """The events in which a message is named. A chat's are few, and this is asked for only when somebody presses, replies or asks: they are looked
    through, and only those that hold ``also`` these are parsed, of thousands of presses under one message none.
    """
    held = (events.c.data.contains(json.dumps(one, ensure_ascii=False), autoescape=True) for one in (message, *also))
    known = _ROW.where(events.c.chat == chat, *held)
    found = ((seq, load_event(data, f"events {seq}")) for seq, data in connection.execute(known.order_by(events.c.seq)))
    return [(seq, event) for seq, event in found if event]


def _newest(chat: str, connection: Connection) -> int:
    return connection.scalar(_NEWEST, {"chat": chat}) or 0


def _event_row(seq: int, data: str) -> EventRow:
    """A row as it is handed out: of one that cannot be read there is only its number, so that whoever follows the chat gets past it."""
    return EventRow(seq=seq, data=data if load_event(data, f"events {seq}") else "")


def _after(chat: str, seq: int, limit: int, size: int, connection: Connection) -> list[EventRow]:
    """Rows are read one by one, so that what is too much is not even fetched."""
    found: list[EventRow] = []
    with connection.execute(_AFTER, {"chat": chat, "after": seq, "most": limit}) as rows:
        for row in rows:
            found.append(_event_row(row.seq, row.data))
            size -= len(row.data)
            if size <= 0:
                break
    return found
