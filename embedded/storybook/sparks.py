"""Ideas about a topic, as far as a storybook can have any: ways to turn it, written by people."""

from __future__ import annotations

import hashlib
import json
from random import Random

from embedded.storybook.book import PAGES, Page, read_pages
from embedded.storybook.request import Request, is_chinese

MOST = 18


class _Turns(Page):
    turns: tuple[str, ...]


class _Pages(Page):
    english: _Turns
    chinese: _Turns


_PAGES = read_pages(PAGES / "sparks.toml", _Pages)


def sparks(request: Request) -> list[str]:
    """As many as are wanted. The message is JSON: the ``topic``, the ``count``, what was ``given``, and which ``part`` of all is asked for.

    One topic has one order of turns, of which each part takes its own: so several that are asked about it say different things.
    """
    try:
        told = json.loads(request.last)
    except (ValueError, RecursionError):
        told = {}
    told = told if isinstance(told, dict) else {}
    topic = str(told.get("topic", ""))
    count, part = (told.get(name) if isinstance(told.get(name), int) else 0 for name in ("count", "part"))
    turns = list((_PAGES.chinese if request.chinese or is_chinese(topic) else _PAGES.english).turns)
    Random(hashlib.sha256(topic.encode()).hexdigest()).shuffle(turns)
    wanted = min(max(int(count or 0), 0), MOST)
    first = max(int(part or 0), 0) * wanted
    return [turns[(first + number) % len(turns)] for number in range(wanted)]
