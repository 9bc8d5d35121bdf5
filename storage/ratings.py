"""Who rated a piece, and how: of each person the newest valued reaction that is still there counts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, delete, func, select

from core.ports import Rating
from core.types import RATED, Rater, Score
from storage import tastes
from storage.tables import insert, pieces, ratings, shown

_BY = (ratings.c.piece == bindparam("of"), ratings.c.user == bindparam("by"))
_IS_THERE = select(pieces.c.id).where(
    pieces.c.id == bindparam("of"), pieces.c.deleted.is_(False), pieces.c.kind.in_(sorted(RATED))
)
_LAST_TURN = select(func.max(ratings.c.turn)).where(*_BY)
_TAKE_BACK = delete(ratings).where(*_BY, ratings.c.emoji == bindparam("with_emoji"))
_new = insert(ratings)
_RATE = _new.on_conflict_do_update(
    index_elements=[ratings.c.piece, ratings.c.user, ratings.c.emoji],
    set_={
        "value": _new.excluded.value,
        "turn": _new.excluded.turn,
        "name": _new.excluded.name,
        "home": _new.excluded.home,
    },
)
_VALUED = (
    select(ratings.c.user, ratings.c.value, ratings.c.name, ratings.c.home)
    .where(ratings.c.piece == bindparam("of"), ratings.c.value.is_not(None))
    .order_by(ratings.c.turn)
)


def carry_out(changes: Iterable[Rating], now: float, connection: Connection) -> dict[str, Score]:
    """Set or take back what somebody says of pieces; the new scores. Whether a button gives or takes is decided by the first of its pieces."""
    rated: dict[str, Score] = {}
    for change in changes:
        added = change.added
        if added is None:
            added = score(change.pieces[0], change.user, connection).mine != change.value
        for piece in change.pieces:
            if change.instead_of:
                rate(piece, change.user, change.instead_of, None, False, connection)
            rated[piece] = rate(
                piece, change.user, change.emoji, change.value, added, connection, change.name, change.home
            )
            mine = newest(piece, connection).get(change.user)
            tastes.rated(piece, change.user, change.room, mine, change.teaches, now, connection)
    return rated


def rate(
    piece: str,
    user: str,
    emoji: str,
    value: float | None,
    added: bool,
    connection: Connection,
    name: str = "",
    home: str = "",
) -> Score:
    """Set or take back one person's reaction to a piece (nothing where there is no such piece); the new score, with theirs.

    An emoji without a value is kept, and changes nothing.
    """
    if not added:
        connection.execute(_TAKE_BACK, {"of": piece, "by": user, "with_emoji": emoji})
    elif connection.execute(_IS_THERE, {"of": piece}).first() is not None:
        turn = (connection.execute(_LAST_TURN, {"of": piece, "by": user}).scalar() or 0) + 1
        row = {"piece": piece, "user": user, "emoji": emoji, "value": value, "turn": turn, "name": name, "home": home}
        connection.execute(_RATE, row)
    return score(piece, user, connection)


def clear(place: str, message: str, emoji: str | None, now: float, connection: Connection) -> None:
    """Take all reactions, or those of one emoji, on the pieces that a message shows away."""
    seen = select(shown.c.piece).where(shown.c.place == place, shown.c.message == message)
    gone = delete(ratings).where(ratings.c.piece.in_(seen)).returning(ratings.c.piece, ratings.c.user)
    taken = connection.execute(gone if emoji is None else gone.where(ratings.c.emoji == emoji)).all()
    for piece, user in {(row.piece, row.user) for row in taken}:
        tastes.rated(piece, user, "", newest(piece, connection).get(user), False, now, connection)


def score(piece: str, user: str, connection: Connection) -> Score:
    """A piece's score and what ``user`` gave."""
    given = newest(piece, connection)
    return Score(score=sum(given.values()), count=len(given), mine=given.get(user, 0.0))


def newest(piece: str, connection: Connection) -> dict[str, float]:
    """The newest valued rating of each person (by their key) who rated a piece."""
    return {row.user: row.value for row in connection.execute(_VALUED, {"of": piece})}


def raters(piece: str, home: str, connection: Connection) -> list[Rater]:
    """Who rated a piece, of whose ratings the newest was given in this chat."""
    rows = {row.user: row for row in connection.execute(_VALUED, {"of": piece})}
    return [Rater(user=row.user, name=row.name, value=row.value) for row in rows.values() if row.home == home]
