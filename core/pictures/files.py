"""Pictures as people send them: look at the header, refuse what is dangerous, decode the rest to plain RGB or RGBA.

Everything here is a pure function over bytes, and synchronous: call it in a worker thread.
"""

import importlib
import io
import math
import struct
import zlib
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from core.errors import BadInput
from core.pictures import kinds
from core.pictures.containers import bare, can_be_bared

LIMIT_MB = 50
"""Megabytes (10⁶ bytes) of one picture: the image edit API takes files under 50 MB each (2026-11-22)."""

LIMIT_MEGAPIXELS = 50
"""Most pixels we decode: 50 million are 200 MB as RGBA, and no phone's usual photo is larger."""

SMALLEST_EDGE = 16
"""Fewest pixels on either edge; below this there is nothing to see or to edit."""

_MIME = {
    "PNG": "image/png",
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",  # a phone's JPEG with a second view appended
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "BMP": "image/bmp",
    "TIFF": "image/tiff",
    "AVIF": "image/avif",
    "HEIF": "image/heic",
}
_OPENED = ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"]
_SIGNATURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_ANIMATIONS = {"PNG", "WEBP", "GIF", "AVIF"}
_ORIENTATION = 0x0112  # EXIF tag; values 5–8 swap width and height
_TURNED = range(5, 9)
_STRIP_ROWS = 128
with suppress(ImportError):  # an extra that we do not ship: see THIRD_PARTY_NOTICES.md
    importlib.import_module("pillow_heif").register_heif_opener()
    _OPENED.append("HEIF")
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# What Pillow's decoders raise on damaged data; they are parsers, and a broken file surprises each of them differently.
_DAMAGE = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error,
    KeyError, IndexError, TypeError, OverflowError, MemoryError,
)  # fmt: skip


@dataclass(frozen=True)
class PictureInfo:
    """What a picture's header tells. Width and height are as a person sees them (EXIF orientation applied)."""

    width: int
    height: int
    mime: str
    animated: bool
    transparent: bool
    """The file has an alpha channel or a transparent colour, whether or not a pixel uses it."""


def inspect(data: bytes) -> PictureInfo:
    """Read the header only, and refuse what must not or cannot be decoded.

    A PNG's checksums are verified too; damage inside other formats shows when `load` decodes them.
    Raises `BadInput`: file-too-large, file-not-a-picture, file-damaged, picture-too-many-pixels, picture-too-small.
    """
    image = _open(data)
    try:
        _open(data).verify()
    except _DAMAGE as error:
        raise BadInput("file-damaged") from error
    width, height = _seen_size(image)
    return PictureInfo(
        width=width,
        height=height,
        mime=_MIME[str(image.format)],
        animated=image.format in _ANIMATIONS and bool(getattr(image, "is_animated", False)),
        transparent=_is_transparent(image),
    )


def load(data: bytes) -> Image.Image:
    """Decode a picture (of an animation, the first frame) to mode RGB, or RGBA where it has transparency.

    The EXIF orientation is applied and an embedded colour profile converted to sRGB; 16-bit values keep their high
    byte. Raises `BadInput` as `inspect` does, and file-damaged for anything that does not decode.
    """
    return _decode(_open(data))


def without_traces(data: bytes) -> bytes:
    """What is kept of a picture that somebody sent: the same pixels, without where, when and by whom it was taken.

    JPEG, PNG, WebP and GIF stay as they are but for that; other kinds, which browsers and models do not all take, become a PNG.
    Raises ``BadInput`` as ``load`` does.
    """
    return bare(data) if can_be_bared(data) else encode(load(data), "PNG")


def thumbnail(data: bytes, edge: int) -> bytes:
    """A small version whose longer edge is at most `edge` pixels: JPEG, or WebP where there is transparency."""
    image = _open(data)
    image.draft("RGB", (edge, edge))  # lets a JPEG decode at a fraction of its size
    small = _decode(image)
    small.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    return encode(small, "WEBP" if small.mode == "RGBA" else "JPEG")


def opaque(image: Image.Image) -> Image.Image:
    """RGB of an RGB or RGBA picture; what was transparent lies on white."""
    if image.mode == "RGB":
        return image
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")


def encode(image: Image.Image, file_format: str, *, effort: int = 1) -> bytes:
    """Write a picture as "PNG" (`effort` 1–9: a photo at 6 takes four times as long and saves a tenth), "JPEG" or
    "WEBP" (both at quality 88).
    """
    stream = io.BytesIO()
    if file_format == "PNG":
        image.save(stream, "PNG", compress_level=effort)
    else:
        image.save(stream, file_format, quality=88)
    return stream.getvalue()


def _open(data: bytes) -> Image.Image:
    """Open without decoding and check the limits; the pixel data is still compressed afterwards."""
    if len(data) > LIMIT_MB * 1_000_000:
        raise BadInput("file-too-large", limit_mb=LIMIT_MB)
    try:
        image = Image.open(io.BytesIO(bare(data)), formats=_OPENED)
    except _BOMB as error:
        raise BadInput("picture-too-many-pixels", limit_megapixels=LIMIT_MEGAPIXELS) from error
    except UnidentifiedImageError as error:
        if kinds.is_heic(data) and "HEIF" not in _OPENED:
            raise BadInput("unusable-heic") from error
        known = data.startswith(_SIGNATURES) or kinds.kind_of(data) == kinds.PICTURE
        raise BadInput("file-damaged" if known else "file-not-a-picture") from error
    except _DAMAGE as error:
        raise BadInput("file-damaged") from error
    if math.prod(image.size) > LIMIT_MEGAPIXELS * 1_000_000:
        raise BadInput("picture-too-many-pixels", limit_megapixels=LIMIT_MEGAPIXELS)
    if min(image.size) < SMALLEST_EDGE:
        raise BadInput("picture-too-small")
    return image


def _decode(image: Image.Image) -> Image.Image:
    """Decode an opened picture and bring it to RGB or RGBA, upright, in sRGB."""
    try:
        image.load()
        return _to_eight_bit_colour(ImageOps.exif_transpose(image))
    except _BOMB as error:
        raise BadInput("picture-too-many-pixels", limit_megapixels=LIMIT_MEGAPIXELS) from error
    except _DAMAGE as error:
        raise BadInput("file-damaged") from error


def _to_eight_bit_colour(image: Image.Image) -> Image.Image:
    """RGB or RGBA, 8 bits, sRGB, without metadata that no longer describes the pixels."""
    mode = "RGBA" if _is_transparent(image) else "RGB"
    if image.mode.startswith("I") or image.mode == "F":
        image = _from_deep_grey(image)
    if image.mode == "RGB" and "transparency" in image.info:
        image = image.convert("RGBA")  # the transparent colour is compared before colours are converted
    plain = _to_srgb(image, mode) or image.convert(mode)
    plain = plain.copy() if plain is image else plain
    plain.info.clear()
    return plain


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """Grey of 16 bits, 32 bits or floating point → 8 bits, a strip at a time. Values are read as 16-bit where any exceeds 255."""
    least, most = image.getextrema() if not image.mode.startswith("I;16") else (0, 65535)
    assert isinstance(most, int | float) and isinstance(least, int | float)
    whole = 65535.0 if most > 255 else 255.0
    if image.mode == "F" and most <= 1:
        whole = 1.0
    plain = Image.new("L", image.size)
    for top in range(0, image.height, _STRIP_ROWS):
        box = (0, top, image.width, min(top + _STRIP_ROWS, image.height))
        values = np.asarray(image.crop(box), dtype=np.float32)
        plain.paste(Image.fromarray(np.clip(values / whole * 255, 0, 255).astype(np.uint8)), box)
    return plain


def _to_srgb(image: Image.Image, mode: str) -> Image.Image | None:
    """Apply the embedded profile; `None` where there is none, it is sRGB already, or it does not fit the picture."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return None
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, *_DAMAGE):
        return None


def _is_transparent(image: Image.Image) -> bool:
    return image.mode in {"RGBA", "LA", "La", "PA", "RGBa"} or "transparency" in image.info


def _seen_size(image: Image.Image) -> tuple[int, int]:
    """Width and height with the EXIF orientation applied; broken EXIF counts as none."""
    width, height = image.size
    if image.format == "PNG" and "exif" not in image.info:
        return (
            width,
            height,
        )  # Pillow would decode the whole PNG to look for EXIF behind the pixels, where ``bare`` leaves none
    try:
        turned = image.getexif().get(_ORIENTATION) in _TURNED
    except _DAMAGE:
        turned = False
    return (height, width) if turned else (width, height)
