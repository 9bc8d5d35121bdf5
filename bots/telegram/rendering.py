"""The small markup as Telegram shows it."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from bots.markup import Span

_TAGS = {"bold": "b", "italic": "i", "code": "code"}


def telegram_html(spans: Iterable[Span]) -> str:
    """As Telegram's HTML, always valid (https://core.telegram.org/bots/api#html-style, 2026-11)."""
    rendered = []
    for span in spans:
        text = escape(span.text, quote=False)
        tag = _TAGS.get(span.style)
        rendered.append(f"<{tag}>{text}</{tag}>" if tag else text)
    return "".join(rendered)
