"""Money, as plain functions of a connection: what counts toward a limit, what is held for open jobs, and what stays of people who were forgotten."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, exists, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from core.ports import Bound, Bounds, Ceiling
from core.types import KeptJob, Spend
from storage.tables import installation, jobs, quotas, spends, within

AT_ONCE_SECONDS = 2.0
"""Seconds in which a second press of the same button is the same wish. While its job is open it is too."""

MINUTE = 60.0
QUOTA_SECONDS = 24 * 3600
_NOTHING_MORE = 1e-9  # sums of floats

_COUNTED = func.sum(func.coalesce(spends.c.usd, bindparam("unpriced")))
_BY_ALL = select(_COUNTED).where(spends.c.at >= bindparam("since"))
_BY_PERSON = _BY_ALL.where(spends.c.user == bindparam("user"))
_FORGOTTEN = select(
    func.sum(quotas.c.usd + quotas.c.unpriced * bindparam("unpriced", type_=quotas.c.usd.type)), func.sum(quotas.c.jobs)
).where(quotas.c.who == bindparam("who"), quotas.c.at >= bindparam("since"))
_HELD = select(func.sum(jobs.c.reserved)).where(jobs.c.ended.is_(None))
_HELD_FOR_PERSON = _HELD.where(jobs.c.user == bindparam("user"))
_HELD_FOR_JOB = select(jobs.c.reserved).where(jobs.c.id == bindparam("job"))
_SINCE = select(func.count()).where(  # the rows of a batch have no origin: they were asked for at once
    jobs.c.user == bindparam("user"), jobs.c.created >= bindparam("since"), jobs.c.origin != ""
)
_PRESSED = (
    select(jobs.c.id)
    .where(jobs.c.press == bindparam("press"), jobs.c.ended.is_(None) | (jobs.c.created > bindparam("since")))
    .limit(1)
)
_HOLD = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"))
    .values(reserved=bindparam("usd"), unpriced=bindparam("each"), press=bindparam("pressed"))
)
_RESERVE = (
    update(jobs).where(jobs.c.id == bindparam("job")).values(reserved=bindparam("usd"), unpriced=bindparam("each"))
)
_left = jobs.c.reserved - bindparam("known") - bindparam("unknown") * func.coalesce(jobs.c.unpriced, 0.0)
_SETTLE = (
    update(jobs)
    .where(jobs.c.id == bindparam("job"), jobs.c.reserved.is_not(None))
    .values(reserved=case((_left > 0.0, _left), else_=0.0))
)
_SECRET = select(installation.c.value).where(installation.c.name == "secret")
_REMEMBER = insert(quotas)
_COMMAND = func.coalesce(jobs.c.command, "").label("command")


def broken(job: KeptJob, bounds: Bounds, now: float, connection: Connection) -> Bound | None:
    """Which bound a new job breaks, with everything that is held for others."""
    user = job.request.author.key
    if bounds.press and connection.execute(_PRESSED, {"press": bounds.press, "since": now - AT_ONCE_SECONDS}).first():
        return "pressed-twice"
    if bounds.per_minute and _started(user, now - MINUTE, connection) >= bounds.per_minute:
        return "too-fast"
    if ceiling := _over(job, bounds, connection):
        return ceiling
    new, each = bounds.reserved, bounds.unpriced
    if new and bounds.daily and _exceeds(used(bounds.day, each, user, connection) + new, bounds.daily):
        return "over-quota"
    if new and bounds.monthly and _exceeds(used(bounds.month, each, None, connection) + new, bounds.monthly):
        return "over-budget"
    return None


def hold(job: str, bounds: Bounds, connection: Connection) -> None:
    """Reserve for a job that was just added what it will cost about."""
    row = {"job": job, "usd": bounds.reserved, "each": bounds.unpriced, "pressed": bounds.press or None}
    if bounds.reserved or bounds.press:
        connection.execute(_HOLD, row)


def hold_instead(job: KeptJob, bounds: Bounds, now: float, connection: Connection) -> Bound | None:
    """Reserve for an open job what it will cost about now, in place of what is left of what it held; or the bound that this breaks."""
    held = connection.execute(_HELD_FOR_JOB, {"job": job.id}).scalar()
    connection.execute(_RESERVE, {"job": job.id, "usd": None, "each": bounds.unpriced})
    if bound := broken(job, bounds, now, connection):
        connection.execute(_RESERVE, {"job": job.id, "usd": held, "each": bounds.unpriced})
        return bound
    if bounds.reserved:
        connection.execute(_RESERVE, {"job": job.id, "usd": bounds.reserved, "each": bounds.unpriced})
    return None


def settle(job: str, paid: Sequence[Spend], connection: Connection) -> None:
    """Hold so much less for a job as was billed for it."""
    known = sum(spend.usd or 0.0 for spend in paid)
    unknown = sum(spend.usd is None for spend in paid)
    connection.execute(_SETTLE, {"job": job, "known": known, "unknown": unknown})


def broken_since(job: str, user: str, bounds: Bounds, connection: Connection) -> Bound | None:
    """Which bound is broken by what was really spent and what is still held for this job."""
    rest = connection.execute(_HELD_FOR_JOB, {"job": job}).scalar() or 0.0
    if bounds.daily and _exceeds(counted(bounds.day, bounds.unpriced, user, connection) + rest, bounds.daily):
        return "over-quota"
    if bounds.monthly and _exceeds(counted(bounds.month, bounds.unpriced, None, connection) + rest, bounds.monthly):
        return "over-budget"
    for ceiling in bounds.ceilings:
        if ceiling.usd is not None and _exceeds(_spent(ceiling, bounds.unpriced, connection) + rest, ceiling.usd):
            return ceiling.name
    return None


def ceiling_used(ceiling: Ceiling, unpriced: float, connection: Connection) -> tuple[int, float]:
    """How many requests, and how many USD with what is held, count toward a ceiling by now."""
    return _asked(ceiling, "", connection), _spent(ceiling, unpriced, connection) + _held(ceiling, connection)


def _over(job: KeptJob, bounds: Bounds, connection: Connection) -> Bound | None:
    """The first ceiling that a new job breaks."""
    for ceiling in bounds.ceilings:
        if ceiling.requests is not None and _asked(ceiling, job.id, connection) >= ceiling.requests:
            return ceiling.name
        if ceiling.usd is not None:
            used = _spent(ceiling, bounds.unpriced, connection) + _held(ceiling, connection)
            if _exceeds(used + bounds.reserved, ceiling.usd):
                return ceiling.name
    return None


def _of(ceiling: Ceiling) -> list[ColumnElement[bool]]:
    """Which jobs count toward a ceiling."""
    which = [jobs.c.user == ceiling.user] if ceiling.user else []
    which += [within(jobs.c.session, ceiling.home)] if ceiling.home else []
    return which + ([jobs.c.command.in_(ceiling.commands)] if ceiling.commands else [])


def _asked(ceiling: Ceiling, without: str, connection: Connection) -> int:
    """How many requests there were, also by somebody who was forgotten since."""
    count = select(func.count()).where(jobs.c.created >= ceiling.since, jobs.c.id != without, *_of(ceiling))
    there: int = connection.execute(count).scalar_one()
    return there + int(_before(ceiling, quotas.c.requests, connection))


def _before(ceiling: Ceiling, counted: ColumnElement[Any], connection: Connection) -> float:
    """What a person had of something before they were forgotten. Of which model it was nobody knows any more, so it counts for each."""
    if not ceiling.user:
        return 0
    which = [quotas.c.who == _nameless(ceiling.user, connection), quotas.c.at >= ceiling.since]
    which += [quotas.c.command.in_(ceiling.commands)] if ceiling.commands else []
    return connection.execute(select(func.sum(counted)).where(*which)).scalar() or 0


def _spent(ceiling: Ceiling, unpriced: float, connection: Connection) -> float:
    """USD that were spent, also by somebody who was forgotten since; what nobody knows the price of counts ``unpriced``."""
    total = _BY_ALL
    if ceiling.user:
        total = total.where(spends.c.user == ceiling.user)
    if ceiling.models:
        total = total.where(spends.c.model.in_(ceiling.models))
    if ceiling.home or ceiling.commands:
        of_jobs = _of(ceiling.model_copy(update={"user": ""}))
        total = total.where(exists().where(jobs.c.id == spends.c.job, *of_jobs))
    there = connection.execute(total, {"since": ceiling.since, "unpriced": unpriced}).scalar() or 0.0
    return there + _before(ceiling, quotas.c.usd + quotas.c.unpriced * unpriced, connection)


def _held(ceiling: Ceiling, connection: Connection) -> float:
    return connection.execute(_HELD.where(*_of(ceiling))).scalar() or 0.0


def counted(since: float, unpriced: float, user: str | None, connection: Connection) -> float:
    """USD that count toward a limit: of a person, also what they spent before they were forgotten, or of all."""
    values = {"since": since, "unpriced": unpriced}
    if user is None:
        return connection.execute(_BY_ALL, values).scalar() or 0.0
    spent = connection.execute(_BY_PERSON, values | {"user": user}).scalar() or 0.0
    before, _ = connection.execute(_FORGOTTEN, values | {"who": _nameless(user, connection)}).one()
    return spent + (before or 0.0)


def used(since: float, unpriced: float, user: str | None, connection: Connection) -> float:
    """What counts toward a limit with what is held for open jobs: a new request does not get that either."""
    held = connection.execute(_HELD if user is None else _HELD_FOR_PERSON, {"user": user}).scalar() or 0.0
    return counted(since, unpriced, user, connection) + held


def remember(user: str, now: float, connection: Connection) -> None:
    """Keep, without their name, what somebody who is being forgotten has used up of the month, the day and the minute; before their rows go.

    What they used before today is kept as of the start of the month, so that no look at today alone counts it.
    """
    today, month = now - now % QUOTA_SECONDS, _month_start(now)
    rows = _used_by_command(user, today, connection)
    _add_held(rows, user, connection)
    rows.setdefault("", {})["jobs"] = connection.execute(_SINCE, {"user": user, "since": now - MINUTE}).scalar_one()
    nothing = {"who": _nameless(user, connection), "usd": 0.0, "unpriced": 0, "jobs": 0, "requests": 0}
    parts = ((month, _used_by_command(user, month, connection, until=today)), (now, rows))
    kept = [
        {**nothing, "at": at, "command": command, **row}
        for at, used in parts
        for command, row in used.items()
        if any(row.values())
    ]
    if kept:
        connection.execute(_REMEMBER, kept)


def _used_by_command(
    user: str, since: float, connection: Connection, until: float = math.inf
) -> dict[str, dict[str, float]]:
    """What somebody asked for and spent in a time by the commands of the requests; of some no command is known."""
    unpriced = (func.count() - func.count(spends.c.usd)).label("unpriced")
    paid = select(_COMMAND, func.sum(spends.c.usd).label("usd"), unpriced)
    paid = paid.join_from(spends, jobs, jobs.c.id == spends.c.job, isouter=True)
    paid = paid.where(spends.c.user == user, spends.c.at >= since, spends.c.at < until)
    asked = select(_COMMAND, func.count().label("requests"))
    asked = asked.where(jobs.c.user == user, jobs.c.created >= since, jobs.c.created < until)
    rows: dict[str, dict[str, float]] = {}
    for query in (paid, asked):
        for row in connection.execute(query.group_by(_COMMAND)).mappings():
            rows.setdefault(row["command"], {}).update({name: row[name] or 0 for name in row if name != "command"})
    return rows


def _add_held(rows: dict[str, dict[str, float]], user: str, connection: Connection) -> None:
    """Count as spent what is held for the open jobs of somebody."""
    held = select(_COMMAND, func.sum(jobs.c.reserved)).where(jobs.c.user == user, jobs.c.ended.is_(None))
    for command, usd in connection.execute(held.group_by(_COMMAND)).all():
        row = rows.setdefault(command, {})
        row["usd"] = row.get("usd", 0.0) + (usd or 0.0)


def sweep_quotas(now: float, connection: Connection) -> bool:
    """Delete what no limit looks at any more: of an earlier month, and of before the last minute. There is never more of it than one sweep takes."""
    connection.execute(delete(quotas).where(quotas.c.at < min(_month_start(now), now - MINUTE)))
    return False


def _month_start(now: float) -> float:
    """The start of the month (UTC) in which ``now`` lies."""
    return datetime.fromtimestamp(now, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()


def _started(user: str, since: float, connection: Connection) -> int:
    started = connection.execute(_SINCE, {"user": user, "since": since}).scalar_one()
    who = {"who": _nameless(user, connection), "since": since, "unpriced": 0.0}
    return started + (connection.execute(_FORGOTTEN, who).one()[1] or 0)


def _nameless(user: str, connection: Connection) -> str:
    """What stands for a person who may not be named any more; nobody can find out who it was without the secret of this installation."""
    secret = bytes.fromhex(connection.execute(_SECRET).scalar_one())
    return hmac.new(secret, f"quota {user}".encode(), hashlib.sha256).hexdigest()


def _exceeds(usd: float, limit: float) -> bool:
    return usd > limit + _NOTHING_MORE
