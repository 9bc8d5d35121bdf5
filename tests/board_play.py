"""A whole play of twelve at a board, written once, for every platform: hidden ideas and a photo, a reminder, building on others, sparks, the reveal,
dots, a tie and its runoff, and a poster made of the winner. What anybody got before the reveal is searched for each hidden idea."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from core.types import Board, KeptPiece, PieceKind
from team import NAMES, Shown, Team, TelegramTeam, action, board, lists, seen
from timed import until

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


class Kept(Protocol):
    """What the program keeps, as a play looks it up."""

    async def board(self) -> Board:
        """The newest board."""
        ...

    async def pieces(self) -> Sequence[KeptPiece]:
        """All that was made."""
        ...

    async def hasten(self, timer: str) -> None:
        """Let a timer be due."""
        ...


async def whole_play(kept: Kept, team: Team) -> int:
    """Twelve people from the first idea to the poster; how often somebody was told how the bot can come to write to them alone."""
    before = await asked_to_start(team)
    await team.says(0, "/brainstorm what our café is known for --minutes 30 --build --votes 2")
    await board(team, "Everybody writes down ideas")
    await all_write(kept, team)
    await nothing_leaks(team, {})
    await some_are_reminded(kept, team)
    told = await asked_to_start(team) - before
    await team.taps(0, "next")
    await board(team, "Take one of two ideas")
    given = {}
    for number, (who, idea) in enumerate(BUILT.items(), 1):
        given[who] = await team.builds(who, idea)
        await until_there(kept, lambda found, number=number: sum(bool(one.built_on) for one in found.ideas) == number)
    await nothing_leaks(team, given)
    await team.taps(0, "next")
    await all_is_revealed(team)
    await vote_with_a_tie(team)
    await a_poster_is_made(kept, team)
    return told


async def until_there(kept: Kept, holds: Callable[[Board], bool]) -> None:
    async def found() -> bool:
        return holds(await kept.board())

    await until(found)


async def all_write(kept: Kept, team: Team) -> None:
    for who, ideas in IDEAS.items():
        for number, idea in enumerate(ideas, 1):
            assert f"{number}" in await team.gives(who, idea)
    await team.gives_photo(PHOTO, CAPTION, "cup-sent.jpg")
    await until_there(kept, lambda found: len(found.ideas) == 12)
    for number, who in enumerate((KIM, LEA), len(NAMES) - 1):
        await team.taps(who, "join")
        await until_there(kept, lambda found, number=number: len(found.members) == number)


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


async def some_are_reminded(kept: Kept, team: Team) -> None:
    """Half of the time is over: Kim hears of it alone, and Lea where that can be; nobody else does, and nothing is said to all."""
    now = await kept.board()
    await kept.hasten(f"board-half {now.id} {now.turn} {now.ends}")

    async def heard(who: int) -> bool:
        return "Half of the time" in await team.alone(who)

    await until(lambda: heard(KIM))
    if not isinstance(team, TelegramTeam):
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
    shown = await seen(lambda: team.room(3), lists)
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


async def a_poster_is_made(kept: Kept, team: Team) -> None:
    await team.taps(1, "develop")
    asked = await seen(lambda: team.room(1), lambda one: any(":poster" in act for act, _ in one.buttons))
    await team.presses(1, asked, next(act for act, _ in asked.buttons if ":poster" in act))

    async def made() -> bool:
        found = await kept.pieces()
        return any(one.piece.parent == poster.piece.id for poster in of_ideas(found) for one in found)

    await until(made)
    (poster,) = of_ideas(await kept.pieces())
    now = await kept.board()
    idea = now.idea(poster.piece.idea.number) if poster.piece.idea else None
    assert idea and idea.text == IDEAS[3][0] and now.made[0].command == "poster"


def of_ideas(found: Sequence[KeptPiece]) -> list[KeptPiece]:
    """Those that were made of ideas; what was made from them is not among them, and neither are their photos."""
    return [one for one in found if one.piece.idea and not one.piece.parent and one.piece.kind is not PieceKind.PHOTO]
