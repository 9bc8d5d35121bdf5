"""A server that speaks the OpenAI API differently from OpenAI: canned answers by path, and what was asked of it."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Canned:
    """One answer. ``body`` of another type than bytes is sent as JSON."""

    body: object = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})


@dataclass
class OddServer:
    """Serves each path's answers in order, and the last one again and again; anything else is 404."""

    url: str
    asked: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    answers: dict[str, list[Canned]] = field(default_factory=dict)
    headers: list[dict[str, str]] = field(default_factory=list)

    def answer(self, path: str, *canned: Canned) -> None:
        """What to say to this path, such as ``/v1/images/generations``."""
        self.answers[path] = list(canned)

    def calls(self, path: str) -> list[dict[str, object]]:
        """The JSON bodies sent to a path (empty for what is no JSON)."""
        return [body for asked, body in self.asked if asked == path]


@asynccontextmanager
async def odd_server() -> AsyncIterator[OddServer]:
    """A running one, on loopback."""
    told = OddServer("")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        path = head.split(" ")[1]
        headers = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
        sent = await reader.readexactly(int(headers.get("content-length", 0)))
        is_json = headers.get("content-type", "") == "application/json"
        told.headers.append(headers)
        told.asked.append((path, json.loads(sent) if is_json else {}))
        waiting = told.answers.get(path, [Canned({"detail": "Not Found"}, 404)])
        canned = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        body = canned.body if isinstance(canned.body, bytes) else json.dumps(canned.body).encode()
        extra = "".join(f"{name}: {value}\r\n" for name, value in canned.headers.items())
        start = f"HTTP/1.1 {canned.status} Said\r\n{extra}content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        writer.write(start.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    told.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    async with server:
        yield told
