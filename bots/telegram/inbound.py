"""From Telegram's updates to what people do. Updates are kept as they came; only what is understood here goes further."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import structlog
import telegram
from telegram import Bot, MessageEntity, ReactionTypeCustomEmoji, ReactionTypeEmoji, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from bots.intake import Intake
from bots.telegram.errors import mapped
from bots.telegram.limits import ALBUM_PATIENCE, DOWNLOAD_BYTES
from core import commands
from core.errors import BadInput
from core.ports import Change, InboxRow, Store
from core.types import FileRef, Message, Place, Press, Reaction, User

PLATFORM = "telegram"
log = structlog.get_logger()


class TelegramInbound:
    """Keeps updates, gathers albums, hands events on, and brings the bytes of files."""

    def __init__(self, bot: Bot, store: Store, intake: Intake) -> None:
        self._bot = bot
        self._store = store
        self._intake = intake
        self._albums: defaultdict[str, list[tuple[str, Update]]] = defaultdict(list)
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._answers: set[asyncio.Task[object]] = set()

    async def keep(self, updates: Iterable[dict[str, Any]]) -> list[InboxRow]:
        """Commit updates as they came; those that are new. Nothing of them is looked at yet but who sent them."""
        rows = [
            InboxRow(
                id=f"{PLATFORM}:{self._bot.id}:{update['update_id']}",
                platform=PLATFORM,
                user=_sender(update),
                payload=json.dumps(update, ensure_ascii=False),
            )
            for update in updates
            if isinstance(update.get("update_id"), int)
        ]
        fresh = await asyncio.gather(*(self._store.take_in(row) for row in rows))
        return [row for row, new in zip(rows, fresh, strict=True) if new]

    def handle(self, rows: Iterable[InboxRow]) -> None:
        """Hand on what was kept. An update that cannot be read is stepped over and named by its id alone."""
        for row in rows:
            try:
                update = Update.de_json(json.loads(row.payload), self._bot)
                self._take(row.id, update)
            except (TelegramError, TypeError, ValueError, KeyError, AttributeError) as error:
                log.warning("update cannot be read", inbox=row.id, cause=type(error).__name__)
                self._drop(row.id)

    async def recover(self) -> None:
        """Hand on what an earlier process kept but did not handle."""
        self.handle(await self._store.waiting_rows(PLATFORM))

    async def fetch(self, file: FileRef, limit: int) -> bytes:
        """The bytes of a file (``core.ports.Fetcher``). Its link holds the bot's token and goes nowhere else."""
        limit = min(limit, DOWNLOAD_BYTES)
        if file.size > limit:
            raise BadInput("file-too-large", limit_mb=limit // 1024**2)
        try:
            found = await self._bot.get_file(file.ref)
            return bytes(await found.download_as_bytearray())
        except TelegramError as error:
            if "too big" in str(error):
                raise BadInput("file-too-large", limit_mb=limit // 1024**2) from error
            raise mapped(error, gone="file-gone") from error

    def _take(self, row: str, update: Update) -> None:
        message = update.message or update.edited_message
        if update.callback_query:
            self._press(row, update.callback_query)
        elif update.message_reaction:
            self._reaction(row, update.message_reaction)
        elif message and message.migrate_to_chat_id:
            self._spawn(self._migrate(row, message.chat, message.migrate_to_chat_id))
        elif message and message.media_group_id and update.message:
            self._gather(row, update)
        elif message and message.from_user and not message.from_user.is_bot:
            self._message([(row, update)])
        else:
            self._drop(row)

    def _gather(self, row: str, update: Update) -> None:
        """Wait a moment for the rest of an album; its rows make one message."""
        assert update.message
        key = f"{update.message.chat.id}:{update.message.media_group_id}"
        self._albums[key].append((row, update))
        if key in self._timers:
            self._timers[key].cancel()

        def complete() -> None:
            del self._timers[key]
            self._message(self._albums.pop(key))

        self._timers[key] = asyncio.get_running_loop().call_later(ALBUM_PATIENCE, complete)

    def _message(self, parts: list[tuple[str, Update]]) -> None:
        """One message, made from one update or from those of an album."""
        rows = tuple(row for row, _ in parts)
        messages = sorted(
            (part.effective_message for _, part in parts if part.effective_message),
            key=lambda message: message.message_id,
        )
        told = next((message for message in messages if message.text or message.caption), messages[0])
        text = told.text or told.caption or ""
        user = told.from_user
        if user is None or commands.names_other_bot(text, self._bot.username):
            return self._drop(*rows)
        place = place_of(told.chat, told)
        reply = _replied(told)
        ours = bool(reply and reply.from_user and reply.from_user.id == self._bot.id)
        mentioned, text = self._without_mention(told, text)
        self._intake.take(
            Message(
                inbox=rows,
                id=str(told.message_id),
                place=place,
                author=user_of(user),
                text=text,
                files=tuple(file for message in messages for file in _files(message)),
                reply_to=str(reply.message_id) if reply else None,
                replied_files=tuple(_files(reply)) if reply and not ours else (),
                addressed=place.private or ours or mentioned,
                edited=parts[0][1].edited_message is not None,
                partial=bool(told.media_group_id) and len(messages) == 1 and not place.private,
            )
        )
        return None

    def _without_mention(self, message: telegram.Message, text: str) -> tuple[bool, str]:
        """Whether the bot is mentioned, and the text without that and without the bot's name behind a command."""
        name = f"@{self._bot.username}"
        entities = (
            message.parse_entities([MessageEntity.MENTION])
            if message.text
            else message.parse_caption_entities([MessageEntity.MENTION])
        )
        mentioned = any(words.lower() == name.lower() for words in entities.values())
        start = text.lower().find(name.lower())
        if start >= 0 and (mentioned or text.startswith("/")):
            text = f"{text[:start].rstrip()} {text[start + len(name) :].lstrip()}".strip()
        return mentioned, text

    def _press(self, row: str, query: telegram.CallbackQuery) -> None:
        """A button. Telegram shows a spinner on it until it is answered, so that is done at once."""
        self._spawn(self._answer(query))
        message = query.message
        if message is None or not query.data:
            return self._drop(row)
        place = place_of(message.chat, message if isinstance(message, telegram.Message) else None)
        return self._intake.take(
            Press(
                inbox=(row,),
                place=place,
                user=user_of(query.from_user),
                message=str(message.message_id),
                action=query.data,
            )
        )

    async def _answer(self, query: telegram.CallbackQuery) -> None:
        try:
            await query.answer()
        except TelegramError as error:
            log.debug("button not answered", cause=type(error).__name__)

    def _reaction(self, row: str, change: telegram.MessageReactionUpdated) -> None:
        """Old and new reactions of a person: what differs was added or taken back."""
        if change.user is None:
            return self._drop(row)
        old, new = (list(filter(None, map(_emoji, kinds))) for kinds in (change.old_reaction, change.new_reaction))
        return self._intake.take(
            Reaction(
                inbox=(row,),
                place=place_of(change.chat, None),
                user=user_of(change.user),
                message=str(change.message_id),
                added=tuple(emoji for emoji in new if emoji not in old),
                removed=tuple(emoji for emoji in old if emoji not in new),
            )
        )

    async def _migrate(self, row: str, old: telegram.Chat, new: int) -> None:
        """A group has become a supergroup: its sessions go along."""
        await self._store.move_chat(Place(platform=PLATFORM, chat=str(old.id)), Place(platform=PLATFORM, chat=str(new)))
        await self._store.commit(Change(inbox=(row,)))

    def _drop(self, *rows: str) -> None:
        """Nothing for us: handled."""
        self._spawn(self._store.commit(Change(inbox=rows)))

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)


def place_of(chat: telegram.Chat, message: telegram.Message | None) -> Place:
    """A chat, or a forum topic in it. What is under no topic of a forum is the chat itself."""
    thread = (
        str(message.message_thread_id) if message and message.is_topic_message and message.message_thread_id else ""
    )
    return Place(platform=PLATFORM, chat=str(chat.id), thread=thread, private=chat.type == ChatType.PRIVATE)


def user_of(user: telegram.User) -> User:
    """A person, in the language of their app."""
    return User(platform=PLATFORM, id=str(user.id), name=user.full_name, language=user.language_code or "")


def _replied(message: telegram.Message) -> telegram.Message | None:
    """The message it answers; in a topic, what answers nothing carries the topic's opening instead."""
    reply = message.reply_to_message
    return None if reply is None or reply.forum_topic_created else reply


def _files(message: telegram.Message) -> list[FileRef]:
    """The picture of a message: a photo in its largest size, or an image sent as a file."""
    if message.photo:
        largest = max(message.photo, key=lambda size: size.width * size.height)
        return [FileRef(platform=PLATFORM, ref=largest.file_id, mime="image/jpeg", size=largest.file_size or 0)]
    document = message.document
    if document and (document.mime_type or "").startswith("image/"):
        return [
            FileRef(
                platform=PLATFORM,
                ref=document.file_id,
                name=document.file_name or "",
                mime=document.mime_type or "",
                size=document.file_size or 0,
            )
        ]
    return []


def _emoji(kind: telegram.ReactionType) -> str | None:
    if isinstance(kind, ReactionTypeEmoji):
        return kind.emoji
    return f"custom:{kind.custom_emoji_id}" if isinstance(kind, ReactionTypeCustomEmoji) else None


def _sender(update: dict[str, Any]) -> str:
    """The key of who sent an update, for ``/forget``; read without trusting its form."""
    for kind in ("message", "edited_message", "callback_query", "message_reaction"):
        part = update.get(kind)
        if isinstance(part, dict):
            person = part.get("from") or part.get("user")
            if isinstance(person, dict) and "id" in person:
                return f"{PLATFORM}:{person['id']}"
    return PLATFORM
