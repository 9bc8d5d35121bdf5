"""What a picture's file is called when somebody keeps it: by its story and its place in it, else by what it shows."""

from __future__ import annotations

from core.documents import book, names
from core.ports import Store
from core.types import Picture, Piece, PieceKind

_ENDINGS = {"image/jpeg": "jpg", "image/svg+xml": "svg"}


def ending(mime: str) -> str:
    """How the name of a picture of this media type ends, without the dot."""
    return _ENDINGS.get(mime, mime.partition("/")[2])


async def file_name(store: Store, piece: Piece, picture: Picture) -> str:
    """The name of one of a piece's pictures, ``the-fox-and-the-lantern-1.jpg``; that of the model's own file says so.

    It is looked up rather than kept with the picture: a story that is deleted leaves its title in no other place.
    """
    parts = [await _about(store, piece)]
    if piece.own and picture.media == piece.own.media and picture.mime != "image/svg+xml":
        parts.append("model")
    return f"{'-'.join(parts)}.{ending(picture.mime)}"


async def _about(store: Store, piece: Piece) -> str:
    told = await store.piece(piece.parent) if piece.parent else None
    if told is None or told.piece.kind is not PieceKind.TEXT:
        return names.stem(piece.caption or piece.request, "picture")
    title = book.title_of(told.piece.words) or told.piece.request or told.piece.caption
    drawn = [kept.piece.id for kept in await store.pictures_of(told.piece.id)]
    stem = names.stem(title, "story")
    return f"{stem}-{drawn.index(piece.id) + 1}" if piece.id in drawn else stem
