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
from core.features.steps.boards import COUNT, counting, is_still_due, moved_on, said
from core.features.steps.toolbox import Toolbox
from core.ports import Change, NewReply
from core.types import Board, Reply, Timer

CLOSED_WITHIN = LONGEST_HANDLING / 2
"""Seconds that a platform gets to close a poll and count it."""

AGAIN = 10.0
"""Seconds until that is tried again, and more the longer the platform cannot be reached (our own rule)."""

DELIVERED_WITHIN = 24 * 3600.0
"""Seconds after the end of its round for which a poll is waited for that the platform has not taken yet (our own rule)."""

log = structlog.get_logger()


async def count(timer: Timer, tools: Toolbox) -> Outcome:
    """Close the poll, and go on with what it says."""
    board, now = await tools.store.board(timer.about["board"]), max(time.time(), timer.at)
    if board is None or not is_still_due(timer, board) or not board.counting:
        return Outcome()
    try:
        async with asyncio.timeout(CLOSED_WITHIN):
            given = await _given(tools, board, now)
    except (Unavailable, TimeoutError):
        log.warning("a poll has to be counted later", board=board.id)
        return Outcome(change=Change(timers=(counting(board, now + max(AGAIN, (now - board.since) / 4)),)))
    after = polls.counted(board, given, now).model_copy(update={"version": board.version + 1})
    change = moved_on(board, after, now)
    removed = await _with_what_is_gone(tools, board)
    return Outcome(change=change.model_copy(update={"replies": (*change.replies, *removed)}))


async def _with_what_is_gone(tools: Toolbox, board: Board) -> tuple[NewReply, ...]:
    """That a poll disappears in which ideas stand that are to be seen no more."""
    message = await tools.store.living(board.place, words.poll_name(board))
    if message is None or not polls.offers_what_is_gone(board):
        return ()
    return (said(board, "poll gone", Reply(removes=message)),)


async def _given(tools: Toolbox, board: Board, now: float) -> Sequence[int] | None:
    """How often each idea was chosen; ``None`` where there was no poll. Raises ``Unavailable``, also where it is still on its way."""
    own = tools.polls.get(board.place.platform)
    if own is None:
        return None
    message = await tools.store.living(board.place, words.poll_name(board))
    if message is None and now < board.since + DELIVERED_WITHIN:
        # Counted without it, it would be delivered later, and take votes that count for nothing.
        raise Unavailable("service-down")
    return await own.close(board.place, message) if message else None


FEATURE = Feature(
    timers={COUNT: count},
    says=(
        *("board-voting", "board-vote-poll", "board-runoff-poll", "board-counting", "error-board-counting"),
        *("board-poll-several", "board-poll-one", "board-poll-runoff", "board-no-poll"),
    ),
)
