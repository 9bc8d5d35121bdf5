"""Discord as a platform: log in, register the commands, follow the gateway."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, Never
from urllib.parse import urlsplit

import aiohttp
import discord
import discord.gateway
import discord.http
import discord.webhook.async_
import structlog
from yarl import URL

from bots.board_links import BoardLinks
from bots.chores import UNREADABLE, beside, persist
from bots.discord.commands import application_commands
from bots.discord.errors import answer_of
from bots.discord.gateway import Gateway
from bots.discord.inbound import DiscordInbound
from bots.discord.interactions import Interactions
from bots.discord.limits import FILE_BYTES
from bots.discord.originals import Originals
from bots.discord.outbound import DiscordOutbound
from bots.discord.people import PLATFORM
from bots.discord.polls import DiscordPolls
from bots.discord.progress import JobsShown
from bots.discord.settings import DiscordSettings
from bots.discord.standing import DiscordStanding
from bots.discord.threads import StoryThreads
from bots.intake import Intake
from bots.links import Links
from bots.pages import Pages
from bots.platform import Webhook
from core.errors import OperatorFault, Unavailable
from core.ports import Media, Store

LOGIN_PATIENCE = 30.0
"""Seconds for logging in: the library itself would wait for five minutes."""

PATIENCE = 30.0
"""Seconds of a rate limit that the library waits out; a longer one is put off by delivery (the library's least value)."""

_TROUBLE = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError)
log = structlog.get_logger()


class DiscordPlatform:
    """A bot: logged in, introduced, and listening."""

    room = FILE_BYTES
    """Bytes of the largest file that every place takes."""

    def __init__(self, client: Gateway, settings: DiscordSettings, media: Media, store: Store) -> None:
        self._client = client
        self._settings = settings
        self._originals = Originals(client)
        self.standing = DiscordStanding(client, client.hears)
        assert settings.discord_bot_token
        self.polls = DiscordPolls(settings.discord_bot_token.get_secret_value())
        jobs = JobsShown(client, self._originals, store)
        pages = Pages(settings, BoardLinks(store))
        self.outbound = DiscordOutbound(client, media, self._originals, jobs, Links(settings, store), pages)

    @property
    def name(self) -> str:
        """The platform's name in places and files."""
        return PLATFORM

    @property
    def account(self) -> str:
        """The bot's token, and which shards of it these are."""
        assert self._settings.discord_bot_token
        return f"{self._settings.discord_bot_token.get_secret_value()} {sorted(self._settings.discord_shard_ids)}"

    @property
    def delivers(self) -> bool:
        """With the first shard, as commands are registered."""
        return not self._settings.discord_shard_ids or "0" in map(str, self._settings.discord_shard_ids)

    @property
    def title(self) -> str:
        """What people call it."""
        return "Discord"

    @property
    def webhooks(self) -> tuple[Webhook, ...]:
        """None: Discord speaks over its gateway."""
        return ()

    @property
    def vouches(self) -> None:
        """Discord tells a page that it leads to nothing: who has the link is let in."""
        return None

    def open(self, store: Store, intake: Intake) -> DiscordInbound:
        """Make the way in, now that there is somebody to hand events to; ``run`` is next."""
        threads = StoryThreads(self._originals) if self._settings.discord_threads else None
        self._repertoire = intake.repertoire
        self._commands = intake.repertoire.commands
        interactions = Interactions(store, intake, self._originals, threads)
        base = self._settings.discord_api_base
        self._inbound = DiscordInbound(self._client, store, interactions, urlsplit(base).hostname if base else None)
        return self._inbound

    async def identify(self) -> str:
        """Log in: the bot's name. Raises ``Unavailable``, and ``OperatorFault`` (``discord-token-wrong``, ``discord-intent``)."""
        assert self._settings.discord_bot_token
        await self._client.renew()
        try:
            async with asyncio.timeout(LOGIN_PATIENCE):
                await self._client.login(self._settings.discord_bot_token.get_secret_value())
        except discord.LoginFailure as error:
            raise OperatorFault("discord-token-wrong") from error
        except _TROUBLE as error:
            raise Unavailable("service-down") from error
        except UNREADABLE as error:
            raise Unavailable("answer-unreadable") from error
        flags = self._client.application_flags
        may_read = flags.gateway_message_content or flags.gateway_message_content_limited
        if self._settings.discord_message_content and not may_read:
            raise OperatorFault("discord-intent")
        return str(self._client.user)

    async def connect(self) -> None:
        """Log in, and let replies go out from now on. Raises as ``identify`` does."""
        name = await self.identify()
        self.outbound.connected.set()
        log.info("Discord is connected", bot=name)

    async def close(self) -> None:
        """Close the connections."""
        await self._originals.close()
        await self._client.close()

    async def run(self) -> None:
        """Take up what was left over, log in, introduce the bot and follow the gateway until cancelled, whatever Discord does."""
        await persist(PLATFORM, self._inbound.recover, self._settings.language)
        self._client.inbound = self._inbound
        try:
            async with beside("introduction", self._introduce_always()):
                await persist(PLATFORM, self._follow, self._settings.language)
        finally:
            self._client.inbound = None

    async def _follow(self) -> Never:
        """One session after the other, as long as the library holds them; then it raises ``Unavailable`` or ``OperatorFault``."""
        if self._client.is_closed():  # it closes everything where the gateway refuses something
            self.outbound.connected.clear()
            await self._client.reopen()
        if not self.outbound.connected.is_set():
            await self.connect()
        try:
            await self._client.connect()
        except discord.PrivilegedIntentsRequired as error:
            raise OperatorFault("discord-intent") from error
        except _TROUBLE as error:
            raise Unavailable("service-down") from error
        raise Unavailable("service-down")

    async def _introduce_always(self) -> None:
        """Register the commands, and again whenever there are others."""
        while True:
            told = self._repertoire.version
            await persist(PLATFORM, self._introduce, self._settings.language)
            await self._repertoire.change(told)

    async def _introduce(self) -> None:
        """Register the slash commands and message menus everywhere: once for all processes, by the one that has the first shard."""
        if self._client.shard_ids and 0 not in self._client.shard_ids:
            return
        await self.outbound.connected.wait()
        try:
            application = self._client.application_id
            assert application
            known = await self._client.http.bulk_upsert_global_commands(
                application, application_commands(self._commands)
            )
        except _TROUBLE as error:
            raise Unavailable("service-down") from error
        if not isinstance(known, list):
            raise Unavailable("answer-unreadable")


def discord_platform(settings: DiscordSettings, media: Media, store: Store) -> DiscordPlatform:
    """The bot, of which nobody has been asked yet."""
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # nobody is called here
    logging.getLogger("discord.shard").addFilter(_briefly)
    for module in (discord.http, discord.webhook.async_):
        module.json_or_text = answer_of  # type: ignore[attr-defined]
    if settings.discord_api_base:
        discord.http.Route.BASE = settings.discord_api_base
    if settings.discord_gateway:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(settings.discord_gateway)
    return DiscordPlatform(_client(settings), settings, media, store)


def _briefly(record: logging.LogRecord) -> bool:
    """That a connection was lost is one line in the log: where in the library it was noticed tells nothing."""
    if record.exc_info and record.exc_info[0]:
        record.msg, record.exc_info = f"{record.msg} ({record.exc_info[0].__name__})", None
    return True


def _client(settings: DiscordSettings) -> Gateway:
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


def _shards(settings: DiscordSettings) -> dict[str, Any]:
    """Which part of the servers this process has; Discord says how many parts there are where nothing is set."""
    ids = [int(shard) for shard in settings.discord_shard_ids]
    return ({"shard_ids": ids} if ids else {}) | (
        {"shard_count": settings.discord_shard_count} if settings.discord_shard_count else {}
    )
