"""How long the sentences of a tale are for readers of an age: the youngest breathe more often, older ones like a longer line.

What is said aloud is left as it is. The rules know words and no grammar, so they only part or join where a clause has a subject of its own,
or its subject is certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from enum import Enum

PAUSE = "∥"
"""Stands in the pages behind a comma where the youngest breathe."""


class Breath(Enum):
    """For whom a sentence is long enough."""

    SHORT = "up to five years"
    EASY = "six to eight"
    USUAL = "where no age is said"
    LONG = "nine to twelve"
    LONGEST = "older"


_AGES = ((5, Breath.SHORT), (8, Breath.EASY), (12, Breath.LONG))
_LONGEST = {Breath.LONG: (17, 30), Breath.LONGEST: (26, 44)}
"""Words, and Chinese characters, that a joined sentence has at most."""

_PARTED = re.compile(
    r"(?P<before>[^.!?…“”\n]{14,140}?)(?:[,;:] (?P<joint>and|but|so)|;) "
    r"(?P<start>(?:he|she|it|they|the|there|then|nobody|somebody|everybody|on|after|if|when|[A-Z][a-z]+)\b)"
)
_DID_TWO_THINGS = re.compile(
    r"(?m)(?:^|(?<=[.!?] ))(?P<who>[A-Z][a-z]{1,14}) (?P<did>(?!was\b|were\b|and\b)[a-z][^.!?…“”\n:;]{10,120}?),? and "
    r"(?P<then>(?:[a-z]{2,12}ed|set|went|came|saw|sat|ran|took|held|put|gave|found|made|began|lay|stood|left|told|had|knew)"
    r" [^.!?…“”\n]{3,140}[.!?])"
)
_SUBORDINATE = re.compile(r"\b(?:who|which|that|if|when|while|was|were|where|neither|both|either)\b")
_PRONOUNS = ("He", "She", "It", "They")
_SUBJECT = r"(?:He|She|It|They|There|Nobody|Nothing|Somebody|Everybody|The [a-z]+)"
_JOINED = re.compile(
    r"(?m)(?:^(?! )|(?<=[.!?] ))(?P<before>[^.!?…“”\n:;*]{8,140}[^.!?…“”\n:;*,])\. "
    rf"(?:(?P<joint>And|But|So|Then) (?P<rest>[^.!?…“”\n:;*]{{4,140}})|(?P<clause>{_SUBJECT} [^.!?…“”\n:;*]{{4,140}}))(?=\.)"
)
_CHINESE_STARTS = "可是|可|于是|后来|然后|接着|所以|原来|忽然|好像|[它他她]们?|大家|谁也|第二天|那天"
_CHINESE_PARTED = r"(?P<before>[^。！？“”\n，]{5,})，(?P<start>(?:STARTS|(?<=了，)(?!就|才|得))[^。！？“”\n，]{2})"
_CHINESE_DONE = re.compile(r"[了是着过有没不得说]")
_CHINESE_OPEN = re.compile(
    r"^\s*(?:趁|因为|等|当|除了|既然|自从|就在|每|过了|到了|走到|其实|有一天|第|一)|不管|虽然|如果|要是|只要|(?:地方|时候|以前|以后|的门|[里上中下])$"
)
"""What shows a clause that only the next one ends."""
_CHINESE_JOINED = re.compile(
    r"(?P<before>[^。！？“”\n；]{5,30})。(?P<after>(?:[它他她]们?|可是|可|于是|后来|然后|接着|就|又|也|那|这|只)[^。！？“”\n；]{3,30})(?=。)"
)


def breath_of(age: int | None) -> Breath:
    """The breath of readers of an age in years."""
    if age is None:
        return Breath.USUAL
    return next((breath for most, breath in _AGES if age <= most), Breath.LONGEST)


def breathed_english(text: str, breath: Breath, names: Sequence[str]) -> str:
    """An English text in sentences for such readers. ``names``: of those who are in it."""
    if breath is Breath.SHORT:
        somebody = {*_PRONOUNS, *names}
        return _told(
            text,
            lambda told: _PARTED.sub(_parted, _DID_TWO_THINGS.sub(lambda match: _one_by_one(match, somebody), told)),
        )
    if breath not in _LONGEST:
        return text
    return _told(text, lambda told: _JOINED.sub(lambda match: _joined(match, breath), told))


def _told(text: str, change: Callable[[str], str]) -> str:
    """The text with what is told changed, and not what is said."""
    return "".join(part if part.startswith("“") else change(part) for part in re.split(r"(“[^”\n]*”)", text))


def _parted(match: re.Match[str]) -> str:
    joint, start = match["joint"], match["start"]
    if "," in match["before"] and (start == "the" or start[0].isupper()):  # the last of a list
        return match[0]
    if not joint or (joint == "and" and start in ("he", "she", "they")):
        return f"{match['before']}. {start[0].upper()}{start[1:]}"
    return f"{match['before']}. {joint.capitalize()} {start}"


def _one_by_one(match: re.Match[str], somebody: Collection[str]) -> str:
    """What somebody does, and then does, in two sentences."""
    who, did = match["who"], match["did"]
    if who not in somebody or _SUBORDINATE.search(did):
        return match[0]
    again = who.lower() if who in _PRONOUNS else who
    return f"{who} {did}. Then {again} {match['then']}"


def _joined(match: re.Match[str], breath: Breath) -> str:
    """Two sentences as one, if it does not get too long."""
    if len(match[0].split()) > _LONGEST[breath][0] or ", and " in match[0] or re.match("It is ", match["clause"] or ""):
        return match[0]
    if match["joint"]:
        joint = "and then" if match["joint"] == "Then" else match["joint"].lower()
        return f"{match['before']}, {joint} {match['rest']}"
    clause = match["clause"][0].lower() + match["clause"][1:]
    return f"{match['before']}; {clause}" if breath is Breath.LONGEST else f"{match['before']}, and {clause}"


def breathed_chinese(text: str, breath: Breath, names: Sequence[str]) -> str:
    """A Chinese text in sentences for such readers. ``names``: of those who are in it."""
    text = text.replace(f"，{PAUSE}", "。" if breath is Breath.SHORT else "，")
    if breath is Breath.SHORT:
        starts = "|".join((_CHINESE_STARTS, *map(re.escape, names)))
        parted = re.compile(_CHINESE_PARTED.replace("STARTS", starts))
        return _told(text, lambda told: parted.sub(_chinese_parted, told))
    if breath not in _LONGEST:
        return text
    most = _LONGEST[breath][1]
    return _told(
        text,
        lambda told: _CHINESE_JOINED.sub(
            lambda match: match[0].replace("。", "，") if len(match[0]) <= most else match[0], told
        ),
    )


def _chinese_parted(match: re.Match[str]) -> str:
    before, start = match["before"], match["start"]
    whole = _CHINESE_DONE.search(before) and not _CHINESE_OPEN.search(before)
    return f"{before}{'。' if whole else '，'}{start}"
