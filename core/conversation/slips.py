"""Slips of the pen: what is nearly a name or a value that we know, and what was meant by it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any

from core.errors import BadInput

LONGEST = 40
"""Characters in which every name and every value ends; what is longer is none, and is not compared with any."""

_ALIKE = 0.6
_TWO_NUMBERS = re.compile(r"\D{0,3}(\d{2,5})\D{1,6}(\d{2,5})(?!\d)")
_A_NUMBER = re.compile(r"\D{0,3}(\d{1,5})(?!\d)")


class Misspelt(BadInput):
    """Something that is nearly a name or a value that is known.

    ``near`` belongs where ``start`` to ``end`` of the text stands, once its spaces are plain and it has none around it; or it belongs to ``given``,
    the name of a command or of an option that a platform has parsed.
    """

    def __init__(self, code: str, near: str, start: int, end: int, given: str = "", **values: Any) -> None:
        super().__init__(code, suggestion=near, **values)
        self.near = near
        self.start = start
        self.end = end
        self.given = given

    def moved(self, places: int) -> Misspelt:
        """The same in a text that begins so many signs earlier."""
        self.start += places
        self.end += places
        return self


def near(said: str, known: Iterable[str], likeness: float = _ALIKE) -> str | None:
    """The known name that is most like what was said. What is longer than any name is like none: comparing would take long."""
    if len(said) > LONGEST:
        return None
    return next(iter(difflib.get_close_matches(said.lower(), list(known), 1, likeness)), None)


def near_size(said: str) -> str | None:
    """The size that is meant by two numbers with anything between and around them: ``1024 by 768``, ``1024x1024x``."""
    found = _TWO_NUMBERS.match(said[: LONGEST + 1])
    return f"{int(found[1])}x{int(found[2])}" if found else None


def near_number(said: str, lowest: int, highest: int) -> str | None:
    """The number within bounds that has something around it: ``3p``, ``x2``."""
    found = _A_NUMBER.match(said[: LONGEST + 1])
    return str(int(found[1])) if found and lowest <= int(found[1]) <= highest and found[0] != said else None


def unknown(code: str, meant: str | None, at: tuple[int, int], given: str = "", **said: str) -> BadInput:
    """The error for what nobody knows: with what was ``meant``, where that can be seen."""
    values: dict[str, Any] = {name: value if name == "choices" else value[:40] for name, value in said.items()}
    return Misspelt(f"{code}-near", meant, *at, given, **values) if meant else BadInput(code, **values)
