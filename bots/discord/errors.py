"""Discord's errors in our terms."""

from __future__ import annotations

import aiohttp
import discord
import structlog

from bots.delivery import Undeliverable
from core.errors import Unavailable

UNKNOWN_WEBHOOK, INVALID_TOKEN, UNKNOWN_INTERACTION, FOLLOWUPS_USED = 10015, 50027, 10062, 40094
"""Codes that mean: the interaction's token no longer works."""

log = structlog.get_logger()


def mapped(error: Exception) -> Unavailable | Undeliverable:
    """The error to raise in its place."""
    if isinstance(error, discord.RateLimited):
        return Unavailable("busy", retry_after=error.retry_after)
    if isinstance(error, discord.HTTPException):
        if error.status == 429 or error.status >= 500:
            return Unavailable("service-down")
        log.warning("Discord did not take a message", status=error.status, code=error.code)
        return Undeliverable()
    return Unavailable("service-down")


def token_is_spent(error: discord.HTTPException) -> bool:
    """Whether an interaction can no longer be answered by its token."""
    return error.code in (UNKNOWN_WEBHOOK, INVALID_TOKEN, UNKNOWN_INTERACTION, FOLLOWUPS_USED)


FAILURES = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError)
"""What a call of the client may raise."""
