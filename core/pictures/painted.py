"""Find what was painted over a photo, given the photo and a painted copy that a messenger rescaled and re-encoded.

The copy is brought to the photo's place and light, and must show the same things; then every pixel is compared with
the *range* of colours that the photo shows around it: a shifted edge or JPEG noise stays inside the range, a pen does
not. The rest is tidying up.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from core.pictures.shapes import Mask, close_gaps, drop_specks, fill_outlines, parts, scale_mask

Plane = NDArray[np.int16]
Planes = NDArray[np.int16]
"""H×W×3: luma, blue difference, red difference, each about 0–255."""

WORKING_EDGE = 1024
"""Longest edge, in pixels, at which pictures are compared: a pen stroke is never so fine, and it bounds the time."""

_SHIFT = 3  # most pixels that the copy may lie beside the photo once both have one size
_GAIN = (0.7, 1.4)  # least and most contrast by which a copy differs
_WEIGHTS = (2, 4, 4)  # of the planes' differences, in thirds: a pen shows in colour, while light varies by itself
_PAINT, _EDGE = 28, 10  # weighted difference of what is certainly paint, and of what is if it touches paint
_STRUCTURE = 5.0  # deviation of luma above which a tile shows something that can be recognised
_FEW_TILES = 8
_ENOUGH = 0.3  # of the tiles with structure; paint and its edges take the rest
_SPECK = 0.0003  # share of the picture below which a spot is noise
_GAP = 0.004  # share of the longer edge; half of what is closed between strokes
_LEAK = 0.03  # share of the longer edge; half of the widest break through which an outline still counts as closed


def find_paint(photo: Image.Image, copy: Image.Image) -> Mask | None:
    """The region of `photo` (H×W bool) that is painted over in `copy`; `None` if the copy does not show this photo.

    Both are RGB and of one ratio. An outline drawn around something counts with its inside.
    """
    size = _working_size(photo.size, copy.size)
    ours, theirs = _planes(photo, size), _planes(copy, size)
    theirs = _same_place(ours, theirs)
    structured, alike = _compare_tiles(ours[..., 0], theirs[..., 0])
    recognised = structured.sum() >= _FEW_TILES
    if recognised and alike.sum() < _ENOUGH * structured.sum():
        return None
    difference = _difference(ours, _same_light(ours, theirs, alike) if recognised else theirs)
    if not recognised and (difference < _EDGE).mean() < 0.5:  # a plain surface: all there is to go by
        return None
    return scale_mask(_tidy(difference), photo.size)


def _working_size(photo: tuple[int, int], copy: tuple[int, int]) -> tuple[int, int]:
    """The smaller of the two sizes, at most `WORKING_EDGE` long: enlarging shows nothing new."""
    width, height = min(photo, copy)
    shrink = min(1.0, WORKING_EDGE / max(width, height))
    return max(1, round(width * shrink)), max(1, round(height * shrink))


def _planes(image: Image.Image, size: tuple[int, int]) -> Planes:
    scaled = image.convert("RGB").resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(0.7))
    return np.asarray(scaled.convert("YCbCr"), np.int16)


def _same_place(ours: Planes, theirs: Planes) -> Planes:
    """Move the copy by the whole pixels (at most `_SHIFT`) that make its fine structure agree best with the photo's."""
    rim = _SHIFT
    height, width = ours.shape[0] - 2 * rim, ours.shape[1] - 2 * rim
    if min(height, width) < 8 * rim:
        return theirs
    fine_ours, fine_theirs = _fine_structure(ours), _fine_structure(theirs)
    middle = fine_ours[rim:-rim:2, rim:-rim:2]

    def disagreement(shift: tuple[int, int]) -> tuple[float, int]:
        top, left = rim + shift[0], rim + shift[1]
        moved = fine_theirs[top : top + height : 2, left : left + width : 2]
        return float(np.minimum(np.abs(middle - moved), 24).mean()), abs(shift[0]) + abs(shift[1])

    steps = range(-rim, rim + 1)
    down, right = min(((y, x) for y in steps for x in steps), key=disagreement)
    padded = np.pad(theirs, ((rim, rim), (rim, rim), (0, 0)), mode="edge")
    return padded[rim + down :, rim + right :][: theirs.shape[0], : theirs.shape[1]]


def _fine_structure(planes: Planes) -> Planes:
    """Luma less its surroundings: what stays the same when brightness drifts."""
    luma = Image.fromarray(planes[..., 0].astype(np.uint8))
    return planes[..., 0] - np.asarray(luma.filter(ImageFilter.BoxBlur(4)), np.int16)


def _compare_tiles(ours: Plane, theirs: Plane) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which tiles have structure in both pictures, and in which of these it is the same, whatever the light."""
    mine, yours = (_tiles(plane).astype(np.float32) for plane in (ours, theirs))
    mine, yours = mine - mine.mean(axis=1, keepdims=True), yours - yours.mean(axis=1, keepdims=True)
    strengths = mine.std(axis=1), yours.std(axis=1)
    structured = (strengths[0] > _STRUCTURE) & (strengths[1] > _STRUCTURE)
    likeness = (mine * yours).mean(axis=1) / np.maximum(strengths[0] * strengths[1], 1e-6)
    return structured, structured & (likeness > 0.7)


def _tiles(plane: Plane) -> Plane:
    """Cut a plane into squares: N×(edge²). What is left over at the right and bottom is dropped."""
    edge = max(6, max(plane.shape) // 32)
    rows, columns = plane.shape[0] // edge, plane.shape[1] // edge
    cut = plane[: rows * edge, : columns * edge].reshape(rows, edge, columns, edge)
    return cut.swapaxes(1, 2).reshape(rows * columns, edge * edge)


def _same_light(ours: Planes, theirs: Planes, alike: NDArray[np.bool_]) -> Planes:
    """Undo a drift of contrast and brightness, fitted plane by plane on the tiles that show the same."""
    fitted = []
    for plane in range(3):
        target, source = (_tiles(planes[..., plane])[alike].ravel() for planes in (ours, theirs))
        gain, offset = 1.0, float(np.median(target - source))
        for _ in range(3):
            error = np.abs(target - (gain * source + offset))
            sound = error <= np.quantile(error, 0.7)  # without the paint that reaches into a tile
            centre = float(source[sound].mean())
            spread = source[sound] - centre
            variance = float((spread * spread).mean())
            if variance > 20:
                gain = float(np.clip((spread * target[sound]).mean() / variance, *_GAIN))
            offset = float(target[sound].mean()) - gain * centre
        fitted.append(np.rint(gain * theirs[..., plane] + offset).astype(np.int16))
    return np.stack(fitted, axis=-1)


def _difference(ours: Planes, theirs: Planes) -> Plane:
    """How far each pixel of the copy (H×W) lies outside the range that the photo shows within two pixels of it."""
    total = np.zeros(ours.shape[:2], np.int16)
    for plane, weight in enumerate(_WEIGHTS):
        low, high = _range_around(np.ascontiguousarray(ours[..., plane]))
        value = theirs[..., plane]
        total += np.maximum(np.maximum(low - value, value - high), 0) * np.int16(weight)
    return total // np.int16(3)


def _range_around(plane: Plane, reach: int = 2) -> tuple[Plane, Plane]:
    """Least and greatest value in the square of `reach` pixels around each pixel."""
    low = high = plane
    for axis in (0, 1):
        rim = [(reach, reach) if axis == along else (0, 0) for along in (0, 1)]
        low_padded, high_padded = np.pad(low, rim, mode="edge"), np.pad(high, rim, mode="edge")
        for step in range(2 * reach + 1):
            window = (slice(None),) * axis + (slice(step, step + plane.shape[axis]),)
            low = np.minimum(low, low_padded[window])
            high = np.maximum(high, high_padded[window])
    return low, high


def _tidy(difference: Plane) -> Mask:
    """Difference → region: paint up to its edges, gaps closed, outlines filled, specks dropped."""
    height, width = difference.shape
    speck = max(4, round(_SPECK * height * width))
    _, nearby = _range_around(difference)
    touched = parts((difference > _EDGE) & (5 * difference >= 2 * nearby), diagonal=True)
    certain = np.bincount(touched.labels.ravel(), (difference > _PAINT).ravel(), len(touched.areas))
    paint = touched.where(certain >= np.maximum(speck / 2, touched.areas * 0.2))
    strokes = close_gaps(paint, max(1, round(max(height, width) * _GAP)))
    return drop_specks(fill_outlines(strokes, round(max(height, width) * _LEAK), speck * 4), speck)
