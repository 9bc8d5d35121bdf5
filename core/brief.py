"""What is asked of a text model, as facts. The prompts say them in prose; the built-in storybook, which reads no prose, gets them beside it."""

from __future__ import annotations

from typing import Literal

from core.types import Value


class Brief(Value):
    """One task for a text model. ``None`` where it is open or has no meaning for the kind."""

    kind: Literal["story", "continuation", "talk", "picture", "plan"]
    language: str
    length: int | None = None
    """Words; in Chinese, characters."""
    age: int | None = None
    """The reader's, in years."""
    style: str | None = None
    """The name of a style."""
    pictures: int | None = None
