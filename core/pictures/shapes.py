"""Shapes in masks: connected parts, growing and shrinking, filling outlines, dropping specks.

All masks are H×W bool arrays, and nothing loops over pixels.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Parts:
    """The connected parts of a mask. Part 0 is what the mask leaves out; the others are numbered from 1."""

    labels: NDArray[np.int32]
    """H×W: the number of each pixel's part."""
    areas: NDArray[np.int64]
    """Pixels of each part, by number; entry 0 is 0."""

    def sides_touched(self) -> NDArray[np.int64]:
        """How many of the picture's four sides each part reaches, by number."""
        sides = (self.labels[0], self.labels[-1], self.labels[:, 0], self.labels[:, -1])
        touched = np.zeros(len(self.areas), np.int64)
        for side in sides:
            touched[np.unique(side)] += 1
        return touched

    def where(self, wanted: NDArray[np.bool_]) -> Mask:
        """The mask of the parts for which `wanted` (one entry per number, the first ignored) is true."""
        chosen = wanted.copy()
        chosen[0] = False
        return chosen[self.labels]


def parts(mask: Mask, *, diagonal: bool) -> Parts:
    """Label the connected parts; `diagonal` joins pixels that touch only at a corner.

    Works on runs of pixels instead of pixels: rows are cut into runs, and runs that overlap in neighbouring rows joined.
    """
    height, width = mask.shape
    pitch = width + 1  # an empty column keeps a run from going on in the next row
    padded = np.zeros((height, pitch), np.bool_)
    padded[:, :width] = mask
    flat = padded.ravel()
    changes = np.flatnonzero(np.diff(flat, prepend=False))
    starts, ends = changes[0::2], changes[1::2]
    upper, lower = _overlaps(starts, ends, pitch, 1 if diagonal else 0)
    numbers = _join(len(starts), upper, lower) + 1
    labels = np.zeros(flat.size, np.int32)
    labels[flat] = np.repeat(numbers, ends - starts)
    areas = np.bincount(numbers, weights=ends - starts, minlength=1).astype(np.int64)
    return Parts(labels.reshape(height, pitch)[:, :width], areas)


def _overlaps(
    starts: NDArray[np.intp], ends: NDArray[np.intp], pitch: int, reach: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs (run, run of the next row) that share a column, or with `reach` 1 touch at a corner."""
    first = np.searchsorted(ends, starts + pitch - reach, side="right")
    last = np.searchsorted(starts, ends + pitch + reach, side="left")
    counts = np.maximum(last - first, 0)
    upper = np.repeat(np.arange(len(starts)), counts)
    offset = np.arange(len(upper)) - np.repeat(np.cumsum(counts) - counts, counts)
    return upper, np.repeat(first, counts) + offset


def _join(count: int, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.intp]:
    """Number the connected sets of `count` things from 0, given the pairs that belong together."""
    root = np.arange(count)
    for _ in range(count):  # halves the distance to the root each time; ends after a few rounds
        before = root
        root = root.copy()
        smaller = np.minimum(root[one], root[other])
        np.minimum.at(root, root[one], smaller)
        np.minimum.at(root, root[other], smaller)
        root = root[root]
        if np.array_equal(before, root):
            break
    return np.unique(root, return_inverse=True)[1].reshape(-1)


def grow(mask: Mask, radius: int) -> Mask:
    """The mask and everything within `radius` pixels of it, seen in an octagon (nearly round)."""
    grown = mask
    for step in range(radius):
        grown = _grow_once(grown, square=step % 2 == 1)
    return grown


def shrink(mask: Mask, radius: int) -> Mask:
    """What is left when `radius` pixels are taken off; beyond the picture's edge counts as inside."""
    return ~grow(~mask, radius)


def depth(mask: Mask, most: int) -> NDArray[np.signedinteger]:
    """How many steps, sideways or upright, lead from each pixel to the nearest that the mask leaves out: 0 out there, at most ``most``.

    Beyond the picture's edge counts as inside.
    """
    deep = np.where(mask, most, 0).astype(np.min_scalar_type(-max(mask.shape) - most))
    for way in (deep, deep[::-1], deep.T, deep.T[::-1]):
        steps = np.arange(len(way), dtype=deep.dtype)[:, None]
        way -= steps
        np.minimum.accumulate(way, axis=0, out=way)
        way += steps
    return deep


def close_gaps(mask: Mask, radius: int) -> Mask:
    """Join what lies at most two radii apart. The mask is never smaller afterwards."""
    framed = np.pad(mask, radius)
    closed = ~grow(~grow(framed, radius), radius)
    return closed[radius : radius + mask.shape[0], radius : radius + mask.shape[1]] | mask


def _grow_once(mask: Mask, *, square: bool) -> Mask:
    wide = mask.copy()
    wide[:, 1:] |= mask[:, :-1]
    wide[:, :-1] |= mask[:, 1:]
    upright = wide if square else mask
    grown = wide.copy()
    grown[1:] |= upright[:-1]
    grown[:-1] |= upright[1:]
    return grown


def fill_outlines(mask: Mask, leak: int, lapse: int) -> Mask:
    """Fill what the mask encloses, as an outline drawn around a thing means the thing.

    An outline counts as closed if its breaks are at most two `leak`s (pixels) wide. Paint that reaches three sides of
    the picture is a background painted around something: of its holes only lapses of fewer than `lapse` pixels are
    filled.
    """
    filled = mask | _holes(mask, lapse)
    paint = parts(filled, diagonal=True)
    outlines = paint.where(paint.sides_touched() < 3)
    filled |= _holes(outlines, mask.size)
    mended = close_gaps(outlines, leak)
    inside = _holes(mended, mask.size)
    return filled | inside | (mended & grow(inside, leak))


def _holes(mask: Mask, largest: int) -> Mask:
    """What the mask encloses, hole by hole up to `largest` pixels."""
    outside = parts(~mask, diagonal=False)
    return outside.where((outside.sides_touched() == 0) & (outside.areas <= largest))


def drop_specks(mask: Mask, smallest: int) -> Mask:
    """Leave out connected parts of fewer than `smallest` pixels."""
    found = parts(mask, diagonal=True)
    return found.where(found.areas >= smallest)


def scale_mask(mask: Mask, size: tuple[int, int]) -> Mask:
    """A mask in another size (width, height); a pixel belongs to it where about half of it did."""
    height, width = mask.shape
    if (width, height) == size:
        return mask
    grey = Image.fromarray(mask).convert("L").resize(size, Image.Resampling.BILINEAR)
    scaled: Mask = np.asarray(grey) >= 128
    return scaled
