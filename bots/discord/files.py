"""The files of a message: untouched where they fit, else smaller renderings, and a line that says so."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass

import discord

from bots.discord.contents import SPOILER
from bots.discord.limits import ALT_TEXT, FILES, REQUEST_BYTES
from bots.discord.parts import Part
from bots.thumbnails import sheet_of, small_of
from core import texts
from core.documents import names
from core.graphemes import cut
from core.pictures import files as pictures
from core.pictures.work import in_thread
from core.ports import Media
from core.types import Picture

SHEET, PLATE = "history.jpg", "newest"

SMALLER_EDGES = (2048, 1536, 1024, 768, 512)
"""Pixels of the long edge of what is sent where a file is larger than its place takes: the first that fits."""


class BytesFile(discord.File):
    """A file in memory, whose bytes go as soon as it is sent: the library leaves it holding itself, until the garbage collector comes by."""

    def __init__(self, data: bytes, name: str, description: str | None = None) -> None:
        super().__init__(io.BytesIO(data), name, description=description)

    def close(self) -> None:
        """Let go of the bytes."""
        super().close()
        self.fp.close()


@dataclass(frozen=True)
class Packed:
    """What goes into one message besides its buttons."""

    content: str
    files: list[discord.File]

    @property
    def names(self) -> list[str]:
        """The names of the files, which stay the same when they are packed again."""
        return [file.filename for file in self.files]

    def let_go(self) -> None:
        """Close files that are not sent after all."""
        for file in self.files:
            file.close()


async def pack(media: Media, part: Part, room: int, language: str) -> Packed:
    """The words and files of a part, for a place that takes files of ``room`` bytes. Raises ``BadInput`` where bytes are gone."""
    if part.document:
        found = await media.describe(part.document.media)
        return Packed(part.content, [discord.File(found.path, names.plain(part.document.name))])
    if part.plate:
        plate = await small_of(media, part.plate)
        return Packed(part.content, [_plate(part.plate, plate)] if plate and len(plate) <= room else [])
    sheet = await sheet_of(media, part.small) if part.small else None
    small: list[discord.File] = (
        [BytesFile(sheet, SHEET)] if sheet and len(sheet) <= room and len(part.files) < FILES else []
    )
    if not part.files:
        return Packed(part.content, small)
    datas = await asyncio.gather(*(media.read(picture.media) for picture, _ in part.files))
    total = max(room, REQUEST_BYTES)
    each = room if sum(map(len, datas)) <= total else min(room, total // len(datas))
    files: list[discord.File] = []
    notes: list[str] = []
    for (picture, caption), data in zip(part.files, datas, strict=True):
        fitting = data if len(data) <= each else await in_thread(_smaller, data, each)
        hidden = SPOILER if picture.spoiler else ""
        files.append(BytesFile(fitting, f"{hidden}{_name(picture, fitting)}", cut(caption, ALT_TEXT) or None))
        if fitting is not data:
            notes.append(_note(part, len(data), room, language))
    # Where even the file that was asked for had to be made smaller, the words that call it untouched would be wrong.
    words = "" if notes and part.handed_over else part.content
    return Packed("\n".join(filter(None, (words, *dict.fromkeys(notes)))), [*files, *small])


def _plate(picture: Picture, small: bytes) -> BytesFile:
    ending = "webp" if small[:4] == b"RIFF" else "jpg"
    return BytesFile(small, f"{SPOILER if picture.spoiler else ''}{PLATE}.{ending}")


def _smaller(data: bytes, room: int) -> bytes:
    for edge in SMALLER_EDGES:
        smaller = pictures.thumbnail(data, edge)
        if len(smaller) <= room:
            break
    return smaller


def _note(part: Part, size: int, room: int, language: str) -> str:
    if part.handed_over:
        megabytes = {"size": f"{size / 1024**2:.1f}", "limit": room // 1024**2 or f"{room / 1024**2:.1f}"}
        return texts.say("note-smaller-file", language, **megabytes)
    key = "note-smaller" if size > room else "note-smaller-together"
    return f"-# {texts.say(key, language)}"


def _name(picture: Picture, data: bytes) -> str:
    """A name with the right ending: a smaller rendering is a JPEG, or a WebP where there is transparency."""
    ending = "webp" if data[:4] == b"RIFF" else "jpg" if data[:2] == b"\xff\xd8" else picture.mime.partition("/")[2]
    if picture.name:
        return names.plain(f"{picture.name.rpartition('.')[0]}.{ending}")
    return f"fabula-{picture.media[:8]}.{ending}"
