"""The tables of calls that may take a day."""

from __future__ import annotations

from sqlalchemy import Index, Table

from storage.columns import number, part_of, words
from storage.tables import metadata

slow_calls = Table(  # ``wave`` is empty until it goes to the service, ``answer`` until it is answered
    "slow_calls",
    metadata,
    words("id", key=True),
    part_of("batch", "batches.id"),
    number("number"),
    *map(words, ("job", "service", "path", "model", "asked", "beside")),
    number("status"),
    words("answer"),
    words("wave"),
    Index("slow_calls_batch", "batch", "number"),
    Index("slow_calls_job", "job", "answer"),
    Index("slow_calls_wave", "wave", "id"),
)

slow_waves = Table(  # ``remote`` is empty until the service has it
    "slow_waves",
    metadata,
    words("id", key=True),
    part_of("batch", "batches.id"),
    *map(words, ("service", "path", "remote")),
    Index("slow_waves_batch", "batch"),
)
