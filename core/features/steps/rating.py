"""Rating a piece by a button, wherever that stands."""

from __future__ import annotations

from core.conversation import ratings
from core.conversation.feature import Hands, Pressed
from core.conversation.moment import Moment
from core.ports import Rating
from core.types import Reply

LIKES = frozenset({"rate-up", "like"})
"""The buttons that say 👍; the others say 👎."""


async def rate(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """👍 or 👎 for this piece alone: pressing it again takes it back."""
    emoji, other = ("👍", "👎") if pressed.verb in LIKES else ("👎", "👍")
    rating = Rating(
        pieces=(pressed.piece.id,),
        user=here.user.key,
        name=here.user.shown_name,
        home=here.event.place.home,
        room=ratings.room_of(here.event.place),
        teaches=ratings.learns(hands.settings, here.session.preferences),
        emoji=emoji,
        value=ratings.value(emoji),
        added=None,
        instead_of=other,
    )
    await hands.desk.answer(here, Reply(rated={}), ratings=(rating,), end=False)
