"""The processes that serve one database together, each with when it is believed to be gone unless it says otherwise by then."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Float, Integer, Table, Text

from storage.columns import metadata, number, real, words

processes = Table(  # ``number`` is that of the lock which ends with the process, ``name`` its machine and number there
    "processes",
    metadata,
    words("id", key=True),
    number("number"),
    number("slots"),  # how many jobs it runs together
    words("name"),
    real("until"),
)


def taken_columns() -> tuple[Column[Any], ...]:
    """Of a job: its ``lane`` (1 for a batch), the ``worker`` that has it, how often it was taken (``fence``), and when last (``begun``)."""
    return (
        Column("lane", Integer, nullable=False, server_default="0"),
        Column("worker", Text, nullable=False, server_default=""),
        Column("fence", Integer, nullable=False, server_default="0"),
        Column("begun", Float, nullable=True),
    )
