"""The hub of a process beside others: what is added to a chat by one is read by the pages of all."""

from __future__ import annotations

from bots.web.hub import Data, Hub
from core.ports import EventRow, Others


class SharedHub(Hub):
    """Tells the others what it passes on. Progress comes to each process from the job itself, and is not told again."""

    def __init__(self, others: Others) -> None:
        super().__init__()
        self._others = others
        others.hear("added", super().added)
        others.hear("settled", lambda chat, request, kinds: Hub.settle(self, chat, request, *kinds))
        others.hear("live", super().live)
        others.hear("forgotten", super().forget)
        others.hear("again", self.look)

    def added(self, chat: str, person: str | None = None, row: EventRow | None = None) -> None:
        """As of the base class, for the pages of all processes; the others read the row themselves."""
        super().added(chat, person, row)
        self._others.tell("added", newest=f"added {chat} {person or ''}", chat=chat, person=person)

    def settle(self, chat: str, request: str, *kinds: str) -> None:
        """As of the base class, likewise."""
        super().settle(chat, request, *kinds)
        self._others.tell("settled", chat=chat, request=request, kinds=kinds)

    def live(self, chat: str, data: Data) -> None:
        """As of the base class, likewise."""
        super().live(chat, data)
        self._others.tell("live", chat=chat, data=data)

    def forget(self, user: str) -> None:
        """As of the base class, likewise."""
        super().forget(user)
        self._others.tell("forgotten", user=user)
