"""What kind of file somebody sent: told by its first bytes, then by its name, never by what a platform calls it alone."""

from __future__ import annotations

from core.errors import BadInput

PICTURE = "picture"
FILE = "file"
"""Something that is no picture, and nothing that has a name here."""

_BY_START = (
    (b"\x89PNG", PICTURE),
    (b"\xff\xd8\xff", PICTURE),
    (b"GIF8", PICTURE),
    (b"II*\x00", PICTURE),
    (b"MM\x00*", PICTURE),
    (b"%PDF", "pdf"),
    (b"\x1aE\xdf\xa3", "video"),  # Matroska, WebM
    (b"FLV\x01", "video"),
    (b"\x00\x00\x01\xba", "video"),  # MPEG
    *((b"ID3" + version, "audio") for version in (b"\x02", b"\x03", b"\x04")),
    (b"\xff\xfb", "audio"),
    (b"\xff\xf3", "audio"),
    (b"\xff\xf1", "audio"),
    (b"OggS", "audio"),
    (b"fLaC", "audio"),
    (b"PK\x03\x04", "document"),
    (b"\xd0\xcf\x11\xe0", "document"),
    (b"{\\rtf", "document"),
)
_BMP_HEADERS = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
"""Bytes of a BMP's second header, by its version: a table may begin with the letters BM too."""

_IN_RIFF = {b"WEBP": PICTURE, b"AVI ": "video", b"WAVE": "audio"}
_PICTURE_BRANDS = frozenset({b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
"""Of the ISO base media file format (ISO/IEC 14496-12); what has another brand is a film unless ``_IN_BOXES`` knows it."""

_IN_BOXES = {b"M4A": "audio", b"M4B": "audio", b"crx": FILE}
"""Sound, and raw photos of Canon's."""

_BY_ENDING = {
    PICTURE: "png jpg jpeg jpe jfif webp gif bmp tif tiff avif heic heif",
    "video": "mp4 m4v mov webm mkv avi mpg mpeg wmv 3gp flv",
    "audio": "mp3 m4a wav ogg oga opus flac aac wma",
    "pdf": "pdf",
    "document": "doc docx odt rtf xls xlsx ods csv ppt pptx odp pages key numbers txt md html epub",
    "sticker": "tgs",
    FILE: "zip gz tar rar 7z json xml exe apk py js psd ai svg",
}
PICTURE_ENDINGS = tuple(_BY_ENDING[PICTURE].split())
HEIC_ENDINGS = ("heic", "heif")
_ENDINGS = {ending: kind for kind, endings in _BY_ENDING.items() for ending in endings.split()}
_BY_TYPE = {"image": PICTURE, "video": "video", "audio": "audio", "text": "document"}


def kind_of(data: bytes, name: str = "") -> str:
    """What a file is: ``picture``, or the kind of what it is instead."""
    if data[4:8] == b"ftyp":
        if data[8:12] in _PICTURE_BRANDS:
            return PICTURE
        return _IN_BOXES.get(data[8:11], "video")
    if data[:2] == b"BM" and int.from_bytes(data[14:18], "little") in _BMP_HEADERS:
        return PICTURE
    if data[8:11] == b"CR\x02":  # a raw photo of Canon's in the clothes of a TIFF
        return FILE
    if data[:4] == b"RIFF" and data[8:12] in _IN_RIFF:
        return _IN_RIFF[data[8:12]]
    by_start = next((kind for start, kind in _BY_START if data.startswith(start)), None)
    by_name = _ENDINGS.get(_ending(name))
    by_name = None if by_name == PICTURE else by_name
    if by_start == "document":  # most are archives, and so is much else
        return by_name or by_start
    return by_start or by_name or FILE


def is_vector(data: bytes) -> bool:
    """Whether bytes begin as a drawing made of shapes does (SVG)."""
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in start)


def is_heic(data: bytes) -> bool:
    """Whether a file is a photo in the format of Apple's phones."""
    return data[4:8] == b"ftyp" and data[8:12] in _PICTURE_BRANDS - {b"avif", b"avis"}


def looks_like(name: str, mime: str) -> str:
    """What a file that was not fetched yet should be treated as.

    ``picture`` unless its name says something else and its type does not object: what is fetched is told by its bytes, and a picture with an
    odd type or without a type is one all the same.
    """
    by_name = _ENDINGS.get(_ending(name))
    mime = mime.partition(";")[0].strip().lower()
    by_type = "pdf" if mime == "application/pdf" else _BY_TYPE.get(mime.partition("/")[0])
    if by_name is None or PICTURE in (by_name, by_type):
        return PICTURE
    return by_name


def unusable(kind: str) -> BadInput:
    """The sentence that says what was sent, and that nothing can be drawn from it."""
    return BadInput("file-not-a-picture" if kind == FILE else f"unusable-{kind}")


def with_kind(error: BadInput, data: bytes, name: str) -> BadInput:
    """The error of a file that could not be read; where it is no picture at all, the one that says what it is."""
    return unusable(kind_of(data, name)) if error.code == "file-not-a-picture" else error


def _ending(name: str) -> str:
    return name.rpartition(".")[2].strip().lower() if "." in name else ""
