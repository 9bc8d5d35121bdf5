"""The check of every button. An action is ``<verb>:<argument>``; nothing in it is trusted: the piece must have been shown in this very place."""

from __future__ import annotations

from core.conversation.feature import Hands, Pressed
from core.conversation.moment import Moment
from core.errors import NotAllowed
from core.types import PieceKind, Press


async def check(hands: Hands, here: Moment, press: Press) -> tuple[Moment, Pressed]:
    """Whether this person may press that here: the moment as who speaks, and what is pressed.

    Raises ``NotAllowed`` for a forged, foreign or outdated one.
    """
    name, _, argument = press.action.partition(":")
    desk, store = hands.desk, hands.store
    verb = hands.verbs.get(name)
    if verb is None:
        raise NotAllowed("button-unknown")
    kept = await store.piece(argument.partition(":")[0]) if verb.kinds else None
    if verb.kinds and (kept is None or kept.piece.kind not in verb.kinds):
        raise NotAllowed("button-unknown")
    by_ticket = bool(press.ticket)  # its person was shown it when they got that, under whatever id the chat had then
    if kept and not by_ticket and not await store.messages_showing(press.place, kept.piece.id, here.user.key):
        raise NotAllowed("button-unknown")
    if kept:
        await desk.rights.check_piece(here, verb.whose, kept)
    if verb.asked:
        of_region = kept is not None and kept.piece.kind is PieceKind.REGION
        here = await desk.as_asked(here, kept.author.partition(":")[2] if kept and of_region else press.asked)
    return here, Pressed(press, name, argument, kept)
