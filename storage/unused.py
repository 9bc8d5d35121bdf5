"""Bytes that nobody uses any more: plain functions of a connection, run inside the transaction that leaves them so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, select

from storage.tables import doomed, insert, media, piece_media

Kept = Row[Any, Any]
"""The id and the SHA-256 of bytes."""

_RELEASE = delete(media).where(
    media.c.id == bindparam("unused"), ~exists().where(piece_media.c.media == bindparam("unused"))
)
_DOOM = (
    insert(doomed)
    .from_select(
        ["sha"],
        select(bindparam("file", type_=doomed.c.sha.type)).where(~exists().where(media.c.sha == bindparam("file"))),
    )
    .on_conflict_do_nothing()
)


def release(rows: Sequence[Kept], connection: Connection) -> None:
    """Delete those ids of bytes that no piece uses, and doom the files that have no id any more."""
    if not rows:
        return
    connection.execute(_RELEASE, [{"unused": row.id} for row in rows])
    connection.execute(_DOOM, [{"file": sha} for sha in {row.sha for row in rows}])
