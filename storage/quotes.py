"""What speaks of a piece elsewhere: turns of conversations, journals, requests, replies on their way, events of the web page.

Where a piece is deleted its words go everywhere; plain functions of a connection, run by the writer inside one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, or_, select, union, update
from sqlalchemy.sql.elements import ColumnElement

from core.types import Session
from storage import tables
from storage.changes import save_session
from storage.tables import events, jobs, pieces, replies, sessions, steps
from storage.values import load

AT_ONCE = 200
"""How many ids one statement looks for."""


def homes_of(gone: Collection[str], connection: Connection) -> set[str]:
    """The chats (``Place.home``) in which pieces were shown or made."""
    found: set[str] = set()
    for ids in _parts(gone):
        told = union(
            select(tables.shown.c.place).where(tables.shown.c.piece.in_(ids)),
            select(pieces.c.session).where(pieces.c.id.in_(ids)),
        )
        found |= {":".join(place.split(":")[:2]) for place in connection.scalars(told)}
    return found


def made_from(sources: Collection[str], connection: Connection) -> list[str]:
    """The pieces that were made from these, and from those, and so on."""
    found: list[str] = []
    newest = list(sources)
    while newest:
        children = [
            piece
            for ids in _parts(newest)
            for piece in connection.scalars(select(pieces.c.id).where(pieces.c.parent.in_(ids)))
        ]
        newest = [piece for piece in children if piece not in found and piece not in sources]
        found += newest
    return found


def unquote(gone: Collection[str], homes: Iterable[str], now: float, connection: Connection) -> None:
    """Take what pieces said out of everything that quotes them in these chats.

    Jobs that have ended need neither journal nor request any more, so those of the chats go as a whole. What was made from the pieces stays, with
    its captions, but is not told to a model again.
    """
    told = {*gone, *made_from(gone, connection)}
    for home in homes:
        _from_sessions(gone, told, home, now, connection)
        ended = select(jobs.c.id).where(_within(jobs.c.session, home), jobs.c.ended.is_not(None))
        connection.execute(delete(steps).where(steps.c.job.in_(ended)))
        connection.execute(update(jobs).where(jobs.c.id.in_(ended), jobs.c.request != "").values(request=""))
        _from_events(gone, home.partition(":")[2], connection)
    for ids in _parts(gone):
        quoting = or_(*(replies.c.value.contains(piece, autoescape=True) for piece in ids))
        connection.execute(update(replies).where(replies.c.sent.is_(None), quoting).values(value="", sent=now))


def _from_sessions(gone: Collection[str], told: set[str], home: str, now: float, connection: Connection) -> None:
    known = select(sessions.c.key, sessions.c.value).where(_within(sessions.c.key, home))
    for key, value in connection.execute(known).all():
        session = load(Session, value, f"sessions {key}")
        if session is None:
            continue
        turns = tuple(turn for turn in session.turns if told.isdisjoint(turn.pieces))
        last = None if session.last_picture in gone else session.last_picture
        if turns != session.turns or last != session.last_picture:
            save_session(session.model_copy(update={"turns": turns, "last_picture": last}), now, connection)


def _from_events(gone: Collection[str], chat: str, connection: Connection) -> None:
    """A message that showed nothing else says nothing any more. The page still knows that there was a picture, but not what it was called."""
    for ids in _parts(gone):
        quoting = or_(*(events.c.data.contains(piece, autoescape=True) for piece in ids))
        for seq, data in connection.execute(
            select(events.c.seq, events.c.data).where(events.c.chat == chat, quoting)
        ).all():
            event = json.loads(data)
            shown = event.get("pieces", ())
            if not any(piece["id"] in gone for piece in shown):
                continue
            alone = all(piece["id"] in gone for piece in shown)
            left = [piece | {"caption": ""} if piece["id"] in gone else piece for piece in shown]
            actions = [one for one in event["actions"] if not alone and one["id"].rpartition(":")[2] not in gone]
            blank = event | {"pieces": left, "actions": actions, "text": "" if alone else event["text"]}
            connection.execute(
                update(events).where(events.c.seq == seq).values(data=json.dumps(blank, ensure_ascii=False))
            )


def _within(column: ColumnElement[str], home: str) -> ColumnElement[bool]:
    """Keys that begin with a chat's; ``;`` is the sign after ``:``."""
    return (column >= f"{home}:") & (column < f"{home};")


def _parts(ids: Collection[str]) -> Iterable[list[str]]:
    every = list(ids)
    return (every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE))
