"""Who may, how much, how often."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from core.conversation.ruling import Ruling
from core.errors import Limited, NotAllowed
from core.jobs import Estimator, Take
from core.ports import Bound, Bounds, Ceiling, Change, Store
from core.rules.form import Rule, Span
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

    def __init__(self, store: Store, estimator: Estimator, settings: Settings, ruling: Ruling) -> None:
        """``ruling``: the operator's rules beside the settings."""
        self._store = store
        self._estimator = estimator
        self._settings = settings
        self.ruling = ruling
        self.blocked: frozenset[str] = frozenset()

    def check_allowed(self, user: User, place: Place) -> None:
        """Raise ``NotAllowed`` for people and chats that are not on the operator's list."""
        if self.ruling.operates.turns_away(user, place):
            raise NotAllowed("not-open-yet")
        if not self.allows(user, place):
            raise NotAllowed("not-allowed-here")

    def allows(self, user: User, place: Place) -> bool:
        """Whether a person may use the studio in a place."""
        if user.key in self.blocked or self.ruling.operates.turns_away(user, place):
            return False
        return allows(self._settings, user, place)

    def estimate(self, request: Request) -> float:
        """What a request will cost about, in USD."""
        return self._estimator.usd(request)

    def bounds(self, request: Request, press: str = "") -> Bounds:
        """What a request has to stay within, and what is reserved for it."""
        settings, ceilings = self._settings, self._ceilings(request)
        limited = (
            self.daily(request.author) or settings.monthly_budget_usd or any(one.usd is not None for one in ceilings)
        )
        return self._now(request.author).model_copy(
            update={
                "reserved": self._estimator.usd(request) if limited else 0.0,
                "per_minute": settings.person_per_minute,
                "press": press,
                "ceilings": ceilings,
            }
        )

    async def admit(self, request: Request, take: Take, press: str = "") -> tuple[Request, Bound | None]:
        """Have a request taken within its bounds, or, where a rule says so, a cheaper one in its place; and which bound it breaks, if it was not.

        Raises ``NotAllowed`` where the rules do not allow it at all.
        """
        self.ruling.check(request.author, request.place, request.called, request)
        request = self.ruling.thrifty(request)
        while True:
            bound = await take(request, self.bounds(request, press))
            rule = self.ruling.broken(bound) if bound else None
            if rule is None or rule.at_limit != "cheaper" or rule.name in request.beyond:
                return request, bound
            beyond = (*request.beyond, rule.name)
            request = self.ruling.thrifty(request.model_copy(update={"beyond": beyond}))

    async def admit_on(self, request: Request, take: Take) -> tuple[Request, Bound | None]:
        """``admit`` for what an accepted request goes on as: it was counted once, and its press too."""
        return await self.admit(request, lambda asked, bounds: take(asked, bounds.model_copy(update={"per_minute": 0})))

    def beyond(self, request: Request, bound: Bound, job: str = "") -> Change | Limited:
        """What comes of a request that breaks a bound: a question to who may allow it, where a rule says so, else the sentence about it.

        ``job``: the name that both the question and its job are looked for by.
        """
        rule = self.ruling.broken(bound)
        if rule is None or rule.at_limit != "ask":
            return self.exceeded(bound)
        place = request.place
        if place.private or place.peers:
            report = self._settings.report_place
            return self.ruling.question(request, rule, report, job) if report else self.exceeded(bound)
        return self.ruling.question(request, rule, place, job)

    async def check_still(self, job: KeptJob) -> None:
        """Look again before a job pays for something: it may have waited, and a bill may be higher than its estimate. Raises ``Limited``.

        Raises ``NotAllowed`` for who was blocked meanwhile; of a table the rows that have begun are finished.
        """
        if job.request.author.key in self.blocked and job.request.batch is None:
            raise NotAllowed("not-allowed-here")
        ceilings = tuple(one for one in self._ceilings(job.request) if one.usd is not None)
        if not (self.daily(job.request.author) or self._settings.monthly_budget_usd or ceilings):
            return
        bounds = self._now(job.request.author).model_copy(update={"ceilings": ceilings})
        bound = await self._store.still_within(job.id, job.request.author.key, bounds)
        if bound:
            raise self.exceeded(bound)

    def exceeded(self, bound: Bound) -> Limited:
        """The sentence about a bound that is broken, with the time from which on it no longer is."""
        now = time.time()
        if rule := self.ruling.broken(bound):
            return self._beyond_rule(bound.partition(":")[0], rule, now)
        match bound:
            case "over-quota":
                return Limited(bound, resets=next_day(now).strftime("%H:%M UTC"))
            case "over-budget":
                return Limited(bound, resets=next_month(now).strftime("%Y-%m-%d"))
            case _:
                return Limited("too-fast", retry_after=60, limit=self._settings.person_per_minute)

    def _beyond_rule(self, what: str, rule: Rule, now: float) -> Limited:
        """The sentence about a rule's limit: ``what`` is what it counts, and in which span."""
        kind, _, span = what.partition("-")
        amount = getattr(rule, kind).get(span, 0)
        told = {"limit": amount} if kind == "requests" else {"allowed": f"${amount:g}"}
        if span == "minute":
            return Limited(f"rule-{what}", retry_after=60, **told)
        resets = next_day(now).strftime("%H:%M UTC") if span == "day" else next_month(now).strftime("%Y-%m-%d")
        return Limited(f"rule-{what}", resets=resets, **told)

    def _ceilings(self, request: Request) -> tuple[Ceiling, ...]:
        now = time.time()
        since: dict[Span, float] = {"minute": now - 60, "day": day_start(now), "month": month_start(now)}
        limits = self.ruling.limits(request, since)
        own = self.ruling.own_of(request.author)
        return tuple(one.ceiling for one in limits if one.rule is not own or (one.what, one.span) != ("usd", "day"))

    def daily(self, user: User) -> float:
        """USD that somebody may spend in a day; 0 is no limit. What an operator set for them alone holds, and is no rule's ceiling then."""
        own = self.ruling.own_of(user)
        return own.usd["day"] if own and "day" in own.usd else self._settings.person_daily_usd

    def _now(self, user: User) -> Bounds:
        settings, now = self._settings, time.time()
        return Bounds(
            unpriced=settings.unpriced_usd,
            daily=self.daily(user),
            day=day_start(now),
            monthly=settings.monthly_budget_usd,
            month=month_start(now),
        )


def _start_of_day(now: float) -> datetime:
    return datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
