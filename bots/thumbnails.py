"""The pictures that a list speaks of, shown small: what is in it by the numbers of its lines, and one sheet of them all.

Nothing of it is kept: it is drawn when the list is sent, from what is still there.
"""

from __future__ import annotations

from core.errors import BadInput
from core.pictures import files as pictures_of
from core.pictures.sheet import Tile, sheet
from core.pictures.work import in_thread
from core.ports import Media
from core.types import Picture, Reply

EDGE = 640
"""Pixels of the longer edge of a picture that stands beside words."""

Numbered = tuple[tuple[int, Picture], ...]
"""Pictures with their numbers in a list."""


def numbered(reply: Reply) -> Numbered:
    """The pictures that a reply shows small."""
    if not reply.thumbnails:
        return ()
    return tuple((place, piece.picture) for place, piece in enumerate(reply.mentions, 1) if piece.picture)


async def sheet_of(media: Media, pictures: Numbered) -> bytes | None:
    """A JPEG of those that are still there; nothing where none is."""
    tiles = []
    for number, picture in pictures:
        try:
            tiles.append(Tile(number, await media.read(picture.media), picture.spoiler))
        except BadInput:
            continue
    return await in_thread(sheet, tiles) if tiles else None


async def small_of(media: Media, picture: Picture) -> bytes | None:
    """A picture as it stands beside words; nothing where it is gone."""
    try:
        data = await media.read(picture.media)
    except BadInput:
        return None
    return await in_thread(pictures_of.thumbnail, data, EDGE)
