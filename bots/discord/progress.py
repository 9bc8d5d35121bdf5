"""What a person sees while a job runs: the deferred answer, or a status message, edited in place."""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import discord
import structlog

from bots.discord.addresses import Interaction, read
from bots.discord.contents import SPOILER
from bots.discord.controls import actions_of, cancel_view
from bots.discord.errors import FAILURES
from bots.discord.files import BytesFile
from bots.discord.limits import TYPING_SECONDS
from bots.discord.nonces import nonce
from bots.discord.originals import Originals
from bots.discord.parts import contents
from bots.markup import parse
from core.locks import Locks
from core.pictures import files as pictures
from core.pictures.work import in_thread
from core.ports import Change, NewReply, Store
from core.recent import Recent
from core.types import KeptReply, Preview, Progress, Reply, Request, Status, TextSoFar

EDIT_EVERY = 2.5
"""Seconds between two edits of one message: Discord allows about five in five seconds in a channel (our own rule)."""

FIRST_STATUS = 1.0
"""Seconds for which the typing line alone says that the bot works, where there is no deferred answer."""

PREVIEW_EDGE = 640
CANCEL = "cancel:"
"""How the action of the button begins that stands under progress; the job follows."""

SEARCHED = 300
"""Messages since a request that are looked through for progress of it that was left over."""

REMEMBERED = 1000
"""Ended jobs that are remembered, so that a status message still on its way is taken away too."""

log = structlog.get_logger()


@dataclass
class _Standing:
    """A message that has to disappear in the end: the removal that is kept for it, and its id once Discord has told it."""

    debt: KeptReply
    message: int | None = None


@dataclass
class _Shown:
    """What a job has on the screen. ``own`` is its status message, ``deferred`` the deferred answer while that shows progress.

    ``sent``: the preview that is on the screen. ``silent``: Discord takes no more of it.
    """

    user: str
    chat: int
    since: float
    own: _Standing | None = None
    deferred: _Standing | None = None
    messages: int = 0
    text: str = ""
    picture: bytes | None = None
    sent: bytes | None = None
    hidden: bool = False
    dirty: bool = False
    edited: float = 0
    typed: float = 0
    silent: bool = False


class JobsShown:
    """The progress of all jobs.

    That a message has to disappear is kept in the store before it is sent, and its id as soon as that is known, so that one left over by a crash
    goes at the next start. Where the crash came before the id, the message is told by the button under it, which cancels its job.
    """

    def __init__(self, client: discord.Client, originals: Originals, store: Store) -> None:
        self._client = client
        self._originals = originals
        self._store = store
        self._shown: dict[str, _Shown] = {}
        self._ended: Recent[str, None] = Recent(REMEMBERED)
        self._locks: Locks[str] = Locks()
        self._mark = secrets.token_hex(4)

    def settles(self, reply: KeptReply) -> bool:
        """Whether a reply is a removal that is owed for a message of this process, which takes it away itself when its job ends."""
        return f":{self._mark}:" in reply.key

    def leave(self) -> None:
        """Another process takes away what is on the screen, and shows what follows."""
        self._shown.clear()
        self._mark = secrets.token_hex(4)

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
        except FAILURES as error:
            if getattr(error, "status", 0) not in (403, 404):
                shown.dirty, shown.sent = True, None  # to be tried again
                raise
            await self._refused(job, shown)

    def hush(self, job: str) -> None:
        """A reply of the job is about to be sent: what was shown of it so far is old news. A preview stays until the picture is there."""
        if shown := self._shown.get(job):
            shown.picture, shown.text, shown.dirty = shown.sent, "", False

    async def overtaken(self, job: str, address: Interaction | int | None) -> None:
        """A reply of the job is there: its status message goes, and a deferred answer that could not be filled any more goes too."""
        shown = self._shown.get(job)
        if shown is None:
            return
        if shown.own is not None and shown.own.message is not None:
            await self._delete(shown, shown.own)
            shown.own = None
        if shown.deferred is not None and isinstance(address, Interaction):
            if self._originals.is_taken(address):
                await self._settle(shown.deferred)
                shown.deferred = None
            elif address.expired:
                await self._delete(shown, shown.deferred)
                shown.deferred = None

    async def take_away(self, job: str, address: Interaction | int | None) -> None:
        """The job has ended: nothing of it stays on the screen."""
        self._ended[job] = None
        await self.overtaken(job, address)
        shown = self._shown.get(job)
        if shown is not None and shown.own is not None and not self._lock(job).locked():
            await self._delete(shown, shown.own)
        self._shown.pop(job, None)

    async def clean_up(self, debt: KeptReply) -> None:
        """Take away what an earlier process left on the screen."""
        if debt.receipts:
            message = self._client.get_partial_messageable(int(debt.place.chat)).get_partial_message(
                int(debt.receipts[0])
            )
            await message.delete()
            return
        job = _job_of(debt)
        async with self._lock(job):
            await self._find_and_delete(debt, self._shown.get(job))

    async def forget(self, user: str) -> None:
        """This person's jobs were dropped without a word."""
        for job, shown in [(job, shown) for job, shown in self._shown.items() if shown.user == user]:
            await self.take_away(job, None)
            if shown.deferred is not None:
                await self._delete(shown, shown.deferred)

    async def _refused(self, job: str, shown: _Shown) -> None:
        """Discord takes nothing more of it here."""
        shown.silent = True
        log.debug("progress refused", job=job)
        if shown.own is not None and shown.own.message is None:
            await self._settle(shown.own)
            shown.own = None

    def _due(self, shown: _Shown) -> bool:
        now = time.monotonic()
        if not shown.dirty or not shown.text or (shown.edited and now - shown.edited < EDIT_EVERY):
            return False
        shown.edited, shown.dirty = now, False
        return True

    async def _in_deferred(self, job: str, request: Request, shown: _Shown, address: Interaction) -> None:
        if not self._due(shown):
            return
        if shown.deferred is None:
            shown.deferred = await self._owe(job, request, shown, request.message)
        if (standing := shown.deferred) is None:
            return
        message = await self._originals.show(address, **_body(shown, job, request))
        if message is not None and standing.message is None:
            await self._know(standing, message)

    async def _in_message(self, job: str, request: Request, shown: _Shown) -> None:
        now = time.monotonic()
        if now - shown.typed > TYPING_SECONDS - 1:
            shown.typed = now
            await self._client.http.send_typing(shown.chat)
        if now - shown.since < FIRST_STATUS or not self._due(shown):
            return
        channel = self._client.get_partial_messageable(shown.chat)
        async with self._lock(job):
            if shown.own is not None and shown.own.message is not None:
                await channel.get_partial_message(shown.own.message).edit(**_body(shown, job, request))
                return
            shown.own = standing = shown.own or await self._owe(job, request, shown, _born(request))
            if standing is None:
                return
            body = _body(shown, job, request)
            files = body.pop("attachments", [])
            sent = await channel.send(**body, files=files, nonce=nonce(standing.debt.key, 0), silent=True)
            await self._know(standing, sent.id)
            if job in self._ended:
                await self._delete(shown, standing)

    async def _owe(self, job: str, request: Request, shown: _Shown, since: str) -> _Standing | None:
        """Keep that a message has to disappear, before it is there; ``None`` where the job has ended meanwhile.

        ``since``: the address of the deferred answer, which the resumed job may use again, or the id of what the message comes after.
        """
        shown.messages += 1
        owed = NewReply(
            key=f"{job}:status:{self._mark}:{shown.messages}",
            place=request.place,
            user=request.author.key,
            in_reply_to=since,
            reply=Reply(removes=f"{CANCEL}{job}"),
        )
        kept = await self._store.commit(Change(replies=(owed,), job_open=job))
        return _Standing(kept[0]) if kept else None

    async def _know(self, standing: _Standing, message: int) -> None:
        standing.message = message
        await self._store.receipt(standing.debt, 0, str(message), (), last=False)

    async def _settle(self, standing: _Standing) -> None:
        await self._store.receipt(standing.debt, 0, "", (), last=True)

    async def _delete(self, shown: _Shown, standing: _Standing) -> None:
        """Take a message away, also one whose sending seemed to fail: Discord may have heard it."""
        with suppress(discord.NotFound, discord.Forbidden):
            if standing.message is None:
                await self._find_and_delete(standing.debt, shown)
            else:
                await self._client.get_partial_messageable(shown.chat).get_partial_message(standing.message).delete()
        await self._settle(standing)

    async def _find_and_delete(self, debt: KeptReply, shown: _Shown | None) -> None:
        """Delete the messages that show progress of a job, other than those that are known to be on the screen."""
        place, address = self._client.get_partial_messageable(int(debt.place.chat)), read(debt.in_reply_to)
        since = address.id if isinstance(address, Interaction) else address
        known = [one.message for one in (shown.own, shown.deferred) if one] if shown else []
        after = discord.Object(since) if since else None
        async for message in place.history(limit=SEARCHED, after=after):
            ours = self._client.user is not None and message.author.id == self._client.user.id
            if ours and message.id not in known and debt.reply.removes in actions_of(message):
                await message.delete()

    def _lock(self, job: str) -> asyncio.Lock:
        """Held while a status message is being sent, so that nobody takes it for one that was left over."""
        return self._locks.of(job)


async def _note(shown: _Shown, progress: Progress, text: str) -> None:
    """Take note of what there is to show."""
    if isinstance(progress, Preview):
        shown.picture, shown.dirty = await in_thread(pictures.thumbnail, progress.data, PREVIEW_EDGE), True
        shown.hidden = progress.spoiler
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
        body["attachments"] = (
            [BytesFile(shown.picture, f"{SPOILER if shown.hidden else ''}preview.jpg")] if shown.picture else []
        )
    return body


def _job_of(debt: KeptReply) -> str:
    return (debt.reply.removes or "").removeprefix(CANCEL)


def _born(request: Request) -> str:
    """The id of what was asked: what is shown of it comes after that."""
    address = read(request.message)
    return str(address.id if isinstance(address, Interaction) else address or "")


def _at_once(request: Request) -> bool:
    """Whether the typing line is no help: an interaction's further waiting is shown at once."""
    return isinstance(read(request.message), Interaction)
