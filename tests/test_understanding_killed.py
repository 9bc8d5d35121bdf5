"""``kill -9`` while plain words are read, turned into what they want, and that is made: it arrives once, and is paid for once."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest

from embedded.process import EmbeddedProcess
from killed import program
from studio import Person, Studio, paid, studio_at

KILLS = [("accept", 1), ("turn", 1)]
KILLS += [("finish_step", count) for count in range(1, 7)]  # context, check, wish; context, prompt, picture
KILLS += [("commit", count) for count in range(1, 3)]  # the picture, the end


@pytest.mark.parametrize(("method", "count"), KILLS, ids=lambda value: str(value))
async def test_a_killed_wish_arrives_and_is_paid_once(
    services: EmbeddedProcess, tmp_path: Path, method: str, count: int
) -> None:
    before = Studio(None, "", services)  # type: ignore[arg-type]
    await before.begin()
    async with program(tmp_path, services, method, count) as life:
        person = Person(await life.address(), "ann", "home-ann")
        request = await person.posts("draw a cat on a roof", client_id="once")
        assert await life.wait() == -signal.SIGKILL
    async with studio_at(tmp_path, services) as studio:
        person = await studio.person()
        answer = await person.answer(request)
        assert answer.failure is None and [piece["kind"] for piece in answer.pieces] == ["picture"]
        said = Counter(event["kind"] for event in person.events if "seq" in event)
        assert said == {"message": 1, "reply": 1, "end": 1}, "everything is said once"
    calls = Counter(entry["endpoint"] for entry in paid(await before.requests()))
    under_way = 1 if (method == "finish_step" and count < 3) or (method, count) == ("finish_step", 4) else 0
    assert 2 <= calls["chat"] <= 2 + under_way, "the reading and the prompt"
    assert calls["images.generations"] == 1
