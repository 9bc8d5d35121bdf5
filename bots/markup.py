"""One small markup for everything that is said; each platform renders it in its own way.

``# heading`` lines, ``**bold**``, ``*italic*`` and `` `code` ``. A mark without its partner is an ordinary character, so any text of a person's or
a model's can be said. The web page reads the markup itself.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from core.graphemes import boundary

_MARKS = re.compile(
    r"(?P<heading>^#{1,3} +(?P<title>[^\n]+))"
    r"|(?P<bold>\*\*(?=\S))"
    r"|(?<![\w*])\*(?P<italic>[^\s*](?:[^\n*]*[^\s*])?)\*(?![\w*])"
    r"|`(?P<code>[^`\n]+)`",
    re.M,
)
_CLOSED = re.compile(r"(?<=\S)\*\*|(?P<line>\n|\Z)")
"""Where bold words end, or their line without that."""

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
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(text: str) -> list[Span]:
    """The spans of a text in the small markup."""
    spans: list[Span] = []
    told = position = 0
    unclosed = 0  # up to here nothing closes bold words any more: each line is looked through for that once
    while mark := _MARKS.search(text, position):
        position = mark.end()
        words, style = mark["title"] or mark["italic"] or mark["code"], str(mark.lastgroup)
        if mark["heading"]:
            style = "bold"
        elif mark["bold"]:
            closed = _CLOSED.search(text, position + 1) if position >= unclosed else None
            if closed is None or closed["line"] is not None:
                unclosed = max(unclosed, closed.start() if closed else 0)
                continue
            words, position = text[position : closed.start()], closed.end()
        spans += [Span(text[told : mark.start()])] if mark.start() > told else []
        spans.append(Span(words, style))
        told = position
    if told < len(text):
        spans.append(Span(text[told:]))
    return spans


def plain(spans: Iterable[Span]) -> str:
    """The text alone."""
    return "".join(span.text for span in spans)


def split(
    spans: Sequence[Span], limit: int, measure: Callable[[Sequence[Span]], int] = lambda spans: utf16(plain(spans))
) -> list[list[Span]]:
    """Divide a text into parts of at most ``limit`` (by ``measure``, which may count marks too, span by span), each at the best place.

    Nothing is lost but the white space at the cuts, and no part is empty.
    """
    rest = deque(span for span in spans if span.text)
    parts: list[list[Span]] = []
    while rest:
        first = _first(rest, limit + 1)  # never more than could fit is looked at, however much there is
        place = _place(first, limit, measure) if measure(first) > limit else len(plain(first))
        part = _take(rest, place)
        if plain(part).strip():
            parts.append(_trimmed(part))
    return parts


def _first(rest: Iterable[Span], signs: int) -> list[Span]:
    """So many signs from the front."""
    seen: list[Span] = []
    for span in rest:
        seen.append(Span(span.text[:signs], span.style))
        signs -= len(span.text)
        if signs <= 0:
            break
    return seen


def _take(rest: deque[Span], signs: int) -> list[Span]:
    """Take so many signs off the front."""
    taken = _first(rest, signs)
    for span in taken:
        whole = rest.popleft()
        if len(whole.text) > len(span.text):
            rest.appendleft(Span(whole.text[len(span.text) :], whole.style))
    return taken


def _place(spans: Sequence[Span], limit: int, measure: Callable[[Sequence[Span]], int]) -> int:
    """Where to cut: the last good break that fits, if it does not leave the part less than half full; else the last sign that fits."""
    text, end = plain(spans), _longest(spans, limit, measure)
    for pattern in _BREAKS:
        places = [found.end() for found in pattern.finditer(text, 0, end)]
        if places and places[-1] >= end // 2:
            return boundary(text, places[-1])
    return boundary(text, end)


def _longest(spans: Sequence[Span], limit: int, measure: Callable[[Sequence[Span]], int]) -> int:
    """How many signs of a text fit into the limit; at least one. Only the span that no longer fits is measured often."""
    fitting, room = 0, limit
    for span in spans:
        if (needed := measure([span])) > room:
            low, high = 0, min(len(span.text), room)
            while low < high:
                middle = (low + high + 1) // 2
                fits = measure([Span(span.text[:middle], span.style)]) <= room
                low, high = (middle, high) if fits else (low, middle - 1)
            return max(fitting + low, 1)
        fitting, room = fitting + len(span.text), room - needed
    return fitting


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
