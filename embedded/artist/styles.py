"""Finishing a drawing in a style: watercolour, ink, pencil, pixels, print, oil … with Pillow and numpy alone.

Every style is a function from pixels (H×W×3 float32, 0–1) and random numbers to pixels; transparency is kept aside.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageFilter

from embedded.artist import crafts
from embedded.artist.pixels import (
    Pixels,
    blurred,
    clipped,
    edges_of,
    grey_of,
    image_of,
    noise,
    paper_grain,
    pencil_lines,
    pixels_of,
    saturated,
    tone,
    unit_of,
    vignette,
    wobbled,
)

#: Strokes of oil are followed at this length of the longer side, then scaled up.
_OIL_SIDE = 720


def finished(picture: Image.Image, style: str, seed: int, *, margin: bool = True) -> Image.Image:
    """The RGBA picture in a style; of the same size, its transparency kept. Unknown styles leave it as it is.

    Without `margin` the style covers the picture to its edges: for a piece of a larger one.
    """
    filters = _STYLES.get(style)
    if filters is None:
        return picture
    random = np.random.default_rng([seed & 0xFFFFFFFF, sum(map(ord, style))])
    alpha = picture.getchannel("A")
    flat = Image.new("RGB", picture.size, "#f4efe6")
    flat.paste(picture, (0, 0), alpha)
    opaque = alpha.getextrema() == (255, 255)
    pixels = filters(pixels_of(flat), random)
    if opaque and margin and style in _MARGINS:
        pixels = _margin(pixels, random, _MARGINS[style])
    if opaque and margin and style == "ink":
        pixels = _sealed(pixels, unit_of(pixels))
    if opaque and margin and style == "poster":
        pixels = _framed(pixels, max(4, round(46 * unit_of(pixels))), max(1, round(7 * unit_of(pixels))))
    done = image_of(pixels).convert("RGBA")
    if not opaque:
        done.putalpha(_coarse(alpha) if style == "pixel" else alpha)
    return done


def unfinished(picture: Image.Image, share: float) -> Image.Image:
    """The picture, as RGBA, when only `share` (0–1) of the work was done: pencil lines first, then ever clearer colour."""
    share = max(0.0, min(1.0, share))
    alpha = picture.convert("RGBA").getchannel("A")
    small = picture.convert("RGB")
    small.thumbnail((512, 512))
    pixels = pixels_of(small)
    random = np.random.default_rng(7)
    rough = wobbled(pixels, random, 2.5 * (1 - share))
    lines = pencil_lines(grey_of(rough))[..., None]
    paper = tone(0.965, 0.945, 0.905)
    wash = blurred(rough, 1 + 9 * (1 - share))
    cover = np.clip(noise(random, pixels.shape[:2], 5)[..., None] * 0.5 + share * 1.5 - 0.5, 0.06, 1)
    sketch = paper * (1 - cover) + wash * cover
    sketch = sketch * (1 - (1 - lines) * (0.75 - 0.35 * share))
    done = image_of(sketch.astype(np.float32)).resize(picture.size, Image.Resampling.BICUBIC).convert("RGBA")
    done.putalpha(alpha)
    return done


def _margin(pixels: Pixels, random: np.random.Generator, width: float) -> Pixels:
    """Bare paper around a painting, with a brush's uneven edge; `width` is a share of the shorter side."""
    height, wide = pixels.shape[:2]
    rows = np.minimum(np.arange(height), np.arange(height)[::-1])[:, None]
    columns = np.minimum(np.arange(wide), np.arange(wide)[::-1])[None, :]
    near = np.minimum(rows, columns).astype(np.float32) / min(height, wide)
    rough = (noise(random, (height, wide), 14) - 0.5) * width * 1.4 + (
        noise(random, (height, wide), 70) - 0.5
    ) * width * 0.5
    painted = np.clip((near - width + rough) / 0.006, 0, 1)[..., None]
    rim = np.clip(1 - np.abs(near - width + rough - 0.006) / 0.008, 0, 1)[..., None] * painted
    paper = tone(0.972, 0.955, 0.92) * paper_grain(random, (height, wide), 0.03)
    return clipped(paper * (1 - painted) + pixels * (1 - 0.14 * rim) * painted)


def _watercolour(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Thin colour that pools at its edges and lets the paper through."""
    unit, shape = unit_of(pixels), pixels.shape[:2]
    wet = blurred(wobbled(pixels, random, 5 * unit, 26), 1.4 * unit)
    bleeding = np.clip(noise(random, shape, 5) * 1.6 - 0.55, 0, 1)[..., None]
    wet = wet * (1 - bleeding * 0.6) + blurred(wet, 14 * unit) * bleeding * 0.6
    pooled = edges_of(grey_of(wet), 2.2 * unit)[..., None]
    density = (
        0.84
        + 0.34 * (noise(random, shape, 7) - 0.5)
        + 0.2 * (noise(random, shape, 30) - 0.5)
        + 0.12 * (noise(random, shape, 80) - 0.5)
    )
    absorbed = (1 - saturated(wet, 1.15)) * density[..., None] + pooled * 0.13
    blooms = np.clip(1 - np.abs(noise(random, shape, 6) - 0.6) / 0.012, 0, 1)[..., None] * 0.035
    return clipped((1 - absorbed - blooms) * tone(1, 0.99, 0.965) * paper_grain(random, shape, 0.07))


def _ink(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Ink and water on warm paper: few tones, soft borders, a breath of colour."""
    unit, shape = unit_of(pixels), pixels.shape[:2]
    moved = wobbled(pixels, random, 6 * unit, 20)
    grey = grey_of(moved)
    soft = blurred(grey, 6 * unit)
    low, high = np.percentile(soft, (3, 97))
    level = np.clip((soft - low) / max(0.2, high - low), 0, 1)
    steps = level * 4
    washed = (np.floor(steps) + np.clip((steps % 1) * 4, 0, 1)) / 4
    wash = (1 - washed) * 0.56 * (0.7 + 0.6 * noise(random, shape, 9)) + edges_of(soft, 3 * unit) * 0.2
    lines = (1 - pencil_lines(grey)) * (0.7 + 0.5 * noise(random, shape, 40))
    dark = np.clip(wash + lines * 1.25 + np.clip((blurred(grey, 34 * unit) - grey) * 2.2 - 0.12, 0, 0.6), 0, 0.95)[
        ..., None
    ]
    paper = tone(0.955, 0.925, 0.855) * paper_grain(random, shape, 0.05)
    tint = blurred(saturated(moved, 0.55), 5 * unit)
    inked = paper * (1 - dark) + tone(0.11, 0.11, 0.13) * dark
    return clipped(inked * (0.8 + 0.2 * tint / np.maximum(0.35, grey_of(tint)[..., None])))


def _sealed(pixels: Pixels, unit: float) -> Pixels:
    """A painter's red seal in the lower right corner: a moon over a wave, no writing. Too small pictures go without."""
    side = round(62 * unit)
    if side < 8:
        return pixels
    top, left = pixels.shape[0] - round(side * 2.1), pixels.shape[1] - round(side * 2.1)
    rows, columns = np.mgrid[0 : 1 : side * 1j, 0 : 1 : side * 1j]
    distance = np.hypot(rows - 0.4, columns - 0.5)
    wave = np.abs(rows - 0.76 - 0.05 * np.sin(columns * 12)) < 0.045
    stamp = np.where((np.abs(distance - 0.2) < 0.05) | (wave & (np.abs(columns - 0.5) < 0.33)), 0.0, 0.86)[..., None]
    sealed = pixels.copy()
    area = sealed[top : top + side, left : left + side]
    area[...] = area * (1 - stamp) + tone(0.75, 0.17, 0.13) * stamp
    return sealed


def _sketch(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Pencil: lines, three layers of hatching where it is dark, and a hint of coloured pencil."""
    unit, shape = unit_of(pixels), pixels.shape[:2]
    moved = wobbled(pixels, random, 3 * unit, 30)
    grey = grey_of(moved)
    soft = blurred(grey, 3 * unit)
    low, high = np.percentile(soft, (2, 96))
    level = np.clip((soft - low) / max(0.25, high - low), 0, 1)
    rows, columns = np.indices(shape, dtype=np.float32)
    bend = noise(random, shape, 6) * 22 * unit
    shade = np.zeros(shape, dtype=np.float32)
    for limit, across, pitch in ((0.72, 0.8, 7.5), (0.48, -0.9, 7.0), (0.25, 0.05, 5.5)):
        stripes = 0.5 + 0.5 * np.sin((columns * across + rows + bend) / (pitch * unit) * 2 * np.pi * 0.7)
        shade += np.clip((limit - level) * 2.2, 0, 1) * stripes**2 * 0.34
    shade *= 0.6 + 0.8 * noise(random, shape, 60)
    lines = (1 - pencil_lines(grey)) * (0.75 + 0.4 * noise(random, shape, 45))
    dark = np.clip(shade * 1.15 + lines * 1.5, 0, 0.94)[..., None]
    paper = tone(0.975, 0.965, 0.94) * paper_grain(random, shape, 0.045)
    colour = 1 - (1 - blurred(saturated(moved, 1.2), 3 * unit)) * 0.26
    return clipped(paper * colour * (1 - dark) + tone(0.2, 0.19, 0.22) * dark)


def _pixel_art(pixels: Pixels, _: np.random.Generator) -> Pixels:
    """Large square pixels in 40 colours."""
    height, width = pixels.shape[:2]
    share = 132 / max(height, width)
    size = max(8, round(width * share)), max(8, round(height * share))
    sharp = image_of(saturated(pixels, 1.22)).filter(ImageFilter.UnsharpMask(round(6 * unit_of(pixels)) or 1, 90, 2))
    small = (
        sharp.resize(size, Image.Resampling.BOX)
        .quantize(40, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        .convert("RGB")
    )
    return pixels_of(small.resize((width, height), Image.Resampling.NEAREST))


def _coarse(alpha: Image.Image) -> Image.Image:
    """An alpha channel in the same large pixels, fully there or not."""
    width, height = alpha.size
    share = 132 / max(height, width)
    small = alpha.resize((max(8, round(width * share)), max(8, round(height * share))), Image.Resampling.BOX)
    return small.point(lambda value: 255 if value > 110 else 0).resize(alpha.size, Image.Resampling.NEAREST)


def _dots(grey: Pixels, pitch: float, angle: float) -> Pixels:
    """A halftone screen: 1 where ink falls for this brightness, with soft edges, H×W."""
    rows, columns = np.indices(grey.shape, dtype=np.float32)
    turn = np.deg2rad(angle)
    u = (columns * np.cos(turn) + rows * np.sin(turn)) / pitch
    v = (-columns * np.sin(turn) + rows * np.cos(turn)) / pitch
    distance = np.hypot(u - np.round(u), v - np.round(v))
    return clipped((np.sqrt(1 - grey) * 0.72 - distance) * pitch * 0.7 + 0.5)


def _poster(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """A screen print of a hundred years ago: few faded inks, dots, a cream border."""
    unit, shape = unit_of(pixels), pixels.shape[:2]
    warm = saturated(pixels, 1.1) * tone(1.02, 0.97, 0.84) + tone(0.03, 0.02, 0.02)
    whole = image_of(warm)
    few = whole.resize((160, 160), Image.Resampling.BOX).quantize(13, Image.Quantize.MAXCOVERAGE, kmeans=2)
    smooth = whole.filter(ImageFilter.MedianFilter(3)).quantize(palette=few, dither=Image.Dither.NONE).convert("RGB")
    inks = pixels_of(smooth) * 0.86 + tone(0.97, 0.92, 0.8) * 0.1
    shift = max(1, round(2.2 * unit))
    inks[..., 0] = np.roll(inks[..., 0], shift, axis=1)
    inks[..., 2] = np.roll(inks[..., 2], -shift, axis=0)
    screen = _dots(np.clip(blurred(grey_of(pixels), 8 * unit) * 0.75 + 0.25, 0, 1), 9 * unit, 32)[..., None]
    inks = inks * (1 - 0.1 * screen)
    worn = np.clip((noise(random, shape, 120) - 0.72) * 5, 0, 1)[..., None] * 0.16
    printed = inks * (1 - worn) + tone(0.96, 0.92, 0.83) * worn
    return clipped(printed * paper_grain(random, shape, 0.035))


def _framed(pixels: Pixels, border: int, line: int) -> Pixels:
    """A cream border with a dark line inside; widths in pixels."""
    framed = np.empty_like(pixels)
    framed[...] = tone(0.955, 0.915, 0.82)
    framed[border - 2 * line : 2 * line - border, border - 2 * line : 2 * line - border] = tone(0.2, 0.2, 0.24)
    framed[border - line : line - border, border - line : line - border] = tone(0.955, 0.915, 0.82)
    framed[border:-border, border:-border] = pixels[border:-border, border:-border]
    return framed


def _oil(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Thick strokes that follow the forms and swirl where there are none."""
    height, width = pixels.shape[:2]
    share = min(1.0, _OIL_SIDE / max(height, width))
    small = image_of(saturated(pixels, 1.25)).resize(
        (max(8, round(width * share)), max(8, round(height * share))), Image.Resampling.BOX
    )
    base = pixels_of(small)
    shape = base.shape[:2]
    dabs = (random.random(shape, dtype=np.float32) - 0.5)[..., None]
    base = np.clip(base + dabs * 0.42 * tone(1, 0.9, 0.8), 0, 1)
    angle = _flow(grey_of(pixels_of(small)), random)
    painted = _smeared(base, angle, 9)
    ridge = _smeared(dabs, angle, 7)[..., 0]
    relief = np.clip((ridge - np.roll(ridge, (1, 1), (0, 1))) * 1.5, -0.12, 0.14)[..., None]
    return pixels_of(image_of(np.clip(painted + relief, 0, 1)).resize((width, height), Image.Resampling.BICUBIC))


def _flow(grey: Pixels, random: np.random.Generator) -> Pixels:
    """The direction of strokes in radians, H×W: along edges, in slow swirls elsewhere."""
    soft = blurred(grey, 2.2)
    down: Pixels = np.gradient(soft, axis=0)
    across: Pixels = np.gradient(soft, axis=1)
    swirl = noise(random, grey.shape[:2], 4) * 2 * np.pi
    weak = 0.0006
    xx = blurred(clipped((across**2 - down**2) * 60 + 0.5), 5) - 0.5
    xy = blurred(clipped(across * down * 120 + 0.5), 5) - 0.5
    xx, xy = xx + weak * 8 * np.cos(swirl), xy + weak * 8 * np.sin(swirl)
    flow: Pixels = (0.5 * np.arctan2(xy, xx) + np.pi / 2).astype(np.float32)
    return flow


def _smeared(pixels: Pixels, angle: Pixels, length: int) -> Pixels:
    """Every pixel the mean of those on its stroke, `length` steps each way."""
    height, width = angle.shape
    step_rows, step_columns = np.sin(angle), np.cos(angle)
    total, flat = pixels.copy(), pixels.reshape(height * width, -1)
    start_rows, start_columns = np.indices((height, width), dtype=np.float32)
    for way in (1.0, -1.0):
        rows, columns = start_rows.copy(), start_columns.copy()
        for _ in range(length):
            at = np.clip(rows, 0, height - 1).astype(np.int32) * width + np.clip(columns, 0, width - 1).astype(np.int32)
            rows += step_rows.take(at) * way * 1.3
            columns += step_columns.take(at) * way * 1.3
            at = np.clip(rows, 0, height - 1).astype(np.int32) * width + np.clip(columns, 0, width - 1).astype(np.int32)
            total += flat.take(at.ravel(), axis=0).reshape(pixels.shape)
    return total / np.float32(1 + 2 * length)


def _pop_art(pixels: Pixels, _: np.random.Generator) -> Pixels:
    """Loud colours, hard steps, dots in the light parts, black lines."""
    unit = unit_of(pixels)
    loud = saturated(pixels, 1.9)
    steps = np.round(np.clip((loud - 0.5) * 1.2 + 0.53, 0, 1) * 4) / 4
    grey = grey_of(pixels)
    screen = _dots(np.clip(blurred(grey, 6 * unit) * 0.8 + 0.12, 0, 1), 12 * unit, 45)[..., None]
    light = np.clip((grey - 0.35) * 3, 0, 1)[..., None]
    dotted = steps * (1 - screen * light * tone(0.04, 0.34, 0.3))
    lines = np.clip((1 - pencil_lines(grey)) * 1.5, 0, 1)[..., None]
    return clipped(dotted * (1 - lines) + tone(0.06, 0.04, 0.1) * lines)


def _crayon(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Wax on rough paper, rubbed in one direction."""
    unit, shape = unit_of(pixels), pixels.shape[:2]
    moved = wobbled(pixels, random, 7 * unit, 18)
    grain = random.random((shape[0], shape[1]), dtype=np.float32)
    rubbed = sum((np.roll(grain, (step, -step), (0, 1)) for step in range(9)), np.zeros(shape, dtype=np.float32)) / 9
    tooth = blurred(np.clip((rubbed - 0.5) * 3.2 + 0.5, 0, 1).astype(np.float32), 0.7)
    dark = 1 - grey_of(moved)
    cover = np.clip((tooth - 0.44 + dark * 0.34) * 4.5, 0, 1)[..., None] * 0.92 + 0.08
    colour = np.clip(saturated(blurred(moved, 1.2 * unit), 1.35) * (0.9 + 0.2 * tooth[..., None]), 0, 1)
    paper = tone(0.985, 0.97, 0.935) * paper_grain(random, shape, 0.04)
    return clipped(paper * (1 - cover) + colour * cover)


def _neon(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Night, wet streets, and every edge a tube of light."""
    unit, shape = unit_of(pixels), pixels.shape[:2]
    grey = grey_of(pixels)
    edges = edges_of(grey, 1.6 * unit)[..., None]
    down = np.linspace(0, 1, shape[0], dtype=np.float32)[:, None, None]
    tube = tone(0.15, 0.95, 1.0) * (1 - down) + tone(1.0, 0.2, 0.75) * down
    vivid = saturated(pixels, 2.0)
    lamp = np.clip(tube * 0.65 + vivid * 0.5, 0, 1) * edges
    dark = vivid * tone(0.34, 0.2, 0.5) * (0.3 + grey[..., None] * 0.75) + tone(0.03, 0.01, 0.08)
    glow = (
        blurred(np.clip(lamp, 0, 1).astype(np.float32), 9 * unit) * 1.15
        + blurred(np.clip(lamp, 0, 1).astype(np.float32), 30 * unit) * 0.9
    )
    scan = (0.94 + 0.06 * np.cos(np.arange(shape[0], dtype=np.float32) / max(1.5, 1.6 * unit)))[:, None, None]
    return clipped((dark + lamp * 0.95 + glow) * scan * vignette(shape, 0.35))


def _mono(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """A black-and-white photograph on warm paper."""
    grey = grey_of(pixels * tone(1.1, 1.0, 0.8))
    low, high = np.percentile(grey, (1, 99))
    level = np.clip((grey - low) / max(0.2, high - low), 0, 1)
    level = level * level * (3 - 2 * level) * 0.6 + level * 0.4
    grain = (random.random(grey.shape, dtype=np.float32) - 0.5) * 0.07
    toned = (level * 0.92 + 0.04 + grain)[..., None] * tone(1.0, 0.975, 0.93)
    return clipped(toned * vignette(pixels.shape[:2], 0.45))


def _film(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """A film still: teal shadows, warm lights, bloom, edges out of focus."""
    unit, shape = unit_of(pixels), pixels.shape[:2]
    rows = np.abs(np.linspace(-1.15, 0.9, shape[0], dtype=np.float32))[:, None, None]
    away = np.clip((rows - 0.42) * 1.6, 0, 1)
    focus = pixels * (1 - away) + blurred(pixels, 7 * unit) * away
    bright = blurred((np.clip(focus - 0.62, 0, 1) * 2).astype(np.float32), 22 * unit)
    grey = grey_of(focus)[..., None]
    graded = focus * 0.94 + (tone(-0.05, 0.02, 0.05) * (1 - grey) + tone(0.08, 0.025, -0.06) * grey)
    curve = np.clip((graded - 0.5) * 1.13 + 0.49, 0, 1)
    grain = (random.random((*shape, 1), dtype=np.float32) - 0.5) * 0.045
    return clipped((curve + bright * 0.4) * vignette(shape, 0.42) + grain)


def _anime(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Clear bright colour, light that spills over edges, shafts of sun."""
    unit, shape = unit_of(pixels), pixels.shape[:2]
    clear = saturated(np.clip((pixels - 0.5) * 1.08 + 0.53, 0, 1).astype(np.float32), 1.38)
    spill = blurred((np.clip(clear - 0.55, 0, 1) * 1.9).astype(np.float32), 26 * unit)
    rows, columns = np.indices(shape, dtype=np.float32)
    shaft = np.clip(np.sin((columns + rows * 0.55) / (150 * unit) + float(random.random()) * 6) - 0.55, 0, 1)
    fall = np.linspace(1, 0, shape[0], dtype=np.float32)[:, None]
    shine = (shaft * fall * 0.34)[..., None] * tone(1, 0.96, 0.8)
    lit = 1 - (1 - clear) * (1 - np.clip(spill * 0.42, 0, 1)) * (1 - shine)
    return clipped(lit * tone(0.99, 1.0, 1.03))


def _clay(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Modelled in clay: round edges lit from the upper left, finger marks."""
    unit, shape = unit_of(pixels), pixels.shape[:2]
    smooth = np.asarray(image_of(pixels).filter(ImageFilter.MedianFilter(5)), dtype=np.float32) / 255
    soft = blurred(smooth.astype(np.float32), 1.6 * unit)
    height = (
        blurred(grey_of(soft), 5 * unit)
        + (noise(random, shape, 34) - 0.5) * 0.07
        + (noise(random, shape, 90) - 0.5) * 0.025
    )
    reach = max(2, round(4 * unit))
    light = np.clip((height - np.roll(height, (-reach, -reach), (0, 1))) * -2.6, -0.3, 0.3)[..., None]
    rim = np.clip((blurred(grey_of(soft), 2 * unit) - blurred(grey_of(soft), 14 * unit)) * 0.8, -0.22, 0.22)[..., None]
    return clipped(saturated(soft, 1.15) * (1 + light * 0.9 + rim) * 0.97 + 0.02)


_STYLES: dict[str, Callable[[Pixels, np.random.Generator], Pixels]] = {
    "watercolour": _watercolour,
    "ink": _ink,
    "sketch": _sketch,
    "pixel": _pixel_art,
    "poster": _poster,
    "oil": _oil,
    "popart": _pop_art,
    "crayon": _crayon,
    "neon": _neon,
    "mono": _mono,
    "film": _film,
    "anime": _anime,
    "clay": _clay,
} | crafts.STYLES

#: Styles that leave a margin of bare paper, as a share of the shorter side.
_MARGINS = {"watercolour": 0.035, "ink": 0.03, "sketch": 0.04, "crayon": 0.035}
