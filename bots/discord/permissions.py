"""What the bot has to be allowed to do, and what it lacks in a channel."""

from __future__ import annotations

import discord

from core.types import Place

NEEDED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    attach_files=True,
    read_message_history=True,
    create_public_threads=True,
    send_polls=True,
)
"""What the invitation asks for. Public threads are opened only with ``FABULA_DISCORD_THREADS``, polls sent only for ``/brainstorm --poll``."""


def lacking(client: discord.Client, place: Place, *, files: bool = False) -> str | None:
    """The first permission that is missing to post in a place, as the catalogue calls it; ``None`` where the bot is not (any more).

    ``read-history`` is the least: without it messages can be posted, but not as replies.
    """
    channel = client.get_channel(int(place.chat))
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread) or channel.guild.me is None:
        return None
    rights = channel.permissions_for(channel.guild.me)
    posts = rights.send_messages_in_threads if isinstance(channel, discord.Thread) else rights.send_messages
    needed = {
        "view": rights.view_channel,
        "threads" if isinstance(channel, discord.Thread) else "send": posts,
        "attach": rights.attach_files or not files,
        "read-history": rights.read_message_history,
    }
    return next((name for name, granted in needed.items() if not granted), "send")
