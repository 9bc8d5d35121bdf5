"""Telegram's way out: replies as messages within the limits, progress as chat actions, drafts and one status message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, RetryAfter, TelegramError

from bots.delivery import Receipt, Undeliverable
from bots.markup import Span, parse, split, telegram_html
from bots.telegram.errors import is_harmless, mapped, seconds
from bots.telegram.limits import DOCUMENT_BYTES, PHOTO_BYTES, PHOTO_EDGES, PHOTO_RATIO, TEXT
from bots.telegram.pacing import Pacer
from bots.telegram.parts import Part, button_rows, parts_of
from bots.telegram.progress import JobsShown
from core import pictures
from core.ports import Media
from core.types import Button, KeptReply, Picture, Place, Progress, Reply, Request

RENDERED_EDGE = 2560
"""Pixels of the long edge of what is sent where a picture itself is beyond Telegram's limits for photos."""

T = TypeVar("T")
log = structlog.get_logger()


class TelegramOutbound:
    """Implements ``bots.delivery.Outbound``."""

    def __init__(self, bot: Bot, media: Media, pacer: Pacer) -> None:
        self._bot = bot
        self._media = media
        self._pacer = pacer
        self._jobs = JobsShown(bot, pacer)

    async def send(self, reply: KeptReply, receipt: Receipt) -> None:
        """Send the parts of a reply that have no receipt yet."""
        said = reply.reply
        if said.end or said.rated is not None:
            if said.end and reply.job:
                await self._jobs.take_away(reply.job)
            return await receipt(0, "", (), last=True)
        if said.removes:
            await self._remove(reply.place, said.removes)
            return await receipt(0, "", (), last=True)
        if reply.job:
            await self._jobs.overtaken(reply.job)
        if said.replaces and not said.pieces:
            return await self._replace(reply, said.replaces, receipt)
        return await self._send_parts(reply, receipt)

    async def show(self, job: str, request: Request, progress: Progress, text: str) -> None:
        """Show progress, as far as the pace allows it now."""
        try:
            await self._jobs.show(job, request, progress, text)
        except RetryAfter as error:
            self._pacer.pause(request.place.chat, seconds(error))
        except TelegramError as error:
            raise mapped(error) from error

    async def whisper(self, place: Place, user: str, in_reply_to: str, reply: Reply) -> None:
        """Say something without keeping it."""
        await self._pacer.final(place.chat)
        await self._bot.send_message(int(place.chat), reply.text, message_thread_id=_thread(place))

    async def _send_parts(self, reply: KeptReply, receipt: Receipt) -> None:
        parts = parts_of(reply.reply)
        total, position, done = sum(part.messages for part in parts), 0, len(reply.receipts)
        if not parts:
            return await receipt(0, "", (), last=True)
        for part in parts:
            if position + part.messages > done:
                messages = await self._call(reply.place, part.messages, self._send(reply, part))
                shown = [(piece.id,) for piece in part.pieces] if part.kind == "album" else [part.shows]
                await asyncio.gather(
                    *(
                        receipt(position + place, message, shown[place], last=position + place == total - 1)
                        for place, message in enumerate(messages)
                    )
                )
            position += part.messages
        return None

    async def _send(self, reply: KeptReply, part: Part) -> Sequence[str]:
        """Send one part; the ids of its messages."""
        where: dict[str, Any] = {
            "chat_id": int(reply.place.chat),
            "message_thread_id": _thread(reply.place),
            "reply_parameters": _reply_to(reply),
        }
        if part.kind == "album":
            media = [
                InputMediaPhoto(
                    await self._photo(piece.picture), caption=telegram_html(caption) or None, parse_mode=ParseMode.HTML
                )
                for piece, caption in zip(part.pieces, part.captions, strict=True)
                if piece.picture
            ]
            return [str(message.message_id) for message in await self._bot.send_media_group(media=media, **where)]
        where |= {"reply_markup": keyboard(part.buttons)}
        if part.kind == "text":
            sent = await self._bot.send_message(text=telegram_html(part.spans), parse_mode=ParseMode.HTML, **where)
        elif part.kind == "document":
            assert part.file
            sent = await self._document(part.file, part.spans, where)
        else:
            picture = part.pieces[0].picture
            assert picture
            try:
                photo = await self._photo(picture)
                sent = await self._bot.send_photo(
                    photo=photo, caption=telegram_html(part.spans) or None, parse_mode=ParseMode.HTML, **where
                )
            except BadRequest as error:
                if "photo" not in str(error).lower() and "image" not in str(error).lower():
                    raise
                sent = await self._document(picture, part.spans, where)
        return [str(sent.message_id)]

    async def _document(self, picture: Picture, spans: Sequence[Span], where: dict[str, Any]) -> Any:
        """The untouched file."""
        data = await self._media.read(picture.media)
        if len(data) > DOCUMENT_BYTES:
            raise Undeliverable
        name = f"fabula-{picture.media[:8]}.{picture.mime.partition('/')[2]}"
        caption = telegram_html(spans) or None
        return await self._bot.send_document(
            document=data,
            filename=name,
            caption=caption,
            parse_mode=ParseMode.HTML,
            disable_content_type_detection=True,
            **where,
        )

    async def _photo(self, picture: Picture) -> bytes:
        """The bytes to send as a photo: the picture's own, or a smaller rendering where Telegram takes no such photo."""
        data = await self._media.read(picture.media)
        longer, shorter = max(picture.width, picture.height), min(picture.width, picture.height)
        if len(data) <= PHOTO_BYTES and longer + shorter <= PHOTO_EDGES and longer <= PHOTO_RATIO * shorter:
            return data
        return await asyncio.to_thread(pictures.thumbnail, data, RENDERED_EDGE)

    async def _replace(self, reply: KeptReply, message: str, receipt: Receipt) -> None:
        """Change an earlier message of ours in place."""
        said = reply.reply
        first = split(parse(said.text), TEXT)[0]
        await self._call(
            reply.place,
            1,
            self._bot.edit_message_text(
                telegram_html(first),
                int(reply.place.chat),
                int(message),
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(said.buttons),
            ),
        )
        await receipt(0, message, [piece.id for piece in said.mentions], last=True)

    async def _remove(self, place: Place, message: str) -> None:
        try:
            await self._bot.delete_message(int(place.chat), int(message))
        except TelegramError as error:
            if not is_harmless(error):
                raise mapped(error) from error

    async def _call(self, place: Place, count: int, call: Awaitable[T]) -> T:
        """Make a call at its turn; its errors become ours. Raises ``Unavailable`` or ``Undeliverable``."""
        await self._pacer.final(place.chat, count=count)
        try:
            return await call
        except RetryAfter as error:
            self._pacer.pause(place.chat, seconds(error))
            raise mapped(error) from error
        except ChatMigrated as error:
            raise Undeliverable from error
        except TelegramError as error:
            if is_harmless(error):
                raise Undeliverable from error
            log.warning(
                "Telegram did not take a message", chat=place.chat, cause=type(error).__name__, words=str(error)
            )
            raise mapped(error) from error


def keyboard(buttons: Sequence[Button]) -> InlineKeyboardMarkup | None:
    """Buttons under a message."""
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.label, callback_data=button.action) for button in row]
            for row in button_rows(buttons)
        ]
    )


def _reply_to(reply: KeptReply) -> ReplyParameters | None:
    if not reply.in_reply_to.isdecimal():
        return None
    return ReplyParameters(int(reply.in_reply_to), allow_sending_without_reply=True)


def _thread(place: Place) -> int | None:
    return int(place.thread) if place.thread else None
