"""More styles, of things that hands make: cut paper, stained glass, wood blocks, stickers, pages to colour in … as in `styles`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from embedded.artist.pixels import (
    Pixels,
    blurred,
    clipped,
    edges_of,
    grey_of,
    image_of,
    noise,
    paper_grain,
    pixels_of,
    saturated,
    tone,
    unit_of,
    vignette,
)

_PANES = 170
"""Pieces of a window."""


def _flattened(pixels: Pixels, colours: int) -> Pixels:
    """The picture in few colours, its small unevenness gone."""
    calm = image_of(pixels).filter(ImageFilter.MedianFilter(7))
    return pixels_of(
        calm.quantize(colours, method=Image.Quantize.MEDIANCUT).convert("RGB").filter(ImageFilter.ModeFilter(7))
    )


def _papercut(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Layers of coloured paper, each with the shadow that it casts on the one beneath."""
    unit, layers = unit_of(pixels), _flattened(pixels, 11)
    grey = grey_of(layers)
    reach = max(2, round(7 * unit))
    cast = blurred(np.clip(np.roll(grey, (reach, reach), (0, 1)) - grey, -0.5, 0.5) * 0.5 + 0.5, 5 * unit)
    shadow = 1 - np.clip(np.abs(cast - 0.5) * 2.4, 0, 0.5)
    rim = np.clip(grey - np.roll(grey, (max(1, reach // 3),) * 2, (0, 1)), 0, 1) * 0.5
    return clipped(
        (saturated(layers, 1.15) * shadow[..., None] + rim[..., None]) * paper_grain(random, grey.shape, 0.05)
    )


def _glass(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Pieces of coloured glass between strips of lead, with light behind them."""
    height, width = pixels.shape[:2]
    small = pixels_of(image_of(pixels).resize((max(2, width // 4), max(2, height // 4))))
    rows, columns = np.indices(small.shape[:2], dtype=np.float32)
    edge = edges_of(grey_of(small), 1.5).ravel() + 0.1
    seeds = random.choice(edge.size, _PANES, replace=False, p=edge / edge.sum())
    nearest, cell = np.full(small.shape[:2], np.inf, dtype=np.float32), np.zeros(small.shape[:2], dtype=np.int32)
    for number, (row, column) in enumerate(zip(*np.unravel_index(seeds, small.shape[:2]), strict=True)):
        away = (rows - row) ** 2 + (columns - column) ** 2
        closer = away < nearest
        nearest[closer], cell[closer] = away[closer], number
    counts = np.maximum(np.bincount(cell.ravel(), minlength=_PANES), 1)
    means = np.stack([np.bincount(cell.ravel(), small[..., one].ravel(), _PANES) / counts for one in range(3)], axis=1)
    panes = pixels_of(image_of(means.astype(np.float32)[cell]).resize((width, height), Image.Resampling.NEAREST))
    parted = (cell != np.roll(cell, 1, 0)) | (cell != np.roll(cell, 1, 1))
    strips = Image.fromarray((parted * 255).astype(np.uint8)).resize((width, height)).filter(ImageFilter.MaxFilter(3))
    lead = np.clip(np.asarray(strips, dtype=np.float32) / 160, 0, 1)[..., None]
    lit = saturated(panes, 1.75) * 0.95 + 0.1 + (noise(random, (height, width), 40)[..., None] - 0.5) * 0.12
    return clipped(lit * vignette((height, width), 0.3) * (1 - lead) + tone(0.09, 0.09, 0.11) * lead)


def _lines(pixels: Pixels, colours: int, width: float) -> Pixels:
    """Where one flat colour ends and the next begins, 0–1: lines of this width in thousandths of the shorter side."""
    flat = _flattened(pixels, colours)
    changes = np.abs(flat - np.roll(flat, 1, 0)).sum(2) + np.abs(flat - np.roll(flat, 1, 1)).sum(2)
    drawn = Image.fromarray(((changes > 0.12) * 255).astype(np.uint8))
    size = max(3, round(width * unit_of(pixels)) // 2 * 2 + 1)
    thick = np.asarray(drawn.filter(ImageFilter.MaxFilter(size)), dtype=np.float32) / 255
    return clipped(blurred(thick, 0.9) * 1.2)


def _colouring(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Clear outlines on white, for somebody else's pencils."""
    return clipped(1 - _lines(pixels, 14, 3)[..., None] * tone(0.88, 0.88, 0.86))


def _icon(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """A few thick lines of one colour on a plain ground."""
    lines = _lines(blurred(pixels, 5 * unit_of(pixels)), 5, 11)[..., None]
    return clipped(tone(0.95, 0.965, 0.985) * (1 - lines) + tone(0.13, 0.29, 0.56) * lines)


def _woodcut(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Printed in one dark ink from a block of wood: lines that swell where it is dark."""
    unit, shape = unit_of(pixels), pixels.shape[:2]
    rows = np.indices(shape, dtype=np.float32)[0] + (noise(random, shape, 6) - 0.5) * 60 * unit
    wave = np.sin(rows / (2.1 * max(unit, 0.4))) * 0.5 + 0.5
    grey = np.clip((blurred(grey_of(pixels), 2 * unit) - 0.16) * 1.35, 0, 1)
    ink = np.clip((wave * 0.86 + 0.07 - grey) * 7 + 0.5, 0, 1)
    ink = np.maximum(ink, np.clip(edges_of(grey_of(pixels), 1.6 * unit) * 2 - 0.35, 0, 1))[..., None]
    ground = tone(0.955, 0.91, 0.82) * paper_grain(random, shape, 0.04)
    return clipped(ground * (1 - ink) + tone(0.14, 0.12, 0.13) * ink)


def _vista(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """A landscape photograph in low sun: deep colour, haze at the horizon, warm light from one side."""
    unit, shape = unit_of(pixels), pixels.shape[:2]
    rows = np.linspace(0, 1, shape[0], dtype=np.float32)[:, None, None]
    columns = np.linspace(1, 0, shape[1], dtype=np.float32)[None, :, None]
    haze = np.exp(-(((rows - 0.48) / 0.16) ** 2)) * 0.34
    deep = saturated(np.clip((blurred(pixels, 1.2 * unit) - 0.5) * 1.25 + 0.47, 0, 1).astype(np.float32), 1.3)
    lit = deep * (1 - haze) + tone(1, 0.83, 0.62) * haze
    return clipped((lit + columns**2 * tone(0.16, 0.09, 0.0)) * vignette(shape, 0.5))


def _stood_on(shape: tuple[int, int], mask: Image.Image, picture: Image.Image, ground: str, drop: int) -> Pixels:
    """A cut-out on a plain ground with its shadow."""
    height, width = shape
    done = Image.new("RGB", (width, height), ground)
    shade = Image.new("L", (width, height))
    shade.paste(mask, (drop, drop * 2))
    dark = Image.new("RGB", (width, height), "#7d7a86")
    done.paste(dark, (0, 0), shade.filter(ImageFilter.GaussianBlur(drop * 1.4)).point(lambda one: one // 2))
    done.paste(picture, (0, 0), mask)
    return pixels_of(done)


def _sticker(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Cut out with round corners and a white rim, with a shine on it."""
    (height, width), unit = pixels.shape[:2], unit_of(pixels)
    inset, rim, round_ = round(60 * unit), round(34 * unit), round(170 * unit)
    outer, inner = Image.new("L", (width, height)), Image.new("L", (width, height))
    ImageDraw.Draw(outer).rounded_rectangle((inset, inset, width - inset, height - inset), round_, 255)
    edge = inset + rim
    ImageDraw.Draw(inner).rounded_rectangle((edge, edge, width - edge, height - edge), round_ - rim, 255)
    rows, columns = np.indices((height, width), dtype=np.float32)
    shine = np.clip(1 - np.abs((rows + columns) / (height + width) - 0.27) / 0.055, 0, 1)[..., None] * 0.25
    face = Image.new("RGB", (width, height), "#ffffff")
    face.paste(image_of(clipped(saturated(pixels, 1.3) + shine)), (0, 0), inner)
    return _stood_on((height, width), outer, face, "#e4e9f1", max(2, round(9 * unit)))


def _isometric(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """A slab seen from above at an angle, with the picture on it."""
    (height, width), unit = pixels.shape[:2], unit_of(pixels)
    half, thick = 0.42 * min(width, height * 1.5), round(62 * unit)
    across, down = (width / 2 / half / 2, width / 2 / half), (height / 2 / half / 2, height / 2 / half)
    middle = (width / 2, height / 2 - thick / 2)

    def turned(lift: float) -> tuple[float, ...]:
        """From a place on the page to one in the picture, which lies turned by an eighth and half as high as wide."""
        x, y = middle[0], middle[1] + lift
        return (
            *(across[0], across[1], width / 2 - x * across[0] - y * across[1]),
            *(-down[0], down[1], height / 2 + x * down[0] - y * down[1]),
        )

    whole = Image.new("L", (width, height), 255)
    ground = Image.new("RGB", (width, height), "#e9e4f2")
    face = image_of(saturated(pixels, 1.2))
    for lift in range(thick, -1, -1):
        mask = whole.transform((width, height), Image.Transform.AFFINE, turned(lift), Image.Resampling.BILINEAR)
        layer = face.transform((width, height), Image.Transform.AFFINE, turned(lift), Image.Resampling.BILINEAR)
        ground.paste(layer if lift == 0 else layer.point(lambda one: one * 11 // 20), (0, 0), mask)
    return pixels_of(ground)


STYLES: dict[str, Callable[[Pixels, np.random.Generator], Pixels]] = {
    "papercut": _papercut,
    "glass": _glass,
    "colouring": _colouring,
    "icon": _icon,
    "woodcut": _woodcut,
    "vista": _vista,
    "sticker": _sticker,
    "isometric": _isometric,
}
