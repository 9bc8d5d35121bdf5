"""Texts by what a reader takes for one sign: a family, a flag or a letter with its accents are many characters and never come apart."""

from __future__ import annotations

import regex

_CLUSTER = regex.compile(r"\X")
_SEEN = regex.compile(r"[^\p{Default_Ignorable_Code_Point}\p{White_Space}\p{C}\u2800]")

LOOKED_BACK = 1000
"""Characters before a cut that are looked at; no sign of a real language is near as long."""


def boundary(text: str, at: int) -> int:
    """The last position up to ``at`` that parts no sign; ``at`` itself where one sign is longer than anybody would write."""
    if not 0 < at < len(text):
        return at
    start = max(0, at - LOOKED_BACK)
    last = 0
    for sign in _CLUSTER.finditer(text, start, at + 1):
        if sign.end() == at:
            return at
        if sign.end() > at:
            break
        last = sign.end()
    return last or at


def cut(text: str, length: int) -> str:
    """The beginning of a text, at most ``length`` characters of it."""
    return text[: boundary(text, length)]


def is_blank(text: str) -> bool:
    """Whether there is nothing to be seen in it: spaces, and signs without a shape."""
    return not _SEEN.search(text)
