"""Which part of a photo is to change: understand what was sent as a mask, show it, keep it.

A mask comes as transparency, as black and white, or as a painted copy of the photo; out comes one `Region`. The
geometry of sending photo and region to a model, and of putting the answer back, is in `core.pictures.canvas`.
Pure and synchronous: call it in a worker thread.
"""

import io
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from core.errors import BadInput
from core.pictures.files import encode, inspect, load, opaque
from core.pictures.painted import find_paint
from core.pictures.scribbles import is_one_colour
from core.pictures.shapes import Mask, grow, scale_mask, shrink

PREVIEW_EDGE = 1280
"""Longest edge in pixels of the preview; chats show no more."""

_ROUNDING = 0.005  # by which a scaled copy's ratio may differ, or by one pixel: what scaling tools round
_COLOURED = 48  # spread of red, green and blue from which a pixel has colour, JPEG noise apart
_BLACK, _WHITE = 56, 200
_TINT = (255, 0, 144)
_KIND = "Fabula mask"  # PNG text chunk in which a stored region keeps its kind


class MaskKind(StrEnum):
    """How a mask says what is to change."""

    ALPHA = "alpha"
    """Transparent is changed: the one certain kind."""
    BLACK_AND_WHITE = "black-and-white"
    """White is changed, as in paint tools; some mean the opposite, so ask."""
    PAINTED = "painted"
    """What differs from the photo is changed: recognised, so ask."""


@dataclass(frozen=True, eq=False)
class Region:
    """The part of a photo that is to change, in the photo's own upright dimensions."""

    mask: Mask
    """H×W bool, True = change."""
    kind: MaskKind

    @property
    def share(self) -> float:
        """Part of the picture that will change, 0–1."""
        return float(self.mask.mean())

    @property
    def certain(self) -> bool:
        """Whether the mask can be meant in one way only, so that nobody needs to be asked."""
        return self.kind is MaskKind.ALPHA


def understand(photo: bytes, mask: bytes, *, invert: bool = False) -> Region:
    """Tell from a mask's content what it is, and what it wants changed: transparency, black and white, painted copy.

    The mask has the photo's size or ratio. Raises `BadInput`: mask-unclear for a picture that is no mask of this photo,
    mask-wrong-ratio (mask_size, photo_size) for a mask of another shape, mask-empty, mask-full, and for either file
    what `core.pictures.files.load` raises.
    """
    info = inspect(photo)
    size = info.width, info.height
    image = load(mask)
    if not _same_ratio(image.size, size):
        plainly_a_mask = _is_see_through(image) or _is_black_and_white(image.convert("RGB"))
        raise _wrong_ratio(image.size, size) if plainly_a_mask else BadInput("mask-unclear")
    region = _from_transparency(image, size, load(photo) if info.transparent else None)
    region = region or _from_colours(opaque(image), opaque(load(photo)))
    region = inverted(region) if invert else region
    if 0 < region.mask.sum() < region.mask.size:
        return region
    if not _same_ratio(image.size, size, rounding=0):  # says nothing and does not fit: most likely made for another
        raise _wrong_ratio(image.size, size)
    raise BadInput("mask-full" if region.mask.any() else "mask-empty")


def from_page(mask: bytes, size: tuple[int, int]) -> Region:
    """What was painted on our own page: a PNG of exactly the photo's `size` (width, height), transparent = change.

    Raises `BadInput`: mask-wrong-ratio (mask_size, photo_size) for any other size, mask-empty, mask-full, and what
    `core.pictures.files.load` raises.
    """
    info = inspect(mask)
    if (info.width, info.height) != size:
        raise _wrong_ratio((info.width, info.height), size)
    image = load(mask)
    clear = _clear(image) if image.mode == "RGBA" else np.zeros((image.height, image.width), np.bool_)
    if not clear.any() or clear.all():
        raise BadInput("mask-full" if clear.any() else "mask-empty")
    return Region(clear, MaskKind.ALPHA)


def check_marks(marks: bytes, size: tuple[int, int]) -> None:
    """Raise `BadInput` for what are no marks over a photo of this `size`: mask-wrong-ratio, mask-empty, and what `files.load` raises."""
    info = inspect(marks)
    if not same_shape((info.width, info.height), size):
        raise _wrong_ratio((info.width, info.height), size)
    image = load(marks)
    if image.mode != "RGBA" or not 0 < int((np.asarray(image.getchannel("A")) > 0).sum()) < image.width * image.height:
        raise BadInput("mask-empty")


def painted_over(photo: bytes, copy: bytes) -> Region | None:
    """What of a photo that we know was painted over with a pen in a copy of it; `None` where that is another picture, or differs otherwise.

    Raises `BadInput` as `core.pictures.files.load` does.
    """
    image = opaque(load(copy))
    paint = find_paint(opaque(load(photo)), image)
    if paint is None or not paint.any() or paint.all():
        return None
    if not is_one_colour(image, scale_mask(paint, image.size)):
        return None
    return Region(paint, MaskKind.PAINTED)


def same_shape(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two sizes (width, height) have one ratio, so that one picture can be a scaled copy of the other."""
    return _same_ratio(one, other)


def inverted(region: Region) -> Region:
    """What was to be kept is to change, and the other way round."""
    return Region(~region.mask, region.kind)


def tint(photo: bytes, region: Region) -> bytes:
    """The preview of a region: tinted and outlined in black and white, the rest dimmed. JPEG, at most `PREVIEW_EDGE`."""
    image = opaque(load(photo))
    image.thumbnail((PREVIEW_EDGE, PREVIEW_EDGE), Image.Resampling.LANCZOS)
    mask = scale_mask(region.mask, image.size)
    pixels = np.asarray(image, np.float32)
    inside = pixels * 0.5 + np.array(_TINT, np.float32) * 0.5
    shown = np.where(mask[..., None], inside, pixels * 0.6 + 16)
    line = max(1, round(max(image.size) / 400))
    shown[grow(mask, 2 * line) & ~mask] = 0  # dark on light pictures, light on dark ones: seen on any
    shown[mask & ~shrink(mask, line)] = 255
    return encode(Image.fromarray(shown.astype(np.uint8)), "JPEG")


def encode_region(region: Region) -> bytes:
    """A region as a PNG of 1 bit a pixel (white = change), small enough to keep between turns."""
    note = PngInfo()
    note.add_text(_KIND, region.kind)
    stream = io.BytesIO()
    Image.fromarray(region.mask).save(stream, "PNG", pnginfo=note, optimize=True)
    return stream.getvalue()


def decode_region(data: bytes) -> Region:
    """What `encode_region` wrote. Raises ValueError for anything else."""
    with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
        if image.mode != "1" or _KIND not in image.info:
            raise ValueError("not a stored region")
        return Region(np.array(image, np.bool_), MaskKind(image.info[_KIND]))


def _from_transparency(image: Image.Image, size: tuple[int, int], photo: Image.Image | None) -> Region | None:
    """Kind 1. Transparency that the photo itself has (a copy of a sticker) is not a mask."""
    if not _is_see_through(image):
        return None
    clear = scale_mask(_clear(image), size)
    if photo is not None and photo.mode == "RGBA":
        own = _clear(photo)
        if own.any() and (own != clear).mean() < 0.005:
            return None
    return Region(clear, MaskKind.ALPHA)


def _is_see_through(image: Image.Image) -> bool:
    return image.mode == "RGBA" and bool(_clear(image).any())


def _clear(image: Image.Image) -> Mask:
    """Where an RGBA picture is more transparent than opaque."""
    clear: Mask = np.asarray(image.getchannel("A")) < 128
    return clear


def _from_colours(image: Image.Image, photo: Image.Image) -> Region:
    """Kinds 2 and 3, from opaque pictures; where the photo itself is black and white, a painted copy comes first."""
    plain = _is_black_and_white(image)
    if not plain or _is_black_and_white(photo):
        paint = find_paint(photo, image)
        if paint is not None:
            return Region(paint, MaskKind.PAINTED)
    if not plain:
        raise BadInput("mask-unclear")
    return Region(scale_mask(np.asarray(image.convert("L")) >= 128, photo.size), MaskKind.BLACK_AND_WHITE)


def _is_black_and_white(image: Image.Image) -> bool:
    """Hardly a pixel has colour, and nearly all are black or white; soft brushes and JPEG noise are allowed."""
    step = max(1, max(image.size) // 512)
    planes = np.asarray(image)[::step, ::step].transpose(2, 0, 1).astype(np.int16, order="C")
    spread = planes.max(axis=0) - planes.min(axis=0)
    light = planes.mean(axis=0)
    extreme = (light < _BLACK) | (light > _WHITE)
    return bool((spread > _COLOURED).mean() < 0.002 and extreme.mean() > 0.9)


def _same_ratio(mask: tuple[int, int], photo: tuple[int, int], rounding: float = _ROUNDING) -> bool:
    """Whether the mask can be the photo's frame scaled; without `rounding`, exactly to the nearest pixel."""
    if not rounding:
        exact = (round(mask[0] * photo[1] / photo[0]), round(mask[1] * photo[0] / photo[1]))
        return mask[1] == exact[0] and mask[0] == exact[1]
    one_pixel = max(photo)
    return abs(mask[0] * photo[1] - mask[1] * photo[0]) <= max(one_pixel, rounding * mask[0] * photo[1])


def _wrong_ratio(mask: tuple[int, int], photo: tuple[int, int]) -> BadInput:
    return BadInput("mask-wrong-ratio", mask_size="{}×{}".format(*mask), photo_size="{}×{}".format(*photo))
