"""Progress of a job, as fast as its platform takes it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sized

import structlog

from bots.outbound import Moved, Outbound, Undeliverable, heard
from core import texts
from core.errors import FabulaError
from core.types import Progress, Request, Status, TextSoFar

TICK = 1.0
"""Seconds after which the newest progress of a job is shown again: elapsed times grow, and what a platform shows for seconds only is renewed."""

RENEWED, RAREST = 100, 4
"""Jobs that are shown again in a ``TICK``, and after how many of these each is at the latest: the seconds of 500 would cost more than their
pictures. What a platform shows for five seconds does not end in between.
"""

ROUNDS, FEW = 2, 10
"""Rounds of the loop after which news of a job is shown, where so few are under way: the request to a service that it tells of is on its way by then
(with Telegram's way out before it, it left two milliseconds later). Among more a round is long, and what people wait for is the first sign.
"""

log = structlog.get_logger()


class JobProgress:
    """The newest progress of one job, shown as fast as the platform takes it, and again every ``TICK``, more rarely among many."""

    def __init__(
        self, job: str, request: Request, outbound: Outbound, may_show: Callable[[], bool], shown: Sized = ()
    ) -> None:
        """``may_show``: whether something may be shown in this moment. ``shown``: all jobs that are shown now."""
        self.task: asyncio.Task[None] | None = None
        self._job = job
        self._request = request
        self._outbound = outbound
        self._may_show = may_show
        self._shown = shown
        self._waiting: dict[tuple[str, int], Progress] = {}
        self._news = asyncio.Event()
        self._status: Status | None = None
        self._newest: Progress | None = None
        self._stopped = False
        self._since = time.monotonic()

    @property
    def platform(self) -> str:
        """Where it is shown."""
        return self._request.place.platform

    def put(self, progress: Progress) -> None:
        """Take note of news; only the newest of each kind and slot is shown."""
        if isinstance(progress, Status):
            if self._status is None or self._status.phase != progress.phase:
                self._since = time.monotonic()
            self._status = progress
        self._newest = progress if isinstance(progress, TextSoFar) else self._status
        self._waiting[progress.kind, progress.slot] = progress
        self._news.set()

    async def clear(self) -> None:
        """Take off the screen what still says that it is under way. Raises as the platform's way out does."""
        with heard():
            await self._outbound.clear(self._job, self._request)

    def stop(self) -> None:
        """Show nothing more; what is being shown in this moment is let through, so that its platform knows of it."""
        self._stopped = True
        self._news.set()

    def overtaken(self) -> None:
        """A reply has come: unfinished texts and pictures from before it are old news."""
        self._waiting = {key: progress for key, progress in self._waiting.items() if key[0] == "status"}
        self._newest = self._status

    async def run(self) -> None:
        """Show what there is, until it is stopped. What a platform does not take is dropped: a newer state follows."""
        while not self._stopped:
            try:
                async with asyncio.timeout(TICK * min(RAREST, max(1, len(self._shown) / RENEWED))):
                    await self._news.wait()
            except TimeoutError:
                if self._newest:
                    self._waiting[self._newest.kind, self._newest.slot] = self._newest
            for _ in range(ROUNDS if len(self._shown) <= FEW else 0):
                await asyncio.sleep(0)
            self._news.clear()
            while self._waiting and not self._stopped and self._may_show():
                progress = self._waiting.pop(next(iter(self._waiting)))
                try:
                    with heard():
                        await self._outbound.show(self._job, self._request, progress, self._words(progress))
                except (FabulaError, Moved, Undeliverable) as error:
                    log.debug("progress not shown", job=self._job, code=getattr(error, "code", type(error).__name__))

    def _words(self, progress: Progress) -> str:
        if not isinstance(progress, Status):
            return ""
        return status_text(progress, time.monotonic() - self._since, self._request.language)


def status_text(status: Status, elapsed: float, language: str) -> str:
    """A status as a person reads it, with what it is about where that was understood from plain words."""
    text = _status_text(status, elapsed, language)
    return (
        texts.say("status-about", language, status=text, about=texts.shortened(status.about)) if status.about else text
    )


def _status_text(status: Status, elapsed: float, language: str) -> str:
    if status.phase == "queued":
        key = "status-queued-1" if status.position == 1 else "status-queued"
        return texts.say(key, language, position=status.position)
    if status.total:
        begun = texts.say("status-drawing-begun" if status.phase == "drawing" else f"status-{status.phase}", language)
        return texts.say("status-counted", language, status=begun, done=status.done, total=status.total)
    if status.phase == "drawing":
        key = "status-drawing" + ("" if elapsed >= 1 else "-begun") + ("-usual" if status.usual >= 1 else "")
        return texts.say(key, language, elapsed=int(elapsed), usual=round(status.usual))
    return texts.say(f"status-{status.phase}", language)
