"""Forgetting somebody takes as long as their things are many and their chats long, and not the one times the other: everybody waits meanwhile."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from core.types import KeptPiece, Piece, PieceKind, Place
from storage import open_storage, removal, tables

EVENTS, FEW, MANY = 2000, 20, 220
ROOM = Place(platform="web", chat="room", peers=True)


def fill(connection: Connection) -> None:
    """A room in which two people have made something, and others a lot more."""
    now = time.time()
    made = [*((f"few-{n:016}", "few") for n in range(FEW)), *((f"many-{n:015}", "many") for n in range(MANY))]
    others = [(f"other-{n:014}", "other") for n in range(EVENTS)]
    rows = [
        {
            "id": one,
            "session": "web:room::*",
            "author": f"web:{who}",
            "kind": "text",
            "parent": None,
            "value": KeptPiece(
                piece=Piece(id=one, kind=PieceKind.TEXT), place=ROOM, author=who, session="web:room::*", created=now
            ).model_dump_json(),
            "created": now,
            "deleted": False,
        }
        for one, who in (*made, *others)
    ]
    told = [
        {
            "chat": "room",
            "key": one,
            "user": "web:other",
            "message": f"r{number}",
            "only": "",
            "at": now,
            "data": json.dumps(
                {"kind": "reply", "in_reply_to": "m", "text": "a", "pieces": [{"id": one}], "quotes": [of]}
            ),
        }
        for number, ((one, _), (of, _)) in enumerate(zip(others, (made * EVENTS)[:EVENTS], strict=True))
    ]
    connection.execute(tables.pieces.insert(), rows)
    connection.execute(tables.events.insert(), told)


def steps_of(work: Callable[[Connection], object], connection: Connection) -> int:
    """Steps of the database's machine, to a thousand."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1000
        return 0

    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.set_progress_handler(count, 1000)
    try:
        work(connection)
    finally:
        driver.set_progress_handler(None, 0)
    return steps


async def test_forgetting_grows_with_what_there_is_and_not_with_its_square(tmp_path: Path) -> None:
    async with await open_storage(tmp_path) as storage:
        write = storage.store._database.write
        await write(fill)
        one, more = [
            await write(partial(steps_of, partial(removal.delete_pieces, pieces, time.time())))
            for pieces in (["other-" + "0" * 14], [f"other-{number:014}" for number in range(1, 51)])
        ]
        assert more - one < 49 * EVENTS / 2, "nor is each of what is deleted together looked for by itself"
        few, many = [
            await write(partial(steps_of, partial(removal.forget, f"web:{who}", False, time.time())))
            for who in ("few", "many")
        ]
        assert many - few < (MANY - FEW) * EVENTS / 2, "no further piece is looked for in each event"
        left = await write(
            lambda connection: connection.scalars(tables.events.select().with_only_columns(tables.events.c.data)).all()
        )
        assert not any(
            f'"quotes": ["{who}' in data and '"text": "a"' in data for data in left for who in ("few", "many")
        )
