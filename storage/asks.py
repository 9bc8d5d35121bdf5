"""What limits are asked about: how much of one is used, and which requests beyond one wait for somebody's word."""

# ruff: noqa: D102 — the methods are described by the port

from __future__ import annotations

from functools import partial

from sqlalchemy import bindparam, select

from core.ports import Ask, Bound, Bounds, Ceiling
from core.types import Request
from storage import money
from storage.database import Database
from storage.tables import asks
from storage.values import load

_ASK = select(asks.c.request, asks.c.home).where(asks.c.id == bindparam("ask"))


class SqlAsks:
    """A part of ``core.ports.Store``."""

    _database: Database

    async def ceiling_used(self, ceiling: Ceiling, unpriced: float) -> tuple[int, float]:
        return await self._database.read(partial(money.ceiling_used, ceiling, unpriced))

    async def ask(self, ask: str) -> Ask | None:
        row = await self._database.read(lambda connection: connection.execute(_ASK, {"ask": ask}).first())
        request = load(Request, row.request, f"asks {ask}") if row else None
        return Ask(id=ask, request=request, home=row.home) if row and request else None

    async def still_within(self, job: str, user: str, bounds: Bounds) -> Bound | None:
        return await self._database.read(partial(money.broken_since, job, user, bounds))

    async def used(self, since: float, unpriced: float, user: str | None = None) -> float:
        return await self._database.read(partial(money.used, since, unpriced, user))
