"""``kill -9`` after every commit of saving a story: the file arrives, once."""

from __future__ import annotations

import io
import signal
import zipfile
from pathlib import Path

import pytest

from embedded.process import EmbeddedProcess
from killed import program
from studio import Person, studio_at

KILLS = [("accept", 1), ("finish_step", 2), ("commit", 1), ("receipt", 1)]


@pytest.mark.parametrize(("method", "count"), KILLS, ids=lambda value: str(value))
async def test_a_killed_file_arrives_once(services: EmbeddedProcess, tmp_path: Path, method: str, count: int) -> None:
    async with studio_at(tmp_path, services) as studio:
        await (await studio.person()).says("/story a fox --length short")
    async with program(tmp_path, services, method, count) as life:
        person = Person(await life.address(), "ann", "home-ann")
        request = await person.posts("/export", client_id="once")
        assert await life.wait() == -signal.SIGKILL
    async with studio_at(tmp_path, services) as studio:
        person = await studio.person()
        answer = await person.answer(request)
        (piece,) = answer.pieces
        assert zipfile.ZipFile(io.BytesIO(await person.picture(piece))).testzip() is None
        told = [event for event in person.events if event.get("in_reply_to") == request and "seq" in event]
        assert [event["kind"] for event in told] == ["reply", "end"]
        media = studio.program.storage.media
        assert (await media.check()).missing == 0
