"""What a person sees while a job runs: the deferred answer, or a status message, edited in place."""

from __future__ import annotations

import asyncio
import io
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import discord
import structlog

from bots.discord.addresses import Interaction, read
from bots.discord.controls import cancel_view
from bots.discord.limits import TYPING_SECONDS
from bots.discord.originals import Originals
from bots.discord.parts import contents
from bots.markup import parse
from core import pictures
from core.ports import Change, NewReply, Store
from core.types import KeptReply, Preview, Progress, Reply, Request, Status, TextSoFar

EDIT_EVERY = 2.5
"""Seconds between two edits of one message: Discord allows about five in five seconds in a channel (our own rule)."""

FIRST_STATUS = 1.0
"""Seconds for which the typing line alone says that the bot works, where there is no deferred answer."""

PREVIEW_EDGE = 640
REMEMBERED = 1000
"""Ended jobs that are remembered, so that a status message still on its way is taken away too."""

log = structlog.get_logger()


@dataclass
class _Shown:
    """What a job has on the screen. ``own`` is its status message, ``deferred`` the deferred answer while that shows progress.

    ``debts``: the removals that are owed for these messages. ``sent``: the preview that is on the screen. ``silent``: Discord takes no more of it.
    """

    user: str
    chat: int
    since: float
    own: int | None = None
    deferred: int | None = None
    debts: dict[int, KeptReply] = field(default_factory=dict)
    text: str = ""
    picture: bytes | None = None
    sent: bytes | None = None
    dirty: bool = False
    edited: float = 0
    typed: float = 0
    silent: bool = False


class JobsShown:
    """The progress of all jobs.

    That a message has to disappear is kept in the store as soon as it is there, so that one left over by a crash goes at the next start.
    """

    def __init__(self, client: discord.Client, originals: Originals, store: Store) -> None:
        self._client = client
        self._originals = originals
        self._store = store
        self._shown: dict[str, _Shown] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()

    async def show(self, job: str, request: Request, progress: Progress, text: str) -> None:
        """Show progress, at most every few seconds; what is too early is shown with the next. A refusal ends it quietly."""
        if job in self._ended:
            return
        shown = self._shown.setdefault(
            job,
            _Shown(request.author.key, int(request.place.chat), time.monotonic() - FIRST_STATUS * _at_once(request)),
        )
        if shown.silent:
            return
        await _note(shown, progress, text)
        address = read(request.message)
        try:
            if isinstance(address, Interaction) and await self._originals.is_free(address):
                await self._in_deferred(job, request, shown, address)
            elif not isinstance(address, Interaction) or not address.guest:
                await self._in_message(job, request, shown)
        except discord.HTTPException as error:
            if error.status not in (403, 404):
                raise
            shown.silent = True
            log.debug("progress refused", job=job, code=error.code)

    def hush(self, job: str) -> None:
        """A reply of the job is about to be sent: what was shown of it so far is old news."""
        if shown := self._shown.get(job):
            shown.picture, shown.text, shown.dirty = None, "", False

    async def overtaken(self, job: str, address: Interaction | int | None) -> None:
        """A reply of the job is there: its status message goes, and a deferred answer that could not be filled any more goes too."""
        shown = self._shown.get(job)
        if shown is None:
            return
        message, shown.own = shown.own, None
        if message is not None:
            await self._delete(shown, message)
        if shown.deferred is not None and isinstance(address, Interaction):
            if self._originals.is_taken(address):
                await self._settle(shown, shown.deferred)
                shown.deferred = None
            elif address.expired:
                await self._delete(shown, shown.deferred)
                shown.deferred = None

    async def take_away(self, job: str, address: Interaction | int | None) -> None:
        """The job has ended: nothing of it stays on the screen."""
        self._ended[job] = None
        if len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)
        await self.overtaken(job, address)
        self._shown.pop(job, None)

    async def forget(self, user: str) -> None:
        """This person's jobs were dropped without a word."""
        for job, shown in [(job, shown) for job, shown in self._shown.items() if shown.user == user]:
            await self.take_away(job, None)
            if shown.deferred is not None:
                await self._delete(shown, shown.deferred)

    def _due(self, shown: _Shown) -> bool:
        now = time.monotonic()
        if not shown.dirty or not shown.text or (shown.edited and now - shown.edited < EDIT_EVERY):
            return False
        shown.edited, shown.dirty = now, False
        return True

    async def _in_deferred(self, job: str, request: Request, shown: _Shown, address: Interaction) -> None:
        if not self._due(shown):
            return
        message = await self._originals.show(address, **_body(shown, job, request))
        if message is not None and shown.deferred != message:
            shown.deferred = message
            await self._owe(job, request, shown, message)

    async def _in_message(self, job: str, request: Request, shown: _Shown) -> None:
        now = time.monotonic()
        if now - shown.typed > TYPING_SECONDS - 1:
            shown.typed = now
            await self._client.http.send_typing(shown.chat)
        if now - shown.since < FIRST_STATUS or not self._due(shown):
            return
        channel = self._client.get_partial_messageable(shown.chat)
        if shown.own is not None:
            await channel.get_partial_message(shown.own).edit(**_body(shown, job, request))
            return
        body = _body(shown, job, request)
        files = body.pop("attachments", [])
        sent = await channel.send(**body, files=files, silent=True)
        shown.own = sent.id
        await self._owe(job, request, shown, sent.id)
        if job in self._ended:
            await self._delete(shown, sent.id)

    async def _owe(self, job: str, request: Request, shown: _Shown, message: int) -> None:
        """Keep that a message has to disappear; ``in_reply_to`` tells a deferred answer, which the resumed job may use again."""
        owed = NewReply(
            key=f"{job}:status:{message}",
            place=request.place,
            user=request.author.key,
            in_reply_to=request.message if message == shown.deferred else "",
            reply=Reply(removes=str(message)),
        )
        for kept in await self._store.commit(Change(replies=(owed,))) or ():
            shown.debts[message] = kept

    async def _settle(self, shown: _Shown, message: int) -> None:
        if debt := shown.debts.pop(message, None):
            await self._store.receipt(debt, 0, "", (), last=True)

    async def _delete(self, shown: _Shown, message: int) -> None:
        with suppress(discord.HTTPException):
            await self._client.get_partial_messageable(shown.chat).get_partial_message(message).delete()
            await self._settle(shown, message)


async def _note(shown: _Shown, progress: Progress, text: str) -> None:
    """Take note of what there is to show."""
    if isinstance(progress, Preview):
        shown.picture, shown.dirty = await asyncio.to_thread(pictures.thumbnail, progress.data, PREVIEW_EDGE), True
        return
    if isinstance(progress, TextSoFar):
        text = next(iter(contents(parse(progress.text))[-1:]), "")
    elif isinstance(progress, Status):
        text = f"-# {text}"
    if text and text != shown.text:
        shown.text, shown.dirty = text, True


def _body(shown: _Shown, job: str, request: Request) -> dict[str, Any]:
    """The message as it is to be; a preview that is there already is left alone."""
    body: dict[str, Any] = {"content": shown.text, "view": cancel_view(job, request.language)}
    if shown.picture is not shown.sent:
        shown.sent = shown.picture
        body["attachments"] = [discord.File(io.BytesIO(shown.picture), "preview.jpg")] if shown.picture else []
    return body


def _at_once(request: Request) -> bool:
    """Whether the typing line is no help: an interaction's further waiting is shown at once."""
    return isinstance(read(request.message), Interaction)
