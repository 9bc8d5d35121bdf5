"""Pieces as the API gives them."""

from __future__ import annotations

from typing import Any

from core.types import Document, Picture, Piece, Score


def piece_data(piece: Piece, score: Score) -> dict[str, Any]:
    """A piece as events show it."""
    shown = {"id": piece.id, "kind": str(piece.kind), "caption": piece.caption, "rating": rating(score)}
    shown |= {"parent": piece.parent} if piece.parent else {}
    if piece.document:
        return shown | _document(piece.id, piece.document)
    return shown | (picture_data(piece.picture) if piece.picture else {"url": None})


def rating(score: Score) -> dict[str, float]:
    """A score as the API gives it."""
    return {"score": score.score, "count": score.count, "mine": score.mine}


def picture_data(picture: Picture) -> dict[str, Any]:
    """Where a picture is, and its size."""
    shown = {"url": f"/media/{picture.media}", "width": picture.width, "height": picture.height, "mime": picture.mime}
    return shown | ({"spoiler": True} if picture.spoiler else {})


def _document(piece: str, document: Document) -> dict[str, Any]:
    """A file to keep, under its own name."""
    told = {"caption": document.name, "mime": document.mime, "size": document.size}
    return {"kind": "file", "url": f"/files/{piece}", **told}
