"""The tables of what people like."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, Table

from storage.columns import metadata, number, partial_index, real, words

tasted = Table(  # what somebody said of a piece (``about``) that counts for their taste, in quarters: by a rating, else by what they did with it
    "tasted",
    metadata,
    number("seq", key=True),
    words("about"),
    words("user"),
    words("room"),
    words("value"),
    Column("said", Integer, nullable=True),
    number("hinted"),
    number("counts"),
    real("at"),
    Index("tasted_about", "about", "user", unique=True),
    Index("tasted_user", "user"),
    partial_index("tasted_room", "room", where="room != ''"),
)

tastes = Table(  # how somebody likes an arm, in a room or (``room`` is empty) anywhere, in a kind of work or (empty) any; quarters, and those unfaded
    "tastes",
    metadata,
    words("user", key=True),
    words("room", key=True),
    words("kind", key=True),
    words("factor", key=True),
    words("arm", key=True),
    number("good"),
    number("bad"),
    real("warm_good"),
    real("warm_bad"),
    number("tick"),
    partial_index("tastes_room", "room", where="room != ''"),
)

taste_runs = Table(  # of somebody's factor in a kind of work: how many ratings there were, how many dislikes in a row, since when it counts
    "taste_runs",
    metadata,
    words("user", key=True),
    words("kind", key=True),
    words("factor", key=True),
    number("tick"),
    number("run"),
    number("since"),
)

taste_pools = Table(  # how all the people of a room, or (empty) everybody, like an arm: each counts for a bounded number of ratings
    "taste_pools",
    metadata,
    words("room", key=True),
    words("kind", key=True),
    words("factor", key=True),
    words("arm", key=True),
    number("good"),
    number("bad"),
)
