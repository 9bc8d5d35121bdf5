"""The action rows: what can be done with a piece, as buttons whose action is ``<verb>:<piece>``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from core import texts
from core.settings import Settings
from core.types import AnyButton, Button, Link, Piece, PieceKind, Reply

PICTURE_VERBS = ("rate-up", "rate-down", "vary", "edit", "paint", "redraw", "prompt", "original", "delete")
TEXT_VERBS = ("rate-up", "rate-down", "draw", "book", "continue", "change-text", "export", "delete")
LETTERED_VERBS = (
    *("rate-up", "rate-down", "set-words", "pdf", "vary", "edit", "paint", "redraw", "prompt", "original", "delete"),
)
DIAGRAM_VERBS = ("rate-up", "rate-down", "set-words", "pdf", "original", "delete")
ASKED_VERBS = ("delete-yes", "delete-no")
REGION_VERBS = ("region-use", "region-invert", "region-cancel")
CHARACTER_VERBS = ("rate-up", "rate-down", "character-rename", "character-redraw", "character-card", "character-forget")
BACK_VERBS = ("step-back", "compare")
"""What can be done with a picture that was made from another one."""

PHOTO_VERBS = ("edit", "paint", "vary")
PAGE_VERBS = ("paint",)
"""What opens a page of ours, and is shown only where one can be opened."""

PAINTED = "painted"
"""What was sent from the page to paint on. No message has a button with it: it comes with a ticket, or it does nothing."""


SETTING, DIAGRAM = "setting", "diagram"
"""Under these names a picture's parameters hold the words that are set over it, and the diagram that it shows."""


def picture_verbs(piece: Piece) -> tuple[str, ...]:
    """What can be done with a picture: one with words over it, or made of nothing else, offers to change them, one that was
    changed to go back."""
    if DIAGRAM in piece.parameters:
        return DIAGRAM_VERBS
    if piece.kind is PieceKind.PHOTO:
        return PHOTO_VERBS
    verbs = LETTERED_VERBS if SETTING in piece.parameters else PICTURE_VERBS
    changed = piece.parent and piece.parameters.get("command") in ("edit", "vary")
    return (*verbs[:2], *BACK_VERBS, *verbs[2:]) if changed else verbs


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
    """A single picture's own row; for several, of each: its number, to get it with its own row, and two thumbs."""
    if len(pieces) == 1:
        return row(picture_verbs(pieces[0]), pieces[0].id, language)
    return tuple(
        button
        for place, piece in enumerate(pieces, 1)
        for button in (
            Button(action=f"pick:{piece.id}", label=str(place)),
            *row(("rate-up", "rate-down"), piece.id, language),
        )
    )


def rows_by_piece(buttons: Sequence[AnyButton]) -> list[list[AnyButton]]:
    """A row for each of several pieces that has several buttons: a thumb has to stand beside the number that it speaks of.

    Nothing where they are not of this kind: platforms lay those out as they fit.
    """
    rows = [list(group) for _, group in groupby(buttons, key=lambda one: one.piece if isinstance(one, Button) else "")]
    of_pieces = all(isinstance(one[0], Button) and one[0].piece and len(one) > 1 for one in rows)
    return rows if len(rows) > 1 and of_pieces else []


def shown(piece: Piece, language: str) -> Reply:
    """One piece with its own row."""
    if piece.kind is PieceKind.TEXT:
        return Reply(text=told(piece, language), pieces=(piece,), buttons=row(TEXT_VERBS, piece.id, language))
    if piece.kind is PieceKind.DOCUMENT:
        return Reply(pieces=(piece,), quotes=piece.sources)
    return Reply(text=piece.caption, pieces=(piece,), buttons=pictures_row((piece,), language))


def told(piece: Piece, language: str) -> str:
    """The words of a text; under one that was stopped, that it was."""
    stopped = piece.parameters.get("stopped")
    return f"{piece.words.rstrip()}\n\n*{texts.say('stopped-here', language)}*" if stopped else piece.words


def chooser(pieces: Iterable[str], question: str) -> tuple[Button, ...]:
    """Buttons 1…n that answer "which one?", each naming the question: of two that wait, the older one is over."""
    return tuple(Button(action=f"choose:{piece}:{question}", label=str(place)) for place, piece in enumerate(pieces, 1))
