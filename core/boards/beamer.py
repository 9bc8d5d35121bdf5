"""The read-only page of a board, for a beamer: whether there is one."""

from __future__ import annotations

from core.boards.rounds import changed
from core.types import Board, new_id

AFTERWARDS = 24 * 3600.0
"""Seconds after its end for which a board is still shown: what was chosen is looked at together (our own rule)."""


def is_on(board: Board, now: float) -> bool:
    """Whether its page may be opened."""
    return bool(board.beamer) and (board.round != "over" or now < board.ended + AFTERWARDS)


def switched(board: Board, now: float) -> Board:
    """The link to it is worth nothing any more; or, where there was none, there is one, and another than before."""
    return changed(board, beamer="" if is_on(board, now) else new_id())
