"""What is made: texts, pictures, what they cost and how they were rated."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import Field, model_validator

from core.types.checks import Checked
from core.types.people import Place
from core.types.taste import Tasted
from core.types.values import Value, new_id


class Picture(Value):
    """A picture whose bytes are kept: ``media`` is its public random id.

    ``name``: what its file is called where it is handed over. ``spoiler``: it is shown only to who taps it, as the photo that it was made from.
    """

    media: str
    width: int
    height: int
    mime: str
    name: str = ""
    spoiler: bool = False


class Document(Value):
    """A file to hand over whose bytes are kept: ``media`` is their public random id, ``sha`` their SHA-256 in hexadecimal, ``size`` counts them.

    ``name`` is good for people and safe for every file system (``core.documents.names``).
    """

    media: str
    name: str
    mime: str
    size: int
    sha: str


class Spend(Value):
    """What one paid call used and cost. ``usd`` is ``None`` where the price is unknown, or whether there was one at all; never 0 for that.

    ``built_in`` says that no model was asked, but what Fabula brings along, which costs nothing; ``None`` in what older versions kept.
    """

    model: str
    usd: float | None
    usage: Mapping[str, int] = Field(default_factory=dict)
    built_in: bool | None = None


class PieceKind(StrEnum):
    """What a piece is: a text or a picture of ours, a photo somebody sent, the tinted preview of a mask's region, or a file to keep.

    A sheet shows how the characters of a text look. Pictures are drawn from it; it is never shown by itself, and goes with its text.
    """

    TEXT = "text"
    PICTURE = "picture"
    PHOTO = "photo"
    REGION = "region"
    DOCUMENT = "document"
    SHEET = "sheet"


RATED = frozenset({PieceKind.TEXT, PieceKind.PICTURE})
"""Kinds of piece that can be rated, by a button or a reaction."""


class FromIdea(Value):
    """Of which idea of which board something comes. Whose it was and how it was voted on stands on the board, and nowhere else."""

    board: str
    number: int


class Piece(Value):
    """Something made or sent in a conversation, with how it was made: the author's evidence.

    ``prompt`` is what the model was given, ``request`` what the person asked for. ``own`` is the model's own file where ``picture`` was
    composed from it (a masked edit). ``parent`` is the piece this one was made from, ``sources`` all of them where it is not the only one;
    ``region`` is the media id of the part that was to change. ``spends`` lists every paid call that went into it.
    ``words`` is the text of a text piece, ``document`` the file of a document piece, whose ``sources`` are all that it repeats: it goes with any
    of them. ``parameters`` holds what was sent to the model and, under ``options``, what the person chose. ``checked`` is how a picture was found
    by whoever looked at it. ``idea`` is the idea of a board that it was made of.
    """

    id: str = Field(default_factory=new_id)
    kind: PieceKind
    caption: str = ""
    words: str = ""
    picture: Picture | None = None
    own: Picture | None = None
    document: Document | None = None
    prompt: str = ""
    request: str = ""
    model: str = ""
    parameters: Mapping[str, Any] = Field(default_factory=dict)
    parent: str | None = None
    sources: tuple[str, ...] = ()
    region: str | None = None
    spends: tuple[Spend, ...] = ()
    checked: Checked | None = None
    taste: Tasted | None = None
    idea: FromIdea | None = None

    @model_validator(mode="before")
    @classmethod
    def _with_region(cls, value: object) -> object:
        """An older version kept the region among the parameters."""
        if (
            isinstance(value, Mapping)
            and isinstance(value.get("parameters"), Mapping)
            and "region" in value["parameters"]
        ):
            told = dict(value["parameters"])
            return {"region": told.pop("region"), **value, "parameters": told}
        return value

    @property
    def media(self) -> tuple[str, ...]:
        """The media ids of all bytes that it consists of, or is made from again."""
        shown = tuple(bytes.media for bytes in (self.picture, self.own, self.document) if bytes)
        return (*shown, self.region) if self.region else shown

    @property
    def shown_prompt(self) -> str:
        """The prompt as people may see it: that of a text is our instructions."""
        return "" if self.kind is PieceKind.TEXT else self.prompt

    @property
    def is_built_in(self) -> bool | None:
        """Whether it was made by what Fabula brings along, whatever is set today; ``None`` where nobody kept that."""
        made = [spend.built_in for spend in self.spends if spend.model == self.model] or [
            one.built_in for one in self.spends
        ]
        return None if not made or None in made else all(made)

    @property
    def cost_usd(self) -> float | None:
        """The sum over its paid calls in USD; ``None`` as soon as one price is unknown."""
        costs = [spend.usd for spend in self.spends]
        return None if None in costs else sum(cost for cost in costs if cost is not None)


class Score(Value):
    """How a piece is rated: the sum of the values, how many people rated it, and what the asking person gave (-1, 0 or 1)."""

    score: float = 0
    count: int = 0
    mine: float = 0


class Rater(Value):
    """Somebody (by their key) who rated a piece: how they are called (empty: nobody knows), and what they gave, from -1 to 1."""

    user: str = ""
    name: str
    value: float


class KeptPiece(Value):
    """A piece as the store knows it: where, whose, when, in which session."""

    piece: Piece
    place: Place
    author: str
    session: str
    created: float
    shown: bool = True
    deleted: bool = False
