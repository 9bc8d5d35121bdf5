"""An answer as its bytes come, of texts and pictures alike: one body, or the events of a stream, told apart by how it begins.

What a server calls it is not asked: gateways send event streams as ``text/plain`` or ``application/json``, and whole answers as event streams.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple

import httpx2
import openai
from openai import AsyncAPIResponse

from core.errors import OperatorFault, Unavailable

_DATA = b"data:"
_FIELDS = (_DATA, b"event:", b"retry:", b"id:", b":")
_LONGEST_FIELD = max(map(len, _FIELDS))
_MARK = b"\xef\xbb\xbf"  # of the byte order, which some put before everything
_DONE = b"[DONE]"


class Heard(NamedTuple):
    """A whole answer, or what one event of a stream carries."""

    data: bytes
    is_event: bool

    @property
    def is_done(self) -> bool:
        """Whether it is the mark behind the last event."""
        return self.is_event and self.data.strip().startswith(_DONE)


async def heard(response: AsyncAPIResponse[Any]) -> AsyncIterator[Heard]:
    """The only answer, or each event that has any data. Raises ``openai.APIError`` where the connection is lost."""
    try:
        chunks = aiter(response.iter_bytes())
        start, is_stream = await _start(chunks)
        if is_stream or (not start.strip() and "event-stream" in response.headers.get("content-type", "")):
            async for data in events(_joined(start, chunks)):
                yield Heard(data, is_event=True)
        else:
            yield Heard(b"".join([start, *[chunk async for chunk in chunks]]), is_event=False)
    except httpx2.TimeoutException as error:
        raise openai.APITimeoutError(request=response.http_request) from error
    except httpx2.RequestError as error:
        raise openai.APIConnectionError(request=response.http_request) from error


def object_in(told: Heard) -> dict[str, Any] | None:
    """The JSON object that was told; ``None`` for an event that is none, as a ping. Raises ``Unavailable`` for what begins as one and is damaged."""
    try:
        found = json.loads(
            told.data
        )  # leaves halves of a sign as they are: the other half may come with the next event
    except (ValueError, RecursionError) as error:
        if told.is_event and not told.data.lstrip().startswith(b"{"):
            return None
        if _in_lines(told.data):
            raise OperatorFault("service-native", spent=True) from error
        raise Unavailable("answer-unreadable", spent=True) from error
    if isinstance(found, dict):
        if _is_native(found):
            raise OperatorFault("service-native", spent=True)
        return found
    if told.is_event:
        return None
    raise Unavailable("answer-unreadable", spent=True)


def _is_native(found: Mapping[str, Any]) -> bool:
    """Whether an object is an answer in a model server's own form, as Ollama's at ``/api``: its words stand beside ``done``."""
    return "done" in found and bool({"message", "response"} & found.keys()) and "choices" not in found


def _in_lines(data: bytes) -> bool:
    """Whether it is objects in such a form, one a line."""
    try:
        first = json.loads(data.lstrip().partition(b"\n")[0])
    except (ValueError, RecursionError):
        return False
    return isinstance(first, dict) and _is_native(first)


def raise_if_error(told: Mapping[str, Any], request: httpx2.Request) -> None:
    """Raise ``openai.APIError`` where an answer is an error, whatever its status said: under ``error``, or flat."""
    error = told.get("error")
    if not error:
        is_flat = "error" in (told.get("object"), told.get("type"))
        is_bare = {"message", "detail"} & told.keys() and not {"choices", "data"} & told.keys()
        error = told if is_flat or is_bare else None
    if error:
        raise openai.APIError("", request, body=error if isinstance(error, dict) else {"message": error})


async def events(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The data of each Server-Sent Event that has any (HTML Standard, section 9.2; a line may end in CR LF or LF). It is copied once.

    The last one counts without the blank line behind it too, if it is whole.
    """
    line: list[bytes] = []
    data: list[bytes] = []
    async for chunk in chunks:
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            line.append(chunk[start:end])
            start = end + 1
            if (field := _data(line)) is not None:
                data.append(field)
            elif data and not b"".join(line).strip():
                yield b"\n".join(data) if len(data) > 1 else data[0]
                data = []
            line = []
        line.append(chunk[start:] if start else chunk)
    if line and (field := _data(line)) is not None:
        data.append(field)
    if data and _is_whole(last := b"\n".join(data)):
        yield last


async def _start(chunks: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """As much of an answer as shows what it is, and whether that is a stream of events."""
    start = b""
    async for chunk in chunks:
        start += chunk
        shown = start.removeprefix(_MARK).lstrip()
        if len(shown) >= _LONGEST_FIELD or (shown and not any(field.startswith(shown) for field in _FIELDS)):
            break
    start = start.removeprefix(_MARK)
    return start, start.lstrip().startswith(_FIELDS)


async def _joined(start: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield start
    async for chunk in chunks:
        yield chunk


def _data(line: list[bytes]) -> bytes | None:
    """What a line in parts tells behind ``data:``; ``None`` where it is another."""
    if len(line[0]) < len(_DATA):
        line = [b"".join(line)]
    return b"".join([line[0][len(_DATA) :], *line[1:]]) if line[0].startswith(_DATA) else None


def _is_whole(data: bytes) -> bool:
    if data.strip().startswith(_DONE):
        return True
    try:
        return isinstance(json.loads(data), dict)
    except (ValueError, RecursionError):
        return False
