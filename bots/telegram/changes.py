"""Changing a message in place: its words, and the picture that a living message shows beside them."""

from __future__ import annotations

from typing import Any

import telegram
from telegram import Bot, InlineKeyboardMarkup, InputMediaPhoto
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden

from bots.outbound import Gone
from bots.telegram.errors import is_gone, is_harmless, is_not_allowed
from bots.telegram.parts import Part
from bots.telegram.rendering import telegram_html
from bots.thumbnails import small_of
from core.ports import Media
from core.recent import Recent
from core.types import KeptReply

REMEMBERED = 500
"""Messages of which it is remembered which picture they show: the same one is not sent twice."""

NO_TEXT = "no text in the message"
"""What Telegram says of a message that is a photo by now, and has a caption."""


class Changes:
    """Changes messages, and begins those that have a picture beside their words."""

    def __init__(self, bot: Bot, media: Media) -> None:
        self._bot = bot
        self._media = media
        self._shown: Recent[str, str] = Recent(REMEMBERED)

    async def begin(self, part: Part, where: dict[str, Any]) -> telegram.Message:
        """Words with a small picture; alone where that is gone, or this place takes none."""
        assert part.file
        words = telegram_html(part.spans)
        if small := await small_of(self._media, part.file):
            try:
                return await self._bot.send_photo(
                    photo=small,
                    caption=words,
                    parse_mode=ParseMode.HTML,
                    has_spoiler=part.file.spoiler or None,
                    **where,
                )
            except (BadRequest, Forbidden) as error:
                if not is_not_allowed(error):
                    raise
        return await self._bot.send_message(text=words, parse_mode=ParseMode.HTML, **where)

    async def change(self, reply: KeptReply, part: Part, buttons: InlineKeyboardMarkup | None) -> str:
        """Change an earlier message of ours. Raises ``Gone`` for one that lives and is not there."""
        assert part.replaces
        chat, message = int(reply.place.chat), int(part.replaces)
        try:
            if not (part.file and await self._picture(chat, message, part, buttons)):
                await self._words(chat, message, part, buttons)
        except BadRequest as error:
            if reply.reply.lives and is_gone(error):
                raise Gone from error
            if not is_harmless(error):
                raise
        return part.replaces

    async def _picture(self, chat: int, message: int, part: Part, buttons: InlineKeyboardMarkup | None) -> bool:
        """Words with a small picture, also in place of words alone; ``False`` where there is none to be shown."""
        assert part.file
        place, words = f"{chat}:{message}", telegram_html(part.spans)
        if self._shown.get(place) == part.file.media:
            await self._bot.edit_message_caption(
                chat, message, caption=words, reply_markup=buttons, parse_mode=ParseMode.HTML
            )
            return True
        small = await small_of(self._media, part.file)
        if small is None:
            return False
        photo = InputMediaPhoto(small, words, ParseMode.HTML, has_spoiler=part.file.spoiler or None)
        try:
            await self._bot.edit_message_media(photo, chat, message, reply_markup=buttons)
        except (BadRequest, Forbidden) as error:
            if not is_not_allowed(error):
                raise
            return False
        self._shown[place] = part.file.media
        return True

    async def _words(self, chat: int, message: int, part: Part, buttons: InlineKeyboardMarkup | None) -> None:
        words = telegram_html(part.spans)
        try:
            await self._bot.edit_message_text(words, chat, message, parse_mode=ParseMode.HTML, reply_markup=buttons)
        except BadRequest as error:
            if NO_TEXT not in str(error).lower():
                raise
            await self._bot.edit_message_caption(
                chat, message, caption=words, reply_markup=buttons, parse_mode=ParseMode.HTML
            )
