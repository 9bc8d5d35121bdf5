"""Drawings made of shapes (SVG) as a service sends them: what only draws is kept, and a picture shows it.

The file is built anew from what is on the lists below, so what nobody thought of is left out: scripts, events, animations, foreign content, and
every reference that leads out of the file. Python's own reader of XML is told to refuse document types, so there are no entities. (The sanitisers
that packages offer were looked at in 2026-11: they keep references to other files of the same host, or answer deep nesting with gigabytes.)
Raises ``BadInput("file-damaged")`` throughout.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from core.errors import BadInput

MOST_BYTES, MOST_ELEMENTS, MOST_DEPTH, MOST_COPIES = 5_000_000, 20_000, 60, 200
"""Of one file (our own rule): illustrations have a thousand elements, thirty levels, and a handful of things that are drawn again by ``use``, whose
elements count each time."""

MOST_SECONDS = 40
"""Seconds of a processor for drawing one (our own rule): illustrations take one; three hundred translucent groups in the largest size take 17."""

_ALONE = ThreadPoolExecutor(1, thread_name_prefix="drawing")
"""One is drawn at a time, and beside the work on pictures: what takes long delays other drawings alone."""

MIME = "image/svg+xml"


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SPACE = "http://www.w3.org/2000/svg"
_LINKS = ("href", "http://www.w3.org/1999/xlink href")
_ELEMENTS = _names(
    "svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath style image "
    "linearGradient radialGradient stop clipPath mask pattern marker filter feGaussianBlur feOffset feMerge feMergeNode "
    "feFlood feComposite feBlend feColorMatrix feDropShadow"
)
_ATTRIBUTES = _names(
    "id class style d x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy width height points transform viewBox "
    "preserveAspectRatio pathLength offset gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits "
    "patternTransform clipPathUnits maskUnits maskContentUnits markerUnits markerWidth markerHeight refX refY orient "
    "filterUnits primitiveUnits in in2 result stdDeviation operator k1 k2 k3 k4 mode type values lengthAdjust textLength "
    "startOffset rotate fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin "
    "stroke-miterlimit stroke-dasharray stroke-dashoffset opacity color stop-color stop-opacity flood-color flood-opacity "
    "clip-path clip-rule mask filter marker-start marker-mid marker-end display visibility overflow paint-order "
    "mix-blend-mode vector-effect shape-rendering text-rendering font-family font-size font-weight font-style "
    "letter-spacing word-spacing text-anchor dominant-baseline alignment-baseline baseline-shift text-decoration"
)
_OUTSIDE = re.compile(r"url\((?!\s*[\"']?#)|@|\\|/\*|image-set|expression", re.IGNORECASE)
"""What in a value or a sheet of styles may lead elsewhere, or hide that it does."""
_PICTURE = re.compile(r"data:image/(?:png|jpeg|webp);base64,[A-Za-z0-9+/=\s]*")
_LENGTH = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)(?: ?px)?")


def cleaned(data: bytes) -> bytes:
    """The file, built anew from what draws."""
    if len(data) > MOST_BYTES:
        raise BadInput("file-damaged")
    copy = _Copy()
    reader = expat.ParserCreate(namespace_separator=" ")
    reader.StartElementHandler, reader.EndElementHandler = copy.begin, copy.end
    reader.CharacterDataHandler, reader.StartDoctypeDeclHandler = copy.say, copy.refuse
    try:
        reader.Parse(data, True)
    except expat.ExpatError as error:
        raise BadInput("file-damaged") from error
    if not copy.parts or copy.drawn > MOST_ELEMENTS:
        raise BadInput("file-damaged")
    return "".join(copy.parts).encode()


async def drawn(clean: bytes, longest: int) -> tuple[bytes, tuple[int, int]]:
    """A cleaned file as a PNG whose longer edge has so many pixels, and its size."""
    wide, high = _shape(clean)
    scale = longest / max(wide, high)
    size = max(16, round(wide * scale)), max(16, round(high * scale))
    return await asyncio.get_running_loop().run_in_executor(_ALONE, _drawn_apart, clean, *size), size


def _drawn_apart(clean: bytes, width: int, height: int) -> bytes:
    """What another process draws (``core.documents.drawing``): one that had to be ended was given too much to draw."""
    arguments = [sys.executable, "-m", "core.documents.drawing", *map(str, (width, height, MOST_SECONDS))]
    root, patience = Path(__file__).parents[2], 3 * MOST_SECONDS
    try:
        return subprocess.run(  # noqa: S603
            arguments, input=clean, capture_output=True, check=True, cwd=root, timeout=patience
        ).stdout
    except subprocess.SubprocessError:
        raise BadInput("file-damaged") from None


@dataclass
class _Copy:
    """The file as it is built. What is within an element that is left out is left out with it.

    A ``use`` within something that itself can be drawn again is left out: a few lines could grow to a million shapes.
    """

    parts: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _names: list[tuple[str | None, int]] = field(default_factory=list)
    _sizes: dict[str, int] = field(default_factory=dict)
    _again: list[str] = field(default_factory=list)
    _out: int = 0
    _elements: int = 0
    _copies: int = 0
    _style: list[str] = field(default_factory=list)

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._elements += 1
        if self._elements > MOST_ELEMENTS or len(self._open) + self._out > MOST_DEPTH:
            raise BadInput("file-damaged")
        space, _, local = name.rpartition(" ")
        if self._out or not self._is_kept(space, local):
            self._out += 1
            return
        root = not self._open
        kept = {one: value for one, value in attributes.items() if one in _ATTRIBUTES and not _OUTSIDE.search(value)}
        if root:  # nothing may draw the whole again
            kept.pop("id", None)
        told = "".join(f" {one}={quoteattr(value)}" for one, value in kept.items())
        if link := _link(local, attributes):
            told += f" href={quoteattr(link)}"
        if local == "use":
            self._again.append(link.removeprefix("#"))
        self.parts.append(f"<{local}{' xmlns=' + quoteattr(_SPACE) if root else ''}{told}>")
        self._open.append(local)
        self._names.append((kept.get("id"), self._elements))

    def _is_kept(self, space: str, local: str) -> bool:
        if space != _SPACE or local not in _ELEMENTS or (not self._open and local != "svg"):
            return False
        if local == "use":
            self._copies += 1
            return self._copies <= MOST_COPIES and all(known is None for known, _ in self._names)
        return True

    def end(self, name: str) -> None:
        """An element ends."""
        if self._out:
            self._out -= 1
            return
        local = self._open.pop()
        known, begun = self._names.pop()
        if known is not None:
            self._sizes[known] = max(self._sizes.get(known, 0), self._elements - begun + 1)
        if local == "style":
            words, self._style = "".join(self._style), []
            self.parts.append("" if _OUTSIDE.search(words) else escape(words))
        self.parts.append(f"</{local}>")

    @property
    def drawn(self) -> int:
        """How many elements there are, once what is drawn again is."""
        return self._elements + sum(self._sizes.get(name, 0) for name in self._again)

    def say(self, words: str) -> None:
        """Words between elements; a sheet of styles is looked at as a whole."""
        if self._out or not self._open:
            return
        if self._open[-1] == "style":
            self._style.append(words)
        else:
            self.parts.append(escape(words))

    def refuse(self, *_: object) -> None:
        """A document type, which could hold entities."""
        raise BadInput("file-damaged")


def _link(local: str, attributes: Mapping[str, str]) -> str:
    """What an element refers to: a part of the file, or of a picture what is in it."""
    said = next((attributes[name].strip() for name in _LINKS if name in attributes), "")
    inside = said.startswith("#") and not _OUTSIDE.search(said)
    if inside or (local == "image" and _PICTURE.fullmatch(said)):
        return said
    return ""


def _shape(clean: bytes) -> tuple[float, float]:
    """Its width and height, in its own units; a square where it tells none, and at most three times as long as wide."""
    head = clean[: clean.index(b">")].decode()
    told = dict(re.findall(r" (width|height|viewBox)=\"([^\"]*)\"", head))
    box = [float(one) for one in re.findall(r"-?\d{1,6}(?:\.\d{1,6})?", told.get("viewBox", ""))]
    sides = [_LENGTH.fullmatch(told.get(name, "").strip()) for name in ("width", "height")]
    wide, high = box[2:4] if len(box) == 4 else [float(one[1]) if one else 0.0 for one in sides]
    if wide <= 0 or high <= 0:
        return 1.0, 1.0
    return max(wide, high / 3), max(high, wide / 3)
