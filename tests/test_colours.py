"""Photos with a colour profile, and odd PNGs: what was not to change keeps every number, and colours look as they did."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from colour_profiles import ADOBE_RGB, DISPLAY_P3, GREY, LINEAR
from core.pictures.canvas import canvas_for, compose, to_canvas
from core.pictures.files import load, load_own, thumbnail, without_traces
from core.pictures.masks import MaskKind, Region

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def written(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, file_format, **options)
    return stream.getvalue()


def colourful(mode: str = "RGB") -> Image.Image:
    """64×48 pixels of all kinds of colours, and with every alpha where there is one."""
    rows, columns = np.indices((48, 64))
    planes = (columns * 4, rows * 5, 255 - columns * 2 - rows * 2, 255 - columns * 4)
    return Image.fromarray(np.stack(planes[: len(mode)], axis=-1).astype(np.uint8))


def region() -> Region:
    mask = np.zeros((48, 64), np.bool_)
    mask[12:36, 16:48] = True
    return Region(mask, MaskKind.ALPHA)


def png(width: int, height: int, depth: int, kind: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG as other programs write it: bits, colour type, and rows without filters."""
    line = len(rows) // height
    unfiltered = b"".join(b"\x00" + rows[at : at + line] for at in range(0, len(rows), line))
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)),
        *chunks,
        (b"IDAT", zlib.compress(unfiltered)),
        (b"IEND", b""),
    ]
    told = (
        struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data)) for tag, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(told)


@pytest.mark.parametrize("profile", [DISPLAY_P3, ADOBE_RGB, LINEAR, SRGB], ids=["P3", "Adobe RGB", "linear", "sRGB"])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_photo_keeps_its_profile_and_its_numbers_outside_the_region(profile: bytes, mode: str) -> None:
    photo = written(colourful(mode), icc_profile=profile)
    canvas = canvas_for(photo)
    drawn = written(Image.new("RGB", canvas.size, (200, 60, 40)))
    done = Image.open(io.BytesIO(compose(photo, drawn, canvas, region(), feather=0)))
    assert done.info["icc_profile"] == profile
    before, after, outside = np.asarray(colourful(mode)), np.asarray(done), ~region().mask
    assert (before[outside] == after[outside]).all()
    seen = np.asarray(load(written(done, icc_profile=profile)).convert("RGB"), int)[14:34, 18:46]
    assert np.abs(seen - (200, 60, 40)).max() <= 3, "what was drawn looks as it was drawn"


@pytest.mark.parametrize("profile", [DISPLAY_P3, ADOBE_RGB], ids=["P3", "Adobe RGB"])
def test_an_edit_that_changes_nothing_looks_the_same(profile: bytes) -> None:
    soft = Image.fromarray((np.asarray(colourful(), int) // 3 + 80).astype(np.uint8))  # colours that sRGB has too
    photo = written(soft, "JPEG", quality=98, icc_profile=profile)
    own = np.asarray(Image.open(io.BytesIO(photo)), int)
    canvas = canvas_for(photo)
    done = Image.open(io.BytesIO(compose(photo, to_canvas(photo, canvas), canvas, region())))
    assert np.abs(np.asarray(done, int) - own).mean() < 1.5


def test_the_model_sees_what_a_person_sees() -> None:
    photo = written(Image.new("RGB", (64, 64), (120, 200, 90)), icc_profile=ADOBE_RGB)
    expected = ImageCms.profileToProfile(
        Image.new("RGB", (1, 1), (120, 200, 90)),
        ImageCms.ImageCmsProfile(io.BytesIO(ADOBE_RGB)),
        ImageCms.createProfile("sRGB"),
    )
    assert expected is not None
    colour = expected.getpixel((0, 0))
    assert colour != (120, 200, 90)
    for sent in (to_canvas(photo, canvas_for(photo)), thumbnail(photo, 32)):
        assert Image.open(io.BytesIO(sent)).convert("RGB").getpixel((10, 10)) == pytest.approx(colour, abs=3)


@pytest.mark.parametrize(
    ("photo", "kept"),
    [
        (written(colourful(), icc_profile=b"nonsense"), False),
        (written(colourful(), icc_profile=DISPLAY_P3[:200]), False),
        (written(colourful(), icc_profile=GREY), False),
        (written(colourful().convert("L"), icc_profile=DISPLAY_P3), False),
        (written(colourful().convert("L"), icc_profile=GREY), False),
        (written(colourful().convert("CMYK"), "JPEG", icc_profile=DISPLAY_P3), False),
        (written(colourful().quantize(32), icc_profile=DISPLAY_P3), True),
        (written(colourful("RGBA").quantize(32), icc_profile=DISPLAY_P3), True),
        (written(colourful(), "WEBP", lossless=True, icc_profile=DISPLAY_P3), True),
        (without_traces(written(colourful(), "TIFF", icc_profile=DISPLAY_P3)), True),
    ],
    ids=["nonsense", "cut", "grey for colours", "colours for grey", "grey", "CMYK", "palette", "palette with alpha", "WebP", "TIFF"],
)  # fmt: skip
def test_a_profile_goes_with_the_numbers_it_is_for(photo: bytes, kept: bool) -> None:
    image, profile = load_own(photo)
    assert profile == (DISPLAY_P3 if kept else b"")
    canvas = canvas_for(photo)
    done = compose(photo, to_canvas(photo, canvas), canvas, region())
    assert Image.open(io.BytesIO(done)).info.get("icc_profile", b"") == profile
    assert (np.asarray(load(done))[~region().mask] == np.asarray(load(photo))[~region().mask]).all(), (
        "nothing looks different"
    )
    assert image.size == (64, 48)


def test_grey_with_a_profile_looks_as_it_should() -> None:
    grey, with_alpha = Image.new("L", (32, 32), 55), Image.new("LA", (32, 32), (55, 128))
    assert load(written(grey, icc_profile=GREY)).getpixel((3, 3)) == pytest.approx((128, 128, 128), abs=3)
    assert load(written(with_alpha, icc_profile=GREY)).getpixel((3, 3)) == pytest.approx((128, 128, 128, 128), abs=3)


ALIKE = struct.pack(">9H", 0x1234, 0x5678, 0x9ABC, 0x1235, 0x5678, 0x9ABC, 0x1234, 0x5679, 0x9ABC)
"""Three pixels of 16 bits that are one colour in 8."""


@pytest.mark.parametrize(
    ("data", "alphas"),
    [
        (png(24, 16, 16, 2, ALIKE * 8 * 16, (b"tRNS", ALIKE[:6])), (0, 255, 255)),
        (png(24, 16, 16, 0, struct.pack(">3H", 300, 301, 300) * 8 * 16, (b"tRNS", b"\x01\x2c")), (0, 255, 0)),
        (png(24, 16, 4, 0, b"\xf0\xf0\xf0" * 4 * 16, (b"tRNS", b"\x00\x0f")), (0, 255, 0)),
        (png(24, 16, 2, 0, b"\x6c\x6c\x6c\x6c\x6c\x6c" * 16, (b"tRNS", b"\x00\x02")), (255, 0, 255)),
        (png(24, 16, 1, 0, b"\x92\x49\x24" * 16, (b"tRNS", b"\x00\x01")), (0, 255, 255)),
        (png(24, 16, 8, 2, b"\x01\x02\x03\x01\x02\x04\x01\x02\x03" * 8 * 16, (b"tRNS", b"\0\1\0\2\0\3")), (0, 255, 0)),
        (png(24, 16, 8, 3, b"\x00\x01\x00" * 8 * 16, (b"PLTE", bytes(6)), (b"tRNS", b"\x80\xff")), (128, 255, 128)),
    ],
    ids=["16-bit colours", "16-bit grey", "4-bit grey", "2-bit grey", "1 bit", "8-bit colours", "palette"],
)
def test_a_transparent_colour_is_exactly_that_colour(data: bytes, alphas: tuple[int, ...]) -> None:
    seen = load(data)
    assert seen.mode == "RGBA"
    assert tuple(seen.getchannel("A").getpixel((x, 5)) for x in range(3)) == alphas
    canvas = canvas_for(data)
    mask = np.zeros((16, 24), np.bool_)
    mask[:, 12:] = True
    done = load(compose(data, to_canvas(data, canvas), canvas, Region(mask, MaskKind.ALPHA)))
    assert (np.asarray(done)[:, :12] == np.asarray(seen)[:, :12]).all()


def test_sixteen_bits_keep_their_colours() -> None:
    assert load(png(24, 16, 16, 2, ALIKE * 8 * 16, (b"tRNS", ALIKE[:6]))).getpixel((1, 0)) == (0x12, 0x56, 0x9A, 255)
