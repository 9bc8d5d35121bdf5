"""Pictures as people send them: every odd kind decodes to what one sees, every bad one gets its own sentence."""

import io
import struct
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from core.errors import BadInput
from core.pictures.files import PictureInfo, inspect, load, opaque, thumbnail

DATA = Path(__file__).parent / "data"
ROTATE_90 = 6  # EXIF orientation: to be turned clockwise by a quarter


def written(image: Image.Image, file_format: str = "PNG", **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, file_format, **options)
    return stream.getvalue()


def halves(left: Any, right: Any, mode: str = "RGB", size: tuple[int, int] = (40, 20)) -> Image.Image:
    image = Image.new(mode, size, left)
    image.paste(right, (size[0] // 2, 0, *size))
    return image


def palette_with_transparency() -> bytes:
    image = Image.new("P", (40, 20), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(1, (20, 0, 40, 20))
    return written(image, transparency=0)


def deep_grey() -> bytes:
    values = np.zeros((20, 40), np.uint16)
    values[:, 20:] = 65535
    values[:, :20] = 128 * 257
    return written(Image.fromarray(values))


def in_another_profile() -> bytes:
    """A picture whose profile swaps red and blue."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for old, new in ((b"rXYZ", b"????"), (b"bXYZ", b"rXYZ"), (b"????", b"bXYZ")):
        profile = profile.replace(old, new)
    profile = profile.replace("sRGB".encode("utf-16-be"), "BGRs".encode("utf-16-be"))
    return written(halves((200, 40, 40), (40, 40, 200)), icc_profile=profile)


def turned(file_format: str, **options: Any) -> bytes:
    """Stored lying (40×20), to be seen standing (20×40) with its left half on top."""
    exif = Image.Exif()
    exif[0x0112] = ROTATE_90
    return written(halves("red", "blue"), file_format, exif=exif, **options)


def frames(file_format: str) -> bytes:
    first, second = halves("red", "blue"), halves("green", "white")
    return written(first, file_format, save_all=True, append_images=[second], duration=100)


@pytest.mark.parametrize(
    ("data", "mode", "left", "right"),
    [
        pytest.param(written(halves("red", "blue")), "RGB", (255, 0, 0), (0, 0, 255), id="RGB"),
        pytest.param(palette_with_transparency(), "RGBA", (255, 0, 0, 0), (0, 0, 255, 255), id="palette, transparent"),
        pytest.param(written(halves(0, 1, "1")), "RGB", (0, 0, 0), (255, 255, 255), id="1 bit"),
        pytest.param(written(halves(10, 200, "L")), "RGB", (10, 10, 10), (200, 200, 200), id="grey"),
        pytest.param(written(halves((9, 0), (80, 255), "LA")), "RGBA", (9, 9, 9, 0), (80, 80, 80, 255), id="grey, alpha"),
        pytest.param(deep_grey(), "RGB", (128, 128, 128), (255, 255, 255), id="16-bit grey"),
        pytest.param(
            written(halves("red", "blue"), transparency=(255, 0, 0)), "RGBA", (255, 0, 0, 0), (0, 0, 255, 255), id="tRNS"
        ),
        pytest.param(
            written(halves((0, 255, 255, 0), (255, 255, 0, 0), "CMYK"), "JPEG", quality=95),
            "RGB", (255, 0, 0), (0, 0, 255), id="CMYK JPEG",
        ),
        pytest.param(frames("GIF"), "RGB", (255, 0, 0), (0, 0, 255), id="animated GIF"),
        pytest.param(frames("PNG"), "RGB", (255, 0, 0), (0, 0, 255), id="animated PNG"),
        pytest.param(
            written(halves("red", "blue"), "WEBP", lossless=True), "RGB", (255, 0, 0), (0, 0, 255), id="WebP"
        ),
        pytest.param(written(halves("red", "blue"), "BMP"), "RGB", (255, 0, 0), (0, 0, 255), id="BMP"),
        pytest.param(written(halves("red", "blue"), "TIFF"), "RGB", (255, 0, 0), (0, 0, 255), id="TIFF"),
    ],
)  # fmt: skip
def test_every_kind_of_picture_becomes_rgb_or_rgba(
    data: bytes, mode: str, left: tuple[int, ...], right: tuple[int, ...]
) -> None:
    image = load(data)
    assert (image.mode, image.size) == (mode, (40, 20))
    assert image.getpixel((5, 10)) == pytest.approx(left, abs=4)
    assert image.getpixel((35, 10)) == pytest.approx(right, abs=4)
    assert (inspect(data).width, inspect(data).height) == image.size
    assert inspect(data).transparent == (mode == "RGBA")


@pytest.mark.parametrize("data", [turned("JPEG", quality=95), turned("PNG"), turned("WEBP", lossless=True)])
def test_a_photo_is_seen_upright(data: bytes) -> None:
    info, image = inspect(data), load(data)
    assert (info.width, info.height) == image.size == (20, 40)
    assert image.getpixel((10, 5)) == pytest.approx((255, 0, 0), abs=4)
    assert image.getpixel((10, 35)) == pytest.approx((0, 0, 255), abs=4)
    assert load(written(image)).size == (20, 40), "a turned picture is not turned again"


def test_exif_behind_the_pixels_of_a_png_counts_too() -> None:
    plain, tagged = written(halves("red", "blue")), turned("PNG")
    start = tagged.index(b"eXIf") - 4
    end = start + 12 + struct.unpack(">I", tagged[start : start + 4])[0]
    tail = plain.index(b"IEND") - 4
    moved = plain[:tail] + tagged[start:end] + plain[tail:]
    assert load(moved).size == (inspect(moved).width, inspect(moved).height) == (20, 40)


def test_a_colour_profile_is_converted_and_srgb_left_alone() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = halves((200, 40, 40), (40, 40, 200))
    assert load(written(image, icc_profile=srgb)).getpixel((5, 5)) == (200, 40, 40)
    assert load(in_another_profile()).getpixel((5, 5)) == pytest.approx((40, 40, 200), abs=3)
    assert load(written(image, icc_profile=b"nonsense")).getpixel((5, 5)) == (200, 40, 40)


def test_inspect_tells_what_the_header_says() -> None:
    assert inspect((DATA / "cat.png").read_bytes()) == PictureInfo(451, 300, "image/png", False, False)
    assert inspect((DATA / "cup-sent.jpg").read_bytes()) == PictureInfo(600, 400, "image/jpeg", False, False)
    assert inspect((DATA / "cup-mask-alpha.png").read_bytes()).transparent
    assert [inspect(frames(kind)).animated for kind in ("GIF", "PNG", "WEBP")] == [True, True, True]
    assert not inspect(written(halves("red", "blue"), "GIF")).animated


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_claiming(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


CAT = (DATA / "cat.png").read_bytes()
SENT = (DATA / "cat-sent.jpg").read_bytes()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "file-not-a-picture", id="nothing"),
        pytest.param((DATA / "broken-not-an-image.png").read_bytes(), "file-not-a-picture", id="text"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file-not-a-picture", id="SVG"),
        pytest.param(b"\x00\x00\x00\x18ftypheic" + bytes(400), "unusable-heic", id="HEIC"),
        pytest.param(written(halves("red", "blue"), "PPM"), "file-not-a-picture", id="a kind we do not take"),
        pytest.param((DATA / "broken-truncated.png").read_bytes(), "file-damaged", id="truncated PNG"),
        pytest.param(SENT[: len(SENT) // 2], "file-damaged", id="truncated JPEG"),
        pytest.param(CAT[:20], "file-damaged", id="cut within the header"),
        pytest.param(written(halves("red", "blue"), "WEBP")[:40], "file-damaged", id="truncated WebP"),
        pytest.param(CAT[:5000] + bytes(500) + CAT[5500:], "file-damaged", id="overwritten PNG"),
        pytest.param((DATA / "bomb.png").read_bytes(), "picture-too-many-pixels", id="bomb"),
        pytest.param(png_claiming(10_000, 5_001), "picture-too-many-pixels", id="just over 50 megapixels"),
        pytest.param(png_claiming(2**31 - 1, 2**31 - 1), "picture-too-many-pixels", id="absurd header"),
        pytest.param(written(Image.new("RGB", (400, 15))), "picture-too-small", id="15 pixels high"),
        pytest.param(b"\x89PNG" + bytes(50_000_000), "file-too-large", id="over 50 MB"),
    ],
)
def test_bad_files_get_a_sentence_of_their_own(data: bytes, code: str) -> None:
    with pytest.raises(BadInput) as refusal:
        load(data)
    assert refusal.value.code == code
    if code != "file-damaged" or data.startswith(b"\x89PNG"):
        with pytest.raises(BadInput) as refusal:
            inspect(data)
        assert refusal.value.code == code


def test_limits_are_named() -> None:
    with pytest.raises(BadInput) as refusal:
        inspect((DATA / "bomb.png").read_bytes())
    assert refusal.value.values == {"limit_megapixels": 50}
    with pytest.raises(BadInput) as refusal:
        inspect(bytes(50_000_001))
    assert refusal.value.values == {"limit_mb": 50}


def test_a_bomb_is_refused_without_being_decoded() -> None:
    data = (DATA / "bomb.png").read_bytes()
    tracemalloc.start()
    try:
        with pytest.raises(BadInput):
            load(data)
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("position", range(0, len(SENT), 997))
def test_a_damaged_byte_never_escapes_as_another_error(position: int) -> None:
    damaged = bytearray(SENT)
    damaged[position] ^= 0xFF
    try:
        assert load(bytes(damaged)).mode == "RGB"
    except BadInput:
        pass


def test_thumbnails_are_small_and_keep_their_ratio() -> None:
    small = thumbnail((DATA / "cup-sent.jpg").read_bytes(), 120)
    assert Image.open(io.BytesIO(small)).format == "JPEG"
    assert load(small).size == (120, 80)
    assert len(small) < 8_000
    assert load(thumbnail(turned("JPEG"), 32)).size == (16, 32)
    assert load(thumbnail(CAT, 5_000)).size == (451, 300), "never enlarged"


def test_thumbnails_keep_transparency() -> None:
    small = thumbnail((DATA / "cup-mask-alpha.png").read_bytes(), 120)
    assert Image.open(io.BytesIO(small)).format == "WEBP"
    assert load(small).getpixel((60, 44))[3] == 0
    assert load(small).getpixel((2, 2))[3] == 255


def test_opaque_lays_what_is_transparent_on_white() -> None:
    assert opaque(load(palette_with_transparency())).getpixel((5, 5)) == (255, 255, 255)
    assert opaque(load(palette_with_transparency())).getpixel((35, 5)) == (0, 0, 255)
