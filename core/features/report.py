"""The daily report: what was spent yesterday and this month, told each morning in a chat of the operator's choice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from core import texts
from core.conversation.feature import Feature
from core.conversation.limits import day_start, month_start
from core.conversation.timers import Outcome, said
from core.features.steps.toolbox import Toolbox
from core.ports import Change
from core.settings import Settings
from core.types import Reply, Timer

REPORT = "report"
HOUR = 8
"""Of the day (UTC) at which it is told."""

A_DAY = 24 * 3600.0


def next_report(settings: Settings, after: float) -> Iterator[Timer]:
    """The timer of the report that comes after a time; none where no chat is named. The same day's is set once."""
    place = settings.report_place
    if place:
        at = day_start(after) + HOUR * 3600
        at += A_DAY if at <= after else 0
        day = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
        yield Timer(id=f"{REPORT}:{place.home}:{day}", at=at, what=REPORT, place=place, language=settings.language)


async def report(timer: Timer, tools: Toolbox) -> Outcome:
    """Tell it, and set the next. Where the settings name another chat by now, this one hears no more."""
    settings, store = tools.settings, tools.store
    coming = tuple(next_report(settings, max(timer.at, time.time() - A_DAY)))  # of many days away only the last is told
    if settings.report_place is None or settings.report_place.home != timer.place.home:
        return Outcome()
    today = day_start(timer.at)
    before, until_now = await store.spent(today - A_DAY), await store.spent(today)
    month = await store.spent(month_start(timer.at))
    language = timer.language
    told = {
        "day": texts.day(today - A_DAY, language),
        "usd": texts.money(max(0.0, before.usd - until_now.usd), language),
        "calls": before.calls - until_now.calls,
        "month": texts.money(month.usd, language),
    }
    lines = [texts.say("report", language, **told)]
    if settings.monthly_budget_usd:
        lines.append(texts.say("report-budget", language, budget=texts.money(settings.monthly_budget_usd, language)))
    if waiting := len(await store.open_jobs()):
        lines.append(texts.say("report-open", language, count=waiting))
    reply = Reply(text="\n".join(lines))
    return Outcome(change=Change(replies=said(timer, reply), timers=coming))


FEATURE = Feature(timers={REPORT: report}, says=("report", "report-budget", "report-open"))
