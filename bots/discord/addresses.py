"""Where an answer goes: to a message, or to an interaction by its token. Kept as one string, so that it survives a restart."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bots.discord.limits import EPOCH_MS, TOKEN_SECONDS


@dataclass(frozen=True)
class Interaction:
    """A slash command (or the like) that was acknowledged. ``guest``: the bot itself cannot post there, only answer by the token."""

    id: int
    token: str
    guest: bool = False

    def __str__(self) -> str:
        return f"{'guest' if self.guest else 'asked'}.{self.id}.{self.token}"

    @property
    def expired(self) -> bool:
        """Whether the token is no longer good."""
        born = ((self.id >> 22) + EPOCH_MS) / 1000
        return time.time() - born > TOKEN_SECONDS


def read(address: str) -> Interaction | int | None:
    """The interaction or the message's id that a string stands for."""
    kind, _, rest = address.partition(".")
    number, _, token = rest.partition(".")
    if kind in ("guest", "asked") and number.isdecimal() and token:
        return Interaction(int(number), token, kind == "guest")
    return int(address) if address.isdecimal() else None
