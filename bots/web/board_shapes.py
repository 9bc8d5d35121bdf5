"""The bodies of a board's routes, as the API's documentation shows them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bots.web.schemas import TEXT_LIMIT, Action, Strict

Round = Literal["write", "build", "reveal", "vote", "runoff", "sketches", "over"]


class BoardAct(Strict):
    """Something that a person does at a board: ``action`` as that of a button, ``values`` of what its form asks.

    The same ``client_id`` counts once.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "user": "ann",
                "action": "board-idea:k3dP0aQx9-Zr",
                "values": {"idea": "a lighthouse that sells pancakes"},
                "client_id": "idea-1",
            }
        },
    )

    user: str = ""
    action: str = Field(min_length=1, max_length=128)
    values: dict[Annotated[str, Field(max_length=32)], Annotated[str, Field(max_length=TEXT_LIMIT)]] = Field(
        default={}, max_length=5
    )
    client_id: str = Field(min_length=1, max_length=128)
    language: str = Field("", max_length=16)


class BoardPerson(BaseModel):
    """Somebody who is in, and whether they are done with the round. ``animal``: who has no ``name`` that others are told may be one of those."""

    name: str
    animal: str = ""
    done: bool


class OwnIdea(BaseModel):
    """An idea of one's own before all are revealed, or one of another's to carry further. ``kept_back``: nobody else is shown it."""

    number: int
    text: str
    kept_back: bool = False


class BoardWork(BaseModel):
    """What was made of an idea: a picture (``url``), or a text that is called ``title``."""

    id: str
    kind: str
    title: str
    url: str | None = None


class BoardIdea(BaseModel):
    """An idea that all may see. ``dots`` are one's own, ``count`` those of all, once the vote is over. ``place``: on the shortlist, from 1.

    ``open``: it can be given dots now. ``works``: what was made of it.
    """

    number: int
    text: str
    spark: bool
    names: list[str] = []
    mine: bool = False
    dots: int = 0
    count: int | None = None
    place: int | None = None
    open: bool = False
    works: list[BoardWork] = []


class BoardColumn(BaseModel):
    """A group of ideas. Its ``group`` is the number by which an idea is moved into it. One that is not ``named`` is called by its place."""

    group: int
    name: str
    named: bool
    ideas: list[BoardIdea]


class Beamer(BaseModel):
    """A board as everybody with its read-only link sees it. ``said``: what is to be done now.

    ``left``: seconds of the round, ``paused`` or running; null: it has no time. ``builds``: others' ideas are carried further in a round of its own.
    ``count``: how many ideas there are. ``people``: who is in, a thousand at most. ``notes`` say how it came about. ``texts`` are the page's
    sentences, where it needs them.
    """

    topic: str
    round: Round
    version: int
    language: str
    said: str
    left: float | None
    paused: bool
    builds: bool
    count: int
    people: list[BoardPerson]
    columns: list[BoardColumn]
    notes: list[str]
    texts: dict[str, str] = {}


class BoardPage(Beamer):
    """A board as one person sees it. ``actions``: what they may do with it as a whole.

    ``own`` are their ideas, ``others`` those of others that they may carry further (in the round for that). ``each`` and ``free``: their dots, and
    how many are left. ``makes``: the commands that can make something of an idea. ``new_group``: what an idea is moved into for a group of its own;
    null: nothing is moved now. ``beamer``: the path of its read-only page. ``after``: the number of the newest event of the chat, to follow from.
    """

    id: str
    joined: bool
    done: bool
    leads: bool
    actions: list[Action]
    own: list[OwnIdea]
    others: list[OwnIdea]
    each: int
    free: int
    makes: list[str]
    new_group: int | None
    beamer: str | None
    after: int
