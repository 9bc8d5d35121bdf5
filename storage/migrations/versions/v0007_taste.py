"""What people like: what they said of pieces and how it counts. It begins with the styles of what was rated before."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

QUARTERS, CAP = 4, 32
"""As they were when this was written: a rating in whole quarters, and how many of them a person counts for among others."""


def upgrade() -> None:
    """Add the tables, and count the ratings that there are: of each person the newest of each piece, in the order in which pieces were made."""
    _add_tables()
    connection = op.get_bind()
    counts: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    ticks: Counter[tuple[str, str, str]] = Counter()
    for piece, user, room, value, made, at in _rated(connection):
        given = max(-QUARTERS, min(QUARTERS, round(value * QUARTERS)))
        connection.execute(
            sa.text(
                'INSERT INTO tasted (about, "user", room, value, said, hinted, counts, at)'
                " VALUES (:about, :user, :room, :value, :said, 0, :said, :at)"
            ),
            {"about": piece, "user": user, "room": room, "value": json.dumps(made), "said": given, "at": at},
        )
        for one in made["choices"] if given else ():
            for kind in ("", made["kind"]):
                ticks[user, kind, one["factor"]] += 1
                for of in {"", room}:
                    counts[user, of, kind, one["factor"], one["arm"]][given < 0] += abs(given)
    _keep(connection, counts, ticks)


def _rated(connection: sa.Connection) -> Iterator[tuple[str, str, str, float, dict[str, Any], float]]:
    """Each newest rating with the room it was given in, and how its piece was made. A chat in which two people rated is a room."""
    newest: dict[tuple[str, str], Any] = {}
    rooms: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(
        sa.text('SELECT piece, "user", value, home FROM ratings WHERE value IS NOT NULL ORDER BY turn')
    ):
        newest[row.piece, row.user] = row
        rooms[row.home].add(row.user)
    known = connection.execute(sa.text("SELECT id, value, created FROM pieces WHERE NOT deleted ORDER BY seq")).all()
    by_piece: dict[str, list[Any]] = defaultdict(list)
    for row in newest.values():
        by_piece[row.piece].append(row)
    for piece, value, created in known:
        for row in by_piece.get(piece, ()):
            made = _how_made(value)
            if made:
                room = row.home if row.home and len(rooms[row.home]) > 1 else ""
                yield piece, row.user, room, row.value, made, created


def _how_made(value: str) -> dict[str, Any] | None:
    """The kind of work and the style of a piece; nothing where it had none, or cannot be read."""
    try:
        parameters = json.loads(value)["piece"]["parameters"]
        command, options = str(parameters["command"]), parameters["options"]
        style = options["style"]
    except (ValueError, KeyError, TypeError):
        return None
    kind = {"image": "picture", "illustrate": "story", "continue": "story", "revise": "story"}.get(command, command)
    kind = str(options.get("recipe", kind)) if command == "recipe" else kind
    chosen = {"factor": "style", "arm": style, "why": "asked", "propensity": None}
    return {"kind": kind, "choices": [chosen]} if isinstance(style, str) and style else None


def _keep(
    connection: sa.Connection,
    counts: Mapping[tuple[str, ...], list[int]],
    ticks: Mapping[tuple[str, str, str], int],
) -> None:
    """Keep the counts, and what each person counts for in their rooms and among all."""
    pools: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    for (user, room, kind, factor, arm), (good, bad) in counts.items():
        connection.execute(
            sa.text(
                'INSERT INTO tastes ("user", room, kind, factor, arm, good, bad, warm_good, warm_bad, tick)'
                " VALUES (:user, :room, :kind, :factor, :arm, :good, :bad, :warm_good, :warm_bad, :tick)"
            ),
            {
                **{"user": user, "room": room, "kind": kind, "factor": factor, "arm": arm, "good": good, "bad": bad},
                **{"warm_good": good / QUARTERS, "warm_bad": bad / QUARTERS, "tick": ticks[user, kind, factor]},
            },
        )
        shared = (good, bad) if good + bad <= CAP else _capped(good, bad)
        pools[room, kind, factor, arm][0] += shared[0]
        pools[room, kind, factor, arm][1] += shared[1]
    for (user, kind, factor), tick in ticks.items():
        connection.execute(
            sa.text(
                'INSERT INTO taste_runs ("user", kind, factor, tick, run, since) VALUES (:user, :kind, :factor, :tick, 0, 0)'
            ),
            {"user": user, "kind": kind, "factor": factor, "tick": tick},
        )
    for (room, kind, factor, arm), (good, bad) in pools.items():
        connection.execute(
            sa.text(
                "INSERT INTO taste_pools (room, kind, factor, arm, good, bad) VALUES (:room, :kind, :factor, :arm, :good, :bad)"
            ),
            {"room": room, "kind": kind, "factor": factor, "arm": arm, "good": good, "bad": bad},
        )


def _capped(good: int, bad: int) -> tuple[int, int]:
    most = (CAP * good * 2 + good + bad) // (2 * (good + bad))
    return most, CAP - most


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _whole(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _real(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float(), nullable=False)


def _add_tables() -> None:
    op.create_table(
        "tasted",
        _whole("seq"),
        *map(_text, ("about", "user", "room", "value")),
        sa.Column("said", sa.Integer(), nullable=True),
        *map(_whole, ("hinted", "counts")),
        _real("at"),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("tasted_about", "tasted", ["about", "user"], unique=True)
    op.create_index("tasted_user", "tasted", ["user"])
    op.create_index(
        "tasted_room", "tasted", ["room"], sqlite_where=sa.text("room != ''"), postgresql_where=sa.text("room != ''")
    )
    op.create_table(
        "tastes",
        *map(_text, ("user", "room", "kind", "factor", "arm")),
        *map(_whole, ("good", "bad")),
        *map(_real, ("warm_good", "warm_bad")),
        _whole("tick"),
        sa.PrimaryKeyConstraint("user", "room", "kind", "factor", "arm"),
    )
    op.create_index(
        "tastes_room", "tastes", ["room"], sqlite_where=sa.text("room != ''"), postgresql_where=sa.text("room != ''")
    )
    op.create_table(
        "taste_runs",
        *map(_text, ("user", "kind", "factor")),
        *map(_whole, ("tick", "run", "since")),
        sa.PrimaryKeyConstraint("user", "kind", "factor"),
    )
    op.create_table(
        "taste_pools",
        *map(_text, ("room", "kind", "factor", "arm")),
        *map(_whole, ("good", "bad")),
        sa.PrimaryKeyConstraint("room", "kind", "factor", "arm"),
    )
