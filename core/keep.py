"""For how many days each kind of row is kept: what the operator may set, and what is usual."""

from __future__ import annotations

from collections.abc import Mapping

DAY = 24 * 3600.0

USUAL: Mapping[str, float] = {
    "inbox": 2,
    "media": 2,
    "journals": 30,
    "replies": 30,
    "timers": 30,
    "jobs": 400,
    "spends": 400,
    "events": 0,
}
"""Days after which a kind goes, where nothing else is set; 0: never.

``inbox``: updates that were handled. ``media``: bytes that no piece came to use. ``journals``: steps of jobs that ended. ``replies``: what was
delivered. ``timers``: those that are over. ``jobs``: those that have ended, but for the newest of each person in a conversation, by which ``/forget``
finds where they talked. ``spends``: what calls cost. ``events``: what the page shows of a chat, but for messages that still change.
"""

LEAST: Mapping[str, float] = {
    "inbox": 1,
    "media": 1,
    "journals": 1,
    "replies": 1,
    "timers": 1,
    "jobs": 62,
    "spends": 62,
    "events": 1,
}
"""Days of a kind that are needed: limits look at this month, and its trend at the one before."""


def read(words: str) -> dict[str, float]:
    """``events=90, jobs=365`` as days by kind, filled up with what is usual. Raises ``ValueError``."""
    days = dict(USUAL)
    for part in filter(None, (part.strip() for part in words.split(","))):
        kind, _, number = (one.strip() for one in part.partition("="))
        if kind not in USUAL or not (number.isascii() and number.isdigit() and len(number) < 6):
            raise ValueError("not a kind and its days")
        if 0 < int(number) < LEAST[kind]:
            raise ValueError("fewer days than are needed")
        days[kind] = int(number)
    return days
