"""Discord's way out: the first answer to a command is an edit of the deferred one, what follows are messages that cannot come twice."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Sequence
from typing import Any

import discord

from bots.delivery import Receipt
from bots.discord.addresses import Interaction, read
from bots.discord.errors import FAILURES, mapped, token_is_spent
from bots.discord.limits import BUTTONS, CHOICES, FILE_BYTES, REQUEST_BYTES, ROW
from bots.discord.originals import Originals
from bots.discord.parts import Part, parts_of
from bots.discord.progress import JobsShown
from core import pictures, texts
from core.ports import Media
from core.types import Button, KeptReply, Place, Progress, Reply, Request

SMALLER_EDGE = 2048
"""Pixels of the long edge of what is sent where a file is larger than its place takes."""

NO_MENTIONS = discord.AllowedMentions.none()


class DiscordOutbound:
    """Implements ``bots.delivery.Outbound``."""

    def __init__(self, client: discord.Client, media: Media, originals: Originals) -> None:
        self._client = client
        self._media = media
        self._originals = originals
        self._jobs = JobsShown(client, originals)

    async def send(self, reply: KeptReply, receipt: Receipt) -> None:
        """Send the parts of a reply that have no receipt yet."""
        said = reply.reply
        address = read(reply.in_reply_to)
        try:
            if said.end:
                await self._jobs.take_away(reply.job or "")
                if isinstance(address, Interaction):
                    await self._originals.clear(address)
                return await receipt(0, "", (), last=True)
            if said.rated is not None:
                return await receipt(0, "", (), last=True)
            if said.removes:
                await self._delete(reply.place, said.removes)
                return await receipt(0, "", (), last=True)
            if said.replaces:
                return await self._replace(reply, said.replaces, receipt)
            await self._jobs.overtaken(reply.job or "")
            return await self._send_parts(reply, address, receipt)
        except FAILURES as error:
            raise mapped(error) from error

    async def show(self, job: str, request: Request, progress: Progress, text: str) -> None:
        """Show progress where the person looks."""
        try:
            await self._jobs.show(job, request, progress, text)
        except FAILURES as error:
            raise mapped(error) from error

    async def whisper(self, place: Place, user: str, in_reply_to: str, reply: Reply) -> None:
        """Say something without keeping it."""
        try:
            await self._channel(place).send(reply.text, allowed_mentions=NO_MENTIONS)
        except FAILURES as error:
            mapped(error)

    async def _send_parts(self, reply: KeptReply, address: Interaction | int | None, receipt: Receipt) -> None:
        parts = parts_of(reply.reply)
        if not parts:
            return await receipt(0, "", (), last=True)
        for number, part in enumerate(parts):
            if number < len(reply.receipts):
                continue
            message = await self._send(reply, part, number, address)
            await receipt(number, str(message), part.shows, last=number == len(parts) - 1)
        return None

    async def _send(self, reply: KeptReply, part: Part, number: int, address: Interaction | int | None) -> int:
        """Send one message; its id."""
        if isinstance(address, Interaction) and not address.expired:
            try:
                message = await self._by_token(reply, part, number, address)
            except discord.HTTPException as error:
                if not token_is_spent(error):
                    raise
                message = None
            if message is not None:
                return message
        body = await self._body(reply, part)
        if isinstance(address, int):
            body["reference"] = discord.MessageReference(
                message_id=address, channel_id=int(reply.place.chat), fail_if_not_exists=False
            )
            body["mention_author"] = False
        sent = await self._channel(reply.place).send(nonce=nonce(reply.key, number), **body)
        return sent.id

    async def _by_token(self, reply: KeptReply, part: Part, number: int, address: Interaction) -> int | None:
        """The first reply goes into the deferred answer; further ones only where the bot cannot post. ``None``: it has to post."""
        if await self._originals.is_free(address):
            body = await self._body(reply, part)
            return await self._originals.answer(address, attachments=body.pop("files"), **{"view": None, **body})
        if number == 0 and (message := await self._originals.holding(address, part.content)):
            return message
        return await self._originals.follow(address, **await self._body(reply, part)) if address.guest else None

    async def _body(self, reply: KeptReply, part: Part) -> dict[str, Any]:
        """What to send, for any of Discord's ways to send."""
        content, files = await self._content(reply, part)
        body: dict[str, Any] = {"content": content, "files": files, "allowed_mentions": NO_MENTIONS}
        return body | ({"view": view_of(part.buttons, reply.language)} if part.buttons else {})

    async def _content(self, reply: KeptReply, part: Part) -> tuple[str, list[discord.File]]:
        """The words and files of a message, made smaller where they are larger than the place takes."""
        files, smaller = [], False
        for picture, caption in part.files:
            data = await self._media.read(picture.media)
            room = min(FILE_BYTES, REQUEST_BYTES // len(part.files))
            name = f"fabula-{picture.media[:8]}.{picture.mime.partition('/')[2]}"
            if len(data) > room:
                data, smaller, name = (
                    await asyncio.to_thread(pictures.thumbnail, data, SMALLER_EDGE),
                    True,
                    f"fabula-{picture.media[:8]}.jpg",
                )
            files.append(discord.File(io.BytesIO(data), name, description=caption[:1024] or None))
        note = f"\n{texts.say('note-smaller', reply.language)}" if smaller else ""
        return part.content + note, files

    async def _replace(self, reply: KeptReply, message: str, receipt: Receipt) -> None:
        """Change an earlier message of ours in place."""
        part = parts_of(reply.reply)[0]
        view = view_of(reply.reply.buttons, reply.language)
        found = self._channel(reply.place).get_partial_message(int(message))
        await found.edit(content=part.content, view=view, allowed_mentions=NO_MENTIONS)
        await receipt(0, message, part.shows, last=True)

    async def _delete(self, place: Place, message: str) -> None:
        try:
            await self._channel(place).get_partial_message(int(message)).delete()
        except discord.NotFound:
            return

    def _channel(self, place: Place) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(int(place.chat))


def view_of(buttons: Sequence[Button], language: str) -> discord.ui.View:
    """Buttons under a message, or select menus where they are more than Discord takes. They are handled by their id in one place."""
    view = discord.ui.View(timeout=None)
    if len(buttons) <= BUTTONS:
        for number, button in enumerate(buttons):
            view.add_item(discord.ui.Button(label=button.label[:80], custom_id=button.action, row=number // ROW))
    else:
        for start in range(0, len(buttons), CHOICES):
            group = buttons[start : start + CHOICES]
            chosen = [discord.SelectOption(label=button.label[:100], value=button.action) for button in group]
            view.add_item(
                discord.ui.Select(
                    custom_id=f"choices:{start}", options=chosen, placeholder=texts.say("choose-one", language)
                )
            )
    view.stop()  # nothing waits for it: presses are found by their id, also after a restart
    return view


def nonce(key: str, number: int) -> str:
    """At most 25 signs that stand for one message of one reply: a repeated send of it is answered with the first one's message."""
    return hashlib.sha256(f"{key}:{number}".encode()).hexdigest()[:24]
