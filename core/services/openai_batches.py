"""The Batch API: many calls in one file, answered within a day, at half price."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import httpx2
import openai

from core.errors import OperatorFault, Unavailable
from core.ports import SlowAnswer, WaveState
from core.services.openai import Connection
from core.services.openai_errors import endpoint_is_absent, fault_from, lost
from core.types import SlowCall, Wave

AGAIN = 600.0
"""Seconds for which it is believed that a server has no such endpoint."""

_MARK = "fabula_wave"
"""The name under which a batch carries ours in its metadata, by which one that was made before a crash is found."""

_NEWEST = 100
"""Batches that are looked through for one of ours."""

_OVER = frozenset({"completed", "expired", "failed", "cancelled"})
_LONGEST_LINE = 100_000_000
"""Bytes of one answer, with a picture in base64."""


class OpenAIBatches:
    """``core.ports.Slowly`` of one server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._offered: bool | None = None
        self._asked = 0.0
        connection.offer(self.offered)

    async def offered(self) -> bool:
        """Whether the server has such an endpoint; asked for nothing, and remembered. Raises ``Unavailable``."""
        if self._connection.built_in:
            return False
        if self._offered is None or (not self._offered and time.monotonic() - self._asked > AGAIN):
            self._asked = time.monotonic()
            self._offered = await self._has_endpoint()
        return self._offered

    async def submit(self, wave: Wave, calls: AsyncIterator[SlowCall]) -> str:
        """Hand a wave over, once; what the service calls it. Raises as ``Connection.call``."""
        if known := await self._known(wave):
            return known
        with tempfile.TemporaryFile() as file:
            async for call in calls:
                file.write(_line(call, embedded=self._connection.is_embedded))
            size = await asyncio.to_thread(file.tell)
            file.seek(0)
            assert size, "a wave has calls"
            client = self._connection.client

            async def upload() -> str:
                file.seek(0)
                kept = await client.files.create(file=(f"{wave.id}.jsonl", file), purpose="batch")
                return kept.id

            name = await self._connection.call(upload, paid=False)

        async def create() -> str:
            if found := await self._found(wave):  # an answer that was lost on its way
                return found
            endpoint: Any = f"/v1{wave.path}"
            made = await client.batches.create(
                input_file_id=name, endpoint=endpoint, completion_window="24h", metadata={_MARK: wave.id}
            )
            return made.id

        return await self._connection.call(create, paid=False)

    async def look(self, remote: str) -> WaveState:
        """How far it is. Raises as ``Connection.call``."""
        found = await self._connection.call(lambda: self._connection.client.batches.retrieve(remote), paid=False)
        files = tuple(filter(None, (found.output_file_id, found.error_file_id)))
        return WaveState(state=str(found.status), over=str(found.status) in _OVER, files=files)

    async def cancel(self, remote: str) -> None:
        """Have it end; what is answered by then is paid for. One that is over stays so."""
        try:
            await self._connection.call(lambda: self._connection.client.batches.cancel(remote), paid=False)
        except OperatorFault:
            return

    async def answers(self, file: str) -> AsyncIterator[SlowAnswer]:
        """The answers in a file, as they come; those that never were given are left out. Raises ``Unavailable``."""
        try:
            async for line in self._lines(file):
                if told := await asyncio.to_thread(_answer, line):
                    yield told
        except openai.APIError as error:
            raise fault_from(error, paid=False) from error
        except (httpx2.HTTPError, aiohttp.ClientError, OSError) as error:
            raise lost(error, paid=False) from error

    async def _lines(self, file: str) -> AsyncIterator[bytes]:
        async with self._connection.client.files.with_streaming_response.content(file) as response:
            parts: list[bytes] = []  # of one line: joined once, since a picture comes in thousands
            async for part in response.iter_bytes():
                *whole, last = part.split(b"\n")
                for line in whole:
                    yield b"".join((*parts, line))
                    parts.clear()
                parts.append(last)
                if sum(map(len, parts)) > _LONGEST_LINE:
                    raise Unavailable("answer-unreadable", spent=True)
            yield b"".join(parts)

    async def _has_endpoint(self) -> bool:
        try:
            await self._connection.call(lambda: self._connection.client.batches.list(limit=1), paid=False)
        except OperatorFault as fault:
            if endpoint_is_absent(fault) or fault.code in ("service-rejects", "not-permitted"):
                return False
            raise
        except Unavailable as error:
            if error.code != "answer-unreadable":
                raise
            return False
        return True

    async def _known(self, wave: Wave) -> str | None:
        return await self._connection.call(lambda: self._found(wave), paid=False)

    async def _found(self, wave: Wave) -> str | None:
        page = await self._connection.client.batches.list(limit=_NEWEST)
        return next((one.id for one in page.data if (one.metadata or {}).get(_MARK) == wave.id), None)


def _line(call: SlowCall, *, embedded: bool) -> bytes:
    told: dict[str, Any] = {"custom_id": call.id, "method": "POST", "url": f"/v1{call.path}"}
    told["body"] = json.loads(call.asked)
    if embedded and call.beside:
        told["fabula_brief"] = call.beside
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"


def _answer(line: bytes) -> SlowAnswer | None:
    """What a line tells; nothing where there was no answer, or it is none."""
    try:
        told = json.loads(line)
        response = told["response"]
        status, body = int(response["status_code"]), json.dumps(response["body"])  # in ASCII half a sign can be kept
    except (ArithmeticError, ValueError, TypeError, LookupError, RecursionError):
        return None
    return SlowAnswer(id=str(told.get("custom_id")), status=status, body=body.encode())
