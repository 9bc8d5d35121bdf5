"""What became of a board's ideas, found among what was made in its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.types import Board, KeptPiece, PieceKind

LOOKED_AT = 200
"""The newest works of a place, which are looked through (our own rule)."""


def of_ideas(board: Board, kept: Iterable[KeptPiece]) -> Mapping[int, tuple[KeptPiece, ...]]:
    """The works that were made of ideas, oldest first, by the idea's number: whoever began one asked for the idea, in its very words."""
    found: dict[int, list[KeptPiece]] = {}
    for one in sorted(kept, key=lambda one: one.created):
        for made in board.made:
            idea = board.idea(made.idea)
            asked = (one.piece.request, *map(str, (one.piece.parameters.get("options") or {}).values()))
            known = found.setdefault(made.idea, [])
            if idea and one not in known and one.author == made.by and one.created >= made.at and idea.text in asked:
                known.append(one)
    return {number: tuple(works) for number, works in found.items() if works}


def picture_of(works: Iterable[KeptPiece]) -> KeptPiece | None:
    """The newest picture among them."""
    pictures = [one for one in works if one.piece.kind is PieceKind.PICTURE and one.piece.picture]
    return pictures[-1] if pictures else None
