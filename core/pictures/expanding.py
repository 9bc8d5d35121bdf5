"""A larger canvas: room beside a picture that somebody else fills. Pure and synchronous: call it in a worker thread."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
from PIL import Image

from core.errors import BadInput
from core.pictures.files import LIMIT_MEGAPIXELS, encode, load_own
from core.pictures.masks import MaskKind, Region
from core.pictures.sizes import Size, SizeRule

MOST_PIXELS = LIMIT_MEGAPIXELS * 1_000_000
ROOM = re.compile(r"\d{1,5}(?:,\d{1,5}){3}", re.ASCII)
SIDES = ("left", "right", "up", "down", "all")
ONE_SIDE, EACH_SIDE = 0.5, 0.25
"""How much is added, as a part of the picture's own width or height: to the side that was named, or to each of all four (our own rule)."""


class Room(NamedTuple):
    """Pixels beside a picture."""

    left: int
    up: int
    right: int
    down: int

    def around(self, size: Size) -> Size:
        """The size of a picture of this ``size`` together with it."""
        return self.left + size[0] + self.right, self.up + size[1] + self.down

    def __str__(self) -> str:
        return ",".join(map(str, self))


def read_room(told: str) -> Room:
    """The room that ``str`` made ``told`` of. Raises ``ValueError``."""
    room = Room(*map(int, told.split(","))) if ROOM.fullmatch(told) else None
    if room is None or not any(room):
        raise ValueError("no room")
    return room


def room_at(side: str, size: Size) -> Room:
    """The room at a side (of `SIDES`) of a picture of a ``size``."""
    part = EACH_SIDE if side == "all" else ONE_SIDE
    across, down = round(size[0] * part), round(size[1] * part)
    at = {name: side in (name, "all") for name in ("left", "up", "right", "down")}
    return Room(across * at["left"], down * at["up"], across * at["right"], down * at["down"])


def allowed(room: Room, size: Size, rule: SizeRule) -> bool:
    """Whether somebody may have so much room beside a picture of this ``size``.

    At each side as much as the picture itself is wide or high, in a shape that the model draws (or that the picture has already), and not
    too many pixels.
    """
    width, height = room.around(size)
    within = max(room.left, room.right) <= size[0] and max(room.up, room.down) <= size[1]
    ratio = max(rule.widest, max(size) / min(size))
    return within and max(width, height) <= ratio * min(width, height) and width * height <= MOST_PIXELS


def expanded(photo: bytes, wanted: str | Room) -> tuple[bytes, Region]:
    """A picture with room at a side (of `SIDES`), or with this room, and the region that this room is.

    The picture's own pixels, numbers and profile stay; the room continues its edges, as a model is sent it.
    Raises `BadInput` as `core.pictures.files.load` does, and picture-too-many-pixels (limit_megapixels) where it would be too large.
    """
    image, profile = load_own(photo)
    room = room_at(wanted, image.size) if isinstance(wanted, str) else wanted
    width, height = room.around(image.size)
    if width * height > MOST_PIXELS:
        raise BadInput("picture-too-many-pixels", limit_megapixels=LIMIT_MEGAPIXELS)
    pixels = np.pad(np.asarray(image), ((room.up, room.down), (room.left, room.right), (0, 0)), mode="edge")
    region = room_region(image.size, room)
    if image.mode == "RGBA":  # what is new is to be seen
        pixels[region.mask, 3] = 255
    return encode(Image.fromarray(pixels), "PNG", profile=profile), region


def room_region(size: Size, room: Room, over: Region | None = None) -> Region:
    """What changes where a picture of this ``size`` gets room beside it: the room, and ``over`` of the picture itself."""
    width, height = room.around(size)
    new = np.ones((height, width), np.bool_)
    new[room.up : height - room.down, room.left : width - room.right] = False if over is None else over.mask
    return Region(new, MaskKind.ALPHA)
