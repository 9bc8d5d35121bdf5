"""One small markup for everything that is said, and how platforms show it.

``# heading`` lines, ``**bold**``, ``*italic*`` and `` `code` ``. A mark without its partner is an ordinary character, so any text of a person's or
a model's can be said. The web page reads the markup itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

_MARKS = re.compile(
    r"(?P<heading>^#{1,3} +(?P<title>[^\n]+))"
    r"|\*\*(?P<bold>\S(?:[^\n]*?\S)?)\*\*"
    r"|(?<![\w*])\*(?P<italic>[^\s*](?:[^\n*]*[^\s*])?)\*(?![\w*])"
    r"|`(?P<code>[^`\n]+)`",
    re.M,
)
_TAGS = {"bold": "b", "italic": "i", "code": "code"}
_DISCORD = {"bold": "**", "italic": "*", "code": "`"}
_DISCORD_SPECIAL = re.compile(r"([\\*_~`|\[]|^(?:>{1,3}|#{1,3}|-#?)(?= ))", re.M)

# Where a long text may be divided, best first: paragraphs, lines, sentences (also Chinese ones, which have no spaces), clauses, words.
_BREAKS = (
    re.compile(r"\n\n+"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])\s+|(?<=[。！？…])"),
    re.compile(r"(?<=[,;:])\s+|(?<=[，；：、])"),
    re.compile(r"\s+"),
)


@dataclass(frozen=True)
class Span:
    """A stretch of text in one style: ``plain``, ``bold``, ``italic`` or ``code``."""

    text: str
    style: str = "plain"


def utf16(text: str) -> int:
    """The length as Telegram counts it: UTF-16 units."""
    return len(text) + sum(sign > "\uffff" for sign in text)


def parse(text: str) -> list[Span]:
    """The spans of a text in the small markup."""
    spans: list[Span] = []
    position = 0
    for mark in _MARKS.finditer(text):
        if mark.start() > position:
            spans.append(Span(text[position : mark.start()]))
        style = "bold" if mark["heading"] else str(mark.lastgroup)
        spans.append(Span(mark["title"] or mark["bold"] or mark["italic"] or mark["code"], style))
        position = mark.end()
    if position < len(text):
        spans.append(Span(text[position:]))
    return spans


def plain(spans: Iterable[Span]) -> str:
    """The text alone."""
    return "".join(span.text for span in spans)


def telegram_html(spans: Iterable[Span]) -> str:
    """As Telegram's HTML, always valid (https://core.telegram.org/bots/api#html-style, 2026-11)."""
    rendered = []
    for span in spans:
        text = escape(span.text, quote=False)
        tag = _TAGS.get(span.style)
        rendered.append(f"<{tag}>{text}</{tag}>" if tag else text)
    return "".join(rendered)


def discord_markdown(spans: Iterable[Span]) -> str:
    """As Discord's Markdown; mentions are stopped by the client's ``allowed_mentions``."""
    rendered = []
    for span in spans:
        mark = _DISCORD.get(span.style, "")
        text = span.text if span.style == "code" else _DISCORD_SPECIAL.sub(r"\\\1", span.text)
        rendered.append(f"{mark}{text}{mark}")
    return "".join(rendered)


def split(
    spans: Sequence[Span], limit: int, measure: Callable[[Sequence[Span]], int] = lambda spans: utf16(plain(spans))
) -> list[list[Span]]:
    """Divide a text into parts of at most ``limit`` (by ``measure``, which may count marks too), each at the best place there is.

    Nothing is lost but the white space at the cuts, and no part is empty.
    """
    rest = list(spans)
    parts: list[list[Span]] = []
    while measure(rest) > limit:
        first, rest = _cut(rest, _place(rest, limit, measure))
        if plain(first).strip():
            parts.append(_trimmed(first))
    if plain(rest).strip():
        parts.append(_trimmed(rest))
    return parts


def _place(spans: Sequence[Span], limit: int, measure: Callable[[Sequence[Span]], int]) -> int:
    """Where to cut: the last good break that fits, if it does not leave the part less than half full; else the last sign that fits."""
    text, end = plain(spans), _longest(spans, limit, measure)
    for pattern in _BREAKS:
        places = [found.end() for found in pattern.finditer(text, 0, end)]
        if places and places[-1] >= end // 2:
            return places[-1]
    return end


def _longest(spans: Sequence[Span], limit: int, measure: Callable[[Sequence[Span]], int]) -> int:
    """How many signs of a text fit into the limit; at least one."""
    low, high = 1, min(len(plain(spans)), limit)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if measure(_cut(spans, middle)[0]) <= limit else (low, middle - 1)
    return low


def _cut(spans: Sequence[Span], place: int) -> tuple[list[Span], list[Span]]:
    """The spans before and after a position in the plain text."""
    before: list[Span] = []
    for number, span in enumerate(spans):
        if place <= len(span.text):
            head, tail = span.text[:place], span.text[place:]
            before += [Span(head, span.style)] if head else []
            return before, [*([Span(tail, span.style)] if tail else []), *spans[number + 1 :]]
        before.append(span)
        place -= len(span.text)
    return before, []


def _trimmed(spans: Sequence[Span]) -> list[Span]:
    """Without the white space at both ends."""
    kept = list(spans)
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    kept[0] = Span(kept[0].text.lstrip(), kept[0].style)
    kept[-1] = Span(kept[-1].text.rstrip(), kept[-1].style)
    return kept
