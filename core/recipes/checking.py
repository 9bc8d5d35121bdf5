"""Looking at what was written and at prompts without a model: what has to be in them, what may not, and how long they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.documents.diagrams import FEWEST, MOST, Diagram
from core.recipes import inputs
from core.recipes.form import Part, RecipeFile

Parts = str | list[str] | Diagram
"""What a part may be: words, the items of a list, a diagram."""

Written = Mapping[str, Parts]
"""The parts of a text by their names."""

ENOUGH = 0.6
"""The share of a selling point's words that has to be there: it may be put differently, and not left out."""

SHORT, TOO_LONG = 0.4, 1.6
"""How far a text may be from the length that was asked for before it is mended."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]+|[\u3400-\u9fff]")
_SMALL = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "from",
        "that",
        "this",
        "its",
        "are",
        "was",
        "not",
        "but",
        "you",
        "your",
        "has",
        "have",
        "all",
        "any",
        "per",
        "out",
        "into",
        "than",
        "then",
        "when",
        "who",
        "what",
    ]
)


@dataclass(frozen=True)
class Fault:
    """Something wrong with a text: ``code`` is the end of its sentences' keys, for its writer (English) and for people."""

    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)


def faults(recipe: RecipeFile, values: Mapping[str, str], written: Written, language: str) -> list[Fault]:
    """What is wrong with a text by the rules of its recipe, the worst first."""
    whole = "\n".join(words(written[name]) for name in recipe.text.parts)
    found = [Fault("lacks", {"what": item}) for item in wanted(recipe, values) if not mentions(whole, item)]
    if recipe.must.figures:
        known = _figures("\n".join(values.values()))
        found += [Fault("figure", {"what": figure}) for figure in sorted(_figures(whole) - known)]
    said = whole.casefold()
    found += [Fault("word", {"what": word}) for word in recipe.must.forbidden if word.casefold() in said]
    given = inputs.exact(recipe, values)
    for name, part in recipe.text.parts.items():
        if name in given:
            continue
        found += _wrong_length(name, part, written[name], length_of(part, values, language), language)
    return found[:20]


def wanted(recipe: RecipeFile, values: Mapping[str, str]) -> list[str]:
    """All that the text has to mention."""
    return [item for name in recipe.must.mention for item in values.get(name, "").split("\n") if item]


def length_of(part: Part, values: Mapping[str, str], language: str) -> int | None:
    """About how long a part shall be: words, and in Chinese characters, of which the same text has half as many again."""
    if isinstance(part.length, str):
        said = values.get(part.length, "")
        return int(said) if said.isdecimal() else None
    return part.length * 3 // 2 if part.length and language == "zh" else part.length


def words(part: Parts) -> str:
    """A part as one text."""
    if isinstance(part, Diagram):
        return part.words
    return part if isinstance(part, str) else "\n".join(part)


def mentions(text: str, item: str) -> bool:
    """Whether a text speaks of something: by its words as it was said, or by all its figures and most of its words, however they end."""
    said, wanted_words = text.casefold(), item.casefold()
    if " ".join(wanted_words.split()) in " ".join(said.split()):
        return True
    if _figures(item) - _figures(text):
        return False
    stems = _stems(wanted_words)
    there = _stems(said)
    return bool(stems) and sum(stem in there for stem in stems) >= ENOUGH * len(stems)


def _stems(text: str) -> frozenset[str]:
    """The beginnings of its words, in which forms of one word are alike; of Chinese its characters."""
    return frozenset(
        word[:5] for word in _WORD.findall(text) if not (word in _SMALL or (word.isascii() and len(word) < 3))
    )


def _figures(text: str) -> frozenset[str]:
    """The numbers in a text, each written in one way."""
    return frozenset(_plain(found) for found in _NUMBER.findall(text))


def _plain(number: str) -> str:
    """A number without separators of thousands, and without zeros that say nothing."""
    head, _, last = number.replace(",", ".").rpartition(".")
    whole = number if not head else (head + last if len(last) == 3 else f"{head}.{last}".rstrip("0"))
    return (
        "".join(str(int(sign)) if sign.isdecimal() else "." for sign in whole.replace(",", ".")).strip(".").lstrip("0")
        or "0"
    )


def most_boxes(part: Part) -> int:
    """How many boxes a diagram may have."""
    return min(part.most or MOST, MOST)


def _wrong_length(name: str, part: Part, said: Parts, length: int | None, language: str) -> Iterator[Fault]:
    if isinstance(said, Diagram):
        if not FEWEST <= len(said.boxes) <= most_boxes(part):
            yield Fault("boxes", {"part": name, "least": FEWEST, "limit": most_boxes(part), "count": len(said.boxes)})
        return
    if part.kind == "list":
        if not said or (part.most and len(said) > part.most):
            yield Fault("items", {"part": name, "limit": part.most or 1, "count": len(said)})
        return
    text = words(said)
    if not text.strip():
        yield Fault("empty", {"part": name})
    elif part.most and len(text) > part.most:
        yield Fault("long", {"part": name, "limit": part.most, "count": len(text)})
    elif length:
        count = counted(text, language)
        if count < SHORT * length:
            yield Fault("short", {"part": name, "limit": length, "count": count})
        elif count > TOO_LONG * length:
            yield Fault("wordy", {"part": name, "limit": length, "count": count})


def counted(text: str, language: str) -> int:
    """The length of a text: words, in Chinese characters."""
    return sum(not sign.isspace() for sign in text) if language == "zh" else len(text.split())


def shows(prompt: str, things: Sequence[str]) -> bool:
    """Whether a prompt names all that its picture has to show."""
    return all(mentions(prompt, thing) for thing in things)
