"""The client: it follows the gateway and hands events on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

import discord
import structlog

from bots.chores import UNREADABLE
from bots.discord.inbound import DiscordInbound

_NUMBERED = ("raw_reaction_add", "raw_reaction_remove")
_ESSENTIAL = ("READY", "RESUMED")
"""What a session cannot go on without."""

log = structlog.get_logger()


class Gateway(discord.AutoShardedClient):
    """Keeps no messages or members. Events go to the inbound half once that is there."""

    inbound: DiscordInbound | None = None

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._news = asyncio.Event()
        read = self._connection.parsers
        read |= {
            event: partial(_stepped_over, event, parse) for event, parse in read.items() if event not in _ESSENTIAL
        }

    async def hears(self) -> None:
        """Wait until the gateway tells anything, also what the library keeps to itself until everything is there: a channel that it knows now."""
        self._news.clear()
        await self._news.wait()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Hand an event on. A reaction has no id of its own, so it is told by its number in the gateway's session: a repeated one has the same."""
        self._news.set()
        if event in _NUMBERED:
            args = (*args, self._stamp(args[0].guild_id))
        super().dispatch(event, *args, **kwargs)

    async def reopen(self) -> None:
        """Be as new after the library has closed everything: with a queue that no longer holds the end of the last session."""
        self.clear()
        await self._async_setup_hook()

    async def launch_shards(self) -> None:
        """Find the gateway and connect to it. Raises ``discord.GatewayNotFound`` also where something else than Discord answers."""
        try:
            await super().launch_shards()
        except UNREADABLE as error:
            raise discord.GatewayNotFound from error

    async def renew(self) -> None:
        """Close what an earlier try to log in left open, so that the next one begins with connections of its own."""
        await self.http.close()
        self.http.clear()
        self.http.connector = discord.utils.MISSING

    async def on_message(self, message: discord.Message) -> None:
        """A message was written."""
        if self.inbound:
            await self.inbound.on_message(message)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """A command was given, a button pressed."""
        if self.inbound:
            await self.inbound.interactions.handle(interaction)

    async def on_raw_reaction_add(self, event: discord.RawReactionActionEvent, stamp: str) -> None:
        """A reaction was added."""
        if self.inbound:
            await self.inbound.on_reaction(event, stamp)

    async def on_raw_reaction_remove(self, event: discord.RawReactionActionEvent, stamp: str) -> None:
        """A reaction was taken back."""
        if self.inbound:
            await self.inbound.on_reaction(event, stamp)

    async def on_raw_reaction_clear(self, event: discord.RawReactionClearEvent) -> None:
        """Every reaction was taken away."""
        if self.inbound:
            await self.inbound.on_reactions_cleared(event.channel_id, event.guild_id, event.message_id, None)

    async def on_raw_reaction_clear_emoji(self, event: discord.RawReactionClearEmojiEvent) -> None:
        """Every reaction of one emoji was taken away."""
        if self.inbound:
            await self.inbound.on_reactions_cleared(event.channel_id, event.guild_id, event.message_id, event.emoji)

    async def on_error(self, event_method: str, /, *args: object, **kwargs: object) -> None:
        """The broad except around the platform's loop: an event broke; it is in the inbox if it was kept."""
        log.exception("event broke", event_name=event_method)

    def _stamp(self, guild: int | None) -> str:
        """The session and number of the event that is being read in this moment; private conversations are on shard 0."""
        socket = self._get_websocket(guild, shard_id=None if guild else 0)
        return f"{socket.session_id}:{socket.sequence}"


def _stepped_over(event: str, parse: Callable[[Any], None], data: object) -> None:
    """Read one event. What the library cannot read would end the whole session, and with it what others are saying meanwhile."""
    try:
        parse(data)
    except Exception as error:  # noqa: BLE001 - it is the library's, and may be anything; its words may quote somebody
        log.warning("an event cannot be read", event_name=event, cause=type(error).__name__)
