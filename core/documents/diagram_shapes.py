"""What diagrams are drawn with: words in lines that are measured, boxes around them, arrows between, and the SVG that is made of all."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from core.documents import letters
from core.documents.diagrams import Box
from core.documents.typesetting import sans

WIDTH = 900.0
"""Units of the picture's width, so that letters can be read on a phone; it is as high as it has to be. A PDF is 20 cm wide."""

EDGE, GAP, PAD = 36.0, 40.0, 17.0
TITLE, LABEL, NOTE = 40.0, 29.0, 23.0
LINE = 1.32
PAPER, INK, FAINT = "#fcf9f3", "#2a2933", "#8d8a94"
TONES = (
    *(("#dcecf7", "#2f6f9f"), ("#fde6d3", "#b8622a"), ("#e0f0dc", "#3f7f45"), ("#f6dfe6", "#a8456a")),
    *(("#e8e2f5", "#6650a4"), ("#fbf0c8", "#8a6d0f")),
)
"""What boxes are filled with, and their edges; dark letters are readable on each of them, and the paper is closed, so also where a chat is dark."""


@dataclass(frozen=True)
class Text:
    """Lines of letters: ``x`` is their middle or left edge, ``y`` the top of the first; ``of`` is what they say, whole."""

    of: str
    lines: tuple[str, ...]
    x: float
    y: float
    size: float
    anchor: str = "middle"
    heavy: bool = False
    colour: str = INK

    @property
    def frame(self) -> tuple[float, float, float, float]:
        """Its left, top, right and bottom."""
        wide = max(letters.width(line, self.size) for line in self.lines) * (1.02 if self.heavy else 1)
        left = {"middle": self.x - wide / 2, "start": self.x, "end": self.x - wide}[self.anchor]
        return left, self.y, left + wide, self.y + len(self.lines) * self.size * LINE


@dataclass
class Laid:
    """A diagram with everything in its place, in units of which ``WIDTH`` are its width."""

    height: float = 0
    shapes: list[str] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    frames: list[tuple[float, float, float, float]] = field(default_factory=list)


@dataclass(frozen=True)
class Card:
    """A box that knows its size."""

    box: Box
    width: float
    label: tuple[str, ...]
    notes: tuple[tuple[str, ...], ...]

    @property
    def height(self) -> float:
        """How high its words make it, with some room around them."""
        lines = sum(map(len, self.notes))
        return 2 * PAD + len(self.label) * LABEL * LINE + (lines * NOTE * LINE + 8 if lines else 0)


def write(
    laid: Laid, words: str, x: float, y: float, size: float, room: float, *, heavy: bool = False, anchor: str = "middle"
) -> float:
    """Write words, wrapped, and give where they end."""
    lines = tuple(letters.balanced(words, size, room / (1.02 if heavy else 1)))
    if lines:
        laid.texts.append(Text(words, lines, x, y, size, anchor, heavy))
    return y + len(lines) * size * LINE


def card_of(box: Box, width: float, *, snug: bool = False) -> Card:
    """A box of this width; ``snug``: only as wide as its words need."""
    room = width - 2 * PAD
    label = tuple(letters.balanced(box.label, LABEL, room / 1.02))
    notes = tuple(tuple(letters.balanced(note, NOTE, room)) for note in box.notes)
    if snug:
        sized = [(line, LABEL * 1.02) for line in label] + [(line, NOTE) for note in notes for line in note]
        width = max((letters.width(line, size) for line, size in sized), default=0) + 2 * PAD
    return Card(box, max(width, 90), label, notes)


def put(laid: Laid, card: Card, x: float, y: float, tone: int, height: float | None = None) -> None:
    """Draw a box with its words; ``x`` and ``y`` are its left upper corner."""
    fill, edge = TONES[tone % len(TONES)]
    high = height or card.height
    laid.frames.append((x, y, x + card.width, y + high))
    laid.shapes.append(
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{card.width:.1f}" height="{high:.1f}" rx="16" fill="{fill}" '
        f'stroke="{edge}" stroke-width="2.5"/>'
    )
    middle, line = x + card.width / 2, y + (high - card.height) / 2 + PAD
    if card.label:
        laid.texts.append(Text(card.box.label, card.label, middle, line, LABEL, heavy=True))
        line += len(card.label) * LABEL * LINE + 8
    for note, lines in zip(card.box.notes, card.notes, strict=True):
        laid.texts.append(Text(note, lines, middle, line, NOTE))
        line += len(lines) * NOTE * LINE


def arrow(laid: Laid, points: Sequence[tuple[float, float]], *, head: bool = True) -> None:
    """A line through points, with a head where it ends."""
    if len(points) < 2:
        return
    path = " ".join(f"{'ML'[bool(place)]}{x:.1f} {y:.1f}" for place, (x, y) in enumerate(points))
    laid.shapes.append(f'<path d="{path}" fill="none" stroke="{FAINT}" stroke-width="4" stroke-linecap="round"/>')
    if not head:
        return
    (x, y), (before_x, before_y) = points[-1], points[-min(len(points), 4)]
    angle = math.atan2(y - before_y, x - before_x)
    wings = [(x - 15 * math.cos(angle + turn), y - 15 * math.sin(angle + turn)) for turn in (0.5, -0.5)]
    corners = " ".join(f"{a:.1f},{b:.1f}" for a, b in (wings[0], (x, y), wings[1]))
    laid.shapes.append(
        f'<polyline points="{corners}" fill="none" stroke="{FAINT}" stroke-width="4" stroke-linecap="round" '
        'stroke-linejoin="round"/>'
    )


def svg(laid: Laid, language: str) -> str:
    """The diagram as an SVG document."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:.0f}" height="{laid.height:.0f}" font-family="{sans(language)}">'
    lines = [_one_line(text, line, number) for text in laid.texts for number, line in enumerate(text.lines)]
    return "\n".join([head, f'<rect width="100%" height="100%" fill="{PAPER}"/>', *laid.shapes, *lines, "</svg>"])


def _one_line(text: Text, line: str, number: int) -> str:
    rim = (
        f' stroke="{text.colour}" stroke-width="{text.size * 0.028:.2f}" stroke-linejoin="round"' if text.heavy else ""
    )
    y = text.y + (number + 0.8) * text.size * LINE
    place = f'x="{text.x:.1f}" y="{y:.1f}" font-size="{text.size:.1f}" text-anchor="{text.anchor}" fill="{text.colour}"'
    return f"<text {place}{rim}>{escape(line)}</text>"
