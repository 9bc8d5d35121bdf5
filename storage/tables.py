"""The tables. What is looked up has a column; everything else is the value's own JSON in ``value``.

Times are seconds since the epoch. ``seq`` keeps the order in which rows came, which equal times would lose. Every query of the package
is answered by an index, and what is still to be done (``handled``, ``ended`` or ``sent`` is null) by a partial one, so nothing gets
slower with the number of past jobs. (Boards are read whole when somebody is forgotten: they are few.)
``insert`` is SQLite's; ``storage.postgresql`` reads it too, and says what else is different there.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text
from sqlalchemy.dialects.sqlite import insert as insert
from sqlalchemy.sql.elements import ColumnElement

from storage.columns import metadata as metadata
from storage.columns import number, part_of, partial_index, real, words
from storage.people_tables import invitations as invitations
from storage.people_tables import logins as logins
from storage.people_tables import members as members
from storage.people_tables import people as people
from storage.people_tables import tokens as tokens
from storage.process_tables import processes as processes
from storage.process_tables import taken_columns
from storage.taste_tables import taste_pools as taste_pools
from storage.taste_tables import taste_runs as taste_runs
from storage.taste_tables import tasted as tasted
from storage.taste_tables import tastes as tastes

inbox = Table(  # ``tries``: how often its handling was begun again; ``taker``: the process that has it, where there are several
    "inbox",
    metadata,
    number("seq", key=True),
    words("id"),
    words("platform"),
    words("user"),
    words("payload"),
    real("taken"),
    real("handled", null=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    Index("inbox_id", "id", unique=True),
    Column("taker", Text, nullable=False, server_default=""),
    partial_index("inbox_waiting", "platform", "seq", where="handled IS NULL"),
    partial_index("inbox_handled", "handled", where="handled IS NOT NULL"),
    Index("inbox_user", "user"),
)

# ``command``: what rules name; ``failure``: the code and the values of what is said of one that failed; ``lane``: 1 for a batch.
jobs = Table(
    "jobs",
    metadata,
    number("seq", key=True),
    words("id"),
    words("session"),
    words("user"),
    words("origin"),
    words("request"),
    words("state"),
    number("starts"),
    real("created"),
    real("ended", null=True),
    Column("reserved", Float, nullable=True),
    Column("unpriced", Float, nullable=True),
    Column("press", Text, nullable=True),
    Column("recipe", Integer, nullable=False, server_default="1"),
    Column("command", Text, nullable=False, server_default=""),
    Column("failure", Text, nullable=False, server_default=""),
    *taken_columns(),
    Index("jobs_id", "id", unique=True),
    partial_index("jobs_open", "seq", where="ended IS NULL"),
    Index("jobs_user", "user", "created"),
    Index("jobs_session", "session"),
    partial_index("jobs_press", "press", where="press IS NOT NULL"),
    Index("jobs_origin", "origin"),
    Index("jobs_created", "created"),
    partial_index("jobs_ended", "ended", where="ended IS NOT NULL"),
    partial_index("jobs_begun", "user", "begun", where="begun IS NOT NULL"),
)

asks = Table(  # requests beyond a limit that wait for an administrator's word; ``home`` is the chat in which they were asked
    "asks",
    metadata,
    words("id", key=True),
    words("user"),
    words("home"),
    words("request"),
    real("at"),
    Index("asks_user", "user"),
    Index("asks_at", "at"),
)

quotas = Table(  # what somebody had spent who was forgotten since, under a keyed hash, until it counts no more
    "quotas",
    metadata,
    number("seq", key=True),
    words("who"),
    real("at"),
    real("usd"),
    number("unpriced"),
    number("jobs"),
    Column("command", Text, nullable=False, server_default=""),
    Column("requests", Integer, nullable=False, server_default="0"),
    Index("quotas_who", "who", "at"),
    Index("quotas_at", "at"),
)

steps = Table(
    "steps",
    metadata,
    part_of("job", "jobs.id", key=True),
    words("name", key=True),
    words("result"),
    real("finished"),
    Index("steps_finished", "finished"),
)

spends = Table(  # outlives the person it was for: ``user`` is then empty, so that the sums stay right
    "spends",
    metadata,
    number("seq", key=True),
    words("user"),
    words("job"),
    words("step"),
    words("model"),
    real("usd", null=True),
    words("usage"),
    real("at"),
    Index("spends_at", "at", "usd"),
    Index("spends_user", "user", "at", "usd"),
)

sessions = Table(  # ``owner`` is the person's key, empty where a whole room shares the session
    "sessions",
    metadata,
    words("key", key=True),
    words("owner"),
    words("value"),
    real("changed"),
    Index("sessions_owner", "owner"),
)

chats = Table(  # ``shared``: whether all there share one session; ``moderation``: how strictly pictures are looked at, where that was chosen
    "chats",
    metadata,
    words("place", key=True),
    Column("shared", Boolean, nullable=False),
    Column("moderation", Text, nullable=False, server_default=""),
)

pieces = Table(  # a deleted piece stays as a row without its value, so that it cannot be made a second time
    "pieces",
    metadata,
    number("seq", key=True),
    words("id"),
    words("session"),
    words("author"),
    words("kind"),
    Column("parent", Text, nullable=True),
    words("value"),
    real("created"),
    Column("deleted", Boolean, nullable=False),
    Index("pieces_id", "id", unique=True),
    Index("pieces_session", "session", "seq"),
    Index("pieces_author", "author"),
    partial_index("pieces_parent", "parent", where="parent IS NOT NULL"),
)

piece_media = Table(
    "piece_media",
    metadata,
    part_of("piece", "pieces.id", key=True),
    words("media", key=True),
    Index("piece_media_media", "media"),
)

shown = Table(  # ``person`` is the key of whom a private message was for, empty where all could see it
    "shown",
    metadata,
    number("seq", key=True),
    words("place"),
    words("message"),
    part_of("piece", "pieces.id"),
    Column("person", Text, nullable=False, server_default=""),
    Index("shown_message", "place", "message", "piece", unique=True),
    Index("shown_piece", "piece", "place"),
    partial_index("shown_person", "person", where="person != ''"),
)

ratings = Table(  # ``value`` is null for an emoji that says nothing; the largest ``turn`` of a person is their newest; ``home``: in which chat
    "ratings",
    metadata,
    part_of("piece", "pieces.id", key=True),
    words("user", key=True),
    words("emoji", key=True),
    real("value", null=True),
    number("turn"),
    Column("name", Text, nullable=False, server_default=""),
    Column("home", Text, nullable=False, server_default=""),
    Index("ratings_user", "user"),
    partial_index("ratings_home", "home", where="home != ''"),
)

replies = Table(  # a delivered reply keeps only its key, so that the same thing is never said twice
    "replies",
    metadata,
    number("id", key=True),
    words("key"),
    words("user"),
    words("value"),
    real("said"),
    real("sent", null=True),
    Index("replies_key", "key", unique=True),
    partial_index("replies_unsent", "id", where="sent IS NULL"),
    partial_index("replies_sent", "sent", where="sent IS NOT NULL"),
    Index("replies_user", "user"),
    sqlite_autoincrement=True,
)

receipts = Table(
    "receipts",
    metadata,
    Column("reply", ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True, nullable=False),
    number("part", key=True),
    words("message"),
)

living = Table(  # where what lives under a name is shown: it holds no words
    "living",
    metadata,
    words("place", key=True),
    words("name", key=True),
    words("user"),
    words("message"),
    real("at"),
    Index("living_user", "user"),
    Index("living_at", "at"),
)

events = Table(  # ``message``: which one of the chat it shows; ``only``: the id of whom alone it is said to; each may be empty
    "events",
    metadata,
    number("seq", key=True),
    words("chat"),
    words("key"),
    words("user"),
    words("data"),
    real("at"),
    Column("message", Text, nullable=False, server_default=""),
    Column("only", Text, nullable=False, server_default=""),
    Index("events_key", "chat", "key", unique=True),
    Index("events_chat", "chat", "seq"),
    partial_index("events_message", "chat", "message", where="message <> ''"),
    Index("events_user", "user"),
    Index("events_at", "at"),
    sqlite_autoincrement=True,
)

media = Table(  # ``owner`` is the key of whose bytes they are, ``home`` the chat that they were sent to; empty where none was named
    "media",
    metadata,
    number("seq", key=True),
    words("id"),
    words("sha"),
    words("mime"),
    number("size"),
    words("owner"),
    real("created"),
    Column("home", Text, nullable=False, server_default=""),
    Index("media_id", "id", unique=True),
    Index("media_sha", "sha"),
    Index("media_owner", "owner"),
    sqlite_autoincrement=True,
)

timers = Table(  # ``home`` is its chat, ``owner`` empty where it is a room's; one that is over keeps only its id, so that it is not set again
    "timers",
    metadata,
    number("seq", key=True),
    words("id"),
    real("at"),
    words("what"),
    words("owner"),
    words("home"),
    words("value"),
    number("tries"),
    real("ended", null=True),
    Index("timers_id", "id", unique=True),
    partial_index("timers_to_come", "at", "seq", where="ended IS NULL"),
    partial_index("timers_over", "ended", where="ended IS NOT NULL"),
    Index("timers_owner", "owner"),
)

tickets = Table(  # ``id`` is the hash of a ticket's secret
    "tickets",
    metadata,
    words("id", key=True),
    words("user"),
    words("piece"),
    words("value"),
    real("ends"),
    Column("used", Boolean, nullable=False),
    Index("tickets_user", "user"),
    Index("tickets_piece", "piece"),
    Index("tickets_ends", "ends"),
)

batches = Table(  # ``home`` is the chat that it was sent to
    "batches",
    metadata,
    number("seq", key=True),
    words("id"),
    words("user"),
    words("home"),
    words("value"),
    Index("batches_id", "id", unique=True),
    Index("batches_home", "home", "user", "seq"),
    Index("batches_user", "user"),
)

batch_rows = Table(  # ``number`` is that in the file; ``key`` tells the same work in another batch
    "batch_rows",
    metadata,
    part_of("batch", "batches.id", key=True),
    number("number", key=True),
    words("key"),
    words("state"),
    real("usd", null=True),
    words("value"),
    real("score", null=True),
    Index("batch_rows_state", "batch", "state", "number"),
    Index("batch_rows_counts", "batch", "state", "usd"),
    Index("batch_rows_key", "key"),
)

boards = Table(  # ``home`` is its chat, ``ended`` null while people are at it
    "boards",
    metadata,
    number("seq", key=True),
    words("id"),
    words("home"),
    number("version"),
    words("value"),
    real("changed"),
    real("ended", null=True),
    Index("boards_id", "id", unique=True),
    Index("boards_home", "home", "seq"),
)

doomed = Table("doomed", metadata, words("sha", key=True))
"""Files to remove as soon as the transaction that decided it is committed, or at the next start."""

marks = Table("marks", metadata, words("name", key=True), number("value"))
"""How far a sweep has come in a table that is never swept as a whole."""

installation = Table("installation", metadata, words("name", key=True), words("value"))
"""What belongs to this installation alone: ``secret``, 64 hexadecimal digits that its hashes are keyed with."""


def within(column: ColumnElement[str], home: str) -> ColumnElement[bool]:
    """Whether a key begins with a chat's (``Place.home``); ``;`` is the sign after ``:``."""
    return (column >= f"{home}:") & (column < f"{home};")
