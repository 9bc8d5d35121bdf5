"""A board without somebody who was forgotten."""

from __future__ import annotations

from core.boards.rounds import changed
from core.types.boards import Board, Idea

UNSAID = "…"
"""What a board is about whose topic went with who had named it."""


def without(board: Board, person: str, *, ideas_too: bool) -> Board:
    """The board without a person: ideas that are hidden go with them, also one that was kept back; others become nameless, or go too.

    Dots go in any case; those that others gave to an idea that goes are theirs to give again. With their ideas goes the topic that they named.
    """
    leads = board.leader is not None and board.leader.key == person
    everything = ideas_too or board.hidden
    ideas = tuple(one for idea in board.ideas if (one := _nameless(idea, board, person, everything or idea.kept_back)))
    numbers = {idea.number for idea in ideas}
    return changed(
        board,
        topic=UNSAID if leads and ideas_too else board.topic,
        leader=None if leads else board.leader,
        members=tuple(one for one in board.members if one.user.key != person),
        ideas=ideas,
        dots={
            key: {number: dots for number, dots in own.items() if number in numbers}
            for key, own in board.dots.items()
            if key != person
        },
        second={key: number for key, number in board.second.items() if key != person and number in numbers},
        chosen=tuple(number for number in board.chosen if number in numbers),
        made=tuple(one for one in board.made if one.by != person),
        tied=tuple(number for number in board.tied if number in numbers),
    )


def gone_from_poll(before: Board, after: Board) -> tuple[int, ...]:
    """The numbers of the ideas that may still be chosen in a board's poll, and are not there any more."""
    left = {idea.number for idea in after.ideas}
    return tuple(
        idea.number for idea in before.ideas if after.polls and idea.number in after.asked and idea.number not in left
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
