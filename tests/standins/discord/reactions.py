"""Routes about reactions."""

import emoji

from standins.discord.api import Answer, Call, Discord, route
from standins.discord.errors import NOT_ON_DM, UNKNOWN_EMOJI, UNKNOWN_USER, Refused
from standins.discord.objects import user_object
from standins.discord.permissions import Permission, demand
from standins.discord.state import ChannelType, Message, User

MOST_KINDS = 20
"""Different emoji on one message."""

_MESSAGE = "/channels/{channel_id}/messages/{message_id}"


@route("PUT", _MESSAGE + "/reactions/{emoji_name}/@me")
async def react(discord: Discord, call: Call) -> Answer:
    """React as the bot. Raises 10014, 30010; a new emoji needs the permission to add reactions."""
    message, key = _message(discord, call), checked_emoji(call.path["emoji_name"])
    if message.channel.guild is not None and key not in message.reactions:
        demand(message.channel, discord.world.bot.id, Permission.ADD_REACTIONS)
    if key not in message.reactions and len(message.reactions) >= MOST_KINDS:
        raise Refused(400, 30010, f"Maximum number of reactions reached ({MOST_KINDS})")
    add_reaction(discord, message, discord.world.bot, key)
    return None


@route("DELETE", _MESSAGE + "/reactions/{emoji_name}/@me")
async def unreact(discord: Discord, call: Call) -> Answer:
    """Take the bot's own reaction back."""
    message, key = _message(discord, call), checked_emoji(call.path["emoji_name"])
    remove_reaction(discord, message, discord.world.bot, key)
    return None


@route("DELETE", _MESSAGE + "/reactions/{emoji_name}/{user_id}")
async def remove_of_user(discord: Discord, call: Call) -> Answer:
    """Remove somebody's reaction."""
    message, key = _managed(discord, call), checked_emoji(call.path["emoji_name"])
    user = discord.world.users.get(call.number("user_id"))
    if user is None:
        raise UNKNOWN_USER
    remove_reaction(discord, message, user, key)
    return None


@route("GET", _MESSAGE + "/reactions/{emoji_name}")
async def list_users(discord: Discord, call: Call) -> Answer:
    """Who reacted with an emoji."""
    message, key = _message(discord, call), checked_emoji(call.path["emoji_name"])
    after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 25))
    users = [number for number in sorted(message.reactions.get(key, [])) if number > after]
    return [user_object(discord.world.users[number]) for number in users[:limit]]


@route("DELETE", _MESSAGE + "/reactions/{emoji_name}")
async def clear_emoji(discord: Discord, call: Call) -> Answer:
    """Remove everybody's reactions with an emoji."""
    clear(discord, _managed(discord, call), checked_emoji(call.path["emoji_name"]))
    return None


@route("DELETE", _MESSAGE + "/reactions")
async def clear_all(discord: Discord, call: Call) -> Answer:
    """Remove all reactions."""
    clear(discord, _managed(discord, call), None)
    return None


def checked_emoji(text: str) -> str:
    """An emoji as `name` or `name:id`. Raises `Refused` (10014) for what is none."""
    name, _, number = text.partition(":")
    known = bool(name and number.isdigit()) if number else emoji.is_emoji(name) or emoji.is_emoji(f"{name}\ufe0f")
    if not known:
        raise UNKNOWN_EMOJI
    return text


def add_reaction(discord: Discord, message: Message, user: User, key: str) -> None:
    """Add a reaction and tell the bot; nothing happens if it is there."""
    users = message.reactions.setdefault(key, [])
    if user.id not in users:
        users.append(user.id)
        discord.world.feed.note("reaction", message.channel.id, message=message.id, user=user.id)
        discord.events.reacted(message, user, key)


def remove_reaction(discord: Discord, message: Message, user: User, key: str) -> None:
    """Remove a reaction and tell the bot; nothing happens if it is not there."""
    users = message.reactions.get(key, [])
    if user.id in users:
        users.remove(user.id)
        if not users:
            del message.reactions[key]
        discord.world.feed.note("reaction", message.channel.id, message=message.id, user=user.id)
        discord.events.unreacted(message, user, key)


def clear(discord: Discord, message: Message, key: str | None) -> None:
    """Remove all reactions, or all with one emoji, and tell the bot."""
    if key is None:
        message.reactions.clear()
    else:
        message.reactions.pop(key, None)
    discord.world.feed.note("reaction", message.channel.id, message=message.id)
    discord.events.reactions_cleared(message, key)


def _message(discord: Discord, call: Call) -> Message:
    channel = discord.channel(call.number("channel_id"), Permission.READ_MESSAGE_HISTORY)
    return discord.message(channel, call.number("message_id"))


def _managed(discord: Discord, call: Call) -> Message:
    """A message whose reactions the bot may manage."""
    message = _message(discord, call)
    if message.channel.type is ChannelType.DM:
        raise NOT_ON_DM
    demand(message.channel, discord.world.bot.id, Permission.MANAGE_MESSAGES)
    return message
