"""Who is next. Only a matter of order: no clock, no tasks, no store."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.types import KeptJob

YIELDS = 8
"""So many jobs of people go before a batch that could begin; then it has its turn, or it might never begin."""


@dataclass(eq=False)
class Queued:
    """A job that waits or runs; while it runs it may go on as another request of its session and person.

    ``recovered``: an earlier process left it open. ``batch``: nobody sits and waits for it.
    """

    job: KeptJob
    recovered: bool = False
    batch: bool = False

    @property
    def session(self) -> str:
        """The key of its session."""
        return self.job.request.session

    @property
    def person(self) -> str:
        """The key of who asked for it."""
        return self.job.request.author.key


Admits = Callable[[Queued], bool]
"""Whether a job may begin now; one that may not is set aside with all behind it, until ``release``."""


class Queue:
    """Gives slots to jobs: those that people wait for, and batches, in two lanes of each session that do not wait for each other.

    In a lane jobs run first in, first out, one at a time; free slots go round over people. Batches take at most half of the slots (one at least,
    where people find another beside it) and let people go first, but for one time in ``YIELDS``.
    """

    def __init__(self, slots: int) -> None:
        """``slots``: how many jobs run together, one or more."""
        self._slots = slots
        self._for_batches = max(1, slots // 2)
        self._people = _Lanes()
        self._batches = _Lanes()
        self._yielded = 0

    def add(self, queued: Queued) -> int:
        """Put a job at the end of its lane; how many are before it there, the running one included."""
        return self._lanes(queued).add(queued)

    def take(self, admits: Admits) -> Queued | None:
        """The job that begins now, which has a slot until it is said to have ended; ``None`` where none can."""
        while lanes := self._next():
            passed = lanes is self._people and self._batch_could_begin()
            if taken := lanes.take(admits):
                self._yielded = self._yielded + 1 if passed else 0
                return taken
        return None

    def ended(self, queued: Queued) -> Sequence[Queued]:
        """Give the slot of a job that ran back; those that wait in its lane, in their order."""
        return self._lanes(queued).ended(queued)

    def remove(self, queued: Queued) -> None:
        """Take a job out that waits; one that does not is left as it is."""
        self._lanes(queued).remove(queued)

    def release(self) -> None:
        """Let those be asked for again that were set aside."""
        self._people.release()
        self._batches.release()

    def find(self, job: str) -> Queued | None:
        """A job that runs or waits, by its id."""
        return next((queued for queued in self if queued.job.id == job), None)

    def __iter__(self) -> Iterator[Queued]:
        """What runs or waits."""
        for lanes in (self._people, self._batches):
            yield from lanes

    def first(self) -> Iterator[Queued]:
        """What is next in each lane where nothing runs."""
        for lanes in (self._people, self._batches):
            yield from lanes.first()

    def current(self, session: str, person: str = "", *, batches: bool = True) -> Queued | None:
        """What a person (by their key; else anybody) waits for in a session: what runs, else the newest in line; else their batch, likewise."""
        lanes = (self._people, self._batches) if batches else (self._people,)
        known = (queued for one in lanes for queued in one.of(session))
        return next((queued for queued in known if person in ("", queued.person)), None)

    def _lanes(self, queued: Queued) -> _Lanes:
        return self._batches if queued.batch else self._people

    def _next(self) -> _Lanes | None:
        """Whose turn it is, people's or batches'."""
        running = len(self._people.running) + len(self._batches.running)
        people = self._people.ready and (running < self._slots or not self._people.running)
        if self._batch_could_begin() and (not people or self._yielded >= YIELDS):
            return self._batches
        return self._people if people else None

    def _batch_could_begin(self) -> bool:
        batches = len(self._batches.running)
        free = len(self._people.running) + batches < self._slots
        return self._batches.ready and free and batches < self._for_batches


class _Lanes:
    """One lane a session: at each moment it runs, is set aside, or stands in the line of the person whose job is its first one."""

    def __init__(self) -> None:
        self.running: dict[str, Queued] = {}
        self._waiting: dict[str, deque[Queued]] = {}
        self._ready: OrderedDict[str, deque[str]] = OrderedDict()
        self._aside: dict[str, None] = {}

    @property
    def ready(self) -> bool:
        """Whether some job could begin, if it is admitted."""
        return bool(self._ready)

    def __iter__(self) -> Iterator[Queued]:
        yield from self.running.values()
        for line in self._waiting.values():
            yield from line

    def first(self) -> Iterator[Queued]:
        """What is next in each session where nothing runs."""
        return (line[0] for session, line in self._waiting.items() if session not in self.running)

    def of(self, session: str) -> Iterator[Queued]:
        """The running job of a session, then those that wait, newest first."""
        if session in self.running:
            yield self.running[session]
        yield from reversed(self._waiting.get(session, deque()))

    def add(self, queued: Queued) -> int:
        line = self._waiting.setdefault(queued.session, deque())
        before = len(line) + (queued.session in self.running)
        line.append(queued)
        if not before:
            self._stand_in_line(queued.session)
        return before

    def take(self, admits: Admits) -> Queued | None:
        """The next one, if it is admitted; else its lane is set aside."""
        person, sessions = self._ready.popitem(last=False)
        session = sessions.popleft()
        if sessions:
            self._ready[person] = sessions
        first = self._waiting[session][0]
        if not admits(first):
            self._aside[session] = None
            return None
        self._without(first)
        self.running[session] = first
        return first

    def ended(self, queued: Queued) -> Sequence[Queued]:
        del self.running[queued.session]
        self._stand_in_line(queued.session)
        return tuple(self._waiting.get(queued.session, ()))

    def remove(self, queued: Queued) -> None:
        session, line = queued.session, self._waiting.get(queued.session, deque())
        if queued not in line:
            return
        first = line[0]
        self._without(queued)
        if first is queued and session not in self.running:  # its place in the line was that of its person
            self._aside.pop(session, None)
            self._leave_line(session, first.person)
            self._stand_in_line(session)

    def release(self) -> None:
        aside, self._aside = self._aside, {}
        for session in aside:
            self._stand_in_line(session)

    def _without(self, queued: Queued) -> None:
        line = self._waiting[queued.session]
        line.remove(queued)
        if not line:
            del self._waiting[queued.session]

    def _stand_in_line(self, session: str) -> None:
        """Put a session at the end of the line of the person whose job is its next one."""
        if session in self._waiting:
            self._ready.setdefault(self._waiting[session][0].person, deque()).append(session)

    def _leave_line(self, session: str, person: str) -> None:
        sessions = self._ready.get(person, deque())
        if session in sessions:
            sessions.remove(session)
        if not sessions:
            self._ready.pop(person, None)
