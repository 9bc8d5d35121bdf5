"""*Sketch them*: the price is told first, each of the shortlist is drawn once, and the pictures are voted on."""

from __future__ import annotations

from pathlib import Path

import pytest

from at_board import AtBoard
from contract import Shown
from embedded.process import EmbeddedProcess
from studio import Person, Studio, studio_at
from team import WebTeam, action, board
from test_boards import ROOM, team_of


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


async def chosen(team: WebTeam) -> Shown:
    """A board that two ideas were chosen at."""
    await team.says(0, "/brainstorm a park --sparks 0")
    await team.gives(0, "a bench by the sea")
    await team.gives(1, "a heron on a pond")
    await team.taps(0, "next")
    await board(team, "Vote for the best")
    ballot = await team.dots(0, await team.ballot(0), 1)
    await team.dots(0, await team.dots(0, ballot, 1), 2)
    await team.taps(0, "next")
    return await board(team, "This is what you chose")


async def test_a_shortlist_is_drawn_once_and_voted_on_again(studio: Studio) -> None:
    team = await team_of(studio, "ada", "ben")
    ada, ben = team.people
    over = await chosen(team)
    await cancelled(studio, ada, over)
    first, yes = [await asks(one, over.id, str(action(over, "board-sketch"))) for one in (ada, ben)]
    assert "It costs about $0" in first[1], "before anything is spent"
    assert "being drawn already" in await both(ada, ben, first, yes)
    vote = await board(team, "Now you can see them", who=1)
    assert "pictures 1 and 2" in vote.text
    shown = next(one for one in ben.events if len(one["pieces"]) == 2)
    assert sorted(one["caption"][:1] for one in shown["pieces"]) == ["1", "2"]
    drawn = [one for one in await studio.requests() if "image" in one["model"]]
    assert len(drawn) == 2, "however many pressed"
    kept = await studio.program.storage.store.made_of_ideas(ROOM, 9)
    assert sorted(one.piece.idea.number for one in kept if one.piece.idea) == [1, 2]
    at = AtBoard(ben, str(action(vote, "board-next")).partition(":")[2])
    page = await at.look()
    assert (page["round"], page["said"]) == ("sketches", vote.text.split("\n\n")[1])
    assert [len(idea["works"]) for column in page["columns"] for idea in column["ideas"] if idea["open"]] == [1, 1]
    assert (await at.done("dot", 2, 0))["free"] == 0
    await team.taps(0, "next")
    again = await board(team, "vote on the sketches")
    assert again.text.index("2 · ") < again.text.index("1 · ") and not action(again, "board-sketch")


async def test_an_administrator_is_asked_once_whether_they_may_be_drawn(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    """Meanwhile nobody can ask again; and what was allowed is drawn as it was asked for, by nobody a second time."""
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nwhat = ["board-sketches"]\nrequests = {day = 0}\nat_limit = "ask"')
    own = {"rules": rules, "operators": ("web:boss",), "report_chat": "web:home-boss"}
    async with studio_at(tmp_path / "data", services, **own) as studio:
        team, boss = await team_of(studio, "ada", "ben"), await studio.person("boss")
        over = await chosen(team)
        sketch = str(action(over, "board-sketch"))
        first, second = [await asks(one, over.id, sketch) for one in team.people]
        assert "still to answer" in await both(*team.people, first, second)
        (question,) = await boss.wait(lambda events: [one for one in events if "grant" in str(one["actions"])])
        await studio.faults({"endpoint": "moderations", "kind": "hang_until_released"})
        yes = next(one["id"] for one in question["actions"] if one["id"].startswith("grant"))
        await boss.post("actions", message=question["message"], action=yes)
        await studio.hangs("moderations")
        assert "being drawn already" in (await team.people[1].presses(over.id, sketch)).text
        await studio.faults()
        await studio.release()
        await board(team, "Now you can see them", who=1)


async def asks(person: Person, message: str, pressed: str) -> tuple[str, str, str]:
    """Press *Sketch them*: the message that asks, what it says, and its button."""
    answer = await person.presses(message, pressed)
    return answer.message, answer.text, answer.action("board-sketch-yes")[1]


async def both(ada: Person, ben: Person, first: tuple[str, str, str], second: tuple[str, str, str]) -> str:
    """Both say yes; what the two are told, of whom either may come first."""
    starts = len(ada.events), len(ben.events)
    await ada.post("actions", message=first[0], action=first[2])
    await ben.post("actions", message=second[0], action=second[2])
    told = [
        await one.answer(asked[0], start, of=one.name)
        for one, asked, start in zip((ada, ben), (first, second), starts, strict=True)
    ]
    return "\n".join(one.text for one in told)


async def cancelled(studio: Studio, ada: Person, over: Shown) -> None:
    """Begin the pictures, and cancel them before one is drawn: that leaves nothing behind which would keep others from beginning them."""
    await studio.faults({"endpoint": "moderations", "kind": "hang_until_released"})
    asked = await asks(ada, over.id, str(action(over, "board-sketch")))
    await ada.post("actions", message=asked[0], action=asked[2])
    await studio.hangs("moderations")
    assert "Stopped" in (await ada.says("/cancel")).text
    await studio.faults()
    await studio.release()
