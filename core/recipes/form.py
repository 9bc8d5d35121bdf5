"""What a recipe file holds, as values. ``docs/recipes.md`` tells it to those who write one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.documents.posters import MOST_CALL, MOST_HEADLINE, MOST_SUBLINE

InputKind = Literal["words", "choice", "number", "list", "photo", "character"]

MOST_INPUTS = 12
MOST_PARTS = 12
MOST_ROLES = 8
MOST_PICTURES = 10
"""Pictures of one work: an album of Telegram's, or a message of Discord's, holds ten (their documentation, 2026-11)."""

LIST_ITEMS = 10
"""Items of a list where its recipe says nothing else."""

ITEM = 200
"""Characters of one item of a list."""

WORDS = 2000
"""Characters of words, a character's look, or a whole list, where the recipe says nothing else."""

Name = Annotated[str, Field(pattern=r"^[a-z]{1,32}$")]
CommandName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,31}$")]
"""What Telegram takes for a command (Bot API, 2026-11); Discord takes more."""

Alias = Annotated[str, Field(pattern=r"^[^\W_][\w-]*$", max_length=32)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(_Strict):
    """Something in both languages, as long as a template may be."""

    en: str = Field(min_length=1, max_length=8000)
    zh: str = Field(min_length=1, max_length=8000)

    def of(self, language: str) -> str:
        """It in one of them."""
        return self.zh if language == "zh" else self.en


class Label(_Strict):
    """What people read on a form or in a menu, in both languages."""

    en: str = Field(min_length=1, max_length=45)
    zh: str = Field(min_length=1, max_length=45)

    def of(self, language: str) -> str:
        """It in one of them."""
        return self.zh if language == "zh" else self.en


class Line(_Strict):
    """What menus say of a command, in both languages: as much as Discord takes."""

    en: str = Field(min_length=1, max_length=100)
    zh: str = Field(min_length=1, max_length=100)

    def of(self, language: str) -> str:
        """It in one of them."""
        return self.zh if language == "zh" else self.en


class Input(_Strict):
    """One thing that a person gives.

    ``least`` and ``most``: the range of a number, the items of a list, the characters of words. ``also``: what people call it too.
    ``choices``: the values of a choice with their labels.
    """

    kind: InputKind
    label: Label
    required: bool = False
    default: str | int | None = None
    also: tuple[Alias, ...] = Field((), max_length=8)
    choices: Mapping[Name, Label] = Field(default_factory=dict, max_length=25)
    least: int | None = Field(None, ge=0, le=100_000)
    most: int | None = Field(None, ge=1, le=100_000)


class Part(_Strict):
    """One named part of the text.

    ``about`` tells the writer what it is. ``given``: the input that is this part, word for word; where one part of the text was given so, others
    that could have been are left out rather than written. A ``diagram`` is data that is drawn, with ``most`` boxes at most.
    ``length``: about so many words, or the name of an input that says it; ``most``: characters
    (of a list: items) at most. ``heading`` stands over it.
    """

    kind: Literal["title", "text", "list", "diagram"]
    about: Said
    given: Name | None = None
    heading: Label | None = None
    length: int | Name | None = None
    most: int | None = Field(None, ge=1, le=20_000)


class Text(_Strict):
    """What is written: ``instructions`` are a template, ``parts`` what comes of it."""

    instructions: Said
    parts: Mapping[Name, Part] = Field(min_length=1, max_length=MOST_PARTS)


class Lettering(_Strict):
    """Parts of the text that are set over a picture. ``layout``: how, or the input of choices that says it."""

    layout: Name
    headline: Name
    subline: Name | None = None
    call: Name | None = None

    @property
    def limits(self) -> dict[str, int]:
        """The parts that are set, the loudest first, and how many characters each may have."""
        set_here = ((self.headline, MOST_HEADLINE), (self.subline, MOST_SUBLINE), (self.call, MOST_CALL))
        return {name: limit for name, limit in set_here if name}


class Role(_Strict):
    """A picture, or one for each value of its ``axes``. ``prompt`` and ``caption`` are templates, ``setting`` are words that are set over it.

    ``like``: another role, whose picture it is drawn from, so that it shows the same.
    """

    prompt: Said
    caption: Said
    axes: tuple[Name, ...] = Field((), max_length=3)
    size: Literal["square", "wide", "tall"] | None = None
    setting: Lettering | None = None
    like: Name | None = None


class Pictures(_Strict):
    """``look`` is a template for the fixed description that all of them share. ``axes``: names of values, and the lists they come from.

    ``distil``: whether the helper makes a prompt of what the templates give.
    """

    look: Said
    axes: Mapping[Name, Name] = Field(default_factory=dict, max_length=4)
    roles: Mapping[Name, Role] = Field(min_length=1, max_length=MOST_ROLES)
    distil: bool = True


class Must(_Strict):
    """What is looked at without a model. ``mention``: inputs that the text has to speak of; ``figures``: it may say no number that nobody gave.

    ``forbidden``: words that it may not use. ``show``: inputs and axes that a picture's prompt has to name.
    """

    mention: tuple[Name, ...] = ()
    figures: bool = False
    forbidden: tuple[Annotated[str, Field(min_length=1, max_length=60)], ...] = Field((), max_length=50)
    show: tuple[Name, ...] = ()


class Keeps(_Strict):
    """Which inputs say the name and the looks of the character that the work is kept as, for ``@name`` in whatever is asked for later."""

    name: Name
    looks: Name


class RecipeFile(_Strict):
    """One recipe: what it asks, what it writes, what it draws, and in which order it is said.

    ``called``: what people call such a work in a sentence ("product copy"), beside the names of its command.
    """

    name: CommandName
    aliases: tuple[Alias, ...] = Field((), max_length=8)
    called: tuple[Annotated[str, Field(min_length=1, max_length=40)], ...] = Field((), max_length=12)
    about: Line
    example: Said
    inputs: Mapping[Name, Input] = Field(min_length=1, max_length=MOST_INPUTS)
    text: Text
    pictures: Pictures | None = None
    must: Must = Must()
    layout: tuple[Name, ...] = ()
    keeps: Keeps | None = None
    exports: tuple[Literal["markdown", "zip"], ...] = ("markdown", "zip")

    @property
    def takes(self) -> str:
        """The input that is said without its name: the first of words, else the first list."""
        kinds = [(name, one.kind) for name, one in self.inputs.items()]
        for wanted in ("words", "character", "list"):
            if found := next((name for name, kind in kinds if kind == wanted), ""):
                return found
        return ""

    @property
    def photo(self) -> str:
        """The input that is a photo; empty where there is none."""
        return next((name for name, one in self.inputs.items() if one.kind == "photo"), "")

    @property
    def lettered(self) -> bool:
        """Whether words are set over one of its pictures."""
        return self.pictures is not None and any(role.setting for role in self.pictures.roles.values())

    @property
    def order(self) -> tuple[str, ...]:
        """The parts of the text in the order in which they are said."""
        return self.layout or tuple(self.text.parts)

    def templates(self) -> Iterator[tuple[tuple[str, ...], Said, frozenset[str]]]:
        """Every template with its place and the names that it may use."""
        given = frozenset(self.inputs)
        yield ("text", "instructions"), self.text.instructions, given
        for name, part in self.text.parts.items():
            yield ("text", "parts", name, "about"), part.about, given
        if self.pictures:
            yield ("pictures", "look"), self.pictures.look, given
            for name, role in self.pictures.roles.items():
                known = given | {"look", *role.axes}
                yield ("pictures", "roles", name, "prompt"), role.prompt, known
                yield ("pictures", "roles", name, "caption"), role.caption, known
