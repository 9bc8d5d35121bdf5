"""What flashes up over a pressed button: a rating has no message of its own, so this is where its person sees that it counts."""

from __future__ import annotations

import structlog
from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import Forbidden, TelegramError

from bots.markup import parse, plain, utf16
from bots.telegram.limits import ALERT
from bots.telegram.people import home
from core import texts
from core.recent import Recent
from core.types import KeptReply, Place, Press, Request

REMEMBERED = 1000
"""Presses that wait for their answer; Telegram itself stops waiting after some seconds."""

log = structlog.get_logger()


class Toasts:
    """Presses whose answer flashes up: each is answered when it is known what came of it.

    In a group a refusal flashes up too, so that nobody else has to read it.
    Whether somebody has opened the private chat is found out by seeming to type there, which leaves nothing: Telegram tells it in no other way.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._waiting: Recent[str, tuple[Press, str]] = Recent(REMEMBERED)

    def expect(self, press: Press, query: str) -> None:
        """An answer to this press will follow."""
        self._waiting[press.inbox[0]] = press, query

    async def settle(self, reply: KeptReply) -> bool:
        """Answer the press that this reply answers, if there is one; whether that said all there is to say."""
        query = self._take(reply)
        if query is None:
            return reply.reply.flash and not reply.place.private
        said, text = reply.reply, None
        if scores := list((said.rated or {}).values()):
            text = texts.say("rated-thanks" if scores[0].mine else "rated-withdrawn", reply.language)
        elif said.unopened and not (reply.place.private or await self._opened(reply.user)):
            return await self.answer(query, plain(parse(said.unopened)), alert=True)
        elif said.flash or (said.private and said.code and not reply.place.private):
            words = plain(parse(said.text))
            if utf16(words) <= ALERT and await self.answer(query, words, alert=not said.flash):
                return True
            if said.flash:
                return True
        await self.answer(query, text)
        return False

    async def release(self, request: Request) -> None:
        """A press has begun a job: there is nothing to flash up."""
        query = self._first(request.place, request.message, request.author.key)
        if query is not None:
            await self.answer(query)

    async def _opened(self, user: str) -> bool:
        """Whether the bot may write to a person alone; also where that cannot be found out now."""
        chat = home(user.partition(":")[2])
        try:
            return chat is not None and await self._bot.send_chat_action(int(chat.chat), ChatAction.TYPING)
        except Forbidden:
            return False
        except TelegramError as error:
            log.debug("it is not known who has opened the chat", cause=type(error).__name__)
            return True

    async def answer(self, query: str, text: str | None = None, *, alert: bool = False) -> bool:
        """End the spinner on a button; whether it still turned. Too late is no harm."""
        try:
            return await self._bot.answer_callback_query(query, text, show_alert=alert)
        except TelegramError as error:
            log.debug("button not answered", cause=type(error).__name__)
            return False

    def _take(self, reply: KeptReply) -> str | None:
        """The press that a reply answers: its key begins with the press's own, unless it is a job's."""
        if found := self._waiting.pop(reply.key.rpartition(":")[0], None):
            return found[1]
        return self._first(reply.place, reply.in_reply_to, reply.user) if reply.job else None

    def _first(self, place: Place, message: str, user: str) -> str | None:
        """The first press by a person on a message; one who spoke for the group is answered as the group."""
        for row, (press, query) in self._waiting.items():
            if (press.place.chat, press.message) == (place.chat, message) and user in (press.user.key, place.home):
                del self._waiting[row]
                return query
        return None
