"""What exists on the stand-in's Discord: people, guilds, channels, messages, interactions. Plain data; rules are elsewhere."""

from dataclasses import dataclass, field, replace
from enum import IntEnum, IntFlag
from typing import Any

Json = dict[str, Any]


class ChannelType(IntEnum):
    """Kinds of channels that exist here (Discord has more)."""

    TEXT = 0
    DM = 1
    CATEGORY = 4
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12


class MessageType(IntEnum):
    """Kinds of messages that exist here (Discord has more)."""

    DEFAULT = 0
    THREAD_CREATED = 18
    REPLY = 19
    CHAT_INPUT_COMMAND = 20
    THREAD_STARTER = 21
    CONTEXT_MENU_COMMAND = 23


class MessageFlag(IntFlag):
    """Bits of a message's `flags`."""

    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


NO_FLAG = MessageFlag(0)


class InteractionType(IntEnum):
    """What a person did."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


@dataclass
class User:
    """A person, or the bot itself. `installed` says that they added the app to their account."""

    id: int
    name: str
    locale: str = "en-US"
    bot: bool = False
    installed: bool = False
    accepts_messages: bool = True


@dataclass
class Role:
    """A role; that of everyone has its guild's id. `permissions` are the bits of `Permission`."""

    id: int
    name: str
    permissions: int
    position: int
    managed: bool = False


@dataclass
class Member:
    """A user within a guild. `joined_at` in Unix seconds."""

    user: User
    joined_at: float
    roles: list[int] = field(default_factory=list)
    nick: str | None = None


@dataclass
class Overwrite:
    """A channel's exception for a role (`kind` 0) or a member (1)."""

    id: int
    kind: int
    allow: int = 0
    deny: int = 0


@dataclass
class Guild:
    """A server. `boost` is its premium tier, 0–3."""

    id: int
    name: str
    owner_id: int
    joined_at: float
    locale: str = "en-US"
    boost: int = 0
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)


@dataclass
class Thread:
    """What a thread has more than a channel. Times in Unix seconds, `auto_archive` in minutes."""

    owner_id: int
    archived_at: float
    auto_archive: int = 4320
    archived: bool = False
    locked: bool = False
    sent: int = 0
    members: dict[int, float] = field(default_factory=dict)


@dataclass
class Channel:
    """A channel, a thread (then with `parent`) or a private conversation (then with `recipients` and no guild).

    `finds_explicit`: Discord takes every file that is sent here for explicit content.
    """

    id: int
    type: ChannelType
    name: str = ""
    guild: Guild | None = None
    topic: str | None = None
    parent: "Channel | None" = None
    thread: Thread | None = None
    recipients: list[User] = field(default_factory=list)
    overwrites: list[Overwrite] = field(default_factory=list)
    messages: "dict[int, Message]" = field(default_factory=dict)
    typing: list[float] = field(default_factory=list)
    finds_explicit: bool = False


@dataclass(frozen=True)
class Attachment:
    """A file in a message, kept byte for byte. `width` and `height` in pixels, 0 where it is no picture.

    `inline` says that an embed or a component shows it, so that it stands in the list of attachments no more.
    """

    id: int
    channel_id: int
    filename: str
    data: bytes
    content_type: str
    width: int = 0
    height: int = 0
    description: str | None = None
    ephemeral: bool = False
    inline: bool = False
    spoiler: bool = False
    typed: bool = True


@dataclass
class Poll:
    """A poll. `expires` in Unix seconds; `counted`: its numbers are final; `votes` are numbers of answers (from 1) by the person's id."""

    question: str
    answers: tuple[str, ...]
    several: bool
    expires: float
    ended: bool = False
    counted: bool = False
    votes: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def voters(self, answer: int) -> list[int]:
        """The ids of those who chose an answer, in ascending order."""
        return sorted(user for user, chosen in self.votes.items() if answer in chosen)


@dataclass(frozen=True)
class Content:
    """What an edit can change. Embeds and components are as on the wire, their files named by `attachment://NAME`.

    `forwarded`: what it forwards, when that was said, and where (as on the wire).
    """

    text: str = ""
    embeds: tuple[Json, ...] = ()
    components: tuple[Json, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    flags: MessageFlag = NO_FLAG
    mentions: tuple[int, ...] = ()
    forwarded: "tuple[Content, float, Json] | None" = None
    poll: Poll | None = None

    @property
    def listed(self) -> tuple[Attachment, ...]:
        """Attachments that are shown as such."""
        return tuple(one for one in self.attachments if not one.inline)

    @property
    def is_empty(self) -> bool:
        """Whether there would be nothing to see."""
        return not (self.text or self.embeds or self.components or self.attachments or self.poll)

    def flagged(self, flag: MessageFlag, on: bool) -> "Content":
        """The same with a flag set or cleared."""
        return replace(self, flags=self.flags | flag if on else self.flags & ~flag)


@dataclass
class Message:
    """One message. `past` holds what it said before each edit, with the time of the edit (Unix seconds).

    `reactions` are users by emoji, each emoji as `name` or `name:id`. `seen_by` is set for ephemeral messages.
    """

    channel: Channel
    id: int
    author: User
    at: float
    content: Content
    type: MessageType = MessageType.DEFAULT
    reply_to: int | None = None
    nonce: str | int | None = None
    interaction: "Interaction | None" = None
    thread: Channel | None = None
    seen_by: int | None = None
    edited_at: float | None = None
    deleted: bool = False
    past: list[tuple[float, Content]] = field(default_factory=list)
    reactions: dict[str, list[int]] = field(default_factory=dict)


@dataclass
class Interaction:
    """Something a person did and the bot is to answer. Times in Unix seconds on the server's clock.

    `responded_with` is the type of the first answer, `original` the message that answer made or changed, `modal` and `choices`
    what it showed instead. `by_user` says that only the person installed the app, not the place.
    """

    id: int
    token: str
    type: InteractionType
    user: User
    channel: Channel
    data: Json
    at: float
    name: str
    context: int
    by_user: bool = False
    message: Message | None = None
    parent: "Interaction | None" = None
    heard: bool = False
    acknowledged_at: float | None = None
    responded_with: int | None = None
    original: Message | None = None
    follow_ups: int = 0
    modal: Json | None = None
    choices: list[Json] | None = None
