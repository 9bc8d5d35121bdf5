"""A picture book as it is kept, its cover and pages in the parameters of a text; and how a text is laid out over pages."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic import ValidationError

from core.documents.book import title_of
from core.errors import BadInput
from core.graphemes import cut
from core.types import Piece, Value

FEWEST, MOST = 4, 24
"""Pages of a book beside its cover."""

COVER = "cover"
"""The id of the cover among the pages."""

READ = 40_000
"""Characters of a text that are laid out."""

_SENTENCE = re.compile(r"[.!?…。！？]*[^.!?…。！？]+[.!?…。！？]*[”’」』\"')]*|[.!?…。！？]+")


class Page(Value):
    """A page, or the cover, whose ``text`` is the title.

    ``alt`` tells what its picture shows, ``who`` the names of those in it; ``picture`` is that piece's id, ``open`` why it has none.
    """

    id: str
    text: str
    prompt: str = ""
    alt: str = ""
    who: tuple[str, ...] = ()
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
