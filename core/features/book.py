"""``/book``: a picture book, from an idea or from a story: its text over pages, a sheet of its characters, and a picture for each page."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from core import prompts, texts
from core.brief import Brief
from core.conversation import cast
from core.conversation.commands import LANG, QUALITY, SIZE, STYLE, Command, Option, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.documents.picture_book import COVER, FEWEST, MOST, Book, Page, bound, laid_out, the_book
from core.errors import BadInput, FabulaError, Limited, Unavailable
from core.features.export import replied_story
from core.features.image import share
from core.features.steps import pages as book_pages
from core.features.steps import tasting
from core.features.steps.pages import living
from core.features.steps.painting import SAYS, Painted, draft_piece, notes_on
from core.features.steps.plans import PicturePlan, with_looks
from core.features.steps.sheets import draw_page, page_costs, sheet_for
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
from core.jobs.budget import HISTORY, PROMPT
from core.ports import Drawing, Show
from core.types import Piece, PieceKind, Reply, Request, Spend, Status

PAGES = Option("pages", "integer", lowest=1, highest=999, aliases=("页数", "页"))
USUAL = 8
"""Pages of a book of which nothing is said."""

AT_ONCE = MOST + 1
"""Pages that are drawn side by side: all, so a book takes as long as its text, its sheet and one page. Slower servers are paced elsewhere."""

_TOKENS_PER_WORD, _PLANNED_PICTURE = 2, 250


class Planned(Paid):
    """The text as a book without pictures. ``as_said``: the helper planned none, so each page is drawn as its words say."""

    piece: Piece
    as_said: bool = False


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
    preferred = here.session.preferences
    liked = {"style": preferred.style, "size": preferred.size, "quality": preferred.quality}
    told = dict(story.parameters.get("options", {})) if story else {}
    options = {name: value for name, value in liked.items() if value}
    options |= {name: told[name] for name in ("style", "size", "quality", "age", "lang") if name in told} | dict(given)
    options["pages"] = given.get("pages") or str(_pages_for(story) if story else USUAL)
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


def _pages_for(story: Piece) -> int:
    """How many pages a story fills well."""
    chosen, language = dict(story.parameters.get("options", {})), language_for_text(story.words)
    age = int(chosen["age"]) if "age" in chosen else None
    length = len(story.words) if language == "zh" else len(story.words.split())
    return min(MOST, max(FEWEST, round(length / prompts.page_length(age, language))))


def language_for_text(words: str) -> str:
    """The language of a text that is there."""
    signs = [sign for sign in words if sign.isalpha()]
    return "zh" if sum("\u4e00" <= sign <= "\u9fff" for sign in signs) * 3 > len(signs) else "en"


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
    """Write (or take the story), lay it out, draw the sheet, then the pages. Steps: context, taste, check beside text, easier, plan, sheet, page:…"""
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
    asked: dict[str, object] = {"title": title, "pages": told}
    if request.characters:
        asked["characters"] = {one.name: one.looks for one in request.characters}
    plan, spends = PicturePlan(characters=[], pictures=[]), tuple[Spend, ...]()
    try:
        plan, spend = await tools.writer.extract(
            prompts.instructions(brief),
            json.dumps(asked, ensure_ascii=False),
            PicturePlan,
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
    return Planned(piece=bound(made, book), as_said=not plan.pictures, spends=spends)


def _planned_pages(title: str, told: tuple[str, ...], plan: PicturePlan) -> tuple[Page, ...]:
    """Cover and pages with their prompts; a page that the helper left out is drawn as its words say."""
    pages = []
    for number, text in enumerate((title, *told)):
        planned = plan.pictures[number] if number < len(plan.pictures) else None
        prompt = with_looks(planned, plan.characters) if planned and planned.prompt.strip() else text
        alt = planned.caption.strip() if planned else ""
        pages.append(Page(id=f"p{number}" if number else COVER, text=text, prompt=prompt, alt=alt or text))
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
        page.id: drawing_from(tools, request, prompts.styled(page.prompt, style, book.language), slot)
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
        draft = draft_piece(request, drawing.prompt, caption=page.text, parent=piece.id, spends=spends)
        return await draw_page(tools, request, drawing, draft, sheet, job.show)

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
    plan = estimator.helper(HISTORY, PROMPT + (pages + 1) * _PLANNED_PICTURE)
    return [*text, *again, plan, *page_costs(estimator, request, pages + 1)]


_TEXTS = frozenset({PieceKind.TEXT})
FEATURE = Feature(
    Command("book", "idea", (STYLE, AGE, TONE, PAGES, LANG, SIZE, QUALITY), aliases=("绘本", "picturebook")),
    about="a picture book of 4 to 24 pages with a cover, whose characters stay the same: PDF, print PDF, EPUB and ZIP, each page can be changed",
    answer=asked,
    recipes={"book": Recipe(make, costs, version=2)},
    verbs={"book": Verb(of_story, _TEXTS, whose="user", slow=True, tells=0.5)},
    says=(*SAYS, "book-cover", "book-page", "book-page-name", "book-page-open", "book-done", "note-as-said"),
)
