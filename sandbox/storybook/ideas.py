"""Reading a request: what the system message asks for, and what may be read from an idea.

The ideas themselves are read in `english_ideas` and `chinese_ideas`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.storybook.words import Being

IDEA_LIMIT = 600
"""Characters of an idea that are read; a longer one says what it is about in the beginning."""


@dataclass(frozen=True)
class Figure:
    """Somebody the idea names."""

    noun: str
    describing: str = ""
    """Adjectives before the noun: "little lonely", "勇敢的小"."""
    trait: str = ""
    """What follows with "with": "a red umbrella" (English only)."""
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


@dataclass(frozen=True)
class Request:
    """What the messages ask for."""

    chinese: bool
    length: int
    """Words in English, characters in Chinese."""
    age: int | None
    """The reader's age in years."""
    style: str
    pictures: int
    """How many pictures to plan; 0 where it is not said."""
    system: str
    last: str
    """The last user message."""
    earlier: tuple[str, ...] = field(default=())
    """What the assistant said before, oldest first."""
    asked: tuple[str, ...] = field(default=())
    """What the user said before the last message, oldest first."""

    @property
    def young(self) -> bool:
        """Whether the reader is younger than six, and wants shorter sentences."""
        return self.age is not None and self.age < 6


def is_chinese(text: str) -> bool:
    """Whether a text holds Chinese characters."""
    return re.search(r"[\u3400-\u4dbf\u4e00-\u9fff]", text) is not None


def text_of(content: Any) -> str:
    """The text of an OpenAI message's content, which may be a string, a list of parts, or missing."""
    if isinstance(content, str):
        return content
    if isinstance(content, Sequence):
        return "\n".join(
            str(part.get("text") or "")
            for part in content
            if isinstance(part, Mapping) and part.get("type") in ("text", "input_text")
        )
    return ""


def read_request(messages: Sequence[Mapping[str, Any]]) -> Request:
    """Read the plain words that the product puts into its system message, and the turns."""
    turns = [(str(message.get("role") or ""), _encodable(text_of(message.get("content")))) for message in messages]
    system = "\n".join(text for role, text in turns if role in ("system", "developer"))
    last = next((text for role, text in reversed(turns) if role == "user"), "")
    language = _field(system, "Language").lower()
    chinese = "chinese" in language or "中文" in language if language else is_chinese(last)
    return Request(
        chinese,
        _length(system, chinese),
        _age(system),
        _field(system, "Style"),
        _number(_field(system, "Pictures")) or 0,
        system,
        last,
        tuple(text for role, text in turns if role == "assistant" and text.strip()),
        tuple(text for role, text in turns if role == "user" and text.strip())[:-1],
    )


def _encodable(text: str) -> str:
    """The text without lone surrogates, which no answer could carry."""
    return text.encode("utf-8", "replace").decode()


def _field(system: str, name: str) -> str:
    """The rest of a line `Name: …`, wherever in the system message it starts. A full stop after it is not part of it."""
    found = re.search(rf"(?<!\w){name}\s*[:：][ \t]*([^\n]*)", system)
    return found[1].strip().rstrip(".;。；").strip() if found else ""


def _number(text: str) -> int | None:
    found = re.search(r"\d{1,6}", text)
    return int(found[0]) if found else None


def _length(system: str, chinese: bool) -> int:
    asked = _number(_field(system, "Length").replace(",", ""))
    shortest, usual, longest = (150, 600, 2700) if chinese else (80, 350, 1600)
    return min(max(asked or usual, shortest), longest)


def _age(system: str) -> int | None:
    words = _field(system, "Age")
    if re.search(r"adult|grown|成人|大人", words, re.IGNORECASE):
        return 30
    return _number(words)
