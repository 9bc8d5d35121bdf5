"""Changing a message in place: its words, and the picture that a living message shows beside them."""

from __future__ import annotations

from typing import Any

import discord

from bots.discord.addresses import Interaction
from bots.discord.controls import view_of
from bots.discord.errors import refusal
from bots.discord.files import pack
from bots.discord.limits import TOO_LARGE, UNKNOWN_MESSAGE
from bots.discord.originals import Originals
from bots.discord.parts import Part
from bots.outbound import Gone
from bots.owners import marked
from core.ports import Media
from core.recent import Recent
from core.types import KeptReply, Picture

NO_MENTIONS = discord.AllowedMentions.none()

REMEMBERED = 500
"""Messages of which it is remembered which picture was put beside their words: the same one is not sent twice, nor refused twice."""


class Changes:
    """Changes messages of ours."""

    def __init__(self, client: discord.Client, media: Media, originals: Originals) -> None:
        self._client = client
        self._media = media
        self._originals = originals
        self._tried: Recent[str, str] = Recent(REMEMBERED)

    async def change(
        self, reply: KeptReply, part: Part, message: str, address: Interaction | int | None, room: int
    ) -> None:
        """Change a message; where its place does not take the picture beside the words, the words alone.

        Raises ``Gone`` for one that lives and is not there.
        """
        token = address if isinstance(address, Interaction) and str(address.message) == message else None
        alone = isinstance(address, Interaction) and address.alone
        buttons = part.buttons if alone else marked(part.buttons, reply)
        body: dict[str, Any] = {"content": part.content, "view": view_of(buttons, reply.language)}
        if part.plate is None or self._tried.get(message) == part.plate.media:
            return await self._edit(reply, message, token, body)
        files = (await pack(self._media, part, room, reply.language)).files
        try:
            await self._edit(reply, message, token, body | {"attachments": files})
        except discord.HTTPException as error:
            if not (files and may_be_the_picture(error)):
                raise
            await self._edit(reply, message, token, body)
        return self.remember(message, part.plate)

    def remember(self, message: str, plate: Picture | None) -> None:
        """A picture was sent beside the words of a message, or is not taken there."""
        if plate:
            self._tried[message] = plate.media

    def leave(self) -> None:
        """Remember nothing of what is on the screen."""
        self._tried.clear()

    async def _edit(self, reply: KeptReply, message: str, token: Interaction | None, body: dict[str, Any]) -> None:
        """By the token while it works: what nobody else sees is changed in no other way."""
        if token and (token.alone or not token.expired):
            return await self._originals.change(token, allowed_mentions=NO_MENTIONS, **body)
        channel = self._client.get_partial_messageable(int(reply.place.chat))
        try:
            await channel.get_partial_message(int(message)).edit(allowed_mentions=NO_MENTIONS, **body)
        except discord.NotFound as error:
            if reply.reply.lives and error.code == UNKNOWN_MESSAGE:
                raise Gone from error
            raise


def may_be_the_picture(error: discord.HTTPException) -> bool:
    """Whether words may be taken that were refused with a small picture beside them: for what it is, its size, or since no files may be sent."""
    return error.status == 403 or error.code == TOO_LARGE or refusal(error) is not None
