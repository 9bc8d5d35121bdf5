"""What a helper plans to draw of a text: who is in it, and its pictures with their whole prompts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import BaseModel, Field, field_validator

from core.features.steps.checking import Questioned
from core.features.steps.toolbox import is_chinese
from core.jobs import Paid

_MOST_CHARACTERS = 12
"""Who is described in a picture: more than a model keeps apart."""


class Character(BaseModel):
    """Somebody in a story's pictures."""

    name: str = Field(description="As the story calls them.")
    look: str = Field(description="How they look, in one phrase without the name: kind, size, colours, what they wear.")


class PlannedPicture(BaseModel):
    """One picture of a story. ``who``: the names of those in it."""

    prompt: str = Field(description="The prompt for an image model, with the characters' look in full.")
    who: list[str] = Field(default_factory=list, description="The names of those in it, as in characters.")
    caption: str = Field(description="One short sentence of the story.")


class QuestionedPicture(PlannedPicture, Questioned):
    """One picture of a story, with the questions by which it is looked at, where it is."""


class PicturePlan(BaseModel):
    """What the helper makes of a story."""

    characters: list[Character]
    pictures: Sequence[PlannedPicture]

    @field_validator("characters", mode="before")
    @classmethod
    def _named(cls, told: object) -> object:
        """A model whose server knows no schema may tell them in one sentence: then the looks are in the prompts or nowhere."""
        return [] if isinstance(told, str) else told

    def drawn(self, pages: int) -> tuple[QuestionedPicture, ...]:
        """The pictures, at most so many, each with the looks of all who are in it."""
        kept = [planned for planned in self.pictures[:pages] if planned.prompt.strip()]
        return tuple(
            QuestionedPicture(**dict(planned) | {"prompt": with_looks(planned, self.characters)}) for planned in kept
        )

    def looks(self) -> tuple[tuple[str, str], ...]:
        """The characters that can be drawn, by name and look."""
        named = [(one.name.strip(), one.look.strip()) for one in self.characters[:_MOST_CHARACTERS]]
        return tuple((name, look) for name, look in named if name and look)


class QuestionedPlan(PicturePlan):
    """What the helper makes of a story whose pictures are looked at."""

    pictures: Sequence[QuestionedPicture]


def with_looks(planned: PlannedPicture, characters: Sequence[Character]) -> str:
    """The prompt, with the look of everybody in it who is not described: an image model sees this prompt alone, and a name draws nobody."""
    prompt, named = planned.prompt.strip(), {name.strip().casefold() for name in planned.who}
    for character in characters[:_MOST_CHARACTERS]:
        name, look = character.name.strip(), character.look.strip(" .。")
        there = name.casefold() in named or (
            bool(name) and re.search(rf"(?<![a-zA-Z]){re.escape(name)}(?![a-zA-Z])", prompt)
        )
        if there and look and look.casefold() not in prompt.casefold():
            colon, stop, joint = ("：", "。", "") if is_chinese(look) else (": ", ".", " ")
            prompt = f"{prompt.rstrip(' .。，,')}{stop}{joint}{name}{colon}{look}"
    return prompt


class Plan(Paid):
    """The pictures of a story, in its order, with their whole prompts. ``as_said``: the only one is of its idea, since the helper chose none.

    ``looks``: the characters by name and look, for their sheet.
    """

    as_said: bool = False
    pictures: tuple[QuestionedPicture, ...]
    looks: tuple[tuple[str, str], ...] = ()
