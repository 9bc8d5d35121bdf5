"""``/image``: from an idea to pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from core import prompts, texts
from core.brief import Brief
from core.conversation import cast
from core.conversation.commands import NUMBER, QUALITY, SIZE, STYLE, Command, Option
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import BadInput, Unavailable
from core.features.blend import draw_from
from core.features.steps import checking, tasting
from core.features.steps.lettering import with_words_of
from core.features.steps.painting import SAYS, Painted, draft_piece, paint_all
from core.features.steps.sheets import draw_checked, kept_sheet
from core.features.steps.toolbox import (
    Context,
    Toolbox,
    beside_check,
    check,
    drawing_from,
    gather,
    language_for,
    number_of,
    passed_over,
)
from core.file_formats import MOVES, SPECIAL, format_of, of_drawing
from core.jobs import LOOK, Estimator, Job, Paid, Recipe
from core.jobs.budget import PROMPT, PROMPT_LETTERS, QUESTIONS
from core.ports import Drawing, Show
from core.rows import DIAGRAM, SETTING
from core.types import Piece, PieceKind, Question, Request, Spend, Status

FORMAT = Option(
    "format",
    "choice",
    ("png", "jpeg", "webp", "gif", "svg"),
    aliases=("格式",),
    values={"jpg": "jpeg", "动图": "gif", "矢量": "svg"},
)
FRAMES = Option("frames", "integer", lowest=2, highest=16, aliases=("帧", "帧数"))
PAUSE = Option("ms", "integer", lowest=20, highest=10_000, aliases=("毫秒",))
"""Milliseconds for which each frame of a moving picture stands."""
COMPRESSION = Option("compression", "integer", highest=100, aliases=("压缩", "压缩率"))
TRANSPARENT = Option("transparent", "flag", aliases=("透明",))
RAW = Option("raw", "flag", aliases=("原样",))
COMMAND = Command(
    "image",
    "idea",
    (STYLE, SIZE, QUALITY, NUMBER, FORMAT, FRAMES, PAUSE, COMPRESSION, TRANSPARENT, RAW, *checking.OPTIONS),
    paid=True,
    aliases=("画", "图片", "picture", "draw"),
    references=4,
)


SHEET = "sheet"
"""Where a request for a picture again names the sheet that it was drawn from."""


class PicturePrompt(BaseModel):
    """What the helper makes of an idea."""

    prompt: str = Field(description="One prompt for an image model.")


class QuestionedPrompt(PicturePrompt, checking.Questioned):
    """What the helper makes of an idea whose picture is looked at."""


class Distilled(Paid):
    """The prompt that is drawn. ``as_said``: it is the person's own words, since the helper made nothing of them.

    ``questions``: by which the picture is looked at, where it is.
    """

    prompt: str
    as_said: bool = False
    questions: tuple[Question, ...] = ()


async def image(job: Job, tools: Toolbox) -> None:
    """Draw an idea. Steps: context, check beside taste and prompt, picture-1…n, each with those of ``look_over``.

    With photos those of ``draw_from``.
    """
    check_file(tools, job.request)
    context = await job.step("context", gather, tools, job.request)
    if context.photos:
        await job.step(LOOK, check, tools, job.request, context)
        await draw_from(job, tools, context.photos)
    else:
        await _from_words(job, tools, context)


def check_file(tools: Toolbox, request: Request) -> None:
    """Raise ``BadInput`` before anything is spent: frames are those of a GIF, what moves or is made of shapes is not put right, and not every model
    makes it.
    """
    chosen, moves = request.options.get("format", "gif"), request.options.keys() & MOVES
    if moves and chosen != "gif":
        raise BadInput("frames-alone", option=min(moves), format=chosen)
    special = format_of(request.command, request.options)
    if special in SPECIAL and request.options.get("check") == "true":
        raise BadInput("format-unchecked", format=special.upper())
    if special in SPECIAL:
        tools.painter.estimate(Drawing(prompt="…", **of_drawing(request.command, request.options)))


async def _from_words(job: Job, tools: Toolbox, context: Context) -> None:
    number = number_of(job.request)
    job.show(Status(phase="thinking"))

    async def worded(_: Show) -> tuple[list[Request], Distilled]:
        each = await tasting.chosen(job, tools, job.request, tasting.DRAWN, number=number)
        return each, await job.step("prompt", distil, tools, shared_by(each))

    each, distilled = await beside_check(job, tools, context, worded)
    request, shared = each[0], shared_by(each)
    brief = Brief(kind="picture", language=language_for(request, request.words), words=request.words)
    drawings = [
        drawing_from(tools, one, of_its_own(one, shared, distilled.prompt), slot, brief)
        for slot, one in enumerate(each, 1)
    ]
    spends = share(distilled.spends, number)
    sheet = await kept_sheet(tools, request.options.get(SHEET, ""))

    async def paint(drawing: Drawing) -> Painted:
        caption, name = caption_of(request, drawing.prompt), f"picture-{drawing.slot}"
        draft = draft_piece(each[drawing.slot - 1], drawing.prompt, caption=caption, spends=spends)
        draft = with_words_of(draft, context.sources)
        return await draw_checked(job, tools, name, drawing, draft, sheet, distilled.questions)

    notes = (texts.say("note-as-said", job.language),) if distilled.as_said else ()
    await paint_all(job, tools, drawings, paint, notes=notes)


def shared_by(each: Sequence[Request]) -> Request:
    """The request of which one prompt is made for several pictures: without a style or a composition in which they differ."""
    first = each[0]
    if len({(one.options.get("style"), tasting.leaning(one, "composition")) for one in each}) == 1 or not first.taste:
        return first
    options = {name: value for name, value in first.options.items() if name != "style"}
    choices = tuple(one for one in first.taste.choices if one.factor not in tasting.VARIED)
    return first.model_copy(update={"options": options, "taste": first.taste.model_copy(update={"choices": choices})})


def of_its_own(request: Request, shared: Request, prompt: str) -> str:
    """The shared prompt in the style and composition of one picture."""
    if request.taste == shared.taste:
        return prompt
    language = language_for(request, request.words)
    seen = prompts.composed(prompt, tasting.leaning(request, "composition"), language)
    return prompts.styled(seen, request.options.get("style"), language)


async def distil(tools: Toolbox, request: Request) -> Distilled:
    """Turn the idea into a picture prompt, unless the person wants their words as they are (``--raw``), or nothing comes of it."""
    language, style = language_for(request, request.words), request.options.get("style")
    raw = "raw" in request.options
    brief = Brief(kind="picture", language=language, style=style, **wording(request))
    if raw and not checking.wanted(tools, request):
        return Distilled(prompt=finished(request, request.words, style, language))
    made = await helpers_prompt(tools, request, request.told, brief)
    said = "" if raw else made.prompt
    prompt = finished(request, said or request.words, style, language)
    return made.model_copy(update={"prompt": prompt, "as_said": not (said or raw)})


def wording(request: Request) -> dict[str, Any]:
    """How a prompt is worded, as facts of a brief."""
    return {"phrasing": tasting.leaning(request, "phrasing"), "temperature": tasting.warmth(request)}


def caption_of(request: Request, prompt: str) -> str:
    """What stands under a picture of a prompt: the prompt, but for what the picture does without."""
    return prompts.with_all(prompt, checking.unwanted(request), language_for(request, request.words))


def finished(request: Request, prompt: str, style: str | None, language: str) -> str:
    """A prompt as it is drawn: in its style, and with what the picture shall do without."""
    seen = prompts.composed(prompt, tasting.leaning(request, "composition"), language)
    return prompts.without(prompts.styled(seen, style, language), checking.unwanted(request), language)


async def helpers_prompt(tools: Toolbox, request: Request, idea: str, brief: Brief) -> Distilled:
    """The prompt that the helper makes of an idea, with the questions by which its picture is looked at; empty where none comes of it."""
    told = checking.questioned(tools, request, brief)
    try:
        shape, spend = await tools.writer.extract(
            prompts.instructions(told),
            idea,
            QuestionedPrompt if told.questions else PicturePrompt,
            name="picture_prompt",
            person=tools.pseudonym(request.author),
            brief=told,
        )
    except Unavailable as error:
        return Distilled(prompt="", spends=passed_over(error, tools))
    asked = shape.questions if isinstance(shape, QuestionedPrompt) else []
    questions = checking.all_questions(request, asked, told)
    return Distilled(prompt=shape.prompt.strip(), questions=questions, spends=(spend,))


def share(spends: tuple[Spend, ...], number: int) -> tuple[Spend, ...]:
    """What each of several pictures bears of a cost they share."""
    return tuple(
        spend.model_copy(update={"usd": None if spend.usd is None else spend.usd / number}) for spend in spends
    )


def costs(estimator: Estimator, request: Request) -> list[float]:
    """The prompt, unless the words are it, and the pictures."""
    if request.files:
        return estimator.changed_pictures(request)
    words, raw, number = len(request.words), "raw" in request.options, number_of(request)
    letters, sources = words if raw else PROMPT_LETTERS, int(SHEET in request.options)
    checks = estimator.checks(request, number, sources=sources)
    prompt = [] if raw and not checks else [estimator.helper(words, PROMPT + QUESTIONS if checks else PROMPT)]
    return [*prompt, *estimator.pictures(request, number, letters=letters, sources=sources), *checks]


def once_more(piece: Piece) -> tuple[str, str, dict[str, Any]]:
    """What asks for a piece again, as command, words and details of a request.

    A picture from words gets the same prompt, and the same words over it; a changed one the same source and region; a story, or a diagram of one,
    the same idea.
    """
    made_by = str(piece.parameters.get("command", "image"))
    options = dict(piece.parameters.get("options", {}))
    if DIAGRAM in piece.parameters:
        return made_by, piece.request, {"options": options, "sources": ()}
    if piece.kind is PieceKind.TEXT:
        return made_by, piece.request, {"options": options, "sources": (piece.parent,) if piece.parent else ()}
    options |= {"n": "1"}
    if made_by in ("edit", "vary", "blend") and piece.parent:
        options |= {"region": piece.region} if piece.region else {}
        return made_by, piece.request, {"options": options, "sources": piece.sources or (piece.parent,)}
    options = {name: value for name, value in options.items() if COMMAND.option(name)}
    options |= {SHEET: piece.sources[0]} if piece.sources else {}
    lettered = (piece.id,) if SETTING in piece.parameters else ()
    prompt = str(piece.parameters.get("scene", piece.prompt))
    return "image", prompt, {"options": {**options, "raw": "true"}, "sources": lettered}


async def redraw(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The same request once more."""
    command, words, details = once_more(pressed.piece)
    details["characters"] = await cast.again(hands.store, here.session, pressed.piece)
    await hands.desk.accept(here, hands.desk.request(here, command, words, **details))


FEATURE = Feature(
    COMMAND,
    about="previews, then up to four pictures, with the prompt that was really used",
    recipes={"image": Recipe(image, costs, version=3)},
    verbs={"redraw": Verb(redraw, frozenset({PieceKind.PICTURE}), whose="owner", slow=True, tells=-0.5)},
    says=(*SAYS, "note-as-said"),
)
