"""What an attack does to everybody else: the page's answer and another person's picture, in a quiet moment and under each kind of attack.

    python -m bench.siege

``healthz`` is asked twenty times a second, and one person asks for one picture after another. An attack lasts as long as its last request, or
until it was given up. Memory is the process's: before the attack, at most, and once there is nothing left to do of it.
"""

from __future__ import annotations

import asyncio
import io
import struct
import tempfile
import time
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import aiohttp
from PIL import Image

from bench.harness import Bench, program
from bench.on_web import Person, WebDriver, web

SECONDS = 6.0
HALF_SENT = 240
BOMBS = 16
RESTS_WITHIN, RESTS = 90.0, 0.3
"""Seconds that there may still be something to do, and processor seconds of three that count as rest (the page is still read to)."""

TYPED = (
    "/image a in " + " " * 4_000 + "b",
    "/image a in " + " " * 29_000 + "b",
    "/image " + "in a " * 6_000 + "style",
    "/image " + "水彩" * 14_000 + "风格",
    "/image " + "--style " * 3_700,
    "/image " + "-" * 29_000,
    "/story " + "“" * 29_000,
    "/settings " + "=" * 29_000,
    "/" + "a" * 29_000,
    "**a " * 7_500,
    "`" * 29_000,
    "[" * 29_000,
)

Attack = Callable[[str], Awaitable[None]]


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(width: int, height: int, depth: int, colour: int, bytes_a_pixel: int) -> bytes:
    """A picture of zeros."""
    row = b"\0" * (1 + width * bytes_a_pixel)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _bombs() -> list[bytes]:
    """Deep, empty, padded: small files that are much work."""
    small = io.BytesIO()
    Image.new("RGB", (64, 64)).save(small, "JPEG")
    jpeg, png = small.getvalue(), _png(8, 8, 8, 2, 3)
    return [
        _png(6_500, 6_500, 16, 6, 8),
        _png(12_000, 12_000, 8, 2, 3),
        png[:-12] + _chunk(b"IDAT", b"") * 200_000 + png[-12:],
        jpeg[:2] + b"\xff" * 20_000_000 + jpeg[2:],
    ]


async def _type(url: str) -> None:
    """Somebody types what is slow to understand."""
    async with aiohttp.ClientSession() as http:
        for text in TYPED:
            form = {"user": "mallory", "text": text}
            async with http.post(f"{url}/api/chats/mallory/messages", data=form) as answer:
                await answer.read()


async def _half_send(url: str) -> None:
    """Requests that begin and do not go on."""
    address = urlsplit(url)

    async def begin(number: int) -> None:
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        head = (
            f"POST /api/chats/mallory{number}/messages HTTP/1.1\r\nHost: {address.netloc}\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 40000000\r\n\r\n--x\r\n"
        )
        writer.write(head.encode())
        with suppress(ConnectionError, TimeoutError):
            await asyncio.wait_for(reader.read(), SECONDS)
        writer.close()

    with suppress(ConnectionError):
        await asyncio.gather(*map(begin, range(HALF_SENT)), return_exceptions=True)


async def _bomb(url: str) -> None:
    """Photos that are small files and large pictures."""
    bombs = _bombs()

    async def send(http: aiohttp.ClientSession, number: int) -> None:
        form = aiohttp.FormData({"user": f"mallory{number}", "text": "/edit make it blue"})
        form.add_field("files", bombs[number % len(bombs)], filename="photo.png")
        with suppress(aiohttp.ClientError):
            async with http.post(f"{url}/api/chats/mallory{number}/messages", data=form) as answer:
                await answer.read()

    async with aiohttp.ClientSession() as http:
        await asyncio.gather(*(send(http, number) for number in range(BOMBS)))


async def _nothing(url: str) -> None:
    """A quiet moment."""


async def _rest(bench: Bench) -> None:
    """Wait until the process has nothing left to do."""
    ends = time.monotonic() + RESTS_WITHIN
    while time.monotonic() < ends:
        await asyncio.sleep(3)
        samples = await bench.samples(time.time() - 3)
        if samples[-1].cpu - samples[0].cpu < RESTS:
            return


async def _watch(bench: Bench, driver: WebDriver, person: Person, attack: Attack) -> str:
    """One line: how others fared meanwhile."""
    url, answers, pictures = driver.url, [], []
    since, ends = time.time(), time.monotonic() + SECONDS
    before = (await bench.samples(since - 1))[-1].memory
    attacking = asyncio.create_task(attack(url))

    async def ask_page() -> None:
        async with aiohttp.ClientSession() as http:
            while time.monotonic() < ends or not attacking.done():
                began = time.monotonic()
                async with http.get(f"{url}/healthz") as answer:
                    await answer.read()
                answers.append((time.monotonic() - began) * 1000)
                await asyncio.sleep(0.05)

    async def ask_picture() -> None:
        while time.monotonic() < ends or not attacking.done():
            try:
                (told,) = await bench.image([person], f"siege {time.time()}")
            except aiohttp.ClientOSError:
                continue  # a connection kept for later was let go in this very moment; a browser asks again, too
            pictures.append((told.delivered - told.posted) * 1000)

    await asyncio.gather(attacking, ask_page(), ask_picture())
    lasted = time.time() - since
    await _rest(bench)
    samples = await bench.samples(since)
    memory = [sample.memory for sample in samples]
    lag = max(lag for sample in samples for lag in sample.lags) * 1000
    return (
        f"| {(attack.__doc__ or '').rstrip('.')} | {lasted:.0f} s | {median(answers):.1f} / {max(answers):.0f} ms "  # type: ignore[attr-defined]
        f"| {median(pictures):.0f} / {max(pictures):.0f} ms | {lag:.0f} ms | {before:.0f} / {max(memory):.0f} / {memory[-1]:.0f} MB |"
    )


async def _main() -> None:
    print("| attack | lasted | healthz p50 / max | another's picture p50 / max | loop late at most | memory |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        async with web() as driver, program(driver, Path(folder), seconds=0.0) as bench:
            (person,) = await driver.people(1)
            await bench.image([person], "warm")
            for attack in (_nothing, _type, _half_send, _bomb, _nothing):
                print(await _watch(bench, driver, person, attack), flush=True)


if __name__ == "__main__":
    asyncio.run(_main())
