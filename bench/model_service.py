"""A model service that only waits: it answers every request with prepared bytes after a set time, so that what is measured is the bot.

    python -m bench.model_service --seconds 1.0        # prints its address

A picture is a PNG of 1.5 MB (or ``--bytes``), each one different, so that nothing is kept twice for nothing. ``GET /calls`` lists every call: what
was asked, when the request had been read (``began``) and when the last byte of its answer had been handed to the kernel (``ended``), in Unix seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import io
import itertools
import json
import socket
import struct
import time
import zlib
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

PICTURE_BYTES = 1_500_000
KERNEL_BUFFER = 4 << 20
"""Bytes: a whole answer fits, so a bot that is slow to read does not make the service look slow."""

_HEAD = 33
"""Bytes of a PNG's signature and header; a multiple of three, so the Base64 of what follows can be made on its own."""

USAGE = {
    "input_tokens": 20,
    "output_tokens": 1756,
    "total_tokens": 1776,
    "input_tokens_details": {"text_tokens": 20, "image_tokens": 0},
}
HARMLESS = {
    "id": "m",
    "model": "omni-moderation-latest",
    "results": [{"flagged": False, "categories": {}, "category_scores": {}}],
}

WORDS = json.dumps(
    {
        "choices": [
            {"message": {"content": '{"prompt": "a thing on a table", "questions": []}'}, "finish_reason": "stop"}
        ],
        "usage": {"prompt_tokens": 200, "completion_tokens": 20},
    }
).encode()
"""What the helper says to anything."""


def picture(size: int = PICTURE_BYTES) -> bytes:
    """A PNG of 1024 × 1024 pixels and about so many bytes: noise over a part of it, since noise does not compress."""
    pixels = np.zeros((1024, 1024, 3), np.uint8)
    rows = size // (1024 * 3)
    pixels[:rows] = np.random.default_rng(1).integers(0, 256, (rows, 1024, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


class Pictures:
    """The same picture again and again, with another number in its comment."""

    def __init__(self, size: int) -> None:
        data = picture(size)
        self._head, self._rest = base64.b64encode(data[:_HEAD]), base64.b64encode(data[_HEAD:])
        self._numbers = itertools.count()

    def next(self) -> bytes:
        """The next one in Base64."""
        content = b"tEXt" + b"number\0%08d" % next(self._numbers)
        chunk = struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))
        return self._head + base64.b64encode(chunk) + self._rest


@dataclass
class Service:
    """Answers one request after another on each connection."""

    seconds: float
    pictures: Pictures
    calls: list[dict[str, object]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection, until it ends."""
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER)
        writer.transport.set_write_buffer_limits(0)  # so that `drain` returns when the kernel has everything
        try:
            while True:
                path, body = await _request(reader)
                began = time.time()
                asked = json.loads(body) if body.startswith(b"{") else {}  # edits come as forms
                kind, answer = await self._answer(path, asked)
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\ncontent-length: %d\r\n\r\n" % (kind, len(answer)))
                writer.write(answer)
                await writer.drain()
                if body:
                    prompt = asked.get("prompt") or asked.get("input")
                    self.calls.append({"path": path, "prompt": prompt, "began": began, "ended": time.time()})
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, path: str, asked: dict[str, object]) -> tuple[bytes, bytes]:
        if path.endswith(("/images/generations", "/images/edits")):
            await asyncio.sleep(self.seconds)
            return self._picture(bool(asked.get("stream")))
        if path.endswith("/chat/completions"):
            return b"application/json", WORDS
        told = self.calls if path == "/calls" else HARMLESS
        return b"application/json", json.dumps(told).encode()

    def _picture(self, streamed: bool) -> tuple[bytes, bytes]:
        usage, data = json.dumps(USAGE).encode(), self.pictures.next()
        if not streamed:
            return b"application/json", b'{"created":0,"data":[{"b64_json":"%b"}],"usage":%b}' % (data, usage)
        event = b'{"type":"image_generation.completed","b64_json":"%b","usage":%b,"created_at":0,"size":"1024x1024"}'
        return (
            b"text/event-stream",
            b"event: image_generation.completed\ndata: " + event % (data, usage) + b"\n\n",
        )


async def _request(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    """A request's path and body. Raises ``IncompleteReadError`` at the connection's end."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return first.split(" ")[1], await reader.readexactly(int(headers.get("content-length", 0)))


async def _main(seconds: float, size: int) -> None:
    server = await asyncio.start_server(Service(seconds, Pictures(size)).serve, "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--bytes", type=int, default=PICTURE_BYTES)
    options = parser.parse_args()
    asyncio.run(_main(options.seconds, options.bytes))
