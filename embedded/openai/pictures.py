"""Picture files in and out: strict reading, encoding, and the looseness of a model that repaints.

Everything here takes CPU time and belongs in a worker thread.
"""

import base64
import binascii
import hashlib
import io
import warnings
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageOps, PngImagePlugin, UnidentifiedImageError

from embedded.openai.errors import broken_picture, invalid, wrong_type
from embedded.openai.fields import Upload

SIGNATURE = "Fabula sketch artist"
"""Written into every file as its software: the pieces say who made them."""

RECORD = "Fabula record"
"""The text of a PNG in which the artist keeps what it drew; in a JPEG or WebP that is the user's comment of the EXIF."""

_LONGEST_RECORD = 6000
_COMMENT = b"ASCII\0\0\0"  # EXIF 2.32, 4.6.5: how a user's comment is written

MAX_PIXELS = 64_000_000
"""No picture beyond this is decoded (ours, against decompression bombs; the real limit is not published)."""

GRAIN = 4
"""Pixels of a side of what `loosen` changes alike: noise of single pixels would be a megabyte of file that nobody sees."""

PICTURE_TYPES = ("image/jpeg", "image/png", "image/webp")
_FORMATS: tuple[str, ...] = ("PNG", "JPEG", "WEBP")
_MAX_PICTURE_BYTES = 50_000_000
_MAX_MASK_BYTES = 4_000_000


@dataclass(frozen=True)
class FileFacts:
    """What the request log keeps of a file instead of its bytes. Sizes are None where it is no picture."""

    bytes: int
    sha256: str
    width: int | None
    height: int | None


def describe(data: bytes) -> FileFacts:
    """Measure a file without decoding its pixels."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        with _opened(data, _FORMATS) as picture:
            return FileFacts(len(data), digest, picture.width, picture.height)
    except _UNREADABLE:
        return FileFacts(len(data), digest, None, None)


def read_source(upload: Upload, position: int) -> Image.Image:
    """A picture to edit, upright (EXIF orientation applied), in its own mode. ``position`` counts from 1, for the message.

    Raises ``ApiError`` for another type, 50 MB or more, or a file that does not decode.
    """
    if upload.mimetype not in PICTURE_TYPES:
        supported = "'image/jpeg', 'image/png', and 'image/webp'"
        message = (
            f"Invalid file '{upload.field}': unsupported mimetype ('{upload.mimetype}'). "
            f"Supported file formats are {supported}."
        )
        raise invalid(message, param=upload.field, code="unsupported_file_mimetype")
    _check_bytes(upload, _MAX_PICTURE_BYTES)
    message = f"Invalid image file or mode for image {position}, please check your image file."
    picture = _decoded(upload.data, _FORMATS, upload.field, message)
    record = _record(picture)
    upright = ImageOps.exif_transpose(picture)
    upright.info["record"] = record
    return upright


def read_mask(upload: Upload, size: tuple[int, int]) -> Image.Image:
    """A mask as RGBA, alpha 0 where the picture is to change and 255 elsewhere: half transparent is not a wish to change.

    Raises ``ApiError`` unless it is a PNG under 4 MB with an alpha channel and exactly ``size``.
    """
    return _mask(_read_overlay(upload, size).point(lambda value: 255 if value else 0))


def read_markup(upload: Upload, size: tuple[int, int]) -> Image.Image:
    """A markup overlay as a mask like ``read_mask`` gives: alpha 0 in the box around its strokes, the region it points at.

    Raises ``ApiError`` unless it is a PNG of exactly ``size`` with transparent pixels and strokes.
    """
    strokes = _read_overlay(upload, size).point(lambda value: 255 if value else 0)
    box = strokes.getbbox()
    if strokes.getextrema()[0] != 0 or box is None:
        raise broken_picture(upload.field, "Invalid markup image - it needs transparent pixels and strokes.")
    alpha = Image.new("L", size, 255)
    alpha.paste(0, box)
    return _mask(alpha)


def read_data_url(url: object, param: str, *, largest: int) -> tuple[int, int]:
    """Check a ``data:`` URL with a whole picture in it and return (width, height).

    Raises ``ApiError``: addresses on a network are refused, because this server reaches nothing.
    """
    if not isinstance(url, str):
        raise wrong_type(param, "a string", url)
    head, comma, payload = url.partition(",")
    if not (head.startswith("data:image/") and head.endswith(";base64") and comma):
        message = "Failed to download the image: this server takes data: URLs with a base64 picture only."
        raise invalid(message, param=param, code="invalid_image_url")
    try:
        data = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid("Invalid base64 image_url.", param=param, code="invalid_base64") from error
    if len(data) > largest:
        raise invalid(f"The image is larger than {largest} bytes.", param=param, code="image_too_large")
    message = "The image data you provided does not represent a valid image."
    return _decoded(data, (*_FORMATS, "GIF"), param, message).size


def record_in(url: str) -> str | None:
    """What the artist kept in the picture of a ``data:`` URL that was checked."""
    data = base64.b64decode(url.partition(",")[2])
    try:
        with _opened(data, (*_FORMATS, "GIF")) as picture:
            return _record(picture)
    except _UNREADABLE:
        return None


def encode(picture: Image.Image, output_format: str, compression: int, *, transparent: bool) -> str:
    """The picture as base64 of a signed ``png``, ``jpeg`` or ``webp`` file; opaque pictures lie on white.

    ``compression`` is the API's 0 to 100, where 100 keeps the most. A PNG keeps a palette: it is written in a sixth of the time.
    """
    record = str(picture.info.get("record") or "")
    if picture.mode == "P" and output_format != "png":
        picture = picture.convert("RGB")
    if not transparent and picture.mode not in ("P", "RGB"):
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")
    file = io.BytesIO()
    if output_format == "png":
        info = PngImagePlugin.PngInfo()
        info.add_text("Software", SIGNATURE)
        if record:
            info.add_text(RECORD, record)
        picture.save(file, "PNG", pnginfo=info, compress_level=1)
    else:
        exif = Image.Exif()
        exif[ExifTags.Base.Software] = SIGNATURE
        if record:
            exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = _COMMENT + record.encode("ascii")
        options = {"quality": compression} if output_format == "jpeg" else {"quality": compression, "method": 2}
        picture.save(file, output_format.upper(), exif=exif, **options)
    return base64.b64encode(file.getvalue()).decode("ascii")


def _record(picture: Image.Image) -> str | None:
    """What the artist kept in a file; whoever sent it may have written that."""
    told = picture.info.get(RECORD)
    if told is None:
        try:
            comment = picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment)
        except (*_UNREADABLE, KeyError, TypeError, IndexError, OverflowError):
            return None
        if isinstance(comment, bytes) and comment.startswith(_COMMENT):
            told = comment[len(_COMMENT) :][:_LONGEST_RECORD].decode("ascii", "replace")
    return told if isinstance(told, str) and len(told) <= _LONGEST_RECORD else None


def loosen(picture: Image.Image, seed: int) -> Image.Image:
    """The same picture as a model gives it back: every pixel a little off, also where the mask says keep.

    A slow colour drift across the picture plus noise in grains of four pixels. Whoever wants the untouched part back must put it back.
    RGB where nothing is transparent, else RGBA.
    """
    import numpy  # here, because only edits need it and the start should be quick

    random = numpy.random.default_rng(seed)
    width, height = picture.size
    drift = numpy.linspace(random.uniform(-5, -2, 3), random.uniform(2, 5, 3), width).round().astype(numpy.int16)
    grains = random.integers(-3, 4, (height // GRAIN + 1, width // GRAIN + 1), numpy.int16)
    off = drift + grains.repeat(GRAIN, 1)[:, :width, None]
    pixels = off.repeat(GRAIN, 0)[:height] + numpy.asarray(picture.convert("RGB"))
    loose = Image.fromarray(pixels.clip(0, 255).astype(numpy.uint8), "RGB")
    if picture.has_transparency_data and (alpha := picture.convert("RGBA").getchannel("A")).getextrema() != (255, 255):
        loose.putalpha(alpha)
    return loose


_UNREADABLE = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,  # what Pillow raises for some broken PNG chunks
    ValueError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)


def _opened(data: bytes, formats: tuple[str, ...]) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # MAX_PIXELS decides
        return Image.open(io.BytesIO(data), formats=formats)


def _decoded(data: bytes, formats: tuple[str, ...], param: str, message: str) -> Image.Image:
    try:
        picture = _opened(data, formats)
        if picture.width * picture.height > MAX_PIXELS:
            raise broken_picture(param, message)
        picture.load()
    except _UNREADABLE as error:
        raise broken_picture(param, message) from error
    return picture


def _read_overlay(upload: Upload, size: tuple[int, int]) -> Image.Image:
    """The alpha channel of a PNG laid over the first picture."""
    _check_bytes(upload, _MAX_MASK_BYTES)
    name = upload.field
    overlay = _decoded(upload.data, ("PNG",), name, f"Invalid {name} image format - must be a readable PNG.")
    if not overlay.has_transparency_data:
        message = f"Invalid {name} image format - {name} must have an alpha channel."
        raise invalid(message, param=name, code="invalid_mask_image_format")
    if overlay.size != size:
        message = f"Invalid {name} image format - {name} size does not match image size."
        raise invalid(message, param=name, code="invalid_mask_image_format")
    return overlay.convert("RGBA").getchannel("A")


def _mask(alpha: Image.Image) -> Image.Image:
    mask = Image.new("RGBA", alpha.size)
    mask.putalpha(alpha)
    return mask


def _check_bytes(upload: Upload, limit: int) -> None:
    if len(upload.data) >= limit:
        message = f"Invalid file '{upload.field}': the file must be less than {limit // 1_000_000} MB."
        raise invalid(message, param=upload.field, code="file_too_large")
