"""A board as a PDF: what was chosen with what was made of it, then all ideas by their groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.documents import bound, letters, typesetting
from core.errors import BadInput
from core.pictures.work import in_thread
from core.types import Value

_TEMPLATE = Path(__file__).parent / "templates" / "board.typ"


class Card(Value):
    """An idea: ``by`` whom, how many ``dots`` it got and ``said`` in words; ``place`` on the shortlist, 0: none; ``spark``: the program's own."""

    number: int
    text: str
    by: str = ""
    dots: int = 0
    said: str = ""
    place: int = 0
    spark: bool = False


class Winner(Card):
    """One of the shortlist, with the bytes of a ``picture`` that was made of it and what it shows; ``made``: what else came of it."""

    picture: bytes = b""
    alt: str = ""
    made: tuple[str, ...] = ()


class Sheet(Value):
    """All that stands on the pages of a board. ``line`` is the small print below its title, ``all`` the heading of the ``groups``, by their names."""

    title: str
    language: str
    line: str
    all: str
    chosen: tuple[Winner, ...]
    groups: tuple[tuple[str, tuple[Card, ...]], ...]
    notes: tuple[str, ...] = ()


async def pdf(sheet: Sheet) -> bytes:
    """The PDF; a picture that cannot be read is left out. Raises as ``typesetting.compile`` does."""
    files: dict[str, bytes] = {}
    chosen = []
    for one in sheet.chosen:
        name = f"picture-{one.place}"
        try:
            files |= {name: (await in_thread(bound.leaf, "", one.alt, one.picture)).picture} if one.picture else {}
        except (BadInput, OSError):
            pass
        told = _told(one) | {"made": [settable(line) for line in one.made], "alt": settable(one.alt)}
        chosen.append(told | {"file": f"{name}.svg" if name in files else ""})
    data = {
        "title": settable(sheet.title),
        "language": sheet.language,
        "sans": typesetting.sans(sheet.language),
        "line": settable(sheet.line),
        "all": settable(sheet.all),
        "chosen": chosen,
        "groups": [_group(name, cards) for name, cards in sheet.groups],
        "notes": [settable(note) for note in sheet.notes],
    }
    return await typesetting.compile(_template(), data, files, "pdf")


def _group(name: str, cards: Sequence[Card]) -> Mapping[str, Any]:
    return {"name": settable(name), "ideas": [_told(one) for one in cards]}


def _told(card: Card) -> dict[str, Any]:
    said = {name: settable(getattr(card, name)) for name in ("text", "by", "said")}
    return {"number": card.number, "dots": card.dots, "place": card.place, "spark": card.spark, **said}


def settable(text: str) -> str:
    """A text without the signs that no font of ours has; one of nothing else stays, as boxes."""
    return letters.settable(text) or text


@lru_cache(maxsize=1)
def _template() -> str:
    return _TEMPLATE.read_text("utf-8")
