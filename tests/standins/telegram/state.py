"""What exists on the stand-in's Telegram: people, chats, messages, files. Plain data; the rules are in the other modules."""

import hashlib
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

Json = dict[str, Any]

ChatKind = Literal["private", "group", "supergroup", "channel"]
Standing = Literal["creator", "administrator", "member", "left", "kicked"]
PRESENT: frozenset[str] = frozenset({"creator", "administrator", "member"})
MANAGING: frozenset[str] = frozenset({"creator", "administrator"})


@dataclass
class User:
    """A person, or the bot itself."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False
    is_premium: bool = False


@dataclass(frozen=True)
class StoredFile:
    """Bytes that Telegram keeps. `width` and `height` in pixels, 0 where it is no picture."""

    file_id: str
    unique_id: str
    path: str
    data: bytes
    name: str | None = None
    mime: str | None = None
    width: int = 0
    height: int = 0

    @cached_property
    def sha256(self) -> str:
        """Of its bytes, in hexadecimal digits."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Media:
    """A photo (its sizes in ascending order) or a document (one file, perhaps a thumbnail)."""

    kind: Literal["photo", "document"]
    files: tuple[StoredFile, ...]
    thumbnail: StoredFile | None = None

    @property
    def best(self) -> StoredFile:
        """The document itself, or the photo's largest size."""
        return self.files[-1]


@dataclass(frozen=True)
class Content:
    """What an edit can change. `text` is the caption where there is media; entities as on the wire, offsets in UTF-16 units.

    `options` are fields that the message echoes (link_preview_options, has_media_spoiler, show_caption_above_media).
    """

    text: str = ""
    entities: tuple[Json, ...] = ()
    media: Media | None = None
    keyboard: Json | None = None
    options: Json = field(default_factory=dict)

    def with_keyboard(self, keyboard: Json | None) -> "Content":
        """The same under other buttons."""
        return replace(self, keyboard=keyboard)


@dataclass
class Message:
    """One message. `past` holds what it said before each edit, with the time of the edit (Unix seconds).

    `sender` is who wrote it, in a channel too, where nobody sees that. `forwarded`: where it was forwarded from (MessageOrigin).
    """

    chat: "Chat"
    message_id: int
    date: int
    sender: User
    content: Content
    reply_to: "Message | None" = None
    quote: Json | None = None
    thread: int | None = None
    media_group_id: str | None = None
    service: Json = field(default_factory=dict)
    protected: bool = False
    edit_date: int | None = None
    deleted: bool = False
    past: list[tuple[int, Content]] = field(default_factory=list)
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    forwarded: Json | None = None


@dataclass
class Topic:
    """A forum topic; its thread id is the id of the message that opened it."""

    thread: int
    name: str
    closed: bool = False
    icon_color: int = 0x6FB9F0


@dataclass(frozen=True)
class Draft:
    """A text that streams into a private chat. `at` and `until` in Unix seconds; Telegram previews it for 30 seconds."""

    draft_id: int
    text: str
    entities: tuple[Json, ...]
    thread: int | None
    at: float
    until: float


@dataclass(frozen=True)
class Action:
    """What the bot is seen doing, such as typing. `at` and `until` in Unix seconds."""

    action: str
    thread: int | None
    at: float
    until: float


@dataclass
class Chat:
    """A private chat (its id is the person's), a group, a supergroup (a forum if `is_forum`) or a channel.

    `members` are people; the bot's own standing is `bot`. `forbidden` are the kinds that members may not send:
    text, photos, documents. `privacy` is the bot's privacy mode, kept per chat here.
    """

    id: int
    kind: ChatKind
    title: str | None = None
    username: str | None = None
    is_forum: bool = False
    privacy: bool = True
    bot: Standing = "left"
    blocked: bool = False
    gone: bool = False
    migrated_to: int | None = None
    last_id: int = 0
    members: dict[int, Standing] = field(default_factory=dict)
    forbidden: frozenset[str] = frozenset()
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    drafts: list[Draft] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)


@dataclass
class Press:
    """A pressed button: Telegram's callback query. `answer` is what the bot said to it."""

    id: str
    chat: Chat
    message_id: int
    user_id: int
    data: str
    at: float
    answer: Json | None = None
