"""Ideas that are photos: nobody gets their bytes before the reveal, whatever they ask; then all do, and pictures are made from them."""

from __future__ import annotations

import json

import pytest

from core.types import Board
from studio import Person, Studio
from team import action, board
from test_boards import ROOM, team_of


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


async def test_a_photo_is_an_idea_that_only_its_author_sees_until_all_do(studio: Studio) -> None:
    team = await team_of(studio, "ada", "ben")
    ada, ben = team.people
    await team.says(0, "/brainstorm a park --sparks 0")
    await board(team, "Everybody writes")
    assert "makes 1 from you" in await gives(ada, "/idea a zebra bench", "cat-sent.jpg")
    assert "makes 2 from you" in await gives(ada, "/idea", "cup-sent.jpg")
    assert "One photo" in (await ada.says("/idea", "cat-sent.jpg", "cup-sent.jpg")).text
    assert "no words" not in await gives(ben, "/idea a heron pond")
    uploads = [piece["url"] for event in ada.events for piece in event["pieces"] if event["kind"] == "message"]
    hidden = [idea.photo.media for idea in (await kept(studio)).ideas if idea.photo]
    assert len(hidden) == 2 and len(uploads) >= 2
    for address in [*uploads, *(f"/media/{one}" for one in hidden)]:
        assert (await ben.get(f"{address}?user=ben")).status_code == 404, address
        assert (await ada.get(f"{address}?user=ada")).status_code == 200, "it is asked for where it is"
    got = json.dumps(ben.events)
    assert "zebra" not in got and not any(one in got for one in hidden) and not any(one in got for one in uploads)
    await team.taps(0, "next")
    await board(team, "Vote for the best", who=1)
    shown = await ben.wait(lambda events: [one for one in events if len(one["pieces"]) == 2])
    for piece in shown[0]["pieces"]:
        assert (await ben.get(f"{piece['url']}?user=ben")).status_code == 200
    assert any("📷 a zebra bench" in event["text"] for event in ben.events)
    number = next(idea.number for idea in (await kept(studio)).ideas if idea.text == "" and idea.photo)
    await team.dots(1, await team.ballot(1), number)
    await team.taps(0, "next")
    over = await board(team, "This is what you chose")
    asked = await ben.presses(over.id, str(action(over, "board-develop")))
    offered = {one["id"].rpartition(":")[2]: one["id"] for event in asked.events for one in event["actions"]}
    assert "image" in offered and "poster" not in offered, "there are no words to make one of"
    assert (await ben.presses(asked.message, offered["image"])).pictures
    asked_for = {one["endpoint"] for one in await studio.requests()}
    assert any("edit" in one for one in asked_for), "it was made from the photo"


async def gives(person: Person, text: str, *files: str) -> str:
    start = len(person.events)
    await person.says(text, *files)
    told = await person.wait(lambda events: [one for one in events[start:] if "from you" in one["text"]])
    return str(told[-1]["text"])


async def kept(studio: Studio) -> Board:
    return (await studio.program.storage.store.boards(ROOM, 1))[0]
