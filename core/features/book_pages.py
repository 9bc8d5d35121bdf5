"""The pages of a book, one by one: shown with a row of their own, drawn again, changed, moved, removed, added. Nothing else is redrawn."""

from __future__ import annotations

from core import prompts, texts
from core.brief import Brief
from core.conversation import cast
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.documents.picture_book import MOST, Book, Page, bound, the_book
from core.errors import BadInput
from core.features.image import finished, helpers_prompt
from core.features.steps import pages as book_pages
from core.features.steps.changing import asked_beside, change_checked
from core.features.steps.checking import wanted
from core.features.steps.pages import PAGE_TEXT, living, options_of, page_request, page_shown
from core.features.steps.painting import SAYS, Painted, draft_piece, notes_on
from core.features.steps.plans import Character, PlannedPicture, with_looks
from core.features.steps.sheets import draw_checked, kept_sheet
from core.features.steps.toolbox import Toolbox, check, drawing_from, gather
from core.jobs import LOOK, Estimator, Job, Paid, Recipe, nothing
from core.jobs.budget import PROMPT, QUESTIONS
from core.types import Form, FormField, Piece, PieceKind, Question, Reply, Request, Status
from core.types.characters import told as described
from core.types.forms import LABEL, LONG

CHANGE = 500
"""Characters of a change to a picture."""


class Scene(Paid):
    """The prompt of a page's picture, and the questions by which it is looked at, where it is."""

    prompt: str
    questions: tuple[Question, ...] = ()


# --- buttons ---------------------------------------------------------------------------------------------------------


async def show(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """A page with its row."""
    page = _page(pressed)
    picture = await hands.store.piece(page.picture) if page.picture else None
    await hands.desk.answer(here, page_shown(pressed.piece, page, picture.piece if picture else None, here.language))


async def draw_again(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The picture again, from the same words."""
    await _ask(hands, here, pressed, "page-picture")


async def change_picture(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The picture, changed by words."""
    await _ask(hands, here, pressed, "page-picture", pressed.values["change"])


async def change_text(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Other words on the page. Raises ``BadInput`` where they are the same as before."""
    words = pressed.values["text"].strip()
    if words == _page(pressed).text.strip():
        raise BadInput("text-unchanged")
    await _ask(hands, here, pressed, "page-text", words)


async def move(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The page to another place."""
    await _ask(hands, here, pressed, "page-order", place=pressed.values["place"])


async def remove(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The book without the page. Raises ``BadInput`` for its last one."""
    _page(pressed)
    if len(the_book(pressed.piece).pages) <= 2:
        raise BadInput("book-last-page")
    await _ask(hands, here, pressed, "page-order", place="0")


async def add(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """One page more. Raises ``BadInput("book-full")``."""
    if len(the_book(pressed.piece).pages) > MOST:
        raise BadInput("book-full", most=MOST)
    await _ask(hands, here, pressed, "page-add", pressed.values["text"], place=pressed.values["place"])


async def _ask(hands: Hands, here: Moment, pressed: Pressed, command: str, words: str = "", place: str = "") -> None:
    told = {"page": pressed.argument.partition(":")[2], "place": place}
    options = {**options_of(pressed.piece), **{name: value for name, value in told.items() if value}}
    characters = await cast.again(hands.store, here.session, pressed.piece)
    details = {"options": options, "sources": (pressed.piece.id,), "characters": characters}
    request = hands.desk.request(here, command, words, **details)
    await hands.desk.accept(here, request)


def _page(pressed: Pressed) -> Page:
    return the_book(pressed.piece).page(pressed.argument.partition(":")[2])


async def picture_form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """What is to be different in the picture."""
    _page(pressed)
    field = FormField(name="change", kind="long", label=texts.say("form-page-change", here.language), most=CHANGE)
    return _form("page-picture", here.language, field)


async def text_form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """The words of the page as they are. Raises ``BadInput`` for more than a form holds."""
    page = _page(pressed)
    if len(page.text) > LONG:
        raise BadInput("text-too-long-to-change", limit=LONG)
    most = max(PAGE_TEXT, len(page.text))
    label = texts.say("form-page-text", here.language)
    return _form(
        "page-text", here.language, FormField(name="text", kind="long", label=label, value=page.text, most=most)
    )


async def move_form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """Which page it is to be."""
    book = the_book(pressed.piece)
    return _form("page-move", here.language, _place(book, here.language, str(book.number(_page(pressed).id)), 0))


async def add_form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """The words of the new page, and which page it is to be."""
    book = the_book(pressed.piece)
    label = texts.say("form-page-new", here.language)
    words = FormField(name="text", kind="long", label=label, most=PAGE_TEXT)
    return _form("page-add", here.language, words, _place(book, here.language, str(len(book.pages)), 1))


def _place(book: Book, language: str, value: str, more: int) -> FormField:
    label = texts.say("form-page-place", language)
    return FormField(name="place", kind="number", label=label, least=1, most=len(book.pages) - 1 + more, value=value)


def _form(verb: str, language: str, *fields: FormField) -> Form:
    return Form(title=texts.say(f"button-{verb}", language)[:LABEL], fields=fields)


# --- what is done ----------------------------------------------------------------------------------------------------


async def draw_picture(job: Job, tools: Toolbox) -> None:
    """Draw a page's picture again, or change it by words. Steps: context, check, questions, picture, each picture with those of ``look_over``."""
    context = await job.step("context", gather, tools, job.request)
    await job.step(LOOK, check, tools, job.request, context)
    told = context.sources[0]
    page = the_book(told).page(job.request.options["page"])
    job.show(Status(phase="drawing"))
    kept = await tools.store.piece(page.picture) if page.picture else None
    old = kept.piece if kept and kept.piece.picture else None
    painted = await (
        _changed(job, tools, told, page, old) if old and job.request.words else _again(job, tools, told, page, old)
    )
    await _say_page(job, tools, told, page, painted)


async def _changed(job: Job, tools: Toolbox, told: Piece, page: Page, old: Piece) -> Painted:
    """The picture that is there, changed as was said."""
    request, language = job.request, the_book(told).language
    prompt = prompts.edited(request.words, None, language)
    brief = Brief(kind="edit", language=language, words=request.words)
    drawing = drawing_from(tools, request, prompt, 1, brief)
    draft = draft_piece(request, prompt, caption=page.text, parent=told.id)
    async with asked_beside(job, tools) as asked:
        return await change_checked(job, tools, "picture", drawing, draft, (old,), asked)


async def _again(job: Job, tools: Toolbox, told: Piece, page: Page, old: Piece | None) -> Painted:
    """Another picture of the page, from its prompt and the sheet. It is asked about what was asked about the one before."""
    request = job.request
    scene = page.model_copy(update={"prompt": " ".join(filter(None, (page.prompt, request.words)))})
    questions: tuple[Question, ...] = ()
    if wanted(tools, request):
        if old and old.checked:
            same = prompts.asked_same(the_book(told).language)
            questions = tuple(one.question for one in old.checked.answers if one.question != same)
        else:
            questions = (await job.step("questions", imagine, tools, request, told, page.text)).questions
    return await _drawn(job, tools, told, scene, questions)


async def _drawn(job: Job, tools: Toolbox, told: Piece, page: Page, questions: tuple[Question, ...]) -> Painted:
    """The picture of a page, in the step ``picture``."""
    request, book = job.request, the_book(told)
    prompt = finished(request, page.prompt, request.options.get("style"), book.language)
    drawing, shown = drawing_from(tools, request, prompt, 1), page_request(request, page)
    draft = draft_piece(shown.model_copy(update={"words": ""}), prompt, caption=page.text, parent=told.id)
    sheet = await kept_sheet(tools, book.sheet)
    return await draw_checked(job, tools, "picture", drawing, draft, sheet, questions, shown)


async def add_page(job: Job, tools: Toolbox) -> None:
    """Add a page with its picture. Steps: context, check, prompt, picture."""
    request = job.request
    context = await job.step("context", gather, tools, request)
    await job.step(LOOK, check, tools, request, context)
    told = context.sources[0]
    job.show(Status(phase="thinking"))
    scene = await job.step("prompt", imagine, tools, request, told, request.words)
    page = Page(id=f"a{job.id[:8]}", text=request.words, prompt=scene.prompt, alt=request.words)
    job.show(Status(phase="drawing"))
    painted = await _drawn(job, tools, told, page, scene.questions)
    await _say_page(job, tools, told, page, painted, place=int(request.options["place"]))


async def imagine(tools: Toolbox, request: Request, told: Piece, words: str) -> Scene:
    """What is seen on a page, from its words, with the looks of everybody whom they name; and what can be asked about it."""
    book = the_book(told)
    brief = Brief(kind="picture", language=book.language, style=request.options.get("style"))
    made = await helpers_prompt(tools, request, described(words, request.characters), brief)
    characters = [Character(name=name, look=look) for name, look in book.looks]
    who = [name for name, _ in book.looks if name.casefold() in words.casefold()]
    planned = PlannedPicture(prompt=made.prompt or words, who=who, caption="")
    return Scene(prompt=with_looks(planned, characters), questions=made.questions, spends=made.spends)


async def _say_page(job: Job, tools: Toolbox, told: Piece, page: Page, painted: Painted, place: int = 0) -> None:
    """Put the picture into the book as it is by now, and show the page."""
    piece = await _now(tools, told)
    book, picture = the_book(piece), painted.piece
    if place:
        filled = page.model_copy(update={"picture": picture.id})
        pages = (*book.pages[:place], filled, *book.pages[place:])
        book = book.model_copy(update={"pages": pages})
    else:
        filled = book.page(page.id).model_copy(update={"picture": picture.id, "open": ""})
        book = book.with_page(filled)
    piece = bound(piece, book)
    note = "\n\n".join(notes_on([painted], job.language))
    reply = page_shown(piece, filled, picture, job.language, note)
    await job.say("page", reply, last_picture=picture.id, revised=(piece,))
    await _say_book(job, piece, whole=bool(place))


async def take_text(job: Job, tools: Toolbox) -> None:
    """Take other words for a page, once the moderator has seen them. Steps: context, check."""
    request = job.request
    context = await job.step("context", gather, tools, request)
    await job.step(LOOK, check, tools, request, context)
    piece = await _now(tools, context.sources[0])
    book = the_book(piece)
    page = book.page(request.options["page"]).model_copy(update={"text": request.words})
    piece = bound(piece, book.with_page(page))
    kept = await tools.store.piece(page.picture) if page.picture else None
    picture = kept.piece.model_copy(update={"caption": page.text}) if kept else None
    revised = (piece, picture) if picture else (piece,)
    await job.say("page", page_shown(piece, page, picture, job.language), revised=revised)
    await _say_book(job, piece)


async def order(job: Job, tools: Toolbox) -> None:
    """Move a page, or (to place 0) remove it. Steps: context."""
    request = job.request
    context = await job.step("context", gather, tools, request)
    piece = await _now(tools, context.sources[0])
    book, place = the_book(piece), int(request.options["place"])
    page = book.page(request.options["page"])
    others = [one for one in book.pages if one.id != page.id]
    if place:
        others.insert(place, page)
    piece = bound(piece, book.model_copy(update={"pages": tuple(others)}))
    await _say_book(job, piece, whole=True, revised=(piece,))


async def _now(tools: Toolbox, told: Piece) -> Piece:
    """The book as it is by now: others may have changed it meanwhile. Raises ``BadInput("piece-gone")``."""
    kept = await tools.store.piece(told.id)
    if kept is None:
        raise BadInput("piece-gone")
    return kept.piece


async def _say_book(job: Job, piece: Piece, *, whole: bool = False, revised: tuple[Piece, ...] = ()) -> None:
    """Show the book as it is now where it stands; ``whole``: also here, with new numbers."""
    if whole:
        told = book_pages.contents(the_book(piece), job.language)
        shown = Reply(text=told, mentions=(piece,), buttons=book_pages.buttons(piece, job.language), quotes=(piece.id,))
        await job.say("book", shown, revised=revised)
    await job.say("all", living(piece, job.language))


def picture_costs(estimator: Estimator, request: Request) -> list[float]:
    """One picture from one, and looking at it; the questions for that may have to be written."""
    checks = estimator.checks(request, 1, sources=1)
    asking = [estimator.helper(PAGE_TEXT, QUESTIONS)] if checks else []
    return [*asking, *estimator.pictures(request, 1, sources=1), *checks]


def adding_costs(estimator: Estimator, request: Request) -> list[float]:
    """A prompt, and one picture from one."""
    return [estimator.helper(len(request.words), PROMPT), *picture_costs(estimator, request)]


_BOOKS = frozenset({PieceKind.TEXT})
FEATURE = Feature(
    recipes={
        "page-picture": Recipe(draw_picture, picture_costs),
        "page-add": Recipe(add_page, adding_costs),
        "page-text": Recipe(take_text, nothing),
        "page-order": Recipe(order, nothing, looks=False),
    },
    verbs={
        "page": Verb(show, _BOOKS, labelled=False),
        "page-again": Verb(draw_again, _BOOKS, whose="owner", slow=True),
        "page-picture": Verb(change_picture, _BOOKS, whose="owner", slow=True, form=picture_form),
        "page-text": Verb(change_text, _BOOKS, whose="owner", slow=True, form=text_form),
        "page-move": Verb(move, _BOOKS, whose="owner", slow=True, form=move_form),
        "page-remove": Verb(remove, _BOOKS, whose="owner", slow=True),
        "page-add": Verb(add, _BOOKS, whose="owner", slow=True, form=add_form),
    },
    says=(*SAYS, "form-page-change", "form-page-text", "form-page-new", "form-page-place"),
    of="book",
)
