"""A thread of its own for each story, where the operator wants that (``FABULA_DISCORD_THREADS``)."""

from __future__ import annotations

import discord
import structlog

from bots.chores import UNREADABLE
from bots.discord.addresses import Interaction
from bots.discord.errors import FAILURES
from bots.discord.limits import THREAD_NAME
from bots.discord.originals import Originals
from bots.discord.people import PLATFORM
from core import texts
from core.graphemes import cut
from core.types import Message, Place

log = structlog.get_logger()


class StoryThreads:
    """Opens threads on deferred answers."""

    def __init__(self, originals: Originals) -> None:
        self._originals = originals

    async def moved(self, interaction: discord.Interaction, address: Interaction, story: Message) -> Message:
        """The same request, made in a new thread; as it was, where there can be none (in private, in a thread, without the permission).

        The deferred answer then says where the story is told. If the process dies in between, the story is told in the channel.
        """
        rights = interaction.app_permissions
        channel = interaction.channel
        if not (
            isinstance(channel, discord.TextChannel)
            and rights.create_public_threads
            and rights.send_messages_in_threads
            and not address.guest
        ):
            return story
        try:
            title = cut(" ".join(story.text.split()), THREAD_NAME)
            language = texts.language_of(interaction.locale.value)
            message = await self._originals.show(address, content=texts.say("story-in-thread", language))
            if message is None:
                return story
            thread = await channel.get_partial_message(message).create_thread(name=title)
        except (*FAILURES, *UNREADABLE) as error:
            log.info("no thread for a story", cause=type(error).__name__)
            return story
        self._originals.filled(address.id)
        try:
            await thread.add_user(interaction.user)
        except (*FAILURES, *UNREADABLE) as error:
            log.info("nobody added to a thread", cause=type(error).__name__)
        place = Place(platform=PLATFORM, chat=str(thread.id), thread=str(thread.id))
        return story.model_copy(update={"place": place, "id": f"story.{interaction.id}"})
