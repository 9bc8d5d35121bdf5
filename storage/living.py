"""Where messages are that show a changing thing: plain functions of a connection."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, select

from core.types import KeptReply, Place
from storage.tables import insert, living

LIVING_SECONDS = 180 * 24 * 3600
"""Seconds since its last change after which a message is no longer known; what is said under its name then begins a new one."""

AT_ONCE = 500

_FIND = select(living.c.message).where(living.c.place == bindparam("place"), living.c.name == bindparam("name"))
_NEW = insert(living)
_NOTE = _NEW.on_conflict_do_update(
    index_elements=[living.c.place, living.c.name],
    set_={"user": _NEW.excluded.user, "message": _NEW.excluded.message, "at": _NEW.excluded.at},
)


def find(place: Place, name: str, connection: Connection) -> str | None:
    """The message that shows what lives under a name."""
    return connection.scalar(_FIND, {"place": place.key, "name": name})


def note(reply: KeptReply, message: str, now: float, connection: Connection) -> None:
    """Remember as which message a reply that lives was delivered."""
    row = {"place": reply.place.key, "name": reply.reply.lives, "user": reply.user, "message": message, "at": now}
    connection.execute(_NOTE, row)


def sweep(now: float, connection: Connection) -> bool:
    """Forget some that did not change for long; whether there may be more."""
    old = select(living.c.place, living.c.name).where(living.c.at < now - LIVING_SECONDS).limit(AT_ONCE)
    rows = connection.execute(old).all()
    for row in rows:
        connection.execute(delete(living).where(living.c.place == row.place, living.c.name == row.name))
    return len(rows) == AT_ONCE
