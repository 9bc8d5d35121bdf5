"""What came of a board's ideas: the piece tells whose idea it was and how it was voted on, and the board what was made."""

from __future__ import annotations

import asyncio

import pytest

from core.boards import leaving
from core.features.steps import board_words as words
from patience import PATIENCE
from studio import Studio
from team import WebTeam, action, board
from test_board_rounds import ADA, BEN, revealed, voted
from test_boards import ROOM, team_of, told


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


async def chosen(studio: Studio, options: str = "") -> WebTeam:
    """A board of two, whose vote Ben's idea has won."""
    team = await team_of(studio, "ada", "ben")
    await team.says(0, f"/brainstorm a park --sparks 0 {options}")
    await team.gives(0, "a bench by the sea")
    await team.gives(1, "a heron on a pond")
    await team.taps(0, "next")
    await board(team, "Vote for the best")
    ballot = await team.ballot(0)
    heron = next(line for line in ballot.text.splitlines() if "heron" in line)
    number = int(heron.partition(" ")[0])
    await team.dots(0, await team.dots(0, ballot, number), number)
    await team.taps(0, "next")
    await board(team, "This is what you chose")
    return team


async def developed(team: WebTeam, command: str = "image") -> str:
    """Have Ada make something of the winner; the message with it."""
    ada = team.people[0]
    shown = await board(team, "This is what you chose")
    asked = await ada.presses(shown.id, str(action(shown, "board-develop")))
    pressing = next(
        one["id"] for event in asked.events for one in event["actions"] if one["id"].endswith(f":{command}")
    )
    made = await ada.presses(asked.message, pressing)
    return made.action("prompt")[1]


@pytest.mark.parametrize(("anonymous", "named"), [(False, True), (True, False)])
def test_whose_idea_it_was_is_told_unless_that_is_nobodys_to_know(anonymous: bool, named: bool) -> None:
    made = voted(revealed("red kettles", "blue trams", anonymous=anonymous), (BEN, 1), (BEN, 1))
    said = words.origin(made, 1, "en")
    assert "(2 ●)" in said and "“tea”" in said and ("Ada" in said) is named
    left = leaving.without(made, ADA.key, ideas_too=False)
    assert "red kettles" in words.origin(left, 1, "en") and "Ada" not in words.origin(left, 1, "en")
    gone = leaving.without(made, ADA.key, ideas_too=True)
    assert "red" not in words.origin(gone, 1, "en")


async def test_a_piece_tells_of_its_idea_and_the_board_of_its_pieces(studio: Studio) -> None:
    team = await chosen(studio)
    ada, ben = team.people
    prompt = await developed(team)
    shown = next(one for one in ada.events if any(act["id"] == prompt for act in one["actions"]))
    said = (await ada.presses(shown["message"], prompt)).text
    assert "brainstorm “a park”" in said and "a heron on a pond (2 ●)" in said
    assert "🧠 a park" in await told(ben, "/history")
    assert "What came of it: 🖼" in await told(ben, "/board")
    await team.says(1, "/brainstorm again")
    assert "🧠 a park" in (await board(team, "Everybody writes")).text
    await team.taps(1, "end")
    await with_a_form(team)
    assert "🖼" in (listed := await told(ben, "/board")) and "📖" in listed, "what waited for a form is of its idea too"
    asked = await ben.says("/forget")
    await ben.presses(asked.action("forget-yes")[0], "forget-yes:all")
    assert "What came of it" not in await told(ada, "/board"), "it was made of an idea of his"
    assert not await studio.program.storage.store.made_of_ideas(ROOM, 9)


@pytest.mark.parametrize("options", ["", "--recipe image"])
async def test_what_is_made_of_an_idea_is_begun_once_when_its_button_is_pressed_twice(
    studio: Studio, options: str
) -> None:
    team = await chosen(studio, options)
    ada, store = team.people[0], studio.program.storage.store
    over = await board(team, "This is what you chose")
    pressed = over.id, str(action(over, "board-develop"))
    if not options:
        asked = await ada.presses(*pressed)
        pressed = asked.message, next(one["id"] for one in asked.replies[-1]["actions"] if one["id"].endswith(":image"))
    await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    await asyncio.gather(*(ada.post("actions", message=pressed[0], action=pressed[1]) for _ in range(3)))
    async with asyncio.timeout(PATIENCE):
        while await store.waiting_rows("web"):
            await asyncio.sleep(0.02)
    assert len(await store.open_jobs()) == 1
    kept = await store.board(pressed[1].split(":")[1])
    assert kept and len(kept.made) == 1, "and the board does not tell of another"


async def with_a_form(team: WebTeam) -> None:
    """Have Ada make a campaign of the winner, which first asks for what is missing."""
    ada = team.people[0]
    shown = await board(team, "This is what you chose")
    asked = await ada.presses(shown.id, str(action(shown, "board-develop")))
    campaign = next(one["id"] for event in asked.events for one in event["actions"] if one["id"].endswith(":campaign"))
    message, fill = (await ada.presses(asked.message, campaign)).action("recipe-fill")
    form = (await ada.post("actions", message=message, action=fill)).json()["form"]
    await ada.fills(message, fill, {field["name"]: "Friday 7 pm" for field in form["fields"]})
