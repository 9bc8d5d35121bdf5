"""Tell of a photo alone whether somebody painted on it: a pen leaves one colour without light or shade, with sharp edges, in a picture that has both.

Pure and synchronous: call it in a worker thread.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.pictures.shapes import Mask, drop_specks, grow, parts, shrink

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
_BLACK, _WHITE = 40, 215  # most of a black pen's brightest channel, least of a white one's darkest
_GREY_SMALLEST, _GREY_LARGEST = (
    0.004,
    0.25,
)  # share of the picture: things are black and white far more often than vivid
_GREY_SAME, _GREY_FLAT = (
    4,
    0.55,
)  # how near its colour the inside of such a stroke is, and how much of it; of black fur it is up to 0.5
_RING = 4  # pixels around a part that are looked at beside it
_GREY_SHARP = 48  # difference to what lies right beside
_GREY_SOFT = (
    0.02  # share of what lies beside that may be near its colour: light fades on every lit or shaded thing, somewhere
)
_GREY_PLAIN = (
    4.0  # deviation of what lies beside, below which it is a ground without light or shade: the moon's, a page's
)
_STROKES = 4  # more flat parts than these are letters
_STRAIGHT = (
    0.1  # share of the longer edge that the sides of a window, a screen or a card have; no hand paints like that
)
_NIGHT = 60  # mean light beside a white part, below which it may be a lamp or the moon
_OUTLINED = 0.25  # share of what lies beside that is the other of black and white: letters have such outlines
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
    # Red, green and blue each by itself: pixel by pixel all that is compared takes six times as long.
    planes = np.ascontiguousarray(pixels.transpose(2, 0, 1))
    strokes = [stroke for colour in _pen_colours(pixels, planes) if (stroke := _stroke(planes, colour)) is not None]
    strokes += _grey_strokes(pixels, planes.max(axis=0) <= _BLACK)
    strokes += _grey_strokes(pixels, planes.min(axis=0) >= _WHITE)
    return any(_is_photo(pixels, ~grow(stroke, 3)) for stroke in strokes)


def is_one_colour(image: Image.Image, region: Mask) -> bool:
    """Whether a region (H×W) of an RGB picture is for the most part one flat colour, as what a pen filled is."""
    inside = np.asarray(image, np.int16)[region]
    if not len(inside):
        return False
    colour = _most_frequent(inside, 1)[0]
    return bool((np.abs(inside - colour).max(axis=-1) <= _NEAR).mean() > 0.5)


def _pen_colours(pixels: Pixels, planes: Pixels) -> list[Pixels]:
    """The colours that may be a pen's, the most frequent first."""
    spread = planes.max(axis=0) - planes.min(axis=0)
    even = np.zeros(spread.shape, np.bool_)
    even[1:, 1:] = (np.abs(np.diff(planes, axis=1)).max(axis=0)[:, 1:] <= _SAME) & (
        np.abs(np.diff(planes, axis=2)).max(axis=0)[1:] <= _SAME
    )
    vivid = pixels[even & (spread >= _SATURATED)]
    return _most_frequent(vivid, _COLOURS) if len(vivid) else []


def _most_frequent(colours: Pixels, number: int) -> list[Pixels]:
    """The medians of the fullest cells of a coarse grid over N×3 colours."""
    cells = (colours >> 4) @ np.array((256, 16, 1), np.int16)
    fullest = np.argsort(np.bincount(cells, minlength=1))[::-1][:number]
    return [np.median(colours[cells == cell], axis=0).astype(np.int16) for cell in fullest if (cells == cell).any()]


def _stroke(planes: Pixels, colour: Pixels) -> Mask | None:
    """Where a pen of this colour painted; ``None`` where the colour is that of a thing."""
    away = np.abs(planes - colour[:, None, None]).max(axis=0)
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


def _grey_strokes(pixels: Pixels, near: Mask) -> list[Mask]:
    """Where a pen painted in black or in white, of which ``near`` are all pixels.

    Fur, night, snow and cloth have grain, fade somewhere at their edges or are cut off by the picture's; windows are upright, letters many.
    """
    found = parts(near, diagonal=True)
    alone = (found.sides_touched() == 0) & (found.areas >= _SPECK * near.size)
    strokes = [mask for number in np.flatnonzero(alone) if _is_pens(pixels, mask := found.labels == number, near)]
    shares = [float(stroke.mean()) for stroke in strokes]
    if len(strokes) > _STROKES:
        return []
    return [one for one, share in zip(strokes, shares, strict=True) if _GREY_SMALLEST <= share <= _GREY_LARGEST]


def _is_pens(pixels: Pixels, part: Mask, near: Mask) -> bool:
    """Whether a part of the picture is one flat colour inside and something else everywhere beside it."""
    longer = max(part.shape)
    pixels, part, near = (_around(part, plane) for plane in (pixels, part, near))
    inside = pixels[inner] if (inner := shrink(part, 1)).any() else pixels[part]
    colour = np.median(inside, axis=0)
    if (np.abs(inside - colour).max(axis=-1) <= _GREY_SAME).mean() < _GREY_FLAT:
        return False
    beside = pixels[grow(part, _RING) & ~grow(part, 2) & ~near]
    if not len(beside) or (np.abs(beside - colour).max(axis=-1) < _GREY_SHARP).mean() > _GREY_SOFT:
        return False
    light = beside.mean(axis=-1)
    is_night = colour[0] > _BLACK and light.mean() < _NIGHT
    is_letter = (light > _WHITE if colour[0] <= _BLACK else light < _BLACK).mean() > _OUTLINED
    return not (is_night or is_letter or light.std() < _GREY_PLAIN or _is_upright(part, _STRAIGHT * longer))


def _around(part: Mask, plane: NDArray[Any]) -> NDArray[Any]:
    """What of a plane lies in the upright box of a part and just beside it."""
    rows, columns = (np.flatnonzero(part.any(axis=axis)) for axis in (1, 0))
    top, left = max(0, rows[0] - _RING), max(0, columns[0] - _RING)
    return plane[top : rows[-1] + _RING + 1, left : columns[-1] + _RING + 1]


def _is_upright(part: Mask, longest: float) -> bool:
    """Whether it has sides so long that lie level and others that stand upright, as a window, a screen, a card or a frame does."""
    level = (part[1:] ^ part[:-1]).sum(axis=1).max()
    upright = (part[:, 1:] ^ part[:, :-1]).sum(axis=0).max()
    return bool(min(level, upright) >= longest)


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
