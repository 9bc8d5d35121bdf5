"""The figures of ``/metrics``: what was counted, and what waits at this moment."""

from __future__ import annotations

import asyncio
import time

from prometheus_client import generate_latest

from core import meters
from storage.overview import Overview, Waiting

LOOK_EVERY = 1.0
"""Seconds between two looks at how late the loop is."""


class Figures:
    """Tells the figures in the text format of Prometheus."""

    def __init__(self, overview: Overview) -> None:
        self._overview = overview

    async def text(self, *, ready: bool) -> bytes:
        """All of them, as they are now."""
        now, at = await self._overview.now(), time.time()
        meters.open_jobs.clear()
        for command, number in now.commands.items():
            meters.open_jobs.labels(command or "unknown").set(number)
        for what, waiting in (("job", now.jobs), ("update", now.updates), ("reply", now.replies)):
            meters.oldest.labels(what).set(_age(waiting, at))
        meters.waiting.labels("update").set(now.updates.number)
        meters.waiting.labels("reply").set(now.replies.number)
        meters.held.set(now.held)
        meters.ready.set(ready)
        return generate_latest(meters.REGISTRY)


async def watch_loop() -> None:
    """Measure once how late the loop is."""
    loop = asyncio.get_running_loop()
    due = loop.time() + LOOK_EVERY
    await asyncio.sleep(LOOK_EVERY)
    meters.loop_lag.observe(max(0.0, loop.time() - due))


def _age(waiting: Waiting, now: float) -> float:
    return max(0.0, now - waiting.since) if waiting.since else 0.0
