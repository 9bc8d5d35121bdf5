"""Styles of people's own: kept by a name as a text that says how such a picture is made, and brought along as those words by their name."""

from __future__ import annotations

import re

from core import prompts
from core.errors import BadInput
from core.ports import Store
from core.types import Piece, Request, Session

KEPT = 20
"""Styles that a session keeps."""

NAME, NAME_BYTES = 24, 48
"""Signs of a style's name, and its bytes: it stands in a button's action, which has 64 (Telegram)."""

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


async def brought(store: Store, session: Session, request: Request) -> Request:
    """The request with the words of the style of somebody's own that it names. One that was chosen once and is gone is left out."""
    style = request.options.get("style", "")
    if not style or style in prompts.STYLES:
        return request
    named = session.style(style)
    kept = await store.piece(named.piece) if named else None
    options = dict(request.options)
    if kept:
        options["style"] = words_of(kept.piece)
    elif named or style == session.preferences.style:
        del options["style"]
    return request.model_copy(update={"options": options})
