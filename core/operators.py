"""Who operates this studio, and whether it is open to others."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, Iterable

from core.types import Place, User

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that look alike."""

CODE_LENGTH = 10
"""About 50 bits: with the pace at which somebody may ask, nobody finds it."""

OPERATORS, OPENED = "operators", "opened"
"""The sets in which is kept who came with the code, and whether the studio was opened."""

Keep = Callable[[str, frozenset[str]], Awaitable[None]]


async def _nowhere(of: str, names: frozenset[str]) -> None:
    """Keeps nothing."""


def _code(seed: bytes) -> str:
    """A code of a secret seed, or, without one, any."""
    signs = hmac.digest(seed, b"operator", "sha256") if seed else secrets.token_bytes(CODE_LENGTH)
    return "".join(CODE_LETTERS[sign % len(CODE_LETTERS)] for sign in signs[:CODE_LENGTH])


class Operators:
    """The keys of people (``telegram:42``), and the door of the platforms that strangers can reach.

    A fresh studio with a key to pay for is closed there until its operator has opened it: whoever finds a bot by its name could spend.
    """

    def __init__(
        self,
        known: Iterable[str],
        on_page: Iterable[str] = (),
        *,
        closed: bool = False,
        alone: bool = False,
        keep: Keep = _nowhere,
        seed: bytes = b"",
    ) -> None:
        """``on_page``: who signed in there, which makes nobody known elsewhere. ``closed``: whether it is not open
        to others yet. ``alone``: the page is for this machine alone, and nobody signs in. ``keep`` keeps a set of names. ``seed``: what the code is
        made of, so that all processes have the same. ``tell`` is called once something is set."""
        self._came = frozenset(known)
        self._known = self._came | frozenset(on_page)
        self._keep = keep
        self._alone = alone
        self.closed = closed
        self.tell: Callable[[], None] = lambda: None
        self.code = _code(seed) if closed and not self._came else ""

    def __call__(self, user: User) -> bool:
        """Whether somebody is one."""
        return user.key in self._known

    def runs(self, user: User) -> bool:
        """Whether somebody runs the studio: an operator, or who sits at its own machine."""
        return self(user) or (self._alone and user.platform == "web")

    def turns_away(self, user: User, place: Place) -> bool:
        """Whether the door is still closed for somebody. Who comes by the page was let in there."""
        return self.closed and place.platform != "web" and not self(user)

    def is_code(self, said: str) -> bool:
        """Whether that is the code, compared in constant time; it is good once."""
        return bool(self.code) and hmac.compare_digest(said.strip().upper().encode(), self.code.encode())

    def learn(self, came: frozenset[str], *, opened: bool) -> None:
        """Take up what another process has heard."""
        self._came |= came
        self._known |= came
        self.code = "" if came else self.code
        self.closed = self.closed and not opened

    async def add(self, user: User) -> None:
        """Have one more, who came with the code; it has done its work."""
        self.code = ""
        self._came |= {user.key}
        self._known |= {user.key}
        await self._keep(OPERATORS, self._came)
        self.tell()

    async def open(self) -> None:
        """Let everybody in whom the settings and the rules let in."""
        self.closed = False
        await self._keep(OPENED, frozenset({"yes"}))
        self.tell()
