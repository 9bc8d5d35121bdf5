"""Everything that exists on one stand-in: people, chats, messages and files, and the feed in which changes are written down."""

import asyncio
import hashlib
import itertools
import mimetypes
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from standins.clock import Bell, Clock
from standins.telegram import photos
from standins.telegram.state import (
    PRESENT,
    Action,
    Chat,
    ChatKind,
    Content,
    Draft,
    Json,
    Media,
    Message,
    Press,
    StoredFile,
    User,
)

LINK_LIFETIME = 3600.0
"""Seconds for which a download link from getFile works at least (Bot API, getFile: "at least 1 hour"); here exactly."""

DRAFT_LIFETIME = 30.0
"""Seconds a draft stays visible (Bot API, sendMessageDraft)."""

ACTION_LIFETIME = 5.0
"""Seconds a chat action stays visible (Bot API, sendChatAction)."""


@dataclass
class Feed:
    """What happened, numbered from 1: tests wait for its next entry instead of sleeping."""

    clock: Clock
    events: list[Json] = field(default_factory=list)
    bell: Bell = field(default_factory=Bell)

    @property
    def last(self) -> int:
        """Number of the newest event, 0 before the first."""
        return len(self.events)

    def note(self, kind: str, chat: Chat, message_id: int | None = None, **more: object) -> None:
        """Write down an event of `kind` and wake who waits."""
        entry = {"seq": self.last + 1, "at": self.clock.now(), "kind": kind, "chat": chat.id, "message_id": message_id}
        self.events.append(entry | more)
        self.bell.ring()

    def since(self, after: int, chat_id: int | None) -> list[Json]:
        """The events after number `after`, of one chat or of all."""
        return [event for event in self.events[after:] if chat_id in (None, event["chat"])]


@dataclass
class World:
    """The state of one stand-in. Ids are handed out like Telegram's: see `next_message_id`."""

    clock: Clock
    bot: User
    keep_photos: bool = False
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    presses: dict[str, Press] = field(default_factory=dict)
    votes: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    """What people chose, by the poll's id: places of options by the person's id."""
    files: dict[str, StoredFile] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    links: dict[str, tuple[StoredFile, float]] = field(default_factory=dict)
    feed: Feed = field(init=False)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _last_box_id: int = 0

    def __post_init__(self) -> None:
        self.feed = Feed(self.clock)
        self.users[self.bot.id] = self.bot

    @property
    def today(self) -> int:
        """Now, in whole Unix seconds."""
        return int(self.clock.now())

    def add_user(
        self,
        name: str,
        *,
        language_code: str | None = "en",
        username: str | None = None,
        started: bool = True,
        premium: bool = False,
    ) -> User:
        """A person, and the private chat with them, which only exists for the bot once they `started` it."""
        first, _, last = name.partition(" ")
        number = 100_000_000 + next(self._numbers) * 7919
        user = User(number, first, last or None, username, language_code, is_premium=premium)
        self.users[number] = user
        self.chats[number] = Chat(number, "private", bot="member" if started else "left", members={number: "member"})
        return user

    def add_chat(self, kind: ChatKind, title: str, **more: object) -> Chat:
        """A group, supergroup or channel without members. Ids are negative, those of the latter two begin with -100."""
        number = 1_000_000 + next(self._numbers) * 104_729
        chat = Chat(-number if kind == "group" else -1_000_000_000_000 - number, kind, title)
        for name, value in more.items():
            setattr(chat, name, value)
        self.chats[chat.id] = chat
        return chat

    def chat_named(self, name: str) -> Chat | None:
        """The public supergroup or channel called `@name`."""
        wanted = name.removeprefix("@").lower()
        return next((chat for chat in self.chats.values() if (chat.username or "").lower() == wanted and wanted), None)

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups and channels count their own messages; all private chats and small groups share one count."""
        if chat.kind in ("supergroup", "channel"):
            chat.last_id += 1
            return chat.last_id
        self._last_box_id += 1
        return self._last_box_id

    def post(
        self,
        chat: Chat,
        sender: User,
        content: Content,
        *,
        reply_to: Message | None = None,
        quote: Json | None = None,
        thread: int | None = None,
        group: str | None = None,
        service: Json | None = None,
        protected: bool = False,
        forwarded: Json | None = None,
    ) -> Message:
        """Write a message into a chat. One by the bot ends its drafts and chat actions there, as in Telegram's apps."""
        message = Message(
            chat,
            self.next_message_id(chat),
            self.today,
            sender,
            content,
            reply_to,
            quote,
            thread,
            group,
            service or {},
            protected,
            forwarded=forwarded,
        )
        chat.messages[message.message_id] = message
        if sender is self.bot:
            chat.drafts = [_ended(draft, self.clock.now()) for draft in chat.drafts]
            chat.actions = [_ended_action(action, self.clock.now()) for action in chat.actions]
        kind = content.media.kind if content.media else None
        self.feed.note("message", chat, message.message_id, by_bot=sender is self.bot, media=kind)
        return message

    def change(self, message: Message, content: Content, *, dated: bool = True) -> None:
        """Put other content into a message and remember the old one. Changing only buttons leaves no edit date (`dated`)."""
        message.past.append((self.today, message.content))
        message.content = content
        if dated:
            message.edit_date = self.today
        self.feed.note("edit", message.chat, message.message_id)

    def remove(self, message: Message) -> None:
        """Delete a message for everybody."""
        message.deleted = True
        self.feed.note("delete", message.chat, message.message_id)

    def find(self, chat: Chat, message_id: int) -> Message | None:
        """A message that still exists."""
        message = chat.messages.get(message_id)
        return None if message is None or message.deleted else message

    def present(self, chat: Chat) -> list[User]:
        """The people who are in a chat now."""
        return [self.users[number] for number, standing in chat.members.items() if standing in PRESENT]

    async def store_photo(self, data: bytes, longest: int = 2560, backdrop: str = "white") -> Media:
        """Keep a photo in its sizes, or as it came with `keep_photos`; every size has a file_id, and each leads to the whole photo.

        Raises `Refused` (400) for what is no photo: see `photos.renditions`.
        """
        if self.keep_photos:
            sizes: tuple[photos.Rendition, ...] = (photos.Rendition(data, *photos.check(data)),)
        else:
            sizes = await asyncio.to_thread(photos.renditions, data, longest, backdrop)
        return self._register(
            Media("photo", tuple(self._keep("photos", None, "image/jpeg", ".jpg", size) for size in sizes))
        )

    async def store_document(self, data: bytes, name: str, mime: str | None = None) -> Media:
        """Keep a file byte for byte. Its type goes by its name unless the sender's app told it."""
        known = mime or mimetypes.guess_type(name)[0] or "application/octet-stream"
        small = await asyncio.to_thread(photos.thumbnail, data) if known.startswith("image/") else None
        preview = self._keep("thumbnails", None, "image/jpeg", ".jpg", small) if small else None
        file = self._keep("documents", name, known, PurePosixPath(name).suffix, data)
        return self._register(Media("document", (file,), preview))

    def _register(self, media: Media) -> Media:
        for file in media.files:
            self.media[file.file_id] = media
        return media

    def _keep(
        self, folder: str, name: str | None, mime: str, suffix: str, content: bytes | photos.Rendition
    ) -> StoredFile:
        number = next(self._numbers)
        data, width, height = (
            (content, 0, 0) if isinstance(content, bytes) else (content.data, content.width, content.height)
        )
        digest = hashlib.sha256(f"{folder}{number}{secrets.token_hex(8)}".encode()).digest()
        file = StoredFile(
            file_id={"photos": "AgACAgI", "documents": "BQACAgI"}.get(folder, "AAMCAgI")
            + urlsafe_b64encode(digest * 2).decode()[:60],
            unique_id="AQAD" + urlsafe_b64encode(digest).decode()[:11],
            path=f"{folder}/file_{number}{suffix}",
            data=data,
            name=name,
            mime=mime,
            width=width,
            height=height,
        )
        self.files[file.file_id] = file
        return file


def _ended(draft: Draft, now: float) -> Draft:
    return Draft(draft.draft_id, draft.text, draft.entities, draft.thread, draft.at, min(draft.until, now))


def _ended_action(action: Action, now: float) -> Action:
    return Action(action.action, action.thread, action.at, min(action.until, now))
