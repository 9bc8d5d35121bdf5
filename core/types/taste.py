"""What was chosen for a person where they had left it open, and what they said of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import Field

from core.types.values import Value

Why = Literal["asked", "usual", "liked", "others", "new", "blank"]
"""Who wanted an arm: the person, nobody (it is as ever), their own ratings, those of others, chance; ``blank``: chosen as if nothing were known."""


class Chosen(Value):
    """One arm of one factor, with why. ``propensity``: how likely it was to be chosen, from 0 to 1; ``None`` where nobody drew lots."""

    factor: str
    arm: str
    why: Why = "asked"
    propensity: float | None = None


class Tasted(Value):
    """How a piece was made, as far as taste is concerned: the kind of work, and an arm of each factor."""

    kind: str
    choices: tuple[Chosen, ...] = ()

    def arm(self, factor: str) -> str | None:
        """The arm of a factor; ``None`` where it has none."""
        return next((one.arm for one in self.choices if one.factor == factor), None)


class Liking(Value):
    """What a person has set of their taste: ``off`` where ratings teach nothing, and arms of factors that are set for good."""

    taste: str | None = None
    fixed: Mapping[str, str] = Field(default_factory=dict)


class Count(NamedTuple):
    """How a person rated an arm, over all kinds of work, in ratings: how many they liked, of how many."""

    factor: str
    arm: str
    likes: float
    total: float


class Tally(NamedTuple):
    """How an arm was rated, in ratings: by a person, whose older ones fade, by the people of a room, and by everybody.

    Each in all kinds of work, and (``here``) in the kind that is chosen for.
    """

    factor: str
    arm: str
    good: float = 0.0
    bad: float = 0.0
    good_here: float = 0.0
    bad_here: float = 0.0
    room_good: float = 0.0
    room_bad: float = 0.0
    room_good_here: float = 0.0
    room_bad_here: float = 0.0
    all_good: float = 0.0
    all_bad: float = 0.0
    all_good_here: float = 0.0
    all_bad_here: float = 0.0
