"""Ideas in groups, as far as a storybook can tell: those that share a long word."""

from __future__ import annotations

import json
import re
from typing import Any

from embedded.storybook.request import Request

_WORD = re.compile(r"[^\W\d_]{4,}|[\u3400-\u9fff]{2}")


def groups(request: Request) -> list[dict[str, Any]]:
    """Each idea with the first one that has a word of it, under that word. The message is JSON with ``ideas``, each a ``number`` and an ``idea``."""
    try:
        told = json.loads(request.last)
    except (ValueError, RecursionError):
        told = {}
    listed = told.get("ideas") if isinstance(told, dict) else None
    made: list[dict[str, Any]] = []
    for one in listed if isinstance(listed, list) else []:
        words = _WORD.findall(str(one.get("idea", "")).lower()) if isinstance(one, dict) else []
        if not isinstance(one, dict) or not isinstance(one.get("number"), int):
            continue
        same = next((group for group in made if group["name"] in words), None)
        if same:
            same["ideas"].append(one["number"])
        else:
            made.append({"name": max(words, key=len, default="?"), "ideas": [one["number"]]})
    return made
