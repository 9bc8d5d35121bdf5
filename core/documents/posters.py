"""Posters: words set over a picture, in colours that are taken from it and can be read on it."""

from __future__ import annotations

import colorsys
import io
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.documents import letters, typesetting
from core.documents.typesetting import SERIF, Format, sans
from core.pictures.work import in_thread
from core.types import Value

Layout = Literal["bold", "classic", "block", "quiet"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)

MOST_HEADLINE, MOST_SUBLINE, MOST_CALL = 80, 240, 60
"""Characters of the words on a poster: what more a recipe asks for would be too small to read."""

WIDTH, BLEED = 200.0, 3.0
"""Millimetres: how wide a poster is printed, and how much of the picture is cut off on each side (what printers ask for)."""

_POINTS = 72 / 25.4
_LEAST = 0.25
"""Of the shade, which also keeps fine lines in the picture from running into those of the letters."""

READABLE = 4.5
"""The contrast of letters and what is behind them (WCAG 2.2, 1.4.3)."""


class Setting(Value):
    """Words to set over a picture, and how they are laid out; kept with the picture, so that they can be set anew."""

    layout: Layout = "bold"
    headline: str
    subline: str = ""
    call: str = ""
    language: str = "en"

    @property
    def words(self) -> str:
        """All that is set, a line for each part."""
        return "\n".join(filter(None, (self.headline, self.subline, self.call)))


@dataclass(frozen=True)
class _Plan:
    """Where the words stand, as parts of the page's height, and what is behind them. ``largest``: the headline, in hundredths of the width."""

    top: float
    bottom: float
    stands: str
    align: str
    largest: float
    rim: float
    serif: bool = False
    veil: str = "down"
    frame: float = 0
    rule: bool = False
    margin: float = 7


_HOME = 0.75
"""How much busier than the other end of the picture may be where a layout has its words before they go there."""

_PLANS: dict[Layout, _Plan] = {
    "bold": _Plan(0.05, 0.46, "top", "left", 19, 0.05),
    "classic": _Plan(0.58, 0.9, "middle", "center", 12, 0, serif=True, veil="card", frame=3, rule=True, margin=14),
    "block": _Plan(0.66, 0.965, "middle", "left", 13, 0.045, veil="block", rule=False),
    "quiet": _Plan(0.64, 0.95, "bottom", "left", 9.5, 0.012, veil="up", rule=True),
}


def place_of(setting: Setting) -> str:
    """Where a layout has its words where the picture leaves it the choice: ``top`` or ``bottom``."""
    return "top" if _PLANS[setting.layout].top < 0.5 else "bottom"


async def poster(picture: bytes, setting: Setting, format: Format) -> bytes:
    """The picture with its words: as PNG of its own size, or as a PDF to print."""
    data, behind = await in_thread(_prepared, picture, setting, printed=format == "pdf")
    return await typesetting.compile(_template(), data, {"picture": behind}, format)


def _prepared(picture: bytes, setting: Setting, *, printed: bool) -> tuple[dict[str, Any], bytes]:
    """What the template is told, and the picture as it is put on the page."""
    with Image.open(io.BytesIO(picture)) as opened:
        image = opened.convert("RGB")
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=90 if printed else 97, subsampling=0)
    return _data(image, setting, printed=printed), kept.getvalue()


def _data(image: Image.Image, setting: Setting, *, printed: bool) -> dict[str, Any]:
    """What the template is told."""
    plan = _calmest(_PLANS[setting.layout], image)
    ratio = image.height / image.width
    width = WIDTH * _POINTS if printed else float(image.width)
    tall = 100 * ratio
    words = [letters.settable(part) for part in (setting.headline, setting.subline, setting.call)]
    tones = _tones(image, plan)
    return {
        "title": words[0],
        "alt": " · ".join(filter(None, words)),
        "language": setting.language,
        "width": width,
        "height": width * ratio if printed else float(image.height),
        "bleed": BLEED * _POINTS if printed else 0,
        "headline": words[0],
        "subline": words[1],
        "call": words[2],
        "runs": [run.strip() for run in letters.runs(words[0])],
        "box": {
            "x": plan.margin,
            "y": plan.top * tall,
            "w": 100 - 2 * plan.margin,
            "h": (plan.bottom - plan.top) * tall,
        },
        "fonts": [SERIF, sans(setting.language)] if plan.serif else [sans(setting.language)],
        "rim": plan.rim,
        "align": plan.align,
        "stands": plan.stands,
        "largest": min(plan.largest, plan.largest * ratio),
        "frame": plan.frame,
        "rule": plan.rule,
        "veils": list(_veils(plan, tall, 5 if printed else 0)),
        **tones,
    }


def _calmest(plan: _Plan, image: Image.Image) -> _Plan:
    """The plan, upside down where the other end of the picture is much calmer: there is less to hide, and words are easier to read."""
    grey = np.asarray(image.convert("L").resize((64, 96)), dtype=np.float64)
    top, bottom = int(plan.top * 96), int(plan.bottom * 96)
    if _busy(grey[top:bottom]) * _HOME <= _busy(grey[96 - bottom : 96 - top]):
        return plan
    turned = {"top": "bottom", "bottom": "top", "up": "down", "down": "up"}
    stands, veil = turned.get(plan.stands, plan.stands), turned.get(plan.veil, plan.veil)
    return replace(plan, top=1 - plan.bottom, bottom=1 - plan.top, stands=stands, veil=veil)


def _busy(grey: npt.NDArray[np.float64]) -> float:
    """How much goes on in a part of a picture: how different neighbouring points are."""
    return float(abs(np.diff(grey, axis=0)).mean() + abs(np.diff(grey, axis=1)).mean())


def _veils(plan: _Plan, tall: float, over: float) -> list[dict[str, Any]]:
    """The areas that are shaded so that words can be read on them; ``over``: how far beyond the edges."""
    wide = {"x": -over, "w": 100 + 2 * over}
    if plan.veil == "down":
        return [{**wide, "y": -over, "h": plan.bottom * tall / 0.68 + over, "fades": "down"}]
    if plan.veil == "up":
        high = (1 - plan.top) * tall
        return [{**wide, "y": tall + over - high / 0.68 - over, "h": high / 0.68 + over, "fades": "up"}]
    if plan.veil == "block":
        top, bottom = (plan.top - 0.03) * tall, (plan.bottom + 0.03) * tall
        top, bottom = (-over, bottom) if plan.top < 0.1 else (top, tall + over)
        return [{**wide, "y": top, "h": bottom - top, "fades": ""}]
    top, side = (plan.top - 0.035) * tall, plan.margin - 5
    return [{"x": side, "w": 100 - 2 * side, "y": top, "h": (plan.bottom + 0.035) * tall - top, "fades": ""}]


_Colour = tuple[float, float, float]
"""Red, green and blue from 0 to 1."""


def _tones(image: Image.Image, plan: _Plan) -> dict[str, Any]:
    """Colours of letters, shade and call from the picture: as little shade as makes the words readable everywhere on it.

    A panel is closed whatever is behind it; else of dark letters on a light shade and the opposite that is taken which changes less.
    """
    small = np.asarray(image.resize((64, 96)), dtype=np.float64) / 255
    behind = small[int(plan.top * 96) : int(plan.bottom * 96) + 1].reshape(-1, 3)
    hue = _hue(small.reshape(-1, 3))
    dark, light = _tint(hue, 0.14, 0.55), _tint(hue, 0.96, 0.35)
    if plan.veil == "block":
        opacity, ink, shade = 1.0, light, _tint(hue, 0.24, 0.5)
    elif plan.veil == "card":
        opacity, ink, shade = 1.0, dark, light
    else:
        ways = [(_needed(behind, ink, shade), ink, shade) for ink, shade in ((light, dark), (dark, light))]
        bright = float(luminance(behind).mean())
        opacity, ink, shade = min(ways, key=lambda way: way[0] * abs(float(luminance(np.array(way[2]))) - bright))
    accent = _accent(small.reshape(-1, 3), hue, shade)
    on_accent = max((dark, (1.0, 1.0, 1.0)), key=lambda colour: contrast(colour, accent))
    return {
        "ink": _hexadecimal(ink),
        "shade": _hexadecimal(shade),
        "opacity": round(max(opacity, _LEAST) * 100),
        "accent": _hexadecimal(accent),
        "onaccent": _hexadecimal(on_accent),
        "rim-colour": _hexadecimal(light),
    }


def _needed(behind: npt.NDArray[np.float64], ink: _Colour, shade: _Colour) -> float:
    """How much shade makes letters readable on all but the most extreme hundredth of what is behind them, from 0 to 1."""
    for opacity in np.arange(0, 1.0001, 0.05):
        seen = luminance(behind * (1 - opacity) + np.array(shade) * opacity)
        worst = np.percentile(seen, 99 if luminance(np.array(ink)) > np.mean(seen) else 1)
        if _ratio(float(luminance(np.array(ink))), float(worst)) >= READABLE:
            return float(opacity)
    return 1.0


def luminance(colours: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How bright colours are (WCAG 2.2, relative luminance); the last axis is red, green, blue from 0 to 1."""
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    bright: npt.NDArray[np.float64] = linear @ np.array((0.2126, 0.7152, 0.0722))
    return bright


def contrast(one: _Colour, other: _Colour) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2, contrast ratio)."""
    return _ratio(float(luminance(np.array(one))), float(luminance(np.array(other))))


def _ratio(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


def _hue(pixels: npt.NDArray[np.float64]) -> float:
    """The hue that is most of the picture, the lively colours counting more."""
    spread = pixels.max(axis=1) - pixels.min(axis=1)
    hues = np.array([colorsys.rgb_to_hsv(*pixel)[0] for pixel in pixels])
    counts, edges = np.histogram(hues, bins=24, range=(0, 1), weights=spread)
    return float(edges[counts.argmax()] + 1 / 48)


def _accent(pixels: npt.NDArray[np.float64], hue: float, shade: _Colour) -> _Colour:
    """A lively colour of the picture, or across from its hue where it has only one, that stands out from the shade."""
    spread = pixels.max(axis=1) - pixels.min(axis=1)
    hues = np.array([colorsys.rgb_to_hsv(*pixel)[0] for pixel in pixels])
    away = np.minimum(abs(hues - hue), 1 - abs(hues - hue))
    liveliest = (spread * (away > 0.12)).argmax()
    chosen = float(hues[liveliest]) if spread[liveliest] * (away[liveliest] > 0.12) > 0.3 else (hue + 0.5) % 1
    ways = [colorsys.hls_to_rgb(chosen, bright, 0.8) for bright in (0.5, 0.6, 0.4, 0.7, 0.3)]
    return max(ways[:3], key=lambda one: contrast(one, shade)) if contrast(ways[0], shade) < 3 else ways[0]


def _tint(hue: float, bright: float, lively: float) -> _Colour:
    return colorsys.hls_to_rgb(hue, bright, lively)


def _hexadecimal(colour: _Colour) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in colour)


@cache
def _template() -> str:
    return Path(__file__).with_name("poster.typ").read_text(encoding="utf-8")
