"""What a job tells that makes a row of a batch: to the batch what came of it, and to the chat nothing, unless it is a sample."""

from __future__ import annotations

from collections.abc import Collection

from core import texts
from core.errors import FabulaError
from core.jobs.each import OF_ALL
from core.jobs.replies import failure
from core.ports import Change, NewReply, Store
from core.types import (
    Batch,
    BatchChange,
    BatchState,
    KeptJob,
    Piece,
    PieceKind,
    Reply,
    Request,
    RowError,
    RowState,
    Timer,
)

TIMER = "batch"
"""The name of the timer that goes on with a batch."""

FIRST_GUESS = 30.0
"""Seconds that a row takes, as long as none was made (our own rule: a text and two pictures)."""


def about_seconds(rows: int) -> float:
    """How long so many rows take about, as long as none was made."""
    return rows * FIRST_GUESS / 4


def quiet(request: Request, change: Change) -> Change:
    """The change, without what only a person who waits has to see."""
    if request.batch is None:
        return change
    said = tuple(reply for reply in change.replies if not reply.reply.end) if request.batch.shown else ()
    return change.model_copy(update={"replies": said, "session": None})


def ended(job: KeptJob, pieces: Collection[Piece], error: FabulaError | None, *, cancelled: bool = False) -> Change:
    """That a row is made, or why it is not, and that its batch goes on. Empty for a job that makes none.

    What is not of this row alone (money, account, disk) pauses the batch, and the row waits for its next turn, as one does that was cancelled.
    One that is made once more and fails is what it was.
    """
    row = job.request.batch
    if row is None:
        return Change()
    if row.kept and (error or cancelled):
        again: dict[str, object] = {"state": row.kept, "error": told(error) if error else None}
        change = BatchChange(batch=row.batch, row_fields={row.number: again})
        return Change(batch=change, timers=(next_turn(job.request, row.batch, job.id),))
    waits = cancelled or isinstance(error, OF_ALL)
    fields: dict[str, object] = {"state": RowState.WAITING if waits else RowState.FAILED if error else RowState.DONE}
    if not waits:
        fields |= {"pieces": tuple(piece.id for piece in pieces), "usd": cost(pieces), "score": score(pieces)}
        fields["error"] = told(error) if error else None
    shown = [piece.picture for piece in pieces if piece.picture and piece.kind is PieceKind.PICTURE]
    newest = {"newest": shown[-1]} if shown else {}
    pauses = told(error) if isinstance(error, OF_ALL) else None
    change = BatchChange(batch=row.batch, fields=newest, row_fields={row.number: fields}, pauses=pauses)
    return Change(batch=change, timers=(next_turn(job.request, row.batch, job.id),))


def with_row(job: KeptJob, change: Change, of_row: Change) -> Change:
    """The change by which a job ends, with what it means for its batch, if it is for one."""
    said = quiet(job.request, change)
    return said.model_copy(update={"batch": of_row.batch, "timers": of_row.timers}) if of_row.batch else said


async def is_stopped(store: Store, request: Request) -> bool:
    """Whether the batch was stopped or deleted whose row a request makes: in the moment in which that was begun, or before a kill."""
    row = request.batch
    batch = await store.batch(row.batch) if row else None
    if row is None:
        return False
    return batch is None or batch.deleting or (batch.state is BatchState.CANCELLED and row.kept is None)


def stopped(request: Request, batch: str, occasion: str) -> Change:
    """That a batch is over, also what of it is under way; what was made stays. ``request`` is any that belongs to it."""
    fields = {"state": BatchState.CANCELLED, "why": None, "told": 0.0, "sending": False}
    over = BatchChange(batch=batch, fields=fields, turn={RowState.ASKED: RowState.WAITING})
    return Change(batch=over, timers=(next_turn(request, batch, occasion),))


def told(error: FabulaError) -> RowError:
    """An error as it is kept."""
    return RowError(code=error.code, values=error.values)


def sentence(error: RowError, language: str) -> str:
    """What went wrong, as it is told anywhere. Values that another version kept may lack something that its sentence tells."""
    try:
        return failure(FabulaError(error.code, spent=False, retry_after=None, **error.values), language).text
    except KeyError:
        return texts.say("error-internal", language)


def over(batch: Batch) -> NewReply:
    """That nothing more comes of a batch, once for each time that it was started. It answers the batch itself: programs wait for it."""
    return NewReply(
        key=f"batch:{batch.id}:over:{batch.began}",
        place=batch.place,
        user=batch.author.key,
        in_reply_to=batch.id,
        language=batch.language,
        reply=Reply(end=True),
    )


def next_turn(request: Request, batch: str, occasion: str) -> Timer:
    """That a batch is looked at as soon as possible; the same occasion is one."""
    return Timer(
        id=f"batch:{batch}:{occasion}",
        at=0,
        what=TIMER,
        about={"batch": batch},
        place=request.place,
        owner=request.author.key,
        language=request.language,
    )


def cost(pieces: Collection[Piece]) -> float | None:
    """What pieces cost, in USD; ``None`` as soon as one price is unknown."""
    costs = [piece.cost_usd for piece in pieces]
    return None if None in costs else sum(usd for usd in costs if usd is not None)


def score(pieces: Collection[Piece]) -> float | None:
    """How the worst picture was found that was looked at, from 0 to 1."""
    scores = [piece.checked.score for piece in pieces if piece.kind is PieceKind.PICTURE and piece.checked]
    return min(scores, default=None)
