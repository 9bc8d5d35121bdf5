"""Who does something, where, and in which language."""

from __future__ import annotations

import discord

from bots.discord.addresses import Interaction
from bots.discord.standing import runs
from core import texts
from core.people import display_name
from core.recent import Recent
from core.types import Place, User

PLATFORM = "discord"
REMEMBERED = 10_000
"""People whose language is remembered."""

_THREADS = (discord.ChannelType.public_thread, discord.ChannelType.private_thread, discord.ChannelType.news_thread)


class Languages:
    """Only commands and buttons tell a person's language; for their plain messages the last one they told is remembered."""

    def __init__(self) -> None:
        self._told: Recent[int, str] = Recent(REMEMBERED)

    def person(self, interaction: discord.Interaction) -> User:
        """Who sent an interaction; in a server also whether they manage it."""
        user, tag = interaction.user, interaction.locale.value
        self._told[user.id] = tag
        manages = runs(interaction.permissions) if interaction.guild_id else None
        return User(
            platform=PLATFORM,
            id=str(user.id),
            name=display_name(user.display_name),
            language=tag,
            administrator=manages,
            roles=_roles(user),
        )

    def author(self, message: discord.Message) -> User:
        """Who wrote a message; in a language nobody has told, that of the server is the next best."""
        guild = message.guild.preferred_locale.value if message.guild else ""
        user = message.author
        tag = self._told.get(user.id, guild)
        name = display_name(user.display_name)
        return User(platform=PLATFORM, id=str(user.id), name=name, language=tag, roles=_roles(user))


def _roles(user: discord.User | discord.Member) -> tuple[str, ...]:
    """The roles that somebody has on a server, but for that of everybody."""
    return tuple(str(role.id) for role in user.roles[1:]) if isinstance(user, discord.Member) else ()


def language_of(interaction: discord.Interaction) -> str:
    """The language of ours to answer an interaction in."""
    return texts.language_of(interaction.locale.value)


def place_of(message: discord.Message) -> Place:
    """Where a message was written."""
    return _place(message.channel.id, message.channel, private=message.guild is None)


def place_of_interaction(interaction: discord.Interaction) -> Place:
    """Where a command was given. A conversation between people is not private: they all see what the bot answers, and nobody runs it."""
    context = interaction.context
    place = _place(interaction.channel_id or 0, interaction.channel, private=context.dm_channel)
    return place.model_copy(update={"peers": context.private_channel})


def place_by_id(client: discord.Client, channel: int, guild: int | None) -> Place:
    """Where a reaction was given."""
    return _place(channel, client.get_channel(channel), private=guild is None)


def address_of(interaction: discord.Interaction, *, message: int = 0, alone: bool = False) -> Interaction:
    """The way back to an interaction.

    ``message``: the one that was pressed and gets no answer of its own. ``alone``: the answer is for the person's eyes only.
    """
    guest = not interaction.context.dm_channel and not interaction.is_guild_integration()
    return Interaction(interaction.id, interaction.token, message, guest, interaction.filesize_limit, alone)


def _place(number: int, channel: object, *, private: bool) -> Place:
    thread = str(number) if getattr(channel, "type", None) in _THREADS else ""
    return Place(platform=PLATFORM, chat=str(number), thread=thread, private=private)
