"""Telegram's errors in our terms, mapped where its client is called."""

from __future__ import annotations

from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bots.delivery import Undeliverable
from core.errors import FabulaError, OperatorFault, Unavailable

HARMLESS = (
    "message is not modified",
    "message to edit not found",
    "message to delete not found",
    "message can't be deleted",
    "message can't be edited",
    "message_id_invalid",
)
"""Answers that mean: it is already so, or there is nothing left to change. In small letters, since the library changes their case."""

GONE = ("not found", "message_id_invalid")
"""Of these, what is said of a message that is not there."""

MAY_NOT = "not enough rights to send"
"""Of a group where members may not send this kind of thing."""

TOO_LARGE = "entity too large"


def is_harmless(error: TelegramError) -> bool:
    """Whether nothing has to be done about it."""
    return isinstance(error, BadRequest) and any(words in str(error).lower() for words in HARMLESS)


def is_gone(error: TelegramError) -> bool:
    """Whether the message that was to be changed is not there any more."""
    return isinstance(error, BadRequest) and any(words in str(error).lower() for words in GONE)


def is_not_allowed(error: BadRequest) -> bool:
    """Whether the group lets the bot send nothing of this kind."""
    return MAY_NOT in str(error).lower()


def mapped(error: TelegramError) -> FabulaError | Undeliverable:
    """The error to raise in its place."""
    if isinstance(error, RetryAfter):
        return Unavailable("busy", retry_after=seconds(error))
    if isinstance(error, InvalidToken):
        return OperatorFault("telegram-token-wrong")
    if isinstance(error, Conflict):
        return OperatorFault("telegram-elsewhere")
    if isinstance(error, BadRequest | Forbidden) or TOO_LARGE in str(error).lower():
        return Undeliverable()
    return Unavailable("service-down")


def seconds(error: RetryAfter) -> float:
    """How long Telegram wants us to wait, and a little: clocks differ."""
    after = error.retry_after
    return (after if isinstance(after, int | float) else after.total_seconds()) + 0.1
