"""Who is woken by what is added to a chat: a room in which everybody votes at once must not wake everybody with every dot."""

from __future__ import annotations

import pytest

from bots.web.hub import LOOK, Hub, Stream
from studio import Studio
from timed import until


async def looks(stream: Stream) -> int:
    """How often a stream is told to look, as far as it has been by now."""
    told = 0
    while True:
        try:
            told += await stream.next(0.01) == LOOK
        except TimeoutError:
            return told


async def test_what_one_person_is_told_wakes_them_at_once_and_the_others_soon_and_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub = Hub()
    monkeypatch.setattr("bots.web.hub.SOON", 3600.0)
    ada, ben, waiting = hub.open("team", "ada"), hub.open("team", "ben"), hub.open("team")
    for _ in range(100):
        hub.added("team", "ada")
    assert [await looks(one) for one in (ada, ben, waiting)] == [1, 0, 1]
    hub.added("team")
    assert await looks(ben) == 1, "what is for all is told at once"
    monkeypatch.setattr("bots.web.hub.SOON", 0.01)
    ben = hub.open("pond", "ben")
    for _ in range(2):
        hub.added("pond", "ada")
        assert await ben.next(10) == LOOK, "and what is not, soon: each time"


async def test_a_room_gets_past_what_was_told_to_one(studio: Studio) -> None:
    """Ben's page ends with the same number as Ada's, with nothing of hers in it, and knows that she was answered."""
    ada, ben = await studio.person("ada", "team"), await studio.person("ben", "team")
    await ada.says("/brainstorm a park")
    answered = await ada.says("/idea a zebra bench")
    end = next(event for event in answered.events if event["kind"] == "end")

    async def is_told() -> bool:
        return any(event["seq"] == end["seq"] for event in ben.events)

    await until(is_told)
    assert not any(
        "zebra" in event["text"] or (event.get("private") and event["kind"] != "end") for event in ben.events
    )
