"""Files to keep on Telegram: sent from the disk, or a link to them where they are more than Telegram takes."""

from __future__ import annotations

from typing import Any

import telegram
from telegram import Bot, InputFile, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bots.links import Links
from bots.markup import Span, parse
from bots.telegram.errors import is_too_large
from bots.telegram.limits import DOCUMENT_BYTES
from bots.telegram.parts import Part
from bots.telegram.rendering import telegram_html
from core.ports import Media
from core.types import Document


class HandingOver:
    """Sends documents, as messages of the bot's."""

    def __init__(self, bot: Bot, media: Media, links: Links) -> None:
        self._bot = bot
        self._media = media
        self._links = links

    async def send(self, part: Part, document: Document, language: str, where: dict[str, Any]) -> telegram.Message:
        """Send the file of a part; ``where`` are the parameters of every kind of message."""
        found = await self._media.describe(document.media)
        if found.size <= DOCUMENT_BYTES:
            try:
                with found.path.open("rb") as file:
                    return await self._bot.send_document(
                        document=InputFile(file, document.name, read_file_handle=False),
                        caption=telegram_html(part.spans) or None,
                        parse_mode=ParseMode.HTML,
                        disable_content_type_detection=True,
                        **where,
                    )
            except TelegramError as error:
                if not is_too_large(error):
                    raise
        words, link = await self._links.instead(document, language)
        told = [*part.spans, Span("\n\n" if part.spans else ""), *parse(words), Span(f"\n{link}" if link else "")]
        preview = LinkPreviewOptions(is_disabled=True)  # Telegram would fetch the file for it
        return await self._bot.send_message(
            text=telegram_html(told), parse_mode=ParseMode.HTML, link_preview_options=preview, **where
        )
