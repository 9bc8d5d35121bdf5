"""Routes about the bot itself: who it is, where its gateway is, whom it knows."""

from standins.discord.api import Answer, Call, Discord, route
from standins.discord.errors import UNKNOWN_GUILD, UNKNOWN_USER, bad_form
from standins.discord.gateway import application_flags
from standins.discord.objects import channel_object, guild_object, user_object
from standins.discord.permissions import guild_permissions
from standins.discord.state import Json

SESSION_STARTS = 1000
"""Sessions that a bot may start a day (documentation, "Gateway", read 2026-11); here it is told but not enforced."""


@route("GET", "/gateway", open_=True)
async def get_gateway(discord: Discord, call: Call) -> Answer:
    """Where the gateway is."""
    return {"url": discord.gateway.url}


@route("GET", "/gateway/bot")
async def get_gateway_bot(discord: Discord, call: Call) -> Answer:
    """The same with the number of shards that is recommended: always one."""
    left = {"total": SESSION_STARTS, "remaining": max(0, SESSION_STARTS - discord.gateway.starts)}
    return {
        "url": discord.gateway.url,
        "shards": 1,
        "session_start_limit": left | {"reset_after": 86_400_000, "max_concurrency": 1},
    }


@route("GET", "/users/@me")
async def get_me(discord: Discord, call: Call) -> Answer:
    """The bot's user."""
    return user_object(discord.world.bot) | {"verified": True, "mfa_enabled": False, "locale": "en-US", "flags": 0}


@route("GET", "/users/{user_id}")
async def get_user(discord: Discord, call: Call) -> Answer:
    """Any user."""
    user = discord.world.users.get(call.number("user_id"))
    if user is None:
        raise UNKNOWN_USER
    return user_object(user)


@route("GET", "/applications/@me")
async def get_application(discord: Discord, call: Call) -> Answer:
    """The application."""
    return _application(discord)


@route("GET", "/oauth2/applications/@me")
async def get_oauth2_application(discord: Discord, call: Call) -> Answer:
    """The application, by its older name."""
    return _application(discord)


@route("GET", "/applications/{application_id}/emojis")
async def get_application_emojis(discord: Discord, call: Call) -> Answer:
    """The application's own emoji: none."""
    return {"items": []}


@route("GET", "/users/@me/guilds")
async def get_my_guilds(discord: Discord, call: Call) -> Answer:
    """The guilds that the bot is in."""
    bot = discord.world.bot.id
    joined = [guild for guild in discord.world.guilds.values() if bot in guild.members]
    return [
        {name: guild_object(guild)[name] for name in ("id", "name", "icon", "features")}
        | {"owner": guild.owner_id == bot, "permissions": str(int(guild_permissions(guild, bot)))}
        for guild in joined
    ]


@route("DELETE", "/users/@me/guilds/{guild_id}")
async def leave_guild(discord: Discord, call: Call) -> Answer:
    """Leave a guild."""
    guild = discord.world.guilds.get(call.number("guild_id"))
    if guild is None or discord.world.bot.id not in guild.members:
        raise UNKNOWN_GUILD
    del guild.members[discord.world.bot.id]
    discord.events.guild_left(guild)
    return None


@route("POST", "/users/@me/channels")
async def open_private_channel(discord: Discord, call: Call) -> Answer:
    """Open the private conversation with a person; whether they accept messages shows when one is sent."""
    number = str(call.values.get("recipient_id", ""))
    user = discord.world.users.get(int(number)) if number.isdigit() else None
    if user is None or user.bot:
        raise bad_form("recipient_id", "INVALID_RECIPIENT", "Invalid Recipient(s)")
    return channel_object(discord.world, discord.world.private_channel(user))


def _application(discord: Discord) -> Json:
    bot = discord.world.bot
    return {
        "id": str(bot.id),
        "name": bot.name,
        "icon": None,
        "description": "A story-and-picture studio.",
        "bot_public": True,
        "bot_require_code_grant": False,
        "bot": user_object(bot),
        "owner": user_object(bot),
        "team": None,
        "verify_key": "0" * 64,
        "flags": application_flags(discord.gateway.allowed),
        "approximate_guild_count": sum(bot.id in guild.members for guild in discord.world.guilds.values()),
        "approximate_user_install_count": sum(user.installed for user in discord.world.users.values()),
        "integration_types_config": {"0": {}, "1": {}},
    }
