"""Delivery: what was said and has no receipt yet is sent, in order within a place; progress is shown beside it and never waited for."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Collection, Mapping, Sequence
from itertools import islice

import structlog

from bots.living import Living, overtaken
from bots.outbound import Gone, Moved, Outbound, Receipt, Rejected, Undeliverable, Unheard, heard
from bots.progress import JobProgress
from core import meters, texts
from core.errors import FabulaError, OperatorFault, StorageFault, Unavailable
from core.ports import Change, Store
from core.types import Button, KeptReply, Place, Progress, Reply, Request
from core.waits import growing

FIRST_WAIT = 1.0
LONGEST_WAIT = 300.0
"""Seconds between tries of a delivery that a platform does not take: doubling from the first to the longest."""

TRIED_FOR, TRIES = 600.0, 3
"""Seconds since it was said, and tries of this process, after which each further failure of a reply is followed by a sentence in its stead.

If the sentence gets through, then it is this reply that cannot be sent, and it holds its place up no longer; if not, nothing can be sent there now.
"""

UNHEARD = 3
"""Tries of a part of which nobody knows whether it arrived: each may have been shown."""

OLDEST = 7 * 24 * 3600.0
"""Seconds after which what could not be sent is given up, wherever it stands. What was made stays in ``/history``."""

LAST_MOMENT = 2.0
"""Seconds that deliveries get at the end."""

WHISPERS = 5
"""Tries for what is said without being kept."""

log = structlog.get_logger()


class Delivery:
    """The core's outlet (``core.ports.Outlet``): one line per place, one progress task per job.

    Two more kinds of line hold nobody else up: states of what lives wait for their pace, and what is answered to one person alone comes to them
    at once, however many others are answered in the same place.
    """

    def __init__(self, store: Store, outbounds: Mapping[str, Outbound]) -> None:
        self._store = store
        self._outbounds = outbounds
        self._living = Living(store)
        self._lines: dict[str, deque[KeptReply]] = {}
        self._progress: dict[str, JobProgress] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def recover(self) -> None:
        """Take up what an earlier process said but did not get rid of."""
        self.deliver(await self._store.unsent())

    def deliver(self, replies: Sequence[KeptReply]) -> None:
        """Send these, which are already kept. Returns at once."""
        apart = _apart(replies)
        for reply in replies:
            if reply.place.platform not in self._outbounds:
                continue
            if reply.job in self._progress:
                self._progress[reply.job].overtaken()
            name = self._line_of(reply, apart)
            line = self._lines.get(name)
            if line is None:
                line = self._lines[name] = deque()
                self._spawn(self._work_off(name, line), name)
            line.append(reply)

    def _line_of(self, reply: KeptReply, apart: Collection[tuple[str, str, str, str | None]]) -> str:
        """The name of the line for a reply. What one person gets in a place comes in its order, so they are in one line there at a time."""
        shared, own = reply.place.key, f"{reply.place.key} {reply.user}"
        if reply.reply.lives:
            return f"{shared} lives"
        if own in self._lines:
            return own
        alone = not reply.place.private and _answer_of(reply) in apart
        waits = alone and any(one.user == reply.user for one in self._lines.get(shared, ()))
        return own if alone and not waits else shared

    def show(self, job: str, request: Request, progress: Progress) -> None:
        """Show progress. Never waits, never fails; only the newest of each kind and slot counts."""
        outbound = self._outbounds.get(request.place.platform)
        if outbound is None or request.batch or request.hidden:
            return  # a batch tells how far its rows are, and what is hidden shows to nobody that it is under way
        if job not in self._progress:
            shown = self._progress[job] = JobProgress(job, request, outbound, self._is_sure, self._progress)
            shown.task = self._spawn(shown.run(), f"{request.place.key} shows")
        self._progress[job].put(progress)

    def ended(self, job: str) -> None:
        """Show nothing more of a job."""
        if shown := self._progress.pop(job, None):
            shown.stop()

    def whisper(self, place: Place, user: str, in_reply_to: str, reply: Reply) -> None:
        """Say something that leaves no trace in the store."""
        if place.platform in self._outbounds:
            self._spawn(self._whisper(place, user, in_reply_to, reply))

    async def close(self) -> None:
        """Send for a moment what has just been said, then stop; what has no receipt yet is sent at the next start."""
        for shown in self._progress.values():
            shown.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_MOMENT)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: object, name: str | None = None) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work, name=name)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _work_off(self, key: str, line: deque[KeptReply]) -> None:
        """Send one place's replies in order until there are none."""
        while line:
            if line[0].reply.lives:
                if not line[0].reply.poll:  # which never changes
                    await self._living.pause(line[0].place)
                passed = []
                while overtaken(line):
                    passed.append(line.popleft())
                await asyncio.gather(*(self._receipt(one, len(one.receipts), "", (), last=True) for one in passed))
            if await self._send(line[0], line):
                line.append(line[0])
            line.popleft()
        del self._lines[key]

    async def _send(self, reply: KeptReply, line: deque[KeptReply]) -> bool:
        """Send one reply, or a sentence in its stead, however long the platform makes us wait. ``True``: others shall go before it."""
        outbound, waits = self._outbounds[reply.place.platform], growing(FIRST_WAIT, LONGEST_WAIT)
        effort = _Effort(reply)

        async def receipt(part: int, message: str, pieces: Collection[str], *, last: bool) -> None:
            effort.arrived(part, message)
            await self._receipt(effort.reply, part, message, pieces, last=last)

        while effort.goes_on:
            await self._reaches(outbound)
            try:
                await self._send_once(outbound, effort, receipt)
                return False
            except (Unavailable, OperatorFault, StorageFault) as error:
                log.warning("delivery is put off", reply=reply.id, code=error.code, retry_after=error.retry_after)
                if effort.failed(error):
                    await asyncio.sleep(error.retry_after or next(waits))
                if effort.steps_aside and len(line) > 1:
                    return True
            except Exception as error:  # noqa: BLE001 - kept apart below
                # The other broad except: one reply that cannot be sent must not keep the following ones back.
                effort.refused(error)
        await self._receipt(effort.reply, effort.parts, "", (), last=True)
        return False

    def _is_sure(self) -> bool:
        """Whether nobody else can have what this process sends to."""
        return True

    async def _reaches(self, outbound: Outbound) -> None:
        """Wait until a platform is reached."""
        await outbound.connected.wait()

    async def _send_once(self, outbound: Outbound, effort: _Effort, receipt: Receipt) -> None:
        """One try; what lives is a change of the message before it, or takes that one away."""
        reply = effort.current
        if reply.reply.lives and reply.reply.afresh and (old := await self._living.old(reply)):
            self.deliver(await self._store.commit(Change(replies=(old,))) or ())
        elif reply.reply.lives:
            reply = await self._living.placed(reply)
        with heard():
            await outbound.send(reply, receipt)
        meters.delivery_seconds.labels(reply.place.platform).observe(max(0.0, time.time() - reply.said))

    async def _receipt(self, reply: KeptReply, part: int, message: str, pieces: Collection[str], *, last: bool) -> None:
        """Keep a receipt, however long the disk makes us wait: what was sent must not be sent again."""
        for wait in growing(FIRST_WAIT, LONGEST_WAIT):
            try:
                await self._store.receipt(reply, part, message, pieces, last=last)
                return
            except StorageFault as error:
                log.error("a receipt cannot be kept", reply=reply.id, code=error.code)
                await asyncio.sleep(wait)

    async def _whisper(self, place: Place, user: str, in_reply_to: str, reply: Reply) -> None:
        """A few tries, and none after a restart: nothing of it is kept."""
        outbound = self._outbounds[place.platform]
        for wait in islice(growing(FIRST_WAIT, LONGEST_WAIT), WHISPERS):
            await outbound.connected.wait()
            try:
                with heard():
                    await outbound.whisper(place, user, in_reply_to, reply)
                return
            except Moved as moved:
                place = moved.place
            except Unavailable as error:
                await asyncio.sleep(error.retry_after or wait)
            except (FabulaError, Undeliverable):
                break
        log.info("a whisper was not delivered", platform=place.platform)


class _Effort:
    """What is being tried to get one reply to its place: itself, or a sentence in its stead with buttons that bring its pieces.

    Where it merely meets trouble, both are tried in turn, so that a reply is not given up for the sake of a platform that is down.
    """

    def __init__(self, reply: KeptReply) -> None:
        self.reply = reply
        self._parts = dict(enumerate(reply.receipts))
        self._tries = 0
        self._unheard = 0
        self._why = ""
        self._in_turn = False
        self.goes_on = True

    @property
    def parts(self) -> int:
        """How many parts have arrived."""
        return len(self._parts)

    @property
    def current(self) -> KeptReply:
        """What is to be sent now."""
        if self._why:
            said = instead(self.reply, self._why)
            return self.reply.model_copy(update={"key": f"{self.reply.key}:instead", "reply": said, "receipts": ()})
        receipts = tuple(self._parts[part] for part in sorted(self._parts))
        return self.reply.model_copy(update={"receipts": receipts})

    def arrived(self, part: int, message: str) -> None:
        """A part of it is there."""
        if self._why:
            log.error("a reply was given up, and a sentence said in its stead", reply=self.reply.id, why=self._why)
        self._parts[part] = message
        self._unheard = 0

    def move(self, place: Place) -> None:
        """Its place has another address."""
        self.reply = self.reply.model_copy(update={"place": place, "in_reply_to": ""})

    def begin_anew(self) -> None:
        """What it was to change is gone: it is a message of its own."""
        self.reply = self.reply.model_copy(update={"reply": self.reply.reply.model_copy(update={"afresh": True})})

    @property
    def steps_aside(self) -> bool:
        """Whether it says nothing (something disappears, nothing follows) and has been in the way for long enough."""
        return self._says_nothing and self._tries >= TRIES and self._age > TRIED_FOR

    def refused(self, error: Exception) -> None:
        """It was not taken, and would not be if it were sent again as it is."""
        named = {"reply": self.reply.id, "platform": self.reply.place.platform}
        match error:
            case Gone():
                self.begin_anew()
            case Rejected():
                self.use_instead("undelivered")
            case Undeliverable():
                log.info("reply cannot be delivered", **named)
                self.goes_on = False
            case Moved():
                self.move(error.place)
            case FabulaError():  # its bytes are gone, for instance: no later try will find them
                log.warning("reply cannot be delivered", **named, code=error.code)
                self.use_instead("undelivered-gone")
            case _:
                log.error("delivery broke", **named, exc_info=error)
                self.use_instead("undelivered")

    def use_instead(self, why: str) -> None:
        """It will never be taken: say a sentence; where that is not taken either, give up."""
        if self._says_nothing or (self._why and not self._in_turn):
            self._give_up()
        self._why, self._in_turn = why, False

    def failed(self, error: FabulaError) -> bool:
        """It may be taken later; whether to wait before the next try. A pause that the platform asks for says nothing about it."""
        if error.code == "busy":
            return True
        self._tries += 1
        self._unheard += isinstance(error, Unheard)
        if self._tries >= TRIES and self._age > OLDEST:
            self._give_up()
        elif self._in_turn:
            self._why, self._in_turn = "", False
        elif self._unheard >= UNHEARD:
            self._unheard = 0
            self.use_instead("undelivered-unheard")
        elif not self._says_nothing and not self._why and self._tries >= TRIES and self._age > TRIED_FOR:
            self._why, self._in_turn = "undelivered", True
            return False
        return True

    @property
    def _age(self) -> float:
        return time.time() - self.reply.said

    @property
    def _says_nothing(self) -> bool:
        said = self.reply.reply
        return said.end or said.rated is not None or said.removes is not None

    def _give_up(self) -> None:
        log.error("a reply was given up", reply=self.reply.id, platform=self.reply.place.platform)
        self.goes_on = False


def _answer_of(reply: KeptReply) -> tuple[str, str, str, str | None]:
    """What names the answer that a reply is a part of."""
    return reply.place.key, reply.user, reply.in_reply_to, reply.job


def _apart(replies: Sequence[KeptReply]) -> set[tuple[str, str, str, str | None]]:
    """The answers that are for one person alone, with all their parts: their order among those of others is nobody's concern."""
    alone = {_answer_of(reply) for reply in replies if reply.reply.private and reply.job is None}
    return alone - {_answer_of(reply) for reply in replies if not (reply.reply.private or reply.reply.end)}


def instead(reply: KeptReply, why: str) -> Reply:
    """The sentence that takes a reply's place, with a button for each of its pieces."""
    pieces, language = reply.reply.pieces, reply.language
    if not pieces:
        kept = {"replaces": reply.reply.replaces, "confidential": reply.reply.confidential}
        return Reply(text=texts.say(f"{why}-words", language)).model_copy(update=kept)
    labels = map(str, range(1, len(pieces) + 1)) if len(pieces) > 1 else [texts.say("button-show", language)]
    buttons = tuple(Button(action=f"pick:{piece.id}", label=label) for piece, label in zip(pieces, labels, strict=True))
    return Reply(text=texts.say(why, language), mentions=pieces, buttons=buttons)
