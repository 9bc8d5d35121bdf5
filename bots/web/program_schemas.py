"""The bodies of the routes for programs, as the API's documentation shows them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from bots.web.schemas import TEXT_LIMIT, Action, ShownPiece, Strict, Trouble
from core.recipes.form import MOST_INPUTS
from core.types.forms import FIELDS

MOST_ITEMS = 1000
"""Items of a list that are taken at all; of more than its recipe takes the answer says so."""

Words = Annotated[str, Field(max_length=TEXT_LIMIT)]
Items = Annotated[list[Words], Field(max_length=MOST_ITEMS, fail_fast=True)]


class RecipeShown(BaseModel):
    """Something that can be made. ``inputs`` is a JSON Schema (draft 2020-12); ``photo`` says whether one is taken as a file."""

    name: str
    about: str
    example: str
    inputs: dict[str, Any]
    photo: Literal["required", "optional"] | None
    exports: list[str]


class MakeBody(Strict):
    """What to make a work of: ``inputs`` by their names in the recipe, ``options`` that its command takes beside (style, quality, lang).

    ``client_id``: the same for the same work, so that sending it again changes nothing. ``callback``: where the work is posted to when it has ended.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "user": "ann",
                "inputs": {"product": "Travel mug", "points": ["keeps tea hot for 6 hours", "leakproof"]},
                "options": {"lang": "en"},
                "client_id": "work-1",
            }
        },
    )

    user: str = Field("", max_length=64)
    inputs: dict[Annotated[str, Field(max_length=32)], StrictInt | Words | Items] = Field(max_length=MOST_INPUTS)
    options: dict[Annotated[str, Field(max_length=32)], Words] = Field(default_factory=dict, max_length=FIELDS)
    client_id: str = Field("", max_length=128)
    callback: str = Field("", max_length=TEXT_LIMIT)


class MakeForm(BaseModel):
    """The same with a photo (``multipart/form-data``); ``user`` first. ``text`` is the ``MakeBody`` as JSON."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"user": "ann", "text": '{"inputs": {"product": "Travel mug"}}'}}
    )

    user: str = ""
    text: str
    client_id: str = ""
    files: list[bytes] = []


class Making(BaseModel):
    """What was taken: ``message`` is its id, ``work`` the path under which it is seen to grow."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"message": "m3f1c", "work": "/api/chats/home-ann/works/m3f1c"}}
    )

    message: str
    work: str


class CallbackSecret(BaseModel):
    """What a person's callbacks are signed with: ``whsec_`` and 32 bytes in Base64."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"secret": "whsec_c2l4dGVlbiBieXRlcyBhcmUgbm90IGVub3VnaCEhISE="}}
    )

    secret: str


class WorkPiece(ShownPiece):
    """A piece of a work, with the prompt that a model was given and what it cost (null where that is unknown)."""

    prompt: str = ""
    cost_usd: float | None = None


class Work(BaseModel):
    """What was made for a message. ``texts`` and ``pieces`` are in their order. ``exports`` are buttons: send one's id to ``/actions``."""

    message: str
    state: Literal["open", "done", "failed"]
    texts: list[str]
    pieces: list[WorkPiece]
    exports: list[Action]
    failure: Trouble | None = None
