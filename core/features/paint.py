"""Painting what shall change: a page with a brush, opened by a button under any picture; what is sent from there is an edit like any other."""

from __future__ import annotations

from core.conversation.commands import PROMPT_LIMIT
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.conversation.questions import preferred
from core.errors import BadInput, NotAllowed
from core.features.edit import COMMAND
from core.rows import PAINTED
from core.types import PieceKind

PAGE = "paint"


async def painted(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Change the picture where it was painted on, as its person said there. Raises ``NotAllowed`` for what came without a ticket of theirs."""
    ticket = await hands.store.ticket(pressed.press.ticket) if pressed.press.ticket else None
    if ticket is None or not ticket.used or ticket.user.key != here.user.key or ticket.piece != pressed.piece.id:
        raise NotAllowed("button-unknown")
    filled = dict(ticket.filled)
    words = filled.pop("change", "")
    if len(words) > PROMPT_LIMIT:
        raise BadInput("prompt-too-long", limit=PROMPT_LIMIT)
    options = preferred(here.session.preferences, COMMAND, filled)
    request = hands.desk.request(here, COMMAND.name, words, options=options, sources=(pressed.piece.id,))
    await hands.desk.accept(here, request, job=ticket.job)


_SOURCES = frozenset({PieceKind.PICTURE, PieceKind.PHOTO})
FEATURE = Feature(
    verbs={
        PAGE: Verb(painted, _SOURCES, whose="user", page=PAGE),
        PAINTED: Verb(painted, _SOURCES, whose="user", slow=True, labelled=False),
    },
    says=("paint-page", "button-paint-page"),
    of="edit",
)
