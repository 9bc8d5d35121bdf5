"""A table of odd files: each is the picture that a person sees in it, the right way up, or one sentence says why not."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.documents import formats
from core.errors import BadInput
from core.pictures import files as pictures
from core.pictures import kinds
from hostile import chunk

UPRIGHT = (96, 64)
"""Width and height of the picture that most files here hold: red on the left, blue on the right."""
NARROW, NONE, DAMAGED = "picture-too-narrow", "file-not-a-picture", "file-damaged"


def flag(size: tuple[int, int] = UPRIGHT) -> Image.Image:
    image = Image.new("RGB", size, "red")
    ImageDraw.Draw(image).rectangle((size[0] // 2, 0, *size), "blue")
    return image


def written(kind: str, image: Image.Image | None = None, **options: object) -> bytes:
    stream = io.BytesIO()
    (image or flag()).save(stream, kind, **options)
    return stream.getvalue()


def turned(kind: str) -> bytes:
    """The flag lying on its side, with the orientation that puts it upright."""
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = flag().transpose(Image.Transpose.ROTATE_90)
    return written(kind, lying, **({"tiffinfo": {0x0112: 6}} if kind == "TIFF" else {"exif": exif}))


def deep_png() -> bytes:
    pixels = np.asarray(flag(), np.uint16) * 257
    rows = b"".join(b"\x00" + row.astype(">u2").tobytes() for row in pixels)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", *UPRIGHT, 16, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def moving(kind: str) -> bytes:
    return written(kind, save_all=True, append_images=[Image.new("RGB", UPRIGHT, "green")] * 2, duration=40)


def short_png() -> bytes:
    """Of a size that models draw, so it could be sent as it is; its pixels end early."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1024, 1024, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(500))) + chunk(b"IEND", b"")


def many_entries(start: bytes) -> bytes:
    """A TIFF by another beginning than the usual one, with more entries than any program writes."""
    return start + struct.pack("<IH", 8, 60_000) + struct.pack("<HHII", 40_000, 3, 1, 0) * 60_000


PICTURES: dict[str, Callable[[], bytes]] = {
    **{f"{kind} on its side": lambda kind=kind: turned(kind) for kind in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF")},
    **{f"{kind} that moves": lambda kind=kind: moving(kind) for kind in ("PNG", "WEBP", "GIF", "AVIF", "MPO")},
    "CMYK JPEG": lambda: written("JPEG", flag().convert("CMYK")),
    "CMYK TIFF": lambda: written("TIFF", flag().convert("CMYK")),
    "JPEG with a film behind": lambda: written("JPEG") + b"\x00\x00\x00\x18ftypmp42" + bytes(4000),
    "JPEG with a profile of nothing": lambda: written("JPEG", icc_profile=b"nothing" * 40),
    "GIF with an archive behind": lambda: written("GIF") + b"PK\x03\x04" + bytes(400),
    "palette PNG": lambda: written("PNG", flag().convert("P")),
    "16-bit PNG": deep_png,
    "BMP": lambda: written("BMP"),
}
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "strip on end": (lambda: written("PNG", flag((20, 20_000))), NARROW),
    "lying strip": (lambda: written("JPEG", flag((20_000, 20))), NARROW),
    "line": (lambda: written("PNG", flag((20_000, 1))), "picture-too-small"),
    "HEIC": (lambda: b"\x00\x00\x00\x18ftypheic" + bytes(300), "unusable-heic"),
    "raw photo with a preview": (lambda: written("TIFF", tiffinfo={254: 1}), NONE),
    "raw photo by its version": (lambda: written("TIFF", tiffinfo={50706: b"\x01\x04\x00\x00"}), NONE),
    "raw photo of Canon's": (lambda: b"\x00\x00\x00\x18ftypcrx " + bytes(300), NONE),
    "older one of Canon's": (lambda: b"II*\x00\x10\x00\x00\x00CR\x02\x00" + bytes(300), NONE),
    "BigTIFF": (lambda: written("TIFF", big_tiff=True), NONE),
    "entries without end": (lambda: many_entries(b"II\x00*"), NONE),
    "pixels that end early": (short_png, DAMAGED),
    "JPEG cut off": (lambda: written("JPEG")[:-40], DAMAGED),
    "a kind that Pillow knows and we do not": (lambda: written("PPM"), NONE),
}


@pytest.mark.parametrize("name", PICTURES)
def test_what_is_seen_in_it_is_what_is_worked_on(name: str) -> None:
    kept = pictures.without_traces(PICTURES[name]())
    told = pictures.inspect(kept)
    assert (told.width, told.height) == UPRIGHT
    for image in (pictures.load(kept), pictures.load_own(kept)[0], pictures.load(PICTURES[name]())):
        left, right = (image.convert("RGB").getpixel((x, 32)) for x in (16, 80))
        assert image.size == UPRIGHT
        assert left[0] > 200 > 60 > left[2], "red on the left"
        assert right[2] > 200 > 60 > right[0], "blue on the right"


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_said_and_never_raises_anything_else(name: str) -> None:
    make, code = REFUSED[name]
    data = make()
    for look in (pictures.load, pictures.load_own, lambda file: pictures.thumbnail(file, 64)):
        with pytest.raises(BadInput) as refused:
            look(data)
        assert refused.value.code == code
    for glance in (pictures.inspect, pictures.without_traces, pictures.is_plain):  # these decode nothing
        with suppress(BadInput):
            glance(data)


def test_only_what_is_eight_bits_and_upright_goes_to_a_model_as_it_is() -> None:
    assert pictures.is_plain(written("PNG")) and pictures.is_plain(written("JPEG"))
    for other in (deep_png(), turned("JPEG"), turned("PNG"), moving("PNG"), written("BMP")):
        assert not pictures.is_plain(other)
    assert pictures.is_plain(short_png()), "the header alone is read: nothing is decoded, and nothing raised"


@pytest.mark.parametrize("start", ["BMI,height\n21,180\n", "ID3,name\n1,Ada\n", "FLV,size\n1,2\n", "BM\n"])
def test_a_table_is_no_picture_for_the_letters_it_begins_with(start: str) -> None:
    assert kinds.kind_of(start.encode()) == kinds.FILE
    assert formats.format_of(start.encode(), "people.csv") == "csv"


def test_a_large_change_of_a_large_photo_takes_memory_by_its_pixels() -> None:
    """An unbounded blend took 60 bytes for each, three gigabytes for the photo of a phone."""
    edge = 2600
    script = f"""
import io, resource, numpy as np
from PIL import Image
from core.pictures import canvas
from core.pictures.masks import MaskKind, Region
photo, answer = io.BytesIO(), io.BytesIO()
Image.new("RGB", ({edge}, {edge}), "teal").save(photo, "JPEG")
where = canvas.canvas_for(photo.getvalue())
Image.new("RGB", where.size, "red").save(answer, "PNG")
region = Region(np.ones(({edge}, {edge}), bool), MaskKind.ALPHA)
region.mask[:9] = False
start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
canvas.compose(photo.getvalue(), answer.getvalue(), where, region)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) * 1024 < 30 * edge * edge
