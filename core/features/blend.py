"""``/blend``, and ``/image`` with photos: one picture made from several, which are numbered in the order in which they came."""

from __future__ import annotations

from collections.abc import Sequence

from core import prompts
from core.brief import Brief
from core.conversation.commands import NUMBER, QUALITY, SIZE, STYLE, Command
from core.conversation.feature import Feature
from core.errors import BadInput
from core.features.steps.painting import SAYS, Painted, draft_piece, paint_all, redo
from core.features.steps.toolbox import Toolbox, check, drawing_from, gather, language_for, number_of
from core.jobs import LOOK, Estimator, Job, Recipe
from core.ports import Drawing
from core.types import Piece, Status

FEWEST, MOST = 2, 5
"""Pictures that are blended (our own rule: of more nothing is recognised)."""

COMMAND = Command(
    "blend",
    "into",
    (STYLE, SIZE, QUALITY, NUMBER),
    ("photo",),
    paid=True,
    aliases=("融合", "合成"),
    references=MOST - 1,
)


async def blend(job: Job, tools: Toolbox) -> None:
    """Make one picture of several. Steps: context, check, picture-1…n. Raises ``BadInput("blend-number")``."""
    request = job.request
    context = await job.step("context", gather, tools, request)
    pictures = (*context.sources, *context.photos)
    if request.command == COMMAND.name and not FEWEST <= len(pictures) <= MOST and "made-from" not in request.options:
        raise BadInput("blend-number", fewest=FEWEST, most=MOST)
    await job.step(LOOK, check, tools, request, context)
    await draw_from(job, tools, pictures)


async def draw_from(job: Job, tools: Toolbox, pictures: Sequence[Piece]) -> None:
    """Draw what a request says from these pictures, of which the first gives the shape unless a size was asked for. Steps: picture-1…n."""
    request = job.request
    language, style = language_for(request, request.words), request.options.get("style")
    prompt = prompts.blended(request.words, style, language)
    brief = Brief(kind="edit", language=language, words=request.words)
    drawings = [drawing_from(tools, request, prompt, slot, brief) for slot in range(1, number_of(request) + 1)]
    made_from = tuple(piece.id for piece in pictures)

    async def paint(drawing: Drawing) -> Painted:
        draft = draft_piece(request, prompt, caption=request.words, parent=made_from[0])
        options = {**request.options, "made-from": str(len(made_from))}
        told = {**draft.parameters, "command": COMMAND.name, "options": options}
        draft = draft.model_copy(update={"sources": made_from, "parameters": told})
        return await job.step(
            f"picture-{drawing.slot}", redo, tools, request, drawing, draft, tuple(pictures), None, job.show
        )

    job.show(Status(phase="drawing"))
    await paint_all(job, tools, drawings, paint, mentions=tuple(pictures))


FEATURE = Feature(
    COMMAND,
    about="one picture made from two to five that you send together; `/image` and `/edit` take up to sixteen, in their order",
    recipes={"blend": Recipe(blend, Estimator.changed_pictures)},
    says=SAYS,
)
