"""Timers as tests have them: a clock that nobody but the test moves, and what is done at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from inspect import isawaitable
from pathlib import Path
from typing import Any

from core.clock import Clock
from core.conversation.feature import Feature
from core.conversation.timers import Handler, Outcome, said
from core.features import FEATURES
from core.ports import Change
from core.types import Place, Reply, Request, Timer
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from studio import Person, Studio, studio_at


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

    def move_past(self, at: float) -> None:
        """Let a moment go by that was told by the machine's clock, which goes on meanwhile, however slow the machine is."""
        self.move(max(0.0, at - self._now))


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


@dataclass
class House:
    """A data folder, and the time: what several lives of the program have in common."""

    folder: Path
    services: EmbeddedProcess
    clock: MovedClock = field(default_factory=MovedClock)

    def opened(self, timers: Mapping[str, Handler] = HANDLERS, **changes: Any) -> AbstractAsyncContextManager[Studio]:
        """A life of the program."""
        return studio_at(
            self.folder, self.services, features=(*FEATURES, Feature(timers=timers)), clock=self.clock, **changes
        )

    def timer(self, words: str, after: float = 60, what: str = "remind", **values: Any) -> Timer:
        """A timer of Ann's in her private chat."""
        home = {"place": Place(platform="web", chat="home-ann", private=True), "owner": "web:ann"}
        told = {"at": self.clock.now() + after, "what": what, "about": {"words": words}}
        return Timer.model_validate(home | told | values)


async def sets(studio: Studio, *timers: Timer, cancelled: tuple[Timer, ...] = ()) -> None:
    """Set timers, and cancel others, as any commit may."""
    change = Change(timers=timers, cancelled_timers=tuple(timer.id for timer in cancelled))
    await studio.program.runner.commits.make(change)


def heard(person: Person) -> list[str]:
    """What was said to nobody's request."""
    return [one["text"] for one in person.events if one["kind"] in ("reply", "failure") and not one["in_reply_to"]]


async def hears(person: Person, *words: str) -> None:
    """Wait for words, and see that nothing else was said."""
    assert await person.wait(lambda _: heard(person)[: len(words)] if len(heard(person)) >= len(words) else None)
    assert heard(person) == list(words)


async def until(found: Callable[[], object]) -> None:
    """Wait until something is so, or is found to be so."""
    async with asyncio.timeout(PATIENCE):
        while not (await now if isawaitable(now := found()) else now):
            await asyncio.sleep(0.02)


async def no_more(store: Any, what: str) -> bool:
    return await store.next_timer([what]) is None
