"""How things look on the wire: the JSON objects of Discord's REST API and gateway, version 10."""

from datetime import UTC, datetime

from standins.discord.permissions import permissions_in
from standins.discord.polling import poll_object
from standins.discord.references import resolve_component, resolve_embed
from standins.discord.state import (
    NO_FLAG,
    Attachment,
    Channel,
    ChannelType,
    Content,
    Guild,
    Interaction,
    InteractionType,
    Json,
    Member,
    Message,
    MessageFlag,
    Role,
    User,
)
from standins.discord.world import World


def moment(seconds: float | None) -> str | None:
    """Unix seconds as Discord writes a time."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()


def user_object(user: User) -> Json:
    """User."""
    told: Json = {
        "id": str(user.id),
        "username": user.name.lower().replace(" ", "_"),
        "global_name": user.name,
        "discriminator": "0",
        "avatar": None,
        "public_flags": 0,
    }
    return told | ({"bot": True} if user.bot else {})


def member_object(member: Member, *, with_user: bool = True) -> Json:
    """Guild Member."""
    told: Json = {
        "roles": [str(role) for role in member.roles],
        "nick": member.nick,
        "avatar": None,
        "joined_at": moment(member.joined_at),
        "premium_since": None,
        "communication_disabled_until": None,
        "pending": False,
        "deaf": False,
        "mute": False,
        "flags": 0,
    }
    return told | ({"user": user_object(member.user)} if with_user else {})


def role_object(role: Role) -> Json:
    """Role."""
    return {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(int(role.permissions)),
        "position": role.position,
        "managed": role.managed,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "mentionable": False,
        "flags": 0,
    }


def guild_object(guild: Guild) -> Json:
    """Guild, as REST answers it."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner_id),
        "preferred_locale": guild.locale,
        "premium_tier": guild.boost,
        "roles": [role_object(role) for role in guild.roles.values()],
        "approximate_member_count": len(guild.members),
        **{name: [] for name in ("emojis", "stickers", "features")},
        **dict.fromkeys(("icon", "splash", "banner", "description", "vanity_url_code", "application_id")),
        **dict.fromkeys(("afk_channel_id", "system_channel_id", "rules_channel_id", "public_updates_channel_id")),
        **dict.fromkeys(("verification_level", "default_message_notifications", "explicit_content_filter"), 0),
        **dict.fromkeys(("mfa_level", "nsfw_level", "system_channel_flags"), 0),
        "afk_timeout": 300,
        "max_members": 500_000,
    }


def guild_create_object(world: World, guild: Guild, *, all_members: bool, new: bool = False) -> Json:
    """Guild, as GUILD_CREATE tells it: with the channels that the bot sees, and its own member at least.

    `new` is for one that the bot has just joined; the others were announced as unavailable before.
    """
    bot = world.bot.id
    members = guild.members.values() if all_members else [guild.members[bot]]
    places = [one for one in world.channels_of(guild) if one.thread is None and permissions_in(one, bot)]
    threads = [one for one in world.threads_of(guild) if permissions_in(one, bot)]
    told = guild_object(guild) | ({} if new else {"unavailable": False})
    return told | {
        "joined_at": moment(guild.members[bot].joined_at),
        "large": False,
        "member_count": len(guild.members),
        "members": [member_object(member) for member in members],
        "channels": [channel_object(world, one) for one in places],
        "threads": [channel_object(world, one) for one in threads],
        **{name: [] for name in ("voice_states", "presences", "stage_instances", "guild_scheduled_events")},
        "soundboard_sounds": [],
    }


def channel_object(world: World, channel: Channel) -> Json:
    """Channel of any kind."""
    told: Json = {
        "id": str(channel.id),
        "type": int(channel.type),
        "last_message_id": str(max(channel.messages)) if channel.messages else None,
        "flags": 0,
    }
    if channel.type is ChannelType.DM:
        others = [one for one in channel.recipients if one is not world.bot]
        return told | {"recipients": [user_object(one) for one in others]}
    told |= {"name": channel.name, "rate_limit_per_user": 0}
    if channel.guild is not None:
        told["guild_id"] = str(channel.guild.id)
    if channel.thread is not None:
        return told | _thread_part(world, channel)
    return told | {
        "position": 0,
        "nsfw": False,
        "topic": channel.topic,
        "parent_id": None,
        "permission_overwrites": [
            {"id": str(one.id), "type": one.kind, "allow": str(int(one.allow)), "deny": str(int(one.deny))}
            for one in channel.overwrites
        ],
    }


def thread_member_object(channel: Channel, user_id: int) -> Json:
    """Thread Member."""
    joined = channel.thread.members[user_id] if channel.thread else 0.0
    return {"id": str(channel.id), "user_id": str(user_id), "join_timestamp": moment(joined), "flags": 0}


def _thread_part(world: World, channel: Channel) -> Json:
    thread = channel.thread
    if thread is None or channel.parent is None:
        return {}
    told: Json = {
        "parent_id": str(channel.parent.id),
        "owner_id": str(thread.owner_id),
        "member_count": len(thread.members),
        "message_count": sum(not one.deleted for one in channel.messages.values()),
        "total_message_sent": thread.sent,
        "thread_metadata": {
            "archived": thread.archived,
            "locked": thread.locked,
            "auto_archive_duration": thread.auto_archive,
            "archive_timestamp": moment(thread.archived_at),
            "create_timestamp": moment(min(thread.members.values(), default=thread.archived_at)),
        },
    }
    if world.bot.id in thread.members:
        told["member"] = thread_member_object(channel, world.bot.id)
    return told


def attachment_object(world: World, attachment: Attachment) -> Json:
    """Attachment, with a link that is fresh now."""
    url = world.cdn.url(attachment)
    told: Json = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.data),
        "url": url,
        "proxy_url": url,
    }
    if attachment.typed:
        told["content_type"] = attachment.content_type
    if attachment.spoiler:
        told["flags"] = 1 << 3
    if attachment.width:
        told |= {"width": attachment.width, "height": attachment.height}
    if attachment.description:
        told["description"] = attachment.description
    return told | ({"ephemeral": True} if attachment.ephemeral else {})


def emoji_object(key: str) -> Json:
    """Emoji from its `name` or `name:id`."""
    name, _, number = key.partition(":")
    return {"id": number or None, "name": name} | ({"animated": False} if number else {})


def message_object(world: World, message: Message, *, blank: bool = False, nested: bool = False) -> Json:
    """Message. `blank` leaves out what only apps with the intent for message content get; `nested` is for the replied-to."""
    content, channel = Content() if blank else message.content, message.channel
    told: Json = {
        "id": str(message.id),
        "channel_id": str(channel.id),
        "type": int(message.type),
        "author": user_object(message.author),
        "timestamp": moment(message.at),
        "edited_timestamp": moment(message.edited_at),
        "tts": False,
        "mention_everyone": False,
        "mentions": [user_object(world.users[number]) for number in message.content.mentions],
        "mention_roles": [],
        "pinned": False,
        "flags": int(_flags(message)),
        "content": content.text,
        "embeds": [resolve_embed(world.cdn, content, embed) for embed in content.embeds],
        "components": [resolve_component(world.cdn, content, one) for one in content.components],
        "attachments": [attachment_object(world, one) for one in content.listed],
    }
    if content.forwarded is not None:
        said, at, reference = content.forwarded
        files = [attachment_object(world, one) for one in said.listed]
        told["message_reference"] = reference
        told["message_snapshots"] = [
            {
                "message": {
                    "type": 0,
                    "content": said.text,
                    "embeds": [],
                    "attachments": files,
                    "timestamp": moment(at),
                }
                | {"edited_timestamp": None, "flags": 0, "mentions": [], "mention_roles": [], "components": []}
            }
        ]
    if content.poll is not None:
        told["poll"] = poll_object(content.poll)
    if channel.guild is not None:
        told["guild_id"] = str(channel.guild.id)
    if message.reactions:
        told["reactions"] = [_reaction_object(world, key, users) for key, users in message.reactions.items()]
    if message.nonce is not None:
        told["nonce"] = message.nonce
    if message.thread is not None:
        told["thread"] = channel_object(world, message.thread)
    if message.interaction is not None:
        told |= _interaction_part(world, message.interaction)
    if message.reply_to is not None and not nested:
        told |= _reference_part(world, message, blank=blank)
    return told


def _flags(message: Message) -> MessageFlag:
    return message.content.flags | (MessageFlag.HAS_THREAD if message.thread is not None else NO_FLAG)


def _reaction_object(world: World, key: str, users: list[int]) -> Json:
    return {
        "emoji": emoji_object(key),
        "count": len(users),
        "count_details": {"burst": 0, "normal": len(users)},
        "me": world.bot.id in users,
        "me_burst": False,
        "burst_colors": [],
    }


def _reference_part(world: World, message: Message, *, blank: bool) -> Json:
    channel = message.channel
    place = {"guild_id": str(channel.guild.id)} if channel.guild else {}
    found = world.find(channel, message.reply_to or 0)
    hidden = blank and found is not None and found.author is not world.bot
    return {
        "message_reference": {"type": 0, "channel_id": str(channel.id), "message_id": str(message.reply_to), **place},
        "referenced_message": message_object(world, found, blank=hidden, nested=True) if found else None,
    }


def owners(world: World, interaction: Interaction) -> Json:
    """`authorizing_integration_owners`: by whose installation of the app an interaction came about."""
    if interaction.by_user:
        return {"1": str(interaction.user.id)}
    guild = interaction.channel.guild
    return {"0": str(guild.id) if guild else "0"}


def _interaction_part(world: World, interaction: Interaction) -> Json:
    """What a message that answers an interaction says about it."""
    metadata = _metadata(world, interaction)
    if interaction.parent is not None and interaction.type is InteractionType.MODAL_SUBMIT:
        metadata["triggering_interaction_metadata"] = _metadata(world, interaction.parent)
    told: Json = {
        "webhook_id": str(world.bot.id),
        "application_id": str(world.bot.id),
        "interaction_metadata": metadata,
    }
    if interaction.type is InteractionType.COMMAND:
        told["interaction"] = {
            "id": str(interaction.id),
            "type": int(interaction.type),
            "name": interaction.name,
            "user": user_object(interaction.user),
        }
    return told


def _metadata(world: World, interaction: Interaction) -> Json:
    told: Json = {
        "id": str(interaction.id),
        "type": int(interaction.type),
        "user": user_object(interaction.user),
        "authorizing_integration_owners": owners(world, interaction),
    }
    if interaction.type is InteractionType.COMMAND:
        told |= {"name": interaction.name, "command_type": interaction.data["type"]}
    if interaction.type is InteractionType.COMPONENT and interaction.message is not None:
        told["interacted_message_id"] = str(interaction.message.id)
    return told


def told_to_bot(world: World, message: Message, *, may_read: bool) -> Json:
    """A message as the bot may see it: blank without the right to read, unless it is its own, private or mentions it."""
    return message_object(world, message, blank=not (may_read or _always_readable(world, message)))


def _always_readable(world: World, message: Message) -> bool:
    private = message.channel.type is ChannelType.DM and world.bot in message.channel.recipients
    return private or message.author is world.bot or world.bot.id in message.content.mentions


def partial_channel_object(world: World, channel: Channel, user_id: int) -> Json:
    """Channel as an interaction carries it: with the person's permissions there."""
    return channel_object(world, channel) | {"permissions": str(int(permissions_in(channel, user_id)))}
