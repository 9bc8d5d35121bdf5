"""The bodies of the routes of the page to paint on, as the API's documentation shows them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bots.web.schemas import Strict


class Opened(Strict):
    """What a messenger told the page that it opened, as the page got it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"told": "query_id=…&user=…&auth_date=…&hash=…"}}
    )

    told: str = Field(max_length=4096)


class OpenerPass(BaseModel):
    """What the page says with each further request, in ``X-Fabula-Opener``: who opened it was the ticket's person."""

    opener: str


class PaintPage(BaseModel):
    """A picture to paint on, and what came of what was sent.

    ``state``: ``open`` (nothing was sent yet), ``working``, ``done`` (``result`` is its address) or ``ended`` (nothing came of it; the chat says
    why). ``piece`` is the same whenever this picture is opened. ``texts`` are the page's sentences, in the language of its person.
    ``takes_marks``: whether marks go to the model as they are; else a second picture shows them. A picture can be made larger up to
    ``most_pixels``, its longer edge at most ``most_ratio`` times the shorter one.
    """

    state: Literal["open", "working", "done", "ended"]
    piece: str
    width: int
    height: int
    spoiler: bool
    language: str
    texts: dict[str, str]
    styles: dict[str, str]
    picture: str
    result: str | None = None
    takes_marks: bool
    most_ratio: float
    most_pixels: int


class PaintTicket(BaseModel):
    """A ticket for the picture that came of an earlier one, with what its requests say in ``X-Fabula-Opener``."""

    ticket: str
    opener: str
