"""Reading a request: what is asked for, by the facts beside the messages or else by what was written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from embedded.brief import Brief, Kind
from embedded.storybook.breath import Breath, breath_of


@dataclass(frozen=True)
class Request:
    """What is asked for."""

    kind: Kind
    chinese: bool
    length: int
    """Words in English, characters in Chinese."""
    age: int | None
    """The reader's age in years."""
    pictures: int
    """How many pictures to plan; 0 where it is not said."""
    last: str
    """The last user message."""
    earlier: tuple[str, ...] = ()
    """What the assistant said before, oldest first."""
    asked: tuple[str, ...] = ()
    """What the user said before the last message, oldest first."""
    tone: str = ""
    """The name of a tone."""
    questions: int = 0
    """How many questions about a picture may be asked."""
    parts: Mapping[str, int] = field(default_factory=dict)
    """Of a recipe's text: its parts, and the characters that each may have; 0 where that is open."""

    @property
    def breath(self) -> Breath:
        """How long the reader's sentences are."""
        return breath_of(self.age)


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


_ASKS_FOR_STORY = re.compile(r"\b(?:story|stories|tale|fable)\b|故事|童话", re.IGNORECASE)
_LENGTHS = {"en": (80, 350, 1600), "zh": (150, 600, 2700)}
"""Shortest, usual and longest that can be told well."""


def read_request(messages: Sequence[Mapping[str, Any]], brief: Brief | None = None) -> Request:
    """What the messages and the facts beside them ask for. Without facts, what the person wrote decides."""
    turns = [(str(message.get("role") or ""), _encodable(text_of(message.get("content")))) for message in messages]
    last = next((text for role, text in reversed(turns) if role == "user"), "")
    if brief is None:
        kind: Kind = "story" if _ASKS_FOR_STORY.search(last) else "talk"
        brief = Brief(kind, "zh" if is_chinese(last) else "en")
    shortest, usual, longest = _LENGTHS[brief.language]
    return Request(
        brief.kind,
        brief.language == "zh",
        min(max(brief.length or usual, shortest), longest),
        brief.age,
        brief.pictures or 0,
        last,
        tuple(text for role, text in turns if role == "assistant" and text.strip()),
        tuple(text for role, text in turns if role == "user" and text.strip())[:-1],
        brief.tone or "",
        brief.questions or 0,
        brief.parts or {},
    )


def _encodable(text: str) -> str:
    """The text without lone surrogates, which no answer could carry."""
    return text.encode("utf-8", "replace").decode()
