"""What became of a board's ideas, found among what was made in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.types import Board, KeptPiece, PieceKind

LOOKED_AT = 200
"""The newest works of a place, which are looked through (our own rule)."""


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
