"""Discord's errors in our terms."""

from __future__ import annotations

from typing import Any

import aiohttp
import discord
import structlog
from discord.http import json_or_text

from bots.discord.limits import (
    AUTOMOD,
    AUTOMOD_TITLE,
    EXPLICIT,
    FILE_TOO_LARGE,
    FOLLOWUPS_USED,
    HARMFUL_LINK,
    INVALID_TOKEN,
    THREAD_ARCHIVED,
    THREAD_LOCKED,
    TOO_LARGE,
    UNKNOWN_INTERACTION,
    UNKNOWN_MESSAGE,
    UNKNOWN_WEBHOOK,
    VERIFICATION,
)
from bots.outbound import Rejected, Undeliverable
from core import meters
from core.errors import Unavailable

FAILURES = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError)
"""What a call of the client may raise."""

REFUSALS = {
    EXPLICIT: "explicit",
    AUTOMOD: "automod",
    AUTOMOD_TITLE: "automod",
    HARMFUL_LINK: "automod",
    TOO_LARGE: "too-large",
    FILE_TOO_LARGE: "too-large",
    THREAD_LOCKED: "closed",
    THREAD_ARCHIVED: "closed",
    VERIFICATION: "closed",
}
"""What a place that is there does not take, as the catalogue calls the reason."""

log = structlog.get_logger()


async def answer_of(response: aiohttp.ClientResponse) -> Any:
    """What Discord answered, in place of the library's ``json_or_text``, which goes on with whatever it gets.

    Raises ``aiohttp.ClientPayloadError`` where it is not Discord's, for instance the page of a proxy: nothing was done then, so it is tried again.
    """
    try:
        answer = await json_or_text(response)
    except ValueError as error:
        raise aiohttp.ClientPayloadError("no JSON") from error
    if response.ok and answer and isinstance(answer, str):
        raise aiohttp.ClientPayloadError("no JSON")
    return answer


def mapped(error: Exception) -> Unavailable | Undeliverable:
    """The error to raise in its place. A bot token that was withdrawn (401) is for the operator to mend: a later try succeeds."""
    if isinstance(error, discord.RateLimited):
        meters.throttled.labels("discord").inc()
        return Unavailable("busy", retry_after=error.retry_after)
    if isinstance(error, discord.HTTPException) and error.status not in (401, 429) and error.status < 500:
        log.info("Discord did not take it", status=error.status, code=error.code)
        return Undeliverable() if error.status in (401, 403, 404) else Rejected()
    return Unavailable("service-down")


def refusal(error: discord.HTTPException) -> str | None:
    """Why the place does not take this, which it would say of no other thing; ``None`` where it is about something else."""
    return REFUSALS.get(error.code)


def token_is_spent(error: discord.HTTPException) -> bool:
    """Whether an interaction can no longer be answered by its token."""
    return error.code in (UNKNOWN_WEBHOOK, INVALID_TOKEN, UNKNOWN_INTERACTION, FOLLOWUPS_USED)


def answer_is_gone(error: discord.HTTPException) -> bool:
    """Whether an interaction's first answer cannot be reached any more: too late, never acknowledged, or deleted."""
    return token_is_spent(error) or error.code == UNKNOWN_MESSAGE
