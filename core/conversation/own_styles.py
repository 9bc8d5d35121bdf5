"""Styles of people's own: kept by a name as a text that says how such a picture is made, with the pictures that show it, and brought along by it."""

from __future__ import annotations

import re

from core import prompts
from core.errors import BadInput
from core.ports import Store
from core.types import KeptPiece, Piece, Request, Session

KEPT = 20
"""Styles that a session keeps."""

NAME, NAME_BYTES = 24, 48
"""Signs of a style's name, and its bytes: it stands in a button's action, which has 64 (Telegram)."""

MOST_PICTURES = 5
"""Pictures of which a style is made (our own rule): more say nothing new, and the models take sixteen in all."""

WORDS = 300
"""Signs of how a picture in a style is made."""

ABOUT = "style"
"""What a text that tells of a style keeps under this name among its parameters."""

_NAME = re.compile(r"[^\W\d_](?:[\w'’ -]{0,22}\w)?")


def check_new(session: Session, name: str) -> None:
    """Raise ``BadInput`` for a name that cannot be typed behind ``--style`` or is one of Fabula's own, and for one style too many."""
    if not _NAME.fullmatch(name) or len(name.encode()) > NAME_BYTES:
        raise BadInput("style-name", limit=NAME)
    if prompts.find_style(name):
        raise BadInput("style-taken", name=name)
    if session.style(name) is None and len(session.styles) >= KEPT:
        raise BadInput("style-full", limit=KEPT)


def words_of(piece: Piece) -> str:
    """How a picture in a style is made of which a text tells."""
    about = piece.parameters.get(ABOUT)
    return str(about.get("words", ""))[:WORDS] if isinstance(about, dict) else ""


def pictures_of(piece: Piece) -> tuple[str, ...]:
    """The ids of the pieces that show a style of which a text tells; none where it was made of words."""
    about = piece.parameters.get(ABOUT)
    return tuple(map(str, about.get("pictures", ())))[:MOST_PICTURES] if isinstance(about, dict) else ()


async def brought(store: Store, session: Session, request: Request) -> Request:
    """The request with the words and pictures of the style of somebody's own that it names.

    One that was chosen once and is gone is left out.
    """
    style = request.options.get("style", "")
    if not style or style in prompts.STYLES:
        return request
    named = session.style(style)
    kept = await store.piece(named.piece) if named else await _told_by(store, session, style)
    options = dict(request.options)
    if kept:
        options["style"] = words_of(kept.piece)
    elif named or style == session.preferences.style:
        del options["style"]
    shown = pictures_of(kept.piece) if kept else ()
    return request.model_copy(update={"options": options, "style_pictures": shown})


async def _told_by(store: Store, session: Session, words: str) -> KeptPiece | None:
    """The style that is told by these words: what was made in one has them, and is asked for again with its pictures."""
    every = await store.pieces_of([one.piece for one in session.styles]) if session.styles else ()
    return next((kept for kept in every if words_of(kept.piece) == words), None)
