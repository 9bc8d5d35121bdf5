"""What a person sees while a job runs: the deferred answer, or a status message, edited in place."""

from __future__ import annotations

import asyncio
import io
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass

import discord

from bots.discord.addresses import Interaction, read
from bots.discord.limits import CONTENT, TYPING_SECONDS
from bots.discord.originals import Originals
from bots.discord.parts import length
from bots.markup import discord_markdown, parse, split
from core import pictures, texts
from core.types import Preview, Progress, Request, Status, TextSoFar

EDIT_EVERY = 2.5
"""Seconds between two edits of one message: Discord allows about five in five seconds in a channel (our own rule)."""

PREVIEW_EDGE = 640
REMEMBERED = 1000


@dataclass
class _Shown:
    message: int | None = None
    chat: int = 0
    text: str = ""
    picture: bytes | None = None
    edited: float = 0
    typed: float = 0
    dirty: bool = False


class JobsShown:
    """The progress of all jobs."""

    def __init__(self, client: discord.Client, originals: Originals) -> None:
        self._client = client
        self._originals = originals
        self._shown: dict[str, _Shown] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()

    async def show(self, job: str, request: Request, progress: Progress, text: str) -> None:
        """Show progress, at most every few seconds; what is too early is shown with the next."""
        if job in self._ended:
            return
        shown = self._shown.setdefault(job, _Shown(chat=int(request.place.chat)))
        await self._note(shown, progress, text)
        address = read(request.message)
        if isinstance(address, Interaction) and await self._originals.is_free(address):
            await self._in_deferred(job, request, shown, address)
        elif not isinstance(address, Interaction) or not address.guest:
            await self._in_message(job, request, shown)

    async def overtaken(self, job: str) -> None:
        """A reply of the job follows: what was shown of it so far is old news."""
        if shown := self._shown.get(job):
            shown.picture, shown.text, shown.dirty = None, "", False
            await self._delete(shown)

    async def take_away(self, job: str) -> None:
        """The job has ended: nothing of it stays on the screen."""
        self._ended[job] = None
        if len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)
        if shown := self._shown.pop(job, None):
            await self._delete(shown)

    async def _note(self, shown: _Shown, progress: Progress, text: str) -> None:
        if isinstance(progress, TextSoFar):
            chunks = split(parse(progress.text), CONTENT, length)
            text = discord_markdown(chunks[-1]) if chunks else ""
        elif isinstance(progress, Preview):
            shown.picture, shown.dirty = await asyncio.to_thread(pictures.thumbnail, progress.data, PREVIEW_EDGE), True
            return
        elif isinstance(progress, Status):
            text = f"-# {text}"
        if text and text != shown.text:
            shown.text, shown.dirty = text, True

    def _due(self, shown: _Shown) -> bool:
        now = time.monotonic()
        if not shown.dirty or not shown.text or now - shown.edited < EDIT_EVERY:
            return False
        shown.edited, shown.dirty = now, False
        return True

    async def _in_deferred(self, job: str, request: Request, shown: _Shown, address: Interaction) -> None:
        if self._due(shown):
            await self._originals.edit(
                address, content=shown.text, attachments=_preview(shown), view=_cancel(job, request)
            )

    async def _in_message(self, job: str, request: Request, shown: _Shown) -> None:
        channel = self._client.get_partial_messageable(shown.chat)
        now = time.monotonic()
        if now - shown.typed > TYPING_SECONDS - 1:
            shown.typed = now
            await self._client.http.send_typing(shown.chat)
        if shown.message is None and shown.text.startswith("-#") and now - shown.typed < 1 and not shown.edited:
            shown.edited = now  # the typing line is enough for the first moments
            return
        if not self._due(shown):
            return
        if shown.message is None:
            sent = await channel.send(
                shown.text, view=_cancel(job, request), silent=True, allowed_mentions=discord.AllowedMentions.none()
            )
            shown.message = sent.id
            if job in self._ended:
                await self._delete(shown)
        else:
            await channel.get_partial_message(shown.message).edit(
                content=shown.text, attachments=_preview(shown), view=_cancel(job, request)
            )

    async def _delete(self, shown: _Shown) -> None:
        message, shown.message = shown.message, None
        if message is not None:
            with suppress(discord.HTTPException):
                await self._client.get_partial_messageable(shown.chat).get_partial_message(message).delete()


def _preview(shown: _Shown) -> list[discord.File]:
    return [discord.File(io.BytesIO(shown.picture), "preview.jpg")] if shown.picture else []


def _cancel(job: str, request: Request) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label=texts.say("button-cancel", request.language), custom_id=f"cancel:{job}"))
    view.stop()
    return view
