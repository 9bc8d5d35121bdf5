"""The tables. What is looked up has a column; everything else is the value's own JSON in ``value``.

Times are seconds since the epoch. ``seq`` keeps the order in which rows came, which equal times would lose. Every query of the package
is answered by an index, and what is still to be done (``handled``, ``ended`` or ``sent`` is null) by a partial one, so nothing gets
slower with the number of past jobs. ``insert`` is SQLite's; ``storage.postgresql`` reads it too, and says what else is different there.
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

jobs = Table(  # ``command``: the command or recipe that rules name; ``failure``: the code and the values of what is said of one that failed
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
    Column("command", Text, nullable=False, server_default=""),
    Column("failure", Text, nullable=False, server_default=""),
    Index("jobs_id", "id", unique=True),
    _partial("jobs_open", "seq", where="ended IS NULL"),
    Index("jobs_user", "user", "created"),
    Index("jobs_session", "session"),
    _partial("jobs_press", "press", where="press IS NOT NULL"),
    Index("jobs_origin", "origin"),
    Index("jobs_created", "created"),
    _partial("jobs_ended", "ended", where="ended IS NOT NULL"),
)

asks = Table(  # requests beyond a limit that wait for an administrator's word; ``home`` is the chat in which they were asked
    "asks",
    metadata,
    _text("id", key=True),
    _text("user"),
    _text("home"),
    _text("request"),
    _real("at"),
    Index("asks_user", "user"),
    Index("asks_at", "at"),
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
    Column("command", Text, nullable=False, server_default=""),
    Column("requests", Integer, nullable=False, server_default="0"),
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

tasted = Table(  # what somebody said of a piece (``about``) that counts for their taste, in quarters: by a rating, else by what they did with it
    "tasted",
    metadata,
    _number("seq", key=True),
    _text("about"),
    _text("user"),
    _text("room"),
    _text("value"),
    Column("said", Integer, nullable=True),
    _number("hinted"),
    _number("counts"),
    _real("at"),
    Index("tasted_about", "about", "user", unique=True),
    Index("tasted_user", "user"),
    _partial("tasted_room", "room", where="room != ''"),
)

tastes = Table(  # how somebody likes an arm, in a room or (``room`` is empty) anywhere, in a kind of work or (empty) any; quarters, and those unfaded
    "tastes",
    metadata,
    _text("user", key=True),
    _text("room", key=True),
    _text("kind", key=True),
    _text("factor", key=True),
    _text("arm", key=True),
    _number("good"),
    _number("bad"),
    _real("warm_good"),
    _real("warm_bad"),
    _number("tick"),
    _partial("tastes_room", "room", where="room != ''"),
)

taste_runs = Table(  # of somebody's factor in a kind of work: how many ratings there were, how many dislikes in a row, since when it counts
    "taste_runs",
    metadata,
    _text("user", key=True),
    _text("kind", key=True),
    _text("factor", key=True),
    _number("tick"),
    _number("run"),
    _number("since"),
)

taste_pools = Table(  # how all the people of a room, or (empty) everybody, like an arm: each counts for a bounded number of ratings
    "taste_pools",
    metadata,
    _text("room", key=True),
    _text("kind", key=True),
    _text("factor", key=True),
    _text("arm", key=True),
    _number("good"),
    _number("bad"),
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
    Index("events_at", "at"),
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

tickets = Table(  # ``id`` is the hash of a ticket's secret
    "tickets",
    metadata,
    _text("id", key=True),
    _text("user"),
    _text("piece"),
    _text("value"),
    _real("ends"),
    Column("used", Boolean, nullable=False),
    Index("tickets_user", "user"),
    Index("tickets_piece", "piece"),
    Index("tickets_ends", "ends"),
)

batches = Table(  # ``home`` is the chat that it was sent to
    "batches",
    metadata,
    _number("seq", key=True),
    _text("id"),
    _text("user"),
    _text("home"),
    _text("value"),
    Index("batches_id", "id", unique=True),
    Index("batches_home", "home", "user", "seq"),
    Index("batches_user", "user"),
)

batch_rows = Table(  # ``number`` is that in the file; ``key`` tells the same work in another batch
    "batch_rows",
    metadata,
    _part_of("batch", "batches.id", key=True),
    _number("number", key=True),
    _text("key"),
    _text("state"),
    _real("usd", null=True),
    _text("value"),
    Index("batch_rows_state", "batch", "state", "number"),
    Index("batch_rows_key", "key"),
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
