"""The pictures of a recipe's work: a prompt for each, then they, side by side."""

from __future__ import annotations

from typing import Literal

from core import prompts
from core.brief import Brief
from core.documents.posters import place_of
from core.errors import FabulaError
from core.features.image import Distilled, finished, helpers_prompt, wording
from core.features.steps import checking as looking
from core.features.steps import tasting
from core.features.steps.filling import Task
from core.features.steps.lettering import with_setting
from core.features.steps.painting import Painted, draft_piece, draw, paint_each, redo
from core.features.steps.toolbox import Toolbox, characters_of, drawing_from
from core.jobs import Job
from core.ports import Drawing, Show
from core.recipes import checking
from core.recipes.pictures import Shot
from core.types import Piece, Request, Status
from core.types.characters import told as described

COMMAND = "recipe"
"""The command of every request for something by a recipe; which one, its options say."""

PROMPTS_AT_ONCE, PICTURES_AT_ONCE = 4, 4


async def say_pictures(
    job: Job, tools: Toolbox, task: Task, told: Piece, planned: list[Shot], photo: tuple[Piece, ...]
) -> None:
    """Make the prompts, then the pictures, side by side. One that is refused leaves its place open, and a sentence says so."""
    ideas = (*(shot.idea for shot in planned), *(value for value in task.values.values()))
    factors = () if photo or any(shot.setting for shot in planned) else tasting.DRAWN
    (request,) = await tasting.chosen(job, tools, job.request, factors, given=ideas)

    async def distilled(shot: Shot) -> Distilled:
        return await distil_shot(tools, request, task, shot)

    job.show(Status(phase="thinking"))
    found = await job.each("prompt", [(shot.name, shot) for shot in planned], distilled, at_most=PROMPTS_AT_ONCE)
    drawings: dict[str, tuple[Shot, Drawing, Distilled]] = {}
    for slot, (shot, prompt) in enumerate(zip(planned, found, strict=True), 1):
        usable = Distilled(prompt=_as_said(request, task, shot)) if isinstance(prompt, FabulaError) else prompt
        drawings[shot.name] = shot, _drawing(tools, request, task, shot, usable, slot, from_photo=bool(photo)), usable

    async def paint(asked: tuple[str, Piece | None]) -> Painted:
        (shot, drawing, prompt), base = drawings[asked[0]], asked[1]
        draft = _draft(request, shot, drawing, prompt, told)
        sources, like = ((), (base,)) if base else (photo, ())
        if not prompt.questions:
            return await _painted(tools, request, drawing, draft, sources, like, job.show)
        step = f"picture:{shot.name}"
        first = await job.step(f"{step} drawn", _painted, tools, request, drawing, draft, sources, like, job.show)
        return await looking.look_over(job, tools, step, drawing, first, prompt.questions, sources=sources, like=like)

    captions = {name: shot.caption for name, (shot, _, _) in drawings.items()}
    every = {name: drawing for name, (_, drawing, _) in drawings.items()}
    like = {shot.name: shot.like for shot in planned if shot.like}
    await paint_each(job, tools, every, captions, paint, at_most=PICTURES_AT_ONCE, mentions=photo, like=like)


def _drawing(
    tools: Toolbox, request: Request, task: Task, shot: Shot, prompt: Distilled, slot: int, *, from_photo: bool
) -> Drawing:
    """What the painter is asked for."""
    kind: Literal["edit", "picture"] = "edit" if from_photo and not shot.like else "picture"
    brief = Brief(kind=kind, language=task.language, words=shot.idea)
    words = prompt.prompt
    if shot.setting:
        words = prompts.with_space(words, place_of(shot.setting), task.language)
    drawing = drawing_from(tools, request, words, slot, brief)
    return drawing.model_copy(update={"size": shot.size or drawing.size})


def _draft(request: Request, shot: Shot, drawing: Drawing, prompt: Distilled, told: Piece) -> Piece:
    """The picture as far as it is known before it is painted."""
    draft = draft_piece(request, drawing.prompt, caption=shot.caption, parent=told.id, spends=prompt.spends)
    options = {"size": drawing.size, "quality": drawing.quality}
    known = {"command": COMMAND, "options": options, "role": shot.role, **characters_of(request)}
    draft = draft.model_copy(update={"parameters": known})
    return with_setting(draft, shot.setting) if shot.setting else draft


async def _painted(
    tools: Toolbox,
    request: Request,
    drawing: Drawing,
    draft: Piece,
    photo: tuple[Piece, ...],
    like: tuple[Piece, ...],
    show: Show,
) -> Painted:
    """A picture from words, from another one of the work, or from the photo."""
    if photo:
        return await redo(tools, request, drawing, draft, photo, None, show)
    return await draw(tools, request, drawing, draft, show, like)


async def distil_shot(tools: Toolbox, request: Request, task: Task, shot: Shot) -> Distilled:
    """One prompt from the description, the role and the values of the axes; as said where nothing comes of it, or what it has to show is lost."""
    plain = _as_said(request, task, shot)
    if task.recipe.pictures is None or not task.recipe.pictures.distil:
        return Distilled(prompt=plain)
    style = request.options.get("style")
    brief = Brief(kind="picture", language=task.language, style=style, **wording(request))
    made = await helpers_prompt(tools, request, described(shot.idea, request.characters), brief)
    if not made.prompt or not checking.shows(made.prompt, shot.shows):
        return made.model_copy(update={"prompt": plain, "as_said": True})
    return made.model_copy(update={"prompt": finished(request, made.prompt, style, task.language)})


def _as_said(request: Request, task: Task, shot: Shot) -> str:
    return finished(request, shot.idea, request.options.get("style"), task.language)
