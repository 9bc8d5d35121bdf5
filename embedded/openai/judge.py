"""Somebody who looks at pictures: answers questions about one that the sketch artist drew, and knows nothing about any other."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from embedded.openai import plain_artist
from embedded.openai.pictures import record_in

NAME = "picture_check"
"""The name of the schema that asks for it."""

_MOST = 40


def judge(messages: Sequence[Mapping[str, Any]], schema: Mapping[str, Any], *, always_yes: bool = False) -> str:
    """The answers as JSON that is valid under the schema. ``always_yes``: of somebody who is not to be believed."""
    from embedded.artist import judging, record
    from embedded.storybook.helper import fitted

    shown, asked = _asked(messages)
    kept = record_in(shown) if shown else None
    known = record.read(kept) or plain_artist.recalled(kept)
    answers = []
    for number, question in asked:
        verdict, seen = ("yes", "") if always_yes else judging.judged(known, question)
        answers.append({"number": number, "answer": verdict, "seen": seen})
    shape = schema.get("schema")
    shape = shape if isinstance(shape, Mapping) else {}
    return json.dumps(fitted(shape, {"answers": answers}, "", shape), ensure_ascii=False)


def _asked(messages: Sequence[Mapping[str, Any]]) -> tuple[str, list[tuple[int, str]]]:
    """The last picture of the last message, as its ``data:`` URL, and the questions with their numbers."""
    content = messages[-1].get("content")
    parts: list[Any] = content if isinstance(content, list) else [{"type": "text", "text": content}]
    shown = [part["image_url"]["url"] for part in parts if part.get("type") == "image_url"]
    said = "".join(part["text"] for part in parts if part.get("type") == "text")
    try:
        told = json.loads(said)
    except (ValueError, RecursionError):
        return "", []
    listed = told if isinstance(told, list) else []
    asked = [
        (one["number"], one["question"])
        for one in listed[:_MOST]
        if isinstance(one, dict) and type(one.get("number")) is int and isinstance(one.get("question"), str)
    ]
    return (shown[-1] if shown else ""), asked
