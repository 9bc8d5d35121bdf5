"""What is done for a command, and what an earlier version of it means to one of today."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from core.jobs.budget import Costs
from core.jobs.handle import Job

A_DAY = 24 * 3600.0
"""Seconds for which a job is worth finishing, where its recipe says nothing else."""


@dataclass(frozen=True)
class Recipe:
    """What is done for a command.

    ``costs`` adds up about what it will cost: that is held before it begins. ``version`` grows whenever the meaning of a step's or a reply's name
    changes. Jobs that were accepted for a version from ``since`` on go on with their journal; of others it is delivered what they had already paid
    for. ``looks``: whether it has the request looked at, in the step ``LOOK``: of what was made before that was passed nothing is delivered,
    however the job ends. ``batch``: nobody sits and waits for it, so it goes beside what its person asks for, and lets people go first. ``lasts``:
    seconds after which a restart does not go on with it any more.
    """

    run: Callable[[Job, Any], Awaitable[None]]
    costs: Costs
    version: int = 1
    since: int = 1
    looks: bool = True
    batch: bool = False
    lasts: float = A_DAY

    def goes_on_with(self, version: int) -> bool:
        """Whether it understands the journal of that version."""
        return self.since <= version <= self.version
