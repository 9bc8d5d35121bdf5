"""What is begun of a board's ideas, and what became of them, found among what was made in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.boards.rounds import changed
from core.errors import BadInput
from core.types import Board, KeptPiece, PieceKind, User
from core.types.boards import Made

LOOKED_AT = 200
"""The newest works of a place, which are looked through (our own rule)."""


def making(board: Board, user: User, number: int, command: str, message: str, now: float, job: str = "") -> Board:
    """Something is begun of an idea. Raises ``BadInput`` for one that nobody may see yet, or that is not there."""
    if board.hidden or board.idea(number) is None:
        raise BadInput("board-idea-gone")
    begun = Made(idea=number, command=command, by=user.key, message=message, at=now, job=job)
    return changed(board, made=(*board.made, begun))


def of_ideas(board: Board, kept: Iterable[KeptPiece]) -> Mapping[int, tuple[KeptPiece, ...]]:
    """The works that were made of ideas, oldest first, by the idea's number."""
    found: dict[int, tuple[KeptPiece, ...]] = {}
    for one in sorted(kept, key=lambda one: one.created):
        if (idea := one.piece.idea) and idea.board == board.id:
            found[idea.number] = (*found.get(idea.number, ()), one)
    return found


def picture_of(works: Iterable[KeptPiece]) -> KeptPiece | None:
    """The newest picture among them."""
    pictures = [one for one in works if one.piece.kind is PieceKind.PICTURE and one.piece.picture]
    return pictures[-1] if pictures else None
