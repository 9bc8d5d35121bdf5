"""What becomes of boards when somebody is forgotten."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from core.boards import anew, leaving
from core.boards.rounds import LASTS
from core.types import Board, FromIdea
from storage import quotes, timers
from storage.boards import keep
from storage.tables import boards, pieces, within
from storage.values import load


def made_of_ideas(user: str, connection: Connection) -> set[str]:
    """What was made, by whomever, of ideas that are a person's alone."""
    found: set[str] = set()
    for name, value in connection.execute(_naming(user)).all():
        board = load(Board, value, f"boards {name}")
        own = [idea for idea in board.ideas if idea.authors == (user,)] if board else []
        if board and own:
            told = (f'"idea":{FromIdea(board=name, number=idea.number).model_dump_json()}' for idea in own)
            of_these = or_(*(pieces.c.value.contains(one, autoescape=True) for one in told))
            found |= set(
                connection.scalars(select(pieces.c.id).where(within(pieces.c.session, board.place.home), of_these))
            )
    return found


def homes_of(user: str, connection: Connection) -> set[str]:
    """The chats (``Place.home``) of the boards that a person took part in."""
    known = (load(Board, value, f"boards {name}") for name, value in connection.execute(_naming(user)))
    return {board.place.home for board in known if board and user in _people(board)}


def _naming(user: str) -> Select[Any]:
    """The boards that may name a person."""
    named = boards.c.value.contains(json.dumps(user.partition(":")[2], ensure_ascii=False)[1:-1], autoescape=True)
    return select(boards.c.id, boards.c.value).where(named)


def forget(user: str, with_ideas: bool, now: float, connection: Connection) -> None:
    """Take a person out of every board, which is told anew; their ideas too, or only their name.

    A board that cannot be read and may name them goes as a whole.
    """
    for name, value in connection.execute(_naming(user)).all():
        board = load(Board, value, f"boards {name}")
        if board is None:
            connection.execute(boards.delete().where(boards.c.id == name))
        elif user in _people(board):
            theirs = [idea.text for idea in board.ideas if user in idea.authors]
            quotes.unsay_board(board.id, (board.topic, *theirs), board.place.chat, connection)
            after = leaving.without(board, user, ideas_too=with_ideas)
            keep(after, now, connection)
            if after.created + LASTS > now and not after.place.private:
                gone = leaving.gone_from_poll(board, after)
                timers.set_all([anew.told_anew(after, anew.FORGOTTEN, gone)], connection)


def _people(board: Board) -> set[str]:
    """The keys of all whom a board knows."""
    leader = {board.leader.key} if board.leader else set()
    authors = {key for idea in board.ideas for key in idea.authors}
    return leader | authors | {one.user.key for one in board.members} | {*board.dots, *board.second}
