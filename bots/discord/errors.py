"""Discord's errors in our terms."""

from __future__ import annotations

import aiohttp
import discord
import structlog

from bots.delivery import Undeliverable
from bots.discord.limits import FOLLOWUPS_USED, INVALID_TOKEN, UNKNOWN_INTERACTION, UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK
from core.errors import Unavailable

FAILURES = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError)
"""What a call of the client may raise."""

log = structlog.get_logger()


def mapped(error: Exception) -> Unavailable | Undeliverable:
    """The error to raise in its place. A bot token that was withdrawn (401) is for the operator to mend: a later try succeeds."""
    if isinstance(error, discord.RateLimited):
        return Unavailable("busy", retry_after=error.retry_after)
    if isinstance(error, discord.HTTPException) and error.status not in (401, 429) and error.status < 500:
        log.info("Discord did not take it", status=error.status, code=error.code)
        return Undeliverable()
    return Unavailable("service-down")


def token_is_spent(error: discord.HTTPException) -> bool:
    """Whether an interaction can no longer be answered by its token."""
    return error.code in (UNKNOWN_WEBHOOK, INVALID_TOKEN, UNKNOWN_INTERACTION, FOLLOWUPS_USED)


def answer_is_gone(error: discord.HTTPException) -> bool:
    """Whether an interaction's first answer cannot be reached any more: too late, never acknowledged, or deleted."""
    return token_is_spent(error) or error.code == UNKNOWN_MESSAGE
