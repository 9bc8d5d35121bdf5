"""What others carry further of the ideas that were given, before all are revealed."""

from __future__ import annotations

from core.boards.rounds import turned
from core.types.boards import Board, Idea


def handed_on(board: Board, kept_back: frozenset[int], now: float) -> Board:
    """Others carry further what was gathered, but for what breaks the rules; where there is too little left for that, all is revealed."""
    ideas = tuple(
        idea.model_copy(update={"kept_back": True} if idea.number in kept_back else {"looked": True})
        for idea in board.ideas
    )
    after = board.model_copy(update={"ideas": ideas})
    if after.hands_on:
        return turned(after, "build", now, handed_on=True)
    return turned(after, "reveal", now, ends=None, handed_on=True)


def to_build_on(board: Board, person: str) -> tuple[Idea, ...]:
    """Two ideas of others for somebody to carry further, of two people where there are two: for each person the next ones in the circle.

    They are among those that were looked at, as all that others are to see.
    """
    others = [idea for idea in board.ideas if person not in idea.authors and idea.text and idea.looked]
    place = next((number for number, one in enumerate(board.members) if one.user.key == person), 0)
    if not others:
        return ()
    start = 2 * place % len(others)
    first, *rest = others[start:] + others[:start]
    return (first, *sorted(rest, key=lambda idea: idea.author == first.author)[:1])
