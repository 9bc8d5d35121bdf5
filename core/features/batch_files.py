"""What comes of a batch, to keep: the same table with further columns, and an archive with pictures, texts and how each was made."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO

from core import texts
from core.conversation.feature import Feature
from core.documents import book, called, formats, names
from core.errors import BadInput
from core.features.steps.filling import PARTS
from core.features.steps.toolbox import Toolbox
from core.jobs import Job, Recipe, batch_rows, nothing
from core.jobs.batch_rows import sentence
from core.ports import Change, Media, Store
from core.tables import writing
from core.tables.reading import MOST_ROWS
from core.types import (
    Batch,
    BatchChange,
    BatchRow,
    BatchState,
    Cell,
    Document,
    KeptPiece,
    Piece,
    PieceKind,
    Reply,
    Request,
    RowState,
    Status,
    Value,
)

AT_ONCE = 100
"""Rows whose pieces are looked up together."""

STEM = 40
"""Signs of the name of a row's files."""


@dataclass
class Made:
    """A row with what came of it: its parts by their names, the names of its pictures, and what the archive holds of it."""

    row: BatchRow
    parts: Mapping[str, str] = field(default_factory=dict)
    plates: list[book.Plate] = field(default_factory=list)
    words: str = ""
    name: str = ""
    origin: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)


class Files(Value):
    """The files of a batch."""

    pieces: tuple[Piece, ...]


async def hand_over(job: Job, tools: Toolbox) -> None:
    """Make the files and say them; those of a batch that is done are kept with it, and nothing more comes of it. Steps: files."""
    batch = await tools.store.batch(job.request.options.get("batch", ""))
    if batch is None:
        raise BadInput("batch-over")
    job.show(Status(phase="thinking"))
    files = await job.step("files", make, tools, job.request)
    picked = "rows" in job.request.options
    said = texts.say("batch-picked-in" if picked else "batch-files-in", job.language, name=batch.name)
    whole = batch.state is BatchState.DONE and not picked
    kept = BatchChange(batch=batch.id, fields={"files": tuple(piece.id for piece in files.pieces)}) if whole else None
    await job.say("files", Reply(text=said, pieces=files.pieces), batch=kept)
    if whole:
        await job.settle(partial(_over, batch))


async def _over(batch: Batch) -> Change:
    return Change(replies=(batch_rows.over(batch),))


async def make(tools: Toolbox, request: Request) -> Files:
    """The table as a workbook and as text, and the archive, in parts where a chat takes no more; of some ``rows`` the archive alone. A free step."""
    batch = await tools.store.batch(request.options["batch"])
    if batch is None:
        raise BadInput("batch-over")
    some = numbers_of(request.options["rows"]) if "rows" in request.options else None
    made = await collected(tools.store, tools.media, batch, some)
    stem = names.stem(batch.name.rpartition(".")[0] or batch.name, "table")
    header, rows = table_of(batch, made)
    fills: list[tuple[str, Callable[[BinaryIO], None]]] = []
    if some is None:
        fills.append((f"{stem}.xlsx", lambda file: writing.as_workbook(file, header, rows)))
        fills.append((f"{stem}.csv", lambda file: writing.as_text(file, header, rows)))
    elif not any(one.ids for one in made):
        raise BadInput("batch-rows-empty")
    plates = [plate for one in made for plate in one.plates]
    beside = sum(len(one.words.encode()) + 1024 for one in made) + sum(len(str(one.origin)) for one in made) * 2
    parts = (
        book.volumes(plates, beside, tools.rooms.get(request.place.platform, 0)) if any(one.ids for one in made) else []
    )
    for number, volume in enumerate(parts, 1):
        shown = f"{stem}-{number}-of-{len(parts)}.zip" if len(parts) > 1 else f"{stem}.zip"
        texts_in = texts_of(batch, made) if number == 1 else {}
        fills.append((shown, _archiving(stem, texts_in, volume)))
    whose = {"owner": request.author.key, "home": request.place.home}
    sources = tuple(piece for one in made for piece in one.ids)
    pieces = []
    for name, fill in fills:
        mime = formats.MIME[name.rpartition(".")[2]]
        kept = await tools.media.write(fill, mime, **whose)
        document = Document(media=kept.media, name=name, mime=mime, size=kept.size, sha=kept.sha)
        pieces.append(Piece(kind=PieceKind.DOCUMENT, caption=name, document=document, sources=sources))
    return Files(pieces=tuple(pieces))


def _archiving(stem: str, told: Mapping[str, str], volume: list[book.Plate]) -> Callable[[BinaryIO], None]:
    return lambda file: book.archive_of(file, stem, told, volume)


def numbers_of(said: str) -> list[range]:
    """The rows that somebody names, as ``2-5, 9``: spans that are never counted out, however long. Raises ``BadInput`` for what names none."""
    found: list[range] = []
    for part in re.split(r"[\s,，、;；]+", said.strip()):
        span = re.fullmatch(r"(\d{1,6})(?:[-–—](\d{1,6}))?", part)
        if span is None:
            raise BadInput("batch-rows-malformed", part=part[:40])
        first, last = int(span[1]), int(span[2] or span[1])
        if not 0 < first <= last or last - first > MOST_ROWS:
            raise BadInput("batch-rows-malformed", part=part[:40])
        found.append(range(first, last + 1))
    return found


async def collected(store: Store, media: Media, batch: Batch, some: Sequence[range] | None = None) -> list[Made]:
    """All rows, or ``some`` of them by their numbers, with what came of them."""
    made: list[Made] = []
    after = 0
    while found_rows := await store.batch_rows(batch.id, after=after, limit=AT_ONCE):
        after = found_rows[-1].number
        rows = [row for row in found_rows if some is None or any(row.number in span for span in some)]
        wanted = [piece for row in rows for piece in row.pieces]
        found = {kept.piece.id: kept for kept in await store.pieces_of(wanted)}
        made += [await _row(media, row, [found[one] for one in row.pieces if one in found]) for row in rows]
    return made


async def _row(media: Media, row: BatchRow, pieces: list[KeptPiece]) -> Made:
    one = Made(row, name=f"{row.number:04}-{names.stem(row.words[:STEM], 'row')}")
    for piece in (kept.piece for kept in pieces):
        one.ids.append(piece.id)
        if piece.kind is PieceKind.TEXT:
            one.words = piece.words
            one.parts = piece.parameters.get(PARTS) or {"text": piece.words}
        if piece.picture and (plate := await _plate(media, piece, f"{one.name}-{len(one.plates) + 1}")):
            one.plates.append(plate)
        one.origin.append(_origin(piece, one))
    return one


async def _plate(media: Media, piece: Piece, name: str) -> book.Plate | None:
    assert piece.picture
    try:
        found = await media.describe(piece.picture.media)
    except BadInput:
        return None
    return book.Plate(f"{name}.{called.ending(found.mime)}", piece.caption, found.path, found.size)


def _origin(piece: Piece, one: Made) -> dict[str, Any]:
    """How a piece was made: the record of its origin."""
    told: dict[str, Any] = {
        "piece": piece.id,
        "kind": piece.kind.value,
        "model": piece.model,
        "cost_usd": piece.cost_usd,
    }
    if piece.picture:
        told["file"] = one.plates[-1].name if one.plates else None
        told["prompt"] = piece.shown_prompt
        told["score"] = piece.checked.score if piece.checked else None
    else:
        told["file"] = f"{one.name}.md"
    return told


def texts_of(batch: Batch, made: list[Made]) -> dict[str, str]:
    """The texts of the archive by their names: a Markdown file for each row that has words, and the record of origin."""
    told = {f"{one.name}.md": book.markdown([book.Chapter(one.words, tuple(one.plates))]) for one in made if one.words}
    rows = [
        {
            "row": one.row.number,
            "status": one.row.state.value,
            "error": sentence(one.row.error, batch.language) if one.row.error else None,
            "pieces": one.origin,
        }
        for one in made
    ]
    manifest = {"recipe": batch.recipe, "table": batch.name, "options": dict(batch.options), "rows": rows}
    return {**told, "manifest.json": json.dumps(manifest, ensure_ascii=False, indent=1)}


def table_of(batch: Batch, made: list[Made]) -> tuple[list[str], list[list[Cell]]]:
    """The table as it was, with what came of each row behind it."""
    parts = list(dict.fromkeys(name for one in made for name in one.parts))
    wide = max((len(one.row.cells) for one in made), default=0)
    before = [*batch.header, *[""] * (wide - len(batch.header))]
    added = [
        texts.say(f"batch-added-{name}", batch.language) for name in ("pictures", "score", "status", "error", "cost")
    ]
    header = [*before, *writing.without_clash([*parts, *added], before)]
    return header, [_cells(batch, one, parts, wide) for one in made]


def _cells(batch: Batch, one: Made, parts: list[str], wide: int) -> list[Cell]:
    row = one.row
    own: list[Cell] = [*row.cells, *[""] * (wide - len(row.cells))]
    status = texts.say(f"row-{row.state}", batch.language)
    pictures = " ".join(plate.name for plate in one.plates)
    error = sentence(row.error, batch.language) if row.error else ""
    made = row.state in (RowState.DONE, RowState.FAILED)
    cost: Cell = "" if not made else "?" if row.usd is None else round(row.usd, 6)
    score: Cell = "" if row.score is None else round(row.score, 3)
    return [*own, *(one.parts.get(name, "") for name in parts), pictures, score, status, error, cost]


FEATURE = Feature(
    recipes={"batch-files": Recipe(hand_over, nothing, looks=False)},
    says=(
        *(f"batch-added-{name}" for name in ("pictures", "score", "status", "error", "cost")),
        *(f"row-{state.value}" for state in RowState),
        *("batch-files-in", "batch-picked-in", "error-batch-rows-malformed", "error-batch-rows-empty"),
    ),
)
