"""A book as it is kept: its cover and pages in the parameters of a text, how a text is laid out over pages, and how a book is shown in a chat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from core import texts
from core.documents.book import title_of
from core.errors import BadInput
from core.graphemes import cut
from core.rows import row
from core.types import Button, Piece, Reply, Value

FEWEST, MOST = 4, 24
"""Pages of a book beside its cover."""

COVER = "cover"
"""The id of the cover among the pages."""

PAGE_TEXT = 900
"""Characters of a page that is written by hand: with its picture it is one message on Telegram (1,024)."""

READ = 40_000
"""Characters of a text that are laid out."""

BOOK_VERBS = ("book-pdf", "book-print", "book-epub", "book-zip")
PAGE_VERBS = ("page-again", "page-picture", "page-text", "page-move", "page-remove")
COVER_VERBS = ("page-again", "page-picture", "page-text")

_LISTED = 48
"""Characters of a page in the list of all."""

_SENTENCE = re.compile(r"[.!?…。！？]*[^.!?…。！？]+[.!?…。！？]*[”’」』\"')]*|[.!?…。！？]+")


class Page(Value):
    """A page, or the cover, whose ``text`` is the title.

    ``alt`` tells what its picture shows, ``picture`` is that piece's id; ``open`` is why it has none.
    """

    id: str
    text: str
    prompt: str = ""
    alt: str = ""
    picture: str = ""
    open: str = ""


class Book(Value):
    """What a book consists of, the cover first. ``looks``: its characters by name and look; ``sheet``: the id of the piece that shows them."""

    language: str
    looks: tuple[tuple[str, str], ...] = ()
    sheet: str = ""
    pages: tuple[Page, ...]

    @property
    def title(self) -> str:
        """What stands on its cover."""
        return self.pages[0].text

    def page(self, name: str) -> Page:
        """The page of an id. Raises ``BadInput("page-gone")``."""
        found = next((page for page in self.pages if page.id == name), None)
        if found is None:
            raise BadInput("page-gone")
        return found

    def number(self, name: str) -> int:
        """Which page that is: 0 is the cover."""
        return [page.id for page in self.pages].index(name)

    def with_page(self, page: Page) -> Book:
        """The book with this page in place of the one of its id."""
        return self.model_copy(update={"pages": tuple(page if one.id == page.id else one for one in self.pages)})


def book_of(piece: Piece) -> Book | None:
    """The book that a text is; ``None`` where it is none."""
    try:
        return Book.model_validate(piece.parameters.get("book"), extra="ignore")
    except ValidationError:
        return None


def the_book(piece: Piece) -> Book:
    """The book that a text is. Raises ``BadInput("book-gone")`` where it is none."""
    book = book_of(piece)
    if book is None:
        raise BadInput("book-gone")
    return book


def bound(piece: Piece, book: Book) -> Piece:
    """The text with this book in it: its words are what stands on the pages."""
    title, *pages = (page.text for page in book.pages)
    words = "\n\n".join((f"# {title}", *pages))
    parameters = {**piece.parameters, "book": book.model_dump(mode="json")}
    return piece.model_copy(update={"words": words, "caption": cut(title, 120), "parameters": parameters})


def laid_out(words: str, number: int) -> tuple[str, tuple[str, ...]]:
    """The title of a text, and its sentences over so many pages as evenly as they allow; fewer where it has fewer sentences.

    A text with as many paragraphs as there are pages is laid out already.
    """
    words = words[:READ].replace("**", "").strip()
    title = title_of(words)
    told = words.partition("\n")[2] if title else words
    paragraphs = [line.strip() for line in told.split("\n") if line.strip()]
    if len(paragraphs) == number:
        return title, tuple(paragraphs)
    return title, tuple(_spread([_sentences(paragraph) for paragraph in paragraphs], number))


def _sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph; what somebody says is not torn from who says it."""
    found: list[list[str]] = []
    speaking = 0
    for sentence in _SENTENCE.findall(paragraph) or [paragraph]:
        if found and (speaking > 0 or sentence.lstrip()[:1].islower()):
            found[-1].append(sentence)
        else:
            found.append([sentence])
            speaking = 0
        speaking += sentence.count("“") - sentence.count("”")
    return [whole for parts in found if (whole := "".join(parts).strip())]


def _spread(paragraphs: Iterable[list[str]], number: int) -> list[str]:
    units = [("" if place else "\n", sentence) for paragraph in paragraphs for place, sentence in enumerate(paragraph)]
    number = min(number, len(units))
    whole, told = sum(len(sentence) for _, sentence in units), 0
    pages: list[str] = []
    for place, (before, sentence) in enumerate(units):
        left = len(units) - place
        full = told + len(sentence) / 2 > whole * len(pages) / max(1, number)
        if not pages or (len(pages) < number and (full or left <= number - len(pages))):
            pages.append(sentence)
        else:
            joint = before or ("" if sentence[:1] > "\u2e80" or pages[-1][-1:] > "\u2e80" else " ")
            pages[-1] += joint + sentence
        told += len(sentence)
    return pages


# --- how it is shown -------------------------------------------------------------------------------------------------


def lives(piece: str) -> str:
    """The name of the message that shows a book's pages so far."""
    return f"book:{piece}"


def contents(book: Book, language: str, *, drawing: bool = False) -> str:
    """The title and a line for each page: whether its picture is there, is being drawn, or is missing."""
    lines = [f"**{book.title}**"]
    for number, page in enumerate(book.pages):
        mark = "✓" if page.picture else "…" if drawing and not page.open else "✗"
        name = texts.say("book-cover", language) if number == 0 else cut(" ".join(page.text.split()), _LISTED)
        lines.append(f"{mark} {name}" if number == 0 else f"{mark} {number} · {name}")
    return "\n".join(lines)


def living(piece: Piece, language: str, *, drawing: bool = False, new: bool = False) -> Reply:
    """The message that shows the book as it is now. ``new``: the book is said with it for the first time."""
    told = contents(the_book(piece), language, drawing=drawing)
    return Reply(text=told, lives=lives(piece.id), pieces=(piece,) if new else (), quotes=(piece.id,))


def buttons(piece: Piece, language: str) -> tuple[Button, ...]:
    """What can be done with a book: its files, and a number for each page that leads to its row."""
    book = the_book(piece)
    numbers = tuple(
        Button(action=f"page:{piece.id}:{page.id}", label=str(number) if number else texts.say("book-cover", language))
        for number, page in enumerate(book.pages)
    )
    more = ("page-add", "delete") if len(book.pages) <= MOST else ("delete",)
    return (*row(BOOK_VERBS, piece.id, language), *numbers, *row(("rate-up", "rate-down", *more), piece.id, language))


def page_shown(piece: Piece, page: Page, picture: Piece | None, language: str, note: str = "") -> Reply:
    """A page with its own row."""
    book = the_book(piece)
    number, count = book.number(page.id), len(book.pages) - 1
    place = (
        texts.say("book-page", language, number=number, count=count) if number else texts.say("book-cover", language)
    )
    lines = [page.text, f"*{place}*", "" if picture else page.open, note]
    verbs = PAGE_VERBS if number else COVER_VERBS
    offered = tuple(
        Button(action=f"{verb}:{piece.id}:{page.id}", label=texts.say(f"button-{verb}", language)) for verb in verbs
    )
    return Reply(
        text="\n\n".join(filter(None, lines)),
        pieces=(picture,) if picture else (),
        mentions=(piece,),
        buttons=offered,
        quotes=(piece.id,),
    )


def options_of(piece: Piece) -> Mapping[str, str]:
    """What a book was asked for with: its pictures are drawn again in the same style, size and quality."""
    chosen = dict(piece.parameters.get("options", {}))
    return {name: chosen[name] for name in ("style", "size", "quality", "age", "lang") if name in chosen}
