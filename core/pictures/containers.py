"""The files that pictures come in: their parts are counted before a decoder sees them, and what is not the picture is left out.

A decoder looks at each chunk and each marker, also at those that are empty, so a small file can keep one busy for a minute. And what is no part of
the picture tells where and by whom it was taken. Both are read here, in plain loops over sizes; nothing is decoded. Pure: call it in a worker thread.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress

from core.errors import BadInput
from core.pictures import exif

PARTS_LIMIT = 20_000
"""Chunks, segments or blocks of one file: a PNG of 50 MB in pieces of 4 KB, which is the smallest that programs write, has 12,000."""

FILL_GLANCED_OVER = 4096
"""Bytes that may fill the room before a JPEG's marker where nobody may wait; the standard allows any number, and programs write none or a few."""

BLOCKS_LIMIT = 400_000
"""Blocks of one GIF: 50 MB of full ones are 200,000."""

LOOKED_AT_ONCE = 1 << 18
"""Bytes that are looked through in one go: everybody else waits for as long."""

HEADER_SEGMENTS = 1000
"""Segments before a JPEG's size that are looked at where nobody may wait."""

FRAME_PARTS = 16
"""Chunks of one frame of a WebP: it has its alpha and its picture, and whatever else is in there shows nothing."""

SCANS_LIMIT = 100
"""Scans of one JPEG: a progressive one has about ten, and each costs as much as a whole picture."""

SCANNED_MEGAPIXELS = 1000
"""Megapixels over all scans of a JPEG: twenty scans of the largest picture."""

LARGEST = 1 << 40
"""Pixels that are told of a file whose size cannot be seen without a decoder."""

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS cHRM gAMA iCCP sBIT sRGB bKGD pHYs hIST acTL fcTL fdAT cICP mDCV cLLI".split()
)
_PNG_TEXTS = frozenset(b"tEXt zTXt iTXt".split())
_CARDS = (b"ccv3", b"chara")
"""Texts that are what the file is sent for and no trace of its making: a character's card (``core.documents.cards``), once each."""

_EXIF_AS_TEXT = b"Raw profile type exif"  # as ImageMagick writes it
_WEBP_KEPT = frozenset((b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ICCP"))
_WEBP_FRAME = frozenset((b"VP8 ", b"VP8L", b"ALPH"))
_APPLICATIONS = {0xE0: b"JFIF\x00", 0xE2: b"ICC_PROFILE\x00", 0xEE: b"Adobe"}
_GIF_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SIZES = frozenset((*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)))
"""Markers behind which a JPEG's size stands (ITU T.81, table B.1)."""


def bare(data: bytes) -> bytes:
    """The same picture, bit for bit, without what only accompanies it: of its EXIF the orientation stays, and its colour profile.

    JPEG, PNG, WebP and GIF; others come back as they are. A file with nothing to leave out is the very same object.
    Raises ``BadInput("file-damaged")`` for a file in too many parts, or whose parts do not fit together.
    """
    for start, strip in _STRIPPED.items():
        if data.startswith(start) and (start != b"RIFF" or data[8:12] == b"WEBP"):
            return strip(data)
    _count_others(data)
    return data


def can_be_bared(data: bytes) -> bool:
    """Whether ``bare`` knows this kind of file."""
    return any(data.startswith(start) for start in _STRIPPED) and (data[:4] != b"RIFF" or data[8:12] == b"WEBP")


def claimed_pixels(data: bytes) -> int:
    """How many pixels a file says it has, at a glance; ``LARGEST`` where only a decoder can tell, 0 for what is no picture."""
    try:
        if data.startswith(_PNG):
            width, height = struct.unpack_from(">II", data, 16)
        elif data.startswith(b"GIF8"):
            width, height = struct.unpack_from("<HH", data, 6)
        elif data.startswith(b"\xff\xd8"):
            return _jpeg_pixels(data)
        elif data[:4] == b"RIFF" and data[12:16] == b"VP8X":
            width, height = (1 + int.from_bytes(data[at : at + 3], "little") for at in (24, 27))
        else:
            return (
                LARGEST
                if data[4:8] == b"ftyp" or data[:4] in (b"II*\x00", b"MM\x00*", b"RIFF") or data[:2] == b"BM"
                else 0
            )
    except (struct.error, BadInput):
        return 0
    return int(width * height)


def _damaged() -> BadInput:
    return BadInput("file-damaged")


# --- JPEG ------------------------------------------------------------------------------------------------------------


def _jpeg_pixels(data: bytes) -> int:
    """How many pixels the header tells, 0 where there are none up to the first scan, ``LARGEST`` where that is far away."""
    at = 2
    for _ in range(HEADER_SEGMENTS):
        if not data[at : at + FILL_GLANCED_OVER].lstrip(b"\xff"):
            break
        marker, body, at = _marker(data, at)
        if marker in _SIZES and at - body >= 7:
            height, width = struct.unpack_from(">HH", data, body + 3)
            return int(width * height)
        if marker in (0xDA, 0xD9):
            return 0
    return LARGEST


def _marker(data: bytes, at: int) -> tuple[int, int, int]:
    """The marker at a place, where its body begins, with its length, and where that ends; fill bytes are stepped over."""
    if data[at : at + 1] != b"\xff":
        raise _damaged()
    rest, step = b"", 16
    while at < len(data) and not rest:
        ahead = data[at : at + step]
        rest = ahead.lstrip(b"\xff")
        at, step = at + len(ahead) - len(rest), min(4 * step, LOOKED_AT_ONCE)
    if not rest:
        raise _damaged()
    marker, body = rest[0], at + 1
    if marker == 0xD9 or marker == 0x01 or 0xD0 <= marker <= 0xD7:
        return marker, body, body
    end = body + int.from_bytes(data[body : body + 2], "big")
    if end < body + 2 or end > len(data):
        raise _damaged()
    return marker, body, end


def _marker_or_end(data: bytes, at: int) -> tuple[int, int, int]:
    """As ``_marker``; the end where the file is cut off between two scans."""
    try:
        return _marker(data, at)
    except BadInput:
        return 0xD9, len(data), len(data)


def _next_marker(data: bytes, at: int) -> int | None:
    """Where the first marker behind a scan's data begins."""
    while at < len(data):
        if found := _NEXT_MARKER.search(data, at, at + LOOKED_AT_ONCE + 1):
            return found.start()
        at += LOOKED_AT_ONCE
    return None


def _kept(marker: int, segment: bytes) -> bytes:
    """Keep a segment or nothing: of the applications' those of JFIF, of Adobe (which says how colours are stored) and of the colour profile."""
    if (0xE0 <= marker <= 0xEF or marker == 0xFE) and not segment.startswith(_APPLICATIONS.get(marker, ()), 4):
        return b""
    previews = marker == 0xE0 and len(segment) > 18  # perhaps what somebody has cut away since
    return b"\xff\xe0\x00\x10" + segment[4:16] + b"\x00\x00" if previews else segment


def _bare_jpeg(data: bytes) -> bytes:
    parts, at, scans, pixels, orientation = [data[:2]], 2, 0, 0, 1
    for _ in range(PARTS_LIMIT):
        marker, start, at = _marker_or_end(data, at) if scans else _marker(data, at)
        segment = b"\xff" + bytes((marker,)) + data[start:at]
        body = segment[4:]
        if marker == 0xE1 and orientation == 1:
            orientation = exif.orientation(body) if body.startswith(b"Exif") else exif.orientation_in_xmp(body)
        if marker in _SIZES and len(segment) >= 9:
            height, width = struct.unpack_from(">HH", segment, 5)
            pixels = max(pixels, height * width)
        parts.append(_kept(marker, segment))
        if marker == 0xD9:
            break
        if marker == 0xDA:
            scans += 1
            following = _next_marker(data, at)
            end = len(data) if following is None else following
            too_many = scans > SCANS_LIMIT or (scans > 1 and scans * pixels > SCANNED_MEGAPIXELS * 1_000_000)
            if too_many or (scans == 1 and end - at < 2):
                raise _damaged()
            parts.append(data[at:end])
            at = end
            if following is None:  # cut off: the decoder says so, or shows how far it goes
                break
    else:
        raise _damaged()
    if orientation != 1:
        told = b"Exif\x00\x00" + exif.telling(orientation)
        parts.insert(1, b"\xff\xe1" + struct.pack(">H", len(told) + 2) + told)
    return _joined(parts, data)


def _joined(parts: list[bytes], data: bytes) -> bytes:
    joined = b"".join(parts)
    return data if joined == data else joined


# --- PNG -------------------------------------------------------------------------------------------------------------


def _bare_png(data: bytes) -> bytes:
    parts, at, orientation, count = [data[:8]], 8, 1, 0
    cards = set(_CARDS)
    while at + 12 <= len(data):
        count += 1
        if count > PARTS_LIMIT:
            raise _damaged()
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + size
        if end > len(data):
            break  # cut off: the decoder says so
        if (kind in _PNG_KEPT and not (kind == b"IDAT" and not size)) or _is_card(kind, data, at, cards):
            parts.append(data[at:end])
        elif kind == b"eXIf":
            orientation = max(orientation, exif.orientation(data[at + 8 : end - 4]))
        elif kind in _PNG_TEXTS:
            orientation = max(orientation, _orientation_in_text(kind, data[at + 8 : end - 4]))
        at = end
        if kind == b"IEND":
            break
    if at < len(data) and parts[-1][4:8] != b"IEND":
        parts.append(data[at:])
    if orientation != 1:
        parts.insert(2, _chunk(b"eXIf", exif.telling(orientation)))
    return _joined(parts, data)


def _is_card(kind: bytes, data: bytes, at: int, wanted: set[bytes]) -> bool:
    """Whether the chunk there is one of the texts that are still ``wanted``, of which it is then no longer."""
    name = data[at + 8 : at + 14].partition(b"\x00")[0] if kind == b"tEXt" else b""
    if name not in wanted:
        return False
    wanted.discard(name)
    return True


def _orientation_in_text(kind: bytes, body: bytes) -> int:
    """The orientation in a text of a PNG: EXIF in hexadecimal digits, or XMP."""
    if not body.startswith(_EXIF_AS_TEXT):
        return exif.orientation_in_xmp(body)
    words = body.partition(b"\x00")[2]
    if kind == b"zTXt":
        try:
            words = zlib.decompressobj().decompress(words[1:], 200_000)
        except zlib.error:
            return 1
    try:
        return exif.orientation(bytes.fromhex("".join(words.decode("ascii").split("\n")[3:])))
    except ValueError:
        return 1


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


# --- WebP ------------------------------------------------------------------------------------------------------------


def _bare_webp(data: bytes) -> bytes:
    end = min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    chunks: list[bytes] = []
    at, orientation, count = 12, 1, 0
    while at + 8 <= end:
        count += 1
        if count > PARTS_LIMIT:
            raise _damaged()
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        following = at + 8 + size + size % 2
        if at + 8 + size > end:
            return data[:end]  # cut off: the decoder says so
        if kind in _WEBP_KEPT:
            chunks.append(data[at:following])
        elif kind == b"ANMF":
            chunks.append(_bare_frame(data[at:following]))
        elif kind == b"EXIF":
            orientation = max(orientation, exif.orientation(data[at + 8 : following]))
        elif kind == b"XMP ":
            orientation = max(orientation, exif.orientation_in_xmp(data[at + 8 : following]))
        at = following
    if chunks and chunks[0][:4] == b"VP8X":
        flags = (chunks[0][8] & ~0x0C) | (0x08 if orientation != 1 else 0)  # whether EXIF and XMP are there
        chunks[0] = chunks[0][:8] + bytes((flags,)) + chunks[0][9:]
        if orientation != 1:
            told = exif.telling(orientation)
            chunks.append(b"EXIF" + struct.pack("<I", len(told)) + told)
    body = b"WEBP" + b"".join(chunks)
    return _joined([b"RIFF", struct.pack("<I", len(body)), body], data)


def _bare_frame(frame: bytes) -> bytes:
    """A frame of an animation: sixteen bytes about it, and its own chunks, of which those stay that are the picture."""
    body, at = frame[8:24], 24
    for _ in range(FRAME_PARTS):
        if at + 8 > len(frame):
            return b"ANMF" + struct.pack("<I", len(body)) + body
        size = int.from_bytes(frame[at + 4 : at + 8], "little")
        following = at + 8 + size + size % 2
        if frame[at : at + 4] in _WEBP_FRAME:
            body += frame[at:following]
        at = following
    raise _damaged()


# --- GIF -------------------------------------------------------------------------------------------------------------


def _bare_gif(data: bytes) -> bytes:
    parts: list[bytes] = []
    with suppress(IndexError):  # cut off: the decoder says so, or shows how far it goes
        parts.extend(_gif_parts(data))
    return _joined(parts, data)


def _gif_parts(data: bytes) -> Iterator[bytes]:
    at, blocks = 13 + _table_size(data[10]), 0
    yield data[:at]
    for _ in range(PARTS_LIMIT):
        start, kind = at, data[at]
        if kind == 0x3B:
            yield data[start : start + 1]
            return
        if kind == 0x2C:
            at, blocks = _behind_blocks(data, at + 11 + _table_size(data[at + 9]), blocks)
            yield data[start:at]
        elif kind == 0x21:
            label, name = data[at + 1], data[at + 3 : at + 14]
            at, blocks = _behind_blocks(data, at + 2, blocks)
            if label == 0xF9 or (label == 0xFF and name in _GIF_LOOPS):
                yield data[start:at]
        else:
            raise _damaged()
    raise _damaged()


def _table_size(packed: int) -> int:
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _behind_blocks(data: bytes, at: int, blocks: int) -> tuple[int, int]:
    """Behind a row of blocks, which ends with an empty one, and how many blocks there have been so far."""
    while at < len(data) and (size := data[at]):
        at, blocks = at + size + 1, blocks + 1
        if blocks > BLOCKS_LIMIT:
            raise _damaged()
    return at + 1, blocks


# --- others ----------------------------------------------------------------------------------------------------------


def _count_others(data: bytes) -> None:
    """The entries of a TIFF's first folder and the boxes of an AVIF or HEIC file. Raises ``BadInput`` for too many."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(data[:4])
    try:
        if order:
            (at,) = struct.unpack_from(f"{order}I", data, 4)
            (count,) = struct.unpack_from(f"{order}H", data, at)
            values = [struct.unpack_from(f"{order}HHI", data, at + 2 + 12 * entry) for entry in range(min(count, 500))]
            if count > 500 or any(number > PARTS_LIMIT and kind not in (1, 2, 7) for _, kind, number in values):
                raise _damaged()
        elif data[4:8] == b"ftyp":
            at = 0
            for _ in range(500):
                (size,) = struct.unpack_from(">I", data, at)
                if size < 8:
                    return
                at += size
                if at + 8 > len(data):
                    return
            raise _damaged()
    except struct.error as error:
        raise _damaged() from error


_STRIPPED: dict[bytes, Callable[[bytes], bytes]] = {
    b"\xff\xd8\xff": _bare_jpeg,
    _PNG: _bare_png,
    b"RIFF": _bare_webp,
    b"GIF8": _bare_gif,
}
