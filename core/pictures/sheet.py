"""Many pictures in one, small and numbered: for where only one can be shown beside words."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image, ImageFilter, ImageOps

from core.pictures import files

TILE, GAP, BADGE = 240, 10, 52
"""Pixels of a tile's edge, between tiles, and of the number in its corner."""

COLUMNS = 4
PAPER, INK, FACE = (246, 239, 225), (28, 101, 95), (255, 251, 241)
HIDDEN = 26
"""Pixels of the blur over what is only for who asks to see it."""


class Tile(NamedTuple):
    """One picture of a sheet: its number, its bytes, and whether it is hidden until somebody asks for it."""

    number: int
    data: bytes
    hidden: bool = False


def sheet(tiles: Sequence[Tile]) -> bytes:
    """A JPEG of them all in rows of up to four, each cut to a square. Raises ``BadInput`` for bytes that are no sound picture."""
    columns = min(len(tiles), COLUMNS)
    rows = -(-len(tiles) // columns)
    size = (columns * (TILE + GAP) + GAP, rows * (TILE + GAP) + GAP)
    made = Image.new("RGB", size, PAPER)
    for place, tile in enumerate(tiles):
        row, column = divmod(place, columns)
        at = (GAP + column * (TILE + GAP), GAP + row * (TILE + GAP))
        made.paste(_square(tile), at)
        _number(made, tile.number, at)
    stream = io.BytesIO()
    made.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def _square(tile: Tile) -> Image.Image:
    small = files.opaque(files.load(files.thumbnail(tile.data, 2 * TILE)))
    square = ImageOps.fit(small, (TILE, TILE))
    return square.filter(ImageFilter.GaussianBlur(HIDDEN)) if tile.hidden else square


def _number(made: Image.Image, number: int, at: tuple[int, int]) -> None:
    from PIL import ImageDraw, ImageFont  # here, because only this needs letters

    draw = ImageDraw.Draw(made)
    left, top = at[0] + 8, at[1] + 8
    draw.ellipse((left, top, left + BADGE, top + BADGE), fill=FACE)
    middle = (left + BADGE / 2, top + BADGE / 2)
    draw.text(middle, str(number), fill=INK, font=ImageFont.load_default(32), anchor="mm")
