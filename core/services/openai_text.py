"""Writing with chat completions: freely, as the text grows, or into a given shape."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from openai.types.chat import ChatCompletion
from pydantic import BaseModel, ValidationError

from core import bill
from core.brief import Brief
from core.errors import Refused, Unavailable
from core.ports import Shape, Show, Written
from core.services.catalogue import Catalogue, Role, TextModel
from core.services.openai import Connection, events
from core.services.wire import count, data_url
from core.types import Spend, Status, TextSoFar, Turn

LONGEST_ANSWER = 16_000
"""Tokens an answer may have, those it was thought over with included: several times the longest story that can be asked for."""

_SHOWN_EVERY = 0.05  # seconds: nobody reads faster, and each showing carries the whole text
_EXTRACT_TEMPERATURE = 0.2  # the tutorials' "low": the same text should give nearly the same answer
_EXTRACT_TRIES = 2
_LETTERS_PER_TOKEN = 2  # between four in English and one in Chinese; what goes in is the lesser part
_BRIEF_HEADER = "fabula-brief"
_ROLES = {"person": "user", "fabula": "assistant"}


class OpenAIWriter:
    """The ``Writer`` of ``core.ports``: stories with one model, small jobs with a cheaper one (``helper``)."""

    def __init__(self, connection: Connection, catalogue: Catalogue, *, model: str, helper: str) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._model = model
        self._helper = helper

    def estimate(self, role: Role, letters: int, tokens: int) -> float | None:
        """What a text of so many tokens will cost about, in USD; ``None`` where the price is unknown."""
        model = self._catalogue.text(self._model if role == "writer" else self._helper)
        return self._catalogue.cost(model.name, {"text_in": letters // _LETTERS_PER_TOKEN, "text_out": tokens})

    async def write(
        self, instructions: str, turns: Sequence[Turn], *, person: str, show: Show, brief: Brief | None = None
    ) -> Written:
        """Write freely, showing the whole text so far about twenty times a second at most.

        Raises ``Refused``, ``Unavailable`` (``answer-cut``: it broke off twice), ``OperatorFault``.
        """
        model = self._catalogue.text(self._model)
        asked = {
            "messages": [{"role": "system", "content": instructions}, *map(_message, turns)],
            "stream": True,
            "stream_options": {"include_usage": True},
            **model.parameters("writer"),
            **self._beside(brief),
        }

        async def request() -> _Told:
            answer = await self._create(model, person, asked)
            async with events(answer, lambda told: ChatCompletion.construct(**told)) as chunks:
                return await _follow(chunks, _throttled(show))

        def waiting(pause: float) -> None:
            show(Status(phase="waiting" if pause else "writing", usual=pause))

        told = await self._connection.call(request, model=model.name, waiting=waiting)
        show(TextSoFar(text=told.text))
        spend = self._spend(model, told.usage)
        bill.note(spend)
        return Written(text=told.text, spend=spend, cut=told.finish == "length")

    async def extract(
        self,
        instructions: str,
        text: str,
        shape: type[Shape],
        *,
        name: str,
        person: str,
        pictures: Sequence[bytes] = (),
        brief: Brief | None = None,
    ) -> tuple[Shape, Spend]:
        """Fill ``shape``; an answer that does not fit it is asked for once more. ``name``: letters, digits, ``-`` and ``_``, at most 64.

        Raises ``Refused``, ``Unavailable`` (``answer-unreadable``: it did not fit twice), ``OperatorFault``.
        """
        model = self._catalogue.text(self._helper)
        content = await asyncio.to_thread(_content, text, pictures)
        asked = {
            "messages": [{"role": "system", "content": instructions}, {"role": "user", "content": content}],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": name, "strict": True, "schema": strict_schema(shape)},
            },
            **model.parameters("helper", _EXTRACT_TEMPERATURE),
            **self._beside(brief),
        }

        async def request() -> _Told:
            return _read(await self._create(model, person, asked))

        usages = []
        for _ in range(_EXTRACT_TRIES):
            told = await self._connection.call(request, model=model.name)
            usages.append(told.usage)
            bill.note(self._spend(model, told.usage))
            try:
                return shape.model_validate_json(told.text), self._spend(model, _together(usages))
            except ValidationError:
                continue
        raise Unavailable("answer-unreadable", spent=True)

    async def _create(self, model: TextModel, person: str, asked: Mapping[str, Any]) -> Any:
        create: Any = self._connection.client.chat.completions.create  # its overloads cannot follow a dictionary
        own: dict[str, Any] = {}
        if model.known:  # another may have a smaller window, and would turn the whole request down
            own["max_completion_tokens"] = LONGEST_ANSWER
            if person:
                own["safety_identifier"] = person
        return await create(model=model.name, **own, **asked)

    def _beside(self, brief: Brief | None) -> dict[str, Any]:
        """The brief as a header, for the storybook alone. Style is left out: it has but one way to write, and the painter is told it."""
        if brief is None or not self._connection.is_embedded:
            return {}
        return {"extra_headers": {_BRIEF_HEADER: brief.model_dump_json(exclude={"style"}, exclude_none=True)}}

    def _spend(self, model: TextModel, usage: Mapping[str, int]) -> Spend:
        return Spend(model=model.name, usd=self._catalogue.cost(model.name, usage), usage=usage)


def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """A shape's JSON schema as strict mode wants it: every property required, no others, no defaults (vendor's guide, 2026-11-22)."""
    return _strict(shape.model_json_schema())


class _Told(BaseModel):
    """What a model said, why it ended, and the tokens it used."""

    text: str
    finish: str
    usage: dict[str, int]


def _message(turn: Turn) -> dict[str, str]:
    words = f"{turn.author}: {turn.text}" if turn.author and turn.role == "person" else turn.text
    return {"role": _ROLES[turn.role], "content": words}


def _content(text: str, pictures: Sequence[bytes]) -> str | list[dict[str, Any]]:
    """A message's content: plain text, or parts with the pictures as data URLs. Encodes: run it in a thread."""
    if not pictures:
        return text
    shown = ({"type": "image_url", "image_url": {"url": data_url(picture)}} for picture in pictures)
    return [{"type": "text", "text": text}, *shown]


def _throttled(show: Show) -> Callable[[list[str]], None]:
    """Shows the parts of a text as one, unless the last showing was a moment ago."""
    due = 0.0

    def maybe(parts: list[str]) -> None:
        nonlocal due
        now = time.monotonic()
        if now >= due:
            due = now + _SHOWN_EVERY
            show(TextSoFar(text=_in_letters(parts)))

    return maybe


async def _follow(chunks: AsyncIterator[Any], show: Callable[[list[str]], None]) -> _Told:
    """Gather a stream. It is whole only if it says why it ended; after that only the usage may still come."""
    parts: list[str] = []
    finish, refused, usage = "", False, None
    async for chunk in chunks:
        if isinstance(chunk, ChatCompletion):
            return _read(chunk)
        usage = getattr(chunk, "usage", None) or usage
        for choice in getattr(chunk, "choices", None) or ():
            finish = choice.finish_reason or finish
            refused = refused or bool(getattr(choice.delta, "refusal", None))
            if words := getattr(choice.delta, "content", None):
                parts.append(words)
                show(parts)
    if not finish:
        raise Unavailable("answer-cut", spent=True)
    return _told(_in_letters(parts), finish, refused=refused, usage=usage)


def _in_letters(parts: Sequence[str]) -> str:
    """The parts as one text that can be kept: the halves of a sign (RFC 8259, section 8.2) may come apart, and one alone stands for nothing."""
    return "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _read(answer: Any) -> _Told:
    """An answer that came at once."""
    if not isinstance(answer, ChatCompletion) or not answer.choices:
        raise Unavailable("answer-unreadable", spent=True)
    choice = answer.choices[0]
    message = choice.message
    text = _in_letters([message.content or ""])
    return _told(text, choice.finish_reason or "stop", refused=bool(message.refusal), usage=answer.usage)


def _told(text: str, finish: str, *, refused: bool, usage: Any) -> _Told:
    if refused or finish == "content_filter":
        raise Refused("refused-words", spent=True)
    if not text.strip():
        raise Unavailable("answer-unreadable", spent=True)
    return _Told(text=text, finish=finish, usage=_tokens(usage))


def _tokens(usage: object) -> dict[str, int]:
    """The usage by the catalogue's names; empty where the server told none."""
    told = {
        "text_in": count(usage, "prompt_tokens"),
        "text_cached": count(usage, "prompt_tokens_details", "cached_tokens"),
        "text_out": count(usage, "completion_tokens"),
    }
    return told if any(told.values()) else {}


def _together(usages: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """The sum, or nothing as soon as one is not known."""
    return {kind: sum(usage[kind] for usage in usages) for kind in usages[0]} if all(usages) else {}


def _strict(schema: dict[str, Any]) -> dict[str, Any]:
    """One schema, with everything inside it. A reference stands alone."""
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    kept = {key: value for key, value in schema.items() if key not in ("default", "title")}
    for key in ("properties", "$defs"):
        if key in kept:
            kept[key] = {name: _strict(inner) for name, inner in kept[key].items()}
    if "anyOf" in kept:
        kept["anyOf"] = [_strict(inner) for inner in kept["anyOf"]]
    if "items" in kept:
        kept["items"] = _strict(kept["items"])
    if "properties" in kept:
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept
