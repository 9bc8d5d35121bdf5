"""Writing with chat completions: freely, as the text grows, or into a given shape."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from core import bill, prompts, slow, thrift
from core.brief import Brief
from core.errors import Unavailable
from core.ports import Fit, Shape, Show, Written
from core.services.catalogue import Catalogue, Role, TextModel
from core.services.manner import FORMATS, Manner
from core.services.model_words import objects_in
from core.services.openai import Connection
from core.services.text_answers import Habits, Listener, Told, WordNotes, follow
from core.services.wire import count, data_url
from core.types import Progress, Spend, Status, TextSoFar, Turn

LONGEST_ANSWER = 16_000
"""Tokens an answer may have, those it was thought over with included: several times the longest story that can be asked for."""

_SHOWN_EVERY = 0.05  # seconds: nobody reads faster, and each showing carries the whole text
_EXTRACT_TEMPERATURE = 0.2  # the tutorials' "low": the same text should give nearly the same answer
_EXTRACT_TRIES = 2
_LONGEST_NOTE = 200  # characters
_ENDPOINT = "chat"
_LETTERS_PER_TOKEN = 2  # between four in English and one in Chinese; what goes in is the lesser part
_LARGE = ("messages", "response_format")
"""Parameters that the SDK would look through for what has another name in JSON: nothing has, and for a long conversation it takes 4 ms."""

_ROLES = {"person": "user", "fabula": "assistant"}


class OpenAIWriter:
    """The ``Writer`` of ``core.ports``: stories with one model, small jobs with a cheaper one (``helper``)."""

    def __init__(self, connection: Connection, catalogue: Catalogue, *, model: str, helper: str) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._model = model
        self._helper = helper
        self._habits = Habits(are_known=connection.is_openai or connection.is_embedded)

    def estimate(self, role: Role, letters: int, tokens: int) -> float | None:
        """What a text of so many tokens will cost about, in USD; ``None`` where the price is unknown."""
        model = self._catalogue.text(thrift.model("text", self._model) if role == "writer" else self._helper)
        return self._catalogue.cost(model.name, {"text_in": letters // _LETTERS_PER_TOKEN, "text_out": tokens})

    async def write(
        self, instructions: str, turns: Sequence[Turn], *, person: str, show: Show, brief: Brief | None = None
    ) -> Written:
        """Write freely, showing the whole text so far about twenty times a second at most.

        Raises ``Refused``, ``Unavailable`` (``answer-cut``: it broke off twice), ``OperatorFault``.
        """
        model = self._catalogue.text(thrift.model("text", self._model))
        wanted = {
            **self._own(model, person),
            "messages": [{"role": "system", "content": instructions}, *map(_message, turns)],
            "stream": True,
            "stream_options": {"include_usage": True},
            **model.parameters("writer", brief.temperature if brief else None),
            **self._beside(brief),
        }

        def waiting(pause: float) -> None:
            show(Status(phase="waiting" if pause else "writing", usual=pause))

        async def send(_: Manner, sent: Mapping[str, Any]) -> Told:
            return await self._connection.call(lambda: self._told(model, sent, show), model=model.name, waiting=waiting)

        told = await self._connection.manners.ask(_ENDPOINT, model.name, lambda _: wanted, send)
        show(TextSoFar(text=told.text))
        spend = self._spend(model, _tokens(told.usage))
        bill.note(spend)
        return Written(text=told.text, spend=spend, cut=told.finish == "length", fitted=self._fitted(told.notes))

    def _fitted(self, notes: WordNotes) -> tuple[Fit, ...]:
        """What the storybook says that it could not use; of no other server such a thing is believed."""
        if not (self._connection.is_embedded and notes.unused):
            return ()
        joint = ", " if notes.unused[0].isascii() else "、"
        asked, used = (joint.join(told)[:_LONGEST_NOTE] for told in (notes.unused, notes.used))
        return (Fit(code="fitted-untold" if used else "fitted-strange", asked=asked, used=used),)

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
        growing: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> tuple[Shape, Spend]:
        """Fill ``shape``; an answer that does not fit it is asked for once more, with the shape in words. ``name``: letters, digits, ``-`` and
        ``_``, at most 64. ``growing``: the writer fills it, and it is shown as it grows.

        Raises ``Refused``, ``Unavailable`` (``answer-unreadable``: it did not fit twice), ``OperatorFault``.
        """
        model = self._catalogue.text(thrift.model("text", self._model) if growing else self._helper)
        content = await asyncio.to_thread(_content, text, pictures)
        own = {**self._own(model, person), **_filling(model, brief, grows=growing is not None), **self._beside(brief)}
        show = _growing(growing) if growing else None
        usages: list[dict[str, int]] = []

        def wanted(manner: Manner) -> Mapping[str, Any]:
            in_words = manner.in_words or bool(usages)
            return {**own, **_asked(manner, instructions, content, shape, name, in_words=in_words)}

        async def send(_: Manner, sent: Mapping[str, Any]) -> Told:
            return await self._connection.call(lambda: self._told(model, sent, show), model=model.name)

        for _ in range(_EXTRACT_TRIES):
            try:
                told = await self._connection.manners.ask(_ENDPOINT, model.name, wanted, send)
            except Unavailable as error:
                if error.code != "answer-unreadable":
                    raise
                usages.append({})
                continue
            usages.append(usage := _tokens(told.usage))
            bill.note(self._spend(model, usage))
            filled = _filled(shape, told.text)
            if filled is not None:
                if len(usages) > 1:  # the shape in words has helped
                    self._connection.manners.learn(_ENDPOINT, model.name, Manner(in_words=True))
                return filled, self._spend(model, _together(usages))
        raise Unavailable("answer-unreadable", spent=True)

    async def _told(self, model: TextModel, sent: Mapping[str, Any], show: Show | None) -> Told:
        """One answer, read to its end."""
        create: Any = self._connection.client.chat.completions.with_streaming_response.create
        large = {name: sent[name] for name in _LARGE if name in sent}
        small = {name: value for name, value in sent.items() if name not in large}
        async with create(model=model.name, messages=(), **small, extra_body=large) as response:
            with _throttled(show) as listen:
                return await follow(response, listen, self._habits, model.name, freely="response_format" not in sent)

    def _own(self, model: TextModel, person: str) -> dict[str, Any]:
        if not model.known:  # another may have a smaller window, and would turn the whole request down
            return {}
        own: dict[str, Any] = {"max_completion_tokens": LONGEST_ANSWER}
        return own | ({"safety_identifier": person} if person else {})

    def _beside(self, brief: Brief | None) -> dict[str, Any]:
        """The brief as a header, for the storybook alone. Style and other languages are left out: it has but one way to write, in two."""
        return self._connection.beside(brief)

    def _spend(self, model: TextModel, usage: Mapping[str, int]) -> Spend:
        free = self._connection.built_in
        usd = 0.0 if free else slow.price(self._catalogue.cost(model.name, usage))
        return Spend(model=model.name, usd=usd, usage=usage, built_in=free)


@lru_cache(64)
def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """A shape's JSON schema as strict mode wants it: every property required, no others, no defaults (vendor's guide, 2026-11-22)."""
    return _strict(shape.model_json_schema())


def _message(turn: Turn) -> dict[str, str]:
    words = f"{turn.author}: {turn.text}" if turn.author and turn.role == "person" else turn.text
    return {"role": _ROLES[turn.role], "content": words}


def _content(text: str, pictures: Sequence[bytes]) -> str | list[dict[str, Any]]:
    """A message's content: plain text, or parts with the pictures as data URLs. Encodes: run it in a thread."""
    if not pictures:
        return text
    shown = ({"type": "image_url", "image_url": {"url": data_url(picture)}} for picture in pictures)
    return [*shown, {"type": "text", "text": text}]  # whoever has seen the picture reads the question better


def _asked(
    manner: Manner, instructions: str, content: Any, shape: type[BaseModel], name: str, *, in_words: bool
) -> dict[str, Any]:
    """The part of a request that asks for an object, as the server takes it."""
    schema = strict_schema(shape)
    how = FORMATS[manner.format]
    if in_words or how != "json_schema":
        instructions = f"{instructions}\n\n{prompts.object_in_words(json.dumps(schema, ensure_ascii=False))}"
    asked: dict[str, Any] = {
        "messages": [{"role": "system", "content": instructions}, {"role": "user", "content": content}]
    }
    if how == "json_schema":
        described = {"name": name, "strict": True, "schema": schema}
        asked["response_format"] = {"type": how, how: described}
    elif how == "json_object":
        asked["response_format"] = {"type": how}
    return asked


def _filled(shape: type[Shape], said: str) -> Shape | None:
    """The first object in what was said that has this shape."""
    for found in objects_in(said):
        try:
            return shape.model_validate(found)
        except ValidationError:
            continue
    return None


def _filling(model: TextModel, brief: Brief | None, *, grows: bool) -> dict[str, Any]:
    """How a model is asked to fill a shape: as warm as its person likes it, else as usual; where it is shown as it grows, in a stream."""
    usual = None if grows else _EXTRACT_TEMPERATURE
    warmth = brief.temperature if brief and brief.temperature is not None else usual
    streamed = {"stream": True, "stream_options": {"include_usage": True}} if grows else {}
    return {**model.parameters("writer" if grows else "helper", warmth), **streamed}


def _growing(growing: Callable[[Mapping[str, Any]], None]) -> Show:
    """Reads an object that is still being written, as far as it goes."""

    def show(progress: Progress) -> None:
        if isinstance(progress, TextSoFar):
            try:
                found = from_json(progress.text, allow_partial="trailing-strings")
            except ValueError:
                return
            if isinstance(found, dict):
                growing(found)

    return show


@contextmanager
def _throttled(show: Show | None) -> Iterator[Listener]:
    """Shows a text that grows, a few times a second; its newest state also where nothing more comes for a while."""
    loop, due = asyncio.get_running_loop(), 0.0
    later: asyncio.TimerHandle | None = None

    def shown(text: Callable[[], str]) -> None:
        nonlocal due, later
        later, due = None, loop.time() + _SHOWN_EVERY
        if show and (words := text()):
            show(TextSoFar(text=words))

    def listen(text: Callable[[], str]) -> None:
        nonlocal later
        if show is None or later:
            return
        if loop.time() >= due:
            shown(text)
        else:
            later = loop.call_at(due, shown, text)

    try:
        yield listen
    finally:
        if later:
            later.cancel()


def _tokens(usage: object) -> dict[str, int]:
    """The usage by the catalogue's names; empty where the server told none, or of nothing that was written."""
    told = {
        "text_in": count(usage, "prompt_tokens"),
        "text_cached": count(usage, "prompt_tokens_details", "cached_tokens"),
        "text_out": count(usage, "completion_tokens"),
    }
    return told if told["text_out"] else {}


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
