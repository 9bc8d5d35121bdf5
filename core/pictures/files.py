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
from PIL import Image, ImageChops, ImageFile, ImageOps, UnidentifiedImageError

from core.errors import BadInput
from core.pictures import colours, kinds
from core.pictures.containers import bare, can_be_bared

LIMIT_MB = 50
"""Megabytes (10⁶ bytes) of one picture: the image edit API takes files under 50 MB each (2026-11-22)."""

LIMIT_MEGAPIXELS = 50
"""Most pixels we decode: 50 million are 200 MB as RGBA, and no phone's usual photo is larger."""

SMALLEST_EDGE = 16
"""Fewest pixels on either edge; below this there is nothing to see or to edit."""

NARROWEST = 20
"""How many times as long as wide a picture may be: Telegram shows no longer ones (2026-11-22), and on what a model draws they are a line."""

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
_ANIMATIONS = {"PNG", "WEBP", "GIF", "AVIF"}
_ORIENTATION = 0x0112  # EXIF tag; values 5–8 swap width and height
_TURNED = range(5, 9)
_SUBFILE = 0x00FE  # TIFF tag: whether this is a smaller copy of another picture in the file
_DNG = 0xC612  # TIFF tag: the version of DNG
_STRIP_ROWS = 128
_END_OF_JPEG = b"\xff\xd9"
with suppress(ImportError):  # an extra that we do not ship: see THIRD_PARTY_NOTICES.md
    importlib.import_module("pillow_heif").register_heif_opener()
    _OPENED.append("HEIF")
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# What Pillow's decoders raise on damaged data; they are parsers, and a broken file surprises each of them differently.
_DAMAGE = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error,
    KeyError, IndexError, TypeError, OverflowError, MemoryError,
)  # fmt: skip


def endings() -> tuple[str, ...]:
    """How the names of files end that can be opened here."""
    unopened = () if "HEIF" in _OPENED else kinds.HEIC_ENDINGS
    return tuple(ending for ending in kinds.PICTURE_ENDINGS if ending not in unopened)


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
    Raises `BadInput`: file-too-large, file-not-a-picture, file-damaged, picture-too-many-pixels, picture-too-small,
    picture-too-narrow (ratio).
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
    return _in_srgb(*_decode(_open(data), data))


def load_own(data: bytes) -> tuple[Image.Image, bytes]:
    """Decode a picture to RGB or RGBA in its own numbers, and the colour profile these are in; empty where they are sRGB.

    Upright, 8 bits, the first frame. What RGB cannot hold as it is (CMYK, and grey with a profile) is converted to sRGB. Raises as ``load``.
    """
    image, profile = _decode(_open(data), data)
    if image.mode in ("RGB", "RGBA"):
        return image, profile if colours.holds(profile, image.mode) else b""
    return _in_srgb(image, profile), b""


def is_plain(data: bytes) -> bool:
    """Whether a file is a still PNG, JPEG or WebP whose pixels are RGB in sRGB, 8 bits and upright as they stand. Raises as ``inspect``."""
    image = _open(data)
    still = image.format in ("PNG", "JPEG", "WEBP") and not getattr(image, "is_animated", False)
    deep = any("16" in str(tile.args) for tile in image.tile)
    plain = image.mode == "RGB" and not (_is_transparent(image) or image.info.get("icc_profile"))
    return still and plain and not deep and _orientation(image) == 1


def without_traces(data: bytes) -> bytes:
    """What is kept of a picture that somebody sent: the same pixels, without where, when and by whom it was taken.

    JPEG, PNG, WebP and GIF stay as they are but for that, and a JPEG that is cut off gets its end; other kinds, which browsers and models do not
    all take, become a PNG with their own numbers and colour profile. Raises ``BadInput`` as ``load`` does.
    """
    if can_be_bared(data):
        return _with_end(bare(data))
    image, profile = load_own(data)
    return encode(image, "PNG", profile=profile)


def _with_end(data: bytes) -> bytes:
    """A JPEG that is cut off behind the beginning of its pixels, with an end: as every viewer does, decoders then show how far it goes."""
    return data if not data.startswith(b"\xff\xd8") or data.endswith(_END_OF_JPEG) else data + _END_OF_JPEG


def thumbnail(data: bytes, edge: int) -> bytes:
    """A small version whose longer edge is at most `edge` pixels: JPEG, or WebP where there is transparency."""
    image = _open(data)
    image.draft("RGB", (edge, edge))  # lets a JPEG decode at a fraction of its size
    small = _in_srgb(*_decode(image, data))
    small.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    return encode(small, "WEBP" if small.mode == "RGBA" else "JPEG")


def opaque(image: Image.Image) -> Image.Image:
    """RGB of an RGB or RGBA picture; what was transparent lies on white."""
    if image.mode == "RGB":
        return image
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")


def encode(image: Image.Image, file_format: str, *, effort: int = 1, profile: bytes = b"") -> bytes:
    """Write a picture as "PNG" (`effort` 1–9: a photo at 6 takes four times as long and saves a tenth), "JPEG" or
    "WEBP" (both at quality 88). `profile` is the colour profile of its numbers; none means sRGB.
    """
    stream = io.BytesIO()
    own = {"icc_profile": profile} if profile else {}
    if file_format == "PNG":
        image.save(stream, "PNG", compress_level=effort, **own)
    else:
        image.save(stream, file_format, quality=88, **own)
    return stream.getvalue()


def _open(data: bytes) -> ImageFile.ImageFile:
    """Open without decoding and check the limits; the pixel data is still compressed afterwards.

    A decoder sees only kinds of files whose parts ``bare`` knows how to count: Pillow would open more by these names, BigTIFF for one.
    """
    if len(data) > LIMIT_MB * 1_000_000:
        raise BadInput("file-too-large", limit_mb=LIMIT_MB)
    if kinds.kind_of(data) != kinds.PICTURE:
        raise BadInput("file-not-a-picture")
    try:
        image = Image.open(io.BytesIO(bare(data)), formats=_OPENED)
        raw = _is_raw(image)
    except _BOMB as error:
        raise BadInput("picture-too-many-pixels", limit_megapixels=LIMIT_MEGAPIXELS) from error
    except UnidentifiedImageError as error:
        if kinds.is_heic(data) and "HEIF" not in _OPENED:
            raise BadInput("unusable-heic") from error
        raise BadInput("file-damaged") from error
    except _DAMAGE as error:
        raise BadInput("file-damaged") from error
    if raw:
        raise BadInput("file-not-a-picture")
    _check_size(image)
    return image


def _check_size(image: Image.Image) -> None:
    """Refuse what has too many pixels to decode, or too few on an edge to work with."""
    if math.prod(image.size) > LIMIT_MEGAPIXELS * 1_000_000:
        raise BadInput("picture-too-many-pixels", limit_megapixels=LIMIT_MEGAPIXELS)
    if min(image.size) < SMALLEST_EDGE:
        raise BadInput("picture-too-small")
    if max(image.size) > NARROWEST * min(image.size):
        raise BadInput("picture-too-narrow", ratio=NARROWEST)


def _is_raw(image: Image.Image) -> bool:
    """Whether a TIFF is a camera's raw file, which begins with a small preview: nobody means that by it."""
    if image.format != "TIFF":
        return False
    told = dict(image.getexif())
    return _DNG in told or bool(int(told.get(_SUBFILE, 0)) & 1)


def _decode(image: ImageFile.ImageFile, data: bytes) -> tuple[Image.Image, bytes]:
    """Decode an opened picture to RGB, RGBA, CMYK, L or LA, upright, in 8 bits and its own numbers; and the profile these are in."""
    try:
        profile = image.info.get("icc_profile")
        raw = image.tile[0].args if image.format == "PNG" and image.tile else None
        image.load()
        _mend_clear_colour(image, raw, data)
        return _eight_bits(ImageOps.exif_transpose(image)), profile if isinstance(profile, bytes) else b""
    except _BOMB as error:
        raise BadInput("picture-too-many-pixels", limit_megapixels=LIMIT_MEGAPIXELS) from error
    except _DAMAGE as error:
        raise BadInput("file-damaged") from error


def _mend_clear_colour(image: Image.Image, raw: object, data: bytes) -> None:
    """The transparent colour of a PNG is told in the file's own bits (PNG, 11.3.2.1), and Pillow compares it with what 8 bits leave of a pixel.

    Grey of 2 or 4 bits is spread over 8, so its colour is too. Of 16 bits the low ones are read once more, by saying that they are the high ones.
    """
    told = image.info.get("transparency")
    if told is None:
        return
    if raw in ("L;2", "L;4"):
        image.info["transparency"] = told * (85 if raw == "L;2" else 17)
    elif raw == "RGB;16B":
        low = _open(data)
        low.tile = [low.tile[0]._replace(args="RGB;16L")]
        low.load()
        halves = [(image, [sample >> 8 for sample in told]), (low, [sample & 255 for sample in told])]
        del image.info["transparency"]
        image.putalpha(_unlike(halves))


def _unlike(parts: list[tuple[Image.Image, list[int]]]) -> Image.Image:
    """255 where a pixel differs from the colour in any channel of any part, else 0."""
    alpha = Image.new("L", parts[0][0].size, 0)
    for image, colour in parts:
        for channel, sample in zip(image.split(), colour, strict=True):
            other = [0 if value == sample else 255 for value in range(256)]
            alpha = ImageChops.lighter(alpha, channel.point(other))
    return alpha


def _eight_bits(image: Image.Image) -> Image.Image:
    """RGB, RGBA, CMYK, L or LA, without metadata that no longer describes the pixels; alpha is never mixed into the colours."""
    clear = _is_transparent(image)
    if image.mode.startswith("I") or image.mode == "F":
        image = _from_deep_grey(image)
    elif image.mode in ("1", "L", "LA", "La"):
        image = _in_mode(image, "LA" if clear else "L")
    elif image.mode != "CMYK":
        image = _in_mode(image, "RGBA" if clear else "RGB")
    image.info.clear()
    return image


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """What was decoded, as RGB or RGBA in sRGB."""
    mode = "RGBA" if image.mode.endswith("A") else "RGB"
    if image.mode == "LA" and profile:
        grey, alpha = image.split()
        image = _in_srgb(grey, profile)
        image.putalpha(alpha)
        return image
    plain = colours.to_srgb(image, profile, mode) or _in_mode(image, mode)
    plain.info.clear()
    return plain


def _in_mode(image: Image.Image, mode: str) -> Image.Image:
    """The picture in a mode; one that is in it already is not copied, as it may be large."""
    return image if image.mode == mode else image.convert(mode)


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """Grey of 16 bits, 32 bits or floating point → 8 bits (L, or LA where one value is transparent), a strip at a time.

    Values are read as 16-bit where any exceeds 255, and against the largest where one exceeds that too.
    """
    told = image.info.get("transparency")
    least, most = image.getextrema() if not image.mode.startswith("I;16") else (0, 65535)
    assert isinstance(most, int | float) and isinstance(least, int | float)
    steps = (1.0, 255.0, 65535.0) if image.mode == "F" else (255.0, 65535.0)
    whole = next((step for step in steps if most <= step), float(most) if most < math.inf else steps[-1])
    plain = Image.new("L" if told is None else "LA", image.size)
    for top in range(0, image.height, _STRIP_ROWS):
        box = (0, top, image.width, min(top + _STRIP_ROWS, image.height))
        values = np.nan_to_num(np.asarray(image.crop(box), dtype=np.float32))
        strip = Image.fromarray(np.clip(values / whole * 255, 0, 255).astype(np.uint8))
        if told is not None:
            strip.putalpha(Image.fromarray(np.where(values == told, 0, 255).astype(np.uint8)))
        plain.paste(strip, box)
    return plain


def _is_transparent(image: Image.Image) -> bool:
    return image.mode in {"RGBA", "LA", "La", "PA", "RGBa"} or "transparency" in image.info


def _seen_size(image: Image.Image) -> tuple[int, int]:
    """Width and height with the EXIF orientation applied, as Pillow itself does for a TIFF; broken EXIF counts as none."""
    width, height = image.size
    return (height, width) if image.format != "TIFF" and _orientation(image) in _TURNED else (width, height)


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation from 1 (upright) to 8, 1 where there is none or none that can be read."""
    if image.format == "PNG" and "exif" not in image.info:
        return 1  # Pillow would decode the whole PNG to look for EXIF behind the pixels, where ``bare`` leaves none
    try:
        told = image.getexif().get(_ORIENTATION)
    except _DAMAGE:
        return 1
    return told if isinstance(told, int) and 1 <= told <= 8 else 1
