"""What a job that cannot go on had already made: it is paid for, and so it is delivered with the sentence that says why there is no more.

Of a text that its person has stopped, that is what they had read of it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from core import texts
from core.graphemes import cut
from core.jobs.replies import new_reply
from core.ports import Change, NewReply
from core.rows import TEXT_VERBS, pictures_row, row, shown
from core.types import KeptJob, KeptPiece, Piece, PieceKind, Reply, Request, SessionUpdate, Spend, Turn


def is_paid(entry: str) -> bool:
    """Whether a step that gave this was paid for, as far as its entry can be read; in doubt it was."""
    value = _read(entry)
    return value is None or bool(value.get("spends"))


def pieces_in(journal: Mapping[str, str]) -> list[Piece]:
    """The texts and pictures that the steps of a job made, in the order of their names; what cannot be read is left out.

    A step that made a piece anew keeps its id, and its piece is the one.
    """
    names = sorted(journal, key=lambda name: (len(name), name))
    return list({piece.id: piece for name in names for piece in _piece(journal[name])}.values())


def change(job: KeptJob, pieces: Collection[Piece]) -> Change:
    """Say these pieces of a job, one reply for each text and one for all pictures."""
    request, language = job.request, job.request.language
    replies: list[NewReply] = []

    def say(name: str, reply: Reply) -> None:
        replies.append(new_reply(request, f"{job.id}:{name}", reply, job.id))

    for piece in pieces:
        if piece.kind is PieceKind.TEXT:
            buttons = row(TEXT_VERBS, piece.id, language)
            say(f"rescued-{piece.id}", Reply(text=piece.words, pieces=(piece,), buttons=buttons))
    pictures = tuple(piece for piece in pieces if piece.kind is PieceKind.PICTURE)
    if pictures:
        lead = pictures[0].caption if len(pictures) == 1 else texts.say("pick-one", language)
        say("rescued", Reply(text=lead, pieces=pictures, buttons=pictures_row(pictures, language)))
    return Change(
        session=SessionUpdate(key=request.session, last_picture=pictures[0].id if pictures else None),
        pieces=tuple(_kept(piece, request) for piece in pieces),
        replies=tuple(replies),
    )


def half(job: str, request: Request, words: str) -> Change:
    """Say the words that were read of a text when it was stopped, as a piece of its own and marked; nothing where there were none.

    What they cost is booked where the writing ends, and nobody knows it yet.
    """
    if not any(sign.isalnum() for sign in words):
        return Change()
    piece = Piece(
        kind=PieceKind.TEXT,
        words=words,
        caption=cut(words.lstrip("# ").split("\n", 1)[0], 120),
        request=request.words,
        parameters={"command": request.command, "options": dict(request.options), "stopped": True},
        parent=next(iter(request.sources), None),
        spends=(Spend(model="", usd=None),),
    )
    reply = shown(piece, request.language)
    author = request.author.name if request.shared else ""
    turns = (
        Turn(role="person", text=request.words, author=author, pieces=(piece.id,)),
        Turn(role="fabula", text=words, pieces=(piece.id,)),
    )
    return Change(
        session=SessionUpdate(key=request.session, turns=turns),
        pieces=(_kept(piece, request),),
        replies=(new_reply(request, f"{job}:stopped", reply, job),),
    )


def _kept(piece: Piece, request: Request) -> KeptPiece:
    return KeptPiece(
        piece=piece, place=request.place, author=request.author.key, session=request.session, created=time.time()
    )


def _read(entry: str) -> dict[str, Any] | None:
    """A step's result where it has fields, empty where it has none; ``None`` where it cannot be read."""
    try:
        value = json.loads(entry)
    except ValueError:
        return None
    return value if isinstance(value, dict) else {}


def _piece(entry: str) -> Iterator[Piece]:
    try:
        piece = Piece.model_validate((_read(entry) or {}).get("piece"), extra="ignore")
    except ValidationError:
        return
    if piece.kind in (PieceKind.TEXT, PieceKind.PICTURE):
        yield piece
