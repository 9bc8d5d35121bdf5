"""Who may, how much, how often."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from core.errors import Limited, NotAllowed
from core.jobs import Estimator
from core.ports import Bound, Bounds, Store
from core.settings import Settings
from core.types import KeptJob, Place, Request, User

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


def allows(settings: Settings, user: User, place: Place) -> bool:
    """Whether the operator's list lets a person use the studio in a place. Without a list everyone may.

    An entry of the list is ``platform``, ``platform:user`` or ``platform:#chat``.
    """
    allowed = settings.allowed
    return not allowed or bool({place.platform, user.key, f"{place.platform}:#{place.chat}"} & set(allowed))


class Limits:
    """Checks people against the operator's settings. A limit of 0 is no limit."""

    def __init__(self, store: Store, estimator: Estimator, settings: Settings) -> None:
        self._store = store
        self._estimator = estimator
        self._settings = settings

    def check_allowed(self, user: User, place: Place) -> None:
        """Raise ``NotAllowed`` for people and chats that are not on the operator's list."""
        if not self.allows(user, place):
            raise NotAllowed("not-allowed-here")

    def allows(self, user: User, place: Place) -> bool:
        """Whether a person may use the studio in a place."""
        return allows(self._settings, user, place)

    def estimate(self, request: Request) -> float:
        """What a request will cost about, in USD."""
        return self._estimator.usd(request)

    def bounds(self, request: Request, press: str = "") -> Bounds:
        """What a request has to stay within, and what is reserved for it."""
        settings = self._settings
        limited = settings.person_daily_usd or settings.monthly_budget_usd
        return self._now().model_copy(
            update={
                "reserved": self._estimator.usd(request) if limited else 0.0,
                "per_minute": settings.person_per_minute,
                "press": press,
            }
        )

    def going_on(self, request: Request) -> Bounds:
        """What a request has to stay within that an accepted one goes on as: it was counted once, and its press too."""
        return self.bounds(request).model_copy(update={"per_minute": 0})

    async def check_still(self, job: KeptJob) -> None:
        """Look again before a job pays for something: it may have waited, and a bill may be higher than its estimate. Raises ``Limited``."""
        if not (self._settings.person_daily_usd or self._settings.monthly_budget_usd):
            return
        bound = await self._store.still_within(job.id, job.request.author.key, self._now())
        if bound:
            raise self.exceeded(bound)

    def exceeded(self, bound: Bound) -> Limited:
        """The sentence about a bound that is broken, with the time from which on it no longer is."""
        now = time.time()
        match bound:
            case "over-quota":
                return Limited(bound, resets=next_day(now).strftime("%H:%M UTC"))
            case "over-budget":
                return Limited(bound, resets=next_month(now).strftime("%Y-%m-%d"))
            case _:
                return Limited("too-fast", retry_after=60, limit=self._settings.person_per_minute)

    def _now(self) -> Bounds:
        settings, now = self._settings, time.time()
        return Bounds(
            unpriced=settings.unpriced_usd,
            daily=settings.person_daily_usd,
            day=day_start(now),
            monthly=settings.monthly_budget_usd,
            month=month_start(now),
        )


def _start_of_day(now: float) -> datetime:
    return datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
