"""That this process lives, and what it has for itself: bots, timers, the sweep. A connection of its own to PostgreSQL, whose locks end with it."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
import structlog

from core.types import new_id
from storage.postgresql import LOCKS, parameters
from storage.relay import lasting

BEAT = 1.0
"""Seconds between two signs of life, and two looks at who gives none."""

GONE_AFTER = 10.0
"""Seconds without a sign of life after which a process counts as gone. One that dies is found out by its lock, at the next look of another."""

NO_ANSWER = 8.0
"""Seconds that the server gets for an answer: less than after which we count as gone."""

_MINE = f"pg_try_advisory_lock({LOCKS}, hashtext(%s || ' ' || current_schema()))"
_LIVE = f"SELECT pg_advisory_lock({LOCKS}, %s)"
_BEAT = """
INSERT INTO processes (id, number, slots, name, until) VALUES (%s, %s, %s, %s, extract(epoch FROM clock_timestamp()) + %s)
ON CONFLICT (id) DO UPDATE SET until = excluded.until
"""
_LOCKED = f"""
SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = {LOCKS} AND objsubid = 2
AND objid = processes.number AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""  # noqa: S608 — nothing but a number of ours
_BURY = f"""
DELETE FROM processes WHERE id != %s AND (until < extract(epoch FROM clock_timestamp()) OR NOT EXISTS ({_LOCKED}))
RETURNING id, (SELECT count(pg_terminate_backend(pid)) FROM ({_LOCKED}) AS hung)
"""  # noqa: S608 — as above
_WORKERS = "SELECT count(*) FROM processes WHERE slots > 0"
log = structlog.get_logger()


class Owned:
    """Something that one process has at a time. ``gained`` is set while this one has it, ``lost`` while it does not."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.gained, self.lost = asyncio.Event(), asyncio.Event()
        self.lost.set()

    def turn(self, mine: bool) -> None:
        """Have it, or not."""
        now, before = (self.gained, self.lost) if mine else (self.lost, self.gained)
        before.clear()
        now.set()


class Presence:
    """Gives signs of life for this process, finds out whose have ended, and takes what nobody has.

    A process that hangs is cut off from what it had: the server ends its connection, and with that its locks.
    """

    def __init__(self, url: str, slots: int) -> None:
        """``slots``: how many jobs this process runs together. Run ``go_on`` until the end."""
        self.me = new_id()
        self.workers = 1
        self.buried: Callable[[], None] = lambda: None
        self.there = asyncio.Event()
        self._url = url
        self._slots = slots
        self._number = secrets.randbelow(2**31)
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._wanted: list[Owned] = []
        self._heard = 0.0
        self._connection: psycopg.AsyncConnection[Any] | None = None

    @property
    def lives(self) -> bool:
        """Whether nobody can take this process for dead yet: one that was stopped knows by its clock, before it has asked anybody."""
        return time.monotonic() < self._heard + NO_ANSWER

    def want(self, name: str) -> Owned:
        """Take something as soon as nobody has it, and again whenever it was lost."""
        owned = Owned(name)
        self._wanted.append(owned)
        return owned

    async def go_on(self) -> None:
        """Give signs of life, until cancelled. While the server does not hear them nothing is ours."""
        await lasting("presence", self._live)

    async def _live(self) -> None:
        try:
            async with asyncio.timeout(NO_ANSWER):
                self._connection = await psycopg.AsyncConnection.connect(parameters(self._url), autocommit=True)
                await self._connection.execute(_LIVE, (self._number,))
            while True:
                async with asyncio.timeout(NO_ANSWER):
                    await self._beat(self._connection)
                self.there.set()
                await asyncio.sleep(BEAT)
        finally:
            for owned in self._wanted:
                owned.turn(False)
            if self._connection:
                await self._connection.close()
                self._connection = None

    async def leave(self) -> None:
        """Say that this process is gone; others may have what it had at once."""
        with suppress(psycopg.Error, TimeoutError):
            async with (
                asyncio.timeout(NO_ANSWER),
                await psycopg.AsyncConnection.connect(parameters(self._url)) as connection,
            ):
                await connection.execute("DELETE FROM processes WHERE id = %s", (self.me,))

    async def _beat(self, connection: psycopg.AsyncConnection[Any]) -> None:
        asked = time.monotonic()
        await connection.execute(_BEAT, (self.me, self._number, self._slots, self._name, GONE_AFTER))
        self._heard = asked
        gone = await (await connection.execute(_BURY, (self.me,))).fetchall()
        if gone:
            log.warning("processes are gone", number=len(gone), hung=sum(bool(hung) for _, hung in gone))
            self.buried()
        self.workers = max(1, (await (await connection.execute(_WORKERS)).fetchone() or (1,))[0])
        for owned in self._wanted:
            if not owned.gained.is_set():
                got = await (await connection.execute(f"SELECT {_MINE}", (owned.name,))).fetchone()
                if got and got[0]:
                    owned.turn(True)
