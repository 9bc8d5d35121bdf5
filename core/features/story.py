"""``/story``: a text that streams in, then its pictures; and what follows from a story: going on, drawing it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from core import prompts, texts
from core.brief import Brief
from core.conversation import cast
from core.conversation.commands import LANG, QUALITY, SIZE, STYLE, Command, Option
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import OperatorFault, Refused, Unavailable
from core.features.image import finished, share, wording
from core.features.steps import checking, tasting
from core.features.steps.casting import on_page
from core.features.steps.painting import SAYS, Painted, draft_piece, paint_all
from core.features.steps.plans import PicturePlan, Plan, QuestionedPicture, QuestionedPlan
from core.features.steps.sheets import draw_checked, page_costs, sheet_for
from core.features.steps.toolbox import (
    Context,
    Toolbox,
    beside_check,
    check,
    drawing_from,
    gather,
    language_for,
    own_language,
    passed_over,
)
from core.features.talk import Text, said, say_if_cut, write
from core.jobs import LOOK, Estimator, Job, Recipe
from core.jobs.budget import HISTORY, PROMPT, QUESTIONS
from core.ports import Drawing, Hint, Show
from core.prompts.cast import described
from core.rows import TEXT_VERBS, row
from core.types import Piece, PieceKind, Reply, Request, Spend, Status, TextSoFar, Turn

AGE = Option("age", "integer", lowest=1, highest=99, aliases=("年龄",))
LENGTH = Option(
    "length",
    "length",
    ("short", "medium", "long"),
    lowest=50,
    highest=3000,
    aliases=("长度", "篇幅"),
    values={"短": "short", "中": "medium", "长": "long"},
)
TONE = Option(
    "tone",
    "choice",
    tuple(prompts.TONES),
    aliases=("genre", "基调", "类型"),
    values={alias: tone.name for tone in prompts.TONES.values() for alias in tone.aliases},
)
PAGES = Option("pages", "integer", lowest=1, highest=8, aliases=("页数",))

SO_FAR = 24_000
"""Letters of a story that is gone on with or told anew: about twelve parts of usual length."""

_OPTIONS = (STYLE, AGE, TONE, LENGTH, PAGES, LANG, SIZE, QUALITY, *checking.OPTIONS)
COMMAND = Command("story", "idea", _OPTIONS, paid=True, aliases=("故事",))

_WORDS = {"short": 300, "medium": 800, "long": 2_000}
_TOKENS_PER_WORD = 2
"""Of a story in either language, with what it was thought over before."""

_LETTERS_PER_TOKEN = 4

_PLANNED_PICTURE = 250
"""Tokens of one picture of a plan."""


_IDEA = 400
"""Letters of a story that are drawn where it has no idea of its own."""


async def story(job: Job, tools: Toolbox) -> None:
    """Write a story, say it, then draw its moments. Steps: context, taste, check beside text, easier, plan, sheet, picture-1…n."""
    context = await job.step("context", gather, tools, job.request)
    (request,) = await tasting.chosen(job, tools, job.request, (*tasting.DRAWN, "tone"))
    brief = _brief(request, "story", request.words, request.words)
    text = await _tell(job, tools, request, context, brief, (), request.told)
    await _illustrate(job, tools, request, text.piece, int(request.options.get("pages", 1)))


async def continue_story(job: Job, tools: Toolbox) -> None:
    """Go on with a story, in its language and for its reader. Steps: context, check beside text."""
    context = await job.step("context", gather, tools, job.request)
    parts = await so_far(tools, context.sources[0])
    brief = _brief(_told_as(job.request, parts), "continuation", parts[0].words, parts[0].request)
    words = job.request.told or texts.say("go-on", brief.language)
    hints = await tasting.liked(tools, job.request, context.sources[0])
    await _tell(
        job, tools, job.request, context, brief, _turns(parts), words, parent=context.sources[0].id, hints=hints
    )


async def revise(job: Job, tools: Toolbox) -> None:
    """Tell the last part of a story differently; the new one takes its place. Steps: context, check beside text."""
    context = await job.step("context", gather, tools, job.request)
    parts = await so_far(tools, context.sources[0])
    brief = _brief(_told_as(job.request, parts), "revision", parts[0].words, parts[0].request)
    told = job.request.told
    await _tell(job, tools, job.request, context, brief, _turns(parts), told, parent=context.sources[0].id)


async def so_far(tools: Toolbox, told: Piece) -> tuple[Piece, ...]:
    """The whole story whose last part is given, from its beginning, as far as ``SO_FAR`` letters reach back; what was told anew is left out."""
    parts, letters, piece = [told], len(told.words), told
    while piece.parent and (
        piece.parameters.get("replaces") or piece.parameters.get("command") in ("continue", "revise")
    ):
        kept = await tools.store.piece(piece.parent)
        if kept is None or kept.piece.kind is not PieceKind.TEXT:
            break
        replaced = piece.parameters.get("replaces") or piece.parameters["command"] == "revise"
        piece = kept.piece
        if replaced:
            continue
        letters += len(piece.words)
        if letters > SO_FAR:
            break
        parts.insert(0, piece)
    return tuple(parts)


def _turns(parts: Sequence[Piece]) -> tuple[Turn, ...]:
    """A story as it was asked for and told."""
    return tuple(
        turn
        for part in parts
        for turn in (Turn(role="person", text=part.request or "…"), Turn(role="fabula", text=part.words))
    )


def _told_as(request: Request, parts: Sequence[Piece]) -> Request:
    """The request with the options that the story was told with, where it names none itself."""
    options: dict[str, str] = {}
    for part in parts:
        options |= dict(part.parameters.get("options", {}))
    return request.model_copy(update={"options": options | dict(request.options)})


async def illustrate(job: Job, tools: Toolbox) -> None:
    """Draw a text that is already there. Steps: context, check, taste, plan, sheet, picture-1…n."""
    context = await job.step("context", gather, tools, job.request)
    await job.step(LOOK, check, tools, job.request, context)
    told = context.sources[0]
    (request,) = await tasting.chosen(job, tools, job.request, tasting.DRAWN, given=(told.request,))
    await _illustrate(job, tools, request, told, int(request.options.get("pages", 1)))


async def _tell(
    job: Job,
    tools: Toolbox,
    request: Request,
    context: Context,
    brief: Brief,
    turns: tuple[Turn, ...],
    words: str,
    parent: str | None = None,
    hints: tuple[Hint, ...] = (),
) -> Text:
    """Write, and say what was written before anything is drawn."""
    job.show(Status(phase="writing"))

    async def writing(show: Show) -> Text:
        return await job.step("text", write, tools, request, brief, turns, words, show, parent)

    text = await beside_check(job, tools, context, writing)
    if brief.age is not None and not text.cut and prompts.far_above(text.piece.words, brief.language, brief.age):
        job.show(Status(phase="writing"))
        text = await job.step("easier", easier, tools, request, brief, text, job.show)
    buttons = row(TEXT_VERBS, text.piece.id, job.language)
    await job.say(
        "text",
        Reply(text=text.shown(job.language), pieces=(text.piece,), buttons=buttons),
        turns=said(job.request, text.piece),
        hints=hints,
    )
    await say_if_cut(job, text)
    return text


async def easier(tools: Toolbox, request: Request, brief: Brief, text: Text, show: Show) -> Text:
    """Have a text that is far too hard for its child told once more, in easier words. Where nothing better comes of it, it stays as it is."""
    before = _turns((text.piece,))
    asked = brief.model_copy(update={"kind": "revision"})
    try:
        again = await write(tools, request, asked, before, prompts.EASIER[brief.language], show, text.piece.parent)
    except (Unavailable, Refused, OperatorFault):
        show(TextSoFar(text=text.piece.words))
        return text.model_copy(update={"spends": ()})
    found, before_it = (prompts.level_of(piece.words, brief.language) for piece in (again.piece, text.piece))
    kept = text.piece if again.cut or found >= before_it else again.piece
    paid_for = {"id": text.piece.id, "spends": (*text.spends, *again.spends)}
    return Text(piece=kept.model_copy(update=paid_for), fitted=text.fitted, spends=again.spends)


async def _illustrate(job: Job, tools: Toolbox, request: Request, told: Piece, pages: int) -> None:
    """Choose moments of a text and draw them; the pictures share their characters' look."""
    job.show(Status(phase="thinking"))
    plan = await job.step("plan", choose_moments, tools, request, told, pages)
    style, language = request.options.get("style"), language_for(request, told.words)
    drawings = [
        drawing_from(tools, request, finished(request, planned.prompt, style, language), slot)
        for slot, planned in enumerate(plan.pictures, 1)
    ]

    sheet = await sheet_for(job, tools, told, plan.looks, drawings, request)
    spends = share((*plan.spends, *(sheet.spends if sheet else ())), len(drawings))

    async def paint(drawing: Drawing) -> Painted:
        name, planned = f"picture-{drawing.slot}", plan.pictures[drawing.slot - 1]
        shown = request if plan.as_said else on_page(request, planned.who, planned.prompt, planned.caption)
        draft = draft_piece(shown, drawing.prompt, caption=planned.caption, parent=told.id, spends=spends)
        return await draw_checked(job, tools, name, drawing, draft, sheet, planned.questions, shown)

    notes = [texts.say("note-as-said", job.language)] if plan.as_said else []
    if len(drawings) < pages:
        notes.append(texts.say("note-fewer-planned", job.language, planned=len(drawings), asked=pages))
    await paint_all(job, tools, drawings, paint, mentions=(sheet,) if sheet else (), notes=notes, priced=True)


async def choose_moments(tools: Toolbox, request: Request, told: Piece, pages: int) -> Plan:
    """Let the helper choose the moments and fix how the characters look. Where nothing comes of it, the story's idea is drawn."""
    words = told.words
    style, age = request.options.get("style"), _age(request) or _age(told)
    language = language_for(request, words)
    brief = Brief(kind="plan", language=language, style=style, pictures=pages, age=age, **wording(request))
    brief = checking.questioned(tools, request, brief)
    pictures: tuple[QuestionedPicture, ...]
    spends: tuple[Spend, ...]
    looks: tuple[tuple[str, str], ...]
    try:
        plan, spend = await tools.writer.extract(
            prompts.instructions(brief),
            described(words, request.characters, brief.language),
            QuestionedPlan if brief.questions else PicturePlan,
            name="picture_plan",
            person=tools.pseudonym(request.author),
            brief=brief,
        )
    except Unavailable as error:
        pictures, spends, looks = (), passed_over(error, tools), ()
    else:
        pictures, spends, looks = plan.drawn(pages), (spend,), plan.looks()
    idea = QuestionedPicture(prompt=told.request or texts.shortened(words, _IDEA), caption=told.caption)
    asked = [(one, checking.all_questions(request, one.questions, brief)) for one in pictures or (idea,)]
    drawn = tuple(one.model_copy(update={"questions": questions}) for one, questions in asked)
    return Plan(as_said=not pictures, pictures=drawn, spends=spends, looks=looks if pictures else ())


def _age(told: Request | Piece) -> int | None:
    """The reader's age that a request names, or that a text was told for."""
    options = told.options if isinstance(told, Request) else dict(told.parameters.get("options", {}))
    return int(options["age"]) if "age" in options else None


def _brief(request: Request, kind: Literal["story", "continuation", "revision"], words: str, idea: str) -> Brief:
    """What a story or a part of it shall be like; its language is that of the words, its tone the one chosen or that of the idea."""
    options, language = request.options, language_for(request, words)
    return Brief(
        kind=kind,
        language=language,
        own=own_language(request, words),
        length=prompts.story_length(options.get("length"), language),
        age=_age(request),
        style=options.get("style"),
        tone=options.get("tone") or prompts.tone_in(idea),
        temperature=tasting.warmth(request),
    )


def story_costs(estimator: Estimator, request: Request) -> list[float]:
    """The story, once more in easier words if need be, and its pictures."""
    story = estimator.text(len(request.words), _tokens(request))
    return [story, *_easier_costs(estimator, request), *illustration_costs(estimator, request)]


def continuation_costs(estimator: Estimator, request: Request) -> list[float]:
    """What comes next, with what was told before it, and once more in easier words if need be."""
    return [
        estimator.text(len(request.words) + HISTORY, _tokens(request)),
        *_easier_costs(estimator, request),
    ]


def _easier_costs(estimator: Estimator, request: Request) -> list[float]:
    """The second telling for a child."""
    age = _age(request)
    if age is None or not prompts.for_children(age):
        return []
    return [estimator.text(_LETTERS_PER_TOKEN * _tokens(request), _tokens(request))]


def illustration_costs(estimator: Estimator, request: Request) -> list[float]:
    """The plan of the pictures, and they."""
    pages = int(request.options.get("pages", 1))
    checks = estimator.checks(request, pages, sources=int(estimator.draws_from_sheet(pages)))
    each = _PLANNED_PICTURE + QUESTIONS if checks else _PLANNED_PICTURE
    plan = estimator.helper(HISTORY, PROMPT + pages * each)
    return [plan, *page_costs(estimator, request, pages), *checks]


def _tokens(request: Request) -> int:
    length = request.options.get("length", "medium")
    return _TOKENS_PER_WORD * (int(length) if length.isdecimal() else _WORDS[length])


async def draw_it(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Draw the text, in the style that the person likes or that it was told in."""
    piece = pressed.piece
    told, chosen = dict(piece.parameters.get("options", {})), here.session.preferences
    options = {"style": chosen.style or told.get("style"), "size": chosen.size, "quality": chosen.quality}
    options |= {"check": chosen.check, "no": told.get("no")}
    options = {name: value for name, value in options.items() if value}
    characters = await cast.again(hands.store, here.session, piece)
    details = {"options": options, "sources": (piece.id,), "characters": characters}
    request = hands.desk.request(here, "illustrate", piece.request, **details)
    await hands.desk.accept(here, request)


async def continue_it(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Go on with the text."""
    options = dict(pressed.piece.parameters.get("options", {}))
    characters = await cast.again(hands.store, here.session, pressed.piece)
    details = {"options": options, "sources": (pressed.piece.id,), "characters": characters}
    request = hands.desk.request(here, "continue", "", **details)
    await hands.desk.accept(here, request)


_TEXTS = frozenset({PieceKind.TEXT})
FEATURE = Feature(
    COMMAND,
    about="a story appears as it is written, then up to eight captioned pictures",
    recipes={
        "story": Recipe(story, story_costs, version=3),
        "continue": Recipe(continue_story, continuation_costs, version=2),
        "revise": Recipe(revise, continuation_costs),
        "illustrate": Recipe(illustrate, illustration_costs, version=3),
    },
    verbs={
        "draw": Verb(draw_it, _TEXTS, whose="user", slow=True, tells=0.5),
        "continue": Verb(continue_it, _TEXTS, whose="user", slow=True),
    },
    says=(*SAYS, "go-on", "note-cut", "note-as-said", "note-fewer-planned"),
)
