"""Ideas that are photos: fetched when they are given, kept where nobody but their author sees them, and shown once all is revealed."""

from __future__ import annotations

import time

from core.boards import rounds
from core.conversation.feature import Feature, Hands
from core.conversation.moment import Moment
from core.errors import BadInput
from core.features.steps import board_words as words
from core.features.steps.boards import moved_on
from core.features.steps.toolbox import PREVIEW_EDGE, Toolbox, gather
from core.jobs import Job, Recipe, new_reply, nothing
from core.pictures import files as pictures
from core.pictures.work import in_thread
from core.ports import Change, Store
from core.types import Board, KeptPiece, Message, Picture, Piece, PieceKind, Place, Reply

PHOTO = "board-photo"
"""The command of a request to take in an idea that has a photo."""


async def give_photo(
    hands: Hands, here: Moment, board: Board, text: str, built_on: int, replies: tuple[Reply, ...]
) -> None:
    """Take in an idea with a photo: what is wrong with it is said at once, the photo is fetched by a job. Raises ``BadInput``."""
    assert isinstance(here.event, Message)
    if len(here.event.files) > 1:
        raise BadInput("board-one-photo")
    rounds.give(board, here.user, text, time.time(), built_on, Picture(media="", width=0, height=0, mime=""))
    options = {"board": board.id, "text": text, "on": str(built_on), "said": "" if replies else "true"}
    request = hands.desk.request(here, PHOTO, options=options, replied_files=here.event.files, hidden=True)
    await hands.desk.accept(here, request, replies=replies)


async def take_in(job: Job, tools: Toolbox) -> None:
    """Fetch the photo and give the idea. Steps: photo."""
    picture = await job.step("photo", _fetched, tools, job)

    async def given() -> Change | None:
        request, options = job.request, job.request.options
        board, now = await tools.store.board(options["board"]), time.time()
        if board is None:
            raise BadInput("board-gone")
        if any(idea.photo == picture for idea in board.ideas):
            return None
        after = rounds.give(board, request.author, options["text"], now, int(options["on"]), picture)
        hidden = Piece(kind=PieceKind.PHOTO, picture=picture, request=options["text"])
        ideas = (*after.ideas[:-1], after.ideas[-1].model_copy(update={"piece": hidden.id}))
        change = moved_on(board, after.model_copy(update={"ideas": ideas, "version": board.version + 1}), now)
        noted = words.noted(after, request.author.key, job.private_language)
        said = (new_reply(request, f"{job.id}:noted", noted, job.id),) if options["said"] else ()
        kept = _kept(hidden, Place(platform=board.place.platform, chat=""), request.author.key, now)
        return change.model_copy(update={"pieces": (kept,), "replies": (*change.replies, *said)})

    await job.settle(given)


async def _fetched(tools: Toolbox, job: Job) -> Picture:
    """The photo's bytes, kept. A free step. Raises ``BadInput`` for a file that is no sound picture."""
    (photo,) = (await gather(tools, job.request)).sources
    assert photo.picture
    return photo.picture


def _kept(piece: Piece, place: Place, author: str, now: float) -> KeptPiece:
    """A photo of somebody's in a place; where that is no chat, nobody else comes across it."""
    session = f"{place.key}:{author.partition(':')[2]}"
    return KeptPiece(piece=piece, place=place, author=author, session=session, created=now)


def kept_photos(board: Board) -> tuple[KeptPiece, ...]:
    """The photos of a board as pieces that everybody there may see from now on."""
    authors, now = {idea.number: idea.author for idea in board.shown}, time.time()
    return tuple(
        _kept(piece, board.place, authors[piece.idea.number], now) for piece in words.photos(board) if piece.idea
    )


async def let_go(hands: Hands, before: Board) -> None:
    """Delete the photos of ideas that are not on a board any more."""
    after = await hands.store.board(before.id)
    left = {idea.piece for idea in after.ideas} if after else set()
    for idea in before.ideas:
        if idea.piece and idea.piece not in left:
            await hands.store.delete_piece(idea.piece)


async def let_go_of(store: Store, before: Board) -> None:
    """Delete the hidden pieces of photos that are shown by others now; those of ideas that stay back are kept for their authors."""
    after = await store.board(before.id)
    left = {idea.piece for idea in after.ideas} if after and after.revealed else {idea.piece for idea in before.ideas}
    for idea in before.ideas:
        if idea.piece and idea.piece not in left:
            await store.delete_piece(idea.piece)


async def thumbnail(tools: Toolbox, photo: Picture) -> bytes:
    """A photo as small as a moderator needs it."""
    return await in_thread(pictures.thumbnail, await tools.media.read(photo.media), PREVIEW_EDGE)


FEATURE = Feature(recipes={PHOTO: Recipe(take_in, nothing, looks=False)})
