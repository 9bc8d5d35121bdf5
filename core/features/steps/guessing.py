"""Which columns fill what their names do not tell: the helper looks at the names and a few cells, and says what it looks like."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice

import structlog
from pydantic import BaseModel, Field

from core import prompts
from core.errors import FabulaError, StorageFault
from core.features.steps.toolbox import Toolbox
from core.jobs import Job, Paid
from core.recipes.form import Input
from core.tables.reading import Table, shown
from core.types import Request

MOST_COLUMNS, CELLS = 40, 3
"""Columns that are looked at, and cells of each."""

NAME, CELL = 60, 60
"""Characters of a column's name and of a cell."""

LETTERS, TOKENS = 3_000, 120
"""What a guess is made of about, and how long it is."""

log = structlog.get_logger()


class Fill(BaseModel):
    """Which column an input is filled by."""

    input: str
    column: int = Field(description="Its number, or 0.")


class Fills(BaseModel):
    """What the helper makes of a table."""

    fills: list[Fill]


class Guessed(Paid):
    """The column, counted from 0, of each input that one was found for."""

    columns: Mapping[str, int] = {}


async def guessed(
    job: Job, tools: Toolbox, table: Table, columns: Mapping[str, int], inputs: Mapping[str, Input]
) -> Mapping[str, int]:
    """What else fills an input, where one that has to be filled has no column. Steps: columns.

    Nothing where nobody is there to ask, or the helper fails: what is missing is then told, and can be chosen.
    """
    unused = len(table.header) > len(columns)
    lacking = any(one.required and name not in columns for name, one in inputs.items())
    if tools.settings.text_is_embedded or not (unused and lacking):
        return {}
    try:
        return (await job.step("columns", _guess, tools, job.request, table, columns, inputs)).columns
    except StorageFault:
        raise
    except FabulaError as error:
        log.info("columns are not guessed", job=job.id, code=error.code)
        return {}


async def _guess(
    tools: Toolbox, request: Request, table: Table, columns: Mapping[str, int], inputs: Mapping[str, Input]
) -> Guessed:
    free = {place for place in range(len(table.header)) if place not in columns.values()}
    offered = sorted(free)[:MOST_COLUMNS]
    open_inputs = {name: one for name, one in inputs.items() if name not in columns}
    fills, spend = await tools.writer.extract(
        prompts.columns(),
        asked(table, offered, open_inputs),
        Fills,
        name="columns",
        person=tools.pseudonym(request.author),
    )
    found: dict[str, int] = {}
    for fill in fills.fills:
        place = fill.column - 1
        if fill.input in open_inputs and place in offered and fill.input not in found and place not in found.values():
            found[fill.input] = place
    return Guessed(columns=found, spends=(spend,))


def asked(table: Table, offered: list[int], inputs: Mapping[str, Input]) -> str:
    """What the helper is asked, as JSON, so that no cell can be taken for anything else."""

    def cells(place: int) -> list[str]:
        full = (shown(line.cells[place]).strip() for line in table.lines if place < len(line.cells))
        return [cell[:CELL] for cell in islice(filter(None, full), CELLS)]

    told = {
        "inputs": [{"name": name, "is": one.label.en} for name, one in inputs.items()],
        "columns": [
            {"number": place + 1, "name": table.header[place][:NAME], "cells": cells(place)} for place in offered
        ],
    }
    return json.dumps(told, ensure_ascii=False)
