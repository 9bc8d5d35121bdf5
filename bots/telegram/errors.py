"""Telegram's errors in our terms, mapped where its client is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import aiohttp
import httpx
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError

from bots.outbound import Rejected, Undeliverable, Unheard
from core import meters
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

MAY_NOT = re.compile(
    r"not enough rights to send|no rights to send|chat_send_\w+_forbidden|chat_write_forbidden|chat_restricted"
)
"""Of a chat that takes nothing of this kind, or only of those who run it: ``CHAT_SEND_PHOTOS_FORBIDDEN`` and the like."""

NO_TOPIC = ("topic_closed", "topic_deleted", "message thread not found")
"""Of a topic that takes nothing any more, while its chat may."""

NO_PLACE = (
    "chat not found",
    "peer_id_invalid",
    "user not found",
    "group chat was deactivated",
    "have no rights to send",
    "chat_write_forbidden",
)
"""Of a chat that is not there."""

NEVER_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    httpx.ConnectError,
    httpx.PoolTimeout,
    httpx.ProxyError,
)
"""Failures before anything went through a connection; not ``httpx.ConnectTimeout``, which ``httpx-aiohttp`` 0.2 makes of a broken answer too."""

TOO_LARGE = "entity too large"


def _has(error: TelegramError, words: Iterable[str]) -> bool:
    return any(word in str(error).lower() for word in words)


def is_harmless(error: TelegramError) -> bool:
    """Whether nothing has to be done about it."""
    return isinstance(error, BadRequest) and any(words in str(error).lower() for words in HARMLESS)


def is_gone(error: TelegramError) -> bool:
    """Whether the message that was to be changed is not there any more."""
    return isinstance(error, BadRequest) and any(words in str(error).lower() for words in GONE)


def is_not_allowed(error: TelegramError) -> bool:
    """Whether the chat is there and the bot may not send this in it, or in this topic of it."""
    return bool(MAY_NOT.search(str(error).lower())) or is_topic_closed(error)


def is_too_large(error: TelegramError) -> bool:
    """Whether a request had more bytes than this server takes."""
    return _has(error, (TOO_LARGE,))


def is_topic_closed(error: TelegramError) -> bool:
    """Whether the topic takes nothing any more."""
    return isinstance(error, BadRequest) and _has(error, NO_TOPIC)


def mapped(error: TelegramError) -> FabulaError | Undeliverable:
    """The error to raise in its place."""
    if isinstance(error, RetryAfter):
        meters.throttled.labels("telegram").inc()
        return Unavailable("busy", retry_after=seconds(error))
    if isinstance(error, InvalidToken):
        return OperatorFault("telegram-token-wrong")
    if isinstance(error, Conflict):
        return Unavailable("telegram-elsewhere")
    if isinstance(error, Forbidden) or (isinstance(error, BadRequest) and _has(error, NO_PLACE)):
        return Undeliverable()
    if isinstance(error, BadRequest) or is_too_large(error):
        return Rejected()
    return Unheard("service-down") if is_unheard(error) else Unavailable("service-down")


def is_unheard(error: TelegramError) -> bool:
    """Whether a request was on its way when the connection broke, so that Telegram may have done it."""
    causes = list(_causes(error))
    return any(isinstance(cause, httpx.TransportError) for cause in causes) and not any(
        isinstance(cause, NEVER_SENT) for cause in causes
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    while error.__cause__ is not None:
        error = error.__cause__
        yield error


def seconds(error: RetryAfter) -> float:
    """How long Telegram wants us to wait, and a little: clocks differ."""
    after = error.retry_after
    return (after if isinstance(after, int | float) else after.total_seconds()) + 0.1


def is_about_photo(error: BadRequest) -> bool:
    """Whether Telegram refuses a picture, neither the message around it nor all pictures: a file must not evade what a group's people decided."""
    return not is_not_allowed(error) and any(word in str(error).lower() for word in ("photo", "image"))
