"""Half of the time for ideas is over: one line, once, to each who is in and has given nothing."""

from __future__ import annotations

import time

from core import texts
from core.conversation.feature import Feature
from core.conversation.timers import Outcome
from core.features.steps import board_words as words
from core.features.steps.boards import HALF, is_still_due
from core.features.steps.toolbox import Toolbox
from core.ports import Change, NewReply
from core.types import Board, Member, Timer


async def half_over(timer: Timer, tools: Toolbox) -> Outcome:
    """Remind them. Who leads the board, and who has said that they are done, know how it stands."""
    board, now = await tools.store.board(timer.about["board"]), max(time.time(), timer.at)
    if board is None or not is_still_due(timer, board) or board.round != "write" or (board.ends or 0) <= now:
        return Outcome()
    idle = (one for one in board.members if not (one.done or board.ideas_of(one.user.key)))
    reminded = tuple(
        _reminder(board, one, now) for one in idle if board.leader is None or one.user.key != board.leader.key
    )
    return Outcome(change=Change(replies=reminded))


def _reminder(board: Board, member: Member, now: float) -> NewReply:
    """Under a key of the round and the person: more time does not remind a second time."""
    language = texts.language_of(member.user.language, board.language)
    return NewReply(
        key=f"board:{board.id}:{board.turn}:reminder:{member.user.key}",
        place=board.place,
        user=member.user.key,
        in_reply_to="",
        language=language,
        reply=words.reminder(board, now, language),
    )


FEATURE = Feature(timers={HALF: half_over}, says=("board-reminder",))
