"""Routes about a channel as a whole."""

from standins.discord.api import Answer, Call, Discord, route
from standins.discord.errors import MISSING_PERMISSIONS, NOT_ON_DM, Form
from standins.discord.objects import channel_object
from standins.discord.permissions import Permission, permissions_in
from standins.discord.state import Channel, ChannelType

TYPING_SECONDS = 10.0
"""Seconds for which "is typing" shows (documentation, "Trigger Typing Indicator")."""

_ARCHIVE_MINUTES: frozenset[int] = frozenset({60, 1440, 4320, 10080})


@route("GET", "/channels/{channel_id}")
async def get_channel(discord: Discord, call: Call) -> Answer:
    """A channel, thread or private conversation."""
    return channel_object(discord.world, discord.channel(call.number("channel_id")))


@route("PATCH", "/channels/{channel_id}")
async def change_channel(discord: Discord, call: Call) -> Answer:
    """Rename a channel or set its topic; rename, archive, lock a thread."""
    channel = discord.channel(call.number("channel_id"))
    if channel.type is ChannelType.DM:
        raise NOT_ON_DM
    if channel.thread is not None:
        _change_thread(discord, channel, call)
        discord.events.thread_changed(channel)
    else:
        discord.channel(channel.id, Permission.MANAGE_CHANNELS)
        form = Form()
        channel.name = form.length("name", call.values.get("name", channel.name), 100, 1)
        channel.topic = form.length("topic", call.values.get("topic", channel.topic), 1024)
        form.finish()
        discord.events.channel("CHANNEL_UPDATE", channel)
    return channel_object(discord.world, channel)


@route("DELETE", "/channels/{channel_id}")
async def delete_channel(discord: Discord, call: Call) -> Answer:
    """Delete a channel or thread; a private conversation is only closed and opens again with the next message."""
    channel = discord.channel(call.number("channel_id"))
    if channel.type is not ChannelType.DM:
        discord.channel(channel.id, Permission.MANAGE_CHANNELS if channel.thread is None else Permission.MANAGE_THREADS)
        remove_channel(discord, channel)
    return channel_object(discord.world, channel)


@route("POST", "/channels/{channel_id}/typing")
async def start_typing(discord: Discord, call: Call) -> Answer:
    """Be seen typing."""
    channel = discord.channel(call.number("channel_id"), sending(discord.channel(call.number("channel_id"))))
    channel.typing.append(discord.clock.now())
    discord.world.feed.note("typing", channel.id)
    return None


def remove_channel(discord: Discord, channel: Channel) -> None:
    """Delete a channel with its threads, or a thread, and tell the bot."""
    if channel.thread is not None:
        discord.events.thread_deleted(channel)
    else:
        discord.events.channel("CHANNEL_DELETE", channel)
    for one in list(discord.world.channels.values()):
        if one is channel or one.parent is channel:
            del discord.world.channels[one.id]
    discord.world.feed.note("channel_deleted", channel.id)


def sending(channel: Channel) -> Permission:
    """The permission to write in a channel."""
    return Permission.SEND_MESSAGES if channel.thread is None else Permission.SEND_MESSAGES_IN_THREADS


def _change_thread(discord: Discord, channel: Channel, call: Call) -> None:
    thread, values, bot = channel.thread, call.values, discord.world.bot.id
    if thread is None:
        return
    manages = bool(permissions_in(channel, bot) & Permission.MANAGE_THREADS)
    only_reopens = set(values) <= {"archived"} and values.get("archived") is False
    if not manages and ("locked" in values or thread.locked or not (thread.owner_id == bot or only_reopens)):
        raise MISSING_PERMISSIONS
    form = Form()
    name = form.length("name", values.get("name", channel.name), 100, 1)
    form.one_of("auto_archive_duration", values.get("auto_archive_duration", thread.auto_archive), _ARCHIVE_MINUTES)
    form.finish()
    channel.name, thread.auto_archive = name, values.get("auto_archive_duration", thread.auto_archive)
    thread.locked = bool(values.get("locked", thread.locked))
    if values.get("archived", thread.archived) != thread.archived:
        thread.archived, thread.archived_at = bool(values["archived"]), discord.clock.now()
    discord.world.feed.note("thread", channel.id, archived=thread.archived, locked=thread.locked)
