"""Who may, how much, how often."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from core.errors import Limited, NotAllowed
from core.ports import Store
from core.settings import Settings
from core.types import Place, User

PHOTO_LIMIT = 16
"""Photos per request: what an edit takes (OpenAI's images API, 2026-11)."""

FILE_LIMIT = 50 * 1024 * 1024
"""Bytes per photo: what an edit takes (OpenAI's images API, 2026-11)."""


def day_start(now: float) -> float:
    """The start of the day (UTC) in which ``now`` lies."""
    return _start_of_day(now).timestamp()


def month_start(now: float) -> float:
    """The start of the month (UTC) in which ``now`` lies."""
    return _start_of_day(now).replace(day=1).timestamp()


def next_day(now: float) -> datetime:
    """When today's quota resets (UTC)."""
    return _start_of_day(now) + timedelta(days=1)


def next_month(now: float) -> datetime:
    """When this month's budget resets (UTC)."""
    return (_start_of_day(now).replace(day=1) + timedelta(days=32)).replace(day=1)


class Limits:
    """Checks people against the operator's settings. A limit of 0 is no limit."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def check_allowed(self, user: User, place: Place) -> None:
        """Raise ``NotAllowed`` for people and chats that are not on the operator's list."""
        if not self.allows(user, place):
            raise NotAllowed("not-allowed-here")

    def allows(self, user: User, place: Place) -> bool:
        """Whether a person may use the studio in a place. Without a list everyone may.

        An entry of the list is ``platform``, ``platform:user`` or ``platform:#chat``.
        """
        allowed = self._settings.allowed
        return not allowed or bool({place.platform, user.key, f"{place.platform}:#{place.chat}"} & set(allowed))

    async def check_paid(self, user: User) -> None:
        """Raise ``Limited`` where a person's rate or quota, or everybody's budget, is used up."""
        now = time.time()
        settings = self._settings
        if settings.person_per_minute:
            started = await self._store.jobs_since(now - 60, user.key)
            if started >= settings.person_per_minute:
                raise Limited("too-fast", retry_after=60, limit=settings.person_per_minute)
        if (
            settings.person_daily_usd
            and (await self._store.spent(day_start(now), user.key)).usd >= settings.person_daily_usd
        ):
            raise Limited("over-quota", resets=next_day(now).strftime("%H:%M UTC"))
        if (
            settings.monthly_budget_usd
            and (await self._store.spent(month_start(now))).usd >= settings.monthly_budget_usd
        ):
            raise Limited("over-budget", resets=next_month(now).strftime("%Y-%m-%d"))


def _start_of_day(now: float) -> datetime:
    return datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
