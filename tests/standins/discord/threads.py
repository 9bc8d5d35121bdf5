"""Routes about threads (Discord's documentation, "Threads", read 2026-11)."""

from standins.discord.api import Answer, Call, Discord, route
from standins.discord.errors import MISSING_PERMISSIONS, WRONG_CHANNEL_TYPE, Form, Refused
from standins.discord.objects import channel_object, thread_member_object
from standins.discord.permissions import Permission, demand, permissions_in
from standins.discord.state import Channel, ChannelType, Content, Json, Message, MessageType, User

_ARCHIVE_MINUTES: frozenset[int] = frozenset({60, 1440, 4320, 10080})


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
async def create_from_message(discord: Discord, call: Call) -> Answer:
    """Open a thread on a message, whose id it shares."""
    channel = discord.channel(call.number("channel_id"), Permission.CREATE_PUBLIC_THREADS)
    _check_place(channel)
    message = discord.message(channel, call.number("message_id"))
    if message.thread is not None:
        raise Refused(400, 160004, "A thread has already been created for this message")
    thread = open_thread(
        discord, channel, discord.world.bot, _checked_name(call.values), message, _minutes(call.values)
    )
    return channel_object(discord.world, thread)


@route("POST", "/channels/{channel_id}/threads")
async def create_thread(discord: Discord, call: Call) -> Answer:
    """Open a thread that hangs on no message: a private one, unless another type is asked for."""
    channel = discord.channel(call.number("channel_id"))
    _check_place(channel)
    private = call.values.get("type", 12) == ChannelType.PRIVATE_THREAD
    needed = Permission.CREATE_PRIVATE_THREADS if private else Permission.CREATE_PUBLIC_THREADS
    demand(channel, discord.world.bot.id, needed)
    name, minutes = _checked_name(call.values), _minutes(call.values)
    thread = open_thread(discord, channel, discord.world.bot, name, None, minutes, private=private)
    return channel_object(discord.world, thread)


@route("GET", "/guilds/{guild_id}/threads/active")
async def list_active(discord: Discord, call: Call) -> Answer:
    """A guild's threads that are not archived and that the bot sees."""
    guild, bot = discord.guild(call.number("guild_id")), discord.world.bot.id
    found = [one for one in discord.world.threads_of(guild) if permissions_in(one, bot)]
    mine = [thread_member_object(one, bot) for one in found if one.thread and bot in one.thread.members]
    return {"threads": [channel_object(discord.world, one) for one in found], "members": mine}


@route("GET", "/channels/{channel_id}/threads/archived/public")
async def list_archived(discord: Discord, call: Call) -> Answer:
    """A channel's archived public threads, all at once."""
    channel = discord.channel(call.number("channel_id"), Permission.READ_MESSAGE_HISTORY)
    found = [
        channel_object(discord.world, one)
        for one in discord.world.channels.values()
        if one.parent is channel and one.type is ChannelType.PUBLIC_THREAD and one.thread and one.thread.archived
    ]
    return {"threads": found, "members": [], "has_more": False}


@route("GET", "/channels/{channel_id}/thread-members")
async def list_members(discord: Discord, call: Call) -> Answer:
    """Who is in a thread."""
    channel = discord.channel(call.number("channel_id"))
    members = channel.thread.members if channel.thread is not None else {}
    return [thread_member_object(channel, number) for number in members]


@route("PUT", "/channels/{channel_id}/thread-members/@me")
async def join_thread(discord: Discord, call: Call) -> Answer:
    """Make the bot a member of a thread."""
    channel = discord.channel(call.number("channel_id"))
    add_member(discord, channel, discord.world.bot)
    return None


@route("PUT", "/channels/{channel_id}/thread-members/{user_id}")
async def add_thread_member(discord: Discord, call: Call) -> Answer:
    """Add somebody to a thread."""
    channel = discord.channel(call.number("channel_id"), Permission.SEND_MESSAGES_IN_THREADS)
    user = discord.world.users.get(call.number("user_id"))
    if user is None or channel.guild is None or user.id not in channel.guild.members:
        raise MISSING_PERMISSIONS
    add_member(discord, channel, user)
    return None


@route("DELETE", "/channels/{channel_id}/thread-members/@me")
async def leave_thread(discord: Discord, call: Call) -> Answer:
    """Take the bot out of a thread."""
    channel = discord.channel(call.number("channel_id"))
    if channel.thread is not None:
        channel.thread.members.pop(discord.world.bot.id, None)
    return None


def add_member(discord: Discord, channel: Channel, user: User) -> None:
    """Make a user a member of a thread and tell the bot; nothing happens if they are one. Raises `Refused` (50024)."""
    if channel.thread is None:
        raise WRONG_CHANNEL_TYPE
    if user.id not in channel.thread.members:
        channel.thread.members[user.id] = discord.clock.now()
        discord.events.thread_joined(channel, user)


def open_thread(
    discord: Discord,
    channel: Channel,
    owner: User,
    name: str,
    message: Message | None,
    minutes: int,
    *,
    private: bool = False,
) -> Channel:
    """Open a thread and tell the bot; a public one without a message announces itself in its channel."""
    number = message.id if message is not None else None
    thread = discord.world.add_thread(channel, owner, name, number=number, private=private, auto_archive=minutes)
    discord.events.thread_created(thread)
    discord.world.feed.note("thread", thread.id, parent=channel.id)
    if message is not None:
        message.thread = thread
        discord.events.message_changed(message)
    elif not private:
        announcement = Message(
            channel, discord.world.new_id(), owner, discord.clock.now(), Content(name), MessageType.THREAD_CREATED
        )
        discord.post(announcement)
    return thread


def _check_place(channel: Channel) -> None:
    if channel.type is not ChannelType.TEXT:
        raise WRONG_CHANNEL_TYPE


def _checked_name(values: Json) -> str:
    form = Form()
    name = form.length("name", values.get("name"), 100, 1)
    form.finish()
    return name


def _minutes(values: Json) -> int:
    form, minutes = Form(), values.get("auto_archive_duration") or 4320
    form.one_of("auto_archive_duration", minutes, _ARCHIVE_MINUTES)
    form.finish()
    return int(minutes)
