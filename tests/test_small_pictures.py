"""The small versions of pictures that lists show: a picture is read once for all who ask for it, and only by whoever may see it."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from studio import Event, Studio

MANY = 30


class Reads:
    """How often a file was read."""

    count = 0


@contextmanager
def counted(path: Path) -> Iterator[Reads]:
    """A file that gives its bytes to one reader after another, and counts them."""
    data, reads, over = path.read_bytes(), Reads(), threading.Event()

    def lay() -> None:
        os.mkfifo(path.with_suffix(".pipe"))
        path.with_suffix(".pipe").replace(path)

    def give() -> None:
        while True:
            with path.open("wb") as pipe:  # waits for a reader
                lay()  # the next one has a pipe of their own
                if over.is_set():
                    return
                reads.count += 1
                pipe.write(data)

    lay()
    giver = threading.Thread(target=give)
    giver.start()
    try:
        yield reads
    finally:
        over.set()
        path.read_bytes()
        giver.join()
        path.unlink()


async def kept_at(studio: Studio, piece: Event) -> Path:
    media = piece["url"].rpartition("/")[2]
    return (await studio.program.storage.media.describe(media)).path


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
async def test_however_many_ask_a_picture_is_read_for_one(studio: Studio) -> None:
    person = await studio.person()
    one, other = (await person.says("/image a fox --n 2 --raw")).pictures
    whole = await person.picture(one)
    with counted(await kept_at(studio, other)) as alone:
        assert (await person.get(f"{other['url']}?small=1")).status_code == 200
    with counted(await kept_at(studio, one)) as together:
        async with person.http() as http:
            answers = await asyncio.gather(*(http.get(f"{one['url']}?small=1") for _ in range(MANY)))
    assert {answer.status_code for answer in answers} == {200} and len({answer.content for answer in answers}) == 1
    assert answers[0].headers["content-type"] == "image/jpeg" and len(answers[0].content) < len(whole)
    assert together.count == alone.count > 0


async def test_what_is_no_picture_has_no_small_version(studio: Studio) -> None:
    media = await studio.program.storage.media.put(b"words", "text/plain")
    answers = [await (await studio.person()).get(f"/media/{media}{how}") for how in ("?small=1", "")]
    assert [(answer.status_code, answer.content) for answer in answers] == [(200, b"words")] * 2
    assert (await (await studio.person()).get("/media/nothing?small=1")).status_code == 404
