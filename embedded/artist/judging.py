"""What the artist can say about a picture that it drew, by its record: truthfully, and "unclear" about everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from embedded.artist import inscriptions
from embedded.artist.reader import Mention
from embedded.artist.record import Record
from embedded.artist.scene import Subject
from embedded.artist.words import mentions

LONGEST = 300
"""Characters of a question that are read."""

_LETTERING = re.compile(r"\b(?:text|lettering|letters|words|writing|caption|watermark)\b|文字|字样|字母|水印")
_BEGINS = re.compile(r"^\W*(?:does|do|is|are|can|has|have)\b", re.IGNORECASE)
"""How questions begin: "does" would be two deer."""
_EXACTLY = re.compile(r"\b(?:exactly|only|just)\b|正好|只有|仅")
_SCENERY = ("place", "hour", "weather", "season", "mood", "style", "backdrop")
_KINDS = {"place": "places", "style": "styles"}
_MOST_SEEN = 4


@dataclass
class _Asked:
    """What a question names."""

    nouns: list[Mention] = field(default_factory=list)
    colours: list[str] = field(default_factory=list)
    number: int = 0
    pattern: str = ""
    scenery: list[tuple[str, str]] = field(default_factory=list)
    words: str = ""


def judged(record: Record | None, question: str) -> tuple[str, str]:
    """The answer (``yes``, ``partly``, ``no``, ``unclear``) to a question in English or Chinese about the picture of a record, and what is seen."""
    if record is None:
        return "unclear", ""
    there = list(_there(record))
    seen = ", ".join(dict.fromkeys(one.name for one in there if one.name))[:60]
    text = question[:LONGEST]
    asked = _asked(text)
    if asked.words:
        return _lettered(there, asked.words)
    if _LETTERING.search(text) and not asked.nouns:
        found = next((one.letters for one in there if one.letters), "")
        return ("yes", found) if found else ("no", seen)
    if asked.nouns:
        return _things(record, there, asked), seen
    if asked.scenery:
        return _scenery(record, asked), seen
    return "unclear", seen


def _there(record: Record) -> Iterator[Subject]:
    """Everything in the picture, also what is worn."""
    for subject in record.now.subjects:
        if not subject.gone:
            yield subject
            yield from subject.worn


def _asked(text: str) -> _Asked:
    asked, either = _Asked(), []
    for mention in mentions(_BEGINS.sub("", text)):
        meaning = mention.meaning
        asked.words += inscriptions.words_of(meaning.letters)
        if meaning.noun and meaning.colour:  # an orange, or an orange hat
            either.append(mention)
        elif meaning.noun:
            asked.nouns.append(mention)
        elif meaning.number > 1 or (meaning.number and _EXACTLY.search(text)):
            asked.number = meaning.number
        elif meaning.colour:
            asked.colours.append(meaning.colour)
        elif meaning.pattern:
            asked.pattern = meaning.pattern
        for kind in _SCENERY:
            if (value := getattr(meaning, kind)) and not meaning.noun:
                asked.scenery.append((kind, value))
    if asked.nouns:
        asked.colours += [mention.meaning.colour for mention in either]
    return replace(asked, nouns=asked.nouns or either)


def _lettered(there: list[Subject], words: str) -> tuple[str, str]:
    letters = [one.letters for one in there if one.letters]
    found = any(words.casefold() == one.casefold() for one in letters)
    return ("yes" if found else "no"), (letters[0] if letters else "")


def _things(record: Record, there: list[Subject], asked: _Asked) -> str:
    """Whether all that is named is there; what a question says of number and colour is said of the first thing."""
    groups = [
        [one for one in there if one.noun.art == mention.meaning.noun.art]
        for mention in asked.nouns
        if mention.meaning.noun
    ]
    brought = [mention.meaning.backdrop for mention, group in zip(asked.nouns, groups, strict=True) if not group]
    if any(name and name not in record.now.bare for name in brought):
        return "unclear"  # a place may bring birds along, and the record does not tell
    if not all(groups):
        return "partly" if any(groups) and len(groups) > 1 else "no"
    first = groups[0]
    if asked.number and sum(one.count for one in first) != asked.number:
        return "no"
    if asked.colours and not any({one.tint, one.accent} & set(asked.colours) for one in first):
        return "no"
    return "no" if asked.pattern and not any(one.pattern == asked.pattern for one in first) else "yes"


def _scenery(record: Record, asked: _Asked) -> str:
    found = [_holds(record, kind, value) for kind, value in asked.scenery if kind != "backdrop"]
    if not found:  # what a place brings along is not in the record, only what it does without
        return "no" if all(value in record.now.bare for _, value in asked.scenery) else "unclear"
    return "yes" if all(found) else "partly" if any(found) else "no"


def _holds(record: Record, kind: str, value: str) -> bool:
    held = getattr(record.now, _KINDS.get(kind, kind))
    return value == held if isinstance(held, str) else value in held
