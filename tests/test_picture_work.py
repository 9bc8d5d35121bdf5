"""Work on pictures has a room of its own: large ones wait for each other, nobody else for them, and what nobody waits for is not begun."""

from __future__ import annotations

import asyncio
import struct
import threading
import zlib

import pytest

from core.pictures.work import in_thread

LARGE = (
    b"\x89PNG\r\n\x1a\n"
    + struct.pack(">I", 13)
    + b"IHDR"
    + struct.pack(">IIBBBBB", 7000, 7000, 8, 2, 0, 0, 0)
    + zlib.compress(b"")
)


async def test_small_work_goes_on_beside_large_work_which_is_done_one_by_one() -> None:
    begun, may_end = [], threading.Event()

    def heavy(data: bytes, number: int) -> int:
        begun.append(number)
        assert may_end.wait(20)
        return number

    large = [asyncio.ensure_future(in_thread(heavy, LARGE, number)) for number in range(16)]
    while not begun:
        await asyncio.sleep(0.001)
    for _ in range(20):
        assert await in_thread(len, b"small") == 5
        assert await asyncio.to_thread(len, b"else") == 4
    assert begun == [0], "one at a time"
    for task in large[1:15]:
        task.cancel()
    may_end.set()
    assert await large[15] == 15 and await large[0] == 0
    assert begun == [0, 15], "what nobody waits for is not begun"


async def test_who_goes_away_does_not_give_the_place_away() -> None:
    begun, may_end = [], threading.Event()

    def heavy(data: bytes, number: int) -> None:
        begun.append(number)
        assert may_end.wait(20)
        raise ValueError

    first = asyncio.ensure_future(in_thread(heavy, LARGE, 1))
    while not begun:
        await asyncio.sleep(0.001)
    first.cancel()
    second = asyncio.ensure_future(in_thread(heavy, LARGE, 2))
    assert await in_thread(len, b"") == 0
    assert begun == [1]
    may_end.set()
    with pytest.raises(ValueError):
        await second
    assert begun == [1, 2]
