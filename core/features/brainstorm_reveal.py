"""What happens to a board at a time: a round ends, all that was written is gathered and revealed, the board ends."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

from core.boards import rounds
from core.conversation.feature import Feature
from core.conversation.timers import Outcome
from core.errors import FabulaError, Refused
from core.features.steps import board_words as words
from core.features.steps.boards import OVER, REVEAL, ROUND, TICK, is_still_due, moved_on, said, tick
from core.features.steps.toolbox import Toolbox
from core.jobs import Job, Recipe, nothing
from core.ports import Change
from core.types import Board, Idea, Request, Timer, User, Value

LOOKED_AT_ONCE = 4
"""Ideas that the moderator looks at together, one by one, where something is wrong with one of all."""


# --- when a time has come --------------------------------------------------------------------------------------------


async def round_over(timer: Timer, tools: Toolbox) -> Outcome:
    """The time of a round is over: the next one begins."""
    board = await tools.store.board(timer.about["board"])
    if board is None or not is_still_due(timer, board):
        return Outcome()
    now = max(time.time(), timer.at)
    after = rounds.next_round(board, now).model_copy(update={"version": board.version + 1})
    return Outcome(change=moved_on(board, after, now))


async def time_left(timer: Timer, tools: Toolbox) -> Outcome:
    """Tell anew how much time is left."""
    board, now = await tools.store.board(timer.about["board"]), max(time.time(), timer.at)
    if board is None or not is_still_due(timer, board) or board.ends is None or board.ends <= now:
        return Outcome()
    shown = said(board, f"left {timer.id}", words.living(board, now))
    return Outcome(change=Change(replies=(shown,), timers=(tick(board, now),)))


async def board_over(timer: Timer, tools: Toolbox) -> Outcome:
    """Nobody has ended it in all that time: it ends with what it has."""
    board, now = await tools.store.board(timer.about["board"]), max(time.time(), timer.at)
    if board is None or board.round == "over":
        return Outcome()
    after = rounds.end(board, now).model_copy(update={"version": board.version + 1})
    return Outcome(change=moved_on(board, after, now))


async def reveal_due(timer: Timer, tools: Toolbox) -> Outcome:
    """All has been written: a job gathers it."""
    board = await tools.store.board(timer.about["board"])
    if board is None or not is_still_due(timer, board) or board.round != "reveal":
        return Outcome()
    members = (one.user for one in board.members)
    author = board.leader or next(members, User(platform=board.place.platform, id=""))
    request = Request(
        command=REVEAL,
        options={"board": board.id},
        language=board.language,
        message="",
        place=board.place,
        author=author,
        session=f"{board.place.key}:{author.id}",
    )
    return Outcome(request=request)


# --- what is gathered ------------------------------------------------------------------------------------------------


class Held(Value):
    """The numbers of ideas that break the rules."""

    numbers: tuple[int, ...] = ()


async def reveal(job: Job, tools: Toolbox) -> None:
    """Look at all ideas, then reveal those that may be seen. Steps: look, look:<number> for each where all together are refused.

    Nothing is shown meanwhile, and where the job is taken up again after they were revealed it ends.
    """
    board = await tools.store.board(job.request.options["board"])
    if board is None or board.round != "reveal":
        return
    held = await _looked_over(job, tools, board)

    async def then() -> Change | None:
        found = await tools.store.board(board.id)
        if found is None or found.round != "reveal":
            return None
        now = time.time()
        after = rounds.gathered(found, frozenset(held), (), now).model_copy(update={"version": found.version + 1})
        return moved_on(found, after, now)

    await job.settle(then)


async def _looked_over(job: Job, tools: Toolbox, board: Board) -> Sequence[int]:
    """The numbers of the ideas that the moderator refuses. Raises what keeps it from looking at one."""
    if (await job.step("look", _fine, tools, tuple(idea.text for idea in board.ideas))).numbers == ():
        return ()
    named = [(str(idea.number), idea) for idea in board.ideas]
    looks = await job.each("look", named, partial(_look, tools), at_most=LOOKED_AT_ONCE)
    if failed := next((one for one in looks if isinstance(one, FabulaError)), None):
        raise failed
    return [number for one in looks if isinstance(one, Held) for number in one.numbers]


async def _fine(tools: Toolbox, told: tuple[str, ...]) -> Held:
    """Whether all ideas together may be seen; else the number 0 stands for one that may not."""
    try:
        await tools.moderator.check("\n\n".join(told))
    except Refused:
        return Held(numbers=(0,))
    return Held()


async def _look(tools: Toolbox, idea: Idea) -> Held:
    try:
        await tools.moderator.check(idea.text)
    except Refused:
        return Held(numbers=(idea.number,))
    return Held()


FEATURE = Feature(
    recipes={REVEAL: Recipe(reveal, nothing, looks=False)},
    timers={ROUND: round_over, REVEAL: reveal_due, OVER: board_over, TICK: time_left},
    says=(
        *("board-revealed", "board-revealed-more", "board-kept-back", "board-grouped", "board-group"),
        *(
            "board-ended",
            "board-ended-empty",
            "board-ended-undecided",
            "board-chosen",
            "board-drawn",
            "board-runoff-decided",
        ),
    ),
)
