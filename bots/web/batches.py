"""The routes of batches: a table in, how it stands, its rows, and the same acts as the buttons in the chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import FormData, UploadFile

from bots.web import batch_schemas as shapes
from bots.web.access import Admitting, access_of
from bots.web.answered import Events, answered
from bots.web.batch_view import batch_named, batch_shown, line_of, rows_shown
from bots.web.chats import TROUBLE, TURNED_AWAY, WRONG_FIELD, receiver_at
from bots.web.door import WebDoor, door_of
from bots.web.forms import read_form, word
from bots.web.gate import TABLE_LIMIT
from bots.web.inbound import Order
from bots.web.places import place_of
from bots.web.problems import FormProblem, Problem, WrongField
from bots.web.schemas import ShownPiece
from core.conversation import commands
from core.errors import BadInput
from core.types import Batch, RowState, User

PATIENCE = 20.0
"""Seconds for which a request waits for what it asked for; it is done all the same, and looked at later."""

LISTED = 20
"""Batches that are listed."""

VERBS: Mapping[str, str] = {
    "start": "batch-start",
    "samples": "batch-try",
    "pause": "batch-pause",
    "resume": "batch-resume",
    "cancel": "batch-stop",
    "retry": "batch-retry",
    "anew": "batch-again",
}
"""The button of the chat that does what an act says."""

STATUSES = {"only-author": 403, "too-fast": 429, "over-quota": 429, "over-budget": 429, "batch-no-row": 404}
"""By the code of a refusal; of every other, 409: it does not fit to how the batch stands."""

_Words = TypeAdapter(dict[shapes.Short, shapes.Short])
_User = Annotated[str | None, Query()]
_FORM = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": {"schema": shapes.BatchForm.model_json_schema()}},
    }
}
_NOT_NOW: dict[int | str, dict[str, Any]] = {
    409: {"content": TROUBLE, "description": "it does not fit to how the batch stands"}
}
REFUSED = TURNED_AWAY | _NOT_NOW

routes = APIRouter(prefix="/api/chats/{chat}/batches", route_class=Admitting, tags=["batches"])


# --- a table in ------------------------------------------------------------------------------------------------------


@routes.post(
    "",
    status_code=201,
    summary="Plan a work for each row of a table",
    responses=TURNED_AWAY
    | WRONG_FIELD
    | {202: {"model": shapes.Taken, "description": "the table is still being read"}},
    openapi_extra=_FORM,
)
async def post_batch(request: Request, response: Response, chat: str) -> shapes.Taken:
    """Nothing is made before it is started. Cells are data: none is read as a command, an option or a template."""
    door, access = door_of(request), access_of(request)

    def admit(claimed: str) -> None:
        access.check_sender(chat, access.user(request, claimed))

    known = access.user(request, None).id
    async with request.app.state.uploads.place(known, int(request.headers.get("content-length") or TABLE_LIMIT)):
        form = await read_form(request, admit)
        try:
            user = await access.actor(request, chat, word(form, "user", 64))
            order, table = _order(form, door)
            callback = await receiver_at(request, word(form, "callback", 4000))
            recipe, client_id = word(form, "recipe", 64), word(form, "client_id", 128) or None
            message = await door.inbound.message(chat, user, recipe, (table,), None, None, client_id, order, callback)
        finally:
            await form.close()
    return await _planned(door, response, chat, user, message)


async def _planned(door: WebDoor, response: Response, chat: str, user: User, message: str) -> shapes.Taken:
    told = await answered(door.events, door.hub, chat, message, PATIENCE)
    if told is None:
        response.status_code = 202
        return shapes.Taken(message=message)
    _check(told, 422)
    batch = await door.store.batch(await batch_named(door.events, chat, message))
    if batch is None:
        raise Problem(404, "not-found")
    return shapes.Taken(message=message, batch=await batch_shown(door.store, batch, user.language or "en"))


def _order(form: FormData, door: WebDoor) -> tuple[Order, UploadFile]:
    """The command that a form says, and its table. Raises ``WrongField``."""
    table = form.get("table")
    if not isinstance(table, UploadFile):
        raise WrongField(BadInput("not-a-table"), "table")
    if not word(form, "recipe", 64).strip():
        raise WrongField(BadInput("request-malformed"), "recipe")
    options, columns = _words(form, "options"), _words(form, "columns")
    command = door.commands.named("batch")
    options = {name: value for name, value in options.items() if name != "columns"}
    options |= {"columns": lines_of(columns)} if columns else {}
    try:
        checked = commands.check_options(command, options)
    except BadInput as error:
        raise WrongField(error, "options") from None
    return Order(command.name, checked), table


def _words(form: FormData, name: str) -> dict[str, str]:
    try:
        return _Words.validate_json(word(form, name, 8000) or "{}")
    except ValidationError:
        raise WrongField(BadInput("request-malformed"), name) from None


def lines_of(columns: Mapping[str, str]) -> str:
    """Which column fills which input, as it is written in a form; what has an empty column stays empty."""
    return "\n".join(f"{' '.join(name.split())} = {' '.join(column.split())}" for name, column in columns.items())


# --- how it stands ---------------------------------------------------------------------------------------------------


@routes.get("", summary="Your batches in a chat", responses=TURNED_AWAY)
async def get_batches(request: Request, chat: str, user: _User = None) -> list[shapes.BatchLine]:
    """The newest first."""
    door, person = door_of(request), access_of(request).user(request, user)
    found = await door.store.batches(place_of(chat), person.key, LISTED)
    return [line_of(batch, await door.store.counts(batch.id), person.language or "en") for batch in found]


@routes.get("/{batch}", summary="How a batch stands", responses=TURNED_AWAY)
async def get_batch(request: Request, chat: str, batch: str, user: _User = None) -> shapes.Batch:
    """What was understood of the table, how far it is, what it cost, and its files when it is done."""
    person = access_of(request).user(request, user)
    found = await _found(request, chat, batch, person)
    return await batch_shown(door_of(request).store, found, person.language or "en")


@routes.get("/{batch}/rows", summary="Rows of a batch", responses=TURNED_AWAY)
async def get_rows(
    request: Request,
    chat: str,
    batch: str,
    user: _User = None,
    state: Annotated[list[shapes.RowState] | None, Query(max_length=6)] = None,
    below: Annotated[float | None, Query(ge=0, le=1)] = None,
    after: Annotated[int, Query(ge=0, le=2**31)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> shapes.Rows:
    """In the order of the file; only those in a ``state``, or with a score ``below``."""
    person = access_of(request).user(request, user)
    found, store = await _found(request, chat, batch, person), door_of(request).store
    rows = await store.batch_rows(found.id, [RowState(one) for one in state or ()], after, limit + 1, below)
    shown = await rows_shown(store, rows[:limit], person.language or "en")
    return shapes.Rows(rows=shown, after=rows[limit - 1].number if len(rows) > limit else None)


async def _found(request: Request, chat: str, batch: str, person: User) -> Batch:
    """A batch of this person's in this chat. Raises ``Problem``: of others' nothing is told."""
    found = await door_of(request).store.batch(batch) if person.id else None
    if found is None or found.place.home != place_of(chat).home or found.author.key != person.key:
        raise Problem(404, "not-found")
    return found


# --- acts ------------------------------------------------------------------------------------------------------------


@routes.post("/{batch}/columns", summary="Change the columns", responses=REFUSED | WRONG_FIELD)
async def post_columns(request: Request, chat: str, batch: str, body: shapes.ColumnsBody) -> shapes.Batch:
    """The table is understood anew: what is not named here has no column. Only before it is started."""
    values = {"columns": lines_of(body.columns)}
    user, _ = await _done(request, chat, batch, body.user, f"batch-columns:{batch}", values)
    return await batch_shown(door_of(request).store, await _found(request, chat, batch, user), user.language or "en")


@routes.post("/{batch}/files", summary="Files of a batch", responses=REFUSED)
async def post_files(request: Request, chat: str, batch: str, body: shapes.FilesBody) -> shapes.Files:
    """With what has come of it by now; they are said in the chat, too."""
    values, verb = ({"rows": body.rows}, "batch-pick") if body.rows.strip() else (None, "batch-files")
    _, told = await _done(request, chat, batch, body.user, f"{verb}:{batch}", values)
    made = [piece for event in told or () for piece in event["pieces"] if piece["kind"] == "file"]
    return shapes.Files(files=None if told is None else [ShownPiece(**piece) for piece in made])


@routes.post("/{batch}/rows/{row}/again", summary="One row again", responses=REFUSED)
async def post_row(request: Request, chat: str, batch: str, row: int, body: shapes.ActBody) -> shapes.Batch:
    """However far the batch is. What was made of it stays until something else is."""
    user, _ = await _done(request, chat, batch, body.user, f"batch-row:{batch}", {"row": str(row)})
    return await batch_shown(door_of(request).store, await _found(request, chat, batch, user), user.language or "en")


@routes.post("/{batch}/{act}", summary="Start, pause, go on, stop", responses=REFUSED)
async def post_act(request: Request, chat: str, batch: str, act: shapes.Act, body: shapes.ActBody) -> shapes.Batch:
    """What the chat’s button does. ``samples``: three rows; ``retry``: those that failed; ``anew``: also those that an earlier batch has made."""
    user, _ = await _done(request, chat, batch, body.user, f"{VERBS[act]}:{batch}")
    return await batch_shown(door_of(request).store, await _found(request, chat, batch, user), user.language or "en")


@routes.delete("/{batch}", status_code=204, summary="Delete a batch", responses=REFUSED)
async def delete_batch(request: Request, chat: str, batch: str, user: _User = None) -> None:
    """With all that was made for it, its files too. One that runs is to be paused or stopped before."""
    await _done(request, chat, batch, user or "", f"batch-delete-yes:{batch}")


async def _done(
    request: Request, chat: str, batch: str, claimed: str, action: str, values: Mapping[str, str] | None = None
) -> tuple[User, Events | None]:
    """Press a button of a batch and wait for what comes of it, if that does not take long. Raises ``Problem``, and for what the core refuses."""
    door, access = door_of(request), access_of(request)
    user = await access.actor(request, chat, claimed)
    await _found(request, chat, batch, user)
    name = await door.inbound.act(chat, user, action, values)
    told = await answered(door.events, door.hub, chat, name, PATIENCE)
    _check(told or (), 409)
    return user, told


def _check(told: Events | tuple[()], status: int) -> None:
    """Raise for an answer that is a refusal, with its sentence."""
    failure = next((event for event in told if event["kind"] == "failure"), None)
    if failure:
        code = failure.get("code") or ""
        raise FormProblem(code, failure["text"], status=STATUSES.get(code, status))
