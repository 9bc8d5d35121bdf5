"""``/book``: a picture book, from an idea or from a story: its text over pages, a sheet of its characters, and a picture for each page."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from pydantic import Field

from core import prompts, texts
from core.brief import Brief
from core.conversation import cast
from core.conversation.commands import LANG, QUALITY, SIZE, STYLE, Command, Option, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb, Work
from core.conversation.moment import Moment
from core.documents.picture_book import COVER, FEWEST, MOST, Book, Page, bound, laid_out, the_book
from core.errors import BadInput, FabulaError, Limited, Unavailable
from core.features.export import replied_story
from core.features.image import finished, share
from core.features.steps import checking, tasting
from core.features.steps import pages as book_pages
from core.features.steps.pages import KEPT, living, page_request, pages_for
from core.features.steps.painting import SAYS, Painted, draft_piece, notes_on
from core.features.steps.plans import PicturePlan, QuestionedPicture, QuestionedPlan, with_looks
from core.features.steps.sheets import draw_checked, draw_page, page_costs, sheet_for
from core.features.steps.toolbox import (
    Context,
    Toolbox,
    beside_check,
    characters_of,
    check,
    drawing_from,
    gather,
    language_for,
    own_language,
    passed_over,
)
from core.features.story import AGE, TONE, easier
from core.features.talk import Text, said, write
from core.jobs import LOOK, Estimator, Job, Paid, Recipe
from core.jobs.budget import HISTORY, PROMPT, QUESTIONS
from core.ports import Drawing, Show
from core.types import Piece, PieceKind, Preferences, Question, Reply, Request, Session, Spend, Status

PAGES = Option("pages", "integer", lowest=1, highest=999, aliases=("页数", "页"))
USUAL = 8
"""Pages of a book of which nothing is said."""

AT_ONCE = MOST + 1
"""Pages that are drawn side by side: all, so a book takes as long as its text, its sheet and one page. Slower servers are paced elsewhere."""

_TOKENS_PER_WORD, _PLANNED_PICTURE = 2, 250


class Planned(Paid):
    """The text as a book without pictures. ``as_said``: the helper planned none, so each page is drawn as its words say.

    ``questions``: by which the cover and the pages are looked at, where they are, by the ids of the pages.
    """

    piece: Piece
    as_said: bool = False
    questions: Mapping[str, tuple[Question, ...]] = Field(default_factory=dict)


# --- what is asked ---------------------------------------------------------------------------------------------------


async def asked(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """The command was given: for an idea, or in reply to a story."""
    story = None if parsed.words else await replied_story(hands, here)
    if not (parsed.words or story):
        raise BadInput("empty-prompt", command="book")
    await _begin(hands, here, parsed.words, parsed.options, story.piece if story else None)


async def of_story(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The button under a story."""
    await _begin(hands, here, "", {}, pressed.piece)


async def _begin(hands: Hands, here: Moment, words: str, given: Mapping[str, str], story: Piece | None) -> None:
    options = _options(here.session.preferences, given, story)
    sources = (story.id,) if story else ()
    characters = await cast.again(hands.store, here.session, story) if story else ()
    details = {"options": options, "sources": sources, "characters": characters}
    request = hands.desk.request(here, "book", words or (story.request if story else ""), **details)
    request = await cast.brought(hands.store, here.session, request)
    _check_pages(hands, request)
    try:
        await hands.desk.accept(here, request)
    except Limited as error:
        if error.code not in ("over-budget", "over-quota"):
            raise
        fits = await _fitting(hands, request)
        told_usd = texts.money(hands.limits.estimate(request), here.language)
        code = f"book-{error.code}" if fits else f"book-{error.code}-none"
        raise Limited(code, usd=told_usd, pages=fits, resets=error.values["resets"]) from None


def _options(liked: Preferences, given: Mapping[str, str], story: Piece | None) -> dict[str, str]:
    """What was said, else as the story was told, else as in ``/settings``."""
    preferred = {"style": liked.style, "size": liked.size, "quality": liked.quality, "check": liked.check}
    told = dict(story.parameters.get("options", {})) if story else {}
    options = {name: value for name, value in preferred.items() if value}
    options |= {name: told[name] for name in (*KEPT, "age", "lang", "no") if name in told} | dict(given)
    return {**options, "pages": given.get("pages") or str(pages_for(story) if story else USUAL)}


def begin(session: Session, asked: Request, words: str, given: Mapping[str, str]) -> Request:
    """The request for a book that was asked for in plain words. Raises ``BadInput``."""
    if not words:
        raise BadInput("empty-prompt", command="book")
    options = _options(session.preferences, given, None)
    if not FEWEST <= int(options["pages"]) <= MOST:
        raise BadInput("book-pages-plain", least=FEWEST, most=MOST)
    details = {"command": "book", "words": words, "options": options, "sources": (), "files": ()}
    return asked.model_copy(update=details)


def _check_pages(hands: Hands, request: Request) -> None:
    """Raise ``BadInput("book-pages")`` for more or fewer pages than a book has, with what the most would cost."""
    if FEWEST <= int(request.options["pages"]) <= MOST:
        return
    largest = request.model_copy(update={"options": {**request.options, "pages": str(MOST)}})
    usd = texts.money(hands.limits.estimate(largest), request.language)
    raise BadInput("book-pages", least=FEWEST, most=MOST, usd=usd)


async def _fitting(hands: Hands, request: Request) -> int:
    """How many pages the money that is left is enough for; 0 where no book fits."""
    bounds, person = hands.limits.bounds(request), request.author.key
    left = []
    if bounds.daily:
        left.append(bounds.daily - await hands.store.used(bounds.day, bounds.unpriced, person))
    if bounds.monthly:
        left.append(bounds.monthly - await hands.store.used(bounds.month, bounds.unpriced))

    def costs_of(number: int) -> float:
        return hands.limits.estimate(request.model_copy(update={"options": {**request.options, "pages": str(number)}}))

    wanted = int(request.options["pages"])
    return next((number for number in range(wanted - 1, FEWEST - 1, -1) if costs_of(number) <= min(left)), 0)


# --- what is made ----------------------------------------------------------------------------------------------------


async def make(job: Job, tools: Toolbox) -> None:
    """Write (or take the story), lay it out, draw the sheet, then the pages.

    Steps: context, taste, check beside text, easier, plan, sheet, page:…; where pages are looked at, each has the steps of ``look_over`` in its own.
    """
    context = await job.step("context", gather, tools, job.request)
    told = tuple(piece.request for piece in context.sources)
    factors = ("style",) if told else ("style", "tone")
    (request,) = await tasting.chosen(job, tools, job.request, factors, given=told)
    text = await _text(job, tools, request, context)
    job.show(Status(phase="thinking"))
    planned = await job.step("plan", plan_book, tools, request, text)
    piece = planned.piece
    await job.say("contents", living(piece, job.language, drawing=True, new=True), turns=said(request, piece))
    await _draw(job, tools, request, planned)


async def _text(job: Job, tools: Toolbox, request: Request, context: Context) -> Piece:
    """The story that is there, once it was looked at; else one that is written for so many pages."""
    if context.sources:
        await job.step(LOOK, check, tools, request, context)
        return context.sources[0]
    job.show(Status(phase="writing"))
    brief = _brief(request)

    async def writing(show: Show) -> Text:
        return await job.step("text", write, tools, request, brief, (), request.told, show)

    text = await beside_check(job, tools, context, writing)
    if brief.age is not None and not text.cut and prompts.far_above(text.piece.words, brief.language, brief.age):
        job.show(Status(phase="writing"))
        text = await job.step("easier", easier, tools, request, brief, text, job.show)
    return text.piece


def _brief(request: Request) -> Brief:
    options, language = request.options, language_for(request, request.words)
    age, pages = int(options["age"]) if "age" in options else None, int(options["pages"])
    return Brief(
        kind="story",
        language=language,
        own=own_language(request, request.words),
        length=pages * prompts.page_length(age, language),
        age=age,
        style=options.get("style"),
        tone=options.get("tone") or prompts.tone_in(request.words),
        pictures=pages,
    )


async def plan_book(tools: Toolbox, request: Request, text: Piece) -> Planned:
    """Lay the text out over its pages, and let the helper choose what is seen on the cover and on each of them."""
    title, told = laid_out(text.words, int(request.options["pages"]))
    title = title or texts.shortened(text.request or request.words or text.caption, 60)
    language, age = language_for(request, text.words), request.options.get("age")
    brief = Brief(
        kind="book",
        language=language,
        style=request.options.get("style"),
        pictures=len(told) + 1,
        age=int(age) if age else None,
    )
    brief = checking.questioned(tools, request, brief)
    asked: dict[str, object] = {"title": title, "pages": told}
    if request.characters:
        asked["characters"] = {one.name: one.looks for one in request.characters}
    plan, spends = PicturePlan(characters=[], pictures=[]), tuple[Spend, ...]()
    try:
        plan, spend = await tools.writer.extract(
            prompts.instructions(brief),
            json.dumps(asked, ensure_ascii=False),
            QuestionedPlan if brief.questions else PicturePlan,
            name="book_plan",
            person=tools.pseudonym(request.author),
            brief=brief,
        )
        spends = (spend,)
    except Unavailable as error:
        spends = passed_over(error, tools)
    book = Book(language=language, looks=plan.looks(), pages=_planned_pages(title, told, plan))
    made = text if not request.sources else _of_story(request, text)
    made = made.model_copy(update={"spends": (*made.spends, *spends)})
    questions = {
        page.id: checking.all_questions(request, planned.questions, brief)
        for page, planned in zip(book.pages, plan.pictures, strict=False)
        if isinstance(planned, QuestionedPicture)
    }
    return Planned(piece=bound(made, book), as_said=not plan.pictures, questions=questions, spends=spends)


def _planned_pages(title: str, told: tuple[str, ...], plan: PicturePlan) -> tuple[Page, ...]:
    """Cover and pages with their prompts; a page that the helper left out is drawn as its words say."""
    pages = []
    for number, text in enumerate((title, *told)):
        planned = plan.pictures[number] if number < len(plan.pictures) else None
        prompt = with_looks(planned, plan.characters) if planned and planned.prompt.strip() else text
        alt = planned.caption.strip() if planned else ""
        who = tuple(planned.who) if planned else ()
        pages.append(Page(id=f"p{number}" if number else COVER, text=text, prompt=prompt, alt=alt or text, who=who))
    return tuple(pages)


def _of_story(request: Request, story: Piece) -> Piece:
    """A new piece for the book of a story that stays."""
    return Piece(
        kind=PieceKind.TEXT,
        words=story.words,
        request=story.request,
        model=story.model,
        parent=story.id,
        parameters={"command": "book", "options": dict(request.options), **characters_of(request)},
    )


async def _draw(job: Job, tools: Toolbox, request: Request, planned: Planned) -> None:
    """Draw the sheet, then cover and pages side by side, and say them. One that is refused leaves its place open; raises where all failed."""
    piece = planned.piece
    book = the_book(piece)
    style = request.options.get("style")
    drawings = {
        page.id: drawing_from(tools, request, finished(request, page.prompt, style, book.language), slot)
        for slot, page in enumerate(book.pages, 1)
    }
    every = list(drawings.values())
    sheet = await sheet_for(job, tools, piece, book.looks, every, request)
    spends = share(sheet.spends, len(every)) if sheet else ()
    book = book.model_copy(update={"sheet": sheet.id if sheet else ""})
    piece = bound(piece, book)
    job.show(Status(phase="drawing", usual=max(tools.painter.usual_seconds(drawing) for drawing in every)))

    async def paint(page: Page) -> Painted:
        drawing: Drawing = drawings[page.id]
        shown = request if planned.as_said else page_request(request, page)
        draft = draft_piece(shown, drawing.prompt, caption=page.text, parent=piece.id, spends=spends)
        questions = planned.questions.get(page.id, ())
        if not questions:
            return await draw_page(tools, shown, drawing, draft, sheet, job.show)
        return await draw_checked(job, tools, f"page:{page.id} drawn", drawing, draft, sheet, questions, shown)

    async with _growing(job, piece) as told:
        items = [(page.id, page) for page in book.pages]
        results = await job.each("page", items, paint, at_most=AT_ONCE, told=told)
    painted = [result for result in results if not isinstance(result, FabulaError)]
    pages = tuple(_filled(page, result, job.language) for page, result in zip(book.pages, results, strict=True))
    piece = bound(piece, book.model_copy(update={"pages": pages}))
    if not painted:
        raise next(result for result in results if isinstance(result, FabulaError))
    await _say(job, piece, sheet, painted, planned)


def _filled(page: Page, result: Painted | FabulaError, language: str) -> Page:
    """The page with its picture, or with the reason why there is none."""
    if isinstance(result, FabulaError):
        return page.model_copy(update={"open": texts.say(f"error-{result.code}", language, **result.values)})
    return page.model_copy(update={"picture": result.piece.id, "open": ""})


@asynccontextmanager
async def _growing(job: Job, piece: Piece) -> AsyncIterator[Callable[[Page, Painted | FabulaError], None]]:
    """Show the pages so far, whenever one more is there, beside the drawing: what is paid for does not wait for it."""
    book, news, count = the_book(piece), asyncio.Event(), 0

    def told(page: Page, result: Painted | FabulaError) -> None:
        nonlocal book, count
        book, count = book.with_page(_filled(page, result, job.language)), count + 1
        news.set()

    async def grow() -> None:
        while True:
            await news.wait()
            news.clear()
            if count < len(book.pages):
                await job.say(f"grown-{count}", living(bound(piece, book), job.language, drawing=True))

    growing = asyncio.create_task(grow())
    try:
        yield told
    finally:
        growing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(growing, return_exceptions=True)


async def _say(job: Job, piece: Piece, sheet: Piece | None, painted: list[Painted], planned: Planned) -> None:
    book, language = the_book(piece), job.language
    lines = [texts.say("book-done", language, title=book.title, count=len(book.pages) - 1)]
    for number, page in enumerate(book.pages):
        if page.open:
            name = texts.say("book-page-name", language, number=number) if number else texts.say("book-cover", language)
            lines.append(texts.say("book-page-open", language, page=name, reason=page.open))
    notes = [texts.say("note-as-said", language)] if planned.as_said else []
    pieces = tuple(result.piece for result in painted)
    await job.say(
        "pages",
        Reply(
            text="\n\n".join((*lines, *notes, *notes_on(painted, language))),
            pieces=pieces,
            mentions=(piece, *((sheet,) if sheet else ())),
            buttons=book_pages.buttons(piece, language),
            quotes=(piece.id,),
        ),
        last_picture=pieces[0].id,
        revised=(piece,),
    )
    await job.say("all", living(piece, language))


def costs(estimator: Estimator, request: Request) -> list[float]:
    """The text, once more in easier words if need be, the plan, the sheet, cover and pages."""
    pages, letters = int(request.options.get("pages", USUAL)), len(request.words)
    age = int(request.options["age"]) if "age" in request.options else None
    tokens = _TOKENS_PER_WORD * pages * prompts.page_length(age, language_for(request, request.words))
    text = [] if request.sources else [estimator.text(letters, tokens)]
    again = text if age is not None and prompts.for_children(age) else []
    checks = estimator.checks(request, pages + 1, sources=int(estimator.draws_from_sheet(pages + 1)))
    each = _PLANNED_PICTURE + QUESTIONS if checks else _PLANNED_PICTURE
    plan = estimator.helper(HISTORY, PROMPT + (pages + 1) * each)
    return [*text, *again, plan, *page_costs(estimator, request, pages + 1), *checks]


_TEXTS = frozenset({PieceKind.TEXT})
COMMAND = Command(
    "book",
    "idea",
    (STYLE, AGE, TONE, PAGES, LANG, SIZE, QUALITY, *checking.OPTIONS),
    aliases=("绘本", "picturebook"),
)
FEATURE = Feature(
    COMMAND,
    about="a picture book of 4 to 24 pages with a cover, whose characters stay the same: PDF, print PDF, EPUB and ZIP, each page can be changed",
    answer=asked,
    recipes={"book": Recipe(make, costs, version=2)},
    works=lambda: (Work(COMMAND, ("picture book", "storybook", "图画书", "故事书"), begin),),
    verbs={"book": Verb(of_story, _TEXTS, whose="user", slow=True, tells=0.5)},
    says=(
        *SAYS,
        "book-cover",
        "book-page",
        "book-page-name",
        "book-page-open",
        "book-done",
        "note-as-said",
        "error-book-pages-plain",
    ),
)
