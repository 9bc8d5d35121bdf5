"""What may be read from an idea, in `english_ideas` and `chinese_ideas`; and whom a tale makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from embedded.storybook.book import Scene
from embedded.storybook.words import Being

IDEA_LIMIT = 600
"""Characters of an idea that are read; a longer one says what it is about in the beginning."""


@dataclass(frozen=True)
class Figure:
    """Somebody the idea names."""

    noun: str
    describing: str = ""
    """Adjectives before the noun: "little lonely", "勇敢的小"."""
    trait: str = ""
    """How the idea itself says that somebody looks: "with a red umbrella", "打红伞"."""
    name: str = ""
    pronoun: str = ""
    being: Being | None = None
    """What the tables know about the noun."""


@dataclass(frozen=True)
class Idea:
    """What could be read from an idea; empty fields are the tale's to choose."""

    hero: Figure | None = None
    other: Figure | None = None
    acquainted: bool = False
    """Whether the second belongs to the first: "Emma and her cat"."""
    place: str = ""
    """The key of a place in the tables."""
    place_words: tuple[str, str] = ("", "")
    """How the idea itself says the place: preposition and phrase."""
    plot: str = ""
    """`wish`, `lost`, `fear`, `friend`, `mystery`, `promise`, or empty."""
    about: str = ""
    """What the plot turns on: "touch the moon", "song", "the dark"."""
    receiver: str = ""
    """To whom something is to be brought."""

    @property
    def goes_there(self) -> bool:
        """Whether the place is where the way leads, and not where the tale is at home."""
        return self.place_words[0] in ("to", "into", "去")


@dataclass(frozen=True)
class Cast:
    """Who is in the tale, and where it happens."""

    hero: Figure
    companion: Figure
    helper: Figure
    scene: Scene
    wear: str = ""
    marked: bool = False
    """Whether the look is a mark on the body, and not something worn."""
    newcomer: bool = False
    """Whether the helper is somebody whom the reader asked for."""
