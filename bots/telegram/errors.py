"""Telegram's errors in our terms, mapped where its client is called."""

from __future__ import annotations

from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bots.delivery import Undeliverable
from core.errors import BadInput, FabulaError, OperatorFault, Unavailable

HARMLESS = (
    "message is not modified",
    "message to edit not found",
    "message to delete not found",
    "message can't be deleted",
    "message can't be edited",
)
"""Answers that mean: it is already so, or there is nothing left to change."""


def is_harmless(error: TelegramError) -> bool:
    """Whether nothing has to be done about it."""
    return isinstance(error, BadRequest) and any(words in str(error).lower() for words in HARMLESS)


def mapped(error: TelegramError, gone: str | None = None) -> FabulaError | Undeliverable:
    """The error to raise in its place. ``gone`` is the code where what was asked for does not exist."""
    if isinstance(error, RetryAfter):
        return Unavailable("busy", retry_after=seconds(error))
    if isinstance(error, InvalidToken):
        return OperatorFault("telegram-token-wrong")
    if isinstance(error, Conflict):
        return OperatorFault("telegram-elsewhere")
    if isinstance(error, BadRequest):
        if gone:
            return BadInput(gone)
        return Undeliverable()
    if isinstance(error, Forbidden):
        return Undeliverable()
    if isinstance(error, NetworkError):
        return Unavailable("service-down")
    return Unavailable("service-down")


def seconds(error: RetryAfter) -> float:
    """How long Telegram wants us to wait."""
    after = error.retry_after
    return after if isinstance(after, int | float) else after.total_seconds()
