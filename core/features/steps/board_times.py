"""When the first round of a board ends, as people say it."""

from __future__ import annotations

import time

from core import texts, times
from core.boards import rounds
from core.errors import BadInput

SHORTEST = 60.0
"""Seconds that a round takes at least."""


def deadline(said: str, now: float, zone: str) -> float:
    """When the first round ends. Raises ``BadInput`` for a time that cannot be read, that is over, and that is too far away."""
    at = times.read(said, now, times.zone(zone))
    if at is None:
        raise BadInput("board-until-unreadable", said=texts.shortened(said, times.LONGEST), zone=zone)
    if at <= now + SHORTEST:
        raise BadInput("board-until-past")
    if at > now + rounds.LASTS:
        raise BadInput("board-until-far", days=round(rounds.LASTS / 86400))
    return at


def parted(said: str, zone: str) -> tuple[str, str]:
    """A time that was said before the topic, and the topic: as many words as can be read belong to the time."""
    words = said.split()
    lengths = range(len(words), 0, -1)
    known, now = times.zone(zone), time.time()
    time_words = next((one for one in lengths if times.read(" ".join(words[:one]), now, known) is not None), len(words))
    return " ".join(words[:time_words]), " ".join(words[time_words:])
