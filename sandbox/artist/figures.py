"""Whole figures: OpenMoji heads get bodies, busts get coats and feet, hats go on heads; and our own few drawings.

Everything is SVG on OpenMoji's grid (a head is 72×72, a figure about 72×116) in its manner: flat colours, black round
lines two units wide. `emoji_art.dressed` gives lines and colours their tone afterwards.
"""

from __future__ import annotations

import re
from functools import lru_cache

from sandbox.artist import emoji_art
from sandbox.artist.colours import lighter
from sandbox.artist.emoji_art import Art
from sandbox.artist.eyes import eyes
from sandbox.artist.words import Subject

_LINE = 'stroke="#000000" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'

#: Where in a boat's drawing its passenger goes: behind the hull, before the sail.
SEAT = "<g/>"

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
    base = whole(subject.noun.art)
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
    if name in _DRAWN:
        svg = _DRAWN[name]()
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
    return name in _COATS or name in _BUSTS or name in ("knight", "pirate")


def path(d: str, fill: str = "none", line: str = _LINE) -> str:
    """An outlined path."""
    return f'<path d="{d}" fill="{fill}" {line}/>'


def oval(x: float, y: float, rx: float, ry: float, fill: str, line: str = _LINE) -> str:
    """An outlined ellipse."""
    return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{fill}" {line}/>'


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
        path("M18 72H10v20M54 72h8v20", line=_LINE.replace('"2"', '"5"'))
        + path("M30 100v10M42 100v10", line=_LINE.replace('"2"', '"5"'))
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
        path(f"M30 {hem - 4}v{foot - hem + 3}M42 {hem - 4}v{foot - hem + 3}", line=_LINE.replace('"2"', '"6"'))
        + path(f"M22 {foot}c0-5 12-5 12 0v2H22zM38 {foot}c0-5 12-5 12 0v2H38z", "#6a462f")
        + path("M18 58c-5 5-8 14-7 22c2 4 6 3 7-1l3-10z", dark)
        + path("M54 58c5 5 8 14 7 22c-2 4-6 3-7-1l-3-10z", dark)
        + oval(14, 81, 3.6, 3.6, "#fcea2b")
        + oval(58, 81, 3.6, 3.6, "#fcea2b")
        + path(
            f"M20 54C20 70 {36 - flare - 4} {hem - 12} {36 - flare - 3} {hem}c10 4 {2 * flare - 4} 4 {2 * flare + 6} 0C{36 + flare + 4} {hem - 12} 52 70 52 54z",
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
        centre, top, eyes, chin, width = (
            base.box[0] + base.width * 0.5,
            base.box[1] + 3,
            base.box[1] + 14,
            base.box[1] + 24,
            22,
        )
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


def _lighthouse() -> str:
    return (
        path("M14 112c4-8 12-10 22-10s20 2 24 10z", "#9b9b9a")
        + path("M24 104l4-64h16l4 64z", "#ffffff")
        + path("M25.200 86l1-16h19.600l1 16zM27 56l.8-13h16.400l.8 13z", "#ea5a47")
        + path("M33 104v-8c0-4 6-4 6 0v8z", "#6a462f")
        + path("M24 40h24v-4H24z", "#9b9b9a")
        + path("M29 36V22h14v14z", "#fcea2b")
        + path("M36 22v14")
        + path("M26 22c2-8 18-8 20 0z", "#ea5a47")
        + path("M36 15V9")
    )


def _sailboat() -> str:
    return (
        path("M34 84V8", line=_LINE.replace('"2"', '"3"'))
        + path("M38 12c14 12 20 34 22 58H38z", "#fdf3dc")
        + path("M30 20C20 34 12 52 10 70h20z", "#ea5a47")
        + path("M34 8l12 4l-12 4z", "#fcea2b")
        + SEAT
        + path("M4 80h66c-3 14-10 22-16 22H20C14 102 7 94 4 80z", "#a57939")
        + path("M7 88h60")
    )


def _rowboat() -> str:
    return (
        SEAT
        + path("M4 74h66c-2 14-10 22-18 22H22C14 96 6 88 4 74z", "#a57939")
        + path("M6 82h62M12 90h50")
        + path("M4 74h66", line=_LINE.replace('"2"', '"3"'))
    )


def _balloonride() -> str:
    return (
        path("M36 4C14 4 4 20 6 34c2 14 16 24 22 36h16c6-12 20-22 22-36C68 20 58 4 36 4z", "#ea5a47")
        + path("M36 4c-10 8-13 20-12 32c1 12 6 24 8 34h8c2-10 7-22 8-34C49 24 46 12 36 4z", "#fcea2b")
        + path("M36 4c-3 8-4 22-4 34s1 22 2 32h4c1-10 2-20 2-32s-1-26-4-34z", "#f4aa41")
        + path("M29 70l2 16M43 70l-2 16")
        + SEAT
        + path("M28 86h16l-2 14H30z", "#a57939")
        + path("M29 92h14")
    )


def _cottage() -> str:
    return (
        path("M50 40V22h8v26z", "#9b9b9a")
        + path("M12 50h48v50H12z", "#fdf3dc")
        + path("M4 56L36 22l32 34c-8 3-12-3-16 0s-12 3-16 0s-12 3-16 0s-8 3-16 0z", "#a5563f")
        + path("M30 100V78c0-8 14-8 14 0v22z", "#6a462f")
        + oval(41, 88, 0.8, 0.8, "#fcea2b")
        + path("M17 68h9v10h-9zM50 68h7v10h-7z", "#fcea2b")
        + path("M21.500 68v10M17 73h9M53.500 68v10M50 73h7")
    )


def _windmill() -> str:
    sails = "".join(
        f'<g transform="rotate({angle} 36 34)">{path("M36 34V2h9v24h-9", "#fdf3dc")}{path("M36 8h9M36 14h9M36 20h9")}</g>'
        for angle in (20, 110, 200, 290)
    )
    return (
        path("M22 108l6-70h16l6 70z", "#fdf3dc")
        + path("M25 40c2-14 20-14 22 0z", "#a5563f")
        + path("M31 108V96c0-6 10-6 10 0v12z", "#6a462f")
        + path("M32 66h8v9h-8z", "#92d3f5")
        + sails
        + oval(36, 34, 3, 3, "#6a462f")
    )


def _tree(crown: str, light: str, spots: str = "") -> str:
    dots = (
        "".join(
            oval(x, y, 2.6, 2.6, spots, "") for x, y in ((22, 34), (34, 20), (50, 30), (44, 46), (28, 50), (58, 44))
        )
        if spots
        else ""
    )
    return (
        path("M32 112c2-14 2-28 0-44h9c-2 16-2 30 1 44z", "#8a5f3d")
        + path("M36 78l10-12M36 86l-10-12")
        + path(
            "M20 70C6 70 2 56 10 48C4 36 14 24 24 26C28 10 50 10 52 26c12-2 20 10 14 22c6 10 0 22-14 20c-8 8-24 8-32 2z",
            crown,
        )
        + f'<path d="M16 46c-2-8 4-16 12-14c4-10 16-12 20-6c-8 0-14 4-16 11c-8 0-13 4-16 9z" fill="{light}"/>'
        + dots
    )


def _pine() -> str:
    return (
        path("M32 112V92h8v20z", "#8a5f3d")
        + path("M36 50l26 46c-16 5-36 5-52 0z", "#3d7a4a")
        + path("M36 28l21 38c-12 4-30 4-42 0z", "#4a8c56")
        + path("M36 6l16 32c-10 3-22 3-32 0z", "#5c9e62")
    )


def _lantern() -> str:
    return (
        path("M22 22c0-18 28-18 28 0")
        + path("M26 26h20l-3-8H29z", "#6a462f")
        + path("M24 26h24l4 34H20z", "#fcea2b")
        + f'<path d="M36 32c-7 8-8 18 0 22c8-4 7-14 0-22z" fill="#f4aa41"/>'
        + path("M36 26v34M24 26h24l4 34H20z")
        + path("M18 60h36v6H18z", "#6a462f")
    )


def _streetlamp() -> str:
    return (
        path("M33 112V38h6v74z", "#3f3f3f")
        + path("M28 112h16v-5H28z", "#3f3f3f")
        + path("M27 38l-4-22h26l-4 22z", "#fcea2b")
        + path("M20 16l16-10l16 10z", "#3f3f3f")
    )


def _chest() -> str:
    return (
        path("M10 44c0-20 52-20 52 0z", "#a57939")
        + path("M14 44c6-8 38-8 44 0z", "#fcea2b")
        + path("M10 44h52v24H10z", "#8a5f3d")
        + path("M10 50h52M18 44v24M54 44v24")
        + path("M31 46h10v9H31z", "#fcea2b")
    )


def _bottle() -> str:
    return (
        path("M30 12h12v14c10 5 14 12 14 22v16c0 4-4 6-8 6H24c-4 0-8-2-8-6V48c0-10 4-17 14-22z", "#d6ecf5")
        + path("M17 46c6-4 12 4 19 0s12-4 19 0v18c0 4-4 5-8 5H25c-4 0-8-1-8-5z", "#8967aa")
        + path("M29 6h14v8H29z", "#a57939")
    )


def _mug() -> str:
    return (
        path("M52 24c18-4 18 30-2 30v-6c10 0 11-20 2-18z", "#d0cfce")
        + path("M14 16h40v40c0 5-4 8-9 8H23c-5 0-9-3-9-8z", "#ffffff")
        + '<path d="M44 18h9v38c0 4-3 7-8 7h-5c3-4 4-26 4-45z" fill="#d0cfce"/>'
        + oval(34, 16, 20, 4.5, "#6a462f")
    )


def _witchhat() -> str:
    return (
        path("M2 62c18-10 50-10 68 0c-16 9-52 9-68 0z", "#4d4374")
        + path("M16 58C28 38 30 20 44 4c4 8 2 14 6 20c2 12 4 24 6 34c-14 6-28 6-40 0z", "#4d4374")
        + path("M18 54c12 6 26 6 37 0l1 5c-14 6-28 6-40 0z", "#f4aa41")
    )


def _bridge() -> str:
    return path("M0 60C20 28 52 28 72 60v14H60C56 52 16 52 12 74H0z", "#b8a894") + path(
        "M0 50C20 18 52 18 72 50M10 42v10M24 32v10M36 29v10M48 32v10M62 42v10"
    )


def _treehouse() -> str:
    return (
        _tree("#6fae54", "#8cc56b")
        + f'<g transform="translate(18 34) scale(.5)">{_cottage()}</g>'
        + path("M30 84h12M30 92h12M30 100h12M30 76v34M42 76v34")
    )


def _scarecrow() -> str:
    return (
        path("M36 60v52M8 66h56", line=_LINE.replace('"2"', '"5"'))
        + path("M14 60h44v10H50v28H22V70h-8z", "#61b2e4")
        + path("M8 64l6-4v10zM64 64l-6-4v10zM22 98l4 6l5-6l5 6l5-6l5 6l4-6z", "#fcea2b")
        + oval(36, 42, 15, 15, "#f0dba8")
        + oval(30, 40, 2, 2, "#000000")
        + oval(42, 40, 2, 2, "#000000")
        + path("M28 47c4 5 12 5 16 0")
        + f'<g transform="translate(10 -10) scale(.72)">{emoji_art.plain("1F452").svg}</g>'
    )


def _unicorn() -> str:
    horse = emoji_art.plain("1F40E").svg
    for old, new in (("#a57939", "#ffffff"), ("#6a462f", "#e3dbf0")):
        horse = re.sub(old, new, horse, flags=re.IGNORECASE)
    mane = "".join(
        path(f"M{x} {y}c-4 1-5 5-1 8c4-1 6-5 1-8z", colour)
        for x, y, colour in ((31, 27, "#8ecae6"), (28, 22, "#c9a0dc"), (24, 17, "#f7a8b8"), (20, 13, "#ffd27a"))
    )
    tail = path("M62 27c10 6 6 18 3 24c-1 5 2 6 4 5c-6 5-11 1-10-6c1-8 5-14 3-23z", "#f7a8b8") + path("M64 38c2 6-1 12 0 16", "#f7a8b8")
    return path("M11 12L6 1l8 8z", "#ffd27a") + horse + mane + tail + eyes("1F40E")


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


_DRAWN = {
    "lighthouse": _lighthouse,
    "sailboat": _sailboat,
    "rowboat": _rowboat,
    "balloonride": _balloonride,
    "cottage": _cottage,
    "windmill": _windmill,
    "tree": lambda: _tree("#6fae54", "#8cc56b"),
    "blossom": lambda: _tree("#f3a9bf", "#fbcbd8", "#fff2f5"),
    "autumntree": lambda: _tree("#e08a3c", "#f0b050"),
    "pine": _pine,
    "lantern": _lantern,
    "streetlamp": _streetlamp,
    "chest": _chest,
    "bottle": _bottle,
    "mug": _mug,
    "witchhat": _witchhat,
    "bridge": _bridge,
    "treehouse": _treehouse,
    "scarecrow": _scarecrow,
    "unicorn": _unicorn,
    "knight": _knight,
    "pirate": _pirate,
}
