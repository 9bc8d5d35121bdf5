"""Who may do what with whose things. What is not known means no."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

import structlog

from core.conversation.moment import Moment
from core.errors import FabulaError, NotAllowed
from core.ports import Standing, Store
from core.recent import Recent
from core.types import KeptPiece, Place, User

REMEMBERED = 2000
"""People in chats whose standing is remembered."""

REMEMBERED_SECONDS = 30.0
"""For so long a platform's word is good: whoever presses three buttons is asked about once, and who was made an administrator hardly waits."""

LEFT_SECONDS = 3.0
"""For so long its word is good that somebody is still there: what goes on by itself at their cost asks before each of its steps."""

Whose = Literal["anybody", "user", "owner"]
"""For whom something is: whoever sees a piece, who may make something new of it, or its author and administrators."""

log = structlog.get_logger()


class Rights:
    """Checks what people want to do with pieces and rooms. Raises ``NotAllowed`` where they may not."""

    def __init__(
        self, store: Store, standings: Mapping[str, Standing], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``standings``: whom to ask, by platform; it may be filled later. ``clock`` gives seconds."""
        self._store = store
        self._standings = standings
        self._clock = clock
        self._known: Recent[tuple[str, str, str], tuple[bool, float]] = Recent(REMEMBERED)

    async def administers(self, user: User, place: Place) -> bool:
        """Whether a person administers a place, as its platform says now or said a moment ago."""
        if user.administrator is not None:
            return user.administrator
        if place.private or place.peers or place.platform not in self._standings:
            return False
        return await self._asked(
            "administers", user, place, self._standings[place.platform].administers, REMEMBERED_SECONDS
        )

    async def attends(self, user: User, place: Place) -> bool:
        """Whether a person who comes from elsewhere is in a place, as its platform says now or said a moment ago."""
        if place.platform not in self._standings:
            return False
        return await self._asked("attends", user, place, self._standings[place.platform].attends, REMEMBERED_SECONDS)

    async def has_left(self, user: User, place: Place) -> bool:
        """Whether a person who comes by another road than a place itself is not in it any more, as its platform says now or said a moment ago."""
        if place.private or place.peers or place.platform not in self._standings:
            return False
        return await self._asked("has-left", user, place, self._standings[place.platform].has_left, LEFT_SECONDS)

    async def _asked(
        self, what: str, user: User, place: Place, ask: Callable[[User, Place], Awaitable[bool]], seconds: float
    ) -> bool:
        """A platform's word, remembered for so many seconds; what cannot be found out means no."""
        key = (what, place.home, user.key)
        known, until = self._known.get(key, (False, 0.0))
        if until > self._clock():
            return known
        try:
            known = await ask(user, place)
        except FabulaError as error:
            log.info("standing unknown", platform=place.platform, code=error.code)
            return False
        self._known[key] = known, self._clock() + seconds
        return known

    async def check_runs(self, here: Moment) -> None:
        """What concerns a whole room is for its administrators; where nobody runs a place, for everybody in it."""
        place = here.event.place
        if not (place.private or place.peers or await self.administers(here.user, place)):
            raise NotAllowed("only-administrators")

    async def check_piece(self, here: Moment, whose: Whose, kept: KeptPiece) -> None:
        """Whether this person may do to a piece what is for ``whose`` it is, by whatever road."""
        if whose == "owner":
            await self.check_owner(here, kept.author)
        elif whose == "user":
            await self.check_use(here, kept)

    async def check_owner(self, here: Moment, author: str) -> None:
        """Only the author and administrators, also where a session is shared."""
        if author != here.user.key and not await self.administers(here.user, here.event.place):
            raise NotAllowed("only-author")

    async def check_use(self, here: Moment, kept: KeptPiece) -> None:
        """Of somebody else's piece one may make a new one of one's own where the session is the room's, or where it was shown to all."""
        if kept.author == here.user.key or (here.shared and kept.session == here.session.key):
            return
        if not await self._store.messages_showing(here.event.place, kept.piece.id, ""):
            await self.check_owner(here, kept.author)

    async def speaker(self, here: Moment, asked: str | None) -> User:
        """Who presses what only the person of the id ``asked`` may press: that person, or a group's administrator for one who spoke in its name.

        Raises ``NotAllowed`` for everybody else, and where nobody knows who was asked.
        """
        place, user = here.event.place, here.user
        if place.private or asked == user.id:
            return user
        if asked == place.chat and await self.administers(user, place):
            return user.model_copy(update={"id": place.chat, "administrator": True})
        raise NotAllowed("not-asked")
