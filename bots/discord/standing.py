"""Who runs a server, asked of Discord."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import discord

from bots.discord.errors import FAILURES
from core.errors import Unavailable
from core.ports import Standing
from core.types import Place, User

READY_WITHIN = 10.0
"""Seconds that a gateway which is being opened gets to tell of its channels."""


def runs(rights: discord.Permissions) -> bool:
    """Whether these permissions in a channel are those of somebody who runs its server."""
    return rights.administrator or rights.manage_guild


class DiscordStanding(Standing):
    """Implements ``core.ports.Standing``. An interaction brings its person's permissions along; of who writes a message Discord is asked."""

    def __init__(self, client: discord.Client, hears: Callable[[], Awaitable[None]]) -> None:
        """``hears``: waits until the gateway tells anything."""
        self._client = client
        self._hears = hears

    async def administers(self, user: User, place: Place) -> bool:
        """Whether a person has the permissions for it in that channel. A channel that the bot does not know: nobody has."""
        rights = await self._rights(user, place)
        return rights is not None and runs(rights)

    async def attends(self, user: User, place: Place) -> bool:
        """Whether a person can read that channel."""
        rights = await self._rights(user, place)
        return rights is not None and rights.view_channel

    async def has_left(self, user: User, place: Place) -> bool:
        """Whether a person can read that channel no more, or there is none. Where the bot is no member itself, it cannot be told."""
        rights = await self._rights(user, place)
        return await self._is_deleted(place) if rights is None else not rights.view_channel

    async def _is_deleted(self, place: Place) -> bool:
        """Whether a channel that the bot is told nothing of is not there: then Discord says another thing than of one that it may not see."""
        if self._client.get_channel(int(place.chat)) is not None:
            return False
        try:
            await self._client.fetch_channel(int(place.chat))
        except discord.NotFound:
            return True
        except (discord.Forbidden, discord.ClientException):
            return False
        except FAILURES as error:
            raise Unavailable("service-down") from error
        return False

    async def _rights(self, user: User, place: Place) -> discord.Permissions | None:
        """What a person may do in that channel, nothing where they are no member; ``None`` where nobody tells."""
        channel = await self._channel(int(place.chat))
        if not user.id.isdecimal() or not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
            return None
        try:
            return channel.permissions_for(await channel.guild.fetch_member(int(user.id)))
        except discord.NotFound:
            return discord.Permissions.none()
        except (discord.Forbidden, discord.ClientException):
            return None
        except FAILURES as error:
            raise Unavailable("service-down") from error

    async def _channel(self, number: int) -> object:
        """A channel; ``None`` for one that the bot is not told of. Raises ``Unavailable``.

        What an earlier process left over is taken up before the gateway has told of any channel. Its people would be nobody in theirs, and what
        they gave would be lost, so the gateway is waited for.
        """
        try:
            async with asyncio.timeout(READY_WITHIN):
                while (channel := self._client.get_channel(number)) is None and not self._client.is_ready():
                    await self._hears()
        except TimeoutError as error:
            raise Unavailable("service-down") from error
        return channel
