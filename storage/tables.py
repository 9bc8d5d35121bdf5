"""The tables. What is looked up has a column; everything else is the value's own JSON in ``value``.

Times are seconds since the epoch. ``seq`` keeps the order in which rows came, which equal times would lose. Every query of the package
is answered by an index, and what is still to be done (``handled``, ``ended`` or ``sent`` is null) by a partial one, so nothing gets
slower with the number of past jobs. ``insert`` is the only part that names a database; its conflict clauses are PostgreSQL's too.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.dialects.sqlite import insert as insert
from sqlalchemy.sql.elements import ColumnElement

metadata = MetaData()


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


def _number(name: str, *, key: bool = False) -> Column[int]:
    return Column(name, Integer, primary_key=key, nullable=False)


def _real(name: str, *, null: bool = False) -> Column[float]:
    return Column(name, Float, nullable=null)


def _part_of(name: str, owner: str, *, key: bool = False) -> Column[str]:
    """A column that names a row of another table and is deleted with it."""
    return Column(name, ForeignKey(owner, ondelete="CASCADE"), primary_key=key, nullable=False)


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


inbox = Table(  # ``tries``: how often its handling was begun again
    "inbox",
    metadata,
    _number("seq", key=True),
    _text("id"),
    _text("platform"),
    _text("user"),
    _text("payload"),
    _real("taken"),
    _real("handled", null=True),
    Column("tries", Integer, nullable=False, server_default="0"),
    Index("inbox_id", "id", unique=True),
    _partial("inbox_waiting", "platform", "seq", where="handled IS NULL"),
    _partial("inbox_handled", "handled", where="handled IS NOT NULL"),
    Index("inbox_user", "user"),
)

jobs = Table(
    "jobs",
    metadata,
    _number("seq", key=True),
    _text("id"),
    _text("session"),
    _text("user"),
    _text("origin"),
    _text("request"),
    _text("state"),
    _number("starts"),
    _real("created"),
    _real("ended", null=True),
    Column("reserved", Float, nullable=True),
    Column("unpriced", Float, nullable=True),
    Column("press", Text, nullable=True),
    Column("recipe", Integer, nullable=False, server_default="1"),
    Index("jobs_id", "id", unique=True),
    _partial("jobs_open", "seq", where="ended IS NULL"),
    Index("jobs_user", "user", "created"),
    Index("jobs_session", "session"),
    _partial("jobs_press", "press", where="press IS NOT NULL"),
    Index("jobs_origin", "origin"),
)

quotas = Table(  # what somebody had spent who was forgotten since, under a keyed hash, until it counts no more
    "quotas",
    metadata,
    _number("seq", key=True),
    _text("who"),
    _real("at"),
    _real("usd"),
    _number("unpriced"),
    _number("jobs"),
    Index("quotas_who", "who", "at"),
    Index("quotas_at", "at"),
)

steps = Table(
    "steps",
    metadata,
    _part_of("job", "jobs.id", key=True),
    _text("name", key=True),
    _text("result"),
    _real("finished"),
    Index("steps_finished", "finished"),
)

spends = Table(  # outlives the person it was for: ``user`` is then empty, so that the sums stay right
    "spends",
    metadata,
    _number("seq", key=True),
    _text("user"),
    _text("job"),
    _text("step"),
    _text("model"),
    _real("usd", null=True),
    _text("usage"),
    _real("at"),
    Index("spends_at", "at", "usd"),
    Index("spends_user", "user", "at", "usd"),
)

sessions = Table(  # ``owner`` is the person's key, empty where a whole room shares the session
    "sessions",
    metadata,
    _text("key", key=True),
    _text("owner"),
    _text("value"),
    _real("changed"),
    Index("sessions_owner", "owner"),
)

chats = Table("chats", metadata, _text("place", key=True), Column("shared", Boolean, nullable=False))

pieces = Table(  # a deleted piece stays as a row without its value, so that it cannot be made a second time
    "pieces",
    metadata,
    _number("seq", key=True),
    _text("id"),
    _text("session"),
    _text("author"),
    _text("kind"),
    Column("parent", Text, nullable=True),
    _text("value"),
    _real("created"),
    Column("deleted", Boolean, nullable=False),
    Index("pieces_id", "id", unique=True),
    Index("pieces_session", "session", "seq"),
    Index("pieces_author", "author"),
    _partial("pieces_parent", "parent", where="parent IS NOT NULL"),
)

piece_media = Table(
    "piece_media",
    metadata,
    _part_of("piece", "pieces.id", key=True),
    _text("media", key=True),
    Index("piece_media_media", "media"),
)

shown = Table(  # ``person`` is the key of whom a private message was for, empty where all could see it
    "shown",
    metadata,
    _number("seq", key=True),
    _text("place"),
    _text("message"),
    _part_of("piece", "pieces.id"),
    Column("person", Text, nullable=False, server_default=""),
    Index("shown_message", "place", "message", "piece", unique=True),
    Index("shown_piece", "piece", "place"),
    _partial("shown_person", "person", where="person != ''"),
)

ratings = Table(  # ``value`` is null for an emoji that says nothing; the largest ``turn`` of a person is their newest; ``home``: in which chat
    "ratings",
    metadata,
    _part_of("piece", "pieces.id", key=True),
    _text("user", key=True),
    _text("emoji", key=True),
    _real("value", null=True),
    _number("turn"),
    Column("name", Text, nullable=False, server_default=""),
    Column("home", Text, nullable=False, server_default=""),
    Index("ratings_user", "user"),
    _partial("ratings_home", "home", where="home != ''"),
)

replies = Table(  # a delivered reply keeps only its key, so that the same thing is never said twice
    "replies",
    metadata,
    _number("id", key=True),
    _text("key"),
    _text("user"),
    _text("value"),
    _real("said"),
    _real("sent", null=True),
    Index("replies_key", "key", unique=True),
    _partial("replies_unsent", "id", where="sent IS NULL"),
    _partial("replies_sent", "sent", where="sent IS NOT NULL"),
    Index("replies_user", "user"),
    sqlite_autoincrement=True,
)

receipts = Table(
    "receipts",
    metadata,
    Column("reply", ForeignKey("replies.id", ondelete="CASCADE"), primary_key=True, nullable=False),
    _number("part", key=True),
    _text("message"),
)

living = Table(  # where what lives under a name is shown: it holds no words
    "living",
    metadata,
    _text("place", key=True),
    _text("name", key=True),
    _text("user"),
    _text("message"),
    _real("at"),
    Index("living_user", "user"),
    Index("living_at", "at"),
)

events = Table(
    "events",
    metadata,
    _number("seq", key=True),
    _text("chat"),
    _text("key"),
    _text("user"),
    _text("data"),
    _real("at"),
    Index("events_key", "chat", "key", unique=True),
    Index("events_chat", "chat", "seq"),
    Index("events_user", "user"),
    sqlite_autoincrement=True,
)

media = Table(  # ``owner`` is the key of whose bytes they are, ``home`` the chat that they were sent to; empty where none was named
    "media",
    metadata,
    _number("seq", key=True),
    _text("id"),
    _text("sha"),
    _text("mime"),
    _number("size"),
    _text("owner"),
    _real("created"),
    Column("home", Text, nullable=False, server_default=""),
    Index("media_id", "id", unique=True),
    Index("media_sha", "sha"),
    Index("media_owner", "owner"),
    sqlite_autoincrement=True,
)

timers = Table(  # ``home`` is its chat, ``owner`` empty where it is a room's; one that is over keeps only its id, so that it is not set again
    "timers",
    metadata,
    _number("seq", key=True),
    _text("id"),
    _real("at"),
    _text("what"),
    _text("owner"),
    _text("home"),
    _text("value"),
    _number("tries"),
    _real("ended", null=True),
    Index("timers_id", "id", unique=True),
    _partial("timers_to_come", "at", "seq", where="ended IS NULL"),
    _partial("timers_over", "ended", where="ended IS NOT NULL"),
    Index("timers_owner", "owner"),
)

boards = Table(  # ``home`` is its chat, ``ended`` null while people are at it
    "boards",
    metadata,
    _number("seq", key=True),
    _text("id"),
    _text("home"),
    _number("version"),
    _text("value"),
    _real("changed"),
    _real("ended", null=True),
    Index("boards_id", "id", unique=True),
    Index("boards_home", "home", "seq"),
)

doomed = Table("doomed", metadata, _text("sha", key=True))
"""Files to remove as soon as the transaction that decided it is committed, or at the next start."""

marks = Table("marks", metadata, _text("name", key=True), _number("value"))
"""How far a sweep has come in a table that is never swept as a whole."""

installation = Table("installation", metadata, _text("name", key=True), _text("value"))
"""What belongs to this installation alone: ``secret``, 64 hexadecimal digits that its hashes are keyed with."""

people = Table(  # who may come in by the web; ``name`` is for display alone
    "people",
    metadata,
    _text("id", key=True),
    _text("name"),
    Column("operator", Boolean, nullable=False),
    Column("guest", Boolean, nullable=False),
    _real("created"),
    _partial("people_operator", "id", where="operator"),
)

invitations = Table(  # a used one is deleted; secrets are kept as hashes alone, here and below
    "invitations",
    metadata,
    _text("hash", key=True),
    _text("name"),
    _text("room"),
    _text("person"),
    _text("inviter"),
    _real("expires"),
    Index("invitations_expires", "expires"),
)

members = Table("members", metadata, _text("room", key=True), _part_of("person", "people.id", key=True))
Index("members_person", members.c.person)

tokens = Table(
    "tokens",
    metadata,
    _text("id", key=True),
    _text("hash"),
    _part_of("person", "people.id"),
    _text("label"),
    _real("created"),
    Index("tokens_hash", "hash", unique=True),
    Index("tokens_person", "person"),
)

logins = Table(  # ``token``: the token it was made with, which takes it along when it is revoked
    "logins",
    metadata,
    _text("hash", key=True),
    _part_of("person", "people.id"),
    Column("token", ForeignKey("tokens.id", ondelete="CASCADE"), nullable=True),
    _real("expires"),
    Index("logins_person", "person"),
    Index("logins_token", "token"),
    Index("logins_expires", "expires"),
)


def within(column: ColumnElement[str], home: str) -> ColumnElement[bool]:
    """Whether a key begins with a chat's (``Place.home``); ``;`` is the sign after ``:``."""
    return (column >= f"{home}:") & (column < f"{home};")
