"""Who runs a server, asked of Discord."""

from __future__ import annotations

import discord

from bots.discord.errors import FAILURES
from core.errors import Unavailable
from core.ports import Standing
from core.types import Place, User


def runs(rights: discord.Permissions) -> bool:
    """Whether these permissions in a channel are those of somebody who runs its server."""
    return rights.administrator or rights.manage_guild


class DiscordStanding(Standing):
    """Implements ``core.ports.Standing``. An interaction brings its person's permissions along; of who writes a message Discord is asked."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def administers(self, user: User, place: Place) -> bool:
        """Whether a person has the permissions for it in that channel. A channel that the bot does not know: nobody has."""
        rights = await self._rights(user, place)
        return rights is not None and runs(rights)

    async def attends(self, user: User, place: Place) -> bool:
        """Whether a person can read that channel."""
        rights = await self._rights(user, place)
        return rights is not None and rights.view_channel

    async def has_left(self, user: User, place: Place) -> bool:
        """Whether a person can read that channel no more. Where the bot is no member itself, it cannot be told."""
        rights = await self._rights(user, place)
        return rights is not None and not rights.view_channel

    async def _rights(self, user: User, place: Place) -> discord.Permissions | None:
        """What a person may do in that channel, nothing where they are no member; ``None`` where nobody tells."""
        channel = self._client.get_channel(int(place.chat))
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
