"""``/history``: the last pieces, newest first, small to see, each with what it was made from; in a room everybody's, with who likes
them. How the newest picture came about is told step by step."""

from __future__ import annotations

from collections.abc import Sequence

from core import texts
from core.conversation import ratings
from core.conversation.commands import Command, Parsed
from core.conversation.feature import Feature, Hands
from core.conversation.moment import Moment
from core.features.steps_back import chain_of
from core.types import Button, KeptPiece, PieceKind, Reply

MOST = 8
"""Pieces that are listed."""

ENOUGH = 2
"""Pieces of a chain that the list itself tells of: what something came from."""


async def history(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """List the last pieces, with a button for each: one's own, and in a room all that this person could see there."""
    language, place = here.private_language, here.event.place
    if place.private:
        kept = await hands.store.pieces(here.session.key, MOST)
    else:
        kept = await hands.store.pieces_in(place, here.user.key, MOST)
    if not kept:
        return await hands.desk.answer(here, Reply(text=texts.say("history-empty", language), private=True))
    lines = [texts.say("history-title" if place.private else "history-room", language)]
    told = [await _line(hands, here, number, piece) for number, piece in enumerate(kept, 1)]
    lines += [line for line, _ in told]
    buttons = tuple(Button(action=f"pick:{piece.piece.id}", label=str(number)) for number, piece in enumerate(kept, 1))
    shown = tuple(piece.piece for piece in kept)
    quotes = [one for piece in shown for one in (piece.id, piece.parent) if one]
    quotes += [person for _, named in told for person in named]
    reply = Reply(
        text="\n".join(lines),
        mentions=shown,
        quotes=tuple(dict.fromkeys(quotes)),
        buttons=buttons,
        private=True,
        thumbnails=True,
    )
    return await hands.desk.answer(here, reply, *await _steps(hands, kept, language))


async def _steps(hands: Hands, kept: Sequence[KeptPiece], language: str) -> tuple[Reply, ...]:
    """How the newest picture came about, step by step, where it took several."""
    newest = next((one.piece for one in kept if one.piece.picture), None)
    chain = await chain_of(hands.store, newest) if newest else ()
    if len(chain) <= ENOUGH:
        return ()
    lines = [texts.say("history-steps", language)]
    for number, piece in enumerate(chain, 1):
        own = texts.say("your-photo", language) if piece.kind is PieceKind.PHOTO else piece.request or piece.caption
        lines.append(f"{number}. {texts.shortened(own)}")
    drawn = [(number, piece) for number, piece in enumerate(chain, 1) if piece.kind is not PieceKind.PHOTO]
    buttons = tuple(Button(action=f"pick:{piece.id}", label=str(number)) for number, piece in drawn)
    quotes = tuple(piece.id for piece in chain)
    told = "\n".join(lines)
    return (Reply(text=told, mentions=chain, quotes=quotes, buttons=buttons, private=True, thumbnails=True),)


async def _line(hands: Hands, here: Moment, number: int, kept: KeptPiece) -> tuple[str, tuple[str, ...]]:
    """What the list says of a piece, and whom it names or quotes, by their keys."""
    piece, language = kept.piece, here.private_language
    named: tuple[str, ...] = ()
    parent = await hands.store.piece(piece.parent) if piece.parent else None
    sign = "📖" if piece.kind is PieceKind.TEXT else "🖼"
    line = f"{number}. {sign} {texts.shortened(piece.caption or piece.shown_prompt or piece.words)}"
    if parent:
        source = texts.shortened(parent.piece.caption or texts.say("your-photo", language), 40)
        line += " " + texts.say("history-from", language, parent=source)
    if piece.is_built_in and not hands.settings.image_is_embedded:
        line += f" · {texts.say('price-built-in', language)}"
    if piece.idea and (board := await hands.store.board(piece.idea.board)):
        line += f" · 🧠 {texts.shortened(board.topic, 40)}"
        named = board.authors_of()
    score = await hands.store.score(piece.id)
    who, raters = await who_rated(hands, here, piece.id)
    if who:
        return f"{line}  {who}", (*named, *raters)
    return line + (f"  ({score.score:+g})" if score.count else ""), named


async def who_rated(hands: Hands, here: Moment, piece: str) -> tuple[str, tuple[str, ...]]:
    """Who likes a piece and who does not, of those who said so in this room, and their keys; nothing where somebody is alone with the bot."""
    if here.event.place.private:
        return "", ()
    raters = await hands.store.raters(piece, here.event.place)
    return ratings.told(raters, here.private_language), tuple(one.user for one in raters)


FEATURE = Feature(
    Command("history", private=True, aliases=("历史",)),
    about="your last pieces and what came from what",
    answer=history,
    says=(
        *(
            "history-title",
            "history-room",
            "history-empty",
            "history-from",
            "history-steps",
            "your-photo",
            "price-built-in",
        ),
        *("raters-more", "list-comma"),
    ),
)
