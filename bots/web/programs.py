"""The routes for programs: the recipes there are, making a work by one, and how a work stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from pydantic import ValidationError

from bots.web import program_schemas as shapes
from bots.web.access import Admitting, access_of
from bots.web.chats import TURNED_AWAY, WRONG_FIELD, receiver_at
from bots.web.door import WebDoor, door_of
from bots.web.forms import Said, read_message
from bots.web.gate import UPLOAD_LIMIT
from bots.web.inbound import Order
from bots.web.places import place_of
from bots.web.problems import Problem, WrongField
from bots.web.works import work_of
from core import texts
from core.conversation import commands
from core.errors import BadInput
from core.recipes import inputs
from core.recipes.form import ITEM, LIST_ITEMS, WORDS, Input, RecipeFile

routes = APIRouter(route_class=Admitting, tags=["programs"])

_EITHER = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": shapes.MakeBody.model_json_schema()},
            "multipart/form-data": {"schema": shapes.MakeForm.model_json_schema()},
        },
    }
}


@routes.get("/api/recipes", summary="What can be made", responses=TURNED_AWAY)
async def get_recipes(
    request: Request, accept_language: Annotated[str | None, Header()] = None
) -> list[shapes.RecipeShown]:
    """Every recipe with its inputs as JSON Schema, described in the language of ``Accept-Language``."""
    language = texts.accept_language(accept_language)
    return [_shown(recipe, language) for recipe in door_of(request).recipes.recipes.values()]


@routes.post(
    "/api/chats/{chat}/make/{recipe}",
    status_code=202,
    summary="Make a work by a recipe",
    responses=TURNED_AWAY | WRONG_FIELD,
    openapi_extra=_EITHER,
)
async def make(request: Request, chat: str, recipe: str) -> shapes.Making:
    """Inputs are data: none is read as a command, an option or a template. What comes of it follows in the chat’s events, and under ``work``."""
    door, access = door_of(request), access_of(request)

    def admit(claimed: str) -> None:
        access.check_sender(chat, access.user(request, claimed))

    known = access.user(request, None).id
    async with request.app.state.uploads.place(known, int(request.headers.get("content-length") or UPLOAD_LIMIT)):
        said = await read_message(request, admit, json_too=True)
        try:
            body = _body(said)
            user = await access.actor(request, chat, body.user)
            found = door.recipes.recipes.get(recipe)
            if found is None:
                raise Problem(404, "not-found")
            session, _ = await door.store.session_at(place_of(chat), user.id)
            styles = [one.name for one in session.styles]
            words, options = _checked(found, body, door, bool(said.files), user.language or "en", styles)
            callback = await receiver_at(request, body.callback)
            sent = (words, said.files, None, None, body.client_id or None)
            name = await door.inbound.message(chat, user, *sent, Order(found.name, options), callback)
        finally:
            await said.close()
    return shapes.Making(message=name, work=f"/api/chats/{chat}/works/{name}")


@routes.get("/api/chats/{chat}/works/{message}", summary="How a work stands", responses=TURNED_AWAY)
async def get_work(
    request: Request, chat: str, message: str, user: Annotated[str | None, Query()] = None
) -> shapes.Work:
    """All that was said to a message so far: texts, pieces, what they cost, and how it ended. It works for every message of a chat."""
    door, access = door_of(request), access_of(request)
    work = await work_of(door.events, door.store, chat, message, access.user(request, user).id)
    if work is None:
        raise Problem(404, "not-found")
    return work


@routes.get("/api/callbacks", summary="How callbacks are signed", responses=TURNED_AWAY)
async def get_callbacks(request: Request, user: Annotated[str | None, Query()] = None) -> shapes.CallbackSecret:
    """The secret by which a receiver knows that a callback comes from here and is meant for this person (Standard Webhooks)."""
    person = access_of(request).user(request, user)
    if not person.id:
        raise Problem(400, "request-malformed")
    return shapes.CallbackSecret(secret=door_of(request).callbacks.secret(person.key))


def _body(said: Said) -> shapes.MakeBody:
    """What was sent, as JSON or as a form whose ``inputs`` and ``options`` are JSON. Raises ``Problem``."""
    try:
        body = shapes.MakeBody.model_validate_json(said.text or "{}")
    except ValidationError as error:
        wrong = [
            str(part) for part in error.errors(include_input=False, include_context=False, include_url=False)[0]["loc"]
        ]
        if len(wrong) < 2:
            raise Problem(400, "request-malformed") from None
        raise WrongField(BadInput("request-malformed"), wrong[1]) from None
    return body.model_copy(update={"user": said.user or body.user, "client_id": said.client_id or body.client_id})


def _checked(
    recipe: RecipeFile, body: shapes.MakeBody, door: WebDoor, photo: bool, language: str, styles: Sequence[str]
) -> tuple[str, dict[str, str]]:
    """The words and options of a command. Raises ``WrongField`` with the first input that does not fit, or is missing."""
    values = {name: "\n".join(value) if isinstance(value, list) else str(value) for name, value in body.inputs.items()}
    for name, value in values.items():
        if name not in recipe.inputs or recipe.inputs[name].kind == "photo":
            raise WrongField(BadInput("input-unknown", name=name, command=recipe.name), name)
        try:
            inputs.checked(recipe, {name: value}, language)
        except BadInput as error:
            raise WrongField(error, name) from None
    lacking = [*inputs.missing(recipe, inputs.checked(recipe, values, language))]
    if recipe.photo and recipe.inputs[recipe.photo].required and not photo:
        lacking.append(recipe.photo)
    if lacking:
        raise WrongField(BadInput("input-missing", field=recipe.inputs[lacking[0]].label.of(language)), lacking[0])
    words = values.pop(recipe.takes, "")
    try:
        options: Mapping[str, str] = commands.check_options(
            commands.with_styles(door.commands.named(recipe.name), styles), body.options
        )
    except BadInput as error:
        raise WrongField(error, "options") from None
    return words, {**options, **values}


def _shown(recipe: RecipeFile, language: str) -> shapes.RecipeShown:
    required = [name for name, one in recipe.inputs.items() if one.required and one.kind != "photo"]
    properties = {name: _schema(one, language) for name, one in recipe.inputs.items() if one.kind != "photo"}
    return shapes.RecipeShown(
        name=recipe.name,
        about=recipe.about.of(language),
        example=recipe.example.of(language),
        inputs={"type": "object", "properties": properties, "required": required, "additionalProperties": False},
        photo=("required" if recipe.inputs[recipe.photo].required else "optional") if recipe.photo else None,
        exports=list(recipe.exports),
    )


def _schema(one: Input, language: str) -> dict[str, Any]:
    """An input as JSON Schema (draft 2020-12)."""
    shape: dict[str, Any]
    if one.kind == "number":
        shape = {"type": "integer", "minimum": one.least or 0, "maximum": one.most or 100_000}
    elif one.kind == "list":
        most = one.most or LIST_ITEMS
        item = {"type": "string", "maxLength": ITEM}
        shape = {"type": "array", "items": item, "minItems": one.least or 0, "maxItems": most}
    elif one.kind == "choice":
        shape = {"type": "string", "enum": list(one.choices)}
    else:
        shape = {"type": "string", "maxLength": one.most or WORDS}
    return {"title": one.label.of(language), **shape, **({} if one.default is None else {"default": one.default})}
