"""Routes about guilds, their channels, roles and members."""

from standins.discord.api import Answer, Call, Discord, route
from standins.discord.errors import MISSING_ACCESS, UNKNOWN_MEMBER, unknown
from standins.discord.objects import channel_object, guild_object, member_object, role_object
from standins.discord.permissions import permissions_in
from standins.discord.sessions import Intent


@route("GET", "/guilds/{guild_id}")
async def get_guild(discord: Discord, call: Call) -> Answer:
    """A guild."""
    return guild_object(discord.guild(call.number("guild_id")))


@route("GET", "/guilds/{guild_id}/channels")
async def list_channels(discord: Discord, call: Call) -> Answer:
    """A guild's channels that the bot sees, without threads."""
    guild, bot = discord.guild(call.number("guild_id")), discord.world.bot.id
    found = [one for one in discord.world.channels_of(guild) if one.thread is None and permissions_in(one, bot)]
    return [channel_object(discord.world, one) for one in found]


@route("GET", "/guilds/{guild_id}/roles")
async def list_roles(discord: Discord, call: Call) -> Answer:
    """A guild's roles."""
    return [role_object(role) for role in discord.guild(call.number("guild_id")).roles.values()]


@route("GET", "/guilds/{guild_id}/roles/{role_id}")
async def get_role(discord: Discord, call: Call) -> Answer:
    """One role."""
    role = discord.guild(call.number("guild_id")).roles.get(call.number("role_id"))
    if role is None:
        raise unknown(10011, "Role")
    return role_object(role)


@route("GET", "/guilds/{guild_id}/members")
async def list_members(discord: Discord, call: Call) -> Answer:
    """A guild's members by id; only with the intent for members."""
    guild = discord.guild(call.number("guild_id"))
    if Intent.GUILD_MEMBERS not in discord.gateway.allowed:
        raise MISSING_ACCESS
    after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 1))
    numbers = sorted(number for number in guild.members if number > after)
    return [member_object(guild.members[number]) for number in numbers[:limit]]


@route("GET", "/guilds/{guild_id}/members/{user_id}")
async def get_member(discord: Discord, call: Call) -> Answer:
    """One member."""
    member = discord.guild(call.number("guild_id")).members.get(call.number("user_id"))
    if member is None:
        raise UNKNOWN_MEMBER
    return member_object(member)
