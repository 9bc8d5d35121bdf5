"""The journal of a job, as plain functions of a connection: its finished steps, and what they cost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, select, update

from core.types import Spend
from storage import money
from storage.changes import is_held
from storage.tables import insert, jobs, spends, steps

BUILT_IN = "built-in:"
"""How the name of a model begins in ``spends`` whose answer cost nothing."""

_RENEW = update(jobs).where(jobs.c.id == bindparam("job")).values(recipe=bindparam("version"))
_FORGET_STEPS = delete(steps).where(steps.c.job == bindparam("job"))
_IS_JOB = select(jobs.c.id).where(jobs.c.id == bindparam("job"))
_PROGRESSED = update(jobs).where(jobs.c.id == bindparam("job")).values(starts=0)
_FINISH = (
    insert(steps)
    .from_select(
        ["job", "name", "result", "finished"],
        select(jobs.c.id, *map(bindparam, ("name", "result", "finished"))).where(jobs.c.id == bindparam("job")),
    )
    .on_conflict_do_nothing()
)
_SPEND = insert(spends)


class Entry(NamedTuple):
    """A finished step: its ``result`` as JSON. ``restarted``: its job was started before, which is forgotten now that it got somewhere.

    ``fence``: that of its job when it was begun.
    """

    job: str
    name: str
    result: str
    fence: int
    restarted: bool


def begin_anew(job: str, recipe: int, fence: int, connection: Connection) -> None:
    """Empty a journal, for a version of the recipe, unless another process has the job by now."""
    if is_held(job, fence, connection):
        connection.execute(_FORGET_STEPS, {"job": job})
        connection.execute(_RENEW, {"job": job, "version": recipe})


def finish(entry: Entry, paid: Sequence[Spend], user: str, now: float, connection: Connection) -> None:
    """Journal a step. Of a job that was forgotten meanwhile only the bare costs are kept; of one that another process has by now the costs."""
    if entry.fence and not is_held(entry.job, entry.fence, connection):
        return book(entry.job, entry.name, paid, user, now, connection)
    row = {"job": entry.job, "name": entry.name, "result": entry.result, "finished": now}
    known = connection.execute(_FINISH, row).rowcount == 1
    if entry.restarted:
        connection.execute(_PROGRESSED, {"job": entry.job})
    return _add_spends(entry.job, entry.name, paid, user if known else "", now, connection)


def book(job: str, name: str, paid: Sequence[Spend], user: str, now: float, connection: Connection) -> None:
    """Keep what a step that has no result cost, as ``finish`` does."""
    known = connection.execute(_IS_JOB, {"job": job}).first() is not None
    _add_spends(job, name, paid, user if known else "", now, connection)


def _add_spends(job: str, name: str, paid: Sequence[Spend], user: str, now: float, connection: Connection) -> None:
    rows = [
        {
            "user": user,
            "job": job,
            "step": name,
            "model": BUILT_IN * bool(spend.built_in) + spend.model,
            "usd": spend.usd,
            "usage": json.dumps(dict(spend.usage)),
            "at": now,
        }
        for spend in paid
    ]
    if rows:
        connection.execute(_SPEND, rows)
        money.settle(job, paid, connection)
