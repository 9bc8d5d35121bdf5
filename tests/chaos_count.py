"""What ``chaos.py`` counts: read from a copy of the database after each kill, and from what the embedded server was asked."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from core.features.steps.toolbox import pseudonym
from core.ports import NewReply
from core.types import Request
from embedded.process import EmbeddedProcess

STEP_OF = {"gpt-6.2-sol": "text", "gpt-6-luna": "words for the painter", "gpt-image-2.6-flare": "picture"}
"""Every request takes at most one paid step of each kind, so the model names it."""

PaidStep = tuple[str, str]
"""A person's key toward the services (each asks only once), and a kind of paid step."""


SETTLED_WITHIN = 180.0


@dataclass(frozen=True)
class Call:
    """A paid call: for which step, and when it reached the embedded server."""

    step: PaidStep
    at: float


@dataclass(frozen=True)
class Kept:
    """What the database held at a moment: jobs that are open, requests not yet handled, paid steps in the journal, messages still to be sent."""

    open: int = 0
    waiting: int = 0
    failed: int = 0
    journal: frozenset[PaidStep] = frozenset()
    unsent: frozenset[tuple[str, str]] = frozenset()
    """Person and kind (``picture`` or ``words``) of what Telegram had not been seen to take."""
    unsaid: int = 0

    @property
    def in_flight(self) -> int:
        return self.open + self.waiting


@dataclass
class Life:
    """One process from its start to its kill."""

    started: float
    seconds: float = 0
    ended: float = 0
    kept: Kept = field(default_factory=Kept)
    calls: Sequence[Call] = ()
    sent: Sequence[tuple[str, str]] = ()

    @property
    def calls_in_flight(self) -> int:
        """Paid calls that it made and could not write down any more."""
        return sum(call.step not in self.kept.journal for call in self.calls)

    @property
    def sends_in_flight(self) -> int:
        """Messages that Telegram took and that it could not write down any more."""
        return len(set(self.sent) & self.kept.unsent)


def read_kept(data_dir: Path) -> Kept:
    """What a data folder holds whose program has ended; the files themselves are left as the kill left them."""
    with tempfile.TemporaryDirectory() as folder:
        for file in data_dir.glob("fabula.sqlite3*"):
            if not file.name.endswith("-shm"):
                shutil.copy(file, folder)
        if not (Path(folder) / "fabula.sqlite3").exists():
            return Kept()
        with closing(sqlite3.connect(Path(folder) / "fabula.sqlite3")) as database:
            return _kept(database)


def in_flight(data_dir: Path) -> int:
    """How many requests a running program is busy with, asked of its own database; 0 where there is none yet."""
    return _asked(data_dir, *_IN_FLIGHT)


def is_settled(data_dir: Path) -> bool:
    """Whether a running program has done and said everything. Its own database is asked: files that are copied meanwhile would not fit together."""
    try:
        with closing(sqlite3.connect(f"file:{data_dir}/fabula.sqlite3?mode=ro", uri=True)) as database:
            return not any(database.execute(query).fetchone()[0] for query in (*_IN_FLIGHT, _UNSAID))
    except sqlite3.Error:
        return False


async def settled(data_dir: Path, within: float = SETTLED_WITHIN) -> None:
    """Until nothing is left to be done or said, or for so many seconds; what is missing then is counted."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            while not await asyncio.to_thread(is_settled, data_dir):
                await asyncio.sleep(0.25)


def begun(data_dir: Path) -> bool:
    """Whether any request has got as far as a step in the journal."""
    return _asked(data_dir, "SELECT count(*) FROM steps") > 0


def _asked(data_dir: Path, *queries: str) -> int:
    try:
        with closing(sqlite3.connect(f"file:{data_dir}/fabula.sqlite3?mode=ro", uri=True)) as database:
            return sum(database.execute(query).fetchone()[0] for query in queries)
    except sqlite3.Error:
        return 0


_IN_FLIGHT = ("SELECT count(*) FROM jobs WHERE ended IS NULL", "SELECT count(*) FROM inbox WHERE handled IS NULL")
_UNSAID = "SELECT count(*) FROM replies WHERE sent IS NULL"


def _kept(database: sqlite3.Connection) -> Kept:
    if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'spends'").fetchone():
        return Kept()
    counted = (
        *_IN_FLIGHT,
        "SELECT count(*) FROM jobs WHERE state = 'failed'",
        _UNSAID,
    )
    still_open, waiting, failed, unsaid = (database.execute(query).fetchone()[0] for query in counted)
    people = {
        job: Request.model_validate_json(request).author
        for job, request in database.execute("SELECT id, request FROM jobs")
    }
    spent = database.execute(
        "SELECT spends.job, spends.model FROM spends JOIN steps ON steps.job = spends.job AND steps.name = spends.step"
    )
    secret = bytes.fromhex(database.execute("SELECT value FROM installation WHERE name = 'secret'").fetchone()[0])
    journal = frozenset((pseudonym(secret, people[job]), STEP_OF[model]) for job, model in spent)
    said = [
        NewReply.model_validate_json(row[0]) for row in database.execute("SELECT value FROM replies WHERE sent IS NULL")
    ]
    unsent = frozenset(
        (reply.user, "picture" if any(piece.picture for piece in reply.reply.pieces) else "words")
        for reply in said
        if reply.place.platform == "telegram" and not reply.reply.end and not reply.reply.removes
    )
    return Kept(still_open, waiting, failed, journal, unsent, unsaid)


def paid_calls(services: EmbeddedProcess) -> list[Call]:
    """Every paid call so far, by the embedded server's own log."""
    lines = [json.loads(line) for line in services.log.read_text("utf-8").splitlines() if line.endswith("}")]
    return [
        Call((line["params"]["safety_identifier"], STEP_OF[line["model"]]), line["started"])
        for line in lines
        if line["event"] == "started" and line["model"] in STEP_OF
    ]


def telegram_sends(rows: Sequence[dict[str, Any]]) -> list[tuple[tuple[str, str], float]]:
    """The final messages that Telegram took: person and kind, and when. What only shows progress is no answer to a message."""
    kinds = {"sendPhoto": "picture", "sendDocument": "picture", "sendMessage": "words"}
    return [
        ((f"telegram:{row['params']['chat_id']}", kinds[row["method"]]), row["at"])
        for row in rows
        if row["method"] in kinds and row["status"] == 200 and row["params"].get("reply_parameters")
    ]


def assign(lives: Sequence[Life], calls: Sequence[Call], sends: Sequence[tuple[tuple[str, str], float]]) -> None:
    """Give each life what happened in it: a request that was still in the pipe at the kill belongs to the one that sent it."""
    for place, life in enumerate(lives):
        until = lives[place + 1].started if place + 1 < len(lives) else float("inf")
        life.calls = [call for call in calls if life.started <= call.at < until]
        life.sent = [key for key, at in sends if life.started <= at < until]


def called_though_kept(lives: Sequence[Life]) -> list[PaidStep]:
    """Paid steps that were called again in spite of standing in the journal: there must be none."""
    return [call.step for before, life in pairwise(lives) for call in life.calls if call.step in before.kept.journal]
