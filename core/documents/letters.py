"""How wide words are in the font they are set in, where they may be broken, and which signs that font lacks."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING

from core.documents.typesetting import FACE, FONT

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_SIZE = 100
_KERNING = 1.02
"""What the typesetter may make of a line beside the sum that is measured here."""

_NO_SIGN = "\U0010ffff"
_OPENS = frozenset("([{“‘「『《〈（【")
"""Signs that no line ends with."""

_CLOSES = frozenset(")]}”’」』》〉）】，。、；：？！…—·,.;:?!%")
"""Signs that no line begins with."""

_measuring = Lock()


def width(text: str, size: float) -> float:
    """How wide a line is, in the unit of ``size``, which is that of its letters. A tab or a line's end is a space."""
    return sum(_advance(word) for word in _words(text)) * size / _SIZE * _KERNING


def lacking(text: str) -> str:
    """The signs of a text that cannot be set, each once, in their order."""
    return "".join(dict.fromkeys(sign for sign in text if not sign.isspace() and not _has(sign)))


def settable(text: str) -> str:
    """A text without the signs that cannot be set, and without the gaps that they leave; its lines stay lines."""
    lacks = lacking(text)
    lines = ("".join(sign for sign in line if sign not in lacks).split() for line in text.splitlines())
    return "\n".join(" ".join(words) for words in lines if words)


def runs(text: str) -> list[str]:
    """What stands together on a line: words with what clings to them, and each Chinese character with its marks; after a gap, with a space before."""
    found: list[str] = []
    before = ""
    for sign in " ".join(text.split()):
        clings = before and before != " " and (sign in _CLOSES or before in _OPENS)
        if sign == " ":
            found.append(" ")
        elif found and (before == " " or clings or not (_stands_alone(sign) or _stands_alone(before))):
            found[-1] += sign
        else:
            found.append(sign)
        before = sign
    return found


def wrapped(text: str, size: float, room: float) -> list[str]:
    """A text as lines of at most so much room: broken between its runs, and within one only where that alone is wider than a line."""
    lines: list[str] = []
    line = ""
    for run in runs(text):
        if line and width(line + run, size) > room:
            lines.append(line)
            line = ""
        line = line + run if line else run.lstrip()
        while width(line, size) > room and len(line) > 1:
            fits = _most(line, size, room)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def balanced(text: str, size: float, room: float) -> list[str]:
    """The same in as many lines, which are about as long as each other: so no last one is left with a single word."""
    lines, narrow, wide = wrapped(text, size, room), room / 2, room
    for _ in range(6 if len(lines) > 1 else 0):
        middle = (narrow + wide) / 2
        tried = wrapped(text, size, middle)
        narrow, wide, lines = (narrow, middle, tried) if len(tried) <= len(lines) else (middle, wide, lines)
    return lines


def _most(line: str, size: float, room: float) -> int:
    """How many signs of a line fit; one at least."""
    few, many = 1, len(line)
    while few < many:
        middle = (few + many + 1) // 2
        few, many = (middle, many) if width(line[:middle], size) <= room else (few, middle - 1)
    return few


def _stands_alone(sign: str) -> bool:
    """Whether a line may be broken on both sides: Chinese characters and kana; Korean is written with spaces."""
    return "\u2e80" <= sign <= "\u9fff" or "\uf900" <= sign <= "\ufaff" or "\U00020000" <= sign <= "\U0003ffff"


def _words(text: str) -> list[str]:
    """A line in pieces that come again and again, so that each is measured once."""
    pieces = text.split()
    return [word for place, piece in enumerate(pieces) for word in (([" "] if place else []) + [piece])]


@lru_cache(maxsize=4096)
def _advance(word: str) -> float:
    with _measuring:
        return float(_font().getlength(word))


@lru_cache(maxsize=8192)
def _has(sign: str) -> bool:
    with _measuring:
        drawn, empty = _font().getmask(sign), _font().getmask(_NO_SIGN)
        return (drawn.size, bytes(drawn)) != (empty.size, bytes(empty))


@lru_cache(maxsize=1)
def _font() -> FreeTypeFont:
    from PIL import ImageFont  # here, because only what is set in letters needs it

    return ImageFont.truetype(str(FONT), _SIZE, index=FACE, layout_engine=ImageFont.Layout.BASIC)
