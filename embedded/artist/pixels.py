"""Arithmetic on pixels that all styles share: H×W×3 (or H×W) float32, 0–1."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

#: Colours or brightness; float32 where it is made here.
Pixels: TypeAlias = NDArray[np.floating[Any]]


def pixels_of(picture: Image.Image) -> Pixels:
    """The colours of a picture, its alpha left out."""
    return np.asarray(picture.convert("RGB"), dtype=np.float32) / np.float32(255)


def image_of(pixels: Pixels) -> Image.Image:
    """The picture of pixels, clipped to what can be shown."""
    return Image.fromarray((np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8))


def tone(*channels: float) -> Pixels:
    """One colour (or factors for one) to multiply or add to pixels."""
    return np.array(channels, dtype=np.float32)


def clipped(pixels: Pixels) -> Pixels:
    """The pixels within 0–1."""
    within: Pixels = np.clip(pixels, 0, 1).astype(np.float32)
    return within


def blurred(pixels: Pixels, radius: float) -> Pixels:
    """Gaussian blur of H×W or H×W×3 pixels, radius in pixels."""
    blurred = Image.fromarray((np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(radius)
    )
    return np.asarray(blurred, dtype=np.float32) / np.float32(255)


def grey_of(pixels: Pixels) -> Pixels:
    """Brightness as the eye sees it (Rec. 601 weights), H×W."""
    return pixels @ tone(0.299, 0.587, 0.114)


def noise(random: np.random.Generator, shape: tuple[int, int], cells: float) -> Pixels:
    """Soft noise 0–1 of about `cells` patches along the shorter side, H×W."""
    short = min(shape)
    rows, columns = (max(2, round(cells * side / short)) + 1 for side in shape)
    coarse = Image.fromarray(random.integers(0, 256, (rows, columns), dtype=np.uint8))
    smooth = coarse.resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
    return np.asarray(smooth, dtype=np.float32) / np.float32(255)


def paper_grain(random: np.random.Generator, shape: tuple[int, int], depth: float) -> Pixels:
    """The light and shade of rough paper, about 1, H×W×1."""
    grain = (
        np.asarray(
            Image.fromarray(random.integers(0, 256, shape, dtype=np.uint8)).filter(ImageFilter.GaussianBlur(0.8)),
            dtype=np.float32,
        )
        / 255
    )
    relief = grain - np.roll(grain, (1, 1), (0, 1))
    return (1 + relief * depth * 3 + (noise(random, shape, 90) - 0.5) * depth)[..., None].astype(np.float32)


def wobbled(pixels: Pixels, random: np.random.Generator, amount: float, cells: float = 22) -> Pixels:
    """The picture as a hand that is not quite steady would copy it; `amount` in pixels."""
    height, width = pixels.shape[:2]
    rows, columns = np.indices((height, width), dtype=np.float32)
    rows += (noise(random, (height, width), cells) - 0.5) * 2 * amount
    columns += (noise(random, (height, width), cells) - 0.5) * 2 * amount
    moved: Pixels = pixels[
        np.clip(rows.round(), 0, height - 1).astype(np.int32), np.clip(columns.round(), 0, width - 1).astype(np.int32)
    ]
    return moved


def saturated(pixels: Pixels, amount: float) -> Pixels:
    """More (above 1) or less colour."""
    grey = grey_of(pixels)[..., None]
    return clipped(grey + (pixels - grey) * amount)


def edges_of(grey: Pixels, radius: float) -> Pixels:
    """Where brightness changes, 0–1, H×W."""
    soft = blurred(grey, radius)
    down, across = np.gradient(soft)
    return clipped(np.hypot(down, across) * 9 * radius**0.5)


def pencil_lines(grey: Pixels) -> Pixels:
    """Pencil lines on white: the brightness divided by its own blur."""
    return np.clip((grey + 0.02) / (blurred(grey, 3.2) + 0.02), 0, 1).astype(np.float32) ** 2.2


def vignette(shape: tuple[int, int], strength: float) -> Pixels:
    """A soft fall of light to the corners, H×W×1."""
    rows = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None]
    columns = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :]
    return (1 - strength * np.clip((rows**2 + columns**2) / 2, 0, 1) ** 1.3)[..., None].astype(np.float32)


def unit_of(pixels: Pixels) -> float:
    """Pixels per thousandth of the shorter side."""
    return float(min(pixels.shape[:2])) / 1000
