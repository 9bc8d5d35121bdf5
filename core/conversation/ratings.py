"""What an emoji says about a piece, and who said what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core import texts
from core.settings import Settings
from core.types import Liking, Place, Preferences, Rater

MOST_NAMES, LONGEST_NAME = 8, 32
"""People who are named for each side, and characters of a name (our own rules)."""

POSITIVE = frozenset("👍❤🔥🎉😍👏💯⭐🥰🤩😂😁🏆💘🙏👌🌟✨💖💕😊🆒🤗🫶")
NEGATIVE = frozenset("👎💩🤮😡🤬😢😭🥱🙄😱💔😴🤢")
_KEYCAPS = {f"{digit}\N{COMBINING ENCLOSING KEYCAP}": (digit - 3) / 2 for digit in range(1, 6)}


def value(emoji: str, own: Mapping[str, float] | None = None) -> float | None:
    """The value of an emoji from -1 to 1; ``None`` for one that says nothing. ``own`` are the operator's (custom emoji by name).

    Variation selectors and skin tones do not matter. 1️⃣–5️⃣ map evenly from -1 to 1.
    """
    plain = "".join(sign for sign in emoji if sign != "\ufe0f" and not "\U0001f3fb" <= sign <= "\U0001f3ff")
    if own and (emoji in own or plain in own):
        return max(-1.0, min(1.0, own.get(emoji, own.get(plain, 0.0))))
    if plain in _KEYCAPS:
        return _KEYCAPS[plain]
    if plain in POSITIVE:
        return 1.0
    if plain in NEGATIVE:
        return -1.0
    return None


def learns(settings: Settings, preferences: Preferences | Liking) -> bool:
    """Whether ratings teach anything here, and anything is chosen by them."""
    return settings.taste == "on" and preferences.taste != "off"


def liking_of(preferences: Preferences) -> Liking:
    """What of somebody's preferences goes along with a request of theirs, so that nothing is to be looked up while it is under way."""
    return Liking(taste=preferences.taste, fixed=preferences.fixed or {})


def room_of(place: Place) -> str:
    """The room whose taste counts beside one's own; empty where somebody is alone."""
    return "" if place.private else place.home


def told(raters: Sequence[Rater], language: str) -> str:
    """Who likes it and who does not: ``♥ Ann, Ben · ✗ Carl``; nothing where nobody said so."""
    sides = (("♥", [one for one in raters if one.value > 0]), ("✗", [one for one in raters if one.value < 0]))
    return " · ".join(f"{sign} {_names(people, language)}" for sign, people in sides if people)


def _names(people: Sequence[Rater], language: str) -> str:
    """Those whose names are known, and how many others; only how many where nobody's is."""
    names = [texts.shortened(one.name, LONGEST_NAME) for one in people if one.name.strip()][:MOST_NAMES]
    more = len(people) - len(names)
    if not names:
        return texts.number(more, language)
    told = texts.say("list-comma", language).join(names)
    return texts.say("raters-more", language, names=told, count=more) if more else told
