"""Delivery of a process beside others: to a platform that one of them has, that one alone sends; to the page each does."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pydantic import TypeAdapter

from bots.delivery import FIRST_WAIT, LONGEST_WAIT, Delivery
from bots.outbound import Moved, Outbound, Undeliverable
from bots.progress import JobProgress
from core.errors import FabulaError
from core.ports import Others, Store
from core.recent import Recent
from core.types import KeptReply, Place, Preview, Progress, Reply, Request, Status
from core.waits import growing

LOOK_EVERY = 2.0
"""Seconds after which who has a platform looks for what was said there, whether or not it was told."""

LEFT_OVER = 5.0
"""Seconds after which what a process said on the page and has not shown there is another's to show: it is never shown twice."""

SOON = 0.2
"""Seconds between two looks whether we are sure to live."""

REMEMBERED = 1000
"""Jobs that are known to be over, for which what is still told comes too late; and jobs whose state is told to who comes to have their platform."""

_PROGRESS: TypeAdapter[Progress] = TypeAdapter(Progress)


class SharedDelivery(Delivery):
    """What is said for a platform that another process has waits in the store, where that one reads it; in the order of the commits."""

    def __init__(
        self,
        store: Store,
        outbounds: Mapping[str, Outbound],
        others: Others,
        *,
        anywhere: Collection[str],
        shows: bool,
        lives: Callable[[], bool],
    ) -> None:
        """``anywhere``: the platforms that each process delivers to. ``shows``: whether people reach this one. ``lives``: whether it is sure that no
        other has what it has."""
        super().__init__(store, outbounds)
        self._lives = lives
        self._others = others
        self._anywhere = anywhere
        self._shows = shows
        self._read: dict[str, int] = {}
        self._news: dict[str, asyncio.Event] = {}
        self._over: Recent[str, bool] = Recent(REMEMBERED)
        self._newest: Recent[str, tuple[Request, Status]] = Recent(REMEMBERED)
        others.hear("said", self._heard)
        others.hear("show", self._told_to_show)
        others.hear("show again", self._show_again)
        others.hear("whisper", self._told_to_whisper)
        others.hear("again", self._look)

    async def recover(self) -> None:
        """Nothing: who has a platform reads what is to be said there."""

    def deliver(self, replies: Sequence[KeptReply]) -> None:
        """As of the base class, by whichever process has the platform."""
        if replies:
            super().deliver([reply for reply in replies if reply.place.platform in self._anywhere])
            jobs = [reply.job for reply in replies if reply.job]
            self._others.tell("said", jobs=jobs)
            self._heard(jobs)

    def show(self, job: str, request: Request, progress: Progress) -> None:
        """As of the base class, wherever people look."""
        if request.batch:
            return
        if isinstance(progress, Status):
            self._newest[job] = request, progress
        self._show_here(job, request, progress)
        told = progress.model_dump(mode="json", exclude={"data"})
        if isinstance(progress, Preview):
            told["data"] = base64.b64encode(progress.data).decode()
        newest = f"{job} {progress.kind} {progress.slot}"
        self._others.tell("show", newest=newest, job=job, request=request.model_dump(mode="json"), progress=told)

    def ended(self, job: str) -> None:
        """As of the base class; what comes too late is not shown."""
        self._over[job] = True
        self._newest.pop(job, None)
        super().ended(job)

    def whisper(self, place: Place, user: str, in_reply_to: str, reply: Reply) -> None:
        """As of the base class, by whichever process has the platform."""
        if self._is_here(place.platform):
            return super().whisper(place, user, in_reply_to, reply)
        where, said = place.model_dump(mode="json"), reply.model_dump(mode="json")
        return self._others.tell("whisper", place=where, user=user, in_reply_to=in_reply_to, reply=said)

    # --- what this process has ---------------------------------------------------------------------------------------

    async def send_to(self, platform: str) -> None:
        """Send what was said for a platform that this process has by now, then wait until there may be more. Raises ``StorageFault``."""
        if platform not in self._read:
            self._read[platform] = 0
            self._show_again(platform)
            self._others.tell("show again", platform=platform)
        after, news = self._read[platform], self._news.setdefault(platform, asyncio.Event())
        news.clear()
        unsent = await self._store.unsent(after)
        if platform in self._read:
            self._read[platform] = max((after, *(reply.id for reply in unsent)))
            super().deliver([reply for reply in unsent if reply.place.platform == platform])
        with suppress(TimeoutError):
            await asyncio.wait_for(news.wait(), LOOK_EVERY)

    async def leave(self, platform: str) -> None:
        """Send nothing more to a platform that another process may have by now, which takes away what is left standing there."""
        self._read.pop(platform, None)
        of_it = [task for task in self._tasks if task.get_name().startswith(f"{platform}:")]
        for task in of_it:
            task.cancel()
        await asyncio.gather(*of_it, return_exceptions=True)
        for name in [name for name in self._lines if name.startswith(f"{platform}:")]:
            del self._lines[name]
        self._progress = {job: shown for job, shown in self._progress.items() if shown.platform != platform}
        self._outbounds[platform].leave()

    def _is_sure(self) -> bool:
        return self._lives()

    async def _reaches(self, outbound: Outbound) -> None:
        """As of the base class; who was stopped, and goes on, sends nothing before it knows that the platform is still its own."""
        await super()._reaches(outbound)
        while not self._lives():
            await asyncio.sleep(SOON)
            await super()._reaches(outbound)

    async def take_up(self) -> None:
        """Show what another process said on the page and did not come to show. Raises ``StorageFault``."""
        before, here = time.time() - LEFT_OVER, {reply.id for line in self._lines.values() for reply in line}
        left = [one for one in await self._store.unsent() if one.place.platform in self._anywhere]
        super().deliver([reply for reply in left if reply.said < before and reply.id not in here])

    async def look_after(self) -> None:
        """Show nothing more of jobs that have ended, where nobody was heard to say so. Raises ``StorageFault``.

        What is still to be said of one takes its progress off the screen. Of one that was shown after that, by who had not heard of the end,
        nothing more is said.
        """
        shown = dict(self._progress)
        over = shown.keys() - {job.id for job in await self._store.open_jobs()} if shown else set()
        unsaid = {reply.job for reply in await self._store.unsent()} if over else set()
        for job in over:
            self.ended(job)
            if job not in unsaid:
                self._spawn(self._clear(shown[job]), f"{shown[job].platform}: clears")

    async def _clear(self, shown: JobProgress) -> None:
        """Take the progress of a job that is over off the screen, however long the platform makes us wait."""
        for wait in growing(FIRST_WAIT, LONGEST_WAIT):
            try:
                await shown.clear()
                return
            except FabulaError as error:
                await asyncio.sleep(error.retry_after or wait)
            except (Moved, Undeliverable):
                return

    # --- what others tell --------------------------------------------------------------------------------------------

    def _heard(self, jobs: Collection[str]) -> None:
        for job in jobs:
            if shown := self._progress.get(job):
                shown.overtaken()
        self._look()

    def _look(self) -> None:
        for news in self._news.values():
            news.set()

    def _show_again(self, platform: str) -> None:
        """Say how far the jobs of this process are: who has a platform since this moment has not heard it."""
        for job, (request, status) in list(self._newest.items()):
            if request.place.platform == platform:
                self.show(job, request, status)

    def _told_to_show(self, job: str, request: Any, progress: dict[str, Any]) -> None:
        self._newest.pop(job, None)
        if "data" in progress:
            progress["data"] = base64.b64decode(progress["data"])
        self._show_here(
            job, Request.model_validate(request, extra="ignore"), _PROGRESS.validate_python(progress, extra="ignore")
        )

    def _told_to_whisper(self, place: Any, user: str, in_reply_to: str, reply: Any) -> None:
        where = Place.model_validate(place, extra="ignore")
        if where.platform in self._read:
            super().whisper(where, user, in_reply_to, Reply.model_validate(reply, extra="ignore"))

    def _show_here(self, job: str, request: Request, progress: Progress) -> None:
        if self._shows and job not in self._over and self._is_here(request.place.platform):
            super().show(job, request, progress)

    def _is_here(self, platform: str) -> bool:
        return platform in self._anywhere or platform in self._read
