"""The stage a scene is drawn on, and the few shapes that all scenery is made of (SVG strings, in pixels)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from embedded.artist.palettes import Palette
from embedded.artist.words import Scene

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Stage:
    """The picture's size in pixels, its scene, hour, colours and seed.

    `horizon` is where the sky ends, `ground` where the nearest ground begins; `unit` is a length that suits both
    tall and wide pictures.
    """

    width: int
    height: int
    scene: Scene
    hour: str
    palette: Palette
    seed: int
    horizon: float
    ground: float

    @property
    def unit(self) -> float:
        """The measure of things: the shorter side, a little more in long pictures."""
        return float(min(self.width, self.height) ** 0.8 * max(self.width, self.height) ** 0.2)

    @property
    def dark(self) -> bool:
        """Whether lamps are lit."""
        return self.hour in ("night", "dusk") or self.scene.mood == "spooky"

    def dice(self, purpose: str) -> Random:
        """Random numbers of their own for each purpose, so that one part's taste does not move another."""
        return Random(f"{purpose} {self.seed} {self.scene.print}")


def number(value: float) -> str:
    """A coordinate, short."""
    return f"{value:.1f}".removesuffix(".0")


def trace(*parts: str | float) -> str:
    """Path data: `trace("M", x, y, "h", 5)`; letters as they are, numbers short."""
    return " ".join(part if isinstance(part, str) else number(part) for part in parts)


def smooth(points: Points) -> str:
    """Path data of a soft curve through points (without the first move)."""
    parts = []
    for (x1, y1), (x2, y2) in pairwise(points):
        middle = (x1 + x2) / 2
        parts.append(f"C{number(middle)} {number(y1)} {number(middle)} {number(y2)} {number(x2)} {number(y2)}")
    return "".join(parts)


def land(points: Points, bottom: float, fill: str, extra: str = "") -> str:
    """The ground under a soft line of points, down to `bottom`."""
    (x, y), end = points[0], points[-1][0]
    outline = f"M{number(x)} {number(bottom)}L{number(x)} {number(y)}{smooth(points)}L{number(end)} {number(bottom)}Z"
    return f'<path d="{outline}" fill="{fill}" {extra}/>'


def rolling(stage: Stage, purpose: str, level: float, swing: float, bumps: int) -> list[tuple[float, float]]:
    """A line of hills around `level` (y), at most `swing` high or low, over the whole width."""
    random = stage.dice(purpose)
    step = stage.width / bumps
    phase = random.random() * math.tau
    points = []
    for index in range(-1, bumps + 2):
        x = index * step + random.uniform(-0.18, 0.18) * step
        points.append((x, level + swing * (0.6 * math.sin(phase + index * 1.9) + random.uniform(-0.4, 0.4))))
    return points


def height_at(points: Points, x: float) -> float:
    """The y of a `smooth` line at x, near enough to plant a tree on."""
    for (x1, y1), (x2, y2) in pairwise(points):
        if x1 <= x <= x2:
            share = (x - x1) / max(1e-6, x2 - x1)
            share = share * share * (3 - 2 * share)
            return y1 + (y2 - y1) * share
    return points[-1][1]


def polygon(points: Points, fill: str, extra: str = "") -> str:
    """A filled polygon."""
    return f'<polygon points="{" ".join(f"{number(x)},{number(y)}" for x, y in points)}" fill="{fill}" {extra}/>'


def circle(x: float, y: float, radius: float, fill: str, extra: str = "") -> str:
    """A filled circle."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{fill}" {extra}/>'


def ellipse(x: float, y: float, rx: float, ry: float, fill: str, extra: str = "") -> str:
    """A filled ellipse."""
    return f'<ellipse cx="{number(x)}" cy="{number(y)}" rx="{number(rx)}" ry="{number(ry)}" fill="{fill}" {extra}/>'


def box(x: float, y: float, width: float, height: float, fill: str, extra: str = "") -> str:
    """A filled rectangle."""
    return f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}" fill="{fill}" {extra}/>'


def stroke(path: str, colour: str, width: float, extra: str = "") -> str:
    """A line along path data."""
    return f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{number(width)}" stroke-linecap="round" {extra}/>'


def gradient(name: str, *stops: tuple[float, str, float], across: bool = False) -> str:
    """A vertical (or horizontal) gradient definition from `(offset, colour, opacity)` stops."""
    direction = 'x1="0" y1="0" x2="1" y2="0"' if across else 'x1="0" y1="0" x2="0" y2="1"'
    return f'<linearGradient id="{name}" {direction}>{_stops(stops)}</linearGradient>'


def halo(name: str, *stops: tuple[float, str, float]) -> str:
    """A radial gradient definition from `(offset, colour, opacity)` stops."""
    return f'<radialGradient id="{name}">{_stops(stops)}</radialGradient>'


def _stops(stops: Sequence[tuple[float, str, float]]) -> str:
    return "".join(
        f'<stop offset="{offset}" stop-color="{colour}" stop-opacity="{opacity}"/>' for offset, colour, opacity in stops
    )
