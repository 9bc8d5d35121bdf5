"""The loom: how lines written by hand become one text of the wished length.

A **passage** is a tuple of lines. A line may begin with marks: `+` it may be left out, `/` it starts a new paragraph,
`=` it may be left out and is told near the end of the tale, `!` it is the last to be left out. Inside a line `{slot}` is filled in, and `¶`
starts a new paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from embedded.storybook.breath import Breath

MARKS = "+/=! "
Passage = tuple[str, ...]
Measure = Callable[[str], int]
Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Line:
    """One line of a passage, filled in."""

    text: str
    optional: bool
    breaks: bool
    dear: bool = False


class Slots(dict[str, str]):
    """Values for the slots of a line: `{He}` is `{he}` with a capital, `{a_thing}` is `{thing}` with its article."""

    def __init__(self, values: Mapping[str, str], article: Callable[[str], str] = str) -> None:
        super().__init__(values)
        self._article = article

    def __missing__(self, key: str) -> str:
        if key[:1].isupper():
            value = self[key[0].lower() + key[1:]]
            return value[:1].upper() + value[1:]
        if key.startswith("a_"):
            return self._article(self[key[2:]])
        raise KeyError(key)


def marked(passage: Passage, mark: str) -> Passage:
    """The passage with a mark on every line."""
    return tuple(mark + line for line in passage)


def run_on(passage: Passage) -> Passage:
    """The passage as a new paragraph of the one before it."""
    return (f"/{passage[0]}", *passage[1:]) if passage else ()


def insisted(passage: Passage) -> Passage:
    """The passage with no line that may be left out: a running joke needs its beginning."""
    return tuple(_split(line)[0].replace("+", "") + _split(line)[1] for line in passage)


def split_payoff(passage: Passage) -> tuple[Passage, Passage]:
    """A passage without the lines that are told near the end, and those lines."""
    later = tuple(line for line in passage if "=" in _split(line)[0])
    return tuple(line for line in passage if line not in later), marked(later, "/")


def filled(passage: Passage, slots: Slots) -> list[Line]:
    """Read the marks of a passage and fill its slots. `KeyError` for a slot nobody knows."""
    lines = []
    for line in passage:
        marks, text = _split(line)
        lines.append(Line(text.format_map(slots), "+" in marks or "=" in marks, "/" in marks, "!" in marks))
    return lines


def chosen(
    alternatives: Sequence[Passage], random: Random, measure: Measure, *, brief: bool, breath: Breath = Breath.USUAL
) -> Passage:
    """One of the alternatives; where the whole text must be short, one of the shorter two thirds, and of them one that suits the reader's breath."""

    def essential(passage: Passage) -> int:
        return sum(measure(line) for line in passage if not set(_split(line)[0]) & {"+", "="})

    if brief:
        alternatives = sorted(alternatives, key=essential)[: 2 * len(alternatives) // 3 + 1]
    if breath is not Breath.USUAL:
        by_breath = sorted(
            alternatives,
            key=lambda passage: mean_sentence("\n".join(passage), measure),
            reverse=breath in (Breath.LONG, Breath.LONGEST),
        )
        alternatives = by_breath[: len(alternatives) // 2 + 1]
    return random.choice(alternatives)


def shuffled(items: Sequence[Choice], random: Random) -> list[Choice]:
    """A shuffled copy."""
    return random.sample(items, len(items))


def fitted(
    passages: Sequence[list[Line]], target: int, measure: Measure, random: Random, *, breath: Breath
) -> list[list[Line]]:
    """Keep every essential line, and as many of the others as bring the whole nearest to the target length.

    For the youngest those with short sentences come first, for older readers those with long ones.
    """
    total = sum(measure(line.text) for lines in passages for line in lines if not line.optional)
    spare = [line for lines in passages for line in lines if line.optional]
    order = shuffled(range(len(spare)), random)
    if breath is Breath.SHORT:
        order.sort(key=lambda place: longest_sentence(spare[place].text, measure))
    else:
        longer = {Breath.USUAL: 0, Breath.EASY: -1}.get(breath, 1)
        order.sort(key=lambda place: (not spare[place].dear, -longer * mean_sentence(spare[place].text, measure)))
    kept = set()
    for place in order:
        length = measure(spare[place].text)
        if total + length <= target * 1.04:
            total += length
            kept.add(id(spare[place]))
    return [[line for line in lines if not line.optional or id(line) in kept] for lines in passages]


def longest_sentence(text: str, measure: Measure) -> int:
    """The length of the longest sentence of a text."""
    return max(_lengths(text, measure), default=0)


def mean_sentence(text: str, measure: Measure) -> float:
    """The mean length of the sentences of a text."""
    lengths = _lengths(text, measure)
    return sum(lengths) / len(lengths) if lengths else 0.0


def _lengths(text: str, measure: Measure) -> list[int]:
    return [length for sentence in re.split(r"[.!?。！？\n]+", text) if (length := measure(sentence))]


def paragraphs(passages: Sequence[Sequence[Line]], joint: str) -> str:
    """Set the lines: every passage begins a paragraph, and so does every line marked so. `joint` is put between lines."""
    found: list[str] = []
    for lines in passages:
        for index, line in enumerate(lines):
            if index == 0 or line.breaks:
                found.append(line.text)
            else:
                found[-1] += joint + line.text
    return "\n\n".join(text.strip() for whole in found for text in whole.split("¶") if text.strip())


def _split(line: str) -> tuple[str, str]:
    """The marks of a line, and its text."""
    text = line.lstrip(MARKS)
    return line[: len(line) - len(text)], text
