"""Discord, over discord.py."""

from __future__ import annotations

from bots.discord.settings import DiscordSettings
from bots.platform import Platform
from core.ports import Media, Store

SETTING = "discord_bot_token"
"""Without it there is none of it."""

CREDENTIAL = r"[\w-]{23,30}\.[\w-]{6,7}\.[\w-]{27,}"
"""What a token looks like: id, time and signature in base64."""


def connect(settings: DiscordSettings, media: Media, store: Store) -> Platform | None:
    """Discord, where its token is set."""
    if not settings.discord_bot_token:
        return None
    from bots.discord.platform import discord_platform  # here, for loading the library takes a third of a second

    return discord_platform(settings, media, store)
