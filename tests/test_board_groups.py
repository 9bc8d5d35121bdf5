"""Groups: the helper makes and names them where there is one, people move ideas about by a form, and a long list comes in pages."""

from __future__ import annotations

import pytest

from studio import Person, Studio
from team import action, board, lists, seen
from test_boards import team_of


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


async def test_ideas_are_grouped_by_the_helper_moved_by_people_and_told_in_pages(studio: Studio) -> None:
    team = await team_of(studio, "ada", "ben")
    await team.says(0, "/brainstorm a park --sparks 0")
    for who in (0, 1):
        await writes(
            team.people[who],
            *(f"{what} number {who}{letter}" for what in ("benches", "fountains") for letter in "abcdefg"),
        )
    await team.taps(0, "next")
    shown = await seen(lambda: team.room(1), lambda one: "28 ideas in 2 groups" in one.text)
    assert "**benches**" in shown.text and "**fountains**" in shown.text
    assert "without a model" not in shown.text and "and 3 more" in shown.text
    ben = team.people[1]
    first = await ben.presses(shown.id, str(action(shown, "board-ideas")))
    assert "1/2" in first.text
    second = await ben.presses(*first.action("board-ideas-page"))
    assert "2/2" in second.text and "28 · " in second.text
    vote = await board(team, "Vote for the best", who=1)
    asked = await ben.post("actions", message=vote.id, action=str(action(vote, "board-group")))
    fields = {field["name"]: field for field in asked.json()["form"]["fields"]}
    new = next(choice["value"] for choice in fields["group"]["choices"] if "of its own" in choice["label"])
    await ben.fills(vote.id, str(action(vote, "board-group")), {"idea": "1", "group": new})
    moved = await seen(lambda: team.room(0), lambda one: "28 ideas in 3 groups" in one.text)
    assert moved.id == shown.id, "the list is changed in its place"
    await team.taps(0, "end")
    await board(team, "It is over")
    await studio.faults({"endpoint": "chat", "kind": "invalid_json", "times": None})
    await team.says(0, "/brainstorm a pond --sparks 0")
    await writes(team.people[0], "a bench by the sea", "a heron pond", "a bench by the oak", "soup in winter")
    await team.taps(0, "next")
    fallen_back = await seen(lambda: team.room(0), lambda one: lists(one, 4))
    assert "without a model" in fallen_back.text, "where the helper fails they are grouped by their words"


async def writes(person: Person, *ideas: str) -> None:
    for idea in ideas:
        await person.posts(f"/idea {idea}")
    await person.wait(lambda events: [one for one in events if f"makes {len(ideas)} from you" in one["text"]])
