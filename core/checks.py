"""Whether a picture is looked at, and what the answers of whoever saw it are worth: pure functions beside ``core.features.steps.checking``."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from core.file_formats import SPECIAL, format_of
from core.types import Answer, Question

Checking = Literal["off", "stories", "all"]
"""Which pictures are looked at: none, those of stories, books and recipes, or all that are made by words."""

OFTEN = frozenset({"story", "illustrate", "recipe", "book", "page-picture", "page-add"})
"""The commands whose pictures are looked at under ``stories``."""

MOST = 8
"""Questions about one picture that the helper may ask (more make none of them better, and cost)."""

FLOOR = 0.05
"""What one thing that is missing counts in the geometric mean, so that it does not wipe out all others."""

COUNTS_WEIGH = 0.5
"""Of a number of things: judges miscount."""

LONGEST_WHAT, LONGEST_ASK = 60, 160
"""Characters that are kept of a question's subject, and of itself."""

_WORTH = {"yes": 1.0, "partly": 0.5, "no": 0.0}


def is_checked(command: str, options: Mapping[str, str], usual: Checking) -> bool:
    """Whether the pictures of a request are looked at: ``--check`` says so, else the setting of its person, else the ``usual`` one.

    What is drawn from words as they are (``--raw``) is not, unless it is asked for here and now, and what moves or consists of shapes never.
    """
    if format_of(command, options) in SPECIAL:
        return False
    chosen = options.get("check", usual)
    if "raw" in options:
        return chosen == "true"
    return chosen in ("true", "all") or (chosen == "stories" and command in OFTEN)


def sound(questions: Sequence[Question], most: int = MOST) -> tuple[Question, ...]:
    """The questions that can be asked, at most so many: none empty or twice, none too long, and none that hangs on itself or a later one."""
    kept: list[Question] = []
    places: dict[int, int] = {}
    for number, one in enumerate(questions, 1):
        what, ask = " ".join(one.what.split())[:LONGEST_WHAT], " ".join(one.ask.split())[:LONGEST_ASK]
        if not (what and ask) or len(kept) == most or any(ask == other.ask for other in kept):
            continue
        places[number] = len(kept) + 1
        parent = places.get(one.parent, 0) if one.parent < number else 0
        kept.append(Question(kind=one.kind, what=what, ask=ask, parent=parent))
    return tuple(kept)


def worths(answers: Sequence[Answer]) -> list[float | None]:
    """What each answer is worth, from 0 to 1; ``None`` where nobody could tell. A child is worth no more than its parent."""
    found: list[float | None] = []
    for answer in answers:
        worth = _WORTH.get(answer.verdict)
        if worth is not None and answer.question.kind == "absent":
            worth = 1 - worth
        above = found[answer.question.parent - 1] if 0 < answer.question.parent <= len(found) else None
        found.append(worth if worth is None or above is None else min(worth, above))
    return found


def score(answers: Sequence[Answer]) -> float | None:
    """How well a picture shows what was asked, from ``FLOOR`` to 1: a weighted geometric mean. ``None`` where nothing could be told.

    So one thing that is missing among many still shows, which an arithmetic mean would hide (GenEval 2's Soft-TIFA, 2026-11).
    """
    told = [
        (COUNTS_WEIGH if answer.question.kind == "count" else 1.0, max(worth, FLOOR))
        for answer, worth in zip(answers, worths(answers), strict=True)
        if worth is not None
    ]
    if not told:
        return None
    return math.exp(sum(weight * math.log(worth) for weight, worth in told) / sum(weight for weight, _ in told))


def failed(answers: Sequence[Answer]) -> list[Question]:
    """What is not as it was asked, for somebody who mends it. A thing that is missing is named once, as it should look ("a red hat")."""
    lacking: dict[int, Question] = {}
    missing: set[int] = set()
    for number, (answer, worth) in enumerate(zip(answers, worths(answers), strict=True), 1):
        one = answer.question
        if worth is None or worth == 1:
            continue
        if one.parent in missing and one.kind in ("attribute", "count"):
            missing.remove(one.parent)
            lacking[one.parent] = lacking[one.parent].model_copy(update={"what": one.what})
        elif one.parent not in lacking or one.kind in ("relation", "lettering"):
            lacking[number] = one
            if one.kind == "thing":
                missing.add(number)
    return list(lacking.values())
