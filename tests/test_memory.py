"""What was sent is let go of at once: with hundreds of pictures a day, waiting for the garbage collector would keep hundreds of megabytes."""

from __future__ import annotations

import asyncio
import gc
import io
from contextlib import suppress

import pytest

from contract import Talker
from patience import PATIENCE

pytest_plugins = ("platforms",)

LARGE = 10_000
"""Bytes that nothing but a picture has."""


def open_files() -> list[io.BytesIO]:
    """All files in memory that nobody has closed."""
    return [one for one in gc.get_objects() if isinstance(one, io.BytesIO) and not one.closed]


def size(file: io.BytesIO) -> int:
    """How many bytes it holds; a thread may close it in this moment."""
    with suppress(ValueError):
        return len(file.getvalue())
    return 0


async def all_closed(but: list[io.BytesIO]) -> None:
    """Wait until every large file in memory is closed. A thread that looks at a picture in this very moment has one too."""
    known = set(map(id, but))
    async with asyncio.timeout(PATIENCE):
        while any(id(file) not in known and size(file) > LARGE for file in open_files()):
            await asyncio.sleep(0.02)


def garbage() -> list[object]:
    """What only the garbage collector finds."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    gc.set_debug(0)
    found = list(gc.garbage)
    gc.garbage.clear()
    return found


@pytest.mark.parametrize("platform", ["telegram", "discord"])
async def test_a_picture_that_was_sent_leaves_nothing_behind(talker: Talker, platform: str) -> None:
    await talker.says("/help")
    gc.collect()
    before = open_files()
    gc.disable()
    try:
        said = await talker.says("/image a lighthouse --raw")
        await talker.says("/help")  # is sent after the picture, so that is done with
        await all_closed(before)
        left = [data for one in garbage() for data in gc.get_referents(one)]
    finally:
        gc.enable()
    known = {id(picture) for picture in said.pictures}  # what the person's own client was given
    # By ``type``: a weak proxy of something that is gone raises where it is asked what it is.
    assert [data for data in left if type(data) is bytes and len(data) > LARGE and id(data) not in known] == []
