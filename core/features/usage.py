"""``/usage``: what it cost, and what is left."""

from __future__ import annotations

import time

from core import texts
from core.conversation.commands import Command, Parsed
from core.conversation.feature import Feature, Hands
from core.conversation.limits import day_start, month_start, next_day, next_month
from core.conversation.moment import Moment
from core.ports import Spent
from core.types import Reply


async def usage(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """What it cost today and this month, and what is left."""
    now, language, settings = time.time(), here.private_language, hands.settings
    today = await hands.store.spent(day_start(now), here.user.key)
    month = await hands.store.spent(month_start(now), here.user.key)
    spent = [_spent(each, language) for each in (today, month)]
    lines = [
        texts.say("usage-today", language, usd=spent[0], calls=today.calls),
        texts.say("usage-month", language, usd=spent[1], calls=month.calls),
    ]
    if month.unpriced:
        lines.append(texts.say("usage-unpriced", language, calls=month.unpriced))
    if daily := hands.limits.daily(here.user):
        used = await hands.store.used(day_start(now), settings.unpriced_usd, here.user.key)
        left = texts.money(max(0.0, daily - used), language)
        lines.append(texts.say("usage-left-today", language, usd=left, resets=next_day(now).strftime("%H:%M UTC")))
    if settings.monthly_budget_usd:
        used = await hands.store.used(month_start(now), settings.unpriced_usd)
        left = texts.money(max(0.0, settings.monthly_budget_usd - used), language)
        lines.append(texts.say("usage-left-month", language, usd=left, resets=next_month(now).strftime("%Y-%m-%d")))
    if 0 < month.built_in < month.calls:
        lines.append(texts.say("usage-built-in", language, calls=month.built_in))
    await hands.desk.answer(here, Reply(text="\n".join(lines), private=True))


def _spent(spent: Spent, language: str) -> str:
    """A sum; in words where all of it was made by what is built in."""
    free = spent.calls and spent.built_in == spent.calls
    return texts.say("price-built-in", language) if free else texts.money(spent.usd, language)


FEATURE = Feature(
    Command("usage", private=True, aliases=("用量",)),
    about="what it cost today and this month, and what is left",
    answer=usage,
    says=("usage-today", "usage-month", "usage-unpriced", "usage-built-in", "price-built-in"),
)
