"""The sketch artist's own drawings that words stand on."""

from __future__ import annotations

from collections.abc import Callable

from embedded.artist.drawings import LINE, oval, path
from embedded.artist.lettering import Box


def _sign() -> str:
    return (
        path("M31 48h10v64H31z", "#8a5f3d")
        + path("M1 8c0-2 1-3 3-3h64c2 0 3 1 3 3v42c0 2-1 3-3 3H4c-2 0-3-1-3-3z", "#f0dba8")
        + oval(6.5, 10.5, 1.2, 1.2, "#8a5f3d", "")
        + oval(65.5, 10.5, 1.2, 1.2, "#8a5f3d", "")
        + path("M22 112c4-5 8-5 14 0c4-6 10-5 14 0z", "#8cc56b")
    )


def _banner() -> str:
    flags = "".join(
        path(f"M{x} 57h14l-7 11z", colour)
        for x, colour in zip(
            range(-26, 92, 20), ("#ea5a47", "#f4aa41", "#b1cc33", "#61b2e4", "#8967aa", "#ea5a47"), strict=True
        )
    )
    poles = path("M-32 12v100M104 12v100", line=LINE.replace('"2"', '"4"'))
    return poles + path("M-32 57h136") + flags + path("M-32 16c44 4 92 4 136 0v38c-44 4-92 4-136 0z", "#fff1cf")


def _placard() -> str:
    return (
        path("M8 8h56v92H8z", "#fffaf0")
        + path("M12 62h48v34H12z", "#92d3f5")
        + oval(48, 72, 5, 5, "#fcea2b")
        + path("M12 96V84c10-8 16-8 24 0c8-9 16-9 24-1v13z", "#8cc56b")
        + oval(36, 8, 2.6, 2.6, "#ea5a47")
    )


def _titled() -> str:
    return (
        path("M16 10c0-4 3-6 6-6h38v64H22c-3 0-6 2-6 5z", "#c9564a")
        + path("M16 73c0-3 3-5 6-5h38v9H22c-3 0-6-1-6-4z", "#fffaf0")
        + path("M20 10h38v54H20z", "#f6e3b8")
        + path("M48 68v14l4-4l4 4V68z", "#61b2e4")
    )


#: Drawings by name, like those of `drawings.DRAWINGS`.
BOARDS: dict[str, Callable[[], str]] = {"sign": _sign, "banner": _banner, "placard": _placard, "titled": _titled}


def bubble(box: Box, mouth: tuple[float, float]) -> str:
    """A speech bubble that fills a box, its tip at a mouth."""
    left, top, right, bottom = box
    tip = f"M{left + 9:.1f} {bottom - 2:.1f}L{mouth[0]:.1f} {mouth[1]:.1f}L{left + 20:.1f} {bottom - 2:.1f}"
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}" rx="11" fill="#ffffff" {LINE}/>'
        + path(tip, "#ffffff")
        + f'<rect x="{left + 8:.1f}" y="{bottom - 7:.1f}" width="14" height="5" fill="#ffffff"/>'
    )
