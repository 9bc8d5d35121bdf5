"""``/start``: a welcome; and where links lead to: to a piece in its author's private chat, to a form that waits there."""

from __future__ import annotations

from core.conversation import forms
from core.conversation.commands import SHOW, Command, Parsed
from core.conversation.feature import Feature, Hands
from core.conversation.moment import Moment
from core.errors import BadInput, NotAllowed
from core.features import opening
from core.features.help import greet
from core.rows import shown
from core.types import SessionUpdate


async def start(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """Welcome, or bring what a link promised."""
    operates = hands.limits.ruling.operates
    if operates.closed and operates(here.user):
        await opening.ask(hands, here)
    elif parsed.words.startswith(forms.START):
        await forms.begin(hands, here, parsed.words.removeprefix(forms.START))
    elif parsed.words.startswith(SHOW):
        await _show(hands, here, parsed.words.removeprefix(SHOW))
    elif (arrival := hands.links.get(parsed.words.partition("_")[0])) and "_" in parsed.words:
        await arrival(hands, here, parsed.words.partition("_")[2])
    else:
        await greet(hands, here)


async def _show(hands: Hands, here: Moment, piece: str) -> None:
    """What a link promised that was posted where the piece itself could not be: to its author, with its own row.

    What somebody asked for who spoke as a group is for whoever may do that.
    """
    kept = await hands.store.piece(piece)
    if kept is None:
        raise BadInput("piece-gone")
    speaks = kept.author == kept.place.home and await hands.desk.rights.administers(here.user, kept.place)
    if kept.author != here.user.key and not speaks:
        raise NotAllowed("only-author")
    update = SessionUpdate(key=here.session.key, last_picture=piece if kept.piece.picture else None)
    await hands.desk.answer(here, shown(kept.piece, here.language), update=update)


FEATURE = Feature(
    Command("start", listed=False, aliases=("开始",)),
    about="a welcome, with the same examples",
    answer=start,
)
