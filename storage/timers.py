"""What is to be done at a time: setting, cancelling and ending it are plain functions of a connection, run inside the transaction of a ``Change``."""

# ruff: noqa: D102 — the methods are described by the port

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial

from sqlalchemy import Connection, bindparam, delete, select, update

from core.ports import Change, ComingTimer, Timers
from core.types import Place, Timer
from storage.database import Database
from storage.tables import insert, timers
from storage.values import dump, load

_SET = insert(timers).on_conflict_do_nothing()
_TO_COME = timers.c.ended.is_(None)
_ONE = (timers.c.id == bindparam("timer"), _TO_COME)
_END = update(timers).where(*_ONE)
_BEGIN = update(timers).where(*_ONE).values(tries=timers.c.tries + 1, at=bindparam("again")).returning(timers.c.tries)
_HASTEN = update(timers).where(*_ONE).values(at=0.0)
_KNOWN = timers.c.what.in_(bindparam("known", expanding=True))
_NEXT = select(timers.c.id, timers.c.at, timers.c.value).where(_TO_COME, _KNOWN)
_NEXT = _NEXT.order_by(timers.c.at, timers.c.seq).limit(1)
_UNKNOWN = select(timers.c.what).where(_TO_COME, ~_KNOWN).distinct()


class SqlTimers(Timers):
    """``core.ports.Timers`` in the database; a part of the store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._news = asyncio.Event()
        self.tell_others: Callable[[], None] = lambda: None

    async def next_timer(self, known: Collection[str]) -> ComingTimer | None:
        return await self._database.read(partial(_next, known))

    async def unknown_timers(self, known: Collection[str]) -> Sequence[str]:
        values = {"known": list(known)}
        return await self._database.read(lambda connection: connection.scalars(_UNKNOWN, values).all())

    async def begin_timer(self, timer: str, again: float) -> int:
        values = {"timer": timer, "again": again}
        return await self._database.write(lambda connection: connection.scalar(_BEGIN, values)) or 0

    async def hasten_timer(self, timer: str) -> None:
        if await self._database.write(lambda connection: connection.execute(_HASTEN, {"timer": timer}).rowcount):
            self._tell()

    async def timer_set(self) -> None:
        await self._news.wait()
        self._news.clear()

    def _tell_of_timers(self, change: Change) -> None:
        """To be called once a change is committed."""
        if change.timers:
            self._tell()

    def _tell(self) -> None:
        self.hear_of_timers()
        self.tell_others()

    def hear_of_timers(self) -> None:
        """A timer was set, here or elsewhere."""
        self._news.set()


def set_all(new: Iterable[Timer], connection: Connection) -> None:
    """Keep timers; one whose id is known, also of a timer that is over, changes nothing."""
    rows = [
        {
            "id": timer.id,
            "at": timer.at,
            "what": timer.what,
            "owner": timer.owner,
            "home": timer.place.home,
            "value": dump(timer),
            "tries": 0,
        }
        for timer in new
    ]
    if rows:
        connection.execute(_SET, rows)


def end(ids: Iterable[str], now: float, connection: Connection) -> bool:
    """End timers, whether they were done or cancelled; ``False`` where none of them was still to come."""
    ended = [connection.execute(_END, {"timer": one, "value": "", "ended": now}).rowcount for one in ids]
    return any(ended)


def move(old: Place, new: Place, connection: Connection) -> None:
    """Take the timers of a chat along to the id it has now."""
    there = select(timers.c.id, timers.c.value).where(_TO_COME, timers.c.home == old.home)
    for name, value in connection.execute(there).all():
        timer = load(Timer, value, f"timers {name}")
        if timer is not None:
            place = timer.place.model_copy(update={"platform": new.platform, "chat": new.chat})
            moved = dump(timer.model_copy(update={"place": place}))
            connection.execute(update(timers).where(timers.c.id == name).values(home=place.home, value=moved))


def forget(user: str, connection: Connection) -> None:
    """Delete a person's timers, and those of rooms that name them."""
    named = (timers.c.owner == "") & timers.c.value.contains(json.dumps(user, ensure_ascii=False), autoescape=True)
    connection.execute(delete(timers).where((timers.c.owner == user) | named))


def _next(known: Collection[str], connection: Connection) -> ComingTimer | None:
    row = connection.execute(_NEXT, {"known": list(known)}).first()
    return row and ComingTimer(id=row.id, due=row.at, timer=load(Timer, row.value, f"timers {row.id}"))
