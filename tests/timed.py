"""Timers as tests have them: a clock that nobody but the test moves, and what is done at a time."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from core.clock import Clock
from core.conversation.timers import Outcome, said
from core.ports import Change
from core.types import Reply, Request, Timer


class MovedClock(Clock):
    """Begins at the time it is and stands still until it is moved."""

    def __init__(self) -> None:
        self._now = time.time()
        self._moved = asyncio.Event()
        self.awaited: list[float] = []

    def now(self) -> float:
        return self._now

    async def sleep_until(self, at: float) -> None:
        self.awaited.append(at)
        while self._now < at:
            await self._moved.wait()

    def move(self, seconds: float) -> None:
        """Let so many seconds go by."""
        self._now += seconds
        self._moved.set()
        self._moved = asyncio.Event()


async def remind(timer: Timer, _tools: Any) -> Outcome:
    """Say what it is about."""
    return Outcome(change=Change(replies=said(timer, Reply(text=timer.about["words"]))))


async def remind_again(timer: Timer, _tools: Any) -> Outcome:
    """Say what it is about, and once more a minute later."""
    once_more = timer.model_copy(update={"id": f"{timer.id} again", "at": timer.at + 60, "what": "remind"})
    replies = said(timer, Reply(text=timer.about["words"]))
    return Outcome(change=Change(replies=replies, timers=(once_more,)))


async def ask_for(timer: Timer, _tools: Any) -> Outcome:
    """Ask for a picture in its owner's name."""
    return Outcome(request=Request.model_validate_json(timer.about["request"]))


HANDLERS = {"remind": remind, "remind again": remind_again, "ask for": ask_for}
