"""Sets and pairs of words, written as text."""

from __future__ import annotations


def vocabulary(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


def pairs(text: str) -> dict[str, str]:
    """The pairs of a text, `one:other` each."""
    return dict(pair.split(":") for pair in text.split())
