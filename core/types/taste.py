"""What was chosen for a person where they had left it open, and what they said of it."""

from __future__ import annotations

from typing import Literal, NamedTuple

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


class Count(NamedTuple):
    """How an arm was rated, in ratings: ``own``, in the room (``room``), or by everybody (``all``); of one kind of work, or of all (empty).

    ``good`` and ``bad`` of somebody's own fade with what they rate afterwards; ``likes`` and ``total`` are the bare numbers, if asked for.
    """

    whose: Literal["own", "room", "all"]
    kind: str
    factor: str
    arm: str
    good: float
    bad: float
    likes: float = 0
    total: float = 0
