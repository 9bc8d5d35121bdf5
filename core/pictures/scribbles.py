"""Tell of a photo alone whether somebody painted on it: a pen leaves one colour without light or shade, with sharp edges, in a picture that has both.

Pure and synchronous: call it in a worker thread.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.pictures.shapes import Mask, drop_specks, grow, parts

_EDGE = 512  # pixels of the longer edge at which is looked: a stroke is never so fine
_SATURATED = 90  # spread of red, green and blue from which a colour is a pen's
_NEAR, _SAME = 20, 8  # how far a stroke's pixels lie from its colour at most, and nearly all of them
_FLAT = 0.5  # share of a stroke that is nearly its colour exactly; of a lit thing it is a tenth to a half
_SMALLEST, _LARGEST = 0.0015, 0.4  # share of the picture
_SPECK = 0.0003
_SHARP = 38  # difference to what lies right beside a stroke, nearly everywhere: the shades of a thing are near its colour on one side
_TEXTURED = 2.0  # deviation within a tile from which it shows something
_PHOTO = 0.4  # share of tiles that show something; drawings have fewer
_COLOURS = 40  # most frequent colours that are looked at: a thin stroke's is not among the first
_EMPTY, _MUCH = (
    0.5,
    0.35,
)  # deviation of a tile that shows nothing at all, and the share of these from which it is a screenshot
_TILE = 8
_LONGEST = 3  # longer edge to shorter edge of a photo

Pixels = NDArray[np.int16]


def looks_painted(image: Image.Image) -> bool:
    """Whether an RGB picture is a photo with paint of a pen on it. Of drawings nothing can be told, so they never are."""
    if max(image.size) > _LONGEST * min(image.size):
        return False
    small = image.copy()
    small.thumbnail((_EDGE, _EDGE), Image.Resampling.BILINEAR)
    pixels = np.asarray(small, np.int16)
    strokes = [stroke for colour in _pen_colours(pixels) if (stroke := _stroke(pixels, colour)) is not None]
    return any(_is_photo(pixels, ~grow(stroke, 3)) for stroke in strokes)


def is_one_colour(image: Image.Image, region: Mask) -> bool:
    """Whether a region (H×W) of an RGB picture is for the most part one flat colour, as what a pen filled is."""
    inside = np.asarray(image, np.int16)[region]
    if not len(inside):
        return False
    colour = _most_frequent(inside, 1)[0]
    return bool((np.abs(inside - colour).max(axis=-1) <= _NEAR).mean() > 0.5)


def _pen_colours(pixels: Pixels) -> list[Pixels]:
    """The colours that may be a pen's, the most frequent first."""
    spread = pixels.max(axis=-1) - pixels.min(axis=-1)
    even = np.zeros(spread.shape, np.bool_)
    even[1:, 1:] = (np.abs(np.diff(pixels, axis=0)).max(axis=-1)[:, 1:] <= _SAME) & (
        np.abs(np.diff(pixels, axis=1)).max(axis=-1)[1:] <= _SAME
    )
    vivid = pixels[even & (spread >= _SATURATED)]
    return _most_frequent(vivid, _COLOURS) if len(vivid) else []


def _most_frequent(colours: Pixels, number: int) -> list[Pixels]:
    """The medians of the fullest cells of a coarse grid over N×3 colours."""
    cells = (colours >> 4) @ np.array((256, 16, 1), np.int16)
    fullest = np.argsort(np.bincount(cells, minlength=1))[::-1][:number]
    return [np.median(colours[cells == cell], axis=0).astype(np.int16) for cell in fullest if (cells == cell).any()]


def _stroke(pixels: Pixels, colour: Pixels) -> Mask | None:
    """Where a pen of this colour painted; ``None`` where the colour is that of a thing."""
    away = np.abs(pixels - colour).max(axis=-1)
    smallest = max(4, round(_SPECK * away.size))
    near = away <= _NEAR
    if not near.any() or (away[near] <= _SAME).mean() < _FLAT:  # most colours end here: what comes then takes its time
        return None
    found = drop_specks(near, smallest)
    if not _SMALLEST <= found.mean() <= _LARGEST or _runs_out(found):
        return None
    beside = grow(found, 4) & ~grow(found, 2)
    if not beside.any() or np.quantile(away[beside], 0.2) < _SHARP:
        return None
    return found


def _runs_out(mask: Mask) -> bool:
    """Whether most of it is a ground that the picture's edge cuts off, as a sky is."""
    found = parts(mask, diagonal=True)
    ground = found.where(found.sides_touched() >= 2)
    return bool(ground.sum() > mask.sum() / 2)


def _is_photo(pixels: Pixels, besides: Mask) -> bool:
    """Whether what lies besides the paint has the grain and shading that a photo has nearly everywhere."""
    height, width = (edge // _TILE * _TILE for edge in besides.shape)
    light = pixels[:height, :width].astype(np.float32).mean(axis=-1)
    tiles = light.reshape(height // _TILE, _TILE, width // _TILE, _TILE)
    whole = besides[:height, :width].reshape(tiles.shape).all(axis=(1, 3))
    if not whole.any():
        return False
    deviation = tiles.std(axis=(1, 3))[whole]
    return bool((deviation > _TEXTURED).mean() >= _PHOTO and (deviation < _EMPTY).mean() < _MUCH)
