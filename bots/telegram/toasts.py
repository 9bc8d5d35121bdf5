"""What flashes up over a pressed button: a rating has no message of its own, so this is where its person sees that it counts."""

from __future__ import annotations

from collections import OrderedDict

import structlog
from telegram import Bot
from telegram.error import TelegramError

from core import texts
from core.types import KeptReply, Place, Press

REMEMBERED = 1000
"""Presses that wait for their answer; Telegram itself stops waiting after some seconds."""

log = structlog.get_logger()


class Toasts:
    """Presses of rating buttons, each answered when its rating is known."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._waiting: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    def expect(self, press: Press, query: str) -> None:
        """An answer to this press will follow."""
        self._waiting[_key(press.place, press.message, press.user.key)] = query
        if len(self._waiting) > REMEMBERED:
            self._waiting.popitem(last=False)

    async def settle(self, reply: KeptReply) -> None:
        """Answer the press that this reply answers, if there is one."""
        query = self._waiting.pop(_key(reply.place, reply.in_reply_to, reply.user), None)
        if query is None:
            return
        text = None
        if scores := list((reply.reply.rated or {}).values()):
            text = texts.say("rated-thanks" if scores[0].mine else "rated-withdrawn", reply.language)
        await self.answer(query, text)

    async def answer(self, query: str, text: str | None = None) -> None:
        """End the spinner on a button. Too late is no harm."""
        try:
            await self._bot.answer_callback_query(query, text)
        except TelegramError as error:
            log.debug("button not answered", cause=type(error).__name__)


def _key(place: Place, message: str, user: str) -> tuple[str, str, str]:
    return place.chat, message, user
