"""Styles as people say them: behind an option, or at the end of what they ask for."""

from __future__ import annotations

from collections.abc import Sequence

from core import prompts
from core.conversation import slips

_STYLE_WORDS = range(3, 8)
"""Words that an ending like "in the black and white style" has, from "in ink style" on."""


def trailing_style(own: Sequence[str], words: str) -> tuple[str, str | None]:
    """Split a closing "in watercolor style" or "，水彩风格" off, where it names a style we know, or one of a person's ``own``."""
    if not words:
        return words, None
    for count in _STYLE_WORDS:  # from the end: what stands before may be as long as it likes
        left, *said = words.rsplit(None, count)
        if len(said) < count or said[-1].lower().rstrip(".!") != "style":
            break
        if said[0].lower() in ("in", "as") and (style := style_named(own, " ".join(_without_article(said[1:-1])))):
            return left.rstrip(" ,"), style
    plain = words[:-1] if words.endswith(("。", "！", "!", ".")) else words
    if plain.endswith(("风格", "画风")):
        # Chinese writes no spaces: the style is the longest known name that ends the phrase.
        said_before = plain[:-2]
        for length in range(min(10, len(said_before)), 0, -1):
            style = style_named(own, said_before[-length:])
            left = said_before[:-length].rstrip(" ,，、用以的") if style else ""
            if style and left:
                return left, style
    return words, None


def _without_article(words: list[str]) -> list[str]:
    return words[1:] if words and words[0].lower() in ("a", "an", "the") else words


def style_named(own: Sequence[str], said: str) -> str | None:
    """The name of the style that is meant, of a person's own first."""
    if len(said) > slips.LONGEST:
        return None
    meant = (name for name in own if name.casefold() == said.strip().casefold())
    known = prompts.find_style(said)
    return next(meant, known.name if known else None)
