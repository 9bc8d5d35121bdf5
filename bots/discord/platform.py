"""Discord as a platform: log in, register the commands, follow the gateway."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import discord
import discord.gateway
import discord.http
import structlog
from yarl import URL

from bots.discord.commands import application_commands
from bots.discord.inbound import DiscordInbound
from bots.discord.originals import Originals
from bots.discord.outbound import DiscordOutbound
from bots.intake import Intake
from core.errors import OperatorFault, Unavailable
from core.ports import Media, Store
from core.settings import Settings

log = structlog.get_logger()


class Gateway(discord.AutoShardedClient):
    """The client. It keeps no messages or members; events go to the inbound half once that is there."""

    inbound: DiscordInbound | None = None

    async def on_message(self, message: discord.Message) -> None:
        """A message was written."""
        if self.inbound:
            await self.inbound.on_message(message)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """A command was given, a button pressed."""
        if self.inbound:
            await self.inbound.on_interaction(interaction)

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent) -> None:
        """A reaction was added."""
        if self.inbound:
            await self.inbound.on_reaction(event)

    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent) -> None:
        """A reaction was taken back."""
        if self.inbound:
            await self.inbound.on_reaction(event)

    async def on_raw_reaction_clear(self, event: discord.RawReactionClearEvent) -> None:
        """Every reaction was taken away."""
        if self.inbound:
            await self.inbound.on_reactions_cleared(event.channel_id, event.guild_id, event.message_id, None)

    async def on_raw_reaction_clear_emoji(self, event: discord.RawReactionClearEmojiEvent) -> None:
        """Every reaction of one emoji was taken away."""
        if self.inbound:
            await self.inbound.on_reactions_cleared(event.channel_id, event.guild_id, event.message_id, event.emoji)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """An event broke; it is in the inbox if it was kept."""
        log.exception("event broke", event_name=event_method)


@dataclass(frozen=True)
class DiscordPlatform:
    """The parts of a connected bot."""

    client: Gateway
    outbound: DiscordOutbound
    originals: Originals
    settings: Settings

    async def close(self) -> None:
        """Close the connections."""
        await self.originals.close()
        await self.client.close()

    def inbound(self, store: Store, intake: Intake) -> DiscordInbound:
        """The way in; made last, when there is somebody to hand events to."""
        base = self.settings.discord_api_base
        inbound = DiscordInbound(self.client, store, intake, self.originals, urlsplit(base).hostname if base else None)
        self.client.inbound = inbound
        return inbound

    async def introduce(self) -> None:
        """Register the slash commands and message menus everywhere."""
        assert self.client.application_id is not None
        try:
            await self.client.http.bulk_upsert_global_commands(self.client.application_id, application_commands())
        except discord.HTTPException as error:
            log.warning("commands not registered", status=error.status, code=error.code)

    async def follow(self) -> None:
        """Follow the gateway until cancelled; discord.py resumes by itself after a lost connection."""
        while True:
            try:
                await self.client.connect(reconnect=True)
                return
            except discord.PrivilegedIntentsRequired:
                log.error(
                    "gateway refused an intent: turn it on in the developer portal or leave FABULA_DISCORD_MESSAGE_CONTENT out"
                )
                return
            except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
                log.warning("gateway lost", cause=type(error).__name__)
                await asyncio.sleep(5)


async def connect_discord(settings: Settings, media: Media) -> DiscordPlatform:
    """Log in. Raises ``OperatorFault("discord-token-wrong")`` or ``Unavailable``."""
    assert settings.discord_bot_token
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody is called here
    if settings.discord_api_base:
        discord.http.Route.BASE = settings.discord_api_base
    if settings.discord_gateway:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(settings.discord_gateway)
    intents = discord.Intents.none()
    intents.guilds = intents.guild_messages = intents.dm_messages = True
    intents.guild_reactions = intents.dm_reactions = True
    intents.message_content = settings.discord_message_content
    client = Gateway(
        intents=intents,
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
        allowed_mentions=discord.AllowedMentions.none(),
        **_shards(settings),
    )
    try:
        await client.login(settings.discord_bot_token.get_secret_value())
    except discord.LoginFailure as error:
        await client.close()
        raise OperatorFault("discord-token-wrong") from error
    except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
        await client.close()
        raise Unavailable("service-down") from error
    originals = Originals(client)
    return DiscordPlatform(client, DiscordOutbound(client, media, originals), originals, settings)


def _shards(settings: Settings) -> dict[str, Any]:
    """Which part of the servers this process has; Discord says how many parts there are where nothing is set."""
    ids = list(settings.discord_shard_ids)
    return ({"shard_ids": ids} if ids else {}) | (
        {"shard_count": settings.discord_shard_count} if settings.discord_shard_count else {}
    )
