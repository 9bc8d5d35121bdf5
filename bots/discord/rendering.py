"""The small markup as Discord shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bots.markup import Span, utf16

_MARKS = {"bold": "**", "italic": "*", "code": "`"}
_SPECIAL = re.compile(r"([\\*_~`|\[]|^(?:>{1,3}|#{1,3}|-#?)(?= ))", re.M)


def discord_markdown(spans: Iterable[Span]) -> str:
    """As Discord's Markdown; mentions are stopped by the client's ``allowed_mentions``."""
    rendered = []
    for span in spans:
        mark = _MARKS.get(span.style, "")
        text = span.text if span.style == "code" else _SPECIAL.sub(r"\\\1", span.text)
        rendered.append(f"{mark}{text}{mark}")
    return "".join(rendered)


def discord_length(spans: Iterable[Span]) -> int:
    """The length of ``discord_markdown`` in UTF-16 units, without making it: splitting asks for it a dozen times a part."""
    length = 0
    for span in spans:
        length += utf16(span.text) + 2 * len(_MARKS.get(span.style, ""))
        length += 0 if span.style == "code" else len(_SPECIAL.findall(span.text))
    return length
