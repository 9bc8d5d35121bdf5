"""A whole play of twelve at a board, written once, on every platform: hidden ideas and a photo, a reminder, building on others, sparks, the reveal,
dots, a tie and its runoff, and a poster made of the winner. What anybody got before the reveal is searched for each hidden idea."""

from __future__ import annotations

import pytest

from core.types import Board
from standins.discord.process import DiscordProcess
from standins.telegram.process import TelegramProcess
from studio import Studio
from team import NAMES, Shown, Team, TelegramTeam, action, board, gathered, seen
from timed import until

pytest_plugins = ("platforms",)

IDEAS = {
    0: ["a lighthouse that sells pancakes", "quiet hour with violet lamps"],
    1: ["marzipan zeppelins over the harbour"],
    2: ["a lighthouse which is selling pancakes", "a choir of kettles"],
    3: ["hammocks between the bookshelves"],
    4: ["breakfast for night workers at noon"],
    5: ["a chess board on every table"],
    6: ["soup that costs what you like"],
    7: ["a window for letters to strangers"],
    8: ["dogs get a biscuit and a stamp card"],
}
"""What everybody thinks up by their places in ``NAMES``; Cem has one that Ada had. Jun (9) sends a photo. Kim and Lea are in, and give nothing."""

PHOTO, KIM, LEA = 9, 10, 11
CAPTION, BUILT = "a terrace like this", {3: "a tower of pillows for tired readers", 4: "midnight waffles by post"}


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bots.living.CHANGE_EVERY", 0.02)


async def test_twelve_people_from_the_first_idea_to_the_poster(
    served: Studio, platform: str, telegram_stand_in: TelegramProcess, discord_stand_in: DiscordProcess
) -> None:
    async with gathered(served, platform, telegram_stand_in, discord_stand_in) as team:
        before = await asked_to_start(team)
        await team.says(0, "/brainstorm what our café is known for --minutes 30 --build --votes 2")
        await board(team, "Everybody writes down ideas")
        await all_write(served, team)
        await nothing_leaks(team, {})
        await some_are_reminded(served, team, platform)
        assert await asked_to_start(team) - before == (platform == "telegram"), "only Lea is asked, where she pressed"
        await team.taps(0, "next")
        await board(team, "Take one of two ideas")
        given = {who: await team.builds(who, idea) for who, idea in BUILT.items()}
        await until_there(served, team, lambda kept: sum(bool(idea.built_on) for idea in kept.ideas) == 2)
        await nothing_leaks(team, given)
        await team.taps(0, "next")
        await all_is_revealed(team)
        await vote_with_a_tie(team)
        await a_poster_is_made(served, team)


async def the_board(served: Studio, team: Team) -> Board:
    return (await served.program.storage.store.boards(team.place, 1))[0]


async def until_there(served: Studio, team: Team, holds: object) -> None:
    async def found() -> bool:
        return bool(holds(await the_board(served, team)))  # type: ignore[operator]

    await until(found)


async def all_write(served: Studio, team: Team) -> None:
    for who, ideas in IDEAS.items():
        for number, idea in enumerate(ideas, 1):
            assert f"{number}" in await team.gives(who, idea)
    await team.gives_photo(PHOTO, CAPTION, "cup-sent.jpg")
    for who in (KIM, LEA):
        await team.taps(who, "join")
    await until_there(served, team, lambda kept: len(kept.members) == len(NAMES) and len(kept.ideas) == 12)


async def nothing_leaks(team: Team, given: dict[int, Shown]) -> None:
    """Before the reveal nobody got a word of another's idea, by whatever road, but for the two that they were given to build on."""
    secrets = [(who, idea) for who, ideas in IDEAS.items() for idea in ideas] + [(PHOTO, CAPTION)]
    secrets += [(who, BUILT[who]) for who in given]
    for other in range(len(NAMES)):
        got = await team.everything(other)
        assert "café is known" in got, "it is looked for where there is something"
        shown = given[other].text if other in given else ""
        assert [idea for who, idea in secrets if who != other and idea in got and idea not in shown] == [], other
    assert all(sum(idea in one.text for _, idea in secrets) == 2 for one in given.values()), "two to choose from"


async def some_are_reminded(served: Studio, team: Team, platform: str) -> None:
    """Half of the time is over: Kim hears of it alone, and Lea where that can be; nobody else does, and nothing is said to all."""
    kept = await the_board(served, team)
    await served.program.storage.store.hasten_timer(f"board-half {kept.id} {kept.turn} {kept.ends}")

    async def heard(who: int) -> bool:
        return "Half of the time" in await team.alone(who)

    await until(lambda: heard(KIM))
    if platform != "telegram":
        await until(lambda: heard(LEA))
    assert not any([await heard(who) for who in (0, 1, PHOTO)])
    assert "Half of the time" not in "".join(one.text for one in await team.room(0) if action(one, "board-"))


async def asked_to_start(team: Team) -> int:
    """How often somebody was told over a pressed button how the bot can come to write to them alone."""
    if not isinstance(team, TelegramTeam):
        return 0
    logged = (await team.app.requests())["requests"]
    return sum("start me once" in str(one["params"].get("text", "")) for one in logged)


async def all_is_revealed(team: Team) -> None:
    shown = await seen(lambda: team.room(3), lambda one: "ideas in" in one.text)
    for idea in (CAPTION, *BUILT.values(), *(idea for ideas in IDEAS.values() for idea in ideas[-1:])):
        assert idea in shown.text or "lighthouse" in idea
    assert shown.text.count("a lighthouse") == 1, "what is the same is told once"
    assert "✨" in shown.text and "📷" in shown.text
    got = await team.everything(3)
    assert all(ideas[0] in got for who, ideas in IDEAS.items() if who < 2), "what was looked for would have been found"


async def vote_with_a_tie(team: Team) -> None:
    await board(team, "Vote for the best: 2 dots")
    ballots = {who: await team.ballot(who) for who in range(4)}
    first, second = (numbered_for(ballots[0], idea) for idea in (IDEAS[1][0], IDEAS[3][0]))
    for who, number in ((0, first), (1, second)):
        left = await team.dots(who, ballots[who], number)
        assert "You have 1 of 2 dots left" in left.text
        await team.dots(who, left, number)
    await team.taps(0, "next")
    assert f"{first}" in (await board(team, "A tie!")).text
    for who in (2, 3):
        await team.dots(who, await team.ballot(who), second)
    await team.taps(0, "next")
    over = await board(team, "This is what you chose", who=3)
    assert over.text.index(IDEAS[3][0]) < over.text.index(IDEAS[1][0]) and "decided by a runoff" in over.text


def numbered_for(ballot: Shown, idea: str) -> int:
    """The number that an idea has on a ballot."""
    line = next(one for one in ballot.text.splitlines() if idea in one)
    return int(line.partition(" ")[0])


async def a_poster_is_made(served: Studio, team: Team) -> None:
    await team.taps(1, "develop")
    asked = await seen(lambda: team.room(1), lambda one: any(":poster" in act for act, _ in one.buttons))
    await team.presses(1, asked, next(act for act, _ in asked.buttons if ":poster" in act))
    store = served.program.storage.store

    async def made() -> bool:
        found = await store.made_of_ideas(team.place, 9)
        return len(found) > 0 and len(await store.pictures_of(found[-1].piece.id)) > 0

    await until(made)
    (poster,) = await store.made_of_ideas(team.place, 9)
    kept = await the_board(served, team)
    idea = kept.idea(poster.piece.idea.number) if poster.piece.idea else None
    assert idea and idea.text == IDEAS[3][0] and kept.made[0].command == "poster"
