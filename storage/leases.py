"""Handing out jobs to the processes that serve one PostgreSQL database: its own statements, carried out with the right to write."""

# ruff: noqa: D102 — the methods are described by the port

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, bindparam, select, text

from core.ports import InboxRow, Leases
from core.types import KeptJob
from storage.changes import OF_A_JOB, is_held, kept_job
from storage.database import Database
from storage.tables import jobs

SUSPECTS = 8
"""Jobs that were taken after a process had died run so many together; those that outlived two, one by one, as ``core.jobs.suspects`` has it."""

_RESTS = """
EXISTS (
    SELECT 1 FROM slow_calls LEFT JOIN batch_rows ON batch_rows.batch = slow_calls.batch AND batch_rows.number = slow_calls.number
    WHERE slow_calls.job = jobs.id AND (slow_calls.answer = '' OR batch_rows.state = 'asked')
)
"""
"""Whether a job waits for a service that may take a day, as ``storage.slow`` has it: nobody has it meanwhile."""

_COLUMNS = ", ".join(f'"{name}"' for name in OF_A_JOB)
_NEXT = f"""
WITH opened AS MATERIALIZED (
    SELECT jobs.id, jobs.seq, jobs."user" AS person, jobs.starts, processes.id IS NOT NULL AS runs,
           row_number() OVER (PARTITION BY jobs.session ORDER BY jobs.seq) AS place
    FROM jobs LEFT JOIN processes ON processes.id = jobs.worker
    WHERE jobs.ended IS NULL AND jobs.lane = :lane AND NOT {_RESTS}
), going AS (
    SELECT person, count(*) AS number FROM opened WHERE runs GROUP BY person
), suspects AS (
    SELECT count(*) AS number, coalesce(max(starts), 0) AS starts FROM opened WHERE runs AND starts > 0
), first AS (
    SELECT id, seq, person, starts, row_number() OVER (PARTITION BY person ORDER BY seq) AS turn,
           row_number() OVER (PARTITION BY starts > 0 ORDER BY starts, seq) AS suspect, max(starts) OVER () AS most
    FROM opened WHERE place = 1 AND NOT runs
), people AS (
    SELECT person, (SELECT max(begun) FROM jobs WHERE jobs."user" = person AND begun IS NOT NULL) AS begun
    FROM (SELECT DISTINCT person FROM first) AS waiting
)
SELECT first.id FROM first JOIN people USING (person) LEFT JOIN going USING (person) CROSS JOIN suspects
WHERE first.starts = 0
   OR suspects.number + first.suspect <= CASE WHEN greatest(first.most, suspects.starts) > 1 THEN 1 ELSE {SUSPECTS} END
ORDER BY coalesce(going.number, 0) + first.turn, people.begun NULLS FIRST, first.seq
LIMIT :most
"""  # noqa: S608 — nothing but words and numbers of ours
_WAITS = text(
    f"""
SELECT 1 FROM jobs LEFT JOIN processes ON processes.id = jobs.worker
WHERE jobs.ended IS NULL AND jobs.lane = :lane AND processes.id IS NULL AND NOT {_RESTS} LIMIT 1
"""  # noqa: S608 — nothing but words of ours
)
_TAKE = text(
    f"""
UPDATE jobs SET worker = :me, fence = fence + 1, begun = extract(epoch FROM clock_timestamp())
WHERE id IN ({_NEXT}) AND EXISTS (SELECT 1 FROM processes WHERE id = :me) RETURNING seq, {_COLUMNS}
"""  # noqa: S608 — as above
)
_HELD = text("SELECT id, fence FROM jobs WHERE ended IS NULL AND worker = :me")
_IS_TAKEN = text(
    "SELECT 1 FROM jobs JOIN processes ON processes.id = jobs.worker WHERE jobs.id = :job AND jobs.ended IS NULL"
)
_LET_GO = text("UPDATE jobs SET worker = '' WHERE id = :job AND fence = :fence AND ended IS NULL AND worker = :me")
_GIVE_BACK = text("UPDATE jobs SET worker = '' WHERE ended IS NULL AND worker = :me")
_ADOPT = text(
    """
UPDATE inbox SET taker = :me WHERE handled IS NULL AND platform = :platform AND (
    taker != :me AND taker NOT IN (SELECT id FROM processes) OR taker = :me AND id = ANY(:fresh)
) RETURNING seq, id, platform, "user", payload, tries
"""
)
_LINE = (
    select(*(jobs.c[name] for name in OF_A_JOB))
    .where(jobs.c.session == bindparam("session"), jobs.c.lane == bindparam("lane"), jobs.c.ended.is_(None))
    .order_by(jobs.c.seq)
)


def adopt(me: str, platform: str, fresh: Collection[str], connection: Connection) -> list[InboxRow]:
    """Have the updates of a platform that were not handled and that no process has which lives; in their order, with ``fresh`` ones of our own."""
    rows = connection.execute(_ADOPT, {"me": me, "platform": platform, "fresh": list(fresh)}).mappings()
    return [
        InboxRow(**{name: row[name] for name in InboxRow.model_fields})
        for row in sorted(rows, key=lambda row: int(row["seq"]))
    ]


class SqlLeases(Leases):
    """``core.ports.Leases`` in PostgreSQL. ``me`` names this process among ``processes``."""

    def __init__(self, database: Database, me: str) -> None:
        self._database = database
        self._me = me
        self._gives_back = False

    async def take(self, most: int, *, batch: bool) -> Sequence[KeptJob]:
        asked = {"lane": int(batch), "me": self._me, "most": most}
        if await self._database.read(lambda connection: connection.scalar(_WAITS, asked)) is None:
            return ()

        def take(connection: Connection) -> Sequence[KeptJob]:
            rows = [] if self._gives_back else connection.execute(_TAKE, asked).mappings().all()
            return [kept_job(row) for row in sorted(rows, key=lambda row: int(row["seq"]))]

        return await self._database.write(take)

    async def held(self) -> Mapping[str, int]:
        rows = await self._database.read(lambda connection: connection.execute(_HELD, {"me": self._me}).all())
        return {row.id: row.fence for row in rows}

    async def holds(self, job: KeptJob) -> bool:
        return await self._database.read(lambda connection: is_held(job.id, job.fence, connection))

    async def is_taken(self, job: str) -> bool:
        return await self._database.read(lambda connection: connection.scalar(_IS_TAKEN, {"job": job})) is not None

    async def let_go(self, jobs: Mapping[str, int]) -> None:
        rows = [{"job": job, "fence": fence, "me": self._me} for job, fence in jobs.items()]
        await self._database.write(lambda connection: connection.execute(_LET_GO, rows).close())

    async def give_back(self) -> None:
        self._gives_back = True
        await self._database.write(lambda connection: connection.execute(_GIVE_BACK, {"me": self._me}).close())

    async def line(self, session: str, *, batch: bool) -> Sequence[KeptJob]:
        asked = {"session": session, "lane": int(batch)}
        rows = await self._database.read(lambda connection: connection.execute(_LINE, asked).mappings().all())
        return [kept_job(row) for row in rows]
