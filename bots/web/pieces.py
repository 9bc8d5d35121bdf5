"""The routes of pieces: how they were made, and their bytes. Who may not enter a chat sees nothing of it, by whatever id."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from bots.web import schemas
from bots.web.access import Admitting, access_of
from bots.web.chats import TURNED_AWAY
from bots.web.door import door_of
from bots.web.places import PLATFORM
from bots.web.problems import Problem
from bots.web.shown import rating
from bots.web.small import SmallPictures
from core.documents import called
from core.documents.formats import served_as
from core.documents.picture_book import book_of
from core.errors import BadInput
from core.pictures import files as pictures
from core.pictures.work import in_thread
from core.types import KeptPiece, Score

KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}

SMALL_EDGE = 192
"""Pixels of the longer edge of a small picture: three for each of those of a list."""

SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


routes = APIRouter(route_class=Admitting, tags=["pieces"])


@routes.get("/api/pieces/{piece}", summary="How a piece was made", responses=TURNED_AWAY)
async def get_piece(request: Request, piece: str, user: str | None = None) -> schemas.PieceDetails:
    """Its prompt, its model, its options, what it cost and how it was rated."""
    door, access = door_of(request), access_of(request)
    person = access.user(request, user)
    kept = await door.store.piece(piece)
    if kept is None or kept.place.platform != PLATFORM or not await access.sees(request, kept.place.chat, kept.author):
        raise Problem(404, "not-found")
    return _details(kept, await door.store.score(piece, person.key if person.id else ""))


@routes.get("/api/books/{piece}", summary="A picture book, to read", responses=TURNED_AWAY)
async def get_book(request: Request, piece: str, user: str | None = None) -> schemas.Book:
    """Its cover and pages as they are now, for whoever may enter the chat that it was made in."""
    door, access = door_of(request), access_of(request)
    access.user(request, user)
    kept = await door.store.piece(piece)
    book = book_of(kept.piece) if kept else None
    if (
        kept is None
        or book is None
        or kept.place.platform != PLATFORM
        or not await access.sees(request, kept.place.chat, kept.author)
    ):
        raise Problem(404, "not-found")
    drawn = [await door.store.piece(page.picture) if page.picture else None for page in book.pages]
    pages = [
        schemas.BookPage(
            text=page.text,
            alt=page.alt or page.text,
            url=f"/media/{one.piece.picture.media}" if one and one.piece.picture else None,
        )
        for page, one in zip(book.pages, drawn, strict=True)
    ]
    return schemas.Book(id=kept.piece.id, language=book.language, pages=pages)


@routes.get("/media/{media}", summary="The bytes of a piece", response_class=Response)
async def get_media(request: Request, media: str, download: bool = False, small: bool = False) -> Response:
    """As they were made; with ``download`` as a file with a name, with ``small`` of a picture no more than a list needs."""
    door, access = door_of(request), access_of(request)
    if (preview := door.hub.preview(media)) is not None:
        data, kind, chat = preview
        if not await access.sees(request, chat):
            raise Problem(404, "not-found")
        return Response(data, media_type=kind, headers={"Cache-Control": "no-store"})
    sight = await access.media_seen(request, media)
    if sight is None:
        raise Problem(404, "not-found")
    if small and (data := await _small(request, media)):
        return Response(data, media_type="image/webp" if data.startswith(b"RIFF") else "image/jpeg", headers=KEPT)
    try:
        path, mime, *_ = await door.media.describe(media)
    except BadInput as error:
        raise Problem(404, error.code) from error
    inline = mime in SHOWN_INLINE and not download
    ending = called.ending(mime) if mime in SHOWN_INLINE else "bin"
    piece = sight.piece
    picture = next((one for one in (piece.picture, piece.own) if one and one.media == media), None) if piece else None
    name = await called.file_name(door.store, piece, picture) if piece and picture else f"fabula-{media[:8]}.{ending}"
    return FileResponse(
        path,
        media_type=mime if mime in SHOWN_INLINE else "application/octet-stream",
        filename=name,
        content_disposition_type="inline" if inline else "attachment",
        headers=KEPT,
    )


async def _small(request: Request, media: str) -> bytes:
    """The small version of a picture; empty for what is none. Raises ``Problem``."""
    kept = door_of(request).media

    async def make() -> bytes:
        path, mime, *_ = await kept.describe(media)
        if mime not in SHOWN_INLINE:
            return b""
        return await in_thread(pictures.thumbnail, await asyncio.to_thread(path.read_bytes), SMALL_EDGE)

    smalls: SmallPictures = request.app.state.smalls
    try:
        return await smalls.of(await kept.digest(media) or "", make)
    except (BadInput, OSError) as error:
        raise Problem(404, "file-gone") from error


@routes.get("/files/{piece}", summary="A file to keep", response_class=Response, responses=TURNED_AWAY)
async def get_file(request: Request, piece: str, user: str | None = None) -> Response:
    """For whoever may enter the chat that it was made in."""
    door, access = door_of(request), access_of(request)
    access.user(request, user)
    kept = await door.store.piece(piece)
    if (
        kept is None
        or kept.piece.document is None
        or kept.place.platform != PLATFORM
        or not await access.sees(request, kept.place.chat, kept.author)
    ):
        raise Problem(404, "not-found")
    try:
        file = await door.media.describe(kept.piece.document.media)
    except BadInput as error:
        raise Problem(404, error.code) from error
    return FileResponse(
        file.path,
        media_type=served_as(file.mime),
        filename=kept.piece.document.name,
        headers={"Cache-Control": "private, no-cache"},
    )


def _details(kept: KeptPiece, score: Score) -> schemas.PieceDetails:
    """How a piece was made, and how it was rated."""
    made = kept.piece
    return schemas.PieceDetails(
        id=made.id,
        kind=str(made.kind),
        prompt=made.shown_prompt,
        request=made.request,
        model=made.model,
        parameters={name: value for name, value in made.parameters.items() if name != "region"},
        parent=made.parent,
        cost_usd=made.cost_usd,
        rating=schemas.Rating.model_validate(rating(score)),
        created=kept.created,
    )
