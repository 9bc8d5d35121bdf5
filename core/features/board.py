"""``/board``: the brainstorms of a place, how each stands, and each as a file to keep."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence

from core import texts
from core.boards import beamer
from core.conversation.commands import Command, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.documents import board_pdf, names
from core.errors import BadInput, NotAllowed
from core.features.steps import board_words as words
from core.features.steps.board_sheet import sheet
from core.features.steps.boards import END, found, leads_it, said
from core.features.steps.toolbox import Toolbox
from core.jobs import Job, Recipe, nothing
from core.ports import Change
from core.types import Board, Button, Document, KeptPiece, Piece, PieceKind, Reply, Request

LISTED = 10
"""Boards that are told of, at most."""

FILE = "board-file"
KINDS = {
    "pdf": ("pdf", "application/pdf", "PDF"),
    "markdown": ("md", "text/markdown", "Markdown"),
    "csv": ("csv", "text/csv", "CSV"),
}
"""The files that a board can be had as: their ending, type and name."""

WORKS = 100
"""Works of a chat that are looked at, the newest."""

_TOPIC, _WORK, _TOLD = 60, 40, 5
"""Characters of a topic and of a work's name, and the works that are told of one board."""

_SIGNS = {PieceKind.TEXT: "📖", PieceKind.PICTURE: "🖼"}


async def boards(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """List the boards here, newest first, with buttons for each."""
    known = await hands.store.boards(here.event.place, LISTED)
    language = here.private_language
    if not known:
        return await hands.desk.answer(here, Reply(text=texts.say("board-list-none", language), private=True))
    made = await hands.store.made_of_ideas(here.event.place, WORKS)
    lines = [
        f"{place}. {line(board, language)}{_came_of_it(board, made, language)}" for place, board in enumerate(known, 1)
    ]
    buttons = [
        Button(action=f"board-{verb}:{board.id}", label=f"{texts.say(f'button-board-{verb}', language)} {place}")
        for place, board in enumerate(known, 1)
        for verb in (
            "show",
            *(() if board.hidden else ("file",)),
            *(("beamer",) if await _has_link(hands, here, board) else ()),
        )
    ]
    text = "\n".join([texts.say("board-list", language), *lines])
    quotes = tuple(one.piece.id for one in made)
    return await hands.desk.answer(here, Reply(text=text, quotes=quotes, buttons=tuple(buttons), private=True))


def _came_of_it(board: Board, works: Sequence[KeptPiece], language: str) -> str:
    """What came of a board, oldest first, in a line below its own; nothing where that is nothing."""
    own = [one.piece for one in reversed(works) if one.piece.idea and one.piece.idea.board == board.id]
    told = [f"{_SIGNS[piece.kind]} {texts.shortened(piece.caption or piece.request, _WORK)}" for piece in own]
    return f"\n   {texts.say('board-made', language, made=' · '.join(told[-_TOLD:]))}" if told else ""


async def _has_link(hands: Hands, here: Moment, board: Board) -> bool:
    """Whether this person may give the beamer's link, or take it back, and there is where it leads."""
    return (board.round != "over" or beamer.is_on(board, time.time())) and await leads_it(hands, here, board)


def line(board: Board, language: str) -> str:
    """A board in one line: its topic, and its round or what was chosen."""
    first = board.idea(board.chosen[0]) if board.chosen else None
    if first:
        stands = texts.say("board-list-chosen", language, idea=texts.shortened(first.text, _TOPIC))
    else:
        stands = texts.say(f"board-list-{board.round}", language)
    return f"{texts.shortened(board.topic, _TOPIC)} – {stands}"


async def show(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Bring a board to the end of the chat, as it stands."""
    board = await found(hands, here, pressed.argument)
    shown = words.living(board, time.time(), afresh=True)
    again = said(board, f"again:{here.event.inbox[0]}", shown)
    await hands.desk.answer_with(Change(replies=(again,)), here, END)


async def ask_kind(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Ask which kind of file."""
    board = await _revealed(hands, here, pressed.argument)
    buttons = tuple(
        Button(action=f"board-save:{board.id}:{kind}", label=label) for kind, (_, _, label) in KINDS.items()
    )
    await hands.desk.answer(
        here, Reply(text=texts.say("board-file-ask", here.private_language), buttons=buttons, private=True)
    )


async def save(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Make the file."""
    board, _, kind = pressed.argument.partition(":")
    if kind not in KINDS:
        raise NotAllowed("button-unknown")
    await _revealed(hands, here, board)
    await hands.desk.accept(here, hands.desk.request(here, FILE, options={"board": board, "format": kind}))


async def _revealed(hands: Hands, here: Moment, name: str) -> Board:
    """A board whose ideas are no secret any more. One that ended before its reveal keeps them."""
    board = await found(hands, here, name)
    if board.hidden:
        raise BadInput("board-still-hidden")
    return board


async def file(job: Job, tools: Toolbox) -> None:
    """Make a file of a board. Steps: file."""
    piece = await job.step("file", _made, tools, job.request)
    text = texts.say("board-file", job.language, topic=texts.shortened(piece.caption, _TOPIC))
    await job.say("file", Reply(text=text, pieces=(piece,)))


async def _made(tools: Toolbox, request: Request) -> Piece:
    """The file. A free step. Raises ``BadInput`` where the board is gone."""
    board = await tools.store.board(request.options["board"])
    if board is None or board.hidden:
        raise BadInput("board-gone")
    kind = request.options["format"]
    ending, mime, _ = KINDS[kind]
    sources: tuple[str, ...] = ()
    if kind == "pdf":
        told, sources = await sheet(tools, board, request.language)
        data = await board_pdf.pdf(told)
    else:
        data = (words.markdown(board) if kind == "markdown" else words.table(board)).encode()
    kept = await tools.media.take(_once(data), mime, owner=request.author.key, home=request.place.home)
    name = f"{names.stem(board.topic, 'board')}.{ending}"
    document = Document(media=kept.media, name=name, mime=mime, size=kept.size, sha=kept.sha)
    return Piece(kind=PieceKind.DOCUMENT, document=document, caption=board.topic, request=board.topic, sources=sources)


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


FEATURE = Feature(
    Command("board", aliases=("boards", "看板")),
    about="the brainstorms of a chat: how each stands, and each as PDF, Markdown or CSV",
    answer=boards,
    recipes={FILE: Recipe(file, nothing, looks=False)},
    verbs={
        "board-show": Verb(show),
        "board-file": Verb(ask_kind),
        "board-save": Verb(save, slow=True, labelled=False),
    },
    says=(
        *(
            "board-list",
            "board-list-none",
            "board-list-chosen",
            "board-file",
            "board-file-ask",
            "board-sheet",
            "board-made",
        ),
        *(f"board-list-{name}" for name in ("write", "build", "reveal", "vote", "runoff", "sketches", "over")),
    ),
)
