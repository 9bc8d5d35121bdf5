"""Routes about the messages of a channel (Discord's documentation, "Message Resource", read 2026-11)."""

from standins.discord.api import Answer, Call, Discord, route
from standins.discord.bodies import edited_content, new_content
from standins.discord.channels import sending
from standins.discord.errors import (
    CANNOT_SEND_TO_USER,
    NOT_ON_DM,
    NOT_OWN_MESSAGE,
    POLL_NOT_EDITABLE,
    THREAD_ARCHIVED,
    THREAD_LOCKED,
    Form,
    Refused,
    bad_form,
)
from standins.discord.objects import message_object, told_to_bot
from standins.discord.permissions import Permission, demand, permissions_in
from standins.discord.state import Channel, ChannelType, Content, Json, Message, MessageType
from standins.discord.world import EPOCH_MS

NONCE_SECONDS = 300.0
"""For how long an enforced nonce is remembered: "the past few minutes"; here five."""

BULK_DAYS = 14
"""Days after which messages can be deleted one by one only."""


@route("POST", "/channels/{channel_id}/messages")
async def create_message(discord: Discord, call: Call) -> Answer:
    """Send a message; with an enforced nonce that was used a short while ago, the message of then is the answer."""
    channel = _open_for_sending(discord, call)
    nonce = _nonce(call.values)
    if call.values.get("enforce_nonce") and nonce is not None and (sent := _sent(discord, nonce)) is not None:
        return message_object(discord.world, sent)
    replied = _replied_to(discord, channel, call.values)
    author = replied.author.id if replied is not None else None
    content = new_content(discord.world, channel, call.form, replied_to=author)
    _demand_for(discord, channel, content)
    kind = MessageType.DEFAULT if replied is None else MessageType.REPLY
    message = discord.post(
        Message(
            channel,
            discord.world.new_id(),
            discord.world.bot,
            discord.clock.now(),
            content,
            kind,
            reply_to=replied.id if replied is not None else None,
            nonce=nonce,
        )
    )
    if nonce is not None:
        discord.nonces[str(nonce)] = (discord.clock.now(), message)
    return message_object(discord.world, message)


@route("GET", "/channels/{channel_id}/messages")
async def list_messages(discord: Discord, call: Call) -> Answer:
    """The newest messages first, 50 or `limit`, perhaps `before`, `after` or `around` one."""
    channel = discord.channel(call.number("channel_id"))
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise bad_form("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
    if not permissions_in(channel, discord.world.bot.id) & Permission.READ_MESSAGE_HISTORY:
        return []
    known = [one for one in channel.messages.values() if not one.deleted and one.seen_by is None]
    numbers = _window(sorted(one.id for one in known), call.query, limit)
    found = [channel.messages[number] for number in sorted(numbers, reverse=True)]
    return [told_to_bot(discord.world, one, may_read=discord.may_read) for one in found]


@route("GET", "/channels/{channel_id}/messages/{message_id}")
async def get_message(discord: Discord, call: Call) -> Answer:
    """One message."""
    channel = discord.channel(call.number("channel_id"), Permission.READ_MESSAGE_HISTORY)
    return told_to_bot(discord.world, discord.message(channel, call.number("message_id")), may_read=discord.may_read)


@route("PATCH", "/channels/{channel_id}/messages/{message_id}")
async def edit_message(discord: Discord, call: Call) -> Answer:
    """Change one of the bot's messages."""
    channel = discord.channel(call.number("channel_id"))
    message = discord.message(channel, call.number("message_id"))
    if message.author is not discord.world.bot:
        raise NOT_OWN_MESSAGE
    if channel.thread is not None and channel.thread.archived:
        raise THREAD_ARCHIVED
    if message.content.poll is not None:
        raise POLL_NOT_EDITABLE
    content = edited_content(discord.world, channel, call.form, message.content)
    if content.attachments != message.content.attachments:
        _demand_for(discord, channel, content)
    discord.change(message, content)
    return message_object(discord.world, message)


@route("DELETE", "/channels/{channel_id}/messages/{message_id}")
async def delete_message(discord: Discord, call: Call) -> Answer:
    """Delete a message: an own one, or with the permission anybody's."""
    channel = discord.channel(call.number("channel_id"))
    message = discord.message(channel, call.number("message_id"))
    if message.author is not discord.world.bot:
        if channel.type is ChannelType.DM:
            raise NOT_ON_DM
        demand(channel, discord.world.bot.id, Permission.MANAGE_MESSAGES)
    discord.remove(message)
    return None


@route("POST", "/channels/{channel_id}/messages/bulk-delete")
async def delete_messages(discord: Discord, call: Call) -> Answer:
    """Delete 2 to 100 messages that are not too old; unknown ones are passed over."""
    channel = discord.channel(call.number("channel_id"))
    if channel.type is ChannelType.DM:
        raise NOT_ON_DM
    demand(channel, discord.world.bot.id, Permission.MANAGE_MESSAGES)
    given = call.values.get("messages")
    numbers = [int(one) for one in given] if isinstance(given, list) else []
    if not 2 <= len(numbers) <= 100 or len(set(numbers)) != len(numbers):
        raise bad_form("messages", "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 100 in length.")
    oldest = discord.clock.now() - BULK_DAYS * 86_400
    if any(((number >> 22) + EPOCH_MS) / 1000 < oldest for number in numbers):
        raise Refused(400, 50034, "You can only bulk delete messages that are under 14 days old.")
    for number in numbers:
        if (message := discord.world.find(channel, number)) is not None:
            discord.world.remove(message)
    discord.events.messages_deleted(channel, numbers)
    return None


def _open_for_sending(discord: Discord, call: Call) -> Channel:
    """The channel of a new message, if the bot may write there. Raises `Refused`."""
    channel = discord.channel(call.number("channel_id"))
    demand(channel, discord.world.bot.id, sending(channel))
    locked = channel.thread is not None and channel.thread.locked and channel.thread.archived
    if locked and not permissions_in(channel, discord.world.bot.id) & Permission.MANAGE_THREADS:
        raise THREAD_LOCKED
    if channel.type is ChannelType.DM and not all(one.accepts_messages for one in channel.recipients):
        raise CANNOT_SEND_TO_USER
    return channel


def _demand_for(discord: Discord, channel: Channel, content: Content) -> None:
    """Demand what a message's files, embeds and poll need."""
    needed = [Permission.ATTACH_FILES] if content.attachments else []
    needed += [Permission.EMBED_LINKS] if content.embeds else []
    needed += [Permission.SEND_POLLS] if content.poll else []
    demand(channel, discord.world.bot.id, *needed)


def _nonce(values: Json) -> str | int | None:
    nonce = values.get("nonce")
    if nonce is None or isinstance(nonce, int):
        return nonce
    form = Form()
    form.length("nonce", nonce, 25)
    form.finish()
    return str(nonce)


def _sent(discord: Discord, nonce: str | int) -> Message | None:
    """The message that was sent under this nonce, in whatever channel, a short while ago."""
    at, message = discord.nonces.get(str(nonce), (0.0, None))
    return message if discord.clock.now() - at < NONCE_SECONDS else None


def _replied_to(discord: Discord, channel: Channel, values: Json) -> Message | None:
    """The message that a new one answers. Raises `Refused` where there is none, unless that shall not matter."""
    reference = values.get("message_reference")
    if not isinstance(reference, dict) or reference.get("message_id") is None:
        return None
    if not permissions_in(channel, discord.world.bot.id) & Permission.READ_MESSAGE_HISTORY:
        raise Refused(403, 160002, "Cannot reply without permission to read message history")
    try:
        found = discord.message(channel, int(reference["message_id"]))
    except Refused:
        if not reference.get("fail_if_not_exists", True):
            return None
        raise bad_form("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message") from None
    if found.type is MessageType.THREAD_CREATED:
        told = "Cannot reply to a system message"
        raise bad_form("message_reference", "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", told)
    return found


def _window(numbers: list[int], query: dict[str, str], limit: int) -> list[int]:
    """The ids, in ascending order, that a request for a channel's history asks for."""
    if "before" in query:
        return [number for number in numbers if number < int(query["before"])][-limit:]
    if "after" in query:
        return [number for number in numbers if number > int(query["after"])][:limit]
    if "around" in query:
        middle = int(query["around"])
        older = [number for number in numbers if number < middle][-(limit // 2) :]
        return older + [number for number in numbers if number >= middle][: limit - len(older)]
    return numbers[-limit:]
