"""The groups of a board's ideas: by name, moved about, and how what is shown came about, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core import texts
from core.boards.rounds import changed
from core.errors import BadInput
from core.types import Board, Idea


def by_group(board: Board, ideas: Sequence[Idea], language: str = "") -> Iterator[tuple[str, list[Idea]]]:
    """Ideas by their groups, each with its name, in the board's ``language`` or another."""
    for group in sorted({idea.group for idea in ideas}):
        yield name_of(board, group, language), [idea for idea in ideas if idea.group == group]


def name_of(board: Board, group: int, language: str = "") -> str:
    """What a group is called; one without a name by its number."""
    named = board.groups[group] if 0 <= group < len(board.groups) else ""
    return named or texts.say("board-group", language or board.language, number=group + 1)


def moved(board: Board, number: int, group: int) -> Board:
    """An idea stands in another group; ``group`` may be one more than there are, which makes a new one."""
    idea = board.idea(number)
    if board.round != "vote" or idea is None or not 0 <= group <= len(board.groups):
        raise BadInput("board-idea-gone")
    names = board.groups if group < len(board.groups) else (*board.groups, "")
    ideas = tuple(one.model_copy(update={"group": group}) if one is idea else one for one in board.ideas)
    return changed(board, ideas=ideas, groups=names)


def notes(board: Board, language: str) -> list[str]:
    """How what is shown of a board came about: its small print."""
    told = []
    if board.round == "over" and board.tied:
        told.append(texts.say("board-drawn-note" if board.drawn else "board-runoff-decided-note", language))
    if board.revealed and (held := len(board.ideas) - len(board.shown)):
        told.append(texts.say("board-kept-back", language, count=held))
    if any(idea.spark for idea in board.shown):
        told.append(texts.say("board-sparks", language))
    if len({idea.group for idea in board.shown}) > 1 and not board.helped:
        told.append(texts.say("board-grouped", language))
    return told
