"""Labelled diagrams laid out by plain geometry: nothing is cut off, and nothing overlaps."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from core.documents import letters, typesetting
from core.documents.diagram_shapes import (
    EDGE,
    FAINT,
    GAP,
    LABEL,
    LINE,
    NOTE,
    PAD,
    PAPER,
    TITLE,
    TONES,
    WIDTH,
    Card,
    Laid,
    Text,
    arrow,
    card_of,
    put,
    svg,
    write,
)
from core.documents.diagrams import Box, Diagram
from core.documents.typesetting import Format
from core.pictures.work import in_thread

_TALLEST = 330.0
"""Units from the middle of a circle to its top; one that would have to be taller becomes a ring of two columns."""

_SHARP = 2
"""Pixels of a picture for each unit."""


async def drawn(diagram: Diagram, language: str, format: Format) -> bytes:
    """The diagram as PNG or as PDF."""
    laid = await in_thread(layout, diagram)
    data: dict[str, Any] = {"title": diagram.title, "told": diagram.told, "language": language}
    data |= {
        "width": WIDTH,
        "height": round(laid.height),
        "scale": 200 / 25.4 * 72 / WIDTH if format == "pdf" else _SHARP,
    }
    return await typesetting.compile(_TEMPLATE, data, {"diagram": svg(laid, language).encode()}, format)


_TEMPLATE = """\
#let d = json(bytes(sys.inputs.data))
#set document(title: d.title, date: none)
#set text(lang: d.language)
#set page(width: d.width * d.scale * 1pt, height: d.height * d.scale * 1pt, margin: 0pt)
#image("diagram.svg", width: 100%, alt: d.told)
"""


def layout(diagram: Diagram) -> Laid:
    """Put everything in its place."""
    laid = Laid()
    title = letters.settable(diagram.title)
    boxes = [_settable(box) for box in diagram.boxes]
    top = EDGE
    if title and diagram.form not in ("cycle", "parts"):
        top = write(laid, title, WIDTH / 2, top, TITLE, WIDTH - 2 * EDGE, heavy=True) + GAP * 0.7
    laid.height = _FORMS[diagram.form](laid, title, boxes, top) + EDGE
    return laid


def _settable(box: Box) -> Box:
    return Box(label=letters.settable(box.label), notes=tuple(filter(None, map(letters.settable, box.notes))))


def _columns(count: int) -> int:
    return count if count <= 3 else 2 if count == 4 else 3


def _flow(laid: Laid, title: str, boxes: Sequence[Box], top: float) -> float:
    """One after the other, in rows to and fro, so that every arrow is short."""
    columns = _columns(len(boxes))
    width = (WIDTH - 2 * EDGE - (columns - 1) * GAP * 1.4) / columns
    cards = [card_of(box, width) for box in boxes]
    step = width + GAP * 1.4
    for start in range(0, len(cards), columns):
        row, back = cards[start : start + columns], start // columns % 2 == 1
        high = max(card.height for card in row)
        for place, card in enumerate(row):
            x = EDGE + (columns - 1 - place if back else place) * step
            put(laid, card, x, top, start + place, high)
            if place + 1 < len(row):
                ends = (x - 8, x - step + width + 10) if back else (x + width + 8, x + step - 10)
                arrow(laid, [(end, top + high / 2) for end in ends])
            elif start + columns < len(cards):
                arrow(laid, [(x + width / 2, top + high + 8), (x + width / 2, top + high + GAP * 1.4 - 10)])
        top += high + GAP * 1.4
    return top - GAP * 1.4


def _cycle(laid: Laid, title: str, boxes: Sequence[Box], top: float) -> float:
    """Around in a circle, which is as large as the boxes need to stand apart."""
    count = len(boxes)
    cards = [card_of(box, 260 if count < 7 else 220, snug=True) for box in boxes]
    middle = Box(label=title)
    hub = card_of(middle, 280)
    size = (hub.width, len(hub.label) * LABEL * 1.25 * LINE + 2 * PAD) if title else (0.0, 0.0)
    across = (WIDTH - 2 * EDGE - max(card.width for card in cards)) / 2
    angles = [2 * math.pi * place / count - math.pi / 2 for place in range(count)]
    down = 130.0
    while not _apart(cards, angles, across, down, size):
        down += 10
        if down > _TALLEST:
            return _ring(laid, title, boxes, top)
    high = [math.sin(angle) * down for angle in angles]
    upper = min(y - card.height / 2 for y, card in zip(high, cards, strict=True))
    lower = max(y + card.height / 2 for y, card in zip(high, cards, strict=True))
    centre = WIDTH / 2, top - upper
    if title:
        write(laid, title, centre[0], centre[1] - size[1] / 2 + PAD, LABEL * 1.25, hub.width, heavy=True)
    for place, card in enumerate(cards):
        x, y = centre[0] + math.cos(angles[place]) * across, centre[1] + high[place]
        put(laid, card, x - card.width / 2, y - card.height / 2, place)
    for place in range(count):
        arrow(laid, _arc(laid.frames, place, angles[place], 2 * math.pi / count, centre, across, down))
    return centre[1] + lower


def _ring(laid: Laid, title: str, boxes: Sequence[Box], top: float) -> float:
    """A circle with much in it: down on the right and up again on the left, an odd one at the top."""
    top = write(laid, title, WIDTH / 2, top, TITLE, WIDTH - 2 * EDGE, heavy=True) + GAP * 0.7 if title else top
    width, step = (WIDTH - 2 * EDGE - 2.2 * GAP) / 2, 1.3 * GAP
    cards = [card_of(box, width) for box in boxes]
    odd, inner = len(cards) % 2, (EDGE + width + 8, WIDTH - EDGE - width - 8)
    near, far = EDGE + width / 2, WIDTH - EDGE - width / 2
    if odd:
        put(laid, cards[0], (WIDTH - width) / 2, top, 0)
        foot = top + cards[0].height
        arrow(laid, [(WIDTH / 2 + width / 4, foot + 8), (far - width / 4, foot + step - 10)])
        arrow(laid, [(near + width / 4, foot + step - 8), (WIDTH / 2 - width / 4, foot + 10)])
        top = foot + step
    half = len(cards) // 2
    for row in range(half):
        right, left = odd + row, len(cards) - 1 - row
        high = max(cards[right].height, cards[left].height)
        put(laid, cards[left], EDGE, top, left, high)
        put(laid, cards[right], WIDTH - EDGE - width, top, right, high)
        if row + 1 < half:
            arrow(laid, [(far, top + high + 8), (far, top + high + step - 10)])
            arrow(laid, [(near, top + high + step - 8), (near, top + high + 10)])
        else:
            arrow(laid, [(inner[1], top + high / 2), (inner[0] + 2, top + high / 2)])
        if row == 0 and not odd and half > 1:
            arrow(laid, [(inner[0], top + high / 2), (inner[1] - 2, top + high / 2)])
        top += high + step
    return top - step


def _apart(
    cards: Sequence[Card], angles: Sequence[float], across: float, down: float, hub: tuple[float, float]
) -> bool:
    """Whether boxes on an ellipse stand apart from each other, and from what is in the middle."""
    frames = [
        (math.cos(angle) * across, math.sin(angle) * down, card.width, card.height)
        for angle, card in zip(angles, cards, strict=True)
    ]
    frames += [(0.0, 0.0, *hub)] if hub[0] else []
    return all(
        abs(one[0] - other[0]) >= (one[2] + other[2]) / 2 + GAP * 0.5
        or abs(one[1] - other[1]) >= (one[3] + other[3]) / 2 + GAP
        for place, one in enumerate(frames)
        for other in frames[:place]
    )


def _arc(
    frames: Sequence[tuple[float, float, float, float]],
    place: int,
    start: float,
    turn: float,
    centre: tuple[float, float],
    across: float,
    down: float,
) -> list[tuple[float, float]]:
    """The points between a box and the next on their ellipse that lie in none of the two."""
    near = (frames[place], frames[(place + 1) % len(frames)])
    points = [
        (centre[0] + math.cos(start + turn * step / 60) * across, centre[1] + math.sin(start + turn * step / 60) * down)
        for step in range(61)
    ]
    return [point for point in points if not any(_within(point, frame, 10) for frame in near)]


def _within(point: tuple[float, float], frame: tuple[float, float, float, float], margin: float) -> bool:
    return frame[0] - margin < point[0] < frame[2] + margin and frame[1] - margin < point[1] < frame[3] + margin


def _parts(laid: Laid, title: str, boxes: Sequence[Box], top: float) -> float:
    """The whole in the middle, its parts left and right of it."""
    hub = card_of(
        Box.model_construct(label=title or "…"), 240, snug=True
    )  # a title may be longer than a label, and loses nothing
    width = (WIDTH - 2 * EDGE - hub.width - 2 * GAP * 1.5) / 2
    cards = [card_of(box, width) for box in boxes]
    right, left = cards[: (len(cards) + 1) // 2], cards[(len(cards) + 1) // 2 :]
    heights = [sum(card.height + GAP * 0.6 for card in side) - GAP * 0.6 for side in (right, left)]
    high = max(*heights, hub.height)
    middle = top + high / 2
    hub_x = (WIDTH - hub.width) / 2
    for side, height, x in ((right, heights[0], WIDTH - EDGE - width), (left, heights[1], EDGE)):
        y = middle - height / 2
        for card in side:
            inner, outer = (hub_x + hub.width, x) if x > hub_x else (hub_x, x + width)
            bend = (inner + outer) / 2
            laid.shapes.append(
                f'<path d="M{inner:.1f} {middle:.1f} C{bend:.1f} {middle:.1f} {bend:.1f} {y + card.height / 2:.1f} '
                f'{outer:.1f} {y + card.height / 2:.1f}" fill="none" stroke="{FAINT}" stroke-width="4"/>'
            )
            put(laid, card, x, y, cards.index(card))
            y += card.height + GAP * 0.6
    put(laid, hub, hub_x, middle - hub.height / 2, 5)
    return top + high


def _comparison(laid: Laid, title: str, boxes: Sequence[Box], top: float) -> float:
    """Beside each other; many in several rows."""
    columns = _columns(len(boxes))
    width = (WIDTH - 2 * EDGE - (columns - 1) * GAP * 0.6) / columns
    cards = [card_of(box, width) for box in boxes]
    for start in range(0, len(cards), columns):
        row = cards[start : start + columns]
        heads = max(len(card.label) for card in row) * LABEL * LINE + PAD * 1.4
        bodies = [sum(len(note) * NOTE * LINE + 14 for note in card.notes) for card in row]
        high = heads + (max(bodies) + PAD * 1.2 if max(bodies) else 0)
        for place, card in enumerate(row):
            _column(laid, card, EDGE + place * (width + GAP * 0.6), top, start + place, (heads, high))
        top += high + GAP * 0.6
    return top - GAP * 0.6


def _column(laid: Laid, card: Card, x: float, y: float, tone: int, high: tuple[float, float]) -> None:
    """One of the things that are compared: its name on a band, its notes beneath it."""
    fill, edge = TONES[tone % len(TONES)]
    heads, whole = high
    width, middle = card.width, x + card.width / 2
    laid.frames.append((x, y, x + width, y + whole))
    edged = f'stroke="{edge}" stroke-width="2.5"'
    laid.shapes.append(
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{whole:.1f}" rx="14" fill="#ffffff" {edged}/>'
    )
    corner = f"v{14 - heads:.1f} a14 14 0 0 1 14 -14 h{width - 28:.1f} a14 14 0 0 1 14 14 v{heads - 14:.1f}"
    band = corner + " z" if whole > heads else f"{corner} a14 14 0 0 1 -14 14 h{28 - width:.1f} a14 14 0 0 1 -14 -14 z"
    foot = y + heads - (0 if whole > heads else 14)
    laid.shapes.append(f'<path d="M{x:.1f} {foot:.1f} {band}" fill="{fill}" {edged}/>')
    if card.label:
        start = y + (heads - len(card.label) * LABEL * LINE) / 2
        laid.texts.append(Text(card.box.label, card.label, middle, start, LABEL, heavy=True))
    line = y + heads + PAD * 0.7
    for number, (note, lines) in enumerate(zip(card.box.notes, card.notes, strict=True)):
        if number:
            laid.shapes.append(
                f'<path d="M{x + PAD:.1f} {line - 7:.1f} h{width - 2 * PAD:.1f}" stroke="{fill}" stroke-width="2"/>'
            )
        laid.texts.append(Text(note, lines, middle, line, NOTE))
        line += len(lines) * NOTE * LINE + 14


def _timeline(laid: Laid, title: str, boxes: Sequence[Box], top: float) -> float:
    """From the top down along a line: when on its left, what on its right. Where nothing is noted, all stands on the right."""
    noted = any(box.notes for box in boxes)
    named = max((letters.width(box.label, LABEL) * 1.02 for box in boxes), default=0) if noted else 0
    room = min(named, 240.0)
    axis = EDGE + room + 42 if noted else EDGE + 20
    cards = [
        card_of(Box(label="", notes=box.notes) if noted else Box(label=box.label), WIDTH - EDGE - axis - 40)
        for box in boxes
    ]
    start = len(laid.shapes)
    dots = []
    for place, (box, card) in enumerate(zip(boxes, cards, strict=True)):
        when = tuple(letters.wrapped(box.label, LABEL, room)) if noted else ()
        high = max(card.height if card.label or card.notes else 0, len(when) * LABEL * LINE, 40)
        middle = top + high / 2
        dots.append(middle)
        if when:
            first = middle - len(when) * LABEL * LINE / 2
            laid.texts.append(Text(box.label, when, axis - 28, first, LABEL, "end", heavy=True))
        if card.label or card.notes:
            put(laid, card, axis + 40, top, place, high)
        edge = TONES[place % len(TONES)][1]
        laid.shapes.append(
            f'<circle cx="{axis:.1f}" cy="{middle:.1f}" r="12" fill="{PAPER}" stroke="{edge}" stroke-width="6"/>'
        )
        top += high + GAP * 0.6
    laid.shapes.insert(
        start, f'<path d="M{axis:.1f} {dots[0]:.1f} V{dots[-1]:.1f}" stroke="{FAINT}" stroke-width="4"/>'
    )
    return top - GAP * 0.6


_FORMS: dict[str, Callable[[Laid, str, Sequence[Box], float], float]] = {
    "flow": _flow,
    "cycle": _cycle,
    "parts": _parts,
    "comparison": _comparison,
    "timeline": _timeline,
}
