"""Telegram's own polls: sent, closed, and counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import structlog
import telegram
from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from bots.telegram.errors import is_topic_closed
from bots.telegram.files import PLATFORM
from bots.telegram.limits import ANSWER, ANSWERS, QUESTION
from core import texts
from core.errors import Unavailable
from core.ports import Polls, Store
from core.types import Place, Poll

CLOSED = "already been closed"
"""Telegram's words for a poll that was closed before (in small letters)."""

log = structlog.get_logger()


def fits(poll: Poll | None) -> bool:
    """Whether Telegram takes a poll."""
    return poll is not None and len(poll.answers) <= ANSWERS


def is_open(update: dict[str, Any]) -> bool:
    """Whether an update tells how a poll stands that goes on: another one will come, so it need not be kept."""
    poll = update.get("poll")
    return isinstance(poll, dict) and not poll.get("is_closed")


def teller(poll: str) -> str:
    """The key under which it is kept how a poll ended, as if that were what a person did."""
    return f"{PLATFORM}:poll {poll}"


class TelegramPolls(Polls):
    """Implements ``core.ports.Polls``.

    Telegram tells how a poll ended in answer to the call that closes it, once; and in an update, which is kept with all others for two days. So who
    dies in between finds it there.
    """

    def __init__(self, bot: Bot, store: Store) -> None:
        self._bot = bot
        self._store = store

    async def send(self, poll: Poll, where: dict[str, Any]) -> str | None:
        """Send a poll; its message and its own id. ``None`` where the place takes none. Raises ``TelegramError``."""
        try:
            sent = await self._bot.send_poll(
                question=texts.shortened(poll.question, QUESTION),
                options=[texts.shortened(answer, ANSWER) for answer in poll.answers],
                is_anonymous=poll.secret,
                allows_multiple_answers=poll.several,
                **where | {"reply_markup": None},
            )
        except BadRequest as error:
            if is_topic_closed(error):
                raise
            log.info("Telegram takes no poll there", chat=where["chat_id"], words=str(error))
            return None
        return f"{sent.message_id}:{sent.poll.id}" if sent.poll else str(sent.message_id)

    async def close(self, place: Place, message: str) -> Sequence[int] | None:
        """End a poll; how many chose each option."""
        number, _, poll = message.partition(":")
        if not poll:
            return None
        try:
            return _counts(await self._bot.stop_poll(int(place.chat), int(number)))
        except (BadRequest, Forbidden) as error:
            told = await self._told(poll)
            if told is None and CLOSED in str(error).lower():
                raise Unavailable("service-down") from error  # the update that tells how it ended is still to come
            return told
        except TelegramError as error:
            raise Unavailable("service-down") from error

    async def _told(self, poll: str) -> Sequence[int] | None:
        """How a poll ended, if Telegram has told it."""
        rows = await self._store.rows_of(teller(poll), 0.0)
        ended = telegram.Poll.de_json(json.loads(rows[-1].payload)["poll"], self._bot) if rows else None
        return _counts(ended) if ended else None


def _counts(poll: telegram.Poll) -> Sequence[int]:
    return [option.voter_count for option in poll.options]
