"""The people of the web page beyond this machine: who they are, what lets them in, and into which rooms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence, Set
from typing import Protocol

from pydantic import Field

from core.types import Value

NAME_LIMIT = 48
"""Characters of a name as it is shown."""

INVITATION_SECONDS = 7 * 86400
LOGIN_SECONDS = 90 * 86400


class Person(Value):
    """Somebody who may come in. ``id`` is random and never shown; ``name`` is for display alone and need not be the only one of its kind.

    The ``operator`` invites; a ``guest`` is let into the rooms they were invited to and nowhere else, without a private room.
    """

    id: str
    name: str
    operator: bool = False
    guest: bool = False


class Invitation(Value):
    """What a link says before it is used: the ``name`` it was made out to, the ``room`` it leads into (empty: the studio), who invites.

    ``person`` is set where it lets somebody in again who is known already.
    """

    name: str = ""
    room: str = ""
    person: str = ""
    inviter: str = ""

    def is_needless(self, known: Person) -> bool:
        """Whether somebody who is in already gains nothing by it; then it is not used up, since it is meant for another."""
        return not (self.room or self.person or known.guest)


class Token(Value):
    """An API token without its secret."""

    id: str
    label: str
    person: Person
    created: float


class Visit(Value):
    """Somebody (by their id) who was let in by the secret of a ``login`` or of an API ``token``, or is the operator by theirs; into a ``room``,
    or, where that is empty, to what is theirs alone. The secrets are not shown where it is.
    """

    person: str
    room: str = ""
    login: str = Field("", repr=False)
    token: str = Field("", repr=False)


class People(Protocol):
    """Keeps people and what lets them in. Secrets are handed out once and kept as hashes alone."""

    turned_away: int
    """How often this process has taken from somebody what let them in."""

    async def settle(self, token: str) -> Person:
        """The operator, made at the first start; log-ins with an earlier operator's ``token`` than this end."""
        ...

    async def operator(self) -> Person | None:
        """The operator, once they were settled."""
        ...

    async def everybody(self) -> Sequence[Person]:
        """Everybody who may come in, in the order in which they came."""
        ...

    async def rename(self, person: str, name: str) -> None:
        """Show somebody under another name."""
        ...

    async def remove(self, person: str) -> bool:
        """Let somebody in no more: their log-ins, tokens and memberships go, what they made stays. Of tables of theirs no further row is begun.

        ``False`` where there is nobody, or the operator.
        """
        ...

    async def invite(self, inviter: str, *, name: str = "", room: str = "", person: str = "") -> str:
        """The secret of a link that works once within seven days. ``person`` names somebody whom it lets in again."""
        ...

    async def invite_again(self, login: str) -> str | None:
        """The secret of a link for another device of whom that log-in is; ``None`` for one made with an API token, which it would outlive."""
        ...

    async def invitation(self, secret: str) -> Invitation | None:
        """What a link says; ``None`` where it was used, is too old, or never was."""
        ...

    async def accept(self, secret: str, name: str, known: Person | None = None) -> Person | None:
        """Use a link up. ``known`` is who uses it, where they are signed in: they become a member, or a guest no more. ``None`` as above."""
        ...

    async def log_in(self, person: str, token: str | None = None) -> str:
        """The secret of a new log-in, good for ninety days, or until the API token (its id) is revoked that it was made with."""
        ...

    async def logged_in(self, secret: str) -> Person | None:
        """Whose log-in that is."""
        ...

    async def log_out(self, secret: str) -> None:
        """End a log-in."""
        ...

    async def issue(self, label: str, *, person: str = "", room: str = "") -> tuple[Token, str] | None:
        """A new API token and its secret: of a person, or for a room, where a guest of that name is made. ``None`` for somebody unknown."""
        ...

    async def tokens(self) -> Sequence[Token]:
        """All API tokens, the oldest first."""
        ...

    async def by_token(self, secret: str) -> Token | None:
        """The API token with that secret."""
        ...

    async def behind(self, login: str) -> str:
        """The API token (its id) that a log-in was made with; empty for another."""
        ...

    async def revoke(self, token: str) -> bool:
        """Take an API token (by its id) back, with the log-ins made with it; ``False`` where there is none."""
        ...

    async def rooms(self, person: str) -> Sequence[str]:
        """The rooms that somebody is a member of, by name."""
        ...

    async def members(self, room: str) -> Set[str]:
        """The ids of those who are members of a room."""
        ...

    async def is_member(self, person: Person, room: str) -> bool:
        """Whether somebody is a member of a room."""
        ...

    async def opens(self, person: Person, room: str) -> bool:
        """Make who comes first into a new room its member; whether they are one then.

        One without members in which something was said already waits for the operator.
        """
        ...

    async def still_here(self, visits: Collection[Visit]) -> Collection[Visit]:
        """Those of them that would be let in now, all by one look."""
        ...


def display_name(words: str) -> str:
    """A name as it can be shown: in one line, without what would turn or hide its neighbours; empty where nothing is left."""
    visible = "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in words[: 4 * NAME_LIMIT])
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", visible)).strip()[:NAME_LIMIT].strip()
