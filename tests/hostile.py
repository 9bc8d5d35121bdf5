"""Somebody who means harm, and what they send: bytes over real sockets, forged files, forged buttons."""

from __future__ import annotations

import asyncio
import io
import json
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx2
from hypothesis import strategies as st
from PIL import Image

from patience import PATIENCE
from studio import DATA, Event

# --- over HTTP -----------------------------------------------------------------------------------------------------------


class Guest:
    """A person whom the operator has let in, at a client that hides nothing."""

    def __init__(self, url: str, name: str, token: str) -> None:
        self.name = name
        self.url = url
        self.id = ""
        self._token = token
        self.http = httpx2.AsyncClient(
            base_url=url, timeout=PATIENCE, trust_env=False, verify=False, headers={"accept-language": "en"}
        )

    async def __aenter__(self) -> Guest:
        made = await self.http.post(
            "/api/invitations", json={"name": self.name}, headers={"authorization": f"Bearer {self._token}"}
        )
        await self.accepts(made.json()["path"])
        self.id = (await self.http.get("/api/page")).json()["user"]
        return self

    @property
    def home(self) -> str:
        """Their private room."""
        return f"home-{self.id}"

    async def accepts(self, path: str) -> None:
        """Use a link."""
        entered = await self.http.post("/invite", data={"secret": path.partition("#")[2], "name": self.name})
        assert entered.headers["location"].startswith("/") and "wrong" not in entered.headers["location"]

    async def __aexit__(self, *_error: object) -> None:
        await self.http.aclose()

    async def posts(
        self, text: str, *files: bytes, chat: str = "", mask: bytes | None = None, **fields: str
    ) -> httpx2.Response:
        """Send a message; the answer as it comes."""
        sent = [("files", ("x.png", file)) for file in files] + (
            [("mask", ("m.png", mask))] if mask is not None else []
        )
        return await self.http.post(
            f"/api/chats/{chat or self.home}/messages", data={"text": text, **fields}, files=sent
        )

    async def presses(self, message: str, action: str, chat: str = "") -> httpx2.Response:
        return await self.http.post(
            f"/api/chats/{chat or self.home}/actions", json={"message": message, "action": action}
        )

    async def says(self, text: str, *files: bytes, **details: Any) -> list[Event]:
        """Send a message, which is accepted; all that is said to it."""
        accepted = await self.posts(text, *files, **details)
        assert accepted.status_code == 202, accepted.text
        return await self.answer(accepted.json()["message"], chat=details.get("chat", ""))

    async def answer(self, request: str, *, after: int = 0, chat: str = "") -> list[Event]:
        """The durable events of a request, up to its end."""
        told: list[Event] = []
        async with (
            asyncio.timeout(PATIENCE),
            self.http.stream("GET", f"/api/chats/{chat or self.home}/events", params={"after": after}) as stream,
        ):
            kept = b""
            async for part in stream.aiter_bytes():
                *blocks, kept = (kept + part).split(b"\n\n")
                for event in filter(None, map(_event, blocks)):
                    if event.get("in_reply_to") == request and "seq" in event:
                        told.append(event)
                        if event["kind"] == "end":
                            return told
        raise AssertionError(f"no end of {request} in {told}")


def _event(block: bytes) -> Event | None:
    lines = [line for line in block.split(b"\n") if line.startswith(b"data: ")]
    return json.loads(lines[0][6:]) if lines else None


def codes(events: Sequence[Event]) -> list[str]:
    """The codes of the failures among them."""
    return [event["code"] for event in events if event["kind"] == "failure"]


def buttons(events: Sequence[Event], verb: str) -> list[str]:
    """The ids of the buttons of that verb among them."""
    return [one["id"] for event in events for one in event["actions"] if one["id"].partition(":")[0] == verb]


# --- over a bare socket --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What a server answered to bytes; status 0 where it said nothing."""

    status: int
    body: bytes


async def bare(url: str, request: bytes, *, wait: bool = True) -> Told:
    """Send bytes as they are, and read what comes until the server closes, or has answered."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write(request)
        await writer.drain()
        if not wait:
            return Told(0, b"")
        async with asyncio.timeout(PATIENCE):
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.read(4096)
        return Told(int(head.split()[1]), body)
    except (asyncio.IncompleteReadError, ConnectionError):
        return Told(0, b"")
    finally:
        writer.transport.abort()


def request(
    path: bytes, *headers: bytes, method: bytes = b"GET", host: bytes = b"localhost", body: bytes = b""
) -> bytes:
    """A request line by line, so that nothing in it is mended on the way."""
    lines = [method + b" " + path + b" HTTP/1.1", b"Host: " + host, b"Connection: close", *headers]
    return b"\r\n".join([*lines, b"", body])


# --- files ---------------------------------------------------------------------------------------------------------------

REAL = sorted(
    path.read_bytes() for path in DATA.iterdir() if path.suffix in (".png", ".jpg") and path.stat().st_size < 200_000
)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A real picture in which something was overwritten, cut out, repeated or appended."""
    data = bytearray(draw(st.sampled_from(REAL)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(data) - 1, 0)) | st.integers(0, 64))
        match draw(st.sampled_from(("overwrite", "cut", "repeat", "append"))):
            case "overwrite":
                more = draw(st.binary(min_size=1, max_size=8))
                data[place : place + len(more)] = more
            case "cut":
                del data[place : place + draw(st.integers(1, 4000))]
            case "repeat":
                data[place:place] = data[place : place + draw(st.integers(1, 4000))]
            case _:
                data += draw(st.sampled_from((b"<script>alert(1)</script>", b"PK\x03\x04" + bytes(60), bytes(9))))
    return bytes(data)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk with its length and checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(*chunks: bytes, width: int = 64, height: int = 64) -> bytes:
    """A small white PNG with chunks of one's own before its pixels; the header may lie about the size."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = zlib.compress((b"\0" + b"\xff" * 192) * 64)
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (48, 48), (shade, 90, 120)) for shade in range(0, 250, 25)]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:], duration=40)
    return file.getvalue()


def _jpeg(comment: bytes) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (48, 48), "teal").save(file, "JPEG", comment=comment)
    return file.getvalue()


@cache
def _bomb() -> bytes:
    return zlib.compress(bytes(100_000_000), 9)  # 100 MB in 100 kB


FORGED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' width='64' height='64'><script>alert(1)</script></svg>",
    "svg of lies": lambda: b"<?xml version='1.0'?><!DOCTYPE s [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><svg>&a;</svg>",
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n(/etc/passwd) (r) file",
    "animated gif": lambda: _animated("GIF"),
    "animated webp": lambda: _animated("WEBP"),
    "animated png": lambda: _animated("PNG"),
    "huge": lambda: png(width=2**31 - 1, height=2**31 - 1),
    "wide": lambda: png(width=400_000, height=100),
    "strip": lambda: png(width=16, height=40_000),
    "of no size": lambda: png(width=0, height=0),
    "larger than it is": lambda: png(width=4000, height=4000),
    "iTXt bomb": lambda: png(chunk(b"iTXt", b"a\0\1\0\0\0" + _bomb())),
    "zTXt bomb": lambda: png(chunk(b"zTXt", b"a\0\0" + _bomb())),
    "iCCP bomb": lambda: png(chunk(b"iCCP", b"a\0\0" + _bomb())),
    "a thousand texts": lambda: png(*[chunk(b"tEXt", b"a\0" + bytes(900))] * 1000),
    "pixels beyond its size": lambda: png()[:-12] + chunk(b"IDAT", _bomb()) + chunk(b"IEND", b""),
    "page in a jpeg": lambda: _jpeg(b"<html><script>alert(1)</script></html>"),
    "page in a gif": lambda: b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)//",
    "tiff that turns in circles": lambda: b"II*\0\x08\0\0\0\0\0\x08\0\0\0",
    "exif of lies": lambda: (
        _jpeg(b"")[:2] + b"\xff\xe1\x00\x20Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(12) + _jpeg(b"")[2:]
    ),
    "zip": lambda: b"PK\x03\x04" + bytes(200),
    "riff without webp": lambda: b"RIFF\x10\0\0\0WEBPVP8X" + b"\xff" * 40,
}
