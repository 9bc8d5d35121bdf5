"""How hard a text is to read: the mean length of its sentences, and the share of long or rare words."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from core.prompts.readers import readers_of

READ_LIMIT = 40_000
"""Characters of a text that are measured: the mean does not change after that."""

LONG_WORD = 7
"""Letters from which a word is long (C. H. Björnsson, Läsbarhet, 1968: more than six)."""

_END = re.compile(r"[.!?…。！？\n]+")
_WORD = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Level(NamedTuple):
    """``sentence``: mean length of a sentence, in words or in Chinese characters; ``hard``: the share of long words or rare characters, 0 to 1."""

    sentence: float
    hard: float


def level_of(text: str, language: str) -> Level:
    """Measure a text of a language ("en", "zh"); its title line does not count.

    Björnsson's readability index (LIX) is the sum of the two, the share in per cent; Flesch and Kincaid (1975) weigh sentences with syllables, which
    need a dictionary to be counted. In Chinese nothing parts words: characters are counted, and rare ones are those outside of ``frequent.txt``.
    """
    told = re.sub(r"^# .*", "", text[:READ_LIMIT])
    shape = _CHINESE if language == "zh" else _WORD
    lengths = [number for sentence in _END.split(told) if (number := len(shape.findall(sentence)))]
    words = shape.findall(told)
    if not words:
        return Level(0.0, 0.0)
    hard = sum(word not in _frequent() if language == "zh" else len(word) >= LONG_WORD for word in words)
    return Level(sum(lengths) / len(lengths), hard / len(words))


def for_children(age: int) -> bool:
    """Whether readers of an age are children, for whom a text may be told again in easier words."""
    return readers_of(age).young


def far_above(text: str, language: str, age: int) -> bool:
    """Whether a text for a child is far too hard: its mean sentence is half as long again as the longest that readers of this age like."""
    readers = readers_of(age)
    longest = (readers.characters if language == "zh" else readers.words)[1]
    return readers.young and level_of(text, language).sentence > 1.5 * longest


@cache
def _frequent() -> frozenset[str]:
    """The most frequent characters of stories for children, counted in the storybook's own pages."""
    return frozenset("".join((Path(__file__).parent / "frequent.txt").read_text(encoding="utf-8").split()))
