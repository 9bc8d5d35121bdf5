"""When a board is told anew though nobody did anything at it: its place has another id, or somebody was forgotten."""

from __future__ import annotations

from core.boards import rounds
from core.boards.rounds import changed
from core.types import Board, Place, Timer

ANEW = "board-anew"
"""What is done then: a timer that is set by whatever changes the board, and due at once."""

MOVED, FORGOTTEN = "moved", "forgotten"


def told_anew(board: Board, why: str) -> Timer:
    """That it is to be told anew, as it is now; ``why``: one of the above."""
    about = {"board": board.id, "why": why}
    own = f"{ANEW} {board.id} {board.version}"
    return Timer(id=own, at=0, what=ANEW, about=about, place=board.place, language=board.language)


def moved(board: Board, platform: str, chat: str) -> Board:
    """The board in the place that its group has become. What is about to change it where it was decides anew.

    A poll stays behind with the messages of the old group and cannot be closed there, so one that was to be counted is open once more.
    """
    place = Place.model_validate(board.place.model_dump() | {"platform": platform, "chat": chat})
    if board.counting:
        return changed(board, place=place, counting="", turn=board.turn + 1)
    return changed(board, place=place)


def gone_on(board: Board, now: float) -> Board:
    """How a board goes on that somebody was taken out of: what was being gathered in their name is gathered once more, and a vote between fewer
    than two ideas is over.
    """
    if board.round == "reveal":
        return rounds.next_round(board, now)
    if board.round in rounds.VOTES and not board.counting and len(rounds.on_ballot(board)) < 2:
        return rounds.end(board, now)
    return board
