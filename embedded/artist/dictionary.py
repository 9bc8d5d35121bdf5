"""From the vocabulary's tables to one index of phrases, built once.

Chinese and the rarer English nouns come from the names of the `emoji` package (Unicode CLDR names).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import emoji

from embedded.artist import emoji_art, lexicon
from embedded.artist.colours import mix

#: An English phrase has at most this many words, a Chinese one this many signs.
LONGEST_ENGLISH = 4
LONGEST_CHINESE = 7

#: Code points of drawings whose names are things: no faces, gestures, signs or flags (Unicode emoji groups, 17.0).
_THINGS = (
    (0x1F32D, 0x1F393), (0x1F3A0, 0x1F3B8), (0x1F3BA, 0x1F3C6), (0x1F3D3, 0x1F3FA), (0x1F400, 0x1F43F),
    (0x1F451, 0x1F463), (0x1F484, 0x1F48E), (0x1F4B0, 0x1F4B8), (0x1F4BC, 0x1F4FD), (0x1F56F, 0x1F570),
    (0x1F680, 0x1F6A4), (0x1F6CB, 0x1F6D5), (0x1F6E0, 0x1F6FC), (0x1F94A, 0x1F96F), (0x1F980, 0x1F9AE),
    (0x1F9C0, 0x1F9CB), (0x1F9E0, 0x1F9FF), (0x1FA70, 0x1FA8F), (0x1FA90, 0x1FABF), (0x1FAD0, 0x1FADB),
)  # fmt: skip

#: Emoji that people type and that stand for the scene, not for a thing in it.
_SCENE_EMOJI = {
    "🌙": "moon", "🌕": "full moon", "⭐": "star", "🌟": "stars", "✨": "sparkles", "☀": "sun", "🌞": "sun", "🌧": "rain",
    "⛈": "storm", "❄": "snow", "☁": "clouds", "🌊": "waves", "🏔": "mountain", "⛰": "mountain", "🌅": "sunrise",
    "🌇": "sunset", "🏖": "beach", "🏙": "city", "🌈": "rainbow", "🌋": "volcano", "🌌": "galaxy", "🏜": "desert",
}  # fmt: skip


@dataclass(frozen=True)
class Noun:
    """A thing that can be drawn. `role` is one letter of the vocabulary; `size` is relative to a person's height."""

    art: str
    role: str
    size: float


@dataclass(frozen=True)
class Meaning:
    """What one phrase may mean; most phrases mean one thing, "sea" is a place and a layer that takes a colour."""

    noun: Noun | None = None
    place: str = ""
    hour: str = ""
    weather: str = ""
    season: str = ""
    mood: str = ""
    style: str = ""
    layer: str = ""
    colour: str = ""
    number: int = 0
    ignored: bool = False
    letters: str = ""
    pattern: str = ""
    backdrop: str = ""


@lru_cache(maxsize=1)
def phrases() -> dict[str, Meaning]:
    """Every known phrase, lower case, English words joined by one space. Earlier tables win."""
    found: dict[str, dict[str, object]] = {}
    for phrase, field, value in _entries():
        found.setdefault(phrase, {}).setdefault(field, value)
    for phrase, noun in _named_by_unicode():
        found.setdefault(phrase, {"noun": noun})
    return {phrase: Meaning(**fields) for phrase, fields in found.items()}  # type: ignore[arg-type]


def normalised(phrase: str) -> str:
    """The form in which a phrase is looked up: lower case, hyphens and apostrophes gone."""
    return re.sub(r"\s+", " ", re.sub(r"['’]", "", phrase.lower()).replace("-", " ").replace("_", " ")).strip()


def _entries() -> Iterator[tuple[str, str, object]]:
    """All `(phrase, field of Meaning, value)` in order of preference."""
    for word in lexicon.NOT_NOUNS:
        yield word, "ignored", True
    for field in ("place", "hour", "weather", "season", "mood", "style", "layer", "pattern", "backdrop"):
        for value, phrase in _table(getattr(lexicon, _TABLES[field])):
            yield phrase, field, value
    for phrase, colour in lexicon.COLOURS.items():
        yield phrase, "colour", colour
        if not phrase.isascii():
            yield f"{phrase}色", "colour", colour
            yield f"{phrase}色的", "colour", colour
            yield f"浅{phrase}色", "colour", mix(colour, "#ffffff", 0.4)
            yield f"深{phrase}色", "colour", mix(colour, "#14142a", 0.35)
    for phrase, number in lexicon.NUMBERS.items():
        yield phrase, "number", number
    yield from _nouns()


_TABLES = {
    "place": "PLACES",
    "hour": "HOURS",
    "weather": "WEATHER",
    "season": "SEASONS",
    "mood": "MOODS",
    "style": "STYLES",
    "layer": "LAYERS",
    "pattern": "PATTERNS",
    "backdrop": "BACKDROP",
}


def _table(text: str) -> Iterator[tuple[str, str]]:
    """The `(value, phrase)` pairs of a table with lines `value: English, …; Chinese, …`."""
    for line in text.strip().splitlines():
        value, _, listed = line.partition(":")
        for phrase in re.split(r"[,;]", listed):
            if phrase.strip():
                yield value, normalised(phrase)


def _nouns() -> Iterator[tuple[str, str, object]]:
    """The dishes, the hand-made nouns, and the emoji that stand for them or for the scene."""
    for art, listed in lexicon.NAMED_DISHES.items():
        for phrase in listed.split(","):
            yield normalised(phrase), "noun", Noun(art, "O", 0.45)
    for line in lexicon.NOUNS.strip().splitlines():
        art, kind, listed = line.split(" ", 2)
        noun = Noun(art, kind[0], float(kind[1:]))
        for phrase in re.split(r"[,;]", listed):
            if phrase.strip():
                yield normalised(phrase), "noun", noun
        if len(symbol := _symbol(art)) == 1:
            yield symbol, "noun", noun
    yield from _about_the_scene()


def _about_the_scene() -> Iterator[tuple[str, str, str]]:
    """The emoji that stand for an hour, a weather, a place or a mood."""
    for symbol, phrase in _SCENE_EMOJI.items():
        for field in ("hour", "weather", "place", "mood"):
            for value, known in _table(getattr(lexicon, _TABLES[field])):
                if known == phrase:
                    yield symbol, field, value


def _symbol(art: str) -> str:
    """The character of an art name that is code points; empty for our own drawings."""
    return "".join(chr(int(point, 16)) for point in art.split("-")) if re.fullmatch(r"[0-9A-F-]{4,}", art) else ""


def _named_by_unicode() -> Iterator[tuple[str, Noun]]:
    """Nouns from the English and Chinese names of single-character emoji that are things."""
    emoji.config.load_language("zh")
    for symbol, names in emoji.EMOJI_DATA.items():
        point = ord(symbol[0])
        if len(symbol.rstrip("\ufe0f")) != 1 or not any(low <= point <= high for low, high in _THINGS):
            continue
        art = f"{point:04X}"
        if not emoji_art.known(art):
            continue
        noun = Noun(art, *_guess(point))
        yield symbol[0], noun
        for name in (names["en"], names.get("zh", ""), *names.get("alias", ())):
            phrase = normalised(name.strip(":").removesuffix("_face"))
            if phrase and phrase not in lexicon.COMMON_WORDS and not re.search(r"[^a-z \u4e00-\u9fff]", phrase):
                yield phrase, noun


def _guess(point: int) -> tuple[str, float]:
    """Role and size of a drawing known only by its code point (blocks of Unicode's emoji groups)."""
    if 0x1F400 <= point <= 0x1F43F or 0x1F980 <= point <= 0x1F9AE:
        return "C", 0.6
    if 0x1F680 <= point <= 0x1F6C5 or 0x1F6E4 <= point <= 0x1F6FC:
        return "V", 0.9
    if 0x1F3D7 <= point <= 0x1F3F0:
        return "H", 1.6
    return "O", 0.3
