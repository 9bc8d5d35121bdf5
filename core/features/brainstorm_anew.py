"""A board is told anew: in the place that its group has become, or without somebody who was forgotten."""

from __future__ import annotations

import time

from core import texts
from core.boards.anew import ANEW, MOVED, gone_on
from core.conversation.feature import Feature
from core.conversation.timers import Outcome
from core.features.steps import board_words as words
from core.features.steps.boards import moved_on, said
from core.features.steps.toolbox import Toolbox
from core.ports import Change, NewReply
from core.types import Board, Reply, Timer


async def tell_anew(timer: Timer, tools: Toolbox) -> Outcome:
    """Tell how a board stands, though nobody did anything at it."""
    board, now = await tools.store.board(timer.about["board"]), max(time.time(), timer.at)
    if board is None:
        return Outcome()
    if timer.about["why"] == MOVED:
        asked = await tools.store.living(board.place, words.poll_name(board))  # by what was still on its way
        return Outcome(change=Change(replies=_arrived(board, now, asks=board.polls and not asked)))
    listed = (said(board, "anew revealed", words.revealed(board)),) if board.shown else ()
    after = gone_on(board, now)
    if after is board:
        shown = said(board, "anew", words.living(board, now))
        return Outcome(change=Change(replies=(*listed, shown, *_still_offered(board, timer.about.get("gone", "")))))
    change = moved_on(board, after.model_copy(update={"version": board.version + 1}), now)
    return Outcome(change=change.model_copy(update={"replies": (*listed, *change.replies)}))


def _still_offered(board: Board, gone: str) -> tuple[NewReply, ...]:
    """That ideas have gone which the poll still offers, since no platform lets its polls be changed."""
    if not (gone and board.polls):
        return ()
    text = texts.say("board-poll-gone", board.language, numbers=gone)
    return (said(board, "anew poll", Reply(text=text)),)


def _arrived(board: Board, now: float, *, asks: bool) -> tuple[NewReply, ...]:
    """The board, with buttons that can be pressed there; and its poll once more, since nobody can vote in the one that stayed behind."""
    shown = said(board, "arrived", words.living(board, now, afresh=True))
    if not asks:
        return (shown,)
    once_more = Reply(text=texts.say("board-poll-moved", board.language))
    return (shown, said(board, "arrived asking", once_more), said(board, "arrived poll", words.poll(board)))


FEATURE = Feature(timers={ANEW: tell_anew}, says=("board-poll-moved", "board-poll-gone"))
