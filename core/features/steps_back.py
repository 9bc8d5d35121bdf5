"""Steps back: under every changed picture, how it was before, and going back to that. Neither costs anything."""

from __future__ import annotations

import time

from core import texts
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.errors import BadInput
from core.ports import Store
from core.rows import row, shown
from core.types import Piece, PieceKind, Reply, SessionUpdate, Turn

LONGEST = 12
"""Steps of a chain that are looked up."""


async def compare(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Show what it was and what it is, beside each other."""
    after = pressed.piece
    before = await _before(hands, after)
    text = texts.say("compared", here.language, change=texts.shortened(after.request or after.caption))
    buttons = row(("step-back",), after.id, here.language)
    reply = Reply(text=text, pieces=(before, after), mentions=(after,), buttons=buttons, quotes=(before.id, after.id))
    await hands.desk.answer(here, reply)


async def step_back(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Show what it was made from, which is from now on what is changed next."""
    before = await _before(hands, pressed.piece)
    turn = Turn(role="fabula", text=f"[{before.caption or before.prompt}]", pieces=(before.id,))
    update = SessionUpdate(key=here.session.key, turns=(turn,), last_picture=before.id, asked=time.time())
    await hands.desk.answer(here, shown(before, here.language), update=update)


async def chain_of(store: Store, piece: Piece) -> tuple[Piece, ...]:
    """What a piece came of, oldest first and itself last; as far back as it is still there."""
    chain = [piece]
    while chain[0].parent and len(chain) < LONGEST:
        kept = await store.piece(chain[0].parent)
        if kept is None or kept.piece.picture is None or kept.piece in chain:
            break
        chain.insert(0, kept.piece)
    return tuple(chain)


async def _before(hands: Hands, piece: Piece) -> Piece:
    """What a picture was made from. Raises ``BadInput`` where that was deleted."""
    kept = await hands.store.piece(piece.parent) if piece.parent else None
    if kept is None or kept.piece.picture is None:
        raise BadInput("piece-gone")
    return kept.piece


_PICTURES = frozenset({PieceKind.PICTURE})
FEATURE = Feature(
    verbs={"compare": Verb(compare, _PICTURES, whose="user"), "step-back": Verb(step_back, _PICTURES, whose="user")},
    says=("compared",),
)
