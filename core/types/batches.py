"""Batches: a work for each row of a table."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import Field

from core.types.people import Place, User
from core.types.pieces import Picture
from core.types.slow import SlowCall
from core.types.values import Value, new_id

Cell = str | int | float | bool | None | dict[str, str]
"""A cell as it was sent; a day or time is ``{"at": "2026-11-29T00:00:00"}``."""


class BatchInput(Value):
    """Something that is asked for each row: its name, and its label by language."""

    name: str
    label: Mapping[str, str]
    required: bool = False

    def called(self, language: str) -> str:
        """Its label."""
        return self.label.get(language) or self.name


class BatchState(StrEnum):
    """``planned``: nobody has started it, or only some rows of it as samples, which have ended."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class RowState(StrEnum):
    """``unfit``: nothing can be made of the row as it is; ``known``: it was made before, by an earlier batch, and is taken from there; ``asked``: it
    waits for a service that may take a day.
    """

    WAITING = "waiting"
    RUNNING = "running"
    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"
    UNFIT = "unfit"
    KNOWN = "known"


class InBatch(Value):
    """Which row of which batch a request is for. ``shown``: what comes of it is also said in the chat, as a sample. ``slow``: its calls may take
    a day.

    ``kept``: it was made before and is made once more; the state that it has again where this fails, with what was there.
    """

    batch: str
    number: int
    shown: bool = False
    slow: bool = False
    kept: RowState | None = None


class RowError(Value):
    """Why a row failed: the code and values of an error."""

    code: str
    values: Mapping[str, str | int | float] = Field(default_factory=dict)


class BatchRow(Value):
    """A row: its number in the file, its cells as they were sent, the words and options of the request that it is, and what came of it.

    ``key`` is the same for the same work: recipe, options and inputs. ``usd`` is ``None`` where a price is not known. ``earlier``: the pieces of
    earlier tries, in whose place others came; they go with the batch.
    """

    number: int
    key: str = ""
    state: RowState = RowState.WAITING
    cells: tuple[Cell, ...] = ()
    words: str = ""
    values: Mapping[str, str] = Field(default_factory=dict)
    pieces: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    error: RowError | None = None
    usd: float | None = 0.0
    score: float | None = None

    def with_earlier(self) -> tuple[str, ...]:
        """The pieces of all tries that were made for it."""
        return tuple(dict.fromkeys((*self.earlier, *self.pieces)))


class Batch(Value):
    """A table and the recipe that makes a work of each of its rows.

    ``command`` is that of each row's request; ``recipe`` what people call it, and ``name`` what they call the table. ``columns`` says by which
    column, counted from 0, each of the ``inputs`` is filled; ``guessed`` are those that the helper found, and ``told_columns`` tells it in
    lines. ``options`` are the same for all rows. ``why`` is what it waits for while it is paused, if anything. ``sampling``: only a few rows are
    made, as samples, of which ``samples`` are still to be begun. ``told``: when its state was last said. ``began``: when it was last started,
    with ``before`` rows ended by then. ``usd_each``: what a row costs about. ``files``: the pieces that its table came back as, while they are up
    to date. ``newest`` is the picture that was made last. ``handed``: its files are said in the chat when it is done. ``slow``: what its rows ask
    of a model may take a day, at half price; ``may_be_slow``: there is a service for that. ``sending``: what they ask is being handed over.
    ``style_pictures`` are those of a request, the same for all rows. ``deleting``: somebody has said that it goes, so nothing more is begun of it.
    """

    id: str = Field(default_factory=new_id)
    recipe: str
    command: str = "recipe"
    name: str
    place: Place
    author: User
    session: str
    shared: bool = False
    message: str
    language: str
    created: float
    header: tuple[str, ...] = ()
    inputs: tuple[BatchInput, ...] = ()
    columns: Mapping[str, int] = Field(default_factory=dict)
    guessed: tuple[str, ...] = ()
    told_columns: str = ""
    options: Mapping[str, str] = Field(default_factory=dict)
    style_pictures: tuple[str, ...] = ()
    usd_each: float = 0.0
    handed: bool = True
    slow: bool = False
    may_be_slow: bool = False
    sending: bool = False
    state: BatchState = BatchState.PLANNED
    why: RowError | None = None
    samples: int = 0
    sampling: bool = False
    told: float = 0.0
    began: float = 0.0
    before: int = 0
    files: tuple[str, ...] = ()
    newest: Picture | None = None
    deleting: bool = False

    @property
    def unused(self) -> tuple[int, ...]:
        """The columns that fill nothing."""
        return tuple(place for place in range(len(self.header)) if place not in self.columns.values())

    @property
    def lacking(self) -> tuple[BatchInput, ...]:
        """What has to be filled and has no column."""
        return tuple(one for one in self.inputs if one.required and one.name not in self.columns)


class Counts(Value):
    """How many rows are in each state, and what they cost: the known part, and how many prices are not known."""

    rows: Mapping[RowState, int] = Field(default_factory=dict)
    usd: float = 0.0
    unpriced: int = 0

    def of(self, *states: RowState) -> int:
        """The rows in any of these states."""
        return sum(self.rows.get(state, 0) for state in states)

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.rows.values())


class BatchChange(Value):
    """What a moment changes of a batch, committed with everything else.

    ``new`` is kept with its ``rows``, in place of one of the same id. ``fields`` of it, and of the rows with these numbers, get other values;
    ``turn``: all rows in a state get another. ``pauses``: what it waits for from now on, if it runs; one that somebody has paused or stopped stays as
    it is. ``deleted``: it goes, with its rows. Nothing happens of a batch that is gone.
    ``calls`` are kept for a service; ``sent`` waves have these names there, ``ended_waves`` are over. ``at_once``: what is not sent is not to be.
    """

    batch: str
    new: Batch | None = None
    rows: tuple[BatchRow, ...] = ()
    fields: Mapping[str, Any] = Field(default_factory=dict)
    row_fields: Mapping[int, Mapping[str, Any]] = Field(default_factory=dict)
    turn: Mapping[RowState, RowState] = Field(default_factory=dict)
    pauses: RowError | None = None
    deleted: bool = False
    calls: tuple[SlowCall, ...] = ()
    sent: Mapping[str, str] = Field(default_factory=dict)
    ended_waves: tuple[str, ...] = ()
    at_once: bool = False
