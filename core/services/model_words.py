"""What a model's words hold beside what was asked for: its thoughts, which nobody is shown, and words around an object.

Reasoning models think between tags where their server does not part that from the answer, and some without the opening tag, which then stands in
their prompt. All is looked for in one pass.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

_NAMES = "think|thinking|thought|thoughts|reasoning|reflection"
_TAG = re.compile(rf"<(/?)(?:{_NAMES})>|\[(/?)THINK\]|<\|channel\|>(analysis|final)<\|message\|>", re.IGNORECASE)
_LONGEST_TAG = len("<|channel|>analysis<|message|>")
_OPENINGS = (*(f"<{name}>" for name in _NAMES.split("|")), "[think]", "<|channel|>analysis<|message|>")
_MARKER = re.compile(r"<\|(?:start|end|return)\|>(?:assistant)?")
_OBJECTS = 20
"""Places at which an object is looked for: where nothing begins there, the next is tried."""
_LONGEST = 200_000
"""Letters in which an object is looked for: several times the longest answer."""
_FENCE = "```"


def without_thoughts(text: str) -> str:
    """What is left of a text without what was thought: up to a closing tag, whether it was opened or not. Without any, the text as it is."""
    kept: list[str] = []
    at, thinking, found = 0, False, False
    for tag in _TAG.finditer(text):
        found = True
        closes = bool(tag[1] or tag[2] or (tag[3] or "").lower() == "final")
        if not thinking and closes:
            kept.clear()  # the beginning of these thoughts stood in the prompt
        elif not thinking:
            kept.append(text[at : tag.start()])
        thinking = not closes
        at = tag.end()
    if not found:
        return text
    if not thinking:
        kept.append(text[at:])
    return _MARKER.sub("", "".join(kept)).strip()


def opens_thoughts(text: str) -> bool:
    """Whether a text that has only begun may be, or is, the opening of thoughts."""
    start = text.lstrip()[:_LONGEST_TAG].lower()
    return bool(start) and any(start.startswith(tag) or tag.startswith(start) for tag in _OPENINGS)


def closes_unopened(text: str) -> bool:
    """Whether a text begins with thoughts that nothing opened."""
    first = _TAG.search(text)
    return first is not None and bool(first[1] or first[2])


def objects_in(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in what a model said, most likely the one that was asked for first: all of it, in a fence, behind words."""
    said = without_thoughts(text)[:_LONGEST]
    for piece in (said, *_fenced(said)):
        try:
            told = json.loads(piece)
        except (ValueError, RecursionError):
            continue
        yield from _inside(told)
    yield from islice(_found(said), _OBJECTS)


def _fenced(said: str) -> Iterator[str]:
    """What stands between fences, without the word for the language behind the first."""
    for piece in said.split(_FENCE)[1:_OBJECTS:2]:
        yield piece.partition("\n")[2] if "\n" in piece else piece
        yield piece


def _found(said: str) -> Iterator[dict[str, Any]]:
    """Objects among words, one behind the other."""
    decoder, at = json.JSONDecoder(), said.find("{")
    for _ in range(_OBJECTS):
        if at < 0:
            return
        try:
            told, end = decoder.raw_decode(said, at)
        except (ValueError, RecursionError):
            end = at + 1
        else:
            yield from _inside(told)
        at = said.find("{", end)


def _inside(told: object) -> Iterator[dict[str, Any]]:
    """An object, alone in a list, or wrapped in one whose only entry it is."""
    if isinstance(told, list) and len(told) == 1:
        told = told[0]
    if isinstance(told, dict):
        yield told
        inner = next(iter(told.values())) if len(told) == 1 else None
        if isinstance(inner, dict):
            yield inner
