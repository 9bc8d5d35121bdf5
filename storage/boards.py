"""Boards: plain functions of a connection, run by the writer inside one transaction. Each is one value, which grows with what people do at it."""

# ruff: noqa: D102 — the methods are described by the port

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection, bindparam, select, update

from core.boards import anew
from core.ports import Boards
from core.types import Board, KeptPiece, Place
from storage import made, timers
from storage.database import Database
from storage.tables import boards, insert
from storage.values import dump, load

_VERSION = select(boards.c.version).where(boards.c.id == bindparam("board"))
_VALUE = select(boards.c.value).where(boards.c.id == bindparam("board"))
_new = insert(boards)
_KEEP = _new.on_conflict_do_update(
    index_elements=[boards.c.id],
    set_={name: _new.excluded[name] for name in ("home", "version", "value", "changed", "ended")},
)
_IN = select(boards.c.id, boards.c.value).where(boards.c.home == bindparam("home"))
_GOING_ON = _IN.where(boards.c.ended.is_(None))
_IN = _IN.order_by(boards.c.ended.is_not(None), boards.c.seq.desc()).limit(bindparam("most"))


REMEMBERED = 100
"""Boards of which it is remembered what their value says."""

_last: dict[str, tuple[str, Board]] = {}
"""By a board's id its last value, as text and read. Threads share it: nothing here takes two steps that belong together."""


class SqlBoards(Boards):
    """``core.ports.Boards`` in the database; a part of the store."""

    _database: Database

    async def board(self, board: str) -> Board | None:
        return await self._database.read(partial(find, board))

    async def boards(self, place: Place, limit: int) -> Sequence[Board]:
        return await self._database.read(partial(newest, place, limit))

    async def made_of_ideas(self, place: Place, limit: int) -> Sequence[KeptPiece]:
        return await self._database.read(partial(made.of_ideas, place, limit))


def is_next(board: Board, connection: Connection) -> bool:
    """Whether a board follows the one that is kept, or is new, and nobody is at one about the same there: else somebody was quicker."""
    if (connection.scalar(_VERSION, {"board": board.id}) or 0) != board.version - 1:
        return False
    return board.version > 1 or not any(one.is_like(board) for one in _going_on(board.place, connection))


def _going_on(place: Place, connection: Connection) -> list[Board]:
    rows = connection.execute(_GOING_ON, {"home": place.home}).all()
    return [board for row in rows if (board := _read(row.id, row.value))]


def keep(board: Board, now: float, connection: Connection) -> None:
    """Keep a board as it is now."""
    ended = now if board.round == "over" else None
    value = dump(board)
    _remember(value, board)
    row = {"id": board.id, "home": board.place.home, "version": board.version, "value": value, "changed": now}
    connection.execute(_KEEP, row | {"ended": ended})


def find(board: str, connection: Connection) -> Board | None:
    """The board of an id."""
    value = connection.scalar(_VALUE, {"board": board})
    return _read(board, value) if value else None


def _read(name: str, value: str) -> Board | None:
    """What a value says. Two hundred people who press at one board want the very same one, so the last one of each board is read once."""
    known = _last.get(name)
    if known and known[0] == value:
        return known[1]
    board = load(Board, value, f"boards {name}")
    if board:
        _remember(value, board)
    return board


def _remember(value: str, board: Board) -> None:
    if len(_last) >= REMEMBERED:
        _last.clear()
    _last[board.id] = value, board


def newest(place: Place, limit: int, connection: Connection) -> list[Board]:
    """The boards of a chat, those that go on first."""
    rows = connection.execute(_IN, {"home": place.home, "most": limit}).all()
    return [board for row in rows if (board := _read(row.id, row.value))]


def move(old: Place, new: Place, connection: Connection) -> None:
    """Take the boards of a chat along to the id it has now, where those that go on are told anew."""
    there = select(boards.c.id, boards.c.value).where(boards.c.home == old.home)
    for name, value in connection.execute(there).all():
        board = load(Board, value, f"boards {name}")
        told: dict[str, object] = {}
        if board is not None:
            board = anew.moved(board, new.platform, new.chat)
            told = {"value": dump(board), "version": board.version}
            if board.round != "over":
                timers.set_all([anew.told_anew(board, anew.MOVED)], connection)
        connection.execute(update(boards).where(boards.c.id == name).values(home=new.home, **told))
