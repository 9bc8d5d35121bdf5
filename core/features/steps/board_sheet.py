"""A board as it stands on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core import texts
from core.boards import groups, made, rounds
from core.documents.board_pdf import Card, Sheet, Winner
from core.documents.book import title_of
from core.errors import FabulaError
from core.features.steps.toolbox import Toolbox
from core.types import Board, Idea, KeptPiece, PieceKind


async def sheet(tools: Toolbox, board: Board, language: str) -> tuple[Sheet, tuple[str, ...]]:
    """What stands on its pages, in a language, and the ids of the pictures among it."""
    kept = await tools.store.pieces_in(board.place, "", made.LOOKED_AT) if board.made else ()
    works = made.of_ideas(board, kept)
    counted = rounds.tally(board) if board.round == "over" else {}
    chosen = [
        await _winner(tools, board, idea, works.get(number, ()), counted, language)
        for number in board.chosen
        if (idea := board.idea(number))
    ]
    told = Sheet(
        title=board.topic,
        language=language,
        line=_line(board, language),
        all=texts.say("page-board-all", language),
        chosen=tuple(one for one, _ in chosen),
        groups=tuple(
            (name, tuple(_card(board, idea, counted, language) for idea in ideas))
            for name, ideas in groups.by_group(board, board.shown, language)
        ),
        notes=tuple(groups.notes(board, language)),
    )
    return told, tuple(picture for _, picture in chosen if picture)


def _line(board: Board, language: str) -> str:
    count = len({idea.group for idea in board.shown})
    return texts.say(
        "board-sheet",
        language,
        count=len(board.shown),
        groups=count,
        people=len(board.members),
        day=texts.day(board.created, language),
    )


async def _winner(
    tools: Toolbox, board: Board, idea: Idea, works: Sequence[KeptPiece], counted: Mapping[int, int], language: str
) -> tuple[Winner, str]:
    """One of the shortlist, and the id of its picture."""
    card = _card(board, idea, counted, language)
    titles = [title_of(one.piece.words) for one in works if one.piece.kind is PieceKind.TEXT]
    told = [texts.say("board-made", language, made=title) for title in dict.fromkeys(filter(None, titles))]
    shown = made.picture_of(works)
    data = b""
    if shown and shown.piece.picture:
        try:
            data = await tools.media.read(shown.piece.picture.media)
        except FabulaError:
            shown = None
    alt = shown.piece.caption if shown else ""
    winner = Winner(**dict(card), picture=data, alt=alt, made=tuple(told))
    return winner, shown.piece.id if shown else ""


def _card(board: Board, idea: Idea, counted: Mapping[int, int], language: str) -> Card:
    names = () if board.anonymous else tuple(filter(None, idea.names))
    dots = counted.get(idea.number, 0)
    return Card(
        number=idea.number,
        text=idea.text,
        by=texts.say("page-board-spark", language) if idea.spark else texts.listed(names),
        dots=dots,
        said=texts.say("page-board-count", language, count=dots),
        place=board.chosen.index(idea.number) + 1 if idea.number in board.chosen else 0,
        spark=idea.spark,
    )
