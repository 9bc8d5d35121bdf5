"""The bodies of the routes of batches, as the API's documentation shows them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bots.web.program_schemas import WorkPiece
from bots.web.schemas import ShownPiece, Strict, Trouble
from core.recipes.form import MOST_INPUTS

State = Literal["planned", "running", "paused", "done", "cancelled"]
RowState = Literal["waiting", "running", "done", "failed", "unfit", "known"]
Act = Literal["start", "samples", "pause", "resume", "cancel", "retry", "anew"]
Short = Annotated[str, Field(max_length=200)]


class BatchForm(BaseModel):
    """A table and what to make of each row (``multipart/form-data``); ``user`` first. ``columns`` and ``options`` are JSON objects of words.

    ``columns``: the column (its name, or its letter) of each input that is to be filled; without it they are found by their names.
    ``callback``: where the batch is posted to when it has ended.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {"user": "ann", "recipe": "product", "columns": '{"product": "Name", "points": "Features"}'}
        }
    )

    user: str = ""
    recipe: str
    columns: str = ""
    options: str = ""
    client_id: str = Field("", description="the same for the same table, so that sending it again changes nothing")
    callback: str = ""
    table: bytes


class ColumnsBody(Strict):
    """Which column (its name, or its letter) fills which input."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"user": "ann", "columns": {"points": "Features"}}}
    )

    user: str = Field("", max_length=64)
    columns: dict[Short, Short] = Field(max_length=MOST_INPUTS)


class ActBody(Strict):
    """Who does it."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"user": "ann"}})

    user: str = Field("", max_length=64)


class FilesBody(ActBody):
    """Whose files: of the ``rows`` with these numbers (``2-5, 9``) an archive, of all (no ``rows``) the table too."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"user": "ann", "rows": "2-5, 9"}})

    rows: str = Field("", max_length=4000)


class Filled(BaseModel):
    """Which ``column`` fills which ``input``; ``looks_like``: the helper guessed it from a few cells."""

    input: str
    label: str
    column: str
    looks_like: bool = False


class Lacking(BaseModel):
    """An input that has to be filled and has no column."""

    input: str
    label: str


class WrongRow(BaseModel):
    """A row of which nothing can be made, and why."""

    row: int
    code: str
    text: str


class Estimate(BaseModel):
    """About what the rows that wait cost and how long they take: it is a guess before the first is made."""

    usd: float
    seconds: float


class BatchLine(BaseModel):
    """How a batch stands. ``rows``: how many are in each state; ``unfit``: nothing can be made of them; ``known``: made before, by an earlier batch.

    ``cost_usd`` is the known part; of ``unpriced`` rows the price is not known. ``why``: what it waits for while it is paused.
    """

    id: str
    message: str
    recipe: str
    table: str
    state: State
    why: Trouble | None = None
    created: float
    rows: dict[RowState, int]
    total: int
    cost_usd: float
    unpriced: int


class Batch(BatchLine):
    """The same with what was understood of the table. ``files``: the table as it came back and the archive, once it is done.

    ``unfit``: the first rows that cannot work, with why; all of them are under ``rows``.
    """

    columns: list[Filled]
    ignored: list[str]
    missing: list[Lacking]
    unfit: list[WrongRow]
    estimate: Estimate
    files: list[ShownPiece]


class Taken(BaseModel):
    """What was taken. Until the table is read (``batch`` is null, 202) the same ``client_id`` may be sent again, or the list looked at."""

    message: str
    batch: Batch | None = None


class Row(BaseModel):
    """A row by its number in the file: its words, what came of it, and why nothing did. ``score``: how its pictures were found, from 0 to 1.

    ``error`` beside pieces: it was to be made once more, and that failed.
    """

    row: int
    state: RowState
    words: str
    text: str
    pieces: list[WorkPiece]
    score: float | None
    cost_usd: float | None
    error: Trouble | None = None


class Rows(BaseModel):
    """Rows in the order of the file. ``after``: what to ask for to get the next ones; null at the end."""

    rows: list[Row]
    after: int | None


class Files(BaseModel):
    """Files that were made; null where that takes longer: they follow in the chat."""

    files: list[ShownPiece] | None
