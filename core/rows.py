"""The action rows: what can be done with a piece, as buttons whose action is ``<verb>:<piece>``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from core import texts
from core.settings import Settings
from core.types import Button, Link, Piece, PieceKind, Reply

PICTURE_VERBS = ("rate-up", "rate-down", "vary", "edit", "redraw", "prompt", "original", "delete")
TEXT_VERBS = ("rate-up", "rate-down", "draw", "continue", "change-text", "export", "delete")
REGION_VERBS = ("region-use", "region-invert", "region-cancel")
PHOTO_VERBS = ("edit", "vary")


def row(verbs: Iterable[str], piece: str, language: str) -> tuple[Button, ...]:
    """Buttons of these verbs for one piece."""
    return tuple(Button(action=f"{verb}:{piece}", label=texts.say(f"button-{verb}", language)) for verb in verbs)


def link(url: str, label: str, settings: Settings) -> Link:
    """A button that leads to a page: over ``https``, or over ``http`` where the studio's own page is served so, on this machine alone.

    Raises ``ValueError`` for any other address.
    """
    made = Link(url=url, label=label)
    if settings.public_scheme == "https" and not made.url.lower().startswith("https:"):
        raise ValueError("only https may be shown")
    return made


def pictures_row(pieces: Sequence[Piece], language: str) -> tuple[Button, ...]:
    """A single picture's own row; for several: rate them all, and 1…n to get one with its own row."""
    if len(pieces) == 1:
        return row(PICTURE_VERBS, pieces[0].id, language)
    numbers = tuple(Button(action=f"pick:{piece.id}", label=str(place)) for place, piece in enumerate(pieces, 1))
    return (*row(("rate-up", "rate-down"), pieces[0].id, language), *numbers)


def shown(piece: Piece, language: str) -> Reply:
    """One piece with its own row."""
    if piece.kind is PieceKind.TEXT:
        return Reply(text=piece.words, pieces=(piece,), buttons=row(TEXT_VERBS, piece.id, language))
    if piece.kind is PieceKind.DOCUMENT:
        return Reply(pieces=(piece,), quotes=piece.sources)
    return Reply(text=piece.caption, pieces=(piece,), buttons=pictures_row((piece,), language))


def chooser(pieces: Iterable[str], question: str) -> tuple[Button, ...]:
    """Buttons 1…n that answer "which one?", each naming the question: of two that wait, the older one is over."""
    return tuple(Button(action=f"choose:{piece}:{question}", label=str(place)) for place, piece in enumerate(pieces, 1))
