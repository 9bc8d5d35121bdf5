"""Who is woken by what is added to a chat: a room in which everybody votes at once must not wake everybody with every dot."""

from __future__ import annotations

import json
import random

import pytest

from bots.web.hub import LOOK, Hub, Stream
from core.ports import EventRow
from studio import Studio


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


async def test_a_page_that_reads_nothing_is_handed_one_event_and_told_of_the_others_once() -> None:
    hub = Hub()
    slow = hub.open("team", "ada")
    rows = [EventRow(seq=seq, data="{}", before=seq - 1) for seq in range(1, 100)]
    for row in rows:
        hub.added("team", None, row)
    assert await slow.next(10) == rows[0] and await looks(slow) == 1
    hub.added("team", None, rows[-1])
    assert await slow.next(10) == rows[-1]


async def test_a_room_gets_past_what_was_told_to_one(studio: Studio) -> None:
    """Ben's page gets to what comes after it, with nothing of hers in it."""
    ada, ben = await studio.person("ada", "team"), await studio.person("ben", "team")
    await ada.says("/brainstorm a park")
    await ada.says("/idea a zebra bench")
    seen = len(ben.events)
    after = (await ada.says("/image a pear --raw")).request
    await ben.wait(lambda events: [one for one in events if one["in_reply_to"] == after and one["kind"] == "end"])
    assert not any("zebra" in event["text"] or event.get("private") for event in ben.events[seen:])
    assert not any("zebra" in event["text"] for event in ben.events)


async def test_a_page_hears_everything_once_and_in_its_order_however_word_of_it_comes(studio: Studio) -> None:
    """From this process with the event itself, from another without it, or late; what is for somebody else alone stands between."""
    ben = await studio.person("ben", "team")
    events, hub = studio.program.storage.events, studio.program.hub
    dice, for_all, late = random.Random(7), [], []
    for number in range(80):
        only = dice.choice(("", "", "ada"))
        told = json.dumps({"kind": "told", "number": number})
        row = await events.append("team", f"told:{number}", "web:ada", told, only=only)
        assert row.before is not None
        for_all += [] if only else [number]
        match dice.choice(("itself", "itself", "word", "late")):
            case "itself":
                hub.added("team", only or None, row)
            case "word":
                hub.added("team", only or None)
            case "late":
                late.append(row)
        if late and dice.random() < 0.3:
            hub.added("team", None, late.pop(0))
    await events.append("team", "told:end", "web:ada", json.dumps({"kind": "told", "number": 80}))
    hub.added("team")
    await ben.wait(lambda told: [one for one in told if one.get("number") == 80])
    assert [one["number"] for one in ben.events if "number" in one] == [*for_all, 80]
