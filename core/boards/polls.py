"""The poll of a vote: what is asked in it, and what comes of how it was answered."""

from __future__ import annotations

from collections.abc import Sequence

from core.boards import rounds
from core.boards.rounds import changed
from core.types import Board


def several(board: Board) -> bool:
    """Whether everybody may choose more than one answer: no poll has a limit in between."""
    return rounds.dots_each(board) > 1


def offers_what_is_gone(board: Board) -> bool:
    """Whether an idea stands in the poll that is on the board no more: who had it was forgotten."""
    return any(board.idea(number) is None for number in board.asked)


def counted(board: Board, given: Sequence[int] | None, now: float) -> Board:
    """The poll is closed, and ``given`` is how often each idea was chosen that it ``asked`` about; what comes next.

    ``None``: there was no poll, so the dots count that were given by buttons. Where there was one they do not, or somebody would have voted twice.
    """
    dots = dict(zip(board.asked, given or (), strict=False))
    if given is None:
        after = board
    elif board.round == "vote":
        after = changed(board, polled=dots, dots={})
    else:
        after = changed(board, repolled=dots, second={})
    goes_on = board.round == "vote" and board.counting == "next"
    return rounds.voted(after, now) if goes_on else rounds.decided(after, now)
