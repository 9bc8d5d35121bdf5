"""What was taken in and has no end yet: how often it was begun, and what is said where that leads to nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence

from core import texts
from core.conversation.moment import Moment
from core.errors import FabulaError
from core.jobs import Commits, failure
from core.ports import Change, InboxRow, NewReply, Store
from core.types import Event, Message, Place, Reply, Session

MOST_BEGUN = 3
"""What was begun so often without an end is set aside."""


class Inbox:
    """Counts how often an event is begun again, and gives up the one that never ends.

    The first time is not counted: a row without an end was begun once. So what goes well, as nearly everything does, costs no statement.
    """

    def __init__(self, store: Store, commits: Commits, language: str) -> None:
        """``language``: where a person's own is not known."""
        self._store = store
        self._commits = commits
        self._language = language

    async def waiting(self, platform: str, fresh: Collection[str] = ()) -> Sequence[InboxRow]:
        """What was kept of a platform and not handled, oldest first."""
        return await self._store.waiting_rows(platform, fresh)

    async def begin_again(self, rows: Collection[str]) -> bool:
        """Count, before it happens, that an event is begun once more; ``False`` where it has an end by now."""
        return await self._store.begin_again(rows)

    async def forgive(self, rows: Collection[str]) -> None:
        """Forget how often these were begun: the program was told to stop, so it was not they who ended it."""
        await self._store.forgive_rows(rows)

    async def set_aside(self, event: Event) -> None:
        """End an event with a sentence. Nothing else is read for it: that may be what never ends."""
        user = event.author if isinstance(event, Message) else event.user
        here = Moment(event, Session(key=""), texts.language_of(user.language, self._language), shared=False)
        await self._say("set-aside", event.inbox, event.place, user.key, here.message, here.language)

    async def pass_over(self, row: InboxRow, home: Callable[[str], Place | None]) -> None:
        """End a row that cannot be read any more, with a sentence where it says itself where it comes from, else at its person's ``home``."""
        place, message = _origin(row.payload)
        _, _, person = row.user.partition(":")
        place = place or (home(person) if person else None)
        if place is None:
            await self._commits.make(Change(inbox=(row.id,)))
        else:
            await self._say("event-unreadable", (row.id,), place, row.user, message, self._language)

    async def _say(
        self, code: str, rows: tuple[str, ...], place: Place, user: str, message: str, language: str
    ) -> None:
        said = (failure(FabulaError(code), language), Reply(end=True))
        replies = tuple(
            NewReply(
                key=f"{rows[0]}:{number}", place=place, user=user, in_reply_to=message, language=language, reply=reply
            )
            for number, reply in enumerate(said, 1)
        )
        await self._commits.make(Change(inbox=rows, replies=replies))


def _origin(payload: str) -> tuple[Place | None, str]:
    """Where a damaged event comes from, and which message it is or is about, as far as that can still be read."""
    try:
        kept = json.loads(payload)
        return Place.model_validate(kept["place"]), str(
            kept.get("id") or kept.get("answer_to") or kept.get("message") or ""
        )
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None, ""
