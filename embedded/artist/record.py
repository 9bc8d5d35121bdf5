"""What the artist knows of a picture that it drew: kept in the file, as art codes, colours and numbers, never in
anybody's words, but for those that can be read in the picture.

Whoever sends a file may have written the record, so it is bounded, checked against what can be drawn, and believed only of a picture that
looks like it (`changing.recalled`).
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from typing import Any

from embedded.artist import lettering, patterns
from embedded.artist.dictionary import Noun, phrases
from embedded.artist.words import MOST_OF_ONE, Scene, Subject

LONGEST = 6000
"""Characters of a record; one of six dressed subjects has about 1,500."""

_VERSION = 1
_MOST_SUBJECTS = 12
_COLOUR = re.compile(r"#[0-9a-f]{6}|")
_LAYERS = frozenset({"sky", "ground", "water", "far", "all"})


@dataclass(frozen=True)
class Record:
    """A picture as it was `first` composed, as it is `now`, its size in pixels and its seed."""

    first: Scene
    now: Scene
    width: int
    height: int
    seed: int
    transparent: bool = False


def written(record: Record) -> str:
    """The record as text, plain ASCII; empty where it would be too long, or of a picture in which nothing was recognised."""
    if not record.now.subjects and not record.now.recognised:
        return ""
    told = {
        "fabula": _VERSION,
        "first": _told(record.first),
        "now": _told(record.now),
        "size": [record.width, record.height],
        "seed": record.seed,
        "transparent": record.transparent,
    }
    text = json.dumps(told, separators=(",", ":"))
    return text if len(text) <= LONGEST else ""


def read(text: object) -> Record | None:
    """The record that a text holds; `None` for anything else, whatever it is."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return None
    try:
        told = json.loads(text)
        if told["fabula"] != _VERSION:
            return None
        width, height = (_whole(edge, 16, 8192) for edge in told["size"])
        seed = _whole(told["seed"], -(2**63), 2**64)
        first, now = _scene(told["first"]), _scene(told["now"])
        return Record(first, now, width, height, seed, told["transparent"] is True)
    except (ValueError, KeyError, TypeError, IndexError, RecursionError, AttributeError):
        return None


def _told(scene: Scene) -> dict[str, Any]:
    known = asdict(replace(scene, tokens=()))
    known.update({name: sorted(getattr(scene, name)) for name in ("weather", "words", "bare")})
    del known["tokens"], known["removal"]
    return known


def _scene(told: dict[str, Any]) -> Scene:
    subjects = tuple(_subject(one) for one in _listed(told["subjects"], _MOST_SUBJECTS))
    if any(subject.carrier >= len(subjects) for subject in subjects):
        raise ValueError("nobody there to ride on")
    colours = told["colours"]
    if not set(colours) <= _LAYERS:
        raise ValueError("an unknown layer")
    named = {name: told[name] for name in ("hour", "season", "mood")}
    for name, value in named.items():
        _one_of(name, value, empty=True)
    for name, values in (("place", told["places"]), ("weather", told["weather"]), ("style", told["styles"])):
        for value in _listed(values, 20):
            _one_of(name, value)
    words = _listed(told["words"], 60)
    if not all(word in phrases() or word == "" for word in words):
        raise ValueError("an unknown word")
    bare = _listed(told.get("bare", []), 20)
    for value in bare:
        _one_of("backdrop", value)
    return Scene(
        subjects=subjects,
        places=tuple(told["places"]),
        weather=frozenset(told["weather"]),
        styles=tuple(told["styles"]),
        colours={layer: _colour(colour) for layer, colour in colours.items()},
        words=frozenset(words),
        bare=frozenset(bare),
        print=_whole(told["print"], 0, 2**32),
        **named,
    )


def _subject(told: dict[str, Any], *, worn: bool = False) -> Subject:
    noun = told["noun"]
    art, role, size = noun["art"], noun["role"], float(noun["size"])
    if (art, role, size) not in _nouns():
        raise ValueError("nothing that is drawn here")
    return Subject(
        Noun(art, role, size),
        told["name"] if told["name"] in phrases() else "",
        _whole(told["count"], 1, MOST_OF_ONE),
        _colour(told["tint"]),
        _whole(told["carrier"], -1, _MOST_SUBJECTS),
        told["held"] is True,
        () if worn else tuple(_subject(one, worn=True) for one in _listed(told["worn"], 6)),
        min(max(float(told["scale"]), 0.1), 4.0),
        told["gone"] is True,
        _letters(told.get("letters", "")),
        _one_of_patterns(told.get("pattern", "")),
        _colour(told.get("accent", "")),
    )


def _one_of_patterns(value: object) -> str:
    if value not in ("", *patterns.PATTERNS):
        raise ValueError("no pattern")
    return str(value)


def _letters(value: object) -> str:
    if not isinstance(value, str) or len(value) > lettering.LONGEST + 1 or lettering.kept(value) != value:
        raise ValueError("no words that are set here")
    return value


def _nouns() -> set[tuple[str, str, float]]:
    if not _known:
        nouns = (meaning.noun for meaning in phrases().values())
        _known.update((noun.art, noun.role, noun.size) for noun in nouns if noun)
    return _known


_known: set[tuple[str, str, float]] = set()


def _one_of(name: str, value: object, *, empty: bool = False) -> None:
    known = {getattr(meaning, name) for meaning in phrases().values()} - {"" if not empty else None}
    if value not in known:
        raise ValueError(f"no {name}")


def _listed(value: object, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError("no list, or too long")
    return value


def _colour(value: object) -> str:
    if not isinstance(value, str) or not _COLOUR.fullmatch(value):
        raise ValueError("no colour")
    return value


def _whole(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError("no number that can be")
    return value
