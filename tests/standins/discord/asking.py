"""From what a person types or presses to the interaction that the bot gets."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from standins.discord.api import Discord
from standins.discord.commands import (
    ATTACHMENT,
    BOOLEAN,
    CHANNEL,
    INTEGER,
    MENTIONABLE,
    NUMBER,
    ROLE,
    STRING,
    SUB_COMMAND,
    USER,
)
from standins.discord.commands import GROUP as SUB_GROUP
from standins.discord.errors import Impossible
from standins.discord.objects import (
    attachment_object,
    member_object,
    message_object,
    owners,
    partial_channel_object,
    role_object,
    user_object,
)
from standins.discord.permissions import USUAL, Permission, permissions_in
from standins.discord.state import Channel, ChannelType, Interaction, Json, User
from standins.discord.world import World

IN_GUILD, WITH_BOT, ELSEWHERE = 0, 1, 2
"""Contexts of an interaction: a guild, the private conversation with the bot, any other private one."""

_NUMBERS: dict[int, tuple[type, ...]] = {INTEGER: (int,), NUMBER: (int, float)}


def context_of(world: World, channel: Channel) -> int:
    """Where an interaction in a channel takes place."""
    if channel.type is not ChannelType.DM:
        return IN_GUILD
    return WITH_BOT if world.bot in channel.recipients else ELSEWHERE


def bot_is_at(world: World, channel: Channel) -> bool:
    """Whether the app is installed in the place itself, not only by a person."""
    if channel.guild is not None:
        return world.bot.id in channel.guild.members
    return world.bot in channel.recipients


def offered(discord: Discord, user: User, channel: Channel) -> list[Json]:
    """The commands that the person's app offers in a channel: those of the guild, and the global ones that fit the place."""
    here, bits = bot_is_at(discord.world, channel), permissions_in(channel, user.id)
    if not bits & Permission.USE_APPLICATION_COMMANDS:
        return []
    own = discord.commands.get(channel.guild.id, []) if channel.guild is not None and here else []
    found = [*own, *(one for one in discord.commands[None] if _fits(discord, one, user, channel, here))]
    return [one for one in found if channel.guild is None or _may(one, bits)]


def find_command(discord: Discord, user: User, channel: Channel, kind: int, name: str) -> Json:
    """An offered command by its name. Raises `Impossible` with the names of those that there are."""
    known = [one for one in offered(discord, user, channel) if one["type"] == kind]
    for one in known:
        if one["name"] == name:
            return one
    raise Impossible(f"no command {name!r} is offered here, only {[one['name'] for one in known]}")


def is_by_user(world: World, command: Json, user: User, channel: Channel) -> bool:
    """Whether a command is there only because the person installed the app."""
    kinds = command.get("integration_types") or [0]
    return user.installed and 1 in kinds and (not bot_is_at(world, channel) or 0 not in kinds)


def command_data(
    discord: Discord, channel: Channel, command: Json, path: list[str], values: Mapping[str, Any], focused: str = ""
) -> Json:
    """The data of a slash command's interaction. With `focused` it is an unfinished one, of which nothing is required.

    Values are texts, numbers and booleans, ids of users, channels and roles, and for files {"name", "data" in base64}.
    """
    options, wrap = command.get("options") or [], []
    for name in path:
        inner = next((one for one in options if one["name"] == name and one["type"] in (SUB_COMMAND, SUB_GROUP)), None)
        if inner is None:
            raise Impossible(f"{command['name']} has no subcommand {name!r}")
        wrap.append(inner)
        options = inner.get("options") or []
    if any(one["type"] in (SUB_COMMAND, SUB_GROUP) for one in options):
        raise Impossible(f"{command['name']} needs a subcommand")
    if strange := set(values) - {one["name"] for one in options}:
        raise Impossible(f"no option {', '.join(sorted(strange))}, only {', '.join(one['name'] for one in options)}")
    resolved: Json = {}
    told = [
        _given(discord, channel, one, values[one["name"]], resolved, focused)
        for one in options
        if _is_given(one, values, focused)
    ]
    for outer in reversed(wrap):
        told = [{"name": outer["name"], "type": outer["type"], "options": told}]
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"], "options": told}
    data |= {"guild_id": command["guild_id"]} if "guild_id" in command else {}
    return data | ({"resolved": resolved} if resolved else {})


def interaction_object(discord: Discord, interaction: Interaction) -> Json:
    """Interaction, as the gateway tells it."""
    world, channel, user = discord.world, interaction.channel, interaction.user
    told: Json = {
        "id": str(interaction.id),
        "application_id": str(world.bot.id),
        "type": int(interaction.type),
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel": partial_channel_object(world, channel, user.id),
        "channel_id": str(channel.id),
        "locale": user.locale,
        "context": interaction.context,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": owners(world, interaction),
        "attachment_size_limit": world.file_limit(channel),
        "app_permissions": str(int(permissions_in(channel, world.bot.id) or USUAL)),
    }
    if channel.guild is not None:
        guild = channel.guild
        told |= {"guild_id": str(guild.id), "guild_locale": guild.locale}
        told["guild"] = {"id": str(guild.id), "locale": guild.locale, "features": []}
        bits = str(int(permissions_in(channel, user.id)))
        told["member"] = member_object(guild.members[user.id]) | {"permissions": bits}
    else:
        told["user"] = user_object(user)
    if interaction.message is not None:
        told["message"] = message_object(world, interaction.message)
    return told


def _fits(discord: Discord, command: Json, user: User, channel: Channel, here: bool) -> bool:
    """Whether a global command is there by some installation and allows the context."""
    kinds, contexts = command.get("integration_types") or [0], command.get("contexts")
    installed = (0 in kinds and here) or (1 in kinds and user.installed)
    context = context_of(discord.world, channel)
    return installed and (context in contexts if contexts else context != ELSEWHERE or 1 in kinds)


def _may(command: Json, bits: int) -> bool:
    needed = command.get("default_member_permissions")
    return needed is None or bool(bits & Permission.ADMINISTRATOR) or bits & int(needed) == int(needed)


def _is_given(option: Json, values: Mapping[str, Any], focused: str) -> bool:
    if option["name"] in values:
        return True
    if option.get("required") and not focused:
        raise Impossible(f"the option {option['name']} is required")
    return False


def _given(discord: Discord, channel: Channel, option: Json, value: Any, resolved: Json, focused: str) -> Json:
    """One option with its value, checked as the app would; what it refers to goes into `resolved`."""
    kind, name = option["type"], option["name"]
    told: Json = {"name": name, "type": kind}
    if name == focused:
        return told | {"value": value, "focused": True}
    if kind == ATTACHMENT:
        value = _attached(discord, channel, value, resolved)
    elif kind in (USER, CHANNEL, ROLE, MENTIONABLE):
        value = _referred(discord, channel, kind, int(value), resolved)
    elif kind == BOOLEAN:
        _demand(isinstance(value, bool), name, "is yes or no")
    else:
        value = _plain(option, value)
    return told | {"value": value}


def _plain(option: Json, value: Any) -> Any:
    """A text or number within its bounds, and one of the choices where there are some."""
    kind, name = option["type"], option["name"]
    if choices := option.get("choices"):
        found = [one["value"] for one in choices if value in (one["value"], one["name"])]
        _demand(bool(found), name, f"has no choice {value!r}, only {[one['name'] for one in choices]}")
        return found[0]
    if kind == STRING:
        _demand(isinstance(value, str), name, "is a text")
        least, most = option.get("min_length") or 0, option.get("max_length") or 6000
        _demand(least <= len(value) <= most, name, f"takes {least}–{most} characters")
    else:
        _demand(isinstance(value, _NUMBERS[kind]) and not isinstance(value, bool), name, "is a number")
        least, most = option.get("min_value", -(2**53)), option.get("max_value", 2**53)
        _demand(least <= value <= most, name, f"lies between {least} and {most}")
    return value


def _attached(discord: Discord, channel: Channel, file: Json, resolved: Json) -> str:
    world = discord.world
    made = world.attach(channel, file["name"], b64decode(file["data"]), ephemeral=True)
    resolved.setdefault("attachments", {})[str(made.id)] = attachment_object(world, made)
    return str(made.id)


def _referred(discord: Discord, channel: Channel, kind: int, number: int, resolved: Json) -> str:
    world, guild, key = discord.world, channel.guild, str(number)
    if kind == CHANNEL:
        resolved.setdefault("channels", {})[key] = partial_channel_object(world, world.channels[number], world.bot.id)
    elif kind == ROLE or (kind == MENTIONABLE and guild is not None and number in guild.roles):
        if guild is None:
            raise Impossible("there are no roles in a private conversation")
        resolved.setdefault("roles", {})[key] = role_object(guild.roles[number])
    else:
        resolved.setdefault("users", {})[key] = user_object(world.users[number])
        if guild is not None and number in guild.members:
            member = member_object(guild.members[number], with_user=False) | {"permissions": "0"}
            resolved.setdefault("members", {})[key] = member
    return key


def _demand(fine: bool, name: str, otherwise: str) -> None:
    if not fine:
        raise Impossible(f"the option {name} {otherwise}")
