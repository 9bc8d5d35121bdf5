"""The vote by the platform's own poll: when its round is over, it is closed and counted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import structlog

from core.boards import polls
from core.conversation.feature import Feature
from core.conversation.timers import LONGEST_HANDLING, Outcome
from core.errors import Unavailable
from core.features.steps import board_words as words
from core.features.steps.boards import COUNT, counting, is_still_due, moved_on
from core.features.steps.toolbox import Toolbox
from core.ports import Change
from core.types import Board, Timer

CLOSED_WITHIN = LONGEST_HANDLING / 2
"""Seconds that a platform gets to close a poll and count it."""

AGAIN = 10.0
"""Seconds until that is tried again, for as long as the platform cannot be reached (our own rule)."""

log = structlog.get_logger()


async def count(timer: Timer, tools: Toolbox) -> Outcome:
    """Close the poll, and go on with what it says."""
    board, now = await tools.store.board(timer.about["board"]), max(time.time(), timer.at)
    if board is None or not is_still_due(timer, board) or not board.counting:
        return Outcome()
    try:
        async with asyncio.timeout(CLOSED_WITHIN):
            given = await _given(tools, board)
    except (Unavailable, TimeoutError):
        log.warning("a poll has to be counted later", board=board.id)
        return Outcome(change=Change(timers=(counting(board, now + AGAIN),)))
    after = polls.counted(board, given, now).model_copy(update={"version": board.version + 1})
    return Outcome(change=moved_on(board, after, now))


async def _given(tools: Toolbox, board: Board) -> Sequence[int] | None:
    """How often each idea was chosen; ``None`` where there was no poll. Raises ``Unavailable``."""
    message = await tools.store.living(board.place, words.poll_name(board))
    own = tools.polls.get(board.place.platform)
    return await own.close(board.place, message) if own and message else None


FEATURE = Feature(
    timers={COUNT: count},
    says=(
        *("board-voting", "board-vote-poll", "board-runoff-poll", "board-counting", "error-board-counting"),
        *("board-poll-several", "board-poll-one", "board-poll-runoff", "board-no-poll"),
    ),
)
