"""The colour profile that a picture's numbers are in: out of it into sRGB, and out of sRGB into it.

Models draw in sRGB. A photo keeps its own numbers and its profile (Display P3, Adobe RGB …), and what a model drew is brought into them.
Pure and synchronous: call it in a worker thread.
"""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

_ALIKE = 1
"""By how much of 255 two profiles may differ that mean the same: what rounding does."""

_KINDS = {"RGB": "RGB ", "RGBA": "RGB ", "CMYK": "CMYK", "L": "GRAY"}
"""What a profile calls the numbers of each mode (ICC.1:2022, table 19)."""

# What littleCMS and its wrapper raise on profiles that are damaged, or that lead in one direction only.
_UNUSABLE = (ImageCms.PyCMSError, OSError, ValueError, TypeError, KeyError, AttributeError)


def holds(profile: bytes, mode: str) -> bool:
    """Whether a profile can be read and is one for pictures of this mode; what does not fit is ignored, as everywhere."""
    return bool(profile) and _kind_of(profile) == _KINDS.get(mode)


def to_srgb(image: Image.Image, profile: bytes, mode: str) -> Image.Image | None:
    """A picture (RGB, RGBA, CMYK or L) as sRGB in ``mode``; ``None`` where its profile does not fit it or means the same as sRGB."""
    if not holds(profile, image.mode) or (_KINDS[image.mode] == "RGB " and _is_srgb(profile)):
        return None
    try:
        return ImageCms.profileToProfile(image, _opened(profile), _srgb(), outputMode=mode)
    except _UNUSABLE:
        return None


def from_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """An sRGB picture (RGB or RGBA) in the numbers of an RGB profile; as it is where no way leads into that."""
    if not holds(profile, image.mode) or _is_srgb(profile):
        return image
    try:
        return ImageCms.profileToProfile(image, _srgb(), _opened(profile), outputMode=image.mode) or image
    except _UNUSABLE:
        return image


def _opened(profile: bytes) -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(profile))


def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@lru_cache(maxsize=8)
def _kind_of(profile: bytes) -> str:
    try:
        return str(_opened(profile).profile.xcolor_space)
    except _UNUSABLE:
        return ""


@lru_cache(maxsize=8)
def _is_srgb(profile: bytes) -> bool:
    """Told by what it does to some colours: there are a hundred sRGB profiles, and linear ones that have sRGB in their name."""
    steps = np.linspace(0, 255, 6).astype(np.uint8)
    colours = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(6, 36, 3)
    try:
        seen = ImageCms.profileToProfile(Image.fromarray(colours), _opened(profile), _srgb(), outputMode="RGB")
    except _UNUSABLE:
        return False
    return int(np.abs(np.asarray(seen, np.int16) - colours).max()) <= _ALIKE
