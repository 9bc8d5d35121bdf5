"""What an emoji says about a piece."""

from __future__ import annotations

from collections.abc import Mapping

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
