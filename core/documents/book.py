"""A story to keep: as Markdown, alone or in an archive beside its pictures. The same story gives the same bytes."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

_LONGER_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of everything in an archive: the earliest that the format knows, so that it tells nothing and changes nothing."""

_SPECIAL = re.compile(r"[\\\[\]]")


@dataclass(frozen=True)
class Plate:
    """A picture of a story: what it is called in the archive (``01.jpg``), its caption, where its bytes lie, and how many there are."""

    name: str
    caption: str
    path: Path
    size: int


@dataclass(frozen=True)
class Chapter:
    """A part of a story that was told at once, in the small markup, with its pictures."""

    words: str
    plates: tuple[Plate, ...] = ()


def title_of(words: str) -> str:
    """The title that a story begins with, or nothing."""
    first = words.lstrip().partition("\n")[0]
    return first.lstrip("#").strip() if first.startswith("#") else ""


def markdown(chapters: Sequence[Chapter]) -> str:
    """The story, its pictures spread evenly over the paragraphs of their part."""
    laid = (one for chapter in chapters for one in laid_out(chapter))
    return "\n\n".join(one if isinstance(one, str) else _linked(one) for one in laid) + "\n"


def laid_out(chapter: Chapter) -> list[str | Plate]:
    """The paragraphs of a part, its title first, with its pictures spread evenly between them."""
    paragraphs = [paragraph.strip() for paragraph in chapter.words.split("\n\n") if paragraph.strip()]
    title = paragraphs[:1] if title_of(chapter.words) else []
    told, count = paragraphs[len(title) :], len(chapter.plates)
    laid: list[str | Plate] = [*title]
    for number, plate in enumerate(chapter.plates):
        laid += told[number * len(told) // count : (number + 1) * len(told) // count]
        laid.append(plate)
    return laid if count else [*laid, *told]


def _linked(plate: Plate) -> str:
    return f"![{_SPECIAL.sub(_escaped, ' '.join(plate.caption.split()))}]({plate.name})"


def _escaped(sign: re.Match[str]) -> str:
    return f"\\{sign[0]}"


def archive(file: BinaryIO, folder: str, words: str, plates: Sequence[Plate]) -> None:
    """Write an archive of one folder with the story and pictures into a file. Nothing is packed: pictures are already.

    ``words``: the Markdown; an archive of further pictures has none.
    """
    archive_of(file, folder, {f"{folder}.md": words} if words else {}, plates)


def archive_of(file: BinaryIO, folder: str, texts: Mapping[str, str], plates: Sequence[Plate]) -> None:
    """Write an archive of one folder with texts, by their names, and pictures."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for name, words in texts.items():
            data = words.encode()
            with _entry(packed, f"{folder}/{name}", len(data)) as entry:
                entry.write(data)
        for plate in plates:
            with _entry(packed, f"{folder}/{plate.name}", plate.size) as entry, plate.path.open("rb") as source:
                shutil.copyfileobj(source, entry, 1024 * 1024)


def _entry(packed: zipfile.ZipFile, name: str, size: int) -> IO[bytes]:
    info = zipfile.ZipInfo(name, _LONGER_AGO)
    info.create_system, info.external_attr, info.file_size = 3, 0o644 << 16, size
    return packed.open(info, "w")


def volumes(plates: Sequence[Plate], beside: int, room: int) -> list[list[Plate]]:
    """The pictures in as few archives as a place takes, each whole in itself; all in one where there is no limit (0).

    ``beside``: bytes of what else is in the first. A picture that fits into none has one to itself.
    """
    parts: list[list[Plate]] = [[]]
    filled = beside + _ENVELOPE
    for plate in plates:
        needed = plate.size + _ENVELOPE
        if room and filled + needed > room and (parts[-1] or len(parts) == 1):
            parts.append([])
            filled = _ENVELOPE
        parts[-1].append(plate)
        filled += needed
    return parts


_ENVELOPE = 1024
"""Bytes around each entry of an archive, and around all, generously: two headers of about fifty, and the name twice."""
