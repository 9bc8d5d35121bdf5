"""Discord as a platform: log in, register the commands, follow the gateway."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import discord
import discord.gateway
import discord.http
import structlog
from yarl import URL

from bots.discord.commands import application_commands
from bots.discord.gateway import Gateway
from bots.discord.inbound import DiscordInbound
from bots.discord.interactions import Interactions
from bots.discord.originals import Originals
from bots.discord.outbound import DiscordOutbound
from bots.discord.people import PLATFORM
from bots.discord.progress import JobsShown
from bots.discord.standing import DiscordStanding
from bots.discord.threads import StoryThreads
from bots.intake import Intake
from core.errors import OperatorFault
from core.ports import Media, Store
from core.settings import Settings

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds between tries where Discord cannot be reached: doubling from the first to the longest, without end."""

PATIENCE = 30.0
"""Seconds of a rate limit that the library waits out; a longer one is put off by delivery (the library's least value)."""

_TROUBLE = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
log = structlog.get_logger()


class DiscordPlatform:
    """A bot: logged in, introduced, and listening."""

    def __init__(self, client: Gateway, settings: Settings, media: Media, store: Store) -> None:
        self._client = client
        self._settings = settings
        self._originals = Originals(client)
        self.standing = DiscordStanding(client)
        self.outbound = DiscordOutbound(client, media, self._originals, JobsShown(client, self._originals, store))

    @property
    def name(self) -> str:
        """The platform's name in places and files."""
        return PLATFORM

    def inbound(self, store: Store, intake: Intake) -> DiscordInbound:
        """The way in; made last, when there is somebody to hand events to."""
        threads = StoryThreads(self._originals) if self._settings.discord_threads else None
        interactions = Interactions(store, intake, self._originals, threads)
        base = self._settings.discord_api_base
        return DiscordInbound(self._client, store, interactions, urlsplit(base).hostname if base else None)

    async def connect(self) -> bool:
        """Log in; ``False`` where Discord cannot be reached now.

        Raises ``OperatorFault`` (``discord-token-wrong``, ``discord-intent``), which no later try would mend.
        """
        assert self._settings.discord_bot_token
        await self._client.renew()
        try:
            await self._client.login(self._settings.discord_bot_token.get_secret_value())
        except discord.LoginFailure as error:
            raise OperatorFault("discord-token-wrong") from error
        except (*_TROUBLE, TypeError, ValueError, LookupError, AttributeError) as error:
            # The latter are what the library makes of an answer that is not Discord's, for instance the page of a proxy in between.
            log.warning("Discord cannot be reached", cause=type(error).__name__)
            return False
        flags = self._client.application_flags
        may_read = flags.gateway_message_content or flags.gateway_message_content_limited
        if self._settings.discord_message_content and not may_read:
            raise OperatorFault("discord-intent")
        self.outbound.connected = True
        log.info("Discord is connected", bot=str(self._client.user))
        return True

    async def close(self) -> None:
        """Close the connections."""
        await self._originals.close()
        await self._client.close()

    async def run(self, inbound: DiscordInbound) -> None:
        """Introduce the bot and follow the gateway until cancelled, logging in first where that is still to be done."""
        self._client.inbound = inbound
        introduction = asyncio.create_task(self._introduce())
        clock, wait = asyncio.get_running_loop().time, FIRST_WAIT
        try:
            while True:
                started = clock()
                try:
                    await self._follow()
                except OperatorFault as error:
                    log.error("Discord refuses", code=error.code)
                    wait = LONGEST_WAIT
                except discord.PrivilegedIntentsRequired:
                    log.error("Discord refuses", code="discord-intent")
                except _TROUBLE as error:
                    log.warning("gateway lost", cause=type(error).__name__, code=getattr(error, "code", None))
                except Exception:
                    # The broad except around the platform's loop: an event that the library cannot read ends a session, not the bot.
                    log.exception("the gateway broke")
                wait = FIRST_WAIT if clock() - started > LONGEST_WAIT else wait
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
        finally:
            self._client.inbound = None
            introduction.cancel()

    async def _follow(self) -> None:
        """One session after the other, as long as the library holds them."""
        if self._client.is_closed():  # it closes everything where the gateway refuses something
            self.outbound.connected = False
            await self._client.reopen()
        if self.outbound.connected or await self.connect():
            await self._client.connect()

    async def _introduce(self) -> None:
        """Register the slash commands and message menus everywhere: once for all processes, by the one that has the first shard."""
        if self._client.shard_ids and 0 not in self._client.shard_ids:
            return
        wait = FIRST_WAIT
        while True:
            application = self._client.application_id
            try:
                if application and self.outbound.connected:
                    await self._client.http.bulk_upsert_global_commands(application, application_commands())
                    return
            except _TROUBLE as error:
                log.warning("commands not registered", cause=type(error).__name__, code=getattr(error, "code", 0))
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)


async def connect_discord(settings: Settings, media: Media, store: Store) -> DiscordPlatform:
    """The bot, logged in if Discord can be reached: without it everything else works, and ``run`` goes on trying. Raises ``OperatorFault``."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody is called here
    logging.getLogger("discord.shard").addFilter(_briefly)
    if settings.discord_api_base:
        discord.http.Route.BASE = settings.discord_api_base
    if settings.discord_gateway:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(settings.discord_gateway)
    platform = DiscordPlatform(_client(settings), settings, media, store)
    try:
        await platform.connect()
    except OperatorFault:
        await platform.close()
        raise
    return platform


def _briefly(record: logging.LogRecord) -> bool:
    """That a connection was lost is one line in the log: where in the library it was noticed tells nothing."""
    if record.exc_info and record.exc_info[0]:
        record.msg, record.exc_info = f"{record.msg} ({record.exc_info[0].__name__})", None
    return True


def _client(settings: Settings) -> Gateway:
    intents = discord.Intents.none()
    intents.guilds = intents.guild_messages = intents.dm_messages = True
    intents.guild_reactions = intents.dm_reactions = True
    intents.message_content = settings.discord_message_content
    return Gateway(
        intents=intents,
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
        allowed_mentions=discord.AllowedMentions.none(),
        max_ratelimit_timeout=PATIENCE,
        **_shards(settings),
    )


def _shards(settings: Settings) -> dict[str, Any]:
    """Which part of the servers this process has; Discord says how many parts there are where nothing is set."""
    ids = [int(shard) for shard in settings.discord_shard_ids]
    return ({"shard_ids": ids} if ids else {}) | (
        {"shard_count": settings.discord_shard_count} if settings.discord_shard_count else {}
    )
