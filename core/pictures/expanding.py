"""A larger canvas: room beside a picture that somebody else fills. Pure and synchronous: call it in a worker thread."""

from __future__ import annotations

import numpy as np
from PIL import Image

from core.errors import BadInput
from core.pictures.files import LIMIT_MEGAPIXELS, encode, load_own
from core.pictures.masks import MaskKind, Region

SIDES = ("left", "right", "up", "down", "all")
ONE_SIDE, EACH_SIDE = 0.5, 0.25
"""How much is added, as a part of the picture's own width or height: to the side that was named, or to each of all four (our own rule)."""


def expanded(photo: bytes, side: str) -> tuple[bytes, Region]:
    """A picture with room at a side (of `SIDES`), and the region that this room is. The picture's own pixels, numbers and profile stay.

    The room continues the picture's edges, as a model is sent it. Raises `BadInput` as `core.pictures.files.load` does, and
    picture-too-many-pixels (limit_megapixels) where it would be too large.
    """
    image, profile = load_own(photo)
    left, right, up, down = _room(image.width, image.height, side)
    width, height = image.width + left + right, image.height + up + down
    if width * height > LIMIT_MEGAPIXELS * 1_000_000:
        raise BadInput("picture-too-many-pixels", limit_megapixels=LIMIT_MEGAPIXELS)
    pixels = np.pad(np.asarray(image), ((up, down), (left, right), (0, 0)), mode="edge")
    if image.mode == "RGBA":  # what is new is to be seen
        pixels[_new(width, height, left, right, up, down), 3] = 255
    region = Region(_new(width, height, left, right, up, down), MaskKind.ALPHA)
    return encode(Image.fromarray(pixels), "PNG", profile=profile), region


def _room(width: int, height: int, side: str) -> tuple[int, int, int, int]:
    """Pixels to add at the left, the right, above and below."""
    if side == "all":
        across, down = round(width * EACH_SIDE), round(height * EACH_SIDE)
        return across, across, down, down
    across, down = round(width * ONE_SIDE), round(height * ONE_SIDE)
    return across * (side == "left"), across * (side == "right"), down * (side == "up"), down * (side == "down")


def _new(
    width: int, height: int, left: int, right: int, up: int, down: int
) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    new = np.ones((height, width), np.bool_)
    new[up : height - down, left : width - right] = False
    return new
