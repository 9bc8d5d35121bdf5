"""One row of a batch once more, however far the batch is; and the files of some of its rows."""

from __future__ import annotations

from functools import partial

from core import texts
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.conversation.timers import Outcome, said
from core.errors import BadInput, FabulaError
from core.features.batch import request_of
from core.features.batch_files import numbers_of
from core.features.batch_run import batch_of, files_request
from core.features.steps.toolbox import Toolbox
from core.jobs import failure
from core.ports import Change
from core.types import Batch, BatchChange, BatchRow, Form, FormField, RowState, Timer, new_id

TIMER = "batch-row"

LAST_ROW = 999_999
"""The highest number that a row of a file has: there may be empty ones between."""

AGAIN = (RowState.DONE, RowState.FAILED, RowState.KNOWN)
"""What can be made once more."""


async def row_form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """Which row."""
    await batch_of(hands, here, pressed)
    language = here.private_language
    field = FormField(name="row", kind="number", label=texts.say("batch-row-label", language), least=1, most=LAST_ROW)
    return Form(title=texts.say("button-batch-row", language), fields=(field,))


async def again(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Make a row once more; what is there stays until it is made."""
    batch = await batch_of(hands, here, pressed)
    number = int(pressed.values["row"])
    row = next(iter(await hands.store.batch_rows(batch.id, after=number - 1, limit=1)), None)
    if row is None or row.number != number:
        raise BadInput("batch-no-row", row=number)
    if row.state not in AGAIN:
        raise BadInput("batch-row-not", row=number)
    about = {"batch": batch.id, "row": str(number)}
    due = {"id": f"batch:{batch.id}:row:{number}:{new_id()}", "at": 0, "what": TIMER, "about": about}
    whose = {"place": batch.place, "owner": batch.author.key, "language": batch.language}
    await hands.desk.answer(here, change=Change(timers=(Timer.model_validate(due | whose),)))


async def begin(timer: Timer, tools: Toolbox) -> Outcome:
    """Begin the row, whatever the others do; where a limit is in the way, it stays what it is and its person is told."""
    batch, number = await tools.store.batch(timer.about["batch"]), int(timer.about["row"])
    rows = await tools.store.batch_rows(batch.id, AGAIN, number - 1, 1) if batch else ()
    if batch is None or batch.deleting or not rows or rows[0].number != number:
        return Outcome()
    row = rows[0]
    earlier = row.earlier if row.state is RowState.KNOWN else row.with_earlier()
    running = {number: {"state": RowState.RUNNING, "error": None, "earlier": earlier}}
    change = Change(batch=BatchChange(batch=batch.id, fields={"files": ()}, row_fields=running))
    request = request_of(batch, row, kept=row.state)
    return Outcome(change=change, request=request, otherwise=partial(_refused, timer, batch, row))


def _refused(timer: Timer, batch: Batch, row: BatchRow, error: FabulaError) -> Change:
    return Change(replies=said(timer, failure(error, batch.language), in_reply_to=batch.message))


async def pick_form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """Which rows."""
    await batch_of(hands, here, pressed)
    language = here.private_language
    hint = texts.say("batch-rows-hint", language)
    field = FormField(name="rows", kind="long", label=texts.say("batch-rows-label", language), hint=hint, most=4000)
    return Form(title=texts.say("batch-rows-label", language), fields=(field,))


async def pick(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The archive of some rows."""
    batch = await batch_of(hands, here, pressed)
    numbers_of(pressed.values["rows"])
    options = {**files_request(batch).options, "rows": pressed.values["rows"]}
    await hands.desk.accept(here, hands.desk.request(here, "batch-files", options=options))


FEATURE = Feature(
    verbs={
        "batch-row": Verb(again, form=row_form),
        "batch-pick": Verb(pick, slow=True, labelled=False, form=pick_form),
    },
    timers={TIMER: begin},
    says=(
        *("batch-row-label", "batch-rows-label", "batch-rows-hint"),
        *("error-batch-no-row", "error-batch-row-not"),
    ),
    of="batch",
)
