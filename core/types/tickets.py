"""What lets one person onto a page of ours, for one thing."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping

from pydantic import Field

from core.types.people import Place, User
from core.types.values import Value, new_id


class Ticket(Value):
    """Lets its person do one thing with one picture on a ``page`` of ours, until ``ends``, for the chat where they asked for it.

    ``id`` is a hash of the secret that the page's address holds: what is kept lets nobody in. ``message`` showed the ``piece``; ``job`` is the
    name that what comes of it will have. ``filled`` is what was sent by it, empty until then: it is good for sending once.
    """

    id: str
    page: str
    place: Place
    user: User
    piece: str
    message: str
    ends: float
    language: str = "en"
    job: str = Field(default_factory=new_id)
    filled: Mapping[str, str] = Field(default_factory=dict)

    @property
    def inbox(self) -> str:
        """The id of the update that comes of it."""
        return f"ticket:{self.id}"

    @property
    def used(self) -> bool:
        """Whether something was sent by it."""
        return bool(self.filled)


def ticket_secret() -> str:
    """A fresh secret for a page's address: 144 random bits in 24 characters, as Telegram's links take them."""
    return secrets.token_urlsafe(18)


def ticket_id(secret: str) -> str:
    """The id of the ticket with this secret. Two secrets are compared by their hashes alone, so how long that takes tells nothing of one."""
    return hashlib.sha256(f"ticket {secret}".encode()).hexdigest()[:40]
