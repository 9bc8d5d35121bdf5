"""From Telegram's updates to what people do. Updates are kept as they came; only what is understood here goes further."""

from __future__ import annotations

import asyncio
import json
import re
from collections import OrderedDict
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import structlog
import telegram
from telegram import Bot, MessageEntity, ReactionTypeCustomEmoji, ReactionTypeEmoji, Update
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, InvalidToken, RetryAfter, TelegramError

from bots import owners
from bots.intake import Intake
from bots.telegram.errors import mapped, seconds
from bots.telegram.files import PLATFORM, Carrier, files_of, unusable_in
from bots.telegram.limits import ALBUM_PATIENCE, DOWNLOAD_BYTES
from bots.telegram.toasts import Toasts
from core import commands
from core.errors import BadInput, StorageFault
from core.ports import Change, InboxRow, Store
from core.types import FileRef, Message, Place, Press, Reaction, User

DOWNLOAD_WAITS = (1.0, 3.0, 0.0)
"""Seconds after each try to get a file; the last one is final."""

REMEMBERED_ALBUMS = 300
"""Albums whose parts are remembered, in case somebody corrects the caption."""

log = structlog.get_logger()


class TelegramInbound:
    """Keeps updates, gathers albums, hands events on, and brings the bytes of files."""

    def __init__(self, bot: Bot, store: Store, intake: Intake, toasts: Toasts) -> None:
        self._bot = bot
        self._store = store
        self._intake = intake
        self._toasts = toasts
        self._number = bot.token.partition(":")[0]
        self._patience = ALBUM_PATIENCE
        self._albums: dict[str, tuple[list[str], list[telegram.Message]]] = {}
        self._gathered: OrderedDict[str, list[telegram.Message]] = OrderedDict()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Future[object]] = set()

    async def receive(self, updates: Iterable[dict[str, Any]], *, first: bool = False) -> None:
        """Commit updates as they came, and hand on those that are new; the ``first`` time everything that waits to be handled.

        Raises ``StorageFault`` where not all could be kept. Those that could are handled all the same: when they come again, they are not new.
        """
        rows = [
            InboxRow(
                id=f"{PLATFORM}:{self._number}:{update['update_id']}",
                platform=PLATFORM,
                user=_sender(update),
                payload=json.dumps(update),
            )
            for update in updates
            if isinstance(update.get("update_id"), int)
        ]
        results = await asyncio.gather(*(self._store.take_in(row) for row in rows), return_exceptions=True)
        faults = [result for result in results if isinstance(result, BaseException)]
        if first and not faults:
            await self.recover()
        elif not first:
            await self._handle(row for row, new in zip(rows, results, strict=True) if new is True)
        if faults:
            raise faults[0]

    async def recover(self, patience: float | None = None) -> None:
        """Hand on everything that was kept but not handled. ``patience``: seconds to wait for what is missing of an album."""
        usual = self._patience
        self._patience = patience or usual
        try:
            await self._handle(await self._intake.left_over(PLATFORM))
        finally:
            self._patience = usual

    async def close(self) -> None:
        """Let go of half-gathered albums; their rows are in the inbox."""
        for timer in self._timers.values():
            timer.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def fetch(self, file: FileRef, limit: int) -> bytes:
        """The bytes of a file (``core.ports.Fetcher``). Its link holds the bot's token and goes nowhere else."""
        limit = min(limit, DOWNLOAD_BYTES)
        if file.size > limit:
            raise BadInput("file-too-large", limit_mb=limit // 1024**2)
        for wait in DOWNLOAD_WAITS:
            try:
                return await self._download(file)
            except BadRequest as error:
                if "too big" in str(error):
                    raise BadInput("file-too-large", limit_mb=limit // 1024**2) from error
                raise BadInput("file-gone") from error
            except TelegramError as error:
                log.info("download failed", cause=type(error).__name__)
                if not wait:
                    raise mapped(error) from error
                await asyncio.sleep(seconds(error) if isinstance(error, RetryAfter) else wait)
        raise AssertionError("the last try has no wait behind it")

    async def _download(self, file: FileRef) -> bytes:
        found = await self._bot.get_file(file.ref)
        try:
            return bytes(await found.download_as_bytearray())
        except InvalidToken as error:  # what the client makes of any 404, also that of a link
            raise BadRequest("file is gone") from error

    async def _handle(self, rows: Iterable[InboxRow]) -> None:
        """Hand on what was kept."""
        for row in rows:
            try:
                told = json.loads(row.payload)
            except ValueError:
                await self._intake.pass_over(row, home)
                continue
            with self._stepping_over(row.id):
                update = Update.de_json(told, self._bot)
                if (message := update.message) and message.migrate_to_chat_id:
                    await self._migrate(row.id, message.chat, message.migrate_to_chat_id)
                else:
                    self._take(row.id, update)

    @contextmanager
    def _stepping_over(self, *rows: str) -> Iterator[None]:
        """An update that cannot be read is left behind and named by its id alone; one that meets a full disk waits for the next start."""
        try:
            yield
        except StorageFault as fault:
            log.error("update has to wait", inbox=rows, code=fault.code)
        except Exception as error:  # noqa: BLE001
            # The broad except around the platform's loop. Its words may quote what somebody wrote, so they are not logged.
            log.warning("update cannot be read", inbox=rows, cause=type(error).__name__)
            self._drop(*rows)

    def _take(self, row: str, update: Update) -> None:
        message = update.message or update.edited_message
        if update.callback_query:
            self._press(row, update.callback_query)
        elif update.message_reaction:
            self._reaction(row, update.message_reaction)
        elif message is None or _author(message) is None or not _says_something(message):
            self._drop(row)
        elif message.media_group_id:
            self._gather(row, update, message)
        else:
            self._message((row,), (message,), edited=update.message is None)

    def _gather(self, row: str, update: Update, message: telegram.Message) -> None:
        """Wait a moment for the rest of an album; its rows make one message. An edit changes one of them."""
        key = f"{message.chat.id}:{message.media_group_id}"
        if update.message is None:
            album = [message if part.message_id == message.message_id else part for part in self._gathered.get(key, ())]
            return self._message((row,), album or [message], edited=True)
        if key in self._timers:
            self._timers[key].cancel()
        elif message.chat.type == ChatType.PRIVATE:
            self._spawn(self._bot.send_chat_action(message.chat.id, ChatAction.TYPING))
        rows, messages = self._albums.setdefault(key, ([], []))
        rows.append(row)
        messages.append(message)

        def complete() -> None:
            del self._timers[key], self._albums[key]
            self._gathered[key] = messages
            if len(self._gathered) > REMEMBERED_ALBUMS:
                self._gathered.popitem(last=False)
            with self._stepping_over(*rows):
                self._message(rows, messages)

        self._timers[key] = asyncio.get_running_loop().call_later(self._patience, complete)
        return None

    def _message(self, rows: Sequence[str], messages: Sequence[telegram.Message], *, edited: bool = False) -> None:
        """One message of a person, made from one of Telegram's or from those of an album."""
        messages = sorted(messages, key=lambda message: message.message_id)
        told = next((message for message in messages if message.text or message.caption), messages[0])
        text = told.text or told.caption or ""
        author = _author(told)
        if author is None or commands.names_other_bot(text, self._bot.username):
            return self._drop(*rows)
        place = place_of(told.chat, told)
        reply = _replied(told)
        answered = reply or told.external_reply
        ours = bool(reply and reply.from_user and reply.from_user.id == self._bot.id)
        mentioned, text = self._without_mention(told, text)
        return self._intake.take(
            Message(
                inbox=tuple(rows),
                id=str(told.message_id),
                place=place,
                author=author,
                text=text,
                files=tuple(file for message in messages for file in files_of(message)),
                unusable=tuple(kind for message in messages for kind in unusable_in(message)),
                reply_to=str(reply.message_id) if reply else None,
                replied_files=files_of(answered) if answered and not ours else (),
                replied_unusable=_unusable_reply(answered, ours=ours) if answered else (),
                addressed=place.private or ours or mentioned,
                edited=edited,
                partial=bool(told.media_group_id) and len(messages) == 1 and not place.private,
            )
        )

    def _without_mention(self, message: telegram.Message, text: str) -> tuple[bool, str]:
        """Whether the bot is mentioned, and the text without that and without the bot's name behind a command."""
        name = re.compile(rf"@{re.escape(self._bot.username)}\b", re.I)
        entities = (
            message.parse_entities([MessageEntity.MENTION])
            if message.text
            else message.parse_caption_entities([MessageEntity.MENTION])
        )
        mentioned = any(name.fullmatch(words) for words in entities.values())
        if mentioned or text.startswith("/"):
            before, *after = name.split(text, maxsplit=1)
            text = "".join((before.rstrip(), *after)).strip() if after else text.strip()
        return mentioned, text

    def _press(self, row: str, query: telegram.CallbackQuery) -> None:
        """A button. Telegram shows a spinner on it until it is answered: at once, or with what came of it (a rating, a refusal in a group)."""
        message = query.message
        if message is None or not query.data:
            return self._drop(row)
        place = place_of(message.chat, message if isinstance(message, telegram.Message) else None)
        action, asked = owners.read(query.data)
        press = Press(
            inbox=(row,),
            place=place,
            user=user_of(query.from_user),
            message=str(message.message_id),
            action=action,
            asked=asked,
        )
        if action.startswith("rate-") or not place.private:
            self._toasts.expect(press, query.id)
        else:
            self._spawn(self._toasts.answer(query.id))
        return self._intake.take(press)

    def _reaction(self, row: str, change: telegram.MessageReactionUpdated) -> None:
        """Old and new reactions of a person, or of who reacts in the name of a chat: what differs was added or taken back."""
        user = user_of(change.user) if change.user else _in_name_of(change.actor_chat, change.chat)
        if user is None:
            return self._drop(row)
        old, new = (list(filter(None, map(_emoji, kinds))) for kinds in (change.old_reaction, change.new_reaction))
        return self._intake.take(
            Reaction(
                inbox=(row,),
                place=place_of(change.chat, None),
                user=user,
                message=str(change.message_id),
                added=tuple(emoji for emoji in new if emoji not in old),
                removed=tuple(emoji for emoji in old if emoji not in new),
            )
        )

    async def _migrate(self, row: str, old: telegram.Chat, new: int) -> None:
        """A group has become a supergroup: its sessions go along, before anything that is said there is handled."""
        await self._store.move_chat(Place(platform=PLATFORM, chat=str(old.id)), Place(platform=PLATFORM, chat=str(new)))
        await self._store.commit(Change(inbox=(row,)))

    def _drop(self, *rows: str) -> None:
        """Nothing for us: handled."""
        self._spawn(self._store.commit(Change(inbox=rows)))

    def _spawn(self, work: Coroutine[object, object, object]) -> None:
        """Do something beside; what becomes of it is not worth more than a note."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Future[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.info("not done", cause=type(error).__name__)


def place_of(chat: telegram.Chat, message: telegram.Message | None) -> Place:
    """A chat, or a forum topic in it. What is under no topic of a forum is the chat itself."""
    thread = (
        str(message.message_thread_id) if message and message.is_topic_message and message.message_thread_id else ""
    )
    return Place(platform=PLATFORM, chat=str(chat.id), thread=thread, private=chat.type == ChatType.PRIVATE)


def home(person: str) -> Place | None:
    """The private chat with a person by their id; ``None`` for who speaks as a group."""
    return Place(platform=PLATFORM, chat=person, private=True) if person.isdecimal() else None


def user_of(user: telegram.User) -> User:
    """A person, in the language of their app."""
    return User(platform=PLATFORM, id=str(user.id), name=user.full_name, language=user.language_code or "")


def _author(message: telegram.Message) -> User | None:
    """Who speaks; ``None`` for bots and channels. An administrator may do it anonymously, in the name of the group."""
    speaker = message.sender_chat
    if speaker and speaker.id == message.chat.id and speaker.type != ChatType.CHANNEL:
        return _in_name_of(speaker, message.chat)
    if speaker or message.from_user is None or message.from_user.is_bot:
        return None
    return user_of(message.from_user)


def _in_name_of(speaker: telegram.Chat | None, chat: telegram.Chat) -> User | None:
    """Who does something in the name of a chat: for a group itself only its administrators can."""
    if speaker is None:
        return None
    title, own = speaker.title or "", speaker.id == chat.id
    return User(platform=PLATFORM, id=str(speaker.id), name=title, language="", administrator=own)


def _says_something(message: telegram.Message) -> bool:
    """Whether it is a person's message: not a note of Telegram's that somebody joined, pinned or renamed something."""
    return bool(message.text or message.photo or message.document or message.caption or message.effective_attachment)


def _replied(message: telegram.Message) -> telegram.Message | None:
    """The message it answers; in a topic, what answers nothing carries the topic's opening instead."""
    reply = message.reply_to_message
    return None if reply is None or reply.forum_topic_created else reply


def _unusable_reply(answered: Carrier, *, ours: bool) -> tuple[str, ...]:
    """What cannot be used of the message it answers. A picture of our own is found by what it shows; where it shows nothing any more, it is gone."""
    return ("gone",) if ours and files_of(answered) else unusable_in(answered)


def _emoji(kind: telegram.ReactionType) -> str | None:
    if isinstance(kind, ReactionTypeEmoji):
        return kind.emoji
    return f"custom:{kind.custom_emoji_id}" if isinstance(kind, ReactionTypeCustomEmoji) else None


def _sender(update: dict[str, Any]) -> str:
    """The key of who sent an update, for ``/forget``; read without trusting its form."""
    for kind in ("message", "edited_message", "callback_query", "message_reaction"):
        part = update.get(kind)
        if isinstance(part, dict):
            person = part.get("sender_chat") or part.get("actor_chat") or part.get("from") or part.get("user")
            if isinstance(person, dict) and isinstance(person.get("id"), int):
                return f"{PLATFORM}:{person['id']}"
    return PLATFORM
