"""Stripes, spots, patches and rainbows on a drawing: what fills its main colour, in SVG."""

from __future__ import annotations

import zlib

from embedded.artist.colours import hls, lighter

PATTERNS = ("stripes", "spots", "patches", "rainbow")
_RAINBOW = ("#e8514a", "#f39a3d", "#f7d34a", "#6cb862", "#4a9bd8", "#8a63b8")


def filled(svg: str, pattern: str, ground: str, accent: str) -> tuple[str, str]:
    """The definition of a pattern in `accent` (or what suits) on `ground`, and the paint that refers to it."""
    accent = accent or (lighter(ground, -0.45) if hls(ground)[1] > 0.35 else lighter(ground, 0.55))
    name = f"{pattern}-{zlib.crc32(f'{svg}{ground}{accent}'.encode()):08x}"
    if pattern == "rainbow":
        edges = [(place + step, colour) for place, colour in enumerate(_RAINBOW) for step in (0, 1)]
        stops = "".join(f'<stop offset="{at / len(_RAINBOW):.3f}" stop-color="{colour}"/>' for at, colour in edges)
        across = 'gradientUnits="userSpaceOnUse" x1="0" y1="0" x2="14" y2="36" spreadMethod="repeat"'
        told = f'<linearGradient id="{name}" {across}>{stops}</linearGradient>'
    else:
        size, turn, shapes = _SHAPES[pattern]
        told = (
            f'<pattern id="{name}" patternUnits="userSpaceOnUse" width="{size}" height="{size}" patternTransform="rotate({turn})">'
            f'<rect width="{size}" height="{size}" fill="{ground}"/><g fill="{accent}">{shapes}</g></pattern>'
        )
    return f"<defs>{told}</defs>", f"url(#{name})"


_SHAPES: dict[str, tuple[int, int, str]] = {
    "stripes": (9, 18, '<rect y="0" width="9" height="4"/>'),
    "spots": (11, 20, '<circle cx="3" cy="3" r="2.2"/><circle cx="8.500" cy="8.500" r="2.2"/>'),
    "patches": (
        34, 12,
        '<path d="M4 8c3-6 12-5 13 1s-3 11-9 9s-6-6-4-10zM22 24c4-4 10-1 9 4s-8 5-10 2s0-5 1-6zM25 4c3-2 6 1 4 4s-6 0-4-4z"/>',
    ),
}  # fmt: skip
