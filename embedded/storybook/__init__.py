"""The storybook: what writes when no text service is configured.

It is a drawer full of sentences written by hand, in English and in Chinese, which are chosen and put together to fit an
idea; it understands a few shapes of ideas and nothing else, and it never pretends otherwise. The server calls
`answer` for every chat completion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from embedded.brief import Brief
from embedded.storybook import chinese, english
from embedded.storybook.helper import structured
from embedded.storybook.left_out import LeftOut, left_out
from embedded.storybook.request import read_request
from embedded.storybook.revising import revise
from embedded.storybook.talk import talk

__all__ = ["Answered", "answer", "answered"]


@dataclass(frozen=True)
class Answered:
    """A text, and which words of what was asked are in it and which nobody here knows."""

    text: str
    known: LeftOut = field(default_factory=LeftOut)


def answer(
    messages: Sequence[Mapping[str, Any]], *, schema: Mapping[str, Any] | None, seed: int, brief: Brief | None = None
) -> str:
    """The assistant's whole text for OpenAI chat messages; the same messages, facts and seed give the same text.

    `messages` have a `role` and a `content` (a string, or a list of parts of which the texts are read). `schema` is the
    `json_schema` object of a `response_format` (`name`, `schema`), and then the text is JSON that is valid under it. `brief` are the
    facts that were told beside the messages; nothing is read from a system message.
    """
    return answered(messages, schema=schema, seed=seed, brief=brief).text


def answered(
    messages: Sequence[Mapping[str, Any]], *, schema: Mapping[str, Any] | None, seed: int, brief: Brief | None = None
) -> Answered:
    """The text as `answer` gives it, and what of the last message could not be used in it."""
    request = read_request(messages, brief)
    random = Random("\0".join((str(seed), *request.asked, *request.earlier, request.last)))
    if schema is not None:
        return Answered(structured(request, schema, random))
    if request.kind == "revision" and request.earlier:
        return Answered(revise(request, random))
    if request.kind in ("story", "continuation", "revision"):
        teller = chinese if request.chinese else english
        goes_on = request.kind == "continuation" and request.earlier
        told = teller.continue_story(request, random) if goes_on else teller.tell(request, random)
        return Answered(told, left_out(request.last, told))
    said = talk(request, random)
    return Answered(said.text, LeftOut(unused=(said.unknown,) if said.unknown else ()))
