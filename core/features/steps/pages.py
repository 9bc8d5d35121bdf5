"""How a picture book is shown in a chat: as a list of its pages, and each page with a row of its own."""

from __future__ import annotations

from collections.abc import Mapping

from core import prompts, texts
from core.documents.picture_book import FEWEST, MOST, Book, Page, the_book
from core.features.steps.casting import on_page
from core.rows import row
from core.types import Button, Piece, Reply, Request

PAGE_TEXT = 900
"""Characters of a page that is written by hand: with its picture it is one message on Telegram (1,024)."""

BOOK_VERBS = ("book-pdf", "book-print", "book-epub", "book-zip")
PAGE_VERBS = ("page-again", "page-picture", "page-text", "page-move", "page-remove")
COVER_VERBS = ("page-again", "page-picture", "page-text")

KEPT = ("style", "size", "quality")
"""The options in which what is drawn of a text later is like what was drawn of it before."""

_LISTED = 48
"""Characters of a page in the list of all."""


def pages_for(story: Piece) -> int:
    """How many pages a story fills well."""
    chosen, language = dict(story.parameters.get("options", {})), _language_of(story.words)
    age = int(chosen["age"]) if "age" in chosen else None
    length = len(story.words) if language == "zh" else len(story.words.split())
    return min(MOST, max(FEWEST, round(length / prompts.page_length(age, language))))


def _language_of(words: str) -> str:
    """The language of a text that is there."""
    signs = [sign for sign in words if sign.isalpha()]
    return "zh" if sum("\u4e00" <= sign <= "\u9fff" for sign in signs) * 3 > len(signs) else "en"


def lives(piece: str) -> str:
    """The name of the message that shows a book's pages so far."""
    return f"book:{piece}"


def contents(book: Book, language: str, *, drawing: bool = False) -> str:
    """The title and a line for each page: whether its picture is there, is being drawn, or is missing."""
    lines = [f"**{book.title}**"]
    for number, page in enumerate(book.pages):
        mark = "✓" if page.picture else "…" if drawing and not page.open else "✗"
        name = (
            texts.say("book-cover", language) if number == 0 else texts.shortened(" ".join(page.text.split()), _LISTED)
        )
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
    return {name: chosen[name] for name in (*KEPT, "check", "no", "age", "lang") if name in chosen}


def page_request(request: Request, page: Page) -> Request:
    """The request for the picture of a page, with those characters alone who are on it."""
    return on_page(request, page.who, page.text, page.prompt)
