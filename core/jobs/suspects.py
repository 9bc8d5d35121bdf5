"""Jobs that were there when the process died twice, and got nowhere in between: one of them may be what brings everything down."""

from __future__ import annotations

from collections.abc import Iterable

from core.jobs.queue import Queued
from core.types import KeptJob

STARTS = 6
"""A job that was there so often when the process died, without finishing a step in between, is given up: the last three times it ran alone."""

TOGETHER = 8
"""Jobs that were there when the process died twice run so many together; those of three times and more one by one."""


class Suspects:
    """Says which of them may run. The more often they were there, the fewer run together, so that one that brings everything down is found out
    and does not take the others with it.

    Those go first that were there least often: kills from outside hit whatever runs, and so they are spread. Of four rows of a table none is given
    up before the twelfth kill at which none had got anywhere since the first, of eight before the twentieth.
    """

    def __init__(self) -> None:
        self._running: dict[str, int] = {}

    def admit(self, job: KeptJob, waiting: Iterable[Queued]) -> bool:
        """Whether a job may run now, which is then counted among those that do; ``waiting`` are those that are next in their lanes."""
        most = 1 if max((job.starts, *self._running.values())) > 1 else TOGETHER
        if len(self._running) >= most:
            return False
        if any(0 < queued.job.starts < job.starts for queued in waiting if queued.recovered):
            return False
        self._running[job.id] = job.starts
        return True

    def clear(self, job: str) -> bool:
        """Whether it was one of them: it got somewhere, or ended, and the next one may run."""
        return self._running.pop(job, None) is not None
