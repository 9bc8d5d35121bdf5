"""A board without somebody who was forgotten."""

from __future__ import annotations

from core.boards.rounds import changed
from core.types.boards import Board, Idea


def without(board: Board, person: str, *, ideas_too: bool) -> Board:
    """The board without a person: before the ideas are revealed theirs go with them; afterwards they become nameless, or go too.

    Dots go in any case.
    """
    goes = ideas_too or board.hidden
    ideas = tuple(one for idea in board.ideas if (one := _nameless(idea, board, person, goes)))
    numbers = {idea.number for idea in ideas}
    return changed(
        board,
        leader=None if board.leader and board.leader.key == person else board.leader,
        members=tuple(one for one in board.members if one.user.key != person),
        ideas=ideas,
        dots={key: own for key, own in board.dots.items() if key != person},
        second={key: own for key, own in board.second.items() if key != person},
        chosen=tuple(number for number in board.chosen if number in numbers),
        made=tuple(one for one in board.made if one.by != person),
        tied=tuple(number for number in board.tied if number in numbers),
    )


def _nameless(idea: Idea, board: Board, person: str, goes: bool) -> Idea | None:
    if person not in idea.authors:
        return idea
    rest = [key for key in idea.authors if key != person]
    if not rest and (goes or not idea.text):
        return None
    photo = {"photo": None, "piece": ""} if person == idea.author else {}  # the picture was theirs
    names = tuple(one.user.shown_name for one in board.members if one.user.key in rest)
    return idea.model_copy(update={"author": rest[0] if rest else "", "also": tuple(rest[1:]), "names": names, **photo})
