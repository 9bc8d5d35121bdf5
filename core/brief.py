"""What is asked of a model, as facts. The prompts say them in prose; what is built in reads no such prose, and gets them beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from core.types import Value


class Brief(Value):
    """One task for a model. ``None`` where it is open or has no meaning for the kind.

    ``edit``, ``variation`` and ``page`` (drawn anew, in the looks of its sources) are a painter's alone.
    """

    kind: Literal[
        "story",
        "continuation",
        "revision",
        "talk",
        "help",
        "wish",
        "picture",
        "plan",
        "book",
        "edit",
        "variation",
        "page",
        "recipe",
        "check",
        "change",
    ]
    language: str
    own: bool | None = None
    """Whether to write in the person's own language, whichever that is; then ``language`` is for those who know but ours."""
    length: int | None = None
    """Words; in Chinese, characters."""
    age: int | None = None
    """The reader's, in years."""
    style: str | None = None
    """The name of a style."""
    tone: str | None = None
    """The name of a tone."""
    phrasing: str | None = None
    """How a prompt is worded, by name (``core.prompts.leanings``)."""
    temperature: float | None = None
    """That of the model, where it takes one."""
    pictures: int | None = None
    parts: Mapping[str, int] | None = None
    """Of a recipe's text: its parts, and the characters (of a list: items) that each may have; 0 where that is open."""
    questions: int | None = None
    """How many questions about a picture may be asked, at most: beside its prompt, and for each of a plan."""
    without: str | None = None
    """What a picture shall do without."""
    words: str | None = None
    """For a painter: the person's own, of which the prompt was made."""
