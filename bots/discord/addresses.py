"""Where an answer goes: to a message, or to an interaction by its token. Kept as one string, so that it survives a restart."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bots.discord.limits import EPOCH_MS, FILE_BYTES, TOKEN_SECONDS

clock = time.time
"""The time in seconds since the epoch; tests put their own in its place."""


_ALONE = "-alone"


@dataclass(frozen=True)
class Interaction:
    """A command, a form or a press that was acknowledged.

    ``message``: the message whose button was pressed; 0 where the interaction has an answer of its own, which at first says "thinking".
    ``guest``: the bot is here only because a person brought it along, so it can only answer by the token.
    ``room``: the largest file in bytes. ``alone``: its answer is seen by its person alone.
    """

    id: int
    token: str
    message: int = 0
    guest: bool = False
    room: int = FILE_BYTES
    alone: bool = False

    def __str__(self) -> str:
        return f"{'guest' if self.guest else 'asked'}{_ALONE * self.alone}.{self.id}.{self.message}.{self.room}.{self.token}"

    @property
    def expired(self) -> bool:
        """Whether the token is no longer good."""
        born = ((self.id >> 22) + EPOCH_MS) / 1000
        return clock() - born > TOKEN_SECONDS


def read(address: str) -> Interaction | int | None:
    """The interaction or the message's id that a string stands for; ``None``: there is nothing to reply to."""
    if address.isdecimal():
        return int(address)
    kind, _, rest = address.partition(".")
    numbers, token = rest.split(".")[:3], rest.split(".", 3)[-1]
    whose = kind.removesuffix(_ALONE)
    if whose not in ("guest", "asked") or rest.count(".") < 3 or not all(number.isdecimal() for number in numbers):
        return None
    number, message, room = map(int, numbers)
    return Interaction(number, token, message, whose == "guest", room, kind != whose)
