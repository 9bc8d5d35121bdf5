"""What people can do on the stand-in, and which of it the bot gets to know.

Each act is a method of `People`; control calls it by name with JSON arguments. An act that no app would offer raises
`Impossible`. Acts return what a test needs to go on with: ids.
"""

from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from standins.discord import polls
from standins.discord.channels import remove_channel
from standins.discord.errors import Impossible, Refused
from standins.discord.interacting import Interacting
from standins.discord.objects import role_object
from standins.discord.permissions import USUAL, Permission, permissions_in
from standins.discord.reactions import add_reaction, checked_emoji, clear, remove_reaction
from standins.discord.state import Channel, ChannelType, Content, Guild, Json, Message, MessageType, Overwrite
from standins.discord.threads import add_member, open_thread

BOT_PERMISSIONS = USUAL
"""What the bot's role allows where nothing else is said."""


def bits(names: Sequence[str]) -> int:
    """Permissions by their names. Raises `KeyError` for a name that is none."""
    return sum(int(Permission[name]) for name in set(names))


class People(Interacting):
    """The acts of people. Commands, buttons and forms come from `Interacting`."""

    async def create_user(
        self,
        name: str,
        locale: str = "en-US",
        installed: bool = False,
        accepts_messages: bool = True,
        bot: bool = False,
    ) -> int:
        """A person, or another bot; `installed` adds the app to their account, `accepts_messages` lets the bot write to them first."""
        user = self._discord.world.add_user(name, locale=locale, installed=installed)
        user.accepts_messages, user.bot = accepts_messages, bot
        return user.id

    async def create_guild(
        self,
        name: str,
        owner: int,
        members: Sequence[int] = (),
        channels: Sequence[str] = ("general",),
        bot: bool = True,
        locale: str = "en-US",
        boost: int = 0,
        shard: Sequence[int] | None = None,
    ) -> Json:
        """A guild with members and text channels, the bot among them. Returns {"id", "channels": {name: id}}."""
        world, wanted = self._discord.world, (shard[0], shard[1]) if shard is not None else None
        guild = world.add_guild(name, world.users[owner], locale=locale, boost=boost, shard=wanted)
        for number in members:
            world.join(guild, world.users[number])
        made = {one: world.add_channel(guild, one).id for one in channels}
        if bot:
            await self.invite_bot(guild.id)
        return {"id": guild.id, "channels": made}

    async def create_channel(self, guild: int, name: str, topic: str | None = None) -> int:
        """A text channel. Returns its id."""
        channel = self._discord.world.add_channel(self._guild(guild), name, topic=topic)
        self._discord.events.channel("CHANNEL_CREATE", channel)
        return channel.id

    async def delete_channel(self, channel: int) -> None:
        """Delete a channel or thread."""
        remove_channel(self._discord, self._discord.world.channels[channel])

    async def create_role(self, guild: int, name: str, permissions: Sequence[str] = ()) -> int:
        """A role, its permissions by their names. Returns its id."""
        place = self._guild(guild)
        role = self._discord.world.add_role(place, name, bits(permissions))
        self._discord.events.roles_changed(place, "GUILD_ROLE_CREATE", role_object(role))
        return role.id

    async def give_role(self, guild: int, user: int, role: int) -> None:
        """Give a member a role."""
        place = self._guild(guild)
        place.members[user].roles.append(place.roles[role].id)
        self._discord.events.member("GUILD_MEMBER_UPDATE", place, self._user(user))

    async def join(self, guild: int, user: int) -> None:
        """Become a member."""
        place = self._guild(guild)
        self._discord.world.join(place, self._user(user))
        self._discord.events.member("GUILD_MEMBER_ADD", place, self._user(user))

    async def leave(self, guild: int, user: int) -> None:
        """Stop being a member."""
        place = self._guild(guild)
        self._discord.events.member("GUILD_MEMBER_REMOVE", place, self._user(user))
        del place.members[user]

    async def install_app(self, user: int, installed: bool = True) -> None:
        """Add the app to a person's account, or remove it."""
        self._user(user).installed = installed

    async def accept_messages(self, user: int, accepts: bool = True) -> None:
        """Let the bot write privately, or not."""
        self._user(user).accepts_messages = accepts

    async def invite_bot(self, guild: int, permissions: Sequence[str] | None = None) -> None:
        """Bring the bot into a guild, with a role of its own that allows what is named, or else the usual."""
        place, world = self._guild(guild), self._discord.world
        member = world.join(place, world.bot)
        allowed = int(BOT_PERMISSIONS) if permissions is None else bits(permissions)
        member.roles.append(world.add_role(place, world.bot.name, allowed, managed=True).id)
        self._discord.events.guild_joined(place)

    async def kick_bot(self, guild: int) -> None:
        """Throw the bot out."""
        place, bot = self._guild(guild), self._discord.world.bot.id
        for role in place.members.pop(bot).roles:
            del place.roles[role]
        self._discord.events.guild_left(place)

    async def permit(
        self, channel: int, target: int | None = None, allow: Sequence[str] = (), deny: Sequence[str] = ()
    ) -> None:
        """Set a channel's exception for a user or role, or for the bot if none is named; permissions by their names."""
        place, world = self._discord.world.channels[channel], self._discord.world
        number = world.bot.id if target is None else target
        kind = 1 if number in world.users else 0
        place.overwrites = [one for one in place.overwrites if one.id != number]
        place.overwrites.append(Overwrite(number, kind, bits(allow), bits(deny)))
        self._discord.events.channel("CHANNEL_UPDATE", place)

    async def private_channel(self, user: int, other: int | None = None) -> int:
        """The private conversation with the bot, or with another person. Returns its id."""
        world = self._discord.world
        return world.private_channel(self._user(user), world.users[other] if other is not None else None).id

    async def say(
        self, user: int, channel: int, text: str = "", files: Sequence[Json] = (), reply_to: int | None = None
    ) -> int:
        """Send a message, with files {"name", "data" in base64, "description"?}. Returns its id."""
        place, world = self._writable(user, channel), self._discord.world
        if reply_to is not None:
            self._visible(place, reply_to, user)
        kept = tuple(
            replace(
                world.attach(place, one["name"], b64decode(one["data"]), description=one.get("description")),
                spoiler=bool(one.get("spoiler")),
                typed=bool(one.get("typed", True)),
            )
            for one in files
        )
        replied = world.find(place, reply_to) if reply_to is not None else None
        mentions = (*world.mentioned(text), *((replied.author.id,) if replied is not None else ()))
        content = Content(text, attachments=kept, mentions=tuple(dict.fromkeys(mentions)))
        kind = MessageType.DEFAULT if reply_to is None else MessageType.REPLY
        number, now = world.new_id(), self._discord.clock.now()
        return self._discord.post(Message(place, number, self._user(user), now, content, kind, reply_to)).id

    async def forward(self, user: int, channel: int, message: int, to: int) -> int:
        """Forward a message that one sees to another channel: it says nothing itself. Returns its id."""
        told, place = self._visible(self._seen(user, channel), message, user), self._writable(user, to)
        reference = {"type": 1, "channel_id": str(channel), "message_id": str(message)}
        number, now = self._discord.world.new_id(), self._discord.clock.now()
        content = Content(forwarded=(told.content, now, reference))
        return self._discord.post(Message(place, number, self._user(user), now, content)).id

    async def edit(self, user: int, channel: int, message: int, text: str) -> None:
        """Change the words of one's own message."""
        found = self._visible(self._seen(user, channel), message, user)
        if found.author.id != user:
            raise Impossible("only one's own messages can be edited")
        mentions = self._discord.world.mentioned(text)
        self._discord.change(found, Content(text, attachments=found.content.attachments, mentions=mentions))

    async def delete(self, user: int, channel: int, message: int) -> None:
        """Delete a message: one's own, one that only oneself sees, or with the permission anybody's."""
        place = self._seen(user, channel)
        found = self._visible(place, message, user)
        manages = permissions_in(place, user) & Permission.MANAGE_MESSAGES
        if found.author.id != user and found.seen_by != user and not manages:
            raise Impossible("the person may not delete that message")
        self._discord.remove(found)

    async def react(self, user: int, channel: int, message: int, emoji: str) -> None:
        """React to a message."""
        found = self._visible(self._seen(user, channel), message, user)
        if found.seen_by is not None:
            raise Impossible("there are no reactions on ephemeral messages")
        add_reaction(self._discord, found, self._user(user), _emoji(emoji))

    async def vote(self, user: int, channel: int, message: int, answers: Sequence[int] = ()) -> None:
        """Choose answers of a poll by their numbers (from 1), in place of what one chose before; none takes one's vote back."""
        polls.vote(self._discord, user, self._visible(self._seen(user, channel), message, user), list(answers))

    async def unreact(self, user: int, channel: int, message: int, emoji: str) -> None:
        """Take a reaction back."""
        found = self._visible(self._seen(user, channel), message, user)
        remove_reaction(self._discord, found, self._user(user), _emoji(emoji))

    async def clear_reactions(self, user: int, channel: int, message: int, emoji: str | None = None) -> None:
        """Remove everybody's reactions, all or those with one emoji."""
        place = self._seen(user, channel)
        if not permissions_in(place, user) & Permission.MANAGE_MESSAGES:
            raise Impossible("the person may not manage messages")
        clear(self._discord, self._visible(place, message, user), None if emoji is None else _emoji(emoji))

    async def open_thread(
        self, user: int, channel: int, name: str, message: int | None = None, private: bool = False
    ) -> int:
        """Open a thread, on a message or without one. Returns its id."""
        place = self._writable(user, channel)
        if place.type is not ChannelType.TEXT:
            raise Impossible("threads are opened in text channels")
        found = self._visible(place, message, user) if message is not None else None
        return open_thread(self._discord, place, self._user(user), name, found, 4320, private=private).id

    async def join_thread(self, user: int, thread: int) -> None:
        """Become a member of a thread."""
        add_member(self._discord, self._discord.world.channels[thread], self._user(user))

    async def archive(self, thread: int, archived: bool = True, locked: bool = False) -> None:
        """Archive a thread, lock it too, or open it again."""
        place = self._discord.world.channels[thread]
        if place.thread is None:
            raise Impossible("that is no thread")
        place.thread.archived, place.thread.locked = archived, locked
        place.thread.archived_at = self._discord.clock.now()
        self._discord.events.thread_changed(place)

    async def find_explicit(self, channel: int, found: bool = True) -> None:
        """Let Discord take every file in a channel for explicit content."""
        self._discord.world.channels[channel].finds_explicit = found

    async def typing(self, user: int, channel: int) -> None:
        """Be seen typing."""
        self._discord.events.typing(self._writable(user, channel), self._user(user))

    async def tell(self, event: str, data: dict[str, Any], shard: int = 0) -> None:
        """Send the bot any event, however malformed."""
        for session in self._discord.gateway.sessions.values():
            if session.shard == shard:
                session.tell(event, data)

    def _guild(self, guild: int) -> Guild:
        return self._discord.world.guilds[guild]

    def _writable(self, user: int, channel: int) -> Channel:
        place = self._seen(user, channel)
        needed = Permission.SEND_MESSAGES if place.thread is None else Permission.SEND_MESSAGES_IN_THREADS
        if not permissions_in(place, user) & needed or (place.thread is not None and place.thread.locked):
            raise Impossible("the person may not write there")
        return place


def _emoji(emoji: str) -> str:
    try:
        return checked_emoji(emoji)
    except Refused as refusal:
        raise Impossible(f"{emoji!r} is no emoji") from refusal
