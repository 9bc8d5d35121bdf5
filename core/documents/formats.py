"""What a file is that is no picture: told by its first bytes and its name, never by what a platform calls it. Nothing is unpacked here."""

from __future__ import annotations

from typing import Literal

from core.errors import BadInput
from core.pictures import kinds

Family = Literal["table", "document"]
"""What a command can ask for."""

FAMILIES: dict[Family, tuple[str, ...]] = {
    "table": ("csv", "tsv", "xlsx", "xls", "ods"),
    "document": ("pdf", "epub", "zip", "md", "txt"),
}
"""The formats of each; a format is called by the usual ending of its files."""

FAMILY_OF = {name: family for family, names in FAMILIES.items() for name in names}

HEAD = 4096
"""Bytes from the start of a file that tell its format."""

MIME = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "pdf": "application/pdf",
    "epub": "application/epub+zip",
    "zip": "application/zip",
    "md": "text/markdown",
    "txt": "text/plain",
}
"""Media types by format (https://www.iana.org/assignments/media-types, 2026-11)."""

_UNKNOWN = "application/octet-stream"
_ALSO_CALLED = {"xlsm": "xlsx", "tab": "tsv", "markdown": "md", "text": "txt"}
_TEXTS = frozenset({"csv", "tsv", "md", "txt"})
_ARCHIVE, _OLD_OFFICE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-"
_EMPTY_ARCHIVE = b"PK\x05\x06"
_BY_FIRST_ENTRY = {MIME["ods"].encode(): "ods", MIME["epub"].encode(): "epub"}
"""An archive of these kinds begins with an entry named ``mimetype`` that is not packed (OpenDocument 1.3, part 2, 3.3; EPUB OCF 3.3, 4.3)."""

_WIDE = (b"\xff\xfe", b"\xfe\xff")
"""The marks that text of 16 bits begins with; spreadsheets write such tables."""


def named(name: str) -> str | None:
    """The format that a name speaks of; ``None`` where it speaks of none of ours."""
    ending = name.rpartition(".")[2].strip().lower() if "." in name else ""
    ending = _ALSO_CALLED.get(ending, ending)
    return ending if ending in FAMILY_OF else None


def format_of(head: bytes, name: str) -> str | None:
    """The format of a file by its first ``HEAD`` bytes and its name; ``None`` where it is none of ours."""
    said = named(name)
    if head.startswith(_PDF):
        return "pdf"
    if head.startswith((_ARCHIVE, _EMPTY_ARCHIVE)):
        return _archive(head, said, name)
    if head.startswith(_OLD_OFFICE):
        return "xls" if said == "xls" else None
    return said if said in _TEXTS and _is_text(head, name) else None


def _archive(head: bytes, said: str | None, name: str) -> str | None:
    """By the first entry where that says it; else a name is believed, and what is called none of these is whatever it is called."""
    if head[30:38] == b"mimetype":
        told = head[38:200]
        return next((one for mime, one in _BY_FIRST_ENTRY.items() if told.startswith(mime + b"PK")), None)
    if said in ("xlsx", "zip"):
        return said
    return "zip" if "." not in name else None


def _is_text(head: bytes, name: str) -> bool:
    """Whether these bytes may be text: nothing that has another sign of its own, and no zeros but in text of 16 bits."""
    if kinds.kind_of(head) != kinds.FILE:
        return head.startswith(_WIDE) and b"\x00" in head
    return b"\x00" not in head or head.startswith(_WIDE)


def refused(family: Family) -> BadInput:
    """The sentence that says that a file is nothing of what was asked for."""
    return BadInput(f"not-a-{family}")


def served_as(mime: str) -> str:
    """The media type that a file is handed out with: one of ours, else that of anything at all."""
    return mime if mime in MIME.values() else _UNKNOWN
