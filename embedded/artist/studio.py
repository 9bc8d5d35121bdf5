"""From a scene to pixels: the SVG is rendered at a moderate size, finished in the scene's style, then scaled."""

from __future__ import annotations

import io

import resvg_py
from PIL import Image

from embedded.artist import compose, styles
from embedded.artist.words import Scene

#: The longest side that is drawn; larger pictures are scaled up from it.
LONGEST_SIDE = 1536
#: The same for styles whose finish costs time and is soft anyway.
LONGEST_STYLED_SIDE = 896


def picture(
    scene: Scene, *, width: int, height: int, seed: int, transparent: bool = False, first: Scene | None = None
) -> Image.Image:
    """The finished picture, RGBA of exactly `width`×`height` pixels; `first` as in `compose.document`."""
    longest = LONGEST_SIDE if scene.style in ("flat", "pixel") else LONGEST_STYLED_SIDE
    share = min(1.0, longest / max(width, height))
    size = max(1, round(width * share)), max(1, round(height * share))
    svg = compose.document(scene, width=size[0], height=size[1], seed=seed, transparent=transparent, first=first)
    sketch = rendered(svg)
    if sketch.size != size:
        sketch = sketch.resize(size)
    finished = styles.finished(sketch, scene.style, seed)
    method = Image.Resampling.NEAREST if scene.style == "pixel" else Image.Resampling.BICUBIC
    return finished if finished.size == (width, height) else finished.resize((width, height), method)


def rendered(svg: str) -> Image.Image:
    """An SVG document as an RGBA picture."""
    return Image.open(io.BytesIO(bytes(resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True)))).convert("RGBA")
