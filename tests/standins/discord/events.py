"""What the bot hears of what happens: each event to the sessions whose shard, intents and permissions cover it."""

from dataclasses import dataclass

from standins.discord.gateway import Gateway
from standins.discord.objects import (
    channel_object,
    emoji_object,
    guild_create_object,
    member_object,
    thread_member_object,
    told_to_bot,
)
from standins.discord.permissions import permissions_in
from standins.discord.sessions import Intent, Session
from standins.discord.state import Channel, ChannelType, Guild, Json, Message, User
from standins.discord.world import World

_PRIVATE = {
    Intent.GUILD_MESSAGES: Intent.DIRECT_MESSAGES,
    Intent.GUILD_MESSAGE_REACTIONS: Intent.DIRECT_MESSAGE_REACTIONS,
    Intent.GUILD_MESSAGE_TYPING: Intent.DIRECT_MESSAGE_TYPING,
}


@dataclass
class Events:
    """Tells the gateway's sessions. Ephemeral messages are told to nobody, as on Discord."""

    world: World
    gateway: Gateway

    def interaction(self, guild_id: int | None, data: Json) -> bool:
        """INTERACTION_CREATE, which needs no intent. False if there is no session that could ever hear it."""
        listeners = [session for session in self.gateway.sessions.values() if session.serves(guild_id)]
        for session in listeners:
            session.tell("INTERACTION_CREATE", data)
        return bool(listeners)

    def message_created(self, message: Message) -> None:
        """MESSAGE_CREATE; before a person's first private message CHANNEL_CREATE was never sent, so neither here."""
        self._message("MESSAGE_CREATE", message)

    def message_changed(self, message: Message) -> None:
        """MESSAGE_UPDATE."""
        self._message("MESSAGE_UPDATE", message)

    def message_deleted(self, message: Message) -> None:
        """MESSAGE_DELETE."""
        if message.seen_by is None:
            told = _place(message.channel) | {"id": str(message.id)}
            self._in_channel("MESSAGE_DELETE", told, message.channel, Intent.GUILD_MESSAGES)

    def messages_deleted(self, channel: Channel, numbers: list[int]) -> None:
        """MESSAGE_DELETE_BULK."""
        told = _place(channel) | {"ids": [str(number) for number in numbers]}
        self._in_channel("MESSAGE_DELETE_BULK", told, channel, Intent.GUILD_MESSAGES)

    def reacted(self, message: Message, user: User, emoji: str) -> None:
        """MESSAGE_REACTION_ADD, in guilds with the member."""
        told = self._reaction(message, emoji) | {"user_id": str(user.id), "burst": False, "type": 0}
        told["message_author_id"] = str(message.author.id)
        guild = message.channel.guild
        if guild is not None and user.id in guild.members:
            told["member"] = member_object(guild.members[user.id])
        self._in_channel("MESSAGE_REACTION_ADD", told, message.channel, Intent.GUILD_MESSAGE_REACTIONS)

    def unreacted(self, message: Message, user: User, emoji: str) -> None:
        """MESSAGE_REACTION_REMOVE, without the member."""
        told = self._reaction(message, emoji) | {"user_id": str(user.id), "burst": False, "type": 0}
        self._in_channel("MESSAGE_REACTION_REMOVE", told, message.channel, Intent.GUILD_MESSAGE_REACTIONS)

    def reactions_cleared(self, message: Message, emoji: str | None = None) -> None:
        """MESSAGE_REACTION_REMOVE_ALL, or with an emoji MESSAGE_REACTION_REMOVE_EMOJI."""
        event = "MESSAGE_REACTION_REMOVE_ALL" if emoji is None else "MESSAGE_REACTION_REMOVE_EMOJI"
        told = _place(message.channel) | {"message_id": str(message.id)}
        told |= {} if emoji is None else {"emoji": emoji_object(emoji)}
        self._in_channel(event, told, message.channel, Intent.GUILD_MESSAGE_REACTIONS)

    def channel(self, event: str, channel: Channel) -> None:
        """CHANNEL_CREATE, CHANNEL_UPDATE, CHANNEL_DELETE of a guild's channel."""
        self._in_channel(event, channel_object(self.world, channel), channel, Intent.GUILDS)

    def thread_created(self, thread: Channel) -> None:
        """THREAD_CREATE of a new thread."""
        told = channel_object(self.world, thread) | {"newly_created": True}
        self._in_channel("THREAD_CREATE", told, thread, Intent.GUILDS)

    def thread_changed(self, thread: Channel) -> None:
        """THREAD_UPDATE."""
        self._in_channel("THREAD_UPDATE", channel_object(self.world, thread), thread, Intent.GUILDS)

    def thread_deleted(self, thread: Channel) -> None:
        """THREAD_DELETE."""
        full = channel_object(self.world, thread)
        told = {name: full[name] for name in ("id", "guild_id", "parent_id", "type")}
        self._in_channel("THREAD_DELETE", told, thread, Intent.GUILDS)

    def thread_joined(self, thread: Channel, user: User) -> None:
        """THREAD_MEMBERS_UPDATE: to the bot about itself, about others only with the intent for members."""
        if thread.guild is None or thread.thread is None:
            return
        told: Json = {"id": str(thread.id), "guild_id": str(thread.guild.id)}
        told |= {"member_count": len(thread.thread.members), "removed_member_ids": []}
        told["added_members"] = [thread_member_object(thread, user.id)]
        needed = Intent.GUILDS if user is self.world.bot else Intent.GUILD_MEMBERS
        self._in_channel("THREAD_MEMBERS_UPDATE", told, thread, needed)

    def typing(self, channel: Channel, user: User) -> None:
        """TYPING_START of a person."""
        told = _place(channel) | {"user_id": str(user.id), "timestamp": int(self.world.clock.now())}
        self._in_channel("TYPING_START", told, channel, Intent.GUILD_MESSAGE_TYPING)

    def guild_joined(self, guild: Guild) -> None:
        """GUILD_CREATE: the bot is now in a guild."""
        for session in self._listening(guild.id, Intent.GUILDS):
            everybody = Intent.GUILD_MEMBERS in session.intents
            session.tell("GUILD_CREATE", guild_create_object(self.world, guild, all_members=everybody, new=True))

    def guild_left(self, guild: Guild) -> None:
        """GUILD_DELETE: the bot is no longer there."""
        for session in self._listening(guild.id, Intent.GUILDS):
            session.tell("GUILD_DELETE", {"id": str(guild.id)})

    def member(self, event: str, guild: Guild, user: User) -> None:
        """GUILD_MEMBER_ADD, GUILD_MEMBER_UPDATE, GUILD_MEMBER_REMOVE; updates of the bot itself need no intent for members."""
        if self.world.bot.id not in guild.members:
            return
        told = member_object(guild.members[user.id]) | {"guild_id": str(guild.id)}
        if event == "GUILD_MEMBER_REMOVE":
            told = {"guild_id": str(guild.id), "user": told["user"]}
        for session in self._listening(guild.id, Intent.GUILDS if user is self.world.bot else Intent.GUILD_MEMBERS):
            session.tell(event, told)

    def roles_changed(self, guild: Guild, event: str, role: Json) -> None:
        """GUILD_ROLE_CREATE, GUILD_ROLE_UPDATE."""
        for session in self._listening(guild.id, Intent.GUILDS):
            session.tell(event, {"guild_id": str(guild.id), "role": role})

    def _message(self, event: str, message: Message) -> None:
        if message.seen_by is not None:
            return
        extra: Json = {}
        guild = message.channel.guild
        if guild is not None and message.author.id in guild.members:
            extra["member"] = member_object(guild.members[message.author.id], with_user=False)
        for session in self._listening_in(message.channel, Intent.GUILD_MESSAGES):
            may_read = Intent.MESSAGE_CONTENT in session.intents
            session.tell(event, told_to_bot(self.world, message, may_read=may_read) | extra)

    def _reaction(self, message: Message, emoji: str) -> Json:
        return _place(message.channel) | {"message_id": str(message.id), "emoji": emoji_object(emoji)}

    def _in_channel(self, event: str, data: Json, channel: Channel, intent: Intent) -> None:
        for session in self._listening_in(channel, intent):
            session.tell(event, data)

    def _listening_in(self, channel: Channel, intent: Intent) -> list[Session]:
        """The sessions that hear what happens in a channel, which the bot must see."""
        if not permissions_in(channel, self.world.bot.id):
            return []
        if channel.type is ChannelType.DM:
            return self._listening(None, _PRIVATE.get(intent, intent))
        return self._listening(channel.guild.id if channel.guild else None, intent)

    def _listening(self, guild_id: int | None, intent: Intent) -> list[Session]:
        return [one for one in self.gateway.sessions.values() if one.serves(guild_id) and intent in one.intents]


def _place(channel: Channel) -> Json:
    return {"channel_id": str(channel.id)} | ({"guild_id": str(channel.guild.id)} if channel.guild else {})
