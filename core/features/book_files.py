"""A book as a file to keep: PDF for the screen and for print, EPUB, or its original pictures and its words in an archive."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import BinaryIO

from core import texts
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.documents import book as archives
from core.documents import book_pdf, called, epub, names
from core.documents import bound as binding
from core.documents.bound import Bound, Leaf
from core.documents.formats import MIME
from core.documents.picture_book import Book, Page, the_book
from core.errors import BadInput
from core.features.steps.toolbox import Context, Toolbox, gather
from core.jobs import Job, Recipe, nothing
from core.pictures.work import in_thread
from core.ports import MediaFile
from core.types import Document, Piece, PieceKind, Reply, Request, Status, Value

FORMATS = {"book-pdf": "pdf", "book-print": "print", "book-epub": "epub", "book-zip": "zip"}


class File(Value):
    """A file of a book. ``open``: pages in it that have no picture; ``dots``: pixels of an inch of the coarsest picture in print."""

    piece: Piece
    open: int = 0
    dots: int = 0


async def ask(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The book under which the button is, as a file."""
    options = {"format": FORMATS[pressed.verb]}
    await hands.desk.accept(here, hands.desk.request(here, "bind", options=options, sources=(pressed.piece.id,)))


async def bind(job: Job, tools: Toolbox) -> None:
    """Make the file and hand it over. Steps: context, file."""
    context = await job.step("context", gather, tools, job.request)
    job.show(Status(phase="thinking"))
    made = await job.step("file", make, tools, job.request, context)
    lines = [texts.say(f"book-file-{job.request.options['format']}", job.language)]
    if made.open:
        lines.append(texts.say("book-file-open", job.language, count=made.open))
    if 0 < made.dots < book_pdf.DPI:
        lines.append(texts.say("book-file-dots", job.language, dots=made.dots, wanted=book_pdf.DPI))
    told = context.sources
    quotes = made.piece.sources
    await job.say("file", Reply(text="\n".join(lines), pieces=(made.piece,), mentions=told, quotes=quotes))


async def make(tools: Toolbox, request: Request, context: Context) -> File:
    """Put the book together as it is now. A free step: nothing of it is drawn."""
    told, chosen = context.sources[0], request.options["format"]
    book = the_book(told)
    pictures = [await _picture(tools, page) for page in book.pages]
    missing = sum(picture is None for picture in pictures)
    dots = 0
    fill: Callable[[BinaryIO], object]
    if chosen == "zip":
        fill, ending = await _archive(tools, book, pictures), "zip"
    else:
        whole = await _whole(tools, told, book, pictures)
        if chosen == "epub":
            fill, ending = partial(_write_epub, whole), "epub"
        else:
            edition: book_pdf.Edition = "print" if chosen == "print" else "screen"
            data = await in_thread(book_pdf.pdf, whole, edition)
            fill, ending, dots = partial(_write, data), "pdf", book_pdf.dots(whole) if chosen == "print" else 0
    stem = names.stem(book.title, "book")
    name = f"{stem}-print.{ending}" if chosen == "print" else f"{stem}.{ending}"
    whose = {"owner": request.author.key, "home": request.place.home}
    kept = await tools.media.write(fill, MIME[ending], **whose)
    document = Document(media=kept.media, name=name, mime=MIME[ending], size=kept.size, sha=kept.sha)
    sources = (told.id, *(picture.id for picture in pictures if picture))
    piece = Piece(kind=PieceKind.DOCUMENT, caption=name, document=document, parent=told.id, sources=sources)
    return File(piece=piece, open=missing, dots=dots)


async def _picture(tools: Toolbox, page: Page) -> Piece | None:
    kept = await tools.store.piece(page.picture) if page.picture else None
    return kept.piece if kept and kept.piece.picture else None


async def _whole(tools: Toolbox, told: Piece, book: Book, pictures: list[Piece | None]) -> Bound:
    """The book with its pictures as they are bound; one whose bytes are gone is left out."""
    leaves = [await _leaf(tools, page, picture) for page, picture in zip(book.pages, pictures, strict=True)]
    colophon = texts.say("book-colophon", book.language, title=book.title)
    return Bound(told.id, book.title, book.language, colophon, tuple(leaves))


async def _leaf(tools: Toolbox, page: Page, picture: Piece | None) -> Leaf:
    if picture is None or picture.picture is None:
        return Leaf(page.text)
    try:
        data = await tools.media.read(picture.picture.media)
        return await in_thread(binding.leaf, page.text, page.alt, data)
    except BadInput:
        return Leaf(page.text)


async def _archive(tools: Toolbox, book: Book, pictures: list[Piece | None]) -> Callable[[BinaryIO], object]:
    """The pictures as they were drawn, and the words as Markdown."""
    chapters, plates = [], []
    for number, (page, picture) in enumerate(zip(book.pages, pictures, strict=True)):
        text = f"# {book.title}" if number == 0 else page.text
        found = await _file(tools, picture)
        plate = (
            archives.Plate(f"{number:02}.{called.ending(found.mime)}", page.alt, found.path, found.size)
            if found
            else None
        )
        plates += [plate] if plate else []
        chapters.append(archives.Chapter(text, (plate,) if plate else ()))
    stem = names.stem(book.title, "book")
    return partial(_write_archive, stem, archives.markdown(chapters), plates)


async def _file(tools: Toolbox, picture: Piece | None) -> MediaFile | None:
    try:
        return await tools.media.describe(picture.picture.media) if picture and picture.picture else None
    except BadInput:
        return None


def _write(data: bytes, file: BinaryIO) -> None:
    file.write(data)


def _write_epub(whole: Bound, file: BinaryIO) -> None:
    epub.write(file, whole)


def _write_archive(stem: str, words: str, plates: list[archives.Plate], file: BinaryIO) -> None:
    archives.archive(file, stem, words, plates)


FEATURE = Feature(
    recipes={"bind": Recipe(bind, nothing, looks=False)},
    verbs={name: Verb(ask, frozenset({PieceKind.TEXT}), whose="user", slow=True) for name in FORMATS},
    says=(
        *(f"book-file-{name}" for name in FORMATS.values()),
        *("book-file-open", "book-file-dots", "book-colophon", "book-access"),
    ),
    of="book",
)
