"""The geometry of an edit: a photo on a canvas of a size that the model draws, and the answer back in the photo.

Photo and region are scaled together and then padded, never stretched; the answer is cropped, scaled back and laid
under the original, which is untouched outside the region. Pure and synchronous: call it in a worker thread.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.pictures.colours import from_srgb
from core.pictures.files import encode, inspect, is_plain, load, load_own, opaque
from core.pictures.masks import Region
from core.pictures.shapes import Mask, depth, scale_mask
from core.pictures.sizes import FREE_SIZES, Size, SizeRule

COARSE_EDGE, COARSE_SCALE = 512, 0.8
"""Pixels of the shorter edge, and canvas pixels for one of the photo, below which (both) detail is lost that mattered: letters, faces."""


FEATHER_MOST = 64
"""Pixels of a photo over which a change may fade in, at most (our own rule)."""

_BAND = 256
"""Rows that are blended at a time: in fractions they take ten times the room of a picture."""


@dataclass(frozen=True)
class Canvas:
    """Where a scaled photo lies on the picture that a model is sent and draws."""

    photo: Size
    """The photo's own size, upright."""
    size: Size
    """The size to request."""
    box: tuple[int, int, int, int]
    """Left, top, right and bottom of the scaled photo on the canvas; around it is padding."""

    @property
    def width(self) -> int:
        """Width to request, in pixels."""
        return self.size[0]

    @property
    def height(self) -> int:
        """Height to request, in pixels."""
        return self.size[1]

    @property
    def scale(self) -> float:
        """Canvas pixels for one pixel of the photo."""
        return (self.box[2] - self.box[0]) / self.photo[0]

    @property
    def coarse(self) -> bool:
        """Whether so little of the photo's detail is left on it that somebody would see: a long screenshot, a panorama."""
        return self.scale < COARSE_SCALE and min(self.drawn) < COARSE_EDGE

    @property
    def drawn(self) -> Size:
        """The size of the scaled photo on it."""
        return self.box[2] - self.box[0], self.box[3] - self.box[1]


def fit_canvas(width: int, height: int, rule: SizeRule = FREE_SIZES) -> Canvas:
    """The allowed size that suits a photo best: its ratio first (least padding), then about its number of pixels."""
    wanted = min(max(width * height, rule.fewest_pixels), rule.sensible_pixels)

    def cost(size: Size) -> float:
        box = _scaled_to_fit((width, height), size)
        padding = 1 - math.prod(box) / math.prod(size)
        return padding + 0.05 * abs(math.log(math.prod(size) / wanted))

    size = min(_sizes(width / height, rule), key=cost)
    box = _scaled_to_fit((width, height), size)
    left, top = (size[0] - box[0]) // 2, (size[1] - box[1]) // 2
    return Canvas((width, height), size, (left, top, left + box[0], top + box[1]))


def canvas_for(photo: bytes, rule: SizeRule = FREE_SIZES) -> Canvas:
    """`fit_canvas` for a picture file. Raises `BadInput` as `core.pictures.files.inspect` does."""
    info = inspect(photo)
    return fit_canvas(info.width, info.height, rule)


def to_canvas(photo: bytes, canvas: Canvas) -> bytes:
    """The photo scaled onto its canvas, the padding continued from its edges. PNG, RGB: opaque, because a model would
    read transparency as a mask. A file that is all this already is sent as it is: nothing is lost, and whoever drew it may know it again.
    Raises `BadInput` as `core.pictures.files.load` does.
    """
    if canvas.box == (0, 0, *canvas.size) and canvas.photo == canvas.size and is_plain(photo):
        return photo
    left, top, right, bottom = canvas.box
    scaled = opaque(load(photo)).resize((right - left, bottom - top), Image.Resampling.LANCZOS)
    rims = ((top, canvas.size[1] - bottom), (left, canvas.size[0] - right), (0, 0))
    return encode(Image.fromarray(np.pad(np.asarray(scaled), rims, mode="edge")), "PNG")


def as_source(picture: bytes) -> bytes:
    """A further picture that an edit is to look at: PNG, RGB, at most `SizeRule.sensible_pixels`, in its own ratio.

    Raises `BadInput` as `core.pictures.files.load` does.
    """
    image = opaque(load(picture))
    shrink_by = math.sqrt(FREE_SIZES.sensible_pixels / math.prod(image.size))
    if shrink_by < 1:
        image.thumbnail((round(image.width * shrink_by), round(image.height * shrink_by)), Image.Resampling.LANCZOS)
    return encode(image, "PNG")


def mask_to_canvas(region: Region, canvas: Canvas) -> bytes:
    """The region on its canvas as the API's mask: PNG, RGBA, exactly the requested size, transparent = change.

    Servers that read a mask's brightness instead find white = change. Padding is kept. A mask of the largest size and
    the worst content stays under the 4 MB that the API accepts.
    """
    left, top, right, bottom = canvas.box
    pixels = np.zeros((canvas.size[1], canvas.size[0], 4), np.uint8)
    pixels[..., 3] = 255
    pixels[top:bottom, left:right][scale_mask(region.mask, (right - left, bottom - top))] = (255, 255, 255, 0)
    return encode(Image.fromarray(pixels), "PNG", effort=6)


def marks_to_canvas(marks: bytes, canvas: Canvas) -> bytes:
    """Marks drawn over the photo, on its canvas: PNG, RGBA, transparent but for them. Raises `BadInput` as `core.pictures.files.load` does."""
    left, top, right, bottom = canvas.box
    ground = Image.new("RGBA", canvas.size, (0, 0, 0, 0))
    ground.paste(
        load(marks).convert("RGBA").resize((right - left, bottom - top), Image.Resampling.LANCZOS), (left, top)
    )
    return encode(ground, "PNG")


def marked(photo: bytes, marks: bytes) -> bytes:
    """A photo on its canvas with the marks drawn over it. PNG, RGB; both of one size. Raises `BadInput` as `core.pictures.files.load` does."""
    return encode(Image.alpha_composite(load(photo).convert("RGBA"), load(marks)).convert("RGB"), "PNG")


def compose(original: bytes, answer: bytes, canvas: Canvas, region: Region | None, feather: int | None = None) -> bytes:
    """Put a model's answer into the original: with a region PNG, in the photo's own size.

    Outside the region every pixel, its alpha included, is the original's as `core.pictures.files.load_own` decodes it: in its own
    numbers, whose colour profile is kept. Inside, the answer, brought into that profile, fades in over `feather` pixels (by default
    1 % of the longer edge), less where the region is thin.
    Without a region the whole picture was to change: then the answer is returned without its padding, at its own
    resolution and in its own format, untouched where there is no padding. Raises `BadInput` as `core.pictures.files.load` does for either file.
    """
    drawn = load(answer)
    box = _box_on(canvas, drawn.size)
    if region is None:
        whole = (0, 0, *drawn.size)
        edges = tuple(map(round, box))
        if edges == whole:
            return answer
        own_format = inspect(answer).mime.removeprefix("image/").upper()
        return encode(drawn.crop((edges[0], edges[1], edges[2], edges[3])), own_format)
    photo, profile = load_own(original)
    drawn = opaque(drawn) if photo.mode == "RGB" else drawn.convert("RGBA")
    if region.mask.shape != (photo.height, photo.width):
        raise ValueError(f"a region of {region.mask.shape} does not belong to a photo of {photo.size}")
    if not region.mask.any():
        return encode(photo, "PNG", profile=profile)
    left, top, right, bottom = _surroundings(region.mask)  # most edits touch a corner of a large photo
    across, down = (box[2] - box[0]) / photo.width, (box[3] - box[1]) / photo.height
    seen = (box[0] + left * across, box[1] + top * down, box[0] + right * across, box[1] + bottom * down)
    repainted = from_srgb(drawn.resize((right - left, bottom - top), Image.Resampling.LANCZOS, box=seen), profile)
    width = round(max(photo.size) * 0.01) if feather is None else feather
    _lay_over(photo, repainted, _fade(region.mask[top:bottom, left:right], width), (left, top))
    return encode(photo, "PNG", profile=profile)


def _sizes(ratio: float, rule: SizeRule) -> Iterator[Size]:
    """The allowed sizes worth comparing for a photo of this ratio (width to height)."""
    if rule.fixed:
        yield from rule.fixed
        return
    ratio = min(max(ratio, 1 / rule.most_ratio), rule.most_ratio)
    for width in range(rule.multiple, rule.longest_edge + 1, rule.multiple):
        below = int(width / ratio) // rule.multiple * rule.multiple
        for height in (below, below + rule.multiple):
            if height and rule.allows(width, height):
                yield width, height


def _scaled_to_fit(photo: Size, frame: Size) -> Size:
    """The largest size of the photo's ratio inside a frame. The shorter edge is found first, as its rounding would
    show, and the longer one follows from it: the ratio is off by at most half a pixel of the longer edge.
    """
    short, long = sorted((0, 1), key=lambda edge: photo[edge])
    shorter = max(1, min(frame[short], frame[long] * photo[short] // photo[long]))
    longer = min(frame[long], round(shorter * photo[long] / photo[short]))
    return (shorter, longer) if short == 0 else (longer, shorter)


def _box_on(canvas: Canvas, answer: Size) -> tuple[float, float, float, float]:
    """The photo's box on an answer, whose size may differ from the one requested."""
    across, down = answer[0] / canvas.size[0], answer[1] / canvas.size[1]
    left, top, right, bottom = canvas.box
    return left * across, top * down, right * across, bottom * down


@dataclass(frozen=True, eq=False)
class _Fade:
    """How much of the answer shows: ``layers / count``, 0 outside the mask, rising inside to 1."""

    layers: NDArray[np.signedinteger]
    count: int


def _fade(mask: Mask, feather: int) -> _Fade:
    """Fade in over ``feather`` pixels inside the mask.

    The layers end early where taking off one more would leave less than half of the mask, or thin strokes would never
    show fully. The picture's own edge does not fade.
    """
    deep = depth(mask, feather + 1)
    areas = np.zeros(feather + 2, np.int64)
    for row in deep:
        areas += np.bincount(row, minlength=feather + 2)
    inside = np.cumsum(areas[::-1])[::-1]  # how many pixels lie so deep or deeper
    count = next((layer for layer in range(1, feather + 1) if inside[layer + 1] < inside[1] / 2), feather + 1)
    return _Fade(np.minimum(deep, count, out=deep), count)


def _surroundings(mask: Mask) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what the mask covers, with a pixel around it as far as the picture goes."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    height, width = mask.shape
    right, bottom = min(int(columns[-1]) + 2, width), min(int(rows[-1]) + 2, height)
    return max(int(columns[0]) - 1, 0), max(int(rows[0]) - 1, 0), right, bottom


def _lay_over(photo: Image.Image, repainted: Image.Image, fade: _Fade, at: Size) -> None:
    """Put as much of the repainted part over the photo, at a place in it, as ``fade`` says; both of one mode."""
    for top in range(0, repainted.height, _BAND):
        rows = (0, top, repainted.width, min(top + _BAND, repainted.height))
        place = (at[0], at[1] + top, at[0] + rows[2], at[1] + rows[3])
        shown = (fade.layers[top : rows[3]] / fade.count).astype(np.float32)
        photo.paste(_blend(photo.crop(place), repainted.crop(rows), shown), place)


def _blend(photo: Image.Image, repainted: Image.Image, fade: NDArray[np.float32]) -> Image.Image:
    """The photo with as much of the repainted one as `fade` says; both of one size and mode."""
    pixels = np.array(photo)
    inside = fade > 0
    old, new = pixels[inside].astype(np.float32), np.asarray(repainted)[inside].astype(np.float32)
    weight = fade[inside][:, None]
    mixed = old + (new - old) * weight
    if photo.mode == "RGBA":  # a transparent pixel's colour is not seen, so it must not bleed into the mix
        of_old, of_new = old[:, 3:] * (1 - weight), new[:, 3:] * weight
        mixed[:, :3] = (old[:, :3] * of_old + new[:, :3] * of_new) / np.maximum(of_old + of_new, 1e-3)
    pixels[inside] = np.rint(mixed).astype(np.uint8)
    return Image.fromarray(pixels)
