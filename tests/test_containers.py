"""What picture files are wrapped in: bombs are refused before a decoder sees them, and nothing tells where a photo was taken."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from core.errors import BadInput
from core.pictures import containers, kinds
from core.pictures import files as pictures
from core.pictures.containers import LARGEST, bare, claimed_pixels

DATA = Path(__file__).parent / "data"
SECRET = "Ada Lovelace"
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description dc:creator="Ada Lovelace"/></x:xmpmeta>'


def photo(mode: str = "RGB") -> Image.Image:
    rng = np.random.default_rng(7)
    return Image.fromarray(rng.integers(0, 256, (48, 64, len(mode)), np.uint8), mode)


def exif(orientation: int) -> Image.Exif:
    told = Image.Exif()
    told[0x010F] = SECRET
    told[0x0112] = orientation
    told.get_ifd(0x8825)[2] = (48.0, 51.0, 30.0)
    told.get_ifd(0x8825)[29] = SECRET
    return told


def written(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def with_text() -> PngInfo:
    text = PngInfo()
    text.add_text("Author", SECRET)
    text.add_text("Comment", SECRET, zip=True)
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return text


def with_segment(marker: int, body: bytes) -> bytes:
    """A JPEG with one more segment behind that of JFIF."""
    sent = written(photo(), "JPEG")
    behind = 4 + int.from_bytes(sent[4:6], "big")
    return sent[:behind] + bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body + sent[behind:]


def with_preview() -> bytes:
    """A JPEG whose segment of JFIF holds a small picture, one pixel of it for each letter of a name."""
    sent, shown = written(photo(), "JPEG"), SECRET.encode() * 3
    behind = 4 + int.from_bytes(sent[4:6], "big")
    told = b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01" + bytes((len(SECRET), 1)) + shown
    return sent[:2] + b"\xff\xe0" + struct.pack(">H", len(told) + 2) + told + sent[behind:]


def with_frames(parts: int = 1) -> bytes:
    """A WebP that moves, with so many more chunks in its first frame."""
    sent = written(photo(), "WEBP", save_all=True, append_images=[photo().rotate(180)], duration=90)
    start = sent.index(b"ANMF")
    end = start + 8 + int.from_bytes(sent[start + 4 : start + 8], "little")
    told = (b"UNKN" + struct.pack("<I", len(SECRET)) + SECRET.encode()) * parts
    frame = sent[start + 8 : end] + told
    body = sent[8:start] + b"ANMF" + struct.pack("<I", len(frame)) + frame + sent[end:]
    return b"RIFF" + struct.pack("<I", len(body)) + body


PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
ORIENTATIONS = range(1, 9)
KINDS = {
    "JPEG": lambda told: written(photo(), "JPEG", exif=told, xmp=XMP, comment=SECRET, icc_profile=PROFILE),
    "progressive JPEG": lambda told: written(photo(), "JPEG", exif=told, progressive=True, icc_profile=PROFILE),
    "MPO": lambda told: written(photo(), "MPO", exif=told, save_all=True, append_images=[photo()]),
    "PNG": lambda told: written(photo(), "PNG", exif=told, pnginfo=with_text(), icc_profile=PROFILE),
    "PNG, transparent": lambda told: written(photo("RGBA"), "PNG", exif=told, pnginfo=with_text()),
    "WebP": lambda told: written(photo(), "WEBP", exif=told, xmp=XMP, icc_profile=PROFILE),
    "WebP, transparent": lambda told: written(photo("RGBA"), "WEBP", exif=told, xmp=XMP, lossless=True),
    "TIFF": lambda told: written(photo(), "TIFF", exif=told),
    "AVIF": lambda told: written(photo(), "AVIF", exif=told, xmp=XMP),
}


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_kept_has_the_same_pixels_and_no_traces(kind: str, orientation: int) -> None:
    told = exif(orientation)
    sent = KINDS[kind](told)
    assert SECRET.encode() in sent or kind == "TIFF", "there is something to leave out"
    kept = pictures.without_traces(sent)
    assert SECRET.encode() not in kept
    assert not any(name in Image.open(io.BytesIO(kept)).getexif() for name in (0x010F, 0x8825))
    before, after = pictures.load(sent), pictures.load(kept)
    assert (before.mode, before.size) == (after.mode, after.size)
    assert before.tobytes() == after.tobytes()
    assert pictures.without_traces(kept) is kept, "what has no traces stays as it is"


@pytest.mark.parametrize(
    "sent",
    [
        with_segment(0xE0, b"JFXX\x00\x10" + written(photo(), "JPEG", comment=SECRET)),
        with_segment(0xE0, b"II\x1a\x00\x00\x00HEAPJPGM" + SECRET.encode()),
        with_segment(0xEE, SECRET.encode()),
        with_preview(),
        written(photo(), "GIF", comment=SECRET)[:-1],
        written(photo(), "GIF", comment=SECRET)[:-2],
        with_frames(),
    ],
    ids=[
        "another preview",
        "a camera's notes",
        "not Adobe's",
        "a preview",
        "a GIF without its end",
        "or its pixels'",
        "a frame's",
    ],
)
def test_traces_are_left_out_wherever_they_hide(sent: bytes) -> None:
    kept = pictures.without_traces(sent)
    assert SECRET.encode() in sent and SECRET.encode() not in kept
    assert pictures.load(kept).tobytes() == pictures.load(sent).tobytes()
    assert pictures.without_traces(kept) is kept


@pytest.mark.parametrize("name", sorted(path.name for path in DATA.glob("c*.*g")))
def test_a_picture_without_traces_stays_byte_for_byte(name: str) -> None:
    data = (DATA / name).read_bytes()
    assert pictures.load(pictures.without_traces(data)).tobytes() == pictures.load(data).tobytes()


def test_a_colour_profile_stays() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        kept = pictures.without_traces(written(photo(), kind, icc_profile=PROFILE, exif=exif(6)))
        assert Image.open(io.BytesIO(kept)).info["icc_profile"] == PROFILE


@given(cut=st.integers(0, 4000), kind=st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]))
def test_a_file_that_is_cut_off_is_refused_as_before(cut: int, kind: str) -> None:
    whole = written(photo(), kind)
    try:
        pictures.load(whole[: cut % len(whole)])
    except BadInput as error:
        assert error.code in ("file-damaged", "file-not-a-picture")


@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {}), ("JPEG", {"progressive": True}), ("JPEG", {"exif": exif(6)}), ("PNG", {}), ("GIF", {})],
)
def test_a_picture_that_lacks_its_end_is_used_as_far_as_it_goes(kind: str, options: dict[str, Any]) -> None:
    """Every viewer shows it, so whoever sends it sees nothing wrong. Of a JPEG much may be missing, of the others what ends the file."""
    sent = written(photo(), kind, **options)
    first = sent.index(b"\xff\xda") + 40 if kind == "JPEG" else 0
    for cut in (1, 2, 3, len(sent) // 10, len(sent) // 2, len(sent) - first) if kind == "JPEG" else (1,):
        kept = pictures.without_traces(sent[:-cut])
        shown, whole = pictures.load(kept), pictures.load(sent)
        assert (shown.size, shown.mode) == (whole.size, whole.mode)
        assert pictures.without_traces(kept) is kept and SECRET.encode() not in kept
        if cut <= 2:
            assert shown.tobytes() == whole.tobytes()
    if kind == "JPEG":
        with pytest.raises(BadInput):
            pictures.without_traces(sent[: sent.index(b"\xff\xda") + 13])


@given(
    data=st.binary(max_size=200),
    start=st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF0000WEBP", b"GIF89a", b"II*\x00"]),
)
def test_nonsense_is_refused_in_words(data: bytes, start: bytes) -> None:
    with pytest.raises(BadInput):
        pictures.load(start + data)


# --- bombs -----------------------------------------------------------------------------------------------------------


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, depth: int, colour: int, *between: bytes) -> bytes:
    row = b"\x00" + bytes(width * depth * {0: 1, 2: 3, 6: 4}[colour] // 8)
    squeezed = zlib.compressobj(1)
    body = b"".join(squeezed.compress(row) for _ in range(height)) + squeezed.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(between) + chunk(b"IDAT", body) + chunk(b"IEND")


def padded_jpeg() -> bytes:
    plain = written(photo(), "JPEG")
    return plain[:2] + b"\xff" * 30_000_000 + plain[2:]


def jpeg_of_many_scans() -> bytes:
    plain = written(Image.new("RGB", (4000, 4000)), "JPEG", progressive=True)
    start = plain.rindex(b"\xff\xda")
    return plain[:-2] + plain[start:-2] * 5000 + plain[-2:]


def webp_of_many_chunks() -> bytes:
    plain = written(photo(), "WEBP")
    body = b"WEBP" + plain[12:] + b"JUNK\x00\x00\x00\x00" * 200_000
    return b"RIFF" + struct.pack("<I", len(body)) + body


def gif_of_many_comments() -> bytes:
    plain = written(photo("RGB").convert("P"), "GIF")
    at = 13 + 768
    return plain[:at] + b"\x21\xfe\x01x\x00" * 200_000 + plain[at:]


def tiff_of_many_entries() -> bytes:
    entries = b"".join(struct.pack("<HHII", 40_000, 3, 1, 0) for _ in range(60_000))
    return b"II*\x00" + struct.pack("<IH", 8, 60_000) + entries + bytes(4)


REFUSED = {
    "200,000 empty chunks": lambda: png(64, 48, 8, 2, *[chunk(b"IDAT")] * 200_000),
    "200,000 unknown chunks": lambda: png(64, 48, 8, 2, *[chunk(b"abCd")] * 200_000),
    "5,000 scans": jpeg_of_many_scans,
    "200,000 WebP chunks": webp_of_many_chunks,
    "20,000 chunks of a frame": lambda: with_frames(20_000),
    "200,000 GIF comments": gif_of_many_comments,
    "60,000 TIFF entries": tiff_of_many_entries,
    "a million boxes": lambda: b"\x00\x00\x00\x18ftypavif" + bytes(12) + b"\x00\x00\x00\x08free" * 1_000_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_in_too_many_parts_never_comes_before_a_decoder(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = REFUSED[name]()

    def decoder(*_: object, **__: object) -> None:
        raise AssertionError("a decoder saw it")

    monkeypatch.setattr(Image, "open", decoder)
    for look in (pictures.inspect, pictures.load, pictures.without_traces):
        with pytest.raises(BadInput, match="file-damaged"):
            look(data)


def test_padding_is_left_out_before_a_decoder_sees_it() -> None:
    data = padded_jpeg()
    assert len(containers.bare(data)) < 20_000
    assert pictures.load(data).size == (64, 48)


SMALL_FILES = {
    "16-bit grey": (16, 0, 1.0),
    "16-bit colour": (16, 2, 3.0),
    "16-bit colour, transparent": (16, 6, 4.0),
    "8-bit colour": (8, 2, 3.0),
}


@pytest.mark.parametrize("name", SMALL_FILES)
def test_a_picture_takes_memory_by_its_pixels_and_not_by_its_depth(name: str, tmp_path: Path) -> None:
    depth, colour, _ = SMALL_FILES[name]
    path = tmp_path / "bomb.png"
    path.write_bytes(png(3500, 3500, depth, colour))
    script = (
        "import sys; from core.pictures import files as pictures\n"
        "def peak(): return next(int(line.split()[1]) for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "open('/proc/self/clear_refs', 'w').write('5')\n"  # the peak begins anew: imports may have had a higher one
        "start = peak()\n"
        "pictures.load(open(sys.argv[1], 'rb').read())\n"
        "print(peak() - start)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) * 1024 < 3500 * 3500 * 10, "about ten bytes a pixel, whatever the file says"


def test_a_file_tells_at_a_glance_how_large_it_is() -> None:
    for kind in ("JPEG", "PNG", "GIF"):
        assert containers.claimed_pixels(written(photo(), kind)) == 64 * 48
    assert containers.claimed_pixels(b"hello") == 0
    assert kinds.kind_of(b"\x00\x00\x00\x18ftypheic" + bytes(40)) == kinds.PICTURE


def jpeg_with(before: bytes = b"", data: bytes = b"") -> bytes:
    """A small JPEG with something before its first segment, and with data behind its scan's header."""
    plain = written(photo(), "JPEG")
    scan = plain.index(b"\xff\xda") + 14
    return plain[:2] + before + plain[2:scan] + data + plain[scan:]


EMPTY_GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00"
TEDIOUS: dict[str, Callable[[], bytes]] = {
    "filled room": lambda: jpeg_with(b"\xff" * 8_000_000),
    "many segments": lambda: jpeg_with(b"\xff\xe1\x00\x04ab" * 19_000),
    "large segments": lambda: jpeg_with((b"\xff\xe1\xff\xff" + b"a" * 65_533) * 120),
    "stuffed data": lambda: jpeg_with(data=b"\xff\x00" * 4_000_000),
    "blocks of one byte": lambda: EMPTY_GIF + b"\x21\xfe" + b"\x01a" * 4_000_000 + b"\x00;",
}


class Bytes(bytes):
    """Bytes that note how many of them were looked at in one go."""

    most = 0

    def __getitem__(self, key):  # type: ignore[no-untyped-def]
        found = super().__getitem__(key)
        self.most = max(self.most, len(found) if isinstance(found, bytes) else 1)
        return found


@pytest.mark.parametrize("kind", TEDIOUS)
def test_how_large_a_picture_is_is_told_at_a_glance(kind: str) -> None:
    data = Bytes(TEDIOUS[kind]())
    assert claimed_pixels(data) in (1, 64 * 48, LARGEST)
    assert data.most <= 100_000


def test_a_gif_in_more_blocks_than_programs_write_is_damaged() -> None:
    with pytest.raises(BadInput, match="file-damaged"):
        bare(TEDIOUS["blocks of one byte"]())


def test_tedious_pictures_are_still_pictures() -> None:
    for kind in ("filled room", "many segments", "large segments"):
        assert pictures.load(TEDIOUS[kind]()).tobytes() == pictures.load(jpeg_with()).tobytes(), kind
