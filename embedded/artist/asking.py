"""What somebody could ask who wants to know whether a picture shows an idea, as far as the artist understands that."""

from __future__ import annotations

import re
from dataclasses import replace

from embedded.artist import changing, lexicon
from embedded.artist.scene import Subject
from embedded.artist.words import read

_SEVERAL = 3
"""How many the artist draws of what was said in the plural."""
_THREE = re.compile(r"\bthree\b|3|三", re.IGNORECASE)
_ENGLISH_NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_CHINESE_NUMBERS = "零一两三四五六七八九"


def questions(idea: str, most: int, *, chinese: bool) -> list[dict[str, object]]:
    """What somebody could ask who wants to know whether a picture shows an idea: things, their colours and numbers, and words to be read."""
    found: list[dict[str, object]] = []
    for subject in read(idea[:1200]).subjects:
        if subject.count == _SEVERAL and not _THREE.search(idea):
            subject = replace(subject, count=1)  # several of it: nobody said how many
        number = _ask_about(found, subject, 0, chinese=chinese)
        for worn in subject.worn:
            _ask_about(found, worn, number, chinese=chinese)
    return found[:most]


def of_change(words: str, most: int, *, chinese: bool) -> list[dict[str, object]]:
    """The same of a change: what shall be there afterwards, and what shall be gone."""
    found: list[dict[str, object]] = []
    for clause in changing.clauses(words):
        asked = questions(changing.afterwards(clause), most, chinese=chinese)
        if changing.takes_away(clause):
            asked = [one | {"kind": "absent"} for one in asked if one["kind"] == "thing"]
        found += [{**one, "parent": int(str(one["parent"])) and int(str(one["parent"])) + len(found)} for one in asked]
    return found[:most]


def _ask_about(found: list[dict[str, object]], subject: Subject, parent: int, *, chinese: bool) -> int:
    """Add what can be asked of one thing; the number of the question whether it is there."""
    name = subject.name or "thing"

    def ask(kind: str, what: str, question: str, above: int) -> None:
        found.append({"kind": kind, "what": what, "ask": question, "parent": above})

    thing = f"一个{name}" if chinese else _a(name)
    ask("thing", name if chinese else thing, f"画里有{name}吗？" if chinese else f"Is there {thing}?", parent)
    number = len(found)
    if colour := _colour_name(subject.tint, chinese=chinese):
        coloured = f"{colour}{name}" if chinese else _a(f"{colour} {name}")
        ask("attribute", coloured, f"{name}是{colour}的吗？" if chinese else f"Is the {name} {colour}?", number)
    if 1 < subject.count < len(_ENGLISH_NUMBERS):
        counted = (
            f"{_CHINESE_NUMBERS[subject.count]}只{name}"
            if chinese
            else f"{_ENGLISH_NUMBERS[subject.count]} {_plural(name)}"
        )
        ask("count", counted, f"画里正好有{counted}吗？" if chinese else f"Are there exactly {counted}?", number)
    if subject.letters:
        said = f"“{subject.letters}”"
        ask("lettering", said, f"上面写着{said}吗？" if chinese else f"Does the {name} say {said}?", number)
    return number


def _plural(name: str) -> str:
    irregular = next((many for many, one in lexicon.IRREGULAR.items() if one == name), "")
    return irregular or f"{name}{'es' if name.endswith(('s', 'x', 'ch', 'sh')) else 's'}"


def _a(name: str) -> str:
    return f"{'an' if name[:1] in 'aeiou' else 'a'} {name}"


def _colour_name(tint: str, *, chinese: bool) -> str:
    if not tint:
        return ""
    names = (name for name, colour in lexicon.COLOURS.items() if colour == tint and name.isascii() != chinese)
    name = next(names, "")
    return f"{name}色" if name and chinese else name
