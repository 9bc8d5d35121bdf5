"""``/image``: from an idea to pictures."""

from __future__ import annotations

from pydantic import BaseModel, Field

from core import prompts
from core.brief import Brief
from core.features.steps.painting import Painted, draft_piece, draw, paint_all
from core.features.steps.toolbox import Toolbox, beside_check, drawing_from, gather, language_for, number_of
from core.jobs import Job, Paid
from core.ports import Drawing
from core.types import Request, Spend, Status


class PicturePrompt(BaseModel):
    """What the helper makes of an idea."""

    prompt: str = Field(description="One prompt for an image model.")


class Distilled(Paid):
    """The prompt that is drawn."""

    prompt: str


async def image(job: Job, tools: Toolbox) -> None:
    """Draw an idea. Steps: context, check beside prompt, picture-1…n."""
    request = job.request
    context = await job.step("context", gather, tools, request)
    job.show(Status(phase="thinking"))
    distilled = await beside_check(job, tools, context, lambda _: job.step("prompt", distil, tools, request))
    number = number_of(request)
    drawings = [drawing_from(tools, request, distilled.prompt, slot) for slot in range(1, number + 1)]
    spends = share(distilled.spends, number)

    async def paint(drawing: Drawing) -> Painted:
        draft = draft_piece(request, drawing.prompt, spends=spends)
        return await job.step(f"picture-{drawing.slot}", draw, tools, request, drawing, draft, job.show)

    await paint_all(job, tools, drawings, paint)


async def distil(tools: Toolbox, request: Request) -> Distilled:
    """Turn the idea into a picture prompt, unless the person wants their words as they are (``--raw``)."""
    language, style = language_for(request, request.words), request.options.get("style")
    if "raw" in request.options:
        return Distilled(prompt=prompts.styled(request.words, style, language))
    brief = Brief(kind="picture", language=language, style=style)
    shape, spend = await tools.writer.extract(
        prompts.instructions(brief),
        request.words,
        PicturePrompt,
        name="picture_prompt",
        person=tools.pseudonym(request.author),
        brief=brief,
    )
    return Distilled(prompt=prompts.styled(shape.prompt, style, language), spends=(spend,))


def share(spends: tuple[Spend, ...], number: int) -> tuple[Spend, ...]:
    """What each of several pictures bears of a cost they share."""
    return tuple(
        spend.model_copy(update={"usd": None if spend.usd is None else spend.usd / number}) for spend in spends
    )
