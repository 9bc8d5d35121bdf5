"""The routes of the page to paint on. A ticket lets one person in, for one picture; what is sent by it arrives in the chat where it began."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException

from bots.web import paint_schemas as schemas
from bots.web.access import access_of
from bots.web.chats import TURNED_AWAY
from bots.web.door import door_of
from bots.web.gate import PAINT_LIMIT
from bots.web.layout import laid_out
from bots.web.places import PLATFORM
from bots.web.problems import Problem, WrongField
from core import prompts, texts
from core.conversation import tickets
from core.conversation.commands import PROMPT_LIMIT
from core.errors import BadInput
from core.pictures.canvas import FEATHER_MOST
from core.pictures.expanding import MOST_PIXELS, Room, allowed, read_room
from core.ports import Change
from core.rows import PAINTED
from core.types import KeptPiece, Picture, Ticket, ticket_id

SECRET = re.compile(r"[\w-]{1,64}", re.ASCII)
HEADERS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}
Opener = Annotated[str, Header(alias="X-Fabula-Opener", max_length=128)]


class Held(NamedTuple):
    """A ticket that is good, and the picture it is for."""

    ticket: Ticket
    secret: str
    kept: KeptPiece
    picture: Picture


routes = APIRouter(tags=["paint"])
"""What a ticket leads to. Whose it is says the ticket, and where that can be told, who opened the page."""


@routes.get("/paint", include_in_schema=False)
@routes.get("/paint/{ticket}", include_in_schema=False)
async def page(ticket: str = "") -> HTMLResponse:
    """The page, whatever the ticket: looking uses nothing up."""
    return HTMLResponse(laid_out("paint"), headers=HEADERS)


@routes.post("/api/paint/{ticket}/open", summary="Tell who opened the page", responses=TURNED_AWAY)
async def open_page(request: Request, ticket: str, body: schemas.Opened) -> schemas.OpenerPass:
    """Where a messenger says for whom it opened the page, that has to be the ticket's person."""
    known = await _known(request, ticket)
    vouches = door_of(request).vouching.get(known.user.platform)
    if vouches is None or vouches(body.told) != known.user.id:
        raise Problem(404, "paint-ticket")
    return schemas.OpenerPass(opener=await _opener(request, known))


@routes.get("/api/paint/{ticket}", summary="A picture to paint on", responses=TURNED_AWAY)
async def get_page(request: Request, ticket: str, x_fabula_opener: Opener = "") -> schemas.PaintPage:
    """The picture, the page’s sentences, and what came of what was sent by this ticket."""
    return await _page(request, await _held(request, ticket, x_fabula_opener))


@routes.get("/api/paint/{ticket}/picture", summary="The picture itself", response_class=Response)
async def get_picture(request: Request, ticket: str, x_fabula_opener: Opener = "") -> Response:
    """Its bytes, as they were made or sent."""
    return await _bytes(request, (await _held(request, ticket, x_fabula_opener)).picture)


@routes.get("/api/paint/{ticket}/result", summary="What came of it", response_class=Response)
async def get_result(request: Request, ticket: str, x_fabula_opener: Opener = "") -> Response:
    """The bytes of the picture that was made."""
    made = await _made(request, await _held(request, ticket, x_fabula_opener))
    if made is None or made.piece.picture is None:
        raise Problem(404, "not-found")
    return await _bytes(request, made.piece.picture)


@routes.post("/api/paint/{ticket}/again", status_code=201, summary="Paint on", responses=TURNED_AWAY)
async def paint_on(request: Request, ticket: str, x_fabula_opener: Opener = "") -> schemas.PaintTicket:
    """A ticket for the picture that was made, for the same person."""
    held = await _held(request, ticket, x_fabula_opener)
    store, made = door_of(request).store, await _made(request, held)
    messages = await store.messages_showing(held.ticket.place, made.piece.id, held.ticket.user.key) if made else ()
    if made is None or not messages:
        raise Problem(404, "not-found")
    access_of(request).keep_pace(held.ticket.user)
    fresh, secret = tickets.once_more(held.ticket, made.piece.id, messages[0])
    await store.commit(Change(tickets=(fresh,)))
    return schemas.PaintTicket(ticket=secret, opener=await _opener(request, fresh))


@routes.post("/api/paint/{ticket}", status_code=202, summary="Send what was painted", responses=TURNED_AWAY)
async def send(request: Request, ticket: str, x_fabula_opener: Opener = "") -> schemas.PaintPage:
    """The mask (a PNG of the picture’s own size, transparent where something shall change) and the words. A second time answers as the first."""
    held = await _held(request, ticket, x_fabula_opener)
    if not held.ticket.used:
        access_of(request).keep_pace(held.ticket.user)
        filled = await _filled(request, held)
        await door_of(request).inbound.painted(held.ticket, f"{PAINTED}:{held.kept.piece.id}", filled)
    return await _page(request, await _held(request, ticket, x_fabula_opener))


# --- what a request may -----------------------------------------------------------------------------------------------


async def _known(request: Request, secret: str) -> Ticket:
    """The ticket of a secret. Old, forged and another's are told apart by nobody: raises ``Problem``, with one sentence for all."""
    ticket = await door_of(request).store.ticket(ticket_id(secret)) if SECRET.fullmatch(secret) else None
    if ticket is None:
        raise Problem(404, "paint-ticket")
    return ticket


async def _held(request: Request, secret: str, opener: str) -> Held:
    """The ticket of a secret in the hands of its person. Raises ``Problem``."""
    ticket = await _known(request, secret)
    if not await _is_theirs(request, ticket, opener):
        raise Problem(404, "paint-ticket")
    kept = await door_of(request).store.piece(ticket.piece)
    if kept is None or kept.piece.picture is None:
        raise Problem(404, "piece-gone")
    return Held(ticket, secret, kept, kept.piece.picture)


async def _is_theirs(request: Request, ticket: Ticket, opener: str) -> bool:
    door, access = door_of(request), access_of(request)
    if not await door.may_still_use(ticket.user, ticket.place):
        return False
    if ticket.user.platform in door.vouching:
        return hmac.compare_digest(opener.encode(), (await _opener(request, ticket)).encode())
    if ticket.user.platform == PLATFORM and access.demands_token:
        await access.recognise(request)
        person = request.state.person
        if person is None or person.id != ticket.user.id:
            return False
        try:
            await access.enter(ticket.place.chat, ticket.user, person)
        except Problem:
            return False  # they left the room since
    return True  # a link that was given to one person alone is all that there is to know them by


async def _opener(request: Request, ticket: Ticket) -> str:
    """What says that a page was opened by the ticket's person: an HMAC, since nothing has to be kept of it."""
    key = hmac.new(await door_of(request).store.secret(), b"openers of pages", hashlib.sha256).digest()
    return hmac.new(key, ticket.id.encode(), hashlib.sha256).hexdigest()


# --- what is sent and answered ----------------------------------------------------------------------------------------


async def _filled(request: Request, held: Held) -> dict[str, str]:
    """What a form holds: the words, the options, and the id of the kept region. Raises ``Problem`` and ``BadInput``."""
    size = int(request.headers.get("content-length") or PAINT_LIMIT)
    async with request.app.state.uploads.place(held.ticket.user.key, size):
        try:
            form = await request.form(max_files=2, max_fields=8, max_part_size=4 * PROMPT_LIMIT)
        except MultiPartException as error:
            raise Problem(400, "request-malformed") from error
        said = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
        words = said.get("change", "")
        if len(words) > PROMPT_LIMIT:
            raise Problem(413, "prompt-too-long", limit=PROMPT_LIMIT)
        room = _room(request, held, said)
        if not words and not room and not (said.get("remove") and "mask" in form):
            raise Problem(422, "paint-words")
        where = await _where(request, held, form.get("mask"), form.get("markup"), room)
    return {"change": words, **where, **_options(said)}


def _room(request: Request, held: Held, said: dict[str, str]) -> Room | None:
    """How much room is added beside the picture, if any. Raises ``Problem`` for what no page sends."""
    if not (told := said.get("frame")):
        return None
    try:
        room = read_room(told)
    except ValueError as error:
        raise Problem(400, "request-malformed") from error
    size = (held.picture.width, held.picture.height)
    if said.get("remove") or not allowed(room, size, door_of(request).painter.edit_sizes()):
        raise Problem(400, "request-malformed")
    return room


async def _where(request: Request, held: Held, mask: object, markup: object, room: Room | None) -> dict[str, str]:
    """What says where: a mask or marks, never both, or room to fill. Raises ``Problem``, and ``WrongField`` for what is neither."""
    inbound, size = door_of(request).inbound, (held.picture.width, held.picture.height)
    if isinstance(markup, UploadFile) and (isinstance(mask, UploadFile) or room):
        raise Problem(422, "paint-both")
    try:
        if isinstance(markup, UploadFile):
            return {"marks": await inbound.keep_marks(held.ticket, await markup.read(), size)}
        if isinstance(mask, UploadFile) or room:
            data = await mask.read() if isinstance(mask, UploadFile) else None
            region = await inbound.keep_mask(held.ticket, data, size, room)
            return {"region": region, **({"frame": str(room)} if room else {})}
    except BadInput as error:
        raise WrongField(error, "mask") from error
    raise Problem(422, "mask-empty")


def _options(said: dict[str, str]) -> dict[str, str]:
    """The style, the feather, and whether what is painted over goes. Raises ``Problem`` for what no page sends."""
    style, feather = said.get("style", ""), said.get("feather", "")
    if style and style not in prompts.STYLES:
        raise Problem(400, "request-malformed")
    if feather and not (
        feather.isascii() and feather.isdecimal() and len(feather) < 4 and int(feather) <= FEATHER_MOST
    ):
        raise Problem(400, "request-malformed")
    remove = "true" if said.get("remove") else ""
    return {name: value for name, value in (("style", style), ("feather", feather), ("remove", remove)) if value}


async def _made(request: Request, held: Held) -> KeptPiece | None:
    _, made = await door_of(request).store.outcome(held.ticket, _told_by(held.ticket))
    return made


def _told_by(ticket: Ticket) -> str:
    """The id of the bytes that said where, by which what came of them is found."""
    return ticket.filled.get("region") or ticket.filled.get("marks", "")


async def _page(request: Request, held: Held) -> schemas.PaintPage:
    state, made = await door_of(request).store.outcome(held.ticket, _told_by(held.ticket))
    language = held.ticket.language
    known = texts.accept_language(request.headers.get("accept-language"), language)
    language = known if held.ticket.user.platform == PLATFORM else language
    base, painter = f"/api/paint/{held.secret}", door_of(request).painter
    now = "open" if not held.ticket.used else "done" if made else "ended" if state and state != "open" else "working"
    sentences = texts.catalogue(language).items()
    return schemas.PaintPage(
        state=now,
        piece=held.kept.piece.id,
        width=held.picture.width,
        height=held.picture.height,
        spoiler=held.picture.spoiler,
        language=language,
        texts={
            key: text
            for key, text in sentences
            if key.startswith(("page-paint", "page-error")) or key in ("page-title", "page-picture")
        },
        styles={name: style.label(language) for name, style in prompts.STYLES.items()},
        picture=f"{base}/picture",
        result=f"{base}/result" if made else None,
        takes_marks=painter.takes_markup(),
        most_ratio=painter.edit_sizes().widest,
        most_pixels=MOST_PIXELS,
    )


async def _bytes(request: Request, picture: Picture) -> Response:
    try:
        file = await door_of(request).media.describe(picture.media)
    except BadInput as error:
        raise Problem(404, "piece-gone") from error
    return FileResponse(file.path, media_type=picture.mime, headers=HEADERS)
