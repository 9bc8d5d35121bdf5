"""What a person sees while a job runs: a chat action at once, the text as a draft, and one status message that changes in place."""

from __future__ import annotations

import asyncio
import secrets
import time
import zlib
from collections.abc import Awaitable
from dataclasses import dataclass
from functools import partial
from html import escape

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, InvalidToken, RetryAfter, TelegramError

from bots.markup import parse, split
from bots.outbound import heard
from bots.telegram.errors import is_gone, is_harmless, mapped, seconds
from bots.telegram.limits import ACTION_SECONDS, DRAFT_SECONDS, TEXT
from bots.telegram.pacing import Pacer
from bots.telegram.rendering import telegram_html
from core import texts
from core.errors import FabulaError
from core.jobs import until_kept
from core.pictures import files as pictures
from core.pictures.work import in_thread
from core.ports import Change, NewReply, Store
from core.recent import Recent
from core.types import KeptReply, Preview, Progress, Reply, Request, Status, TextSoFar
from core.waits import growing

EDIT_EVERY = 3.0
DRAFT_EVERY = 1.0
"""Seconds between two changes that only decorate (our own rule: a chat takes about one message a second)."""

UNKNOWN = 4
"""Status messages whose number is not written down yet, at most: so many may be left standing where a process is killed. Further ones wait."""

FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0
"""Seconds between two tries to take a status message away that nobody asks for any more: doubling from the first to the longest."""

PREVIEW_EDGE = 640
REMEMBERED = 1000
"""Ended jobs that are remembered, so that a status message still on its way is taken away too."""


@dataclass
class _Shown:
    """What a job has on the screen, and when each kind of thing was last shown.

    ``message`` is its status message, ``debt`` the removal that is owed for it, ``text`` what it says (``streams``: a story so far, not a status).
    """

    user: str
    chat: int
    thread: int | None
    message: int | None = None
    debt: KeptReply | None = None
    text: str = ""
    streams: bool = False
    picture: bool = False
    drafts: bool = True
    edited: float = 0
    draft: str = ""
    drafted: float = 0
    action: str = ""
    acted: float = 0


class JobsShown:
    """The progress of all jobs.

    That a status message has to disappear is kept in the store as soon as it is there, so that one left over by a crash goes at the next start.
    """

    def __init__(self, bot: Bot, pacer: Pacer, store: Store) -> None:
        self._bot = bot
        self._pacer = pacer
        self._store = store
        self._shown: dict[str, _Shown] = {}
        self._ended: Recent[str, None] = Recent(REMEMBERED)
        self._mark = secrets.token_hex(4)
        self._sending: set[asyncio.Future[None]] = set()
        self._clearing: set[asyncio.Future[None]] = set()

    def settles(self, reply: KeptReply) -> bool:
        """Whether a reply is a removal that is owed for a message of this process, which takes it away itself when its job ends."""
        return f":{self._mark}:" in reply.key

    def leave(self) -> None:
        """Another process takes away what is on the screen, and shows what follows."""
        self._shown.clear()
        self._mark = secrets.token_hex(4)

    async def show(self, job: str, request: Request, progress: Progress, text: str) -> None:
        """Show progress where the pace allows it; what does not fit now is dropped, a newer state follows."""
        if job in self._ended:
            return
        shown = self._shown.get(job)
        if shown is None or shown.chat != int(request.place.chat):
            thread = int(request.place.thread) if request.place.thread else None
            shown = self._shown[job] = _Shown(request.author.key, int(request.place.chat), thread)
        await self._act(progress, shown)
        if isinstance(progress, TextSoFar):
            await self._text(job, request, shown, progress.text)
        elif isinstance(progress, Preview):
            await self._preview(job, request, shown, progress)
        elif progress.total or progress.about or progress.phase not in ("thinking", "writing"):
            await self._status(job, request, shown, escape(text, quote=False))

    def hush(self, job: str) -> None:
        """A text of the job is about to be sent: its draft is not renewed any more."""
        if shown := self._shown.get(job):
            shown.draft = ""

    async def overtaken(self, job: str) -> None:
        """A reply of the job is there: the text or picture shown so far is old news. Raises ``TelegramError`` as ``take_away`` does."""
        shown = self._shown.get(job)
        if shown and (shown.picture or shown.streams):
            await self._remove(shown)

    async def take_away(self, job: str) -> None:
        """The job has ended: nothing of it stays on the screen. Raises ``TelegramError`` where a later try may succeed."""
        self._ended[job] = None
        if shown := self._shown.get(job):
            await self._remove(shown)
            self._shown.pop(job, None)

    async def forget(self, user: str) -> None:
        """This person's jobs were dropped without a word, and what is owed for them was forgotten too."""
        jobs = [job for job, shown in self._shown.items() if shown.user == user]
        for job in jobs:
            self._ended[job] = None
        if clearing := [self._clear(self._shown.pop(job)) for job in jobs]:
            await asyncio.wait(clearing, timeout=FIRST_WAIT)

    async def _act(self, progress: Progress, shown: _Shown) -> None:
        """The line under the chat's name. It lasts five seconds, so it is renewed before; it counts toward no limit."""
        now = time.monotonic()
        drawing = isinstance(progress, Preview) or (isinstance(progress, Status) and progress.phase == "drawing")
        action = ChatAction.UPLOAD_PHOTO if drawing else ChatAction.TYPING
        if action == shown.action and now - shown.acted < ACTION_SECONDS - 2:
            return
        shown.action, shown.acted = action, now
        await self._bot.send_chat_action(shown.chat, action, message_thread_id=shown.thread)

    async def _text(self, job: str, request: Request, shown: _Shown, text: str) -> None:
        """A draft in a private chat, renewed before it fades; elsewhere, and where Telegram takes no draft, an edited message."""
        chunks = split(parse(text.rstrip("#*` \n")), TEXT)  # marks at the end have no text yet
        if not chunks:
            return
        html = telegram_html(chunks[-1])
        if not (request.place.private and shown.drafts):
            await self._status(job, request, shown, html, streams=True)
            return
        age = time.monotonic() - shown.drafted
        if age < (DRAFT_SECONDS / 2 if html == shown.draft else DRAFT_EVERY):
            return
        with self._pacer.cosmetic(request.place.chat, "draft") as may:
            if not may:
                return
            shown.draft, shown.drafted = html, time.monotonic()
            # The same number keeps one draft growing; it only has to differ between jobs of a chat and not be 0.
            number = zlib.crc32(job.encode()) or 1
            try:
                await self._bot.send_message_draft(
                    shown.chat, number, html, message_thread_id=shown.thread, parse_mode=ParseMode.HTML
                )
                return
            except (BadRequest, InvalidToken):  # the latter is what the client makes of a server that knows no drafts
                shown.drafts = False
        await self._status(job, request, shown, html, streams=True)

    async def _status(self, job: str, request: Request, shown: _Shown, text: str, *, streams: bool = False) -> None:
        now = time.monotonic()
        if text == shown.text or (shown.edited and now - shown.edited < EDIT_EVERY):
            return
        if shown.message is None:
            await self._begin(job, request, shown, text, streams=streams)
            return
        with self._pacer.cosmetic(request.place.chat, "edit") as may:
            if not may:
                return
            shown.edited, shown.text, shown.streams = now, text, streams
            buttons = _cancel(job, request)
            if shown.picture:
                change: Awaitable[object] = self._bot.edit_message_caption(
                    shown.chat, shown.message, caption=text, parse_mode=ParseMode.HTML, reply_markup=buttons
                )
            else:
                change = self._bot.edit_message_text(
                    text, shown.chat, shown.message, parse_mode=ParseMode.HTML, reply_markup=buttons
                )
            await self._edit(shown, change)

    async def _begin(self, job: str, request: Request, shown: _Shown, text: str, *, streams: bool) -> None:
        """Send the status message, and keep that it has to disappear."""
        if len(self._sending) >= UNKNOWN:
            return
        with self._pacer.cosmetic(request.place.chat, "message") as may:
            if not may:
                return
            shown.edited, shown.text, shown.streams = time.monotonic(), text, streams
            # Though nobody may wait for it any more, what is sent is written down: nobody else knows the message's number.
            sending = asyncio.ensure_future(self._send(job, request, shown))
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)
            await asyncio.shield(sending)

    async def _send(self, job: str, request: Request, shown: _Shown) -> None:
        mark = self._mark
        sent = await self._bot.send_message(
            shown.chat,
            shown.text,
            parse_mode=ParseMode.HTML,
            reply_markup=_cancel(job, request),
            message_thread_id=shown.thread,
            disable_notification=True,
        )
        owed = NewReply(
            key=f"{job}:{mark}:status:{sent.message_id}",
            place=request.place,
            user=request.author.key,
            in_reply_to="",
            language=request.language,
            reply=Reply(removes=str(sent.message_id)),
        )
        debt = await self._kept(owed)
        # Both at once: who takes the message away before its debt is known would leave the debt standing.
        shown.message, shown.debt = sent.message_id, debt
        if job in self._ended:
            self._clear(shown)

    async def _kept(self, owed: NewReply) -> KeptReply | None:
        """The debt as it is kept, also where the first try to keep it was carried out and nobody heard so: the next one finds nothing new."""
        if kept := await until_kept(partial(self._store.commit, Change(replies=(owed,)))):
            return kept[0]
        return next((one for one in await until_kept(self._store.unsent) if one.key == owed.key), None)

    def _clear(self, shown: _Shown) -> asyncio.Future[None]:
        """Take away what nobody will ask for again, however long Telegram makes us wait."""
        clearing = asyncio.ensure_future(self._cleared(shown))
        self._clearing.add(clearing)
        clearing.add_done_callback(self._clearing.discard)
        return clearing

    async def _cleared(self, shown: _Shown) -> None:
        for wait in growing(FIRST_WAIT, LONGEST_WAIT):
            try:
                with heard():
                    await self._remove(shown)
                return
            except (TelegramError, FabulaError) as error:
                await asyncio.sleep(seconds(error) if isinstance(error, RetryAfter) else wait)

    async def _preview(self, job: str, request: Request, shown: _Shown, preview: Preview) -> None:
        """The unfinished picture in the status message."""
        now = time.monotonic()
        if shown.message is None or now - shown.edited < EDIT_EVERY:
            return
        small = await in_thread(pictures.thumbnail, preview.data, PREVIEW_EDGE)
        with self._pacer.cosmetic(request.place.chat, "edit") as may:
            if not may or shown.message is None:
                return
            shown.edited, shown.picture = now, True
            hidden = preview.spoiler or None
            media = InputMediaPhoto(small, caption=shown.text, parse_mode=ParseMode.HTML, has_spoiler=hidden)
            change = self._bot.edit_message_media(media, shown.chat, shown.message, reply_markup=_cancel(job, request))
            await self._edit(shown, change)

    async def _edit(self, shown: _Shown, change: Awaitable[object]) -> None:
        """Change the status message. Somebody who has deleted it does not want it back."""
        message = shown.message
        try:
            await change
        except TelegramError as error:
            if is_gone(error) and shown.message == message:
                shown.edited = float("inf")
            elif not is_harmless(error):
                raise

    async def _remove(self, shown: _Shown) -> None:
        message, debt = shown.message, shown.debt
        if message is None:
            return
        try:
            await self._bot.delete_message(shown.chat, message)
        except TelegramError as error:
            if isinstance(mapped(error), FabulaError) and not isinstance(error, ChatMigrated):
                raise
        shown.message, shown.debt, shown.picture, shown.streams, shown.text = None, None, False, False, ""
        if debt:
            await until_kept(partial(self._store.receipt, debt, 0, "", (), last=True))


def is_owed(reply: KeptReply) -> bool:
    """Whether a reply is the removal of a status message."""
    return ":status:" in reply.key


def over(reply: KeptReply) -> KeptReply:
    """In place of the removal of a status message that Telegram refuses, as it does of what is older than two days: it says that it is over."""
    if not is_owed(reply):
        return reply
    words = texts.say("status-over", reply.language)
    return reply.model_copy(update={"reply": Reply(text=words, replaces=reply.reply.removes)})


def is_progress(action: str) -> bool:
    """Whether a button is the one that stands under progress."""
    verb, _, job = action.partition(":")
    return verb == "cancel" and bool(job)


def _cancel(job: str, request: Request) -> InlineKeyboardMarkup:
    label = texts.say("button-cancel", request.language)
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=f"cancel:{job}")]])
