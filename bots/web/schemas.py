"""The bodies of the HTTP API, as its documentation shows them."""

from __future__ import annotations

import itertools
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.types.forms import FIELDS, LONGEST

TEXT_LIMIT = 2 * LONGEST
"""Characters of a form's value that are taken at all; of one that is too long the answer says so."""

MOST_MEMBERS = 32
"""Members of an object in a body; none that is meant has half as many."""


class Strict(BaseModel):
    """Unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _few(cls, said: Any) -> Any:
        """Refuse objects of very many members before any is looked at: each that is wrong would be a mistake to be told."""
        if isinstance(said, dict) and any(
            len(one) > MOST_MEMBERS for one in itertools.chain([said], said.values()) if isinstance(one, dict)
        ):
            raise ValueError("too many members")
        return said


class ReactionBody(Strict):
    """An emoji put on a shown message, or taken back."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"user": "ann", "message": "r7", "emoji": "👍"}}
    )

    user: str = ""
    message: str = Field(max_length=64)
    emoji: str = Field(min_length=1, max_length=32)
    added: bool = True


class ActionBody(Strict):
    """A button pressed under a shown message: ``action`` is the ``id`` that came with it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"user": "ann", "message": "r7", "action": "vary:Zx1c9A"}}
    )

    user: str = ""
    message: str = Field("", max_length=64)
    action: str = Field(min_length=1, max_length=128)


class FormBody(Strict):
    """A form that was filled in: what its button was, and the ``values`` by the names of its fields. ``client_id``: the same for the same form."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "user": "ann",
                "message": "r7",
                "action": "change-text:Zx1c9A",
                "values": {"text": "# The Fox\n\nOnce there was a fox."},
                "client_id": "form-1",
            }
        },
    )

    user: str = ""
    message: str = Field(max_length=64)
    action: str = Field(min_length=1, max_length=128)
    values: dict[Annotated[str, Field(max_length=32)], Annotated[str, Field(max_length=TEXT_LIMIT)]] = Field(
        max_length=FIELDS
    )
    client_id: str = Field(min_length=1, max_length=128)


class FormChoice(BaseModel):
    """One of a field's choices."""

    value: str
    label: str


class FormField(BaseModel):
    """One thing that a form asks for. ``least`` and ``most``: the characters of a text, or the range of a number. ``value`` stands in it already."""

    name: str
    kind: Literal["short", "long", "choice", "number"]
    label: str
    hint: str
    required: bool
    least: int
    most: int
    choices: list[FormChoice]
    value: str


class Form(BaseModel):
    """What is asked before a button does what it says: to be sent to ``/forms``."""

    title: str
    fields: list[FormField]


class Accepted(BaseModel):
    """What was taken; ``message`` is its id. ``form``: nothing was done yet, for the button asks something first; ``ticket``: it opens a page."""

    model_config = ConfigDict(json_schema_extra={"example": {"message": "m3f1c", "form": None, "ticket": None}})

    message: str
    form: Form | None = None
    ticket: str | None = None


class Rating(BaseModel):
    """The sum of the values, how many people rated, and (where known) what the asking person gave."""

    score: float
    count: int
    mine: float = 0


class ShownPiece(BaseModel):
    """A piece in an event. ``size`` is in bytes, of a file; what a file is called is its ``caption``.

    ``parent`` is the piece that it was made from. ``spoiler``: it is shown only to who taps it.
    """

    id: str
    kind: Literal["text", "picture", "photo", "region", "file", "preview"] = "picture"
    url: str | None = None
    width: int | None = None
    height: int | None = None
    mime: str | None = None
    size: int | None = None
    caption: str = ""
    parent: str | None = None
    spoiler: bool | None = None
    rating: Rating | None = None


class Thumbnail(BaseModel):
    """A picture that a list speaks of, by the ``number`` of its line. To see it again, send ``pick:<id>`` to ``/actions``."""

    id: str
    number: int
    url: str
    caption: str = ""
    width: int
    height: int
    mime: str
    spoiler: bool | None = None


class Action(BaseModel):
    """A button: send its id to ``/actions``. One with a ``url`` leads to a page, and has no id."""

    id: str
    label: str
    url: str | None = None


class Event(BaseModel):
    """One event of a chat. Durable kinds carry ``seq``, progress kinds do not.

    ``message`` is the id of the shown message, ``in_reply_to`` that of the request. ``slot`` tells several pictures of one request apart. A ``reply``
    with ``removed`` takes the message away; one with an id that was shown before takes its place. ``language`` says that the chat's language changed,
    ``forgotten`` that everything of ``user`` was deleted: what is left of the chat is to be read again. ``private`` is for ``user``
    alone: only they are sent it and may press its buttons, but for an ``end`` of it, which all are. ``thumbnails`` are pictures that it lists.
    ``plate`` stands beside its words: the newest picture of a batch; its ``id`` is that of its bytes.
    ``asks`` is the picture about which ``user`` is asked for words. ``lives`` names what it shows a state of: ``board:`` and a board's id.
    ``quotes`` are the pieces whose words ``text`` repeats, and the people whom it names. ``name`` is how the person of a ``message`` is called.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "seq": 12,
                "kind": "reply",
                "message": "r7",
                "in_reply_to": "m3f1c",
                "user": "ann",
                "text": "a cat on a roof",
                "pieces": [{"id": "Zx1c9A", "kind": "picture", "url": "/media/q8", "width": 1024, "height": 1024}],
                "actions": [{"id": "vary:Zx1c9A", "label": "Vary"}],
            }
        }
    )

    seq: int | None = None
    kind: Literal["message", "reply", "failure", "rating", "end", "status", "text", "preview"]
    message: str | None
    in_reply_to: str | None
    user: str | None = None
    name: str | None = None
    text: str = ""
    code: str | None = None
    pieces: list[ShownPiece] = []
    actions: list[Action] = []
    job: str | None = None
    slot: int | None = None
    removed: bool | None = None
    language: str | None = None
    forgotten: bool | None = None
    private: bool | None = None
    quotes: list[str] | None = None
    asks: ShownPiece | None = None
    thumbnails: list[Thumbnail] | None = None
    lives: str | None = None
    plate: ShownPiece | None = None


class PieceDetails(BaseModel):
    """How a piece was made. ``cost_usd`` is null where a price is unknown."""

    id: str
    kind: str
    prompt: str
    request: str
    model: str
    parameters: dict[str, Any]
    parent: str | None
    cost_usd: float | None
    rating: Rating
    created: float


class BookPage(BaseModel):
    """A page of a book, or its cover, whose ``text`` is the title. ``alt`` tells what is seen; ``url`` is null where there is no picture."""

    text: str
    alt: str
    url: str | None


class Book(BaseModel):
    """A picture book: its cover, then its pages."""

    id: str
    language: str
    pages: list[BookPage]


class PageOption(BaseModel):
    """An option in the palette. ``labels`` are what choices are called, where that is not what is typed; of ``samples`` there is a picture each."""

    name: str
    description: str
    choices: list[str]
    labels: dict[str, str] = {}
    samples: bool = False
    aliases: list[str] = []


class PageCommand(BaseModel):
    """A command in the palette. ``files`` are the endings of what it takes beside pictures."""

    name: str
    usage: str
    description: str
    options: list[PageOption]
    files: list[str] = []
    aliases: list[str] = []


class PageContent(BaseModel):
    """What the page needs to show itself: its sentences, the commands, three examples, and who is signed in.

    ``pictures`` are the endings of pictures that are taken, of ``file_limit`` bytes each and ``file_count`` files at most.
    ``user`` is the id of who is signed in, ``name`` how they are called, ``rooms`` those they are a member of; a ``guest`` has no other.
    """

    language: str
    user: str | None
    name: str = ""
    operator: bool = False
    guest: bool = False
    rooms: list[str] = []
    texts: dict[str, str]
    commands: list[PageCommand]
    examples: list[str]
    artist_note: str
    pictures: list[str]
    file_limit: int
    file_count: int


class Characters(BaseModel):
    """The names of those who are kept in a chat, and of the styles of somebody's own that are."""

    names: list[str]
    styles: list[str] = []


class Trouble(BaseModel):
    """Why a request was turned away. ``field`` is the field of a form that is wrong."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"code": "not-found", "text": "There is nothing here.", "field": None}}
    )

    code: str
    text: str
    field: str | None = None


class NewInvitation(Strict):
    """An invitation to make: into a ``room``, or (by the operator) into the studio; or for another device of one's own (``again``).

    ``name`` is whom it is meant for.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"room": "family", "name": "Ben"}})

    room: str = Field("", max_length=64)
    name: str = Field("", max_length=200)
    again: bool = False


class InvitationLink(BaseModel):
    """Where somebody comes in, once, within seven days: a path of this server."""

    path: str


class InvitationSecret(Strict):
    """What stands behind the ``#`` of an invitation's link."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"secret": "what-stands-behind-the-sign"}})

    secret: str = Field(min_length=1, max_length=200)


class InvitationShown(BaseModel):
    """What an invitation says before it is used.

    ``again``: it lets in somebody who was in before; ``known`` is how who asks is called, where they are signed in; to them it may be
    ``needless``.
    """

    name: str
    room: str
    inviter: str
    again: bool
    known: str = ""
    needless: bool = False


class MessageForm(BaseModel):
    """The fields of a message's form (``multipart/form-data``, or urlencoded without files); ``user`` first.

    Files are taken from known people alone.
    """

    model_config = ConfigDict(
        json_schema_extra={"example": {"user": "ann", "text": "/image a cat on a roof", "client_id": "message-1"}}
    )

    user: str = ""
    text: str = ""
    reply_to: str = ""
    client_id: str = Field("", description="the same for the same message, so that sending it again changes nothing")
    callback: str = Field("", description="where what came of it is posted to when it has ended")
    files: list[bytes] = []
    mask: bytes | None = None
