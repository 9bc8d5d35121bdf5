"""The routes of chats: saying something, reacting, pressing buttons, following."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.openapi.constants import REF_TEMPLATE
from fastapi.responses import StreamingResponse

from bots.web import schemas
from bots.web.access import Admitting, access_of
from bots.web.callbacks import Receiver
from bots.web.door import door_of
from bots.web.forms import read_message
from bots.web.gate import UPLOAD_LIMIT
from bots.web.places import place_of
from bots.web.problems import WrongField
from bots.web.streams import Streams
from core.errors import BadInput

WRONG_FIELD: dict[int | str, dict[str, Any]] = {
    422: {"model": schemas.Trouble, "description": "a field is wrong: field"}
}
TROUBLE = {"application/json": {"schema": {"$ref": REF_TEMPLATE.format(model=schemas.Trouble.__name__)}}}
"""What ``WRONG_FIELD`` describes in full: named as a model, it would be built anew for each route and status at every start."""

TURNED_AWAY: dict[int | str, dict[str, Any]] = {
    status: {"content": TROUBLE, "description": why}
    for status, why in {
        400: "not in the form that is documented here",
        401: "nobody is signed in",
        403: "this person may not do that here",
        404: "there is nothing by this id, or nothing that this person may see",
        413: "too large",
        429: "too much at once; Retry-After says when to come again",
    }.items()
}
_STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_FORM = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": {"schema": schemas.MessageForm.model_json_schema()}},
    }
}


routes = APIRouter(prefix="/api/chats/{chat}", route_class=Admitting, tags=["chat"])


async def receiver_at(request: Request, address: str) -> Receiver | None:
    """Where somebody wants to be called back, if they do. Raises ``WrongField`` for an address that may not be."""
    if not address:
        return None
    try:
        door_of(request).callbacks.check(address)
    except BadInput as error:
        raise WrongField(error, "callback") from None
    return Receiver(address, await access_of(request).token_of(request))


@routes.post(
    "/messages", status_code=202, summary="Say something", responses=TURNED_AWAY | WRONG_FIELD, openapi_extra=_FORM
)
async def post_message(request: Request, chat: str) -> schemas.Accepted:
    """Words, up to the documented number of files, and a mask. What comes of it follows in the chat’s events."""
    door, access = door_of(request), access_of(request)

    def admit(claimed: str) -> None:
        access.check_sender(chat, access.user(request, claimed))

    known = access.user(request, None).id
    async with request.app.state.uploads.place(known, int(request.headers.get("content-length") or UPLOAD_LIMIT)):
        said = await read_message(request, admit)
        try:
            user = await access.actor(request, chat, said.user)
            callback = await receiver_at(request, said.callback)
            sent = (said.text, said.files, said.mask, said.reply_to, said.client_id)
            name = await door.inbound.message(chat, user, *sent, callback=callback)
        finally:
            await said.close()
    return schemas.Accepted(message=name)


@routes.post("/reactions", status_code=202, summary="Rate by an emoji", responses=TURNED_AWAY)
async def post_reaction(request: Request, chat: str, body: schemas.ReactionBody) -> schemas.Accepted:
    """An emoji on a message, or one taken back."""
    door, access = door_of(request), access_of(request)
    user = await access.actor(request, chat, body.user)
    await door.inbound.reaction(chat, user, body.message, body.emoji, body.added)
    return schemas.Accepted(message=body.message)


@routes.post("/actions", status_code=202, summary="Press a button", responses=TURNED_AWAY)
async def post_action(request: Request, chat: str, body: schemas.ActionBody) -> schemas.Accepted:
    """What a button of a message does; where it asks something first, its form is in the answer; where it opens a page, its ticket."""
    door, access = door_of(request), access_of(request)
    user = await access.actor(request, chat, body.user)
    asked = await door.inbound.press(chat, user, body.message, body.action)
    if isinstance(asked, str):
        return schemas.Accepted(message=body.message, ticket=asked)
    shown = schemas.Form.model_validate(asked.model_dump()) if asked else None
    return schemas.Accepted(message=body.message, form=shown)


@routes.post("/forms", status_code=202, summary="Send a form", responses=TURNED_AWAY | WRONG_FIELD)
async def post_form(request: Request, chat: str, body: schemas.FormBody) -> schemas.Accepted:
    """What was filled in for a button."""
    door, access = door_of(request), access_of(request)
    user = await access.actor(request, chat, body.user)
    await door.inbound.submission(chat, user, body.message, body.action, body.values, body.client_id)
    return schemas.Accepted(message=body.message)


@routes.get("/characters", summary="Who is kept in a chat", responses=TURNED_AWAY)
async def get_characters(request: Request, chat: str, user: str | None = None) -> schemas.Characters:
    """The names of the characters that this person can bring in by ``@name``, as they were kept, and of the styles for ``--style``."""
    person = access_of(request).user(request, user)
    session, _ = await door_of(request).store.session_at(place_of(chat), person.id)
    names, styles = ([one.name for one in kept] for kept in (session.characters, session.styles))
    return schemas.Characters(names=names, styles=styles)


@routes.get(
    "/events", summary="Follow a chat (Server-Sent Events)", response_model=schemas.Event, responses=TURNED_AWAY
)
async def get_events(
    request: Request,
    chat: str,
    user: str | None = None,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    """Everything that was said after a number, then what comes, for as long as the connection stands."""
    access = access_of(request)
    if last_event_id and re.fullmatch(r"\d{1,18}", last_event_id, re.ASCII):
        after = int(last_event_id)
    person = access.user(request, user).id
    streams: Streams = request.app.state.streams
    streams.check(person)
    visit = access.visit(request, chat) if access.demands_token else None
    events = streams.follow(chat, person, after, visit)
    return StreamingResponse(events, media_type="text/event-stream", headers=_STREAM_HEADERS)
