"""A recipe's text from what was given, in sentences that claim nothing else: what is said of a thing is said as it was given, figures included."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from embedded.storybook.book import PAGES, Page, read_pages
from embedded.storybook.request import Request

_TITLE = 130
"""A part that may have no more characters than this is one line."""


class _Manner(Page):
    openings: tuple[str, ...]
    firsts: tuple[str, ...]
    points: tuple[str, ...]
    reasons: tuple[str, ...]
    closings: tuple[str, ...]
    more: tuple[str, ...]
    asks: tuple[str, ...]
    ways: tuple[str, ...]
    kept: str
    joint: str
    comma: str
    stop: str
    parts: Mapping[str, tuple[str, ...]]
    """What is said where a part of such a name is invented, not told of what was given."""


class _Pages(Page):
    english: _Manner
    chinese: _Manner


_PAGES = read_pages(PAGES / "recipes.toml", _Pages)


def recipe_text(request: Request, shape: Mapping[str, Any], random: Random) -> dict[str, Any]:
    """The parts that a schema asks for. The message is JSON: what was ``given``, and what the text has to ``mention``."""
    manner = _PAGES.chinese if request.chinese else _PAGES.english
    try:
        told = json.loads(request.last)
    except (ValueError, RecursionError):
        told = {}
    told = told if isinstance(told, dict) else {}
    given = told.get("given")
    given = given if isinstance(given, dict) else {}
    thing = next((value.strip() for value in given.values() if isinstance(value, str) and value.strip()), "…")
    extras = [] if told.get("mention") else _others(given, thing)
    points = [_bare(point) for point in told.get("mention") or () if isinstance(point, str) and _bare(point)]
    properties = shape.get("properties")
    limits = request.parts

    def part(name: str, one: Any) -> Any:
        if _is_diagram(one):
            return _diagram(manner, thing, points, limits.get(name, 0))
        if _is_list(one):
            return _list(manner, name, thing, points)
        if name in manner.parts and extras:
            return random.choice(manner.parts[name]).replace("{thing}", _bare(thing)).replace("{looks}", extras[0])
        return _words(manner, request, thing, points, extras, limits.get(name, 0), random)

    return {name: part(name, one) for name, one in (properties.items() if isinstance(properties, Mapping) else ())}


def _others(given: Mapping[str, Any], thing: str) -> list[str]:
    """What else was given in words, where nothing of it has to be mentioned."""
    values = (one for value in given.values() for one in (value if isinstance(value, list) else [value]))
    return [_bare(one) for one in values if isinstance(one, str) and _bare(one) and one.strip() != thing][:8]


def _is_diagram(shape: Any) -> bool:
    """Whether a part is an object of its own: diagrams are all that are."""
    return isinstance(shape, Mapping) and bool(shape.keys() & {"$ref", "allOf", "properties"})


def _diagram(manner: _Manner, thing: str, points: list[str], most: int) -> dict[str, Any]:
    """What was given around what it is about; where that is too little, the way to find out oneself."""
    few = len(points) < 2
    labels = (list(manner.ways) if few else points)[: most or 9]
    boxes = [{"label": label[:1].upper() + label[1:], "notes": []} for label in labels]
    return {"form": "cycle" if few else "parts", "title": _bare(thing), "boxes": boxes}


def _list(manner: _Manner, name: str, thing: str, points: list[str]) -> list[str]:
    """What was given; as questions, and as their answers, where a part is called so."""
    said = points or [_bare(thing)]
    if name != "questions":
        return said
    return [manner.asks[number % len(manner.asks)].replace("{point}", point) for number, point in enumerate(said)]


def _is_list(shape: Any) -> bool:
    return isinstance(shape, Mapping) and shape.get("type") == "array"


def _bare(point: str) -> str:
    return point.strip().rstrip(".。!！;；,，")


def _words(
    manner: _Manner, request: Request, thing: str, points: list[str], extras: list[str], most: int, random: Random
) -> str:
    """One part: a line where it may be no longer, else sentences."""
    thing = _bare(thing)
    thing = thing[:1].upper() + thing[1:]
    if most and most <= _TITLE:
        whole = f"{thing}{'：' if request.chinese else ': '}{points[0]}" if points else thing
        return whole if len(whole) <= most else thing[:most]
    wanted = request.length if not most or most > 600 else 0
    chosen: list[str] = []
    length = 0
    for sentence, needed in _sentences(manner, thing, points, extras, random):
        size = len(sentence) if request.chinese else len(sentence.split())
        if most and len(manner.joint.join([*chosen, sentence])) > most:
            break
        if needed or length + size <= wanted:
            chosen.append(sentence)
            length += size
    return manner.joint.join(chosen) or thing[:most]


def _sentences(
    manner: _Manner, thing: str, points: list[str], extras: list[str], random: Random
) -> Iterator[tuple[str, bool]]:
    """Sentences in their order, and whether each is needed; the others are for whoever wants more of them."""
    reasons, patterns = (
        random.sample(manner.reasons, len(manner.reasons)),
        random.sample(manner.points, len(manner.points)),
    )
    yield random.choice(manner.openings).replace("{thing}", thing), True
    if extras:
        yield manner.kept.replace("{points}", manner.comma.join(extras)), True
    for number, point in enumerate(points):
        pattern = random.choice(manner.firsts) if number == 0 else patterns[number % len(patterns)]
        yield pattern.replace("{point}", point), True
        if number < len(reasons):
            yield reasons[number], False
    for sentence in random.sample(manner.more, len(manner.more)):
        yield sentence, False
    yield random.choice(manner.closings).replace("{thing}", thing), not points
