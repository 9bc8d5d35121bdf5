"""PDF by Typst: what a book says is handed to the template as data, and the fonts come along, so that it looks the same on every computer."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Literal

from core.documents.bound import Bound, Leaf
from core.documents.typesetting import set_now
from core.errors import BadInput, FabulaError

Edition = Literal["screen", "print"]

SIDE = 8.5
"""Inches of a page, after it is cut."""

BLEED = 0.125
"""Inches that the print edition has over each edge (Kindle Direct Publishing, "Set trim size, bleed, and margins", 2026-11)."""

DPI = 300
"""Pixels of an inch that printers like."""

_FEWEST, _MULTIPLE = 24, 4
"""Pages of a printed book: the fewest that print on demand takes (same source), and what a folded sheet has."""

_EMOJI, _AS_PICTURE = "\U0001f000", "\ufe0f"
"""The first of the emoji's planes, and what asks for a sign's picture."""

_TEMPLATES = Path(__file__).parent / "templates"


def pdf(book: Bound, edition: Edition) -> bytes:
    """The book as a tagged PDF (PDF/UA-1), the same each time. For a thread: it works for a quarter of a second beside everything else.

    It is set in memory: pages that lay in a folder meanwhile would be left there by a kill, where no ``/forget`` finds them.
    Raises as ``typesetting.set_now`` does.
    """
    told = {
        "title": settable(book.title),
        "language": book.language,
        "colophon": settable(book.colophon),
        "edition": edition,
        "leaves": [_laid_out(number, leaf) for number, leaf in enumerate(book.leaves)],
        "empty": empty_pages(len(book.leaves) - 1) if edition == "print" else 0,
    }
    pictures = {_name(number): leaf.picture for number, leaf in enumerate(book.leaves) if leaf.picture}
    template = (_TEMPLATES / "book.typ").read_text("utf-8")
    try:
        return set_now(template, told, pictures, "pdf", standard="ua-1")
    except BadInput:
        raise
    except FabulaError:
        # A sign that no font of ours has: it is seen as a box, and the book is a book all the same.
        return set_now(template, told, pictures, "pdf")


def empty_pages(pages: int) -> int:
    """How many blank ones end the print edition of so many pages: title, two for each page, small print, up to what a printer takes."""
    printed = 2 + 2 * pages
    wanted = max(_FEWEST, -(-printed // _MULTIPLE) * _MULTIPLE)
    return wanted - printed


def dots(book: Bound) -> int:
    """Pixels of an inch that its coarsest picture has in print; 0 where it has none."""
    return min(
        (round(min(one.width, one.height) / (SIDE + 2 * BLEED)) for one in book.leaves if one.picture), default=0
    )


def _laid_out(number: int, leaf: Leaf) -> dict[str, object]:
    return {
        "text": settable(leaf.text),
        "alt": settable(leaf.alt or leaf.text),
        "picture": f"{_name(number)}.svg" if leaf.picture else None,
        "wide": leaf.width / leaf.height if leaf.picture else 1.0,
    }


def _name(number: int) -> str:
    return f"{number:02}"


def settable(text: str) -> str:
    """What of a text is set: no controls, and no emoji, which are pictures of their own and in no font for books."""
    return "".join(
        sign
        for sign in text
        if sign == "\n"
        or (unicodedata.category(sign)[0] != "C" and not _EMOJI <= sign <= "\U0001ffff" and sign != _AS_PICTURE)
    )
