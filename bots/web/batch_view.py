"""Batches and their rows as the API gives them, and the events by which they are found."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bots.web import batch_schemas as shapes
from bots.web import schemas
from bots.web.program_schemas import WorkPiece
from bots.web.shown import piece_data
from core.jobs.batch_rows import about_seconds, sentence
from core.ports import EventLog, Store
from core.tables.columns import named
from core.tables.reading import shown as as_text
from core.types import Batch, BatchRow, Counts, KeptPiece, PieceKind, RowError, RowState, Score

WRONG_ROWS = 20
"""Rows of which nothing can be made that are told with a batch."""

WORDS = 300
"""Characters of a row's words."""


async def batch_named(events: EventLog, chat: str, message: str) -> str:
    """The id of the batch that was planned for a message of a chat, by the buttons of its plan; nothing where there is none."""
    for row in await events.answers(chat, message):
        for action in json.loads(row.data).get("actions", ()):
            verb, _, batch = action["id"].partition(":")
            if verb == "batch-columns":
                return str(batch)
    return ""


async def batch_shown(store: Store, batch: Batch, language: str) -> shapes.Batch:
    """A batch with what was understood of its table."""
    counts = await store.counts(batch.id)
    wrong = await store.batch_rows(batch.id, (RowState.UNFIT,), limit=WRONG_ROWS)
    waiting = counts.of(RowState.WAITING)
    filled = (one for one in batch.inputs if one.name in batch.columns)
    return shapes.Batch(
        **dict(line_of(batch, counts, language)),
        columns=[
            shapes.Filled(
                input=one.name,
                label=one.called(language),
                column=named(batch.header, batch.columns[one.name]),
                looks_like=one.name in batch.guessed,
            )
            for one in filled
        ],
        ignored=[named(batch.header, place) for place in batch.unused],
        missing=[shapes.Lacking(input=one.name, label=one.called(language)) for one in batch.lacking],
        unfit=[_wrong(row, row.error, language) for row in wrong if row.error],
        estimate=shapes.Estimate(usd=batch.usd_each * waiting, seconds=about_seconds(waiting)),
        files=[shown(kept) for kept in await store.pieces_of(batch.files)],
    )


def line_of(batch: Batch, counts: Counts, language: str) -> shapes.BatchLine:
    """How a batch stands."""
    return shapes.BatchLine(
        id=batch.id,
        message=batch.message,
        recipe=batch.recipe,
        table=batch.name,
        state=batch.state.value,
        why=_trouble(batch.why, language),
        created=batch.created,
        rows={state.value: count for state, count in counts.rows.items()},
        total=counts.total,
        cost_usd=counts.usd,
        unpriced=counts.unpriced,
    )


async def rows_shown(store: Store, rows: Sequence[BatchRow], language: str) -> list[shapes.Row]:
    """Rows with their pieces."""
    kept = {one.piece.id: one for one in await store.pieces_of([piece for row in rows for piece in row.pieces])}
    return [_row(row, [kept[one] for one in row.pieces if one in kept], language) for row in rows]


def _row(row: BatchRow, pieces: Sequence[KeptPiece], language: str) -> shapes.Row:
    made = [kept.piece for kept in pieces]
    return shapes.Row(
        row=row.number,
        state=row.state.value,
        words=_words(row),
        text="\n\n".join(piece.words for piece in made if piece.kind is PieceKind.TEXT),
        pieces=[
            WorkPiece(**shown(kept).model_dump(), prompt=kept.piece.shown_prompt, cost_usd=kept.piece.cost_usd)
            for kept in pieces
        ],
        score=row.score,
        cost_usd=row.usd,
        error=_trouble(row.error, language),
    )


def _words(row: BatchRow) -> str:
    """What a row is about, in one line: what is asked for, else what stands in it."""
    said = row.words.splitlines() or [as_text(cell) for cell in row.cells]
    return " · ".join(" ".join(one.split()) for one in said if one.strip())[:WORDS]


def shown(kept: KeptPiece) -> schemas.ShownPiece:
    """A piece as events show it, without its rating."""
    return schemas.ShownPiece(**{**piece_data(kept.piece, Score()), "rating": None})


def _trouble(error: RowError | None, language: str) -> schemas.Trouble | None:
    return schemas.Trouble(code=error.code, text=sentence(error, language)) if error else None


def _wrong(row: BatchRow, error: RowError, language: str) -> shapes.WrongRow:
    return shapes.WrongRow(row=row.number, code=error.code, text=sentence(error, language))
