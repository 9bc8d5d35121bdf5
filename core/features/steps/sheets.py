"""The sheet of a text's characters, and pictures that are drawn from it, so that the fox of page eight is the fox of page one."""

from __future__ import annotations

from collections.abc import Sequence

from core import prompts
from core.errors import BadInput, Refused, Unavailable
from core.features.steps.casting import unshown
from core.features.steps.checking import look_over
from core.features.steps.painting import Painted, draft_piece, draw, say_if_dear
from core.features.steps.toolbox import Toolbox, drawing_from, language_for
from core.jobs import Estimator, Job, Paid
from core.jobs.budget import draws_from_sheet
from core.ports import Drawing, Show
from core.types import Piece, PieceKind, Question, Request, Status

MOST_LOOKS = 4
"""Characters on one sheet (our own rule): each is drawn three times, and more would be too small to tell apart."""

SLOT = 99
"""Where its previews are shown: behind all pages."""


class Sheet(Paid):
    """A sheet that was drawn; ``None`` where none came of it, and pictures are drawn from their words alone."""

    piece: Piece | None = None


async def sheet_for(
    job: Job,
    tools: Toolbox,
    told: Piece,
    looks: Sequence[tuple[str, str]],
    drawings: Sequence[Drawing],
    request: Request,
) -> Piece | None:
    """The sheet for the drawings of a text, in the step ``sheet``; ``None`` where there is none. What all will cost is told first.

    Characters that are kept by name have pictures of their own: it shows the others. ``request``: the job's, as it is carried out.
    """
    looks = await unshown(tools, request, looks)
    if not looks or not draws_from_sheet(tools.settings, tools.painter, len(drawings)):
        await say_if_dear(job, tools, drawings)
        return None
    await say_if_dear(job, tools, (*drawings, _drawing(tools, request, told, looks)), sources=1)
    job.show(Status(phase="drawing"))
    return (await job.step("sheet", draw_sheet, tools, request, told, tuple(looks), job.show)).piece


async def draw_sheet(
    tools: Toolbox, request: Request, told: Piece, looks: tuple[tuple[str, str], ...], show: Show
) -> Sheet:
    """Draw how the characters look, by their names and looks. What cannot be had is done without: the pictures' prompts tell the looks too."""
    request = request.model_copy(update={"characters": ()})
    drawing = _drawing(tools, request, told, looks)
    draft = draft_piece(request, drawing.prompt, caption=", ".join(name for name, _ in looks), parent=told.id)
    try:
        painted = await draw(tools, request, drawing, draft, show)
    except (Refused, BadInput, Unavailable):
        return Sheet()
    return Sheet(piece=painted.piece.model_copy(update={"kind": PieceKind.SHEET}), spends=painted.spends)


def _drawing(tools: Toolbox, request: Request, told: Piece, looks: Sequence[tuple[str, str]]) -> Drawing:
    language = language_for(request, told.words)
    prompt = prompts.styled(prompts.sheet(looks[:MOST_LOOKS], language), request.options.get("style"), language)
    return drawing_from(tools, request, prompt, SLOT).model_copy(update={"size": "wide", "format": ""})


async def draw_page(
    tools: Toolbox, request: Request, drawing: Drawing, draft: Piece, sheet: Piece | None, show: Show
) -> Painted:
    """Draw a picture from the sheet, or from its words alone where there is none, or the server draws from no pictures."""
    return await draw(tools, request, drawing, draft, show, (sheet,) if sheet else ())


async def draw_checked(
    job: Job,
    tools: Toolbox,
    name: str,
    drawing: Drawing,
    draft: Piece,
    sheet: Piece | None,
    questions: Sequence[Question],
    request: Request | None = None,
) -> Painted:
    """Draw a picture in the step ``name``, from the sheet where there is one, and have it looked at: is everybody in it who is on the sheet?

    ``request``: that of this picture, where it is not the job's.
    """
    request = request or job.request
    painted = await job.step(name, draw_page, tools, request, drawing, draft, sheet, job.show)
    used = tuple(one for one in painted.like if one.kind is PieceKind.SHEET)
    return await look_over(job, tools, name, drawing, painted, questions, like=used, request=request)


async def kept_sheet(tools: Toolbox, piece: str) -> Piece | None:
    """The sheet of that id; ``None`` where it is gone."""
    kept = await tools.store.piece(piece) if piece else None
    return kept.piece if kept and kept.piece.kind is PieceKind.SHEET else None


def page_costs(estimator: Estimator, request: Request, pictures: int) -> list[float]:
    """The sheet, and so many pictures that are drawn from it."""
    if not estimator.draws_from_sheet(pictures):
        return estimator.pictures(request, pictures)
    wide = request.model_copy(update={"options": {**request.options, "size": "wide"}})
    square = request.model_copy(update={"options": {"size": "square", **request.options}})
    return [*estimator.pictures(wide, 1), *estimator.pictures(square, pictures, sources=1)]
