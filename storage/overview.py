"""What an operator sees: what waits, what was spent and by whom, what failed. Plain queries, each answered by an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, String, case, cast, func, literal, select, union_all

from storage.database import Database
from storage.tables import inbox, jobs, pieces, replies, spends

MOST = 50
"""Rows of a list that somebody looks at."""


class Waiting(NamedTuple):
    """How many there are that wait, and since when the oldest does (seconds since the epoch)."""

    number: int
    since: float | None


class Now(NamedTuple):
    """What goes on: open jobs by command, the oldest of them, USD that are held, updates that are not handled, replies on their way."""

    commands: Mapping[str, int]
    jobs: Waiting
    held: float
    updates: Waiting
    replies: Waiting


class Overview:
    """Reads what an operator sees."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def now(self) -> Now:
        """What goes on."""
        return await self._database.read(_now)

    async def money(self, by: str, since: float, until: float) -> Sequence[tuple[str, float, int]]:
        """USD and calls within a span by ``person`` (empty: who was forgotten), ``room``, ``model`` or ``day``, the dearest first."""
        return await self._database.read(partial(_money, by, since, until))

    async def total(self, since: float, until: float) -> tuple[float, int, int]:
        """USD within a span, how many calls there were, and of how many nobody knows the price."""
        return await self._database.read(partial(_total, since, until))

    async def jobs(self, *, running: bool) -> Sequence[Mapping[str, Any]]:
        """Jobs that are open, oldest first; else those that failed, newest first."""
        return await self._database.read(partial(_jobs, running))

    async def job(self, job: str) -> str | None:
        """The request of a failed job, as it is kept; ``None`` where there is none (any more)."""
        asked = select(jobs.c.request).where(jobs.c.id == job, jobs.c.state == "failed", jobs.c.request != "")
        return await self._database.read(lambda connection: connection.execute(asked).scalar())

    async def rooms(self) -> Sequence[str]:
        """The chats in which somebody asked for something lately: up to a thousand, the newest first (``Place.home``)."""
        return await self._database.read(_rooms)

    async def was_used(self) -> bool:
        """Whether anybody ever asked for something."""
        return (
            await self._database.read(lambda connection: connection.execute(select(jobs.c.id).limit(1)).first())
            is not None
        )

    async def counts(self) -> Mapping[str, int]:
        """How many pieces, and how many jobs of each state there are."""
        return await self._database.read(_counts)


_NOW = union_all(
    select(literal("job"), jobs.c.command, func.count(), func.min(jobs.c.created), func.sum(jobs.c.reserved))
    .where(jobs.c.ended.is_(None))
    .group_by(jobs.c.command),
    select(literal("update"), literal(""), func.count(), func.min(inbox.c.taken), literal(0.0)).where(
        inbox.c.handled.is_(None)
    ),
    select(literal("reply"), literal(""), func.count(), func.min(replies.c.said), literal(0.0)).where(
        replies.c.sent.is_(None)
    ),
)
"""What is open, of what command, how many, since when, and how much is reserved for it: one statement, since a scrape comes every few seconds."""


def _now(connection: Connection) -> Now:
    rows = connection.execute(_NOW).all()
    open_jobs = [row[1:] for row in rows if row[0] == "job"]
    ((_, updates, taken, _),) = [row[1:] for row in rows if row[0] == "update"]
    ((_, unsent, said, _),) = [row[1:] for row in rows if row[0] == "reply"]
    return Now(
        {command: number for command, number, _, _ in open_jobs},
        Waiting(
            sum(number for _, number, _, _ in open_jobs), min((since for _, _, since, _ in open_jobs), default=None)
        ),
        sum(reserved or 0.0 for _, _, _, reserved in open_jobs),
        Waiting(updates, taken),
        Waiting(unsent, said),
    )


def _money(by: str, since: float, until: float, connection: Connection) -> list[tuple[str, float, int]]:
    within = (spends.c.at >= since, spends.c.at < until)
    sums = (func.coalesce(func.sum(spends.c.usd), 0.0).label("usd"), func.count())
    asked: Select[Any]
    if by == "room":
        asked = (
            select(jobs.c.session, *sums).join(jobs, jobs.c.id == spends.c.job).where(*within).group_by(jobs.c.session)
        )
    else:
        day = cast(cast(spends.c.at / 86400, type_=spends.c.seq.type) * 86400, String)
        what = {"person": spends.c.user, "model": spends.c.model, "day": day}[by]
        asked = select(what, *sums).where(*within).group_by(what)
    found: dict[str, tuple[float, int]] = {}
    for name, usd, calls in connection.execute(asked):
        key = ":".join(name.split(":")[:2]) if by == "room" else name
        before = found.get(key, (0.0, 0))
        found[key] = before[0] + usd, before[1] + calls
    listed = sorted(((name, usd, calls) for name, (usd, calls) in found.items()), key=lambda row: -row[1])
    return sorted(listed) if by == "day" else listed[:MOST]


def _total(since: float, until: float, connection: Connection) -> tuple[float, int, int]:
    asked = select(func.sum(spends.c.usd), func.count(), func.sum(case((spends.c.usd.is_(None), 1), else_=0)))
    usd, calls, unpriced = connection.execute(asked.where(spends.c.at >= since, spends.c.at < until)).one()
    return usd or 0.0, calls, unpriced or 0


def _jobs(running: bool, connection: Connection) -> list[Mapping[str, Any]]:
    fields = (jobs.c.id, jobs.c.user, jobs.c.session, jobs.c.command, jobs.c.created, jobs.c.ended, jobs.c.failure)
    asked = select(*fields, (jobs.c.request != "").label("can_again"))
    if running:
        asked = asked.where(jobs.c.ended.is_(None)).order_by(jobs.c.seq)
    else:
        asked = asked.where(jobs.c.ended.is_not(None), jobs.c.state == "failed").order_by(jobs.c.ended.desc())
    return [dict(row) for row in connection.execute(asked.limit(MOST)).mappings()]


def _rooms(connection: Connection) -> list[str]:
    newest = func.max(jobs.c.created)
    asked = select(jobs.c.session).group_by(jobs.c.session).order_by(newest.desc()).limit(1000)
    return list(dict.fromkeys(":".join(key.split(":")[:2]) for key in connection.scalars(asked)))


def _counts(connection: Connection) -> dict[str, int]:
    states = connection.execute(select(jobs.c.state, func.count()).group_by(jobs.c.state)).all()
    made = connection.execute(select(func.count()).select_from(pieces)).scalar_one()
    return {"pieces": made, **{row[0]: row[1] for row in states}}
