"""What is drawn where no word was understood: a garden in which each word is a plant of its own."""

from __future__ import annotations

from random import Random

from embedded.artist.colours import from_hls, mix
from embedded.artist.stage import Stage, circle, ellipse, number, polygon, stroke, trace


def abstract(stage: Stage) -> str:
    """A garden of words that mean nothing to us: each grows as a plant of its own colour and shape."""
    parts = []
    tokens = stage.scene.tokens or ("silence", "and", "light")
    for index, token in enumerate(tokens):
        own, random = Random(token), Random(f"{token} {stage.seed} {index}")
        hue, kind = own.random(), own.randrange(5)
        colour, pale = from_hls(hue, 0.6, 0.55), from_hls(hue + 0.09, 0.8, 0.65)
        x = stage.width * (index + 0.5 + random.uniform(-0.2, 0.2)) / len(tokens)
        foot = stage.height * random.uniform(0.76, 0.93)
        size = min(
            stage.unit * (0.045 + 0.007 * min(len(token), 9)) * random.uniform(0.85, 1.15),
            stage.width * 0.42 / len(tokens),
        )
        y = foot - size * random.uniform(2.2, 4.2)
        bend = stage.unit * random.uniform(-0.05, 0.05)
        stem = f"M{number(x + bend)} {number(foot)}Q{number(x + bend)} {number((foot + y) / 2)} {number(x)} {number(y)}"
        leaf_y, side = (foot + y) / 2, random.choice((-1, 1))
        reach = side * size
        leaf = trace("M", x + bend * 0.6, leaf_y, "q", reach * 0.2, -size * 0.6, reach * 0.8, -size * 0.5)
        leaf += trace("q", -reach * 0.1, size * 0.6, -reach * 0.8, size * 0.5, "z")
        parts.append(ellipse(x + bend, foot, size * 0.7, size * 0.14, "url(#shadow)"))
        parts.append(stroke(stem, mix(stage.palette.front, "#2f5a3c", 0.4), stage.unit * 0.009))
        parts.append(f'<path d="{leaf}" fill="{mix(stage.palette.near, "#5f9a58", 0.5)}"/>')
        parts.append(_shape(kind, x, y, size, colour, pale, stage.unit))
    return "".join(parts)


def _shape(kind: int, x: float, y: float, size: float, colour: str, pale: str, unit: float) -> str:
    """One of five blossoms."""
    if kind == 0:
        return circle(x, y, size, colour) + circle(
            x - size * 0.25, y - size * 0.25, size * 0.55, pale, 'fill-opacity="0.7"'
        )
    if kind == 1:
        rings = (
            circle(x, y, size * share, tone)
            for share, tone in ((1, colour), (0.72, pale), (0.45, colour), (0.18, "#fff6dc"))
        )
        return "".join(rings)
    if kind == 2:
        petals = (
            ellipse(
                x,
                y - size * 0.62,
                size * 0.34,
                size * 0.55,
                colour,
                f'transform="rotate({turn} {number(x)} {number(y)})"',
            )
            for turn in range(0, 360, 60)
        )
        return "".join(petals) + circle(x, y, size * 0.32, pale)
    if kind == 3:
        half = trace("M", x - size, y, "A", size, size, "0 0 0", x + size, y, "L", x + size * 0.5, y - size * 0.7)
        half += trace("L", x, y - size * 0.1, "L", x - size * 0.5, y - size * 0.7, "Z")
        return f'<path d="{half}" fill="{colour}"/>' + circle(x, y + size * 0.4, size * 0.2, pale)
    return polygon(((x, y - size), (x + size * 0.7, y), (x, y + size), (x - size * 0.7, y)), colour) + polygon(
        ((x, y - size), (x, y + size), (x - size * 0.7, y)), pale, 'fill-opacity="0.6"'
    )
