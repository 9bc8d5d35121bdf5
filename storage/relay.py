"""Word from one process to the others over one PostgreSQL database (``LISTEN`` and ``NOTIFY``)."""

# ruff: noqa: D102 — the methods are described by the port

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

import psycopg
import structlog
from psycopg import sql

from core.cancelling import was_cancelled
from core.ports import Others
from core.types import new_id
from storage.postgresql import parameters

PART = 2500
"""Characters of a part: the server takes less than 8,000 bytes (https://www.postgresql.org/docs/current/sql-notify.html), a sign three."""

MOST_HALF = 100
"""Messages that are known in part; older ones are forgotten, since the rest was lost."""

MOST_WAITING = 10_000
"""Messages that wait for a server that is away; older ones are forgotten."""

TOGETHER = 0.02
"""Seconds for which what is told is collected: words of a text come many times a second."""

AGAIN_AFTER = 1.0
"""Seconds until a connection that was lost is tried again."""

_SEND = "SELECT pg_notify(%s, part) FROM unnest(%s::text[]) AS part"
log = structlog.get_logger()


class Relay(Others):
    """``core.ports.Others``. Run ``go_on`` until the end."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._me = new_id()
        self._numbers = count()
        self._telling: dict[str, str] = {}
        self._news = asyncio.Event()
        self._handlers: defaultdict[str, list[Callable[..., None]]] = defaultdict(list)
        self._half: dict[str, dict[int, str]] = {}

    def tell(self, what: str, *, newest: str = "", **told: Any) -> None:
        while len(self._telling) >= MOST_WAITING:
            del self._telling[next(iter(self._telling))]
        self._telling[newest or f"#{next(self._numbers)}"] = json.dumps([what, told], ensure_ascii=False)
        self._news.set()

    def hear(self, what: str, handler: Callable[..., None]) -> None:
        self._handlers[what].append(handler)

    async def go_on(self) -> None:
        """Listen and tell, until cancelled."""
        await asyncio.gather(lasting("listening", self._listen), lasting("telling", self._send))

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(parameters(self._url), autocommit=True) as connection:
            await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(await _channel(connection))))
            self._call("again", {})
            async for notice in connection.notifies():
                try:
                    self._take(notice.payload)
                except (LookupError, TypeError, ValueError) as error:  # not told by ours, or by a later version
                    log.warning("what another process told was not understood", cause=type(error).__name__)

    async def _send(self) -> None:
        """What was being sent when a connection was lost is lost too."""
        async with await psycopg.AsyncConnection.connect(parameters(self._url), autocommit=True) as connection:
            channel = await _channel(connection)
            while True:
                await self._news.wait()
                await asyncio.sleep(TOGETHER if len(self._telling) > 1 else 0)
                telling, self._telling = self._telling, {}
                self._news.clear()
                parts = [part for told in telling.values() for part in self._parts(told)]
                await connection.execute(_SEND, (channel, parts))

    def _parts(self, told: str) -> list[str]:
        name, last = f"{self._me}:{next(self._numbers)}", (len(told) - 1) // PART
        return [f"{name}:{number}:{last}:{told[number * PART :][:PART]}" for number in range(last + 1)]

    def _take(self, payload: str) -> None:
        sender, name, number, last, part = payload.split(":", 4)
        if sender == self._me:
            return
        parts = self._half.setdefault(f"{sender}:{name}", {})
        parts[int(number)] = part
        if len(parts) > int(last):
            del self._half[f"{sender}:{name}"]
            what, told = json.loads("".join(parts[number] for number in range(len(parts))))
            self._call(what, told)
        while len(self._half) > MOST_HALF:
            del self._half[next(iter(self._half))]

    def _call(self, what: str, told: dict[str, Any]) -> None:
        """The broad except around what others tell: one that is of another version, for instance, must not keep the next from being heard."""
        for handler in self._handlers[what]:
            try:
                handler(**told)
            except Exception as error:  # noqa: BLE001 — its words may quote what people said
                log.warning("what another process told was not understood", what=what, cause=type(error).__name__)


async def lasting(what: str, work: Callable[[], Awaitable[None]]) -> None:
    """Do something that needs a connection, again as soon as there is one, until cancelled: whatever ends it, a process without it is none."""
    while True:
        try:
            await work()
        except (Exception, asyncio.CancelledError) as error:  # an error's text may quote the address
            if was_cancelled():
                raise
            log.warning("a connection was lost", to=what, cause=type(error).__name__)
        await asyncio.sleep(AGAIN_AFTER)


async def _channel(connection: psycopg.AsyncConnection[Any]) -> str:
    """The name of the channel, of which each studio of a database has its own."""
    row = await (await connection.execute("SELECT 'fabula_' || abs(hashtext(current_schema())::bigint)")).fetchone()
    assert row
    return str(row[0])
