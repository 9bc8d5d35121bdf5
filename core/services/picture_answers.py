"""The answers of the images API, read from their bytes: a picture's base64 is cut out and decoded, only the rest is read as JSON.

The SDK's own reader takes a stream apart line by line in the event loop and makes text of it twice, which for a picture of 1.5 MB costs
forty milliseconds against half of one here (measured 2026-11-25). Requests and errors are the SDK's all the same.

Servers put the picture under many names. So where it is not in its usual place it is known by what it is: base64 of a PNG, JPEG or WebP.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

import httpx2
import openai
import pybase64
from openai import AsyncAPIResponse
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from core.errors import Unavailable
from core.services.answers import Heard, heard, object_in, raise_if_error
from core.services.wire import mime_of

_PICTURE = re.compile(rb'"b64_json"\s*:\s*"')
_NEAR = 10_000  # bytes in which a picture begins: what servers tell before it is short
_LEFT_SECONDS = 0.1  # for the end of a stream whose picture is there: a new connection costs about as much
_DEEPEST = 12  # levels at which a picture is looked for
_BEGINS = ("iVBORw0KGgo", "/9j/", "UklGR")  # PNG, JPEG and WebP in base64
_LINKS = ("url", "uri", "link", "href")
_ECHOES = frozenset({"parameters", "input", "request", "mask", "init_images"})
"""Where servers repeat what they were sent, pictures included."""


class Notes(BaseModel):
    """What the built-in artist could not do: words it has no drawing for, changes it cannot make."""

    unknown: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()


class PictureAnswer(NamedTuple):
    """A whole answer, or one event of a stream: its picture, or a link to it. ``usage`` is as the server told it.

    ``author``: that of the model which wrote the shapes of an SVG, told apart.
    """

    picture: bytes = b""
    link: str = ""
    kind: str = ""
    notes: Notes = Notes()
    usage: Any = None
    author: Any = None

    @property
    def is_preview(self) -> bool:
        """Whether the picture is unfinished."""
        return self.kind.endswith(".partial_image")

    @property
    def is_finished(self) -> bool:
        """Whether the finished picture is in it, or should be; anything else a stream tells is no news to us."""
        return self.kind.endswith(".completed") or bool(self.picture or self.link)


async def finished(response: AsyncAPIResponse[Any], preview: Callable[[bytes], None]) -> PictureAnswer:
    """The answer that holds the finished picture; ``preview`` is given unfinished ones as they come.

    A server that does not stream answers with all at once. Raises ``Unavailable`` (``answer-cut``, ``answer-unreadable``), ``openai.APIError``.
    """
    parts = heard(response)
    async for told in parts:
        answer = _answer(told, response.http_request)
        if not told.is_event:
            return answer
        if answer.is_preview:
            preview(answer.picture)
        elif answer.is_finished:
            await _read_out(parts)
            return answer
    raise Unavailable("answer-cut", spent=True)


async def _read_out(parts: AsyncIterator[Heard]) -> None:
    """Read what is left, usually only the mark of the end, so that the connection can be used again."""
    with suppress(TimeoutError, openai.APIConnectionError):
        async with asyncio.timeout(_LEFT_SECONDS):
            async for _ in parts:
                pass


def _answer(told: Heard, request: httpx2.Request) -> PictureAnswer:
    """What was told. Raises ``openai.APIError`` for an error."""
    if mime_of(told.data):
        return PictureAnswer(told.data)
    data, picture = _cut(told.data)
    if told.is_event or data.lstrip().startswith(b"{"):
        found: Any = object_in(Heard(data, told.is_event)) or {}
        raise_if_error(found, request)
    else:
        found = _list(data)
    own = found if isinstance(found, Mapping) else {}
    link = "" if picture else next(_links(found), "")
    picture = picture or next(_pictures(found), b"")
    return PictureAnswer(picture, link, str(own.get("type") or ""), _notes(own), own.get("usage"), own.get("svg_usage"))


def _notes(told: Mapping[str, Any]) -> Notes:
    """What stands beside the answer or beside its picture; nothing where that is not of our form."""
    inner = told.get("data")
    beside = inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], Mapping) else {}
    try:
        return Notes.model_validate(told.get("fabula_notes") or beside.get("fabula_notes") or {})
    except ValidationError:
        return Notes()


def _cut(told: bytes) -> tuple[bytes, bytes]:
    """The JSON without its picture, and the picture; all and nothing where it is not plain base64 in its usual place."""
    found = _PICTURE.search(told, 0, _NEAR)
    if found is not None:
        start = found.end()
        end = told.find(b'"', start)
        with suppress(ValueError):
            picture = pybase64.b64decode(memoryview(told)[start:end], validate=True)
            if mime_of(picture):
                return told[:start] + told[end:], picture
    return told, b""


def _list(data: bytes) -> Any:
    """A bare list of pictures, or a picture alone as a string."""
    try:
        return from_json(data)
    except ValueError as error:
        raise Unavailable("answer-unreadable", spent=True) from error


def _strings(told: Any, name: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every string in an answer, with the name that it or its list stands under."""
    if isinstance(told, str):
        yield name, told
    elif depth < _DEEPEST and isinstance(told, Mapping):
        for inner, value in told.items():
            if inner not in _ECHOES:
                yield from _strings(value, inner, depth + 1)
    elif depth < _DEEPEST and isinstance(told, list):
        for value in told:
            yield from _strings(value, name, depth + 1)


def _pictures(told: Any) -> Iterator[bytes]:
    """The pictures in an answer: base64 as it is, broken into lines, or behind ``data:…;base64,``."""
    for _, text in _strings(told):
        head, comma, _ = text[:100].partition(",")
        encoded = text[len(head) + 1 :] if comma and head.lstrip().lower().startswith("data:") else text
        if encoded.lstrip().startswith(_BEGINS):
            with suppress(ValueError):
                picture = pybase64.b64decode("".join(encoded.split()), validate=True)
                if mime_of(picture):
                    yield picture


def _links(told: Any) -> Iterator[str]:
    for name, text in _strings(told):
        of_a_link = name.lower().endswith(_LINKS)
        if text and not text.startswith("data:") and (of_a_link or text.startswith(("http://", "https://"))):
            yield text
