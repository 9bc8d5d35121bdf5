"""Where words stand on a drawing: the few that are made for it, a plate on every other thing, a bubble beside whoever speaks."""

from __future__ import annotations

import re

from embedded.artist import lettering
from embedded.artist.boards import bubble
from embedded.artist.emoji_art import Art
from embedded.artist.lettering import Box

#: The part of a drawing that words are set on, in its own units.
_SURFACES: dict[str, Box] = {
    "sign": (3, 9, 69, 49), "banner": (-26, 19, 98, 53), "placard": (13, 13, 59, 60), "titled": (21, 14, 56, 60),
    "mug": (16, 24, 52, 60),
}  # fmt: skip
#: What is drawn instead where words shall stand on it: an open book shows no title.
INSTEAD = {"1F4D6": "titled", "1F4DA": "titled"}
#: Code points of animals and beings, whatever their role.
_ALIVE = re.compile(r"1F4[0-37]|1F54A|1F98|1F99|1F9A|1F9D|1FABC|1FABF|E00")
_PAPER = "#fffaf0"


def lettered(art: Art, name: str, role: str, letters: str, ink: str) -> Art:
    """The drawing `name` with words on it."""
    if name in _SURFACES:
        return Art(art.svg + lettering.fitted(letters, _SURFACES[name], ink), art.box)
    if role == "C" or _ALIVE.match(name):
        return _saying(art, letters, ink)
    if role == "H":
        return _above(art, letters, ink)
    return _plated(art, letters, ink, 0.5 if role in "VB" else 0.94)


def worn(letters: str, ink: str) -> str:
    """Words on somebody's chest."""
    return lettering.fitted(letters, (22, 60, 50, 80), ink)


def _saying(art: Art, letters: str, ink: str) -> Art:
    """A bubble over the head, as wide as the words want it."""
    wide = min(40 + 5 * len(letters), 96)
    left, foot = art.box[0] + art.width * 0.6, art.box[1] + 4
    box = (left, foot - 48, left + wide, foot - 8)
    svg = bubble(box, (left - 2, foot)) + lettering.fitted(letters, _inside(box, 5), ink)
    return Art(art.svg + svg, _joined(art.box, (box[0] - 3, box[1] - 2, box[2] + 2, box[3])))


def _above(art: Art, letters: str, ink: str) -> Art:
    """A board on the front of a house."""
    middle, wide = art.box[0] + art.width / 2, max(50.0, art.width * 0.86)
    top = art.box[1] + art.height * 0.06
    box = (middle - wide / 2, top - 4, middle + wide / 2, top + 16)
    svg = _plate(box, "#fff1cf", ink) + lettering.fitted(letters, _inside(box, 3), ink)
    return Art(art.svg + svg, _joined(art.box, box))


def _plated(art: Art, letters: str, ink: str, share: float) -> Art:
    """A plate before the lower part of a thing, a share of it wide."""
    middle, wide = art.box[0] + art.width / 2, max(34.0, art.width * share)
    high = wide * 0.36
    foot = art.box[3] - art.height * (0.02 if share > 0.6 else 0.2)
    box = (middle - wide / 2, foot - high, middle + wide / 2, foot)
    svg = _plate(box, _PAPER, ink) + lettering.fitted(letters, _inside(box, 3), ink)
    return Art(art.svg + svg, _joined(art.box, box))


def _inside(box: Box, edge: float) -> Box:
    return box[0] + edge, box[1] + edge * 0.6, box[2] - edge, box[3] - edge * 0.6


def _plate(box: Box, fill: str, line: str) -> str:
    """A small board with round corners."""
    left, top, right, bottom = box
    radius = min(right - left, bottom - top) * 0.16
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" rx="{radius:.1f}" '
        f'fill="{fill}" stroke="{line}" stroke-width="2"/>'
    )


def _joined(*boxes: Box) -> Box:
    """The box around boxes."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
