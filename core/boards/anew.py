"""When a board is told anew though nobody did anything at it: its place has another id, or somebody was forgotten."""

from __future__ import annotations

from collections.abc import Sequence

from core.boards import rounds
from core.boards.rounds import changed
from core.types import Board, Place, Timer

ANEW = "board-anew"
"""What is done then: a timer that is set by whatever changes the board, and due at once."""

MOVED, FORGOTTEN = "moved", "forgotten"


def told_anew(board: Board, why: str, gone: Sequence[int] = ()) -> Timer:
    """That it is to be told anew, as it is now; ``why``: one of the above; ``gone``: ideas that its poll still offers."""
    about = {"board": board.id, "why": why, "gone": ", ".join(map(str, gone))}
    own = f"{ANEW} {board.id} {board.version}"
    return Timer(id=own, at=0, what=ANEW, about=about, place=board.place, language=board.language)


def moved(board: Board, platform: str, chat: str) -> Board:
    """The board in the place that its group has become. What is about to change it where it was decides anew.

    A poll stays behind with the messages of the old group and cannot be closed there, so one that was to be counted is open once more, with the
    ideas that there are now.
    """
    place = Place.model_validate(board.place.model_dump() | {"platform": platform, "chat": chat})
    asked = tuple(idea.number for idea in rounds.on_ballot(board)) if board.polls else board.asked
    if board.counting:
        return changed(board, place=place, asked=asked, counting="", turn=board.turn + 1)
    return changed(board, place=place, asked=asked)


def gone_on(board: Board, now: float) -> Board:
    """How a board goes on that somebody was taken out of: what was being gathered in their name is gathered once more, a vote between fewer
    than two ideas is over, and so is a round in which nobody but them was waited for.
    """
    if board.round == "over" or board.counting:
        return board
    if board.round == "reveal":
        return rounds.next_round(board, now)
    if board.round in rounds.VOTES and len(rounds.on_ballot(board)) < 2:
        return rounds.end(board, now)
    return rounds.next_round(board, now) if rounds.all_done(board) else board
