"""Everything that exists on one stand-in, and the feed in which changes are written down."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from standins.clock import Bell, Clock
from standins.discord.cdn import Cdn, attachment_of
from standins.discord.permissions import USUAL
from standins.discord.state import (
    Attachment,
    Channel,
    ChannelType,
    Content,
    Guild,
    Interaction,
    Json,
    Member,
    Message,
    MessageFlag,
    Overwrite,
    Role,
    Thread,
    User,
)

EPOCH_MS = 1_420_070_400_000
"""Milliseconds of Discord's first second of 2015, from which its ids count."""

FILE_BYTES = {0: 10 << 20, 1: 10 << 20, 2: 50 << 20, 3: 100 << 20}
"""Largest file in bytes by a guild's boost level (Discord's documentation, "Uploading Files", and its help pages, 2026-11)."""

REQUEST_BYTES = 25 << 20
"""Largest request in bytes, unless a boosted guild allows larger files."""

_MENTION = re.compile(r"<@!?([0-9]+)>")


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

    def note(self, kind: str, channel_id: int = 0, **more: object) -> None:
        """Write down an event of `kind` and wake who waits."""
        entry = {"seq": self.last + 1, "at": self.clock.now(), "kind": kind, "channel": channel_id}
        self.events.append(entry | more)
        self.bell.ring()

    def since(self, after: int, channel_id: int | None) -> list[Json]:
        """The events after number `after`, of one channel or of all."""
        return [event for event in self.events[after:] if channel_id in (None, event["channel"])]


@dataclass
class World:
    """The state of one stand-in. Ids are snowflakes of the server's clock, each a millisecond apart from the last at least."""

    clock: Clock
    bot: User
    cdn: Cdn
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    interactions: dict[int, Interaction] = field(default_factory=dict)
    feed: Feed = field(init=False)
    largest: int | None = None
    """The largest file in bytes wherever that is less than usual: it spares a test the moving of large files."""
    _last_ms: int = 0

    def __post_init__(self) -> None:
        self.feed = Feed(self.clock)
        self.users[self.bot.id] = self.bot

    def new_id(self) -> int:
        """A fresh id, above all earlier ones."""
        self._last_ms = max(int(self.clock.now() * 1000) - EPOCH_MS, self._last_ms + 1)
        return self._last_ms << 22 | 1 << 17

    def add_user(self, name: str, *, locale: str, installed: bool) -> User:
        """A person."""
        user = User(self.new_id(), name, locale, installed=installed)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, owner: User, *, locale: str, boost: int, shard: tuple[int, int] | None) -> Guild:
        """A guild without channels whose owner is its only member; `shard` (index, count) says to which shard it shall belong."""
        number = self.new_id()
        while shard is not None and (number >> 22) % shard[1] != shard[0]:
            number = self.new_id()
        guild = Guild(number, name, owner.id, self.clock.now(), locale, boost)
        guild.roles[number] = Role(number, "@everyone", USUAL, 0)
        self.guilds[number] = guild
        self.join(guild, owner)
        return guild

    def join(self, guild: Guild, user: User) -> Member:
        """Make a user a member."""
        guild.members[user.id] = Member(user, self.clock.now())
        return guild.members[user.id]

    def add_role(self, guild: Guild, name: str, permissions: int, *, managed: bool = False) -> Role:
        """A role above all others."""
        role = Role(self.new_id(), name, permissions, len(guild.roles), managed)
        guild.roles[role.id] = role
        return role

    def add_channel(
        self, guild: Guild, name: str, *, topic: str | None = None, overwrites: Sequence[Overwrite] = ()
    ) -> Channel:
        """A text channel."""
        channel = Channel(self.new_id(), ChannelType.TEXT, name, guild, topic, overwrites=list(overwrites))
        self.channels[channel.id] = channel
        return channel

    def add_thread(
        self, parent: Channel, owner: User, name: str, *, number: int | None, private: bool, auto_archive: int
    ) -> Channel:
        """A thread in a channel; one that hangs on a message has that message's id as its `number`."""
        kind = ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD
        now = self.clock.now()
        inner = Thread(owner.id, now, auto_archive, members={owner.id: now})
        thread = Channel(number or self.new_id(), kind, name, parent.guild, parent=parent, thread=inner)
        self.channels[thread.id] = thread
        return thread

    def private_channel(self, user: User, other: User | None = None) -> Channel:
        """The private conversation of a person with the bot, or with another person; opened if need be."""
        both = {user.id, (other or self.bot).id}
        for channel in self.channels.values():
            if channel.type is ChannelType.DM and {one.id for one in channel.recipients} == both:
                return channel
        channel = Channel(self.new_id(), ChannelType.DM, recipients=[user, other or self.bot])
        self.channels[channel.id] = channel
        return channel

    def attach(
        self, channel: Channel, name: str, data: bytes, *, description: str | None = None, ephemeral: bool = False
    ) -> Attachment:
        """Keep a file for a message in a channel."""
        made = attachment_of(self.new_id(), channel.id, name, data, description=description, ephemeral=ephemeral)
        return self.cdn.keep(made)

    def add(self, message: Message) -> Message:
        """Put a message into its channel; in a thread it also counts, and it wakes the thread up."""
        channel = message.channel
        channel.messages[message.id] = message
        if channel.thread is not None:
            channel.thread.sent += 1
        channel.typing = [] if message.author is self.bot else channel.typing
        self.feed.note("message", channel.id, message=message.id, files=len(message.content.attachments))
        return message

    def change(self, message: Message, content: Content) -> None:
        """Put other content into a message and remember the old one. Filling a deferred answer is no edit to a person."""
        was_loading = bool(message.content.flags & MessageFlag.LOADING)
        message.past.append((self.clock.now(), message.content))
        message.content = content
        if not was_loading:
            message.edited_at = self.clock.now()
        self.feed.note("edit", message.channel.id, message=message.id, files=len(content.attachments))

    def remove(self, message: Message) -> None:
        """Delete a message for everybody."""
        message.deleted = True
        self.feed.note("delete", message.channel.id, message=message.id)

    def find(self, channel: Channel, message_id: int) -> Message | None:
        """A message that still exists."""
        message = channel.messages.get(message_id)
        return None if message is None or message.deleted else message

    def threads_of(self, guild: Guild) -> list[Channel]:
        """A guild's threads that are not archived."""
        return [one for one in self.channels_of(guild) if one.thread is not None and not one.thread.archived]

    def channels_of(self, guild: Guild) -> list[Channel]:
        """All channels and threads of a guild."""
        return [channel for channel in self.channels.values() if channel.guild is guild]

    def file_limit(self, channel: Channel) -> int:
        """Bytes of the largest file that may be sent to a channel."""
        usual = FILE_BYTES[channel.guild.boost if channel.guild else 0]
        return usual if self.largest is None else min(usual, self.largest)

    def mentioned(self, text: str) -> tuple[int, ...]:
        """The users whom a text mentions, each once."""
        numbers = dict.fromkeys(int(number) for number in _MENTION.findall(text))
        return tuple(number for number in numbers if number in self.users)

    def new_token(self) -> str:
        """A token for an interaction."""
        return secrets.token_urlsafe(48)


def inlined(content: Content, used: frozenset[str]) -> Content:
    """The same content with the attachments named in `used` marked as shown elsewhere than in the list."""
    kept = (replace(one, inline=one.filename in used) for one in content.attachments)
    return replace(content, attachments=tuple(kept))
