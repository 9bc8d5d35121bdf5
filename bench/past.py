"""A store with a long past, multiplied from one real command.

Every past job is the newest one again with ids, bytes and times of its own, spread over a year; so the rows are as long as real ones and lie in the
indexes as scattered as real ones. What the program sweeps (the inbox after two days, journals and replies after a month) is there only as far as it
would be. One job in 200 is the example's own person's, in their own chat; the others belong to 20,000 people.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

DAY = 86400.0
DAYS = 365
PEOPLE = 20_000
MINE_EVERY = 200
DAYS_KEPT = {"inbox": 2, "steps": 30, "replies": 30}
"""Days after which the program sweeps a table; the others it keeps."""

TABLES = (
    "jobs",
    "steps",
    "spends",
    "pieces",
    "media",
    "piece_media",
    "shown",
    "replies",
    "events",
    "inbox",
    "sessions",
)
TIMES = {"created", "ended", "finished", "at", "taken", "handled", "said", "sent", "changed"}
NUMBERED = {"seq", "id"}
"""Columns that SQLite numbers where they are integers."""

KEY = 8
"""Characters at the end of an id that become another job's."""

SCATTER = 2654435761
"""An odd number: multiplied by it, the numbers below 2³² come in another order, each once."""


@dataclass(frozen=True)
class Example:
    """The newest job and what belongs to it, by their ids. ``message`` is the request's."""

    job: str
    piece: str
    media: str
    sha: str
    origin: str
    message: str
    session: str
    person: str
    chat: str

    @property
    def own(self) -> set[str]:
        """What is another one with every job. A message that is a number only counts within its chat, and would be found inside others."""
        request = self.origin if self.message.isdecimal() else self.message
        return {self.job, self.piece, self.media, self.sha, request}

    def rows_of(self, table: str) -> str:
        """Its rows in a table, as a condition."""
        return {
            "jobs": f"id = '{self.job}'",
            "steps": f"job = '{self.job}'",
            "spends": f"job = '{self.job}'",
            "pieces": f"id = '{self.piece}'",
            "piece_media": f"piece = '{self.piece}'",
            "shown": f"piece = '{self.piece}'",
            "media": f"id = '{self.media}'",
            "replies": f"instr(key, '{self.job}')",
            "inbox": f"instr(id, '{self.origin}')",
            "events": f"instr(data, '{self.job}') OR instr(key, '{self.message}')",
            "sessions": f"key = '{self.session}'",
        }[table]


def fill(database: Path, jobs: int) -> None:
    """Add so many ended jobs. The program must not be running."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -500000"):
            connection.execute(f"PRAGMA {setting}")
        example = _example(connection)
        _number(connection, jobs)
        with _without_indexes(connection):
            for table in TABLES:
                _multiply(connection, table, example)
        connection.execute("PRAGMA journal_mode = WAL")
    os.sync()  # or what is still being written would be measured with it


def _example(connection: sqlite3.Connection) -> Example:
    job, origin, session, request = connection.execute(
        "SELECT id, origin, session, request FROM jobs ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    piece, media, sha = connection.execute(
        "SELECT piece, media, sha FROM piece_media JOIN media ON media.id = media ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    asked = json.loads(request)
    message, person, chat = asked["message"], asked["author"]["id"], asked["place"]["chat"]
    return Example(job, piece, media, sha, origin, message, session, person, chat)


def _number(connection: sqlite3.Connection, jobs: int) -> None:
    """What makes each job another: the end of its ids, the end of its person's name, how many seconds ago it was."""
    connection.execute("CREATE TEMP TABLE numbers (n INTEGER PRIMARY KEY, key TEXT, who TEXT, ago REAL)")
    connection.execute(
        f"""INSERT INTO numbers WITH RECURSIVE counted(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n + 1 < {jobs})
        SELECT n, printf('%0{KEY}x', n * {SCATTER} % 4294967296), iif(n % {MINE_EVERY}, n % {PEOPLE}, ''), ({jobs} - n) * {DAYS * DAY / jobs}
        FROM counted"""
    )


def _multiply(connection: sqlite3.Connection, table: str, example: Example) -> None:
    """Insert the example's rows of a table again for each job that is recent enough; those of sessions for each person."""
    columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
    names = [name for _, name, kind, *_ in columns if not (name in NUMBERED and kind == "INTEGER")]
    quoted = ", ".join(f'"{name}"' for name in names)
    which = f"n < {PEOPLE}" if table == "sessions" else f"ago < {DAYS_KEPT.get(table, DAYS + 1) * DAY}"
    for row in connection.execute(f"SELECT {quoted} FROM {table} WHERE {example.rows_of(table)}").fetchall():
        values = [_value(name, value, example) for name, value in zip(names, row, strict=True)]
        wanted = ", ".join(sql for sql, _ in values)
        given = [literal for _, literals in values for literal in literals]
        connection.execute(
            f"INSERT OR IGNORE INTO {table} ({quoted}) SELECT {wanted} FROM numbers WHERE {which}", given
        )


def _value(column: str, value: object, example: Example) -> tuple[str, list[object]]:
    """A column's value for another job: SQL, and its parameters."""
    if column in TIMES:
        return "? - ago", [value]
    if not isinstance(value, str):
        return "?", [value]
    own = "|".join(f"(?<={re.escape(name[:-KEY])}){re.escape(name[-KEY:])}" for name in example.own)
    people = "|".join(f"(?<={re.escape(name)})(?![0-9])" for name in {example.person, example.chat})
    changes = ["key" if found[0] else "who" for found in re.finditer(f"{own}|{people}", value)]
    if not changes:
        return "?", [value]
    template = re.sub(f"{own}|{people}", "\0", value).replace("%", "%%").replace("\0", "%s")
    return f"printf({', '.join(['?', *changes])})", [template]


@contextmanager
def _without_indexes(connection: sqlite3.Connection) -> Iterator[None]:
    """Drop the indexes and make them again afterwards, which is much faster than keeping them meanwhile."""
    made = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    for name, _ in made:
        connection.execute(f'DROP INDEX "{name}"')
    yield
    for _, sql in made:
        connection.execute(sql)
