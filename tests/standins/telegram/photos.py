"""What Telegram does to a photo: checks it, turns it upright, flattens its transparency and keeps JPEGs in several sizes.

Metadata is lost on the way, C2PA marks included; only documents travel untouched.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageOps

from standins.telegram.errors import bad_request

PHOTO_BYTES = 10 << 20
"""Largest photo a bot may upload (Bot API, sendPhoto: 10 MB)."""

EDGES = (90, 320, 800, 1280, 2560)
"""Long edges in pixels of the sizes Telegram keeps (its types s, m, x, y, w); the largest one depends on the sender."""

QUALITY = 87
"""JPEG quality of what is kept; measured on downloaded photos, about this."""

_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    KeyError,
    IndexError,
    TypeError,
    OverflowError,
)


@dataclass(frozen=True)
class Rendition:
    """One size of a photo: JPEG bytes, and its pixels."""

    data: bytes
    width: int
    height: int


def check(data: bytes) -> tuple[int, int]:
    """Width and height of a picture that Telegram would take as a photo.

    Raises `Refused` (400): too many bytes, PHOTO_INVALID_DIMENSIONS (width + height over 10,000 or ratio over 20),
    IMAGE_PROCESS_FAILED for what is no picture.
    """
    if len(data) > PHOTO_BYTES:
        raise bad_request(
            f"file of size {len(data)} bytes is too big for a photo; the maximum size is {PHOTO_BYTES} bytes"
        )
    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
    except (*_DAMAGE, Image.DecompressionBombError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


@lru_cache(maxsize=24)  # tests send the same few samples again and again
def renditions(data: bytes, longest: int = 2560, backdrop: str = "white") -> tuple[Rendition, ...]:
    """The sizes Telegram keeps, smallest first; the last one is the photo itself with a long edge of at most `longest`.

    `backdrop` is the colour behind transparency: the apps of different systems flatten on white or on black.
    CPU work of up to a few hundred milliseconds: call it in a thread. Raises `Refused` (400) like `check`.
    """
    check(data)
    try:
        with Image.open(io.BytesIO(data)) as opened:
            upright = ImageOps.exif_transpose(opened)
            image = _flat(upright, backdrop)
    except _DAMAGE:
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    *smaller, largest = _edges(max(image.size), longest)
    shrunk = [_shrunk(image, largest, Image.Resampling.LANCZOS)]
    for edge in reversed(smaller):  # each of the one before, and quickly: nobody looks closely at these
        shrunk.append(_shrunk(shrunk[-1], edge, Image.Resampling.NEAREST))
    return tuple(_kept(one) for one in reversed(shrunk))


def thumbnail(data: bytes) -> Rendition | None:
    """The small picture that goes with an image sent as a document; None where the document is no picture."""
    try:
        with Image.open(io.BytesIO(data)) as opened:
            if sum(opened.size) > 20_000:
                return None
            opened.draft("RGB", (640, 640))
            return _kept(_shrunk(_flat(ImageOps.exif_transpose(opened), "white"), 320, Image.Resampling.BILINEAR))
    except (*_DAMAGE, Image.DecompressionBombError):
        return None


def _edges(edge: int, longest: int) -> list[int]:
    smaller = [size for size in EDGES if size < min(edge, longest)]
    return [*smaller, min(edge, longest)]


def _flat(image: Image.Image, backdrop: str) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    picture = image.convert("RGBA")
    ground = Image.new("RGBA", picture.size, backdrop)
    return Image.alpha_composite(ground, picture).convert("RGB")


def _shrunk(image: Image.Image, edge: int, filtered: Image.Resampling) -> Image.Image:
    scale = min(1.0, edge / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image if size == image.size else image.resize(size, filtered, reducing_gap=2.0)


def _kept(image: Image.Image) -> Rendition:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return Rendition(out.getvalue(), *image.size)
