"""The loom: how lines written by hand become one text of the wished length.

A **passage** is a tuple of lines. A line may begin with marks: `+` it may be left out, `/` it starts a new paragraph,
`=` it may be left out and is told near the end of the tale, `!` it is the last to be left out. Inside a line `{slot}` is filled in, `¶` starts a new
paragraph, and `<for the older|for the younger>` chooses by the reader's age.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

Passage = tuple[str, ...]
Measure = Callable[[str], int]
Choice = TypeVar("Choice")

_BY_AGE = re.compile(r"<([^<>|]*)\|([^<>|]*)>")


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
        if key[0].isupper():
            value = self[key[0].lower() + key[1:]]
            return value[:1].upper() + value[1:]
        if key.startswith("a_"):
            return self._article(self[key[2:]])
        raise KeyError(key)


def run_on(passage: Passage) -> Passage:
    """The passage as a new paragraph of the one before it."""
    return (passage[0] if passage[0].startswith("/") else f"/{passage[0]}", *passage[1:]) if passage else ()


def omissible(passage: Passage) -> Passage:
    """The passage with every line one that may be left out."""
    return tuple(line if line.startswith("+") else f"+{line}" for line in passage)


def filled(passage: Passage, slots: Slots, *, young: bool) -> list[Line]:
    """Read the marks of a passage and fill its slots. `KeyError` for a slot nobody knows."""
    lines = []
    for raw in passage:
        marks = raw[: len(raw) - len(raw.lstrip("+/=!"))]
        text = _BY_AGE.sub(lambda match: match[2 if young else 1], raw[len(marks) :])
        lines.append(Line(text.format_map(slots), "+" in marks or "=" in marks, "/" in marks, "!" in marks))
    return lines


def split_payoff(passage: Passage) -> tuple[Passage, Passage]:
    """A passage without the lines that are told near the end, and those lines."""
    return tuple(line for line in passage if not line.startswith("=")), tuple(
        f"/{line}" for line in passage if line.startswith("=")
    )


def preferred(passage: Passage) -> Passage:
    """The passage with every line the last to be left out."""
    return tuple(f"!{line}" for line in passage)


def insisted(passage: Passage) -> Passage:
    """The passage with no line that may be left out: a running joke needs its beginning."""
    return tuple(line.replace("+", "", 1) if line.startswith(("+", "/+")) else line for line in passage)


def essential(passage: Passage, measure: Measure) -> int:
    """How long a passage is without what may be left out."""
    return sum(measure(line) for line in passage if not set(line[:3]) & {"+", "="})


def chosen(alternatives: Sequence[Passage], random: Random, measure: Measure, *, brief: bool) -> Passage:
    """One of the alternatives; where the whole text must be short, one of the shorter two thirds."""
    if brief:
        alternatives = sorted(alternatives, key=lambda passage: essential(passage, measure))[
            : 2 * len(alternatives) // 3 + 1
        ]
    return random.choice(alternatives)


def shuffled(items: Sequence[Choice], random: Random) -> list[Choice]:
    """A shuffled copy."""
    copy = list(items)
    random.shuffle(copy)
    return copy


def fitted(
    passages: Sequence[list[Line]], target: int, measure: Measure, random: Random, *, young: bool
) -> list[list[Line]]:
    """Keep every essential line, and as many of the others as bring the whole nearest to the target length."""
    total = sum(measure(line.text) for lines in passages for line in lines if not line.optional)
    spare = [
        (place, index) for place, lines in enumerate(passages) for index, line in enumerate(lines) if line.optional
    ]
    kept: set[tuple[int, int]] = set()
    order = shuffled(spare, random)
    if not young:
        order.sort(key=lambda spot: not passages[spot[0]][spot[1]].dear)
    else:
        order.sort(key=lambda spot: longest_sentence(passages[spot[0]][spot[1]].text, measure))
    for place, index in order:
        length = measure(passages[place][index].text)
        if total + length <= target * 1.04:
            total += length
            kept.add((place, index))
    return [
        [line for index, line in enumerate(lines) if not line.optional or (place, index) in kept]
        for place, lines in enumerate(passages)
    ]


def longest_sentence(text: str, measure: Measure) -> int:
    """The length of the longest sentence of a text."""
    return max((measure(sentence) for sentence in re.split(r"[.!?。！？]+", text)), default=0)


def paragraphs(passages: Sequence[Sequence[Line]], joint: str) -> str:
    """Set the lines: every passage begins a paragraph, and so does every line marked so. `joint` is put between lines."""
    found: list[str] = []
    for lines in passages:
        fresh = True
        for line in lines:
            if fresh or line.breaks:
                found.append(line.text)
            else:
                found[-1] += joint + line.text
            fresh = False
    return "\n\n".join(text.strip() for whole in found for text in whole.split("¶") if text.strip())
