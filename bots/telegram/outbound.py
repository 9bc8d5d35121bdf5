"""Telegram's way out: replies as messages within the limits, progress as chat actions, drafts and one status message."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import structlog
import telegram
from telegram import Bot, ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bots.markup import Span, parse, split
from bots.outbound import Moved, Receipt, Rejected, Undeliverable
from bots.owners import marked
from bots.telegram.changes import Changes
from bots.telegram.errors import (
    is_about_photo,
    is_gone,
    is_harmless,
    is_not_allowed,
    is_topic_closed,
    is_unheard,
    mapped,
    seconds,
)
from bots.telegram.handing import HandingOver
from bots.telegram.keyboards import Keyboards, private_link
from bots.telegram.limits import ALBUM_BYTES, DOCUMENT_BYTES, MOVING, PHOTO_BYTES, PHOTO_EDGES, TEXT
from bots.telegram.pacing import Pacer
from bots.telegram.parts import Part, is_spoiler, parts_of, singly
from bots.telegram.people import home, in_confidence
from bots.telegram.polls import TelegramPolls
from bots.telegram.progress import JobsShown, is_owed, over
from bots.telegram.rendering import telegram_html
from bots.telegram.toasts import Toasts
from bots.thumbnails import sheet_of
from core import texts
from core.conversation.commands import SHOW
from core.errors import Unavailable
from core.pictures import files as pictures
from core.pictures.work import in_thread
from core.ports import Media
from core.types import KeptReply, Picture, Piece, Place, Progress, Reply, Request

RENDERED_EDGE = 2560
"""Pixels of the long edge of what is sent where a picture itself is beyond Telegram's limits for photos."""

T = TypeVar("T")
Shown = tuple[str, tuple[str, ...]]
"""A message and the pieces it shows."""

log = structlog.get_logger()


class TelegramOutbound:
    """Implements ``bots.outbound.Outbound``."""

    def __init__(
        self,
        bot: Bot,
        media: Media,
        pacer: Pacer,
        jobs: JobsShown,
        toasts: Toasts,
        handing: HandingOver,
        keyboards: Keyboards,
        polls: TelegramPolls,
    ) -> None:
        self.connected = asyncio.Event()
        self._bot = bot
        self._media = media
        self._pacer = pacer
        self._jobs = jobs
        self._toasts = toasts
        self._handing = handing
        self._keyboards = keyboards
        self._polls = polls
        self._changes = Changes(bot, media)
        self._moved: dict[str, str] = {}
        self._singly: set[int] = set()

    async def send(self, reply: KeptReply, receipt: Receipt) -> None:
        """Send the parts of a reply that have no receipt yet."""
        reply = in_confidence(await self._keyboards.shown(reply))
        said = reply.reply
        alerted = await self._toasts.settle(reply)
        if alerted or said.end or said.rated is not None:
            if said.end and reply.job:
                await self._tidy(reply.place, self._jobs.take_away(reply.job))
            return await receipt(0, "", (), last=True)
        if reply.place.chat in self._moved:
            raise Moved(self._here(reply.place))
        if self._jobs.settles(reply):
            return None
        if said.removes:
            removed = await self._remove(reply.place, said.removes)
            if removed or not (said.text or is_owed(reply)):
                return await receipt(0, "", (), last=True)
            reply = over(reply)
        if reply.job:
            self._jobs.hush(reply.job)
        await self._send_parts(reply, receipt)
        if reply.job:
            await self._tidy(reply.place, self._jobs.overtaken(reply.job))
        return None

    async def show(self, job: str, request: Request, progress: Progress, text: str) -> None:
        """Show progress, as far as the pace allows it now."""
        if not self.connected.is_set():
            raise Unavailable("service-down")
        place = self._here(request.place)
        await self._toasts.release(request)
        try:
            await self._jobs.show(job, request.model_copy(update={"place": place}), progress, text)
        except TelegramError as error:
            raise self._fault(place, error) from error

    async def whisper(self, place: Place, user: str, in_reply_to: str, reply: Reply) -> None:
        """Say something without keeping it: after ``/forget``, when this person's jobs are gone too."""
        await self._jobs.forget(user)
        place = self._here(place)
        for chunk in split(parse(reply.text), TEXT):
            await self._call(
                place,
                1,
                partial(
                    self._bot.send_message,
                    int(place.chat),
                    telegram_html(chunk),
                    parse_mode=ParseMode.HTML,
                    message_thread_id=_thread(place),
                ),
            )

    async def clear(self, job: str, request: Request) -> None:
        """Take off the screen what still says that a job is under way."""
        await self._tidy(self._here(request.place), self._jobs.take_away(job))

    def leave(self) -> None:
        """Remember nothing of what is on the screen: another process takes that away, and changes what is there."""
        self._jobs.leave()
        self._changes = Changes(self._bot, self._media)

    async def _send_parts(self, reply: KeptReply, receipt: Receipt) -> None:
        """Each part is one call; it is done when its last message has a receipt."""
        parts = parts_of(reply.reply)
        if reply.id in self._singly:
            parts = [one for part in parts for one in singly(part)]
        total, position, done = sum(part.messages for part in parts), 0, len(reply.receipts)
        if not parts:
            return await receipt(0, "", (), last=True)
        for part in parts:
            if position + part.messages > done:
                messages = await self._call(reply.place, part.messages, partial(self._send_somewhere, reply, part))
                await asyncio.gather(
                    *(
                        receipt(position + place, message, shown, last=position + place == total - 1)
                        for place, (message, shown) in enumerate(messages)
                    )
                )
            position += part.messages
        self._singly.discard(reply.id)
        return None

    async def _send_somewhere(self, reply: KeptReply, part: Part) -> Sequence[Shown]:
        """Send one part, in its place or, where that does not take it, elsewhere; its messages with the pieces that they show."""
        try:
            messages = await self._send(reply, part)
        except (BadRequest, Forbidden) as error:
            if not is_not_allowed(error):
                raise
            log.info("Telegram takes this elsewhere only", chat=reply.place.chat, words=str(error))
            return await self._send_elsewhere(reply, part, error)
        except TelegramError as error:
            if part.kind == "album" and is_unheard(error):
                # Large uploads are often posted and never answered: the next try brings one picture at a time, and none twice that arrived.
                self._singly.add(reply.id)
            raise
        shown = [(piece.id,) for piece in part.pieces] if part.kind == "album" else [part.shows] * part.messages
        return list(zip(messages, shown, strict=True))

    async def _send_elsewhere(self, reply: KeptReply, part: Part, error: TelegramError) -> Sequence[Shown]:
        """A place that takes no pictures is told in words, with a link to where they are; one that takes no words is left for the private chat.

        From a topic that is closed there is a way to its chat too. Raises ``Undeliverable`` where nothing of it is open.
        """
        place, closed = reply.place, is_topic_closed(error)
        ways: list[Callable[[], Awaitable[Sequence[Shown]]]] = []
        if part.kind not in ("text", "poll") and not closed:
            why = "files-not-allowed" if part.document else "pictures-not-allowed"
            ways.append(partial(self._say_where, reply, part, place, why))
        if not place.private and (alone := home(reply.user.partition(":")[2])):  # who speaks as the group has none
            ways.append(partial(self._send_privately, reply, part, alone))
        if closed:
            chat = place.model_copy(update={"thread": ""})
            ways.append(partial(self._say_where, reply, part, chat, "topic-closed"))
        for way in ways:
            try:
                return await way()
            except (BadRequest, Forbidden) as refused:
                log.info("Telegram does not take it there either", chat=place.chat, words=str(refused))
        raise Undeliverable

    async def _say_where(self, reply: KeptReply, part: Part, place: Place, why: str) -> Sequence[Shown]:
        """A sentence in place of a part; each of its pictures has a button that leads to it in the private chat."""
        pieces = part.pieces if part.kind != "text" else reply.reply.pieces
        sent = await self._bot.send_message(
            int(place.chat),
            telegram_html(parse(texts.say(why, reply.language))),
            parse_mode=ParseMode.HTML,
            message_thread_id=_thread(place),
            reply_parameters=_reply_to(reply) if place == reply.place else None,
            reply_markup=self._links(pieces, reply.language),
        )
        message = str(sent.message_id)
        return [(message, (piece.id,)) for piece in part.pieces] or [(message, part.shows)]

    async def _send_privately(self, reply: KeptReply, part: Part, alone: Place) -> Sequence[Shown]:
        """The part itself, to the person alone, with a line that says why. Its buttons would know no piece there, so there are none."""
        there = reply.model_copy(update={"place": alone, "in_reply_to": ""})
        await self._send(there, Part("text", spans=parse(texts.say("not-allowed-there", reply.language))))
        await self._send(there, replace(part, buttons=(), replaces=None))
        return [("", ())] * part.messages

    def _links(self, pieces: Sequence[Piece], language: str) -> InlineKeyboardMarkup | None:
        if not pieces:
            return None
        many = len(pieces) > 1
        return InlineKeyboardMarkup(
            [
                [
                    InlineKeyboardButton(
                        f"{texts.say('button-private', language)}{f' · {number}' if many else ''}",
                        url=private_link(self._bot.username, f"{SHOW}{piece.id}"),
                    )
                ]
                for number, piece in enumerate(pieces, 1)
            ]
        )

    async def _send(self, reply: KeptReply, part: Part) -> Sequence[str]:
        """Send one part; the ids of its messages."""
        where: dict[str, Any] = {
            "chat_id": int(reply.place.chat),
            "message_thread_id": _thread(reply.place),
            "reply_parameters": _reply_to(reply),
        }
        if part.kind == "album":
            return await self._album(part, where)
        buttons = self._keyboards.keyboard(marked(part.buttons, reply), self._bot.username, reply.place)
        markup = buttons or (ForceReply(selective=True) if part.asks else None)
        where |= {"reply_markup": markup, "disable_notification": reply.reply.private and not reply.place.private}
        if part.replaces:
            return [await self._changes.change(reply, part, buttons)]
        if part.poll and (message := await self._polls.send(part.poll, where)):
            return [message]
        if part.kind in ("text", "poll"):
            sent = await self._bot.send_message(text=telegram_html(part.spans), parse_mode=ParseMode.HTML, **where)
        elif part.kind == "plate":
            sent = await self._changes.begin(part, where)
        elif part.kind == "sheet":
            sent = await self._sheet(part, reply.language, where)
        elif part.document:
            sent = await self._handing.send(part, part.document, reply.language, where)
        elif part.kind == "document":
            assert part.file
            sent = await self._document(part.file, part.spans, where)
        else:
            sent = await self._photo(part, where)
        return [str(sent.message_id)]

    async def _album(self, part: Part, where: dict[str, Any]) -> Sequence[str]:
        """Pictures as one album; as single files where Telegram takes one of them for no photo."""
        photos = await self._renderings([piece.picture for piece in part.pieces if piece.picture])
        captions = [telegram_html(caption) or None for caption in part.captions]
        media = [
            InputMediaPhoto(photo, caption=caption, parse_mode=ParseMode.HTML, has_spoiler=is_spoiler(piece))
            for photo, caption, piece in zip(photos, captions, part.pieces, strict=True)
        ]
        try:
            return [str(message.message_id) for message in await self._bot.send_media_group(media=media, **where)]
        except BadRequest as error:
            if not is_about_photo(error):
                raise
        sent = [
            await self._document(piece.picture, caption, where)
            for piece, caption in zip(part.pieces, part.captions, strict=True)
            if piece.picture
        ]
        return [str(message.message_id) for message in sent]

    async def _photo(self, part: Part, where: dict[str, Any]) -> telegram.Message:
        """A picture with its caption; as a file where Telegram takes it for no photo."""
        picture = part.pieces[0].picture
        assert picture
        about: dict[str, Any] = {"caption": telegram_html(part.spans) or None, "parse_mode": ParseMode.HTML}
        about |= {"has_spoiler": is_spoiler(part.pieces[0])}
        try:
            if picture.mime == MOVING:
                data = await self._media.read(picture.media)
                return await self._bot.send_animation(animation=data, filename="fabula.gif", **about, **where)
            photo = (await self._renderings([picture]))[0]
            return await self._bot.send_photo(photo=photo, **about, **where)
        except BadRequest as error:
            if not is_about_photo(error):
                raise
            return await self._document(picture, part.spans, where)

    async def _sheet(self, part: Part, language: str, where: dict[str, Any]) -> telegram.Message:
        """A list with its pictures small; in words alone where nothing of them is left, or this place takes none."""
        sheet, words = await sheet_of(self._media, part.small), telegram_html(part.spans)
        if sheet:
            try:
                return await self._bot.send_photo(
                    photo=sheet, caption=words or None, parse_mode=ParseMode.HTML, **where
                )
            except (BadRequest, Forbidden) as error:
                if not is_not_allowed(error):
                    raise
        words = words or texts.say("history-title", language)
        return await self._bot.send_message(text=words, parse_mode=ParseMode.HTML, **where)

    async def _document(self, picture: Picture, spans: Sequence[Span], where: dict[str, Any]) -> telegram.Message:
        """The untouched file."""
        data = await self._media.read(picture.media)
        if len(data) > DOCUMENT_BYTES:
            raise Rejected
        return await self._bot.send_document(
            document=data,
            filename=picture.name or f"fabula-{picture.media[:8]}.{picture.mime.partition('/')[2]}",
            caption=telegram_html(spans) or None,
            parse_mode=ParseMode.HTML,
            disable_content_type_detection=True,
            **where,
        )

    async def _renderings(self, shown: Sequence[Picture]) -> list[bytes]:
        """The bytes to send as photos: the pictures' own, or smaller renderings where Telegram takes no such photos."""
        datas = [await self._media.read(picture.media) for picture in shown]
        heavy = sum(map(len, datas)) > ALBUM_BYTES
        return [
            await in_thread(pictures.thumbnail, data, RENDERED_EDGE)
            if heavy or len(data) > PHOTO_BYTES or picture.width + picture.height > PHOTO_EDGES
            else data
            for data, picture in zip(datas, shown, strict=True)
        ]

    async def _remove(self, place: Place, message: str) -> bool:
        """Take a message away, which may be a poll; ``False`` where it stays: it is too old, or a person's that the bot may not delete."""
        number, _, _ = message.partition(":")
        try:
            return await self._bot.delete_message(int(place.chat), int(number))
        except TelegramError as error:
            if not (is_harmless(error) or isinstance(error, BadRequest)):
                raise self._fault(place, error) from error
            return is_gone(error)

    async def _tidy(self, place: Place, work: Awaitable[None]) -> None:
        """Take old progress off the screen."""
        try:
            await work
        except TelegramError as error:
            raise self._fault(place, error) from error

    async def _call(self, place: Place, count: int, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call at its turn; its errors become ours. Raises ``Unavailable``, ``Moved`` or ``Undeliverable``."""
        async with self._pacer.final(place.chat, count=count):
            try:
                return await call()
            except TelegramError as error:
                raise self._fault(place, error) from error

    def _fault(self, place: Place, error: TelegramError) -> Exception:
        """What to raise in its place. A wait that Telegram asks for holds up this chat, and a new id is remembered."""
        if isinstance(error, ChatMigrated):
            self._moved[place.chat] = str(error.new_chat_id)
            return Moved(self._here(place))
        if isinstance(error, RetryAfter):
            self._pacer.pause(place.chat, seconds(error))
        elif isinstance(error, BadRequest):
            log.info("Telegram did not take it", chat=place.chat, words=str(error))
        return mapped(error)

    def _here(self, place: Place) -> Place:
        """A place under the id that its chat has now."""
        return place.model_copy(update={"chat": self._moved.get(place.chat, place.chat)})


def _reply_to(reply: KeptReply) -> ReplyParameters | None:
    message = reply.in_reply_to
    return ReplyParameters(int(message), allow_sending_without_reply=True) if message.isdecimal() else None


def _thread(place: Place) -> int | None:
    return int(place.thread) if place.thread else None
