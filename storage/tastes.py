"""What ratings say of people's tastes: counted once each, faded, pooled, and taken out exactly. Plain functions of a connection.

A row of ``tasted`` says what one person said of one piece and how that is counted now, so whatever is said twice counts once, and what is taken
back is taken out. Every count stands four times: for the kind of work and for all kinds, anywhere and in the room.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from sqlalchemy import Connection, FromClause, and_, bindparam, delete, func, literal_column, select, tuple_, update
from sqlalchemy.sql.elements import ColumnElement

from core import taste
from core.ports import Hint, Tastes
from core.taste_log import Logged
from core.types import Chosen, Count, KeptPiece, Tally, Tasted
from storage.database import Database
from storage.tables import insert, pieces, taste_pools, taste_runs, tasted, tastes
from storage.values import dump, load

WEAKER_AGAINST = 0.5
"""What a choice among several says against each of the others, beside what it says for the one."""


class _Key(NamedTuple):
    """Where a count stands: in which room, for which kind of work, and which arm of which factor."""

    room: str
    kind: str
    factor: str
    arm: str


_SAID = select(tasted).where(tasted.c.about == bindparam("about"), tasted.c.user == bindparam("user"))
_new = insert(tasted)
_KEEP = _new.on_conflict_do_update(
    index_elements=[tasted.c.about, tasted.c.user],
    set_={name: _new.excluded[name] for name in ("said", "hinted", "counts", "at")},
)
_new_taste = insert(tastes)
_KEEP_TASTE = _new_taste.on_conflict_do_update(
    index_elements=[tastes.c.user, tastes.c.room, tastes.c.kind, tastes.c.factor, tastes.c.arm],
    set_={name: _new_taste.excluded[name] for name in ("good", "bad", "warm_good", "warm_bad", "tick")},
)
_new_run = insert(taste_runs)
_KEEP_RUN = _new_run.on_conflict_do_update(
    index_elements=[taste_runs.c.user, taste_runs.c.kind, taste_runs.c.factor],
    set_={name: _new_run.excluded[name] for name in ("tick", "run", "since")},
)
_new_pool = insert(taste_pools)
_ADD_TO_POOL = _new_pool.on_conflict_do_update(
    index_elements=[taste_pools.c.room, taste_pools.c.kind, taste_pools.c.factor, taste_pools.c.arm],
    set_={name: taste_pools.c[name] + _new_pool.excluded[name] for name in ("good", "bad")},
)
_DROP_EMPTY = delete(taste_pools).where(
    *(taste_pools.c[name] == bindparam(f"of_{name}") for name in _Key._fields),
    taste_pools.c.good == 0,
    taste_pools.c.bad == 0,
)
_PIECE = select(pieces.c.value).where(pieces.c.id == bindparam("piece"), pieces.c.deleted.is_(False))
_ROWS = select(tastes).where(
    tastes.c.user == bindparam("user"),
    tastes.c.room.in_(bindparam("rooms", expanding=True)),
    tastes.c.kind.in_(bindparam("kinds", expanding=True)),
    tuple_(tastes.c.factor, tastes.c.arm).in_(bindparam("arms", expanding=True)),
)
_RUNS = select(taste_runs).where(
    taste_runs.c.user == bindparam("user"), taste_runs.c.kind.in_(bindparam("kinds", expanding=True))
)

_all, _all_here, _room, _room_here = (taste_pools.alias() for _ in range(4))
_own, _own_here = tastes.alias(), tastes.alias()
_runs_of, _runs_here = taste_runs.alias(), taste_runs.alias()


def _of_arm(table: FromClause, **key: object) -> ColumnElement[bool]:
    """Where a table tells of the arm that a row is about."""
    same = (table.c[name] == _all.c[name] for name in ("factor", "arm") if name in table.c)
    return and_(*same, *(table.c[name] == value for name, value in key.items()))


_NONE: ColumnElement[int] = literal_column("0")
_QUARTERS: ColumnElement[float] = literal_column(f"{taste.QUARTERS}.0")
_USER: ColumnElement[str] = bindparam("user")
_IN: ColumnElement[str] = bindparam("room")
_KIND: ColumnElement[str] = bindparam("kind")
_KNOWN = (  # an arm a row: everybody has rated whatever anybody has, and the rest is looked up by its key
    select(
        _all.c.factor, _all.c.arm,
        _own.c.warm_good, _own.c.warm_bad, _own.c.tick, _runs_of.c.tick, _runs_of.c.since,
        _own_here.c.warm_good, _own_here.c.warm_bad, _own_here.c.tick, _runs_here.c.tick, _runs_here.c.since,
        *(
            func.coalesce(quarters, _NONE) / _QUARTERS
            for pool in (_room, _room_here, _all, _all_here)
            for quarters in (pool.c.good, pool.c.bad)
        ),
    )
    .select_from(
        _all.outerjoin(_own, _of_arm(_own, user=_USER, room="", kind=""))
        .outerjoin(_runs_of, _of_arm(_runs_of, user=_USER, kind=""))
        .outerjoin(_own_here, _of_arm(_own_here, user=_USER, room="", kind=_KIND))
        .outerjoin(_runs_here, _of_arm(_runs_here, user=_USER, kind=_KIND))
        .outerjoin(_room, _of_arm(_room, room=_IN, kind=""))
        .outerjoin(_room_here, _of_arm(_room_here, room=_IN, kind=_KIND))
        .outerjoin(_all_here, _of_arm(_all_here, room="", kind=_KIND))
    )
    .where(_all.c.room == "", _all.c.kind == "")
)  # fmt: skip
_OWN = select(tastes.c.factor, tastes.c.arm, tastes.c.good, tastes.c.bad).where(
    tastes.c.user == bindparam("user"), tastes.c.room == "", tastes.c.kind == ""
)


def known(user: str, room: str, kind: str, connection: Connection) -> list[Tally]:
    """All that is known of somebody's taste for a kind of work: their own, that of the room, and everybody's. One statement."""
    rows = connection.execute(_KNOWN, {"user": user, "room": room or "-", "kind": kind}).all()
    return [Tally(*row[:2], *_warm(*row[2:7]), *_warm(*row[7:12]), *row[12:]) for row in rows]


def _warm(good: float | None, bad: float | None, tick: int, now: int, since: int) -> tuple[float, float]:
    """What is left of somebody's counts; none that there are not."""
    if good is None or bad is None or tick < since:
        return 0.0, 0.0
    left = taste.DISCOUNT ** max(0, now - tick)
    return good * left, bad * left


def rated(
    piece: str, user: str, room: str, mine: float | None, teaches: bool, now: float, connection: Connection
) -> None:
    """Count what somebody's rating of a piece is by now; ``None``: they have none. What was never counted is not where it does not teach."""
    before = connection.execute(_SAID, {"about": piece, "user": user}).mappings().first()
    if before is None and (mine is None or not teaches):
        return
    made = _how_made(piece, None, connection) if before is None else load(Tasted, before["value"], f"tasted {piece}")
    if made is None or not made.choices:
        return
    said = None if mine is None else taste.quarters(mine)
    hinted = before["hinted"] if before else 0
    _keep(
        piece,
        user,
        before["room"] if before else room,
        made,
        said,
        hinted,
        before["counts"] if before else 0,
        now,
        connection,
    )


def hint(told: Hint, now: float, connection: Connection) -> None:
    """Count what somebody did with a piece, in place of what they did with it before. A rating of it outweighs that."""
    _hint(told, told.about, told.value, now, connection)
    for other in told.against:
        _hint(told, other, -told.value * WEAKER_AGAINST, now, connection, only_new=True)


def _hint(told: Hint, about: str, value: float, now: float, connection: Connection, *, only_new: bool = False) -> None:
    before = connection.execute(_SAID, {"about": about, "user": told.user}).mappings().first()
    if before is not None and only_new:
        return
    made = (
        _how_made(about, told.taste, connection) if before is None else load(Tasted, before["value"], f"tasted {about}")
    )
    if made is None or not made.choices:
        return
    said, counts = (before["said"], before["counts"]) if before else (None, 0)
    room = before["room"] if before else told.room
    _keep(about, told.user, room, made, said, taste.quarters(value), counts, now, connection)


def _how_made(piece: str, given: Tasted | None, connection: Connection) -> Tasted | None:
    if given is not None:
        return given
    value = connection.scalar(_PIECE, {"piece": piece})
    kept = load(KeptPiece, value, f"pieces {piece}") if value is not None else None
    return kept.piece.taste if kept else None


def _keep(
    about: str,
    user: str,
    room: str,
    made: Tasted,
    said: int | None,
    hinted: int,
    before: int,
    now: float,
    connection: Connection,
) -> None:
    counts = hinted if said is None else said
    row = {"about": about, "user": user, "room": room, "value": dump(made), "said": said, "hinted": hinted}
    connection.execute(_KEEP, row | {"counts": counts, "at": now})
    if counts != before:
        _count(user, room, made, before, counts, connection)


def _count(user: str, room: str, made: Tasted, taken: int, given: int, connection: Connection) -> None:
    """Take out of somebody's counts, and of the pools, what a piece counted for, and put in what it counts for now."""
    rooms, kinds = ({"", room}, {"", made.kind})
    runs = _runs(user, kinds, made.choices, taken, given, connection)
    keys = [_Key(of, kind, one.factor, one.arm) for of in rooms for kind in kinds for one in made.choices]
    arms = list({(key.factor, key.arm) for key in keys})
    values = {"user": user, "rooms": list(rooms), "kinds": list(kinds), "arms": arms}
    before = {
        _Key(row["room"], row["kind"], row["factor"], row["arm"]): row
        for row in connection.execute(_ROWS, values).mappings()
    }
    changed, pooled = [], []
    for key in keys:
        row, (tick, since) = before.get(key), runs[key.kind, key.factor]
        old = taste.Kept(**{name: row[name] for name in taste.Kept.__annotations__}) if row else taste.Kept()
        old = old if old.tick >= since else taste.Kept(old.good, old.bad, tick=old.tick)
        new = taste.counted(old, taken, given, tick)
        changed.append({"user": user, **key._asdict(), **vars(new)})
        shares = zip(taste.share(new.good, new.bad), taste.share(old.good, old.bad), strict=True)
        good, bad = (after - earlier for after, earlier in shares)
        pooled.append({**key._asdict(), "good": good, "bad": bad})
    connection.execute(_KEEP_TASTE, changed)
    connection.execute(_ADD_TO_POOL, pooled)


def _runs(
    user: str, kinds: Iterable[str], made: Sequence[Chosen], taken: int, given: int, connection: Connection
) -> Mapping[tuple[str, str], tuple[int, int]]:
    """Of each kind of work and factor the number of this rating, and since which one they count; what is merely taken back is none."""
    rows = connection.execute(_RUNS, {"user": user, "kinds": list(kinds)}).mappings()
    before = {(row["kind"], row["factor"]): row for row in rows}
    found, changed = {}, []
    for kind in kinds:
        for one in made:
            row = before.get((kind, one.factor))
            tick, run, since = (row["tick"], row["run"], row["since"]) if row else (0, 0, 0)
            if given and not taken:
                tick += 1
                run, anew = taste.run_after(run, given, one.why)
                since = tick if anew else since
            found[kind, one.factor] = tick, since
            changed.append({"user": user, "kind": kind, "factor": one.factor, "tick": tick, "run": run, "since": since})
    connection.execute(_KEEP_RUN, changed)
    return found


def own(user: str, connection: Connection) -> list[Count]:
    """How somebody likes each arm that they have said something of, over all kinds of work, unfaded."""
    rows = connection.execute(_OWN, {"user": user}).all()
    return [Count(factor, arm, good / taste.QUARTERS, (good + bad) / taste.QUARTERS) for factor, arm, good, bad in rows]


def drop(user: str, factor: str, arm: str, connection: Connection) -> None:
    """Forget what was learnt of one arm, also in the pools."""
    _take_out([tastes.c.user == user, tastes.c.factor == factor, tastes.c.arm == arm], connection)


def forget(user: str, connection: Connection) -> None:
    """Take everything of a person out of the counts, exactly."""
    _take_out([tastes.c.user == user], connection)
    connection.execute(delete(taste_runs).where(taste_runs.c.user == user))
    connection.execute(delete(tasted).where(tasted.c.user == user))


def _take_out(which: Sequence[ColumnElement[bool]], connection: Connection) -> None:
    rows = connection.execute(delete(tastes).where(*which).returning(tastes)).mappings().all()
    if rows:
        taken = [(_Key(*(row[name] for name in _Key._fields)), taste.share(row["good"], row["bad"])) for row in rows]
        added = [{**key._asdict(), "good": -good, "bad": -bad} for key, (good, bad) in taken]
        connection.execute(_ADD_TO_POOL, added)
        connection.execute(
            _DROP_EMPTY, [{f"of_{name}": value for name, value in key._asdict().items()} for key, _ in taken]
        )


def logged(connection: Connection) -> list[Logged]:
    """All that was said of pieces and counts, oldest first; people and rooms are numbers."""
    people: dict[str, int] = {}
    rooms: dict[str, int] = {"": 0}
    found = []
    for row in connection.execute(select(tasted).where(tasted.c.counts != 0).order_by(tasted.c.seq)).mappings():
        made = load(Tasted, row["value"], f"tasted {row['seq']}")
        if made is not None:
            person = people.setdefault(row["user"], len(people) + 1)
            room = rooms.setdefault(row["room"], len(rooms))
            found.append(Logged(row["at"], person, room, made, row["counts"] / taste.QUARTERS))
    return found


def move(old: str, new: str, connection: Connection) -> None:
    """Rename a room."""
    for table in (tasted, tastes, taste_pools):
        connection.execute(update(table).where(table.c.room != "", table.c.room == old).values(room=new))


class SqlTastes(Tastes):
    """``core.ports.Tastes`` in the database."""

    # ruff: noqa: D102 — the methods are described by the port

    _database: Database

    async def taste(self, user: str, room: str, kind: str) -> Sequence[Tally]:
        return await self._database.read(partial(known, user, room, kind))

    async def own_taste(self, user: str) -> Sequence[Count]:
        return await self._database.read(partial(own, user))

    async def drop_taste(self, user: str, factor: str, arm: str) -> None:
        await self._database.write(partial(drop, user, factor, arm))

    async def reset_taste(self, user: str) -> None:
        await self._database.write(partial(forget, user))
