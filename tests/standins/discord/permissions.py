"""Discord's permissions: the bits, and what a user may do in a channel (documentation, "Permissions", read 2026-11)."""

from enum import IntFlag

from standins.discord.errors import MISSING_ACCESS, MISSING_PERMISSIONS
from standins.discord.state import Channel, ChannelType, Guild, Overwrite


class Permission(IntFlag):
    """The permissions that play a part here; further bits are kept but mean nothing."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    USE_EXTERNAL_EMOJIS = 1 << 18
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50


EVERYTHING = (1 << 51) - 1
USUAL = Permission(
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.SEND_POLLS
    | Permission.USE_EXTERNAL_APPS
)
"""What everyone may do in a new guild."""

THREADS = frozenset({ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD})


def permissions_in(channel: Channel, user_id: int) -> int:
    """All bits that a user has in a channel: 0 for who is not there or does not see it."""
    if channel.guild is None:
        return USUAL if any(one.id == user_id for one in channel.recipients) else 0
    if user_id not in channel.guild.members:
        return 0
    base = guild_permissions(channel.guild, user_id)
    if base == EVERYTHING:
        return base
    place = channel.parent if channel.thread is not None and channel.parent is not None else channel
    bits = _overwritten(place, base, user_id)
    if not bits & Permission.VIEW_CHANNEL or not _in_private_thread(channel, user_id, bits):
        return 0
    sending = Permission.SEND_MESSAGES if channel.thread is None else Permission.SEND_MESSAGES_IN_THREADS
    if not bits & sending:
        bits &= ~(Permission.EMBED_LINKS | Permission.ATTACH_FILES)
    return bits


def guild_permissions(guild: Guild, user_id: int) -> int:
    """The bits that a member's roles give; `EVERYTHING` for the owner and administrators."""
    member = guild.members.get(user_id)
    if member is None:
        return 0
    bits = guild.roles[guild.id].permissions
    for role in member.roles:
        bits |= guild.roles[role].permissions
    return EVERYTHING if guild.owner_id == user_id or bits & Permission.ADMINISTRATOR else bits


def demand(channel: Channel, user_id: int, *needed: Permission) -> None:
    """Raise `Refused`: Missing Access where the user does not see the channel, else Missing Permissions for what lacks."""
    bits = permissions_in(channel, user_id)
    if not bits & Permission.VIEW_CHANNEL:
        raise MISSING_ACCESS
    if any(not bits & one for one in needed):
        raise MISSING_PERMISSIONS


def _overwritten(channel: Channel, bits: int, user_id: int) -> int:
    """Apply a channel's exceptions: everyone's, then those of the roles together, then the member's own."""
    guild = channel.guild
    if guild is None:
        return bits
    roles = set(guild.members[user_id].roles)
    everyone = [one for one in channel.overwrites if one.id == guild.id]
    own_roles = [one for one in channel.overwrites if one.kind == 0 and one.id in roles]
    own = [one for one in channel.overwrites if one.kind == 1 and one.id == user_id]
    for group in (everyone, own_roles, own):
        bits = _applied(bits, group)
    return bits


def _applied(bits: int, group: list[Overwrite]) -> int:
    for one in group:
        bits &= ~one.deny
    for one in group:
        bits |= one.allow
    return bits


def _in_private_thread(channel: Channel, user_id: int, bits: int) -> bool:
    if channel.type is not ChannelType.PRIVATE_THREAD or channel.thread is None:
        return True
    return user_id in channel.thread.members or bool(bits & Permission.MANAGE_THREADS)
