"""What a message wants, by rules over the common ways to say it; whatever is said otherwise is talk. Nothing here understands anything."""

from __future__ import annotations

import json
from typing import Any

from embedded.storybook.chinese_wishes import chinese_wish
from embedded.storybook.chinese_wishes import is_no as refused_chinese
from embedded.storybook.english_wishes import english_wish
from embedded.storybook.english_wishes import is_no as refused_english
from embedded.storybook.request import is_chinese
from embedded.storybook.wish import Talked, wish
from embedded.storybook.works import work_wish

READ_LIMIT = 300
"""Characters of a message that are read; who writes more is told something else than an order."""

ASKED_LIMIT = 20_000
"""Characters of what is asked in all."""

TALK: dict[str, Any] = wish("talk")


def read_wish(asked: str) -> dict[str, Any]:
    """The helper's answer to a message with what it may speak of, as JSON; talk for anything that is not of this shape."""
    talked = _talked(asked)
    if talked is None or not talked.text or len(talked.text) > READ_LIMIT:
        return TALK
    chinese = is_chinese(talked.text)
    if (refused_chinese if chinese else refused_english)(talked.text):
        return TALK
    wished = work_wish(talked) or (chinese_wish(talked) if chinese else english_wish(talked))
    return TALK | (wished or {})


def _talked(asked: str) -> Talked | None:
    try:
        told: Any = json.loads(asked) if len(asked) <= ASKED_LIMIT else None
        pieces = [(int(one["number"]), int(one["set"]), str(one["kind"])) for one in told["pieces"]]
        kinds = {number: kind for number, _, kind in pieces}
        return Talked(
            text=" ".join(str(told["message"]).split()),
            quote=bool(told["quote"]),
            photo=bool(told["photo"]),
            kinds=kinds,
            sets=[
                [number for number, place, _ in pieces if place == one] for one in sorted({one for _, one, _ in pieces})
            ],
            works=[(str(one["name"]), [str(name) for name in one["called"]]) for one in told.get("works", ())],
            replied=[int(number) for number in told["replied"] if int(number) in kinds],
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
