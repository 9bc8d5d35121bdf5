"""What is kept of the files that people post on the web page, and what the page shows of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NamedTuple

from starlette.datastructures import UploadFile

from bots.web.places import PLATFORM
from core.conversation.limits import FILE_LIMIT
from core.documents import formats, names
from core.errors import BadInput
from core.pictures import files as pictures
from core.pictures import kinds
from core.pictures.work import in_thread
from core.ports import Media
from core.types import FileRef, Refusal, User, new_id

SPOILER = "SPOILER_"
"""How the name of a photo begins that is to be hidden until it is tapped: the name by which such a one is known elsewhere, and saved."""

CHUNK = 256 * 1024
"""Bytes of an upload that are held at a time."""


class Upload(NamedTuple):
    """A file that was posted: as the core knows it, as the page shows it, and what kind of thing it is where it is a table or document."""

    file: FileRef
    piece: dict[str, Any]
    document: str | None = None


async def keep(media: Media, posted: UploadFile, user: User, home: str, *, wanted: bool = True) -> Upload:
    """Keep what somebody posted for a chat, with no ``home`` for them alone.

    What is too large, is not ``wanted``, or is a picture that cannot be read, is only named, so that the core can say so.
    """
    name, size = names.shown(posted.filename or ""), posted.size or 0
    piece: dict[str, Any] = {
        "id": new_id(),
        "kind": "file",
        "url": None,
        "caption": name,
        "mime": "application/octet-stream",
    }
    file = FileRef(platform=PLATFORM, ref="", name=name, size=size)
    if size > FILE_LIMIT or not wanted:
        return Upload(file, piece)
    head = await posted.read(formats.HEAD)
    await posted.seek(0)
    if formats.format_of(head, name):
        found = await media.take(_chunks(posted), "application/octet-stream", owner=user.key, home=home)
        file = file.model_copy(update={"ref": found.media})
        return Upload(file, piece | {"id": found.media}, kinds.kind_of(head, name))
    data = await posted.read()
    try:
        data, info = await in_thread(_without_traces, data)
    except BadInput as error:
        return Upload(file.model_copy(update={"refusal": Refusal.of(kinds.with_kind(error, data, name))}), piece)
    kept = await media.put(data, info.mime, owner=user.key, home=home)
    hidden = name.startswith(SPOILER)
    piece |= {"id": kept, "kind": "photo", "url": f"/media/{kept}", "mime": info.mime}
    piece |= {"width": info.width, "height": info.height} | ({"spoiler": True} if hidden else {})
    return Upload(file.model_copy(update={"ref": kept, "mime": info.mime, "spoiler": hidden}), piece)


async def _chunks(posted: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await posted.read(CHUNK):
        yield chunk


def _without_traces(data: bytes) -> tuple[bytes, pictures.PictureInfo]:
    kept = pictures.without_traces(data)
    return kept, pictures.inspect(kept)
