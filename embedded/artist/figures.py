"""Whole figures: OpenMoji heads get bodies, busts get coats and feet, hats go on heads; and our own few drawings.

Everything is SVG on OpenMoji's grid (a head is 72×72, a figure about 72×116) in its manner: flat colours, black round
lines two units wide. `emoji_art.dressed` gives lines and colours their tone afterwards.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np

from embedded.artist import emoji_art, surfaces
from embedded.artist.boards import BOARDS
from embedded.artist.colours import lighter
from embedded.artist.drawings import DRAWINGS, LINE, oval, path
from embedded.artist.emoji_art import Art
from embedded.artist.eyes import eyes
from embedded.artist.words import Subject

#: Heads that get a body: (coat, belly, tail, whether it sits like a cat or stands like a toy).
_COATS: dict[str, tuple[str, str, str, str]] = {
    "1F431": ("#f4aa41", "#ffe2b0", "long", "sits"),
    "1F436": ("#f4aa41", "#ffe2b0", "wag", "sits"),
    "1F430": ("#3f3f3f", "#ffffff", "puff", "sits"),
    "1F98A": ("#e27022", "#ffffff", "bush", "sits"),
    "1F43B": ("#6a462f", "#a57939", "", "stands"),
    "1F43C": ("#3f3f3f", "#ffffff", "", "stands"),
    "1F981": ("#f4aa41", "#ffe2b0", "tuft", "sits"),
    "1F42F": ("#e27022", "#ffe2b0", "long", "sits"),
    "1F43A": ("#3f3f3f", "#9b9b9a", "bush", "sits"),
    "1F42D": ("#d0cfce", "#ffffff", "thin", "stands"),
    "1F439": ("#f4aa41", "#ffffff", "", "stands"),
    "1F42E": ("#ffffff", "#f3d9c0", "tuft", "stands"),
    "1F437": ("#ffa7c0", "#ffd3de", "", "stands"),
    "1F438": ("#b1cc33", "#e4f0a0", "", "stands"),
    "1F435": ("#6a462f", "#debb90", "long", "stands"),
    "1F414": ("#ffffff", "#fdf3dc", "", "stands"),
    "1F47D": ("#9b9b9a", "#d0cfce", "", "stands"),
    "1F921": ("#ea5a47", "#fcea2b", "", "stands"),
    "1F920": ("#61b2e4", "#a57939", "", "stands"),
    "1F916": ("#9b9b9a", "#d0cfce", "", "robot"),
}

#: Heads and shoulders that get a coat and feet: OpenMoji's people.
_BUSTS = frozenset(
    """1F467 1F466 1F9D2 1F469 1F468 1F9D1 1F475 1F474 1F9D4 1F478 1F934 1F482 1F9DA 1F9DD 1F9CC 1F9DB 1F9DF 1F9B8 1F977 1F385
    1F9D9-200D-2642-FE0F 1F9D9-200D-2640-FE0F 1F9D1-200D-1F680 1F9D1-200D-1F373 1F9D1-200D-1F33E 1F9D1-200D-1F3EB 1F46E 1F575
    1F9D1-200D-2695-FE0F 1F9D1-200D-1F692 1F9D1-200D-1F3A8 1F9D1-200D-1F52C 1F9D1-200D-1F3A4 1F9D1-200D-2708-FE0F 1F477
    1F9D1-200D-1F393 1F476""".split()  # noqa: SIM905
)

#: What OpenMoji's light blue people wear instead, so that a family is not in uniform.
_WARDROBE: dict[str, str] = {
    "1F467": "#e8685a", "1F466": "#5a9e78", "1F9D2": "#efb04a", "1F469": "#8d70b3", "1F468": "#4f7cac", "1F9D1": "#c9764f",
    "1F475": "#b9768f", "1F474": "#7f8c5c", "1F9D4": "#a65a48", "1F9D9-200D-2642-FE0F": "#4a63ad", "1F9D9-200D-2640-FE0F": "#6c4f98",
}  # fmt: skip
_CLOTHES = frozenset({"1F457", "1F455", "1F9E5"})

#: Where hats sit and glasses go: (centre, top of the head, eyes, chin, width of the head) in units.
_FACES: dict[str, tuple[float, float, float, float, float]] = {
    "1F431": (36, 24, 38, 58, 46), "1F436": (36, 12, 31, 58, 38), "1F430": (36, 34, 44, 64, 36), "1F98A": (36, 18, 39, 62, 44),
    "1F43B": (36, 14, 34, 60, 48), "1F43C": (36, 14, 36, 60, 50), "1F42D": (36, 22, 38, 62, 40), "1F438": (36, 22, 22, 58, 50),
    "1F981": (36, 12, 34, 62, 40), "1F42F": (36, 13, 34, 60, 46),
}  # fmt: skip


def figure(subject: Subject) -> Art:
    """The whole drawing of one subject, with what it wears."""
    base = whole(surfaces.INSTEAD.get(subject.noun.art, subject.noun.art) if subject.letters else subject.noun.art)
    clothes = next((item for item in subject.worn if item.noun.art in _CLOTHES), None)
    svg = base.svg
    if clothes is not None and subject.noun.art in _BUSTS:
        svg = _recloth(svg, _WARDROBE.get(subject.noun.art) or _cloth(subject.noun.art), clothes.tint or "#d8453e")
    worn = [_worn(subject, base, item) for item in subject.worn if item.noun.art not in _CLOTHES]
    if not worn and svg == base.svg:
        return base
    svg += "".join(worn)
    return Art(svg, emoji_art.measured(svg))


@lru_cache(maxsize=512)
def whole(name: str) -> Art:
    """The drawing of a thing by its art name, from the ground up."""
    if drawing := DRAWINGS.get(name) or BOARDS.get(name):
        svg = drawing()
    elif name in _ARMED:
        svg = _ARMED[name]()
    elif name in _COATS:
        svg = _body(*_COATS[name]) + emoji_art.plain(name).svg
    elif name in _BUSTS:
        svg = _coat(name) + emoji_art.plain(name).svg
        if name in _WARDROBE:
            svg = _recloth(svg, _cloth(name), _WARDROBE[name])
    elif name in _WARDROBE:
        svg = _recloth(emoji_art.plain(name).svg, "#92d3f5", _WARDROBE[name])
    else:
        svg = emoji_art.plain(name).svg + eyes(name)
    return Art(svg, emoji_art.measured(svg))


def has_body(name: str) -> bool:
    """Whether the figure is a head with a body that we drew: it can hold and wear things."""
    return name in _COATS or name in _BUSTS or name in _ARMED


def _recloth(svg: str, old: str, new: str) -> str:
    """The drawing with one cloth, and the shade of it on the sleeves, exchanged for another."""
    for before, after in ((old, new), (lighter(old, -0.18), lighter(new, -0.18))):
        svg = re.sub(re.escape(before) + r"\b", after, svg, flags=re.IGNORECASE)
    return svg


def _body(coat: str, belly: str, tail: str, posture: str) -> str:
    """A body for an animal's head, behind and below it."""
    dark = lighter(coat, -0.12)
    tails = {
        "long": f'<path d="M50 104c14 4 20-6 15-16s-1-14 4-13" fill="none" stroke="#000000" stroke-width="8" stroke-linecap="round"/>'
        f'<path d="M50 104c14 4 20-6 15-16s-1-14 4-13" fill="none" stroke="{coat}" stroke-width="4.4" stroke-linecap="round"/>',
        "wag": path("M50 100c10-2 15-10 14-18c5 3 6 20-10 26z", coat),
        "thin": path("M48 108c12 4 18-2 18-9s6-8 8-5"),
        "tuft": path("M50 106c13 2 17-6 15-16") + oval(65, 86, 4, 6, dark),
        "puff": oval(54, 104, 6.5, 6.5, "#ffffff"),
        "bush": path("M48 108c14 4 30-4 26-24c-2-9-9-12-10-4c0 9-14 10-16 20z", coat)
        + path(
            "M74 86c-1-11-9-14-10-6c0 4-2 6-4 8c6 3 10 1 14-2z", "#ffffff" if coat == "#e27022" else lighter(coat, 0.35)
        ),
        "": "",
    }
    if posture == "robot":
        return _robot_body(coat, belly)
    if posture == "sits":
        return (
            tails[tail]
            + oval(22, 105, 9, 9.5, dark)
            + oval(50, 105, 9, 9.5, dark)
            + path("M24 58C17 74 15 92 18 106c1 6 8 8 18 8s17-2 18-8c3-14 1-32-6-48z", coat)
            + f'<path d="M36 62c-7 2-11 8-11 16s5 13 11 14c6-1 11-6 11-14s-4-14-11-16z" fill="{belly}"/>'
            + path("M29.5 90v22M42.500 90v22M36 100v12")
            + oval(29.5, 113, 6.8, 4, belly)
            + oval(42.5, 113, 6.8, 4, belly)
        )
    return (
        tails[tail]
        + oval(27, 112, 9, 5.5, dark)
        + oval(45, 112, 9, 5.500, dark)
        + path("M23 66C15 70 9 80 10 88c1 5 7 5 9 1l6-9z", dark)
        + path("M49 66c8 4 14 14 13 22c-1 5-7 5-9 1l-6-9z", dark)
        + path("M24 58C16 72 15 88 19 102c2 8 9 10 17 10s15-2 17-10c4-14 3-30-5-44z", coat)
        + f'<ellipse cx="36" cy="92" rx="11.5" ry="14.500" fill="{belly}"/>'
    )


def _robot_body(coat: str, belly: str) -> str:
    """Square shoulders, a panel with three lamps, wheels for feet."""
    lamps = oval(30, 84, 2.6, 2.6, "#ea5a47") + oval(36, 84, 2.6, 2.6, "#fcea2b") + oval(42, 84, 2.6, 2.6, "#b1cc33")
    return (
        path("M18 72H10v20M54 72h8v20", line=LINE.replace('"2"', '"5"'))
        + path("M30 100v10M42 100v10", line=LINE.replace('"2"', '"5"'))
        + path("M18 64h36v40H18z", coat)
        + path("M24 76h24v16H24z", belly)
        + lamps
        + oval(28, 112, 8, 4.5, coat)
        + oval(44, 112, 8, 4.5, coat)
    )


def _coat(name: str) -> str:
    """A coat, arms and feet in the colours of a bust, joined to its shoulders."""
    cloth = _cloth(name)
    dark = lighter(cloth, -0.18)
    child = name in ("1F467", "1F466", "1F9D2", "1F476", "1F9DD")
    hem = 92 if child else 98
    foot = hem + 12
    skirt = name in (
        "1F467",
        "1F469",
        "1F478",
        "1F475",
        "1F9D9-200D-2642-FE0F",
        "1F9D9-200D-2640-FE0F",
        "1F9DA",
        "1F934",
        "1F385",
    )
    flare = 17 if skirt else 12
    return (
        path(f"M30 {hem - 4}v{foot - hem + 3}M42 {hem - 4}v{foot - hem + 3}", line=LINE.replace('"2"', '"6"'))
        + path(f"M22 {foot}c0-5 12-5 12 0v2H22zM38 {foot}c0-5 12-5 12 0v2H38z", "#6a462f")
        + path("M18 58c-5 5-8 14-7 22c2 4 6 3 7-1l3-10z", dark)
        + path("M54 58c5 5 8 14 7 22c-2 4-6 3-7-1l-3-10z", dark)
        + oval(14, 81, 3.6, 3.6, "#fcea2b")
        + oval(58, 81, 3.6, 3.6, "#fcea2b")
        + path(
            f"M20 54C20 70 {32 - flare} {hem - 12} {33 - flare} {hem}c10 4 {2 * flare - 4} 4 {2 * flare + 6} 0"
            f"C{40 + flare} {hem - 12} 52 70 52 54z",
            cloth,
        )
    )


@lru_cache(maxsize=128)
def _cloth(name: str) -> str:
    """The colour of a bust's clothes: the commonest one near its lower edge that is neither line nor skin."""
    picture = emoji_art.rendered(f'<g fill="#000">{emoji_art.plain(name).svg}</g>', (0, 0, 72, 72), 72)
    counts: dict[str, int] = {}
    for y in range(53, 60):
        for x in range(20, 52):
            pixel = picture.getpixel((x, y))
            if isinstance(pixel, tuple) and pixel[3] > 250 and sum(pixel[:3]) > 90 and pixel[:3] != (252, 234, 43):
                colour = "#" + "".join(f"{int(channel):02x}" for channel in pixel[:3])
                counts[colour] = counts.get(colour, 0) + 1
    return max(counts, key=lambda colour: counts[colour]) if counts else "#92d3f5"


def _worn(subject: Subject, base: Art, item: Subject) -> str:
    """A hat, crown, scarf, bow or pair of glasses in its place on a figure."""
    head = subject.noun.art
    bust = head in _BUSTS
    centre, top, eyes, chin, width = _FACES.get(head, (36, 12, 30, 46, 30) if bust else (36, 14, 36, 60, 46))
    if not has_body(head):
        centre, top, width = _head(head)
        eyes, chin = top + width * 0.45, top + width
    name = item.noun.art
    if name == "1F9E3":
        return _scarf(centre, chin + 3, width, item.tint or "#d8453e")
    art = whole(name)
    svg = emoji_art.dressed(art.svg, ink="#000000", tint=item.tint) if item.tint else art.svg
    if name in ("1F453", "1F576"):
        return _fitted(art, svg, centre, eyes + 7, width * 0.8)
    if name == "1F380":
        return _fitted(art, svg, centre + width * 0.32, top + 12, width * 0.42)
    scale = {"1F451": 0.62, "1F452": 1.1, "1F393": 1.0, "1F9E2": 0.85, "witchhat": 1.0}.get(name, 0.8)
    return _fitted(art, svg, centre, top + 5, width * scale)


@lru_cache(maxsize=256)
def _head(name: str) -> tuple[float, float, float]:
    """Where the head of an animal is that is drawn from the side: its middle, its top and its width. It is what reaches highest."""
    art, size = whole(name), 180
    pixels = np.asarray(emoji_art.rendered(f'<g fill="#000">{art.svg}</g>', (-36, -36, 180, 180), size))[..., 3] > 24
    rows = np.flatnonzero(pixels.any(axis=1))
    highest = pixels[rows[0] : rows[0] + max(3, round((rows[-1] - rows[0]) * 0.2))]
    columns = np.flatnonzero(highest.any(axis=0)) * 180 / size - 36
    width = float(np.clip((columns[-1] - columns[0]) * 1.25, 16, 30))
    return float(columns.mean()), float(rows[0]) - 36 + 2, width


def _fitted(art: Art, svg: str, x: float, bottom: float, width: float) -> str:
    """A drawing scaled to a width, standing on (x, bottom)."""
    scale = width / art.width
    left, low = x - (art.box[0] + art.width / 2) * scale, bottom - art.box[3] * scale
    return f'<g transform="translate({left:.2f} {low:.2f}) scale({scale:.4f})" fill="#000000">{svg}</g>'


def _scarf(x: float, y: float, width: float, colour: str) -> str:
    """A scarf round a neck at (x, y), one end hanging down."""
    half, dark = width * 0.42, lighter(colour, -0.15)
    return (
        path(f"M{x + half * 0.35:.1f} {y + 3:.1f}l4 19h9l-3-20z", dark)
        + path(f"M{x + half * 0.35 + 5.5:.1f} {y + 22:.1f}v3m3.500-3v3")
        + path(
            f"M{x - half:.1f} {y - 4:.1f}c{half * 0.5:.1f} 6 {half * 1.5:.1f} 6 {half * 2:.1f} 0c4 3 3 9 0 11"
            f"c-{half * 0.5:.1f} 5 -{half * 1.5:.1f} 5 -{half * 2:.1f} 0c-3-2-4-8 0-11z",
            colour,
        )
    )


def _knight() -> str:
    return (
        _coat("1F9D1").replace("#92d3f5", "#b4b8c4").replace("#92D3F5", "#b4b8c4")
        + path("M18 61v-4c0-6 4-9 9-9h18c5 0 9 3 9 9v4z", "#d0cfce")
        + path("M36 12c8-12 20-6 18 2c-4-2-8 0-10 4z", "#ea5a47")
        + path("M20 46V28c0-20 32-20 32 0v18c-10 5-22 5-32 0z", "#d0cfce")
        + path("M22 28h28v7H22z", "#3f3f3f")
        + path("M36 35v13M29 40v4M43 40v4")
    )


def _pirate() -> str:
    return (
        _coat("1F9D4")
        + emoji_art.plain("1F9D4").svg
        + oval(40, 31, 4, 3.6, "#3f3f3f")
        + path("M24 22l22 10")
        + path("M16 22c2-18 38-18 40 0c-12-6-28-6-40 0z", "#3f3f3f")
        + oval(36, 14, 3, 3, "#ffffff")
    )


_ARMED = {"knight": _knight, "pirate": _pirate}
