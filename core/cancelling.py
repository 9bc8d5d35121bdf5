"""Telling who cancelled: whoever wants a task to end, or a library one of its own."""

from __future__ import annotations

import asyncio


def was_cancelled() -> bool:
    """Whether somebody wants the task that runs now to end.

    ``CancelledError`` says less: awaiting what a library does raises it too where something of the library's own was cancelled, and who takes
    that for their own end leaves their work undone without a word.
    """
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
