"""The sketch artist's own drawings, in OpenMoji's manner: what OpenMoji lacks, or draws with a background of its own.

Each is SVG on the 72-unit grid with flat colours and black round lines two units wide.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from embedded.artist import emoji_art
from embedded.artist.eyes import eyes

LINE = 'stroke="#000000" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'

#: Where in a boat's drawing its passenger goes: behind the hull, before the sail.
SEAT = "<g/>"


def path(d: str, fill: str = "none", line: str = LINE) -> str:
    """An outlined path."""
    return f'<path d="{d}" fill="{fill}" {line}/>'


def oval(x: float, y: float, rx: float, ry: float, fill: str, line: str = LINE) -> str:
    """An outlined ellipse."""
    return f'<ellipse cx="{x}" cy="{y}" rx="{rx}" ry="{ry}" fill="{fill}" {line}/>'


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
        path("M34 84V8", line=LINE.replace('"2"', '"3"'))
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
        + path("M4 74h66", line=LINE.replace('"2"', '"3"'))
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
        + '<path d="M36 32c-7 8-8 18 0 22c8-4 7-14 0-22z" fill="#f4aa41"/>'
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
        path("M36 60v52M8 66h56", line=LINE.replace('"2"', '"5"'))
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
    tail = path("M62 27c10 6 6 18 3 24c-1 5 2 6 4 5c-6 5-11 1-10-6c1-8 5-14 3-23z", "#f7a8b8") + path(
        "M64 38c2 6-1 12 0 16", "#f7a8b8"
    )
    return path("M11 12L6 1l8 8z", "#ffd27a") + horse + mane + tail + eyes("1F40E")


#: Every drawing by its name.
DRAWINGS: dict[str, Callable[[], str]] = {
    "lighthouse": _lighthouse,
    "sailboat": _sailboat,
    "rowboat": _rowboat,
    "balloonride": _balloonride,
    "cottage": _cottage,
    "roof": _cottage,
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
}
