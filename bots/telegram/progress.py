"""What a person sees while a job runs: a chat action at once, the text as a draft, and one status message that changes in place."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.constants import ChatAction, ParseMode
from telegram.error import TelegramError

from bots.markup import parse, split, telegram_html
from bots.telegram.errors import is_harmless
from bots.telegram.limits import ACTION_SECONDS, TEXT
from bots.telegram.pacing import Pacer
from core import pictures, texts
from core.types import Preview, Progress, Request, Status, TextSoFar

EDIT_EVERY = 3.0
DRAFT_EVERY = 1.0
"""Seconds between two changes that only decorate (our own rule: a chat takes about one message a second)."""

PREVIEW_EDGE = 640
REMEMBERED = 1000
"""Ended jobs that are remembered, so that a status message still on its way is taken away too."""


@dataclass
class _Shown:
    """What a job has on the screen: its status message, and when each kind of thing was last shown."""

    message: int | None = None
    picture: bool = False
    text: str = ""
    edited: float = 0
    drafted: float = 0
    acted: float = 0


class JobsShown:
    """The progress of all jobs."""

    def __init__(self, bot: Bot, pacer: Pacer) -> None:
        self._bot = bot
        self._pacer = pacer
        self._shown: dict[str, _Shown] = {}
        self._places: dict[str, int] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()

    async def show(self, job: str, request: Request, progress: Progress, text: str) -> None:
        """Show progress where the pace allows it; what does not fit now is dropped, a newer state follows."""
        if job in self._ended:
            return
        shown = self._shown.setdefault(job, _Shown())
        self._places[job] = int(request.place.chat)
        await self._act(request, progress, shown)
        if isinstance(progress, TextSoFar):
            await self._text(job, request, shown, progress.text)
        elif isinstance(progress, Preview):
            await self._preview(request, shown, progress)
        elif progress.phase not in ("thinking", "writing"):
            await self._status(job, request, shown, text)

    async def overtaken(self, job: str) -> None:
        """A reply of the job follows: the pictures shown so far are old news."""
        shown = self._shown.get(job)
        if shown and shown.picture:
            await self._delete(self._places[job], shown)

    async def take_away(self, job: str) -> None:
        """The job has ended: nothing of it stays on the screen."""
        self._ended[job] = None
        if len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)
        shown, chat = self._shown.pop(job, None), self._places.pop(job, None)
        if shown and chat is not None:
            await self._delete(chat, shown)

    async def _act(self, request: Request, progress: Progress, shown: _Shown) -> None:
        """The line under the chat's name; it lasts five seconds."""
        now = time.monotonic()
        if now - shown.acted < ACTION_SECONDS - 1:
            return
        shown.acted = now
        drawing = isinstance(progress, Preview) or (isinstance(progress, Status) and progress.phase == "drawing")
        action = ChatAction.UPLOAD_PHOTO if drawing else ChatAction.TYPING
        thread = int(request.place.thread) if request.place.thread else None
        await self._bot.send_chat_action(int(request.place.chat), action, message_thread_id=thread)

    async def _text(self, job: str, request: Request, shown: _Shown, text: str) -> None:
        """A draft in a private chat, an edited message in a group."""
        chunks = split(parse(text), TEXT)
        now = time.monotonic()
        if not chunks:
            return
        if not request.place.private:
            await self._status(job, request, shown, telegram_html(chunks[-1]))
        elif now - shown.drafted >= DRAFT_EVERY and self._pacer.cosmetic(request.place.chat, message=False):
            shown.drafted = now
            # The same number keeps one draft growing; it only has to differ between jobs of a chat and not be 0.
            number = zlib.crc32(job.encode()) or 1
            await self._bot.send_message_draft(
                int(request.place.chat), number, telegram_html(chunks[-1]), parse_mode=ParseMode.HTML
            )

    async def _status(self, job: str, request: Request, shown: _Shown, text: str) -> None:
        now = time.monotonic()
        if text == shown.text or now - shown.edited < (EDIT_EVERY if shown.message else 0):
            return
        if not self._pacer.cosmetic(request.place.chat):
            return
        shown.edited, shown.text = now, text
        chat, buttons = int(request.place.chat), _cancel(job, request)
        if shown.message is None:
            thread = int(request.place.thread) if request.place.thread else None
            sent = await self._bot.send_message(
                chat,
                text,
                parse_mode=ParseMode.HTML,
                reply_markup=buttons,
                message_thread_id=thread,
                disable_notification=True,
            )
            shown.message = sent.message_id
            if job in self._ended:
                await self._delete(chat, shown)
        elif shown.picture:
            await self._edit(
                self._bot.edit_message_caption(
                    chat, shown.message, caption=text, parse_mode=ParseMode.HTML, reply_markup=buttons
                )
            )
        else:
            await self._edit(
                self._bot.edit_message_text(text, chat, shown.message, parse_mode=ParseMode.HTML, reply_markup=buttons)
            )

    async def _preview(self, request: Request, shown: _Shown, preview: Preview) -> None:
        """The unfinished picture in the status message."""
        now = time.monotonic()
        if shown.message is None or now - shown.edited < EDIT_EVERY or not self._pacer.cosmetic(request.place.chat):
            return
        shown.edited = now
        small = await asyncio.to_thread(pictures.thumbnail, preview.data, PREVIEW_EDGE)
        media = InputMediaPhoto(small, caption=shown.text, parse_mode=ParseMode.HTML)
        await self._edit(self._bot.edit_message_media(media, int(request.place.chat), shown.message))
        shown.picture = True

    async def _edit(self, call: object) -> None:
        try:
            await call  # type: ignore[misc]
        except TelegramError as error:
            if not is_harmless(error):
                raise

    async def _delete(self, chat: int, shown: _Shown) -> None:
        message, shown.message, shown.picture, shown.text = shown.message, None, False, ""
        if message is not None:
            with suppress(TelegramError):
                await self._bot.delete_message(chat, message)


def _cancel(job: str, request: Request) -> InlineKeyboardMarkup:
    label = texts.say("button-cancel", request.language)
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=f"cancel:{job}")]])
