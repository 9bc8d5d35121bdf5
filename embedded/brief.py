"""The facts that Fabula tells this server beside a prompt, in one header: so the prompts can be written for models alone.

``fabula-brief: {"kind":"story","language":"en","length":350,"age":5}``. A client that sends none is answered by what its conversation shows.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

HEADER = "fabula-brief"
KINDS = (
    *("story", "continuation", "revision", "talk", "help", "wish", "picture", "plan", "book"),
    *("edit", "variation", "page", "recipe", "check", "change"),
)
LANGUAGES = ("en", "zh")
_LONGEST = 12_000
_LONGEST_WORDS = 1000
_LONGEST_TONE = 20
_BOUNDS = {"length": (1, 100_000), "age": (1, 150), "pictures": (1, 40), "questions": (1, 20)}

Kind = Literal[
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


@dataclass(frozen=True)
class Brief:
    """What is wanted; ``None`` where it is left open."""

    kind: Kind
    language: str
    length: int | None = None
    """Words in English, characters in Chinese."""
    age: int | None = None
    """The reader's, in years."""
    tone: str | None = None
    """The name of a tone, such as ``sad``; what nobody here knows is told as usual."""
    pictures: int | None = None
    parts: Mapping[str, int] | None = None
    """Of a recipe's text: its parts, and the characters (of a list: items) that each may have; 0 where that is open."""
    questions: int | None = None
    """How many questions about a picture may be asked, at most."""
    words: str | None = None
    """For the artist: the person's own, of which the prompt was made."""


def read_brief(header: str | None) -> Brief | None:
    """Read the header's value; ``None`` where there is none. Raises ``ValueError`` for anything that is no brief."""
    if header is None:
        return None
    facts = json.loads(header) if len(header) <= _LONGEST else None
    if not isinstance(facts, dict) or not facts.keys() <= {"kind", "language", "tone", "words", "parts", *_BOUNDS}:
        raise ValueError("not an object of known facts")
    kind, language = facts.get("kind"), facts.get("language")
    if kind not in KINDS or language not in LANGUAGES:
        raise ValueError("no known kind, or no known language")
    numbers = {name: facts[name] for name in _BOUNDS if name in facts}
    for name, value in numbers.items():
        lowest, highest = _BOUNDS[name]
        if type(value) is not int or not lowest <= value <= highest:
            raise ValueError(f"{name} is not a whole number from {lowest} to {highest}")
    said = facts.get("words")
    if said is not None and (not isinstance(said, str) or len(said) > _LONGEST_WORDS):
        raise ValueError("words that are none, or too many")
    tone = facts.get("tone")
    if tone is not None and not (isinstance(tone, str) and tone.isalpha() and len(tone) <= _LONGEST_TONE):
        raise ValueError("a tone that is no word")
    parts = facts.get("parts")
    if parts is not None and not (
        isinstance(parts, dict) and all(type(most) is int and most >= 0 for most in parts.values())
    ):
        raise ValueError("parts that are no numbers")
    return Brief(cast(Kind, kind), cast(str, language), words=said, tone=tone, parts=parts, **numbers)
