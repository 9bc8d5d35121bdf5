"""Who operates this studio: whom the settings name, who signed in with the operator's token, and who came first with the code of the start."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable

from core.types import User

CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that look alike."""

CODE_LENGTH = 10
"""About 50 bits: with the pace at which somebody may ask, nobody finds it."""


class Operators:
    """The keys of people (``telegram:42``)."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = set(known)
        self.code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))

    def __call__(self, user: User) -> bool:
        """Whether somebody is one."""
        return user.key in self._known

    def __bool__(self) -> bool:
        """Whether there is anybody."""
        return bool(self._known)

    def is_code(self, said: str) -> bool:
        """Whether that is the code, compared in constant time; it is good once."""
        return bool(self.code) and hmac.compare_digest(said.strip().upper().encode(), self.code.encode())

    def add(self, user: User) -> None:
        """Have one more; the code has done its work."""
        self._known.add(user.key)
        self.code = ""
