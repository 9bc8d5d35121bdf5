"""Reading what somebody means by plain words: one structured question to the helper, whose answer is data and is believed in nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from core import prompts
from core.brief import Brief
from core.conversation.commands import Command, Option, check_options
from core.conversation.feature import Work
from core.errors import BadInput
from core.features.steps.toolbox import Toolbox, language_for
from core.jobs import Paid
from core.ports import Writer
from core.types import KeptPiece, Piece, PieceKind, Request, Session

READ_LIMIT = 2_000
"""Characters of a message that are read for what it wants: who writes more tells something, and says what they want at its beginning."""

MOST_PIECES = 8
CAPTION = 80
"""Characters by which the helper knows a piece."""

LETTERS = 6_500
"""Letters of the instructions and what stands beside the message, rounded up."""

TOKENS = 300
"""Of an answer, rounded up."""

TOLD = frozenset({"story", "continue", "revise"})
"""The commands whose texts are stories; other texts are answers."""

Act = Literal[
    "image",
    "story",
    "edit",
    "vary",
    "again",
    "undo",
    "revise",
    "continue",
    "illustrate",
    "work",
    "help",
    "rate",
    "talk",
]

MOST_GIVEN = 16
"""Inputs of a work that are believed to have been given: a recipe has a dozen at most."""

_ITEMS = re.compile(r"[\n;；,，、]")
_WORD = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]|[^\W\u2e80-\u9fff\uac00-\ud7af]+")


class Chosen(BaseModel):
    """An option that the person named."""

    name: Literal["style", "size", "quality", "n", "age", "tone", "length", "pages", "lang", "strength", "format"]
    value: str


class Given(BaseModel):
    """What the person said of a work, by the name under which it is asked for."""

    name: str
    value: str


class Reading(BaseModel):
    """What the helper makes of a message."""

    act: Act
    words: str = Field(description="The person's own words without the order, or empty.")
    options: list[Chosen]
    work: str = Field(description="For the act work: its name as it is listed; else empty.")
    given: list[Given] = Field(description="For the act work: what was said of it.")
    piece: int = Field(description="The number of the piece that is meant, or 0.")
    sure: bool


class Wish(Paid):
    """What a person wants, checked: ``words`` are theirs, ``options`` those of the closed lists.

    ``piece`` is the id of one that was offered, ``work`` the name of one that can be made.
    """

    act: Act = "talk"
    words: str = ""
    options: Mapping[str, str] = Field(default_factory=dict)
    work: str = ""
    piece: str = ""
    sure: bool = True


class Around(BaseModel):
    """What a message may speak of: the pieces of a conversation, the newest set first, and those that the message answers."""

    sets: tuple[tuple[Piece, ...], ...] = ()
    replied: tuple[Piece, ...] = ()
    photo: bool = False

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """All of them, in the order of their numbers, which begin with 1."""
        return tuple(piece for one in self.sets for piece in one)[:MOST_PIECES]

    def meant(self, number: int) -> str:
        """The id of the piece of a number; empty for one that there is not."""
        return self.pieces[number - 1].id if 0 < number <= len(self.pieces) else ""


async def around(tools: Toolbox, request: Request) -> Around:
    """Look at what was made here last. Pieces that a person may not use are not among them."""
    session = await tools.store.session(request.session)
    known = {kept.piece.id: kept for kept in await tools.store.pieces(request.session, 3 * MOST_PIECES)}
    ids = [*_mentioned(session), *known]
    if session.last_picture and session.last_picture not in ids:  # a photo that was sent
        ids.insert(0, session.last_picture)
    replied = [kept for piece in request.sources if (kept := known.get(piece) or await tools.store.piece(piece))]
    sets: list[tuple[Piece, ...]] = _together(replied)
    seen = {kept.piece.id for kept in replied}
    for group in _groups(session, ids):
        found = [known.get(piece) or await tools.store.piece(piece) for piece in group if piece not in seen]
        seen |= set(group)
        sets += _together(kept for kept in found if kept and kept.session == request.session)
    photo = bool(request.replied_files or (session.sent and session.sent.files))
    return Around(sets=tuple(sets), replied=tuple(kept.piece for kept in replied), photo=photo)


def _mentioned(session: Session) -> list[str]:
    """The pieces of the newest turns, the newest first: what was gone back to is newer than what it was gone back from."""
    return [piece for turn in reversed(session.turns) if turn.role == "fabula" for piece in turn.pieces]


def _groups(session: Session, ids: Iterable[str]) -> list[tuple[str, ...]]:
    """The ids in sets of those that were made together."""
    of_turn = {piece: turn.pieces for turn in session.turns if turn.role == "fabula" for piece in turn.pieces}
    return list(dict.fromkeys(of_turn.get(piece, (piece,)) for piece in ids))


def _together(kept: Iterable[KeptPiece]) -> list[tuple[Piece, ...]]:
    pieces = tuple(one.piece for one in kept if one.piece.kind is not PieceKind.TEXT or is_story(one.piece))
    return [pieces] if pieces else []


def is_story(piece: Piece) -> bool:
    """Whether a piece is a story or a part of one, not an answer in a talk."""
    return piece.kind is PieceKind.TEXT and piece.parameters.get("command") in TOLD


def asked(request: Request, here: Around, works: Mapping[str, Work]) -> str:
    """What the helper is asked, as JSON, so that nobody's words can be taken for anything else."""
    numbers = {piece.id: number for number, piece in enumerate(here.pieces, 1)}
    told: dict[str, Any] = {
        "pieces": [
            {"number": numbers[piece.id], "set": place, "kind": _kind(piece), "caption": _caption(piece)}
            for place, one in enumerate(here.sets, 1)
            for piece in one
            if piece.id in numbers
        ],
        "replied": [numbers[piece.id] for piece in here.replied if piece.id in numbers],
        "photo": here.photo,
        "works": [_offered(work) for work in works.values()],
        "quote": request.quote[:READ_LIMIT],
        "message": request.words[:READ_LIMIT],
    }
    return json.dumps(told, ensure_ascii=False)


def _offered(work: Work) -> dict[str, Any]:
    """A kind of work, as the helper is told of it."""
    command = work.command
    gives = {one.name: _told(command.say(f"option-{one.name}", "en"), one) for one in command.options}
    called = (command.name, *command.aliases, *work.called)
    return {"name": command.name, "called": called, "is": command.say(f"command-{command.name}", "en"), "gives": gives}


def _told(label: str, option: Option) -> str:
    return f"{label}: {', '.join(option.choices)}" if option.choices else label


def _kind(piece: Piece) -> str:
    return "story" if piece.kind is PieceKind.TEXT else str(piece.kind)


def _caption(piece: Piece) -> str:
    return " ".join((piece.caption or piece.request)[:CAPTION].split())


async def read_wish(tools: Toolbox, request: Request, commands: Mapping[str, Command]) -> Wish:
    """Ask the helper what is wanted. ``commands``: whose options count, by act. Raises as ``Writer.extract`` does."""
    here = await around(tools, request)
    person = tools.pseudonym(request.author)
    return await understood(tools.writer, request, here, commands, tools.works(), person=person)


async def understood(
    writer: Writer,
    request: Request,
    here: Around,
    commands: Mapping[str, Command],
    works: Mapping[str, Work],
    *,
    person: str,
) -> Wish:
    """What the helper makes of a message with what is around it, checked."""
    brief = Brief(kind="wish", language=language_for(request, request.words))
    reading, spend = await writer.extract(
        prompts.instructions(brief), asked(request, here, works), Reading, name="wish", person=person, brief=brief
    )
    return checked(reading, request.words, here, commands, works).model_copy(update={"spends": (spend,)})


def checked(
    reading: Reading, said: str, here: Around, commands: Mapping[str, Command], works: Mapping[str, Work]
) -> Wish:
    """The helper's answer, as far as it can be believed: options and works that do not exist are left out, and words that nobody said."""
    work = works.get(reading.work) if reading.act == "work" else None
    command = work.command if work else commands.get(reading.act)
    chosen = (*reading.options, *(reading.given[:MOST_GIVEN] if work else ()))
    return Wish(
        act="talk" if reading.act == "work" and work is None else reading.act,
        words=own_words(reading.words, said),
        options=_options(chosen, command, said) if command else {},
        work=work.command.name if work else "",
        piece=here.meant(reading.piece),
        sure=reading.sure,
    )


def own_words(words: str, said: str) -> str:
    """The words, if the person said them all in this order; else everything that the person said."""
    return words.strip() if _is_own(words, said) else said.strip()


def _is_own(words: str, said: str) -> bool:
    """Whether all of the words were said, in this order."""
    said_ones = iter(_WORD.findall(said.casefold()))
    return all(word in said_ones for word in _WORD.findall(words.casefold()))


def _options(chosen: Iterable[Chosen | Given], command: Command, said: str) -> dict[str, str]:
    """Those that the command has, with values that it takes; what is a text has to be the person's own, each item of a list for itself."""
    options: dict[str, str] = {}
    for one in chosen:
        known = command.option(one.name)
        if known and known.kind == "text" and not all(_is_own(item, said) for item in _ITEMS.split(one.value)):
            continue
        try:
            options |= check_options(command, {one.name: one.value})
        except BadInput:
            continue
    return options
