"""How much stands on a page of a picture book, by the age of who reads it."""

from __future__ import annotations

_WORDS = ((3, 14), (5, 26), (8, 45), (12, 70))
"""Words of a page up to an age. Our own rule, around the usual: picture books have 32 pages and about 500 words, for the youngest 200."""

_MOST, _ANYBODY = 90, 45
_PER_WORD = 1.5
"""Chinese characters in which as much is told as in an English word, as in a story's length."""


def page_length(age: int | None, language: str) -> int:
    """About how many words a page has; in Chinese, characters."""
    words = _ANYBODY if age is None else next((most for oldest, most in _WORDS if age <= oldest), _MOST)
    return round(words * _PER_WORD) if language == "zh" else words
