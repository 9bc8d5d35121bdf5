"""``/history``: the last pieces, newest first, each with what it was made from."""

from __future__ import annotations

from core import texts
from core.conversation.commands import Command, Parsed
from core.conversation.feature import Feature, Hands
from core.conversation.moment import Moment
from core.types import Button, KeptPiece, PieceKind, Reply

MOST = 8
"""Pieces that are listed."""


async def history(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """List the session's last pieces, with a button for each."""
    language = here.language
    kept = await hands.store.pieces(here.session.key, MOST)
    if not kept:
        return await hands.desk.answer(here, Reply(text=texts.say("history-empty", language), private=True))
    lines = [texts.say("history-title", language)]
    lines += [await _line(hands, place, piece, language) for place, piece in enumerate(kept, 1)]
    buttons = tuple(Button(action=f"pick:{piece.piece.id}", label=str(place)) for place, piece in enumerate(kept, 1))
    shown = tuple(piece.piece for piece in kept)
    quotes = tuple(dict.fromkeys(one for piece in shown for one in (piece.id, piece.parent) if one))
    reply = Reply(text="\n".join(lines), mentions=shown, quotes=quotes, buttons=buttons, private=True)
    return await hands.desk.answer(here, reply)


async def _line(hands: Hands, place: int, kept: KeptPiece, language: str) -> str:
    piece = kept.piece
    parent = await hands.store.piece(piece.parent) if piece.parent else None
    sign = "📖" if piece.kind is PieceKind.TEXT else "🖼"
    line = f"{place}. {sign} {texts.shortened(piece.caption or piece.shown_prompt or piece.words)}"
    if parent:
        source = texts.shortened(parent.piece.caption or texts.say("your-photo", language), 40)
        line += " " + texts.say("history-from", language, parent=source)
    if piece.is_built_in and not hands.settings.image_is_embedded:
        line += f" · {texts.say('price-built-in', language)}"
    score = await hands.store.score(piece.id)
    return line + (f"  ({score.score:+g})" if score.count else "")


FEATURE = Feature(
    Command("history", private=True, aliases=("历史",)),
    about="your last pieces and what came from what",
    answer=history,
    says=("history-title", "history-empty", "history-from", "price-built-in"),
)
