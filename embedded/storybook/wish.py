"""A message that may want something, and what it wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Wished = dict[str, Any] | None
"""What a rule makes of a message; ``None`` where it does not fit."""


@dataclass(frozen=True)
class Talked:
    """A message, and what it may speak of: the kinds of pieces by their numbers, the newest set first."""

    text: str
    quote: bool
    photo: bool
    kinds: Mapping[int, str]
    sets: Sequence[Sequence[int]]
    replied: Sequence[int]
    works: Sequence[tuple[str, Sequence[str]]] = ()
    """The kinds of work that can be asked for, each with what people call it."""

    @property
    def newest(self) -> str:
        """The kind of what is meant where nothing is said: what is replied to, else what was made last; empty where there is nothing."""
        if self.photo:
            return "photo"
        numbers = self.replied or next(iter(self.sets), ())
        return self.kinds[numbers[0]] if numbers else ""

    @property
    def has_story(self) -> bool:
        """Whether a story may be meant."""
        known = [self.kinds[number] for number in self.replied] or list(self.kinds.values())
        return "story" in known

    def last_of(self, kind: str) -> int:
        """The number of the newest piece of a kind; 0 where there is none."""
        return next((number for row in self.sets for number in row if self.kinds[number] == kind), 0)

    def counted(self, place: int) -> int:
        """The number of the piece at a place (from 1; -1 is the last) among those that are meant together; 0 where there is none."""
        numbers = self.replied if len(self.replied) > 1 else next(iter(self.sets), ())
        if place < 0:
            return numbers[-1] if numbers else 0
        return numbers[place - 1] if place <= len(numbers) else 0


def wish(
    act: str,
    words: str = "",
    options: Mapping[str, str] | None = None,
    *,
    piece: int = 0,
    work: str = "",
    sure: bool = True,
) -> dict[str, Any]:
    """What the helper answers. Options without a value are left out."""
    chosen = [{"name": name, "value": value} for name, value in (options or {}).items() if value]
    said = words.strip(" ,.;:，。；：！!")
    return {"act": act, "words": said, "options": chosen, "work": work, "given": [], "piece": piece, "sure": sure}


def this(talked: Talked) -> Wished:
    """What "draw this" wants: the story that it answers or the words, else the story that is there."""
    if talked.quote and not (talked.replied and talked.has_story):
        return wish("image")
    return wish("illustrate") if talked.has_story else None
