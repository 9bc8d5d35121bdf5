"""What was made, looked up by what it belongs to: plain functions of a connection."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, or_, select

from core.types import KeptPiece, PieceKind, Place
from storage.tables import pieces, shown, within
from storage.values import load

MOST_PICTURES = 100
"""Pictures of one piece that are looked up."""

AT_ONCE = 200
"""How many ids one statement looks for."""

_THERE = select(pieces.c.id, pieces.c.value).where(pieces.c.deleted.is_(False))
_NEWEST = (
    _THERE.where(
        pieces.c.session == bindparam("session"),
        pieces.c.kind.in_([PieceKind.TEXT.value, PieceKind.PICTURE.value]),
    )
    .order_by(pieces.c.seq.desc())
    .limit(bindparam("most"))
)
_NEWEST_IN = (
    _THERE.where(
        or_(pieces.c.session == bindparam("key"), pieces.c.session.between(bindparam("first"), bindparam("last"))),
        pieces.c.kind.in_([PieceKind.TEXT.value, PieceKind.PICTURE.value]),
        or_(  # also one's own that could not be delivered
            pieces.c.author == bindparam("person"),
            select(shown.c.seq)
            .where(
                shown.c.piece == pieces.c.id,
                shown.c.place == bindparam("home"),
                shown.c.person.in_(["", bindparam("person")]),
            )
            .exists(),
        ),
    )
    .order_by(pieces.c.seq.desc())
    .limit(bindparam("most"))
)
_DRAWN_FROM = (
    _THERE.where(
        pieces.c.parent == bindparam("piece"), pieces.c.parent.is_not(None), pieces.c.kind == PieceKind.PICTURE.value
    )
    .order_by(pieces.c.seq)
    .limit(MOST_PICTURES)
)
_OF_IDEAS = (
    _THERE.where(
        pieces.c.session.between(bindparam("first"), bindparam("last")),
        pieces.c.kind.in_([PieceKind.TEXT.value, PieceKind.PICTURE.value]),
        pieces.c.parent.is_(None),
        pieces.c.value.contains('"idea":{"board":', autoescape=True),
    )
    .order_by(pieces.c.seq.desc())
    .limit(bindparam("most"))
)


def newest(session: str, limit: int, connection: Connection) -> list[KeptPiece]:
    """The newest texts and pictures of a session, newest first."""
    return _read(connection.execute(_NEWEST, {"session": session, "most": limit}))


def newest_in(place: Place, person: str, limit: int, connection: Connection) -> list[KeptPiece]:
    """The newest texts and pictures of a place that a person may see there, newest first. Sessions of a place begin with its key."""
    span = {"key": place.key, "first": f"{place.key}:", "last": f"{place.key};"}
    return _read(connection.execute(_NEWEST_IN, {**span, "home": place.home, "person": person, "most": limit}))


def drawn_from(piece: str, connection: Connection) -> list[KeptPiece]:
    """The pictures that were drawn from a piece, oldest first."""
    return _read(connection.execute(_DRAWN_FROM, {"piece": piece}))


def of_ideas(place: Place, limit: int, connection: Connection) -> list[KeptPiece]:
    """The newest texts and pictures of a chat that were made of ideas of a board, newest first; what was made of those is left out."""
    span = {"first": f"{place.home}:", "last": f"{place.home};"}
    return _read(connection.execute(_OF_IDEAS, {**span, "most": limit}))


def of_ids(ids: Collection[str], connection: Connection) -> list[KeptPiece]:
    """The pieces of these ids that are still there, in their order."""
    wanted, found = list(ids), dict[str, KeptPiece]()
    for start in range(0, len(wanted), AT_ONCE):
        of_these: Select[Any] = _THERE.where(pieces.c.id.in_(wanted[start : start + AT_ONCE]))
        found |= {kept.piece.id: kept for kept in _read(connection.execute(of_these))}
    return [found[one] for one in wanted if one in found]


def copies_of(gone: Collection[str], homes: Iterable[str], connection: Connection) -> list[str]:
    """The files to keep, made in these chats, that repeat one of these pieces."""
    ids = list(gone)
    found: set[str] = set()
    for home in homes:
        for start in range(0, len(ids), AT_ONCE):
            found |= set(connection.scalars(_repeating(home, ids[start : start + AT_ONCE])))
    return sorted(found - set(ids))


def _repeating(home: str, ids: Collection[str]) -> Select[tuple[str]]:
    repeats = or_(*(pieces.c.value.contains(piece, autoescape=True) for piece in ids))
    return select(pieces.c.id).where(
        within(pieces.c.session, home),
        pieces.c.kind == PieceKind.DOCUMENT.value,
        pieces.c.deleted.is_(False),
        repeats,
    )


def _read(rows: Iterable[Row[Any]]) -> list[KeptPiece]:
    found = (load(KeptPiece, row.value, f"pieces {row.id}") for row in rows)
    return [kept for kept in found if kept]
