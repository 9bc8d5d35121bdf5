"""How a batch goes on: a durable job for each row, so many at once, one living message, and the buttons under it.

Whatever happens to a batch sets a timer in the same commit; the timer's handler decides what comes next. So a kill finds a row either not begun or
begun, made or not made, and nobody keeps in memory where a batch stands.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import partial

from core import texts
from core.conversation.commands import Command, Parsed
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.limits import next_day, next_month
from core.conversation.moment import Moment
from core.conversation.timers import Outcome, said
from core.errors import BadInput, FabulaError
from core.features.batch import request_of
from core.features.batch_messages import ENDED, SAMPLES, buttons, name_of, state_reply, wrong_rows
from core.features.steps.toolbox import Toolbox
from core.jobs import Job, Recipe, batch_rows, nothing
from core.jobs.batch_rows import TIMER, next_turn
from core.jobs.batch_rows import told as told_of
from core.ports import BatchTurn, Change
from core.types import (
    Batch,
    BatchChange,
    BatchState,
    Button,
    Form,
    FormField,
    Reply,
    Request,
    RowState,
    Timer,
    new_id,
)

TELL_EVERY = 3.0
"""Seconds between two states that are kept: no more of them could be shown."""

LISTED, LISTED_ROWS = 10, 20
"""Batches that are listed, and rows that failed."""

RESETS = {"over-quota": next_day, "over-budget": next_month}
"""When what a batch waits for is there again, by the code of the error."""


# --- what comes next -------------------------------------------------------------------------------------------------


async def go_on(timer: Timer, tools: Toolbox) -> Outcome:
    """Begin the next row where there is room for it, end what has come to its end, and tell how far it is."""
    turn = await tools.store.turn_of(timer.about.get("batch", ""))
    batch = turn.batch
    if batch is None or batch.deleting:
        return Outcome()
    resets = RESETS.get(batch.why.code) if batch.why and batch.state is BatchState.PAUSED else None
    if resets and timer.about.get("resume"):
        return Outcome(change=started(batch, {}))
    if resets:
        return Outcome(change=await _waits(timer, batch, tools, resets(time.time()).timestamp()))
    if batch.state is not BatchState.RUNNING:
        return Outcome(change=await _told(timer, batch, tools))
    if following := await _next_row(timer, batch, turn, tools):
        return following
    if turn.asked and not turn.running:
        return await _sending(timer, batch, tools)
    if turn.running or turn.asked:
        return Outcome(change=await _told(timer, batch, tools))
    return await _ended(timer, batch, tools)


async def _next_row(timer: Timer, batch: Batch, turn: BatchTurn, tools: Toolbox) -> Outcome | None:
    """The next row, where there is room for one: one that a service has answered, else one that was not begun."""
    most = tools.settings.batch_at_once
    if turn.running >= most:
        return None
    answered = await tools.store.answered_row(batch.id) if turn.asked else None
    if answered is None and (turn.waiting is None or (batch.sampling and not batch.samples)):
        return None
    told, room = await _told(timer, batch, tools), turn.running + 1 < most
    if answered:
        return _answered(timer, batch, told, *answered, room=room)
    assert turn.waiting
    return _begun(timer, batch, told, request_of(batch, turn.waiting, sample=batch.sampling), room=room)


def _answered(timer: Timer, batch: Batch, told: Change, number: int, job: str, *, room: bool) -> Outcome:
    """A row goes on with what a service has answered."""
    fields = told.batch.fields if told.batch else {}
    change = BatchChange(batch=batch.id, fields=fields, row_fields={number: {"state": RowState.RUNNING}})
    turn = (next_turn(files_request(batch), batch.id, f"{timer.id.rpartition(':')[2]}'"),) if room else ()
    return Outcome(change=Change(batch=change, timers=turn, replies=told.replies), resumes=job)


async def _sending(timer: Timer, batch: Batch, tools: Toolbox) -> Outcome:
    """All rows wait for a service: what they have asked is handed over to it, if it is not under way."""
    if batch.sending or not await tools.store.unsent_calls(batch.id):
        return Outcome(change=await _told(timer, batch, tools))
    told = await _told(timer, batch.model_copy(update={"told": 0.0}), tools)  # it is quiet from now on
    fields = {"sending": True, **(told.batch.fields if told.batch else {})}
    request = files_request(batch).model_copy(update={"command": "batch-send"})
    change = told.model_copy(update={"batch": BatchChange(batch=batch.id, fields=fields)})
    return Outcome(change=change, request=request)


def _begun(timer: Timer, batch: Batch, told: Change, request: Request, *, room: bool) -> Outcome:
    """The next row, and with ``room`` the one after it; told on the way."""
    assert request.batch
    fields = {"samples": batch.samples - 1} if batch.sampling else {}
    fields |= told.batch.fields if told.batch else {}
    row = {request.batch.number: {"state": RowState.RUNNING, "error": None}}
    change = Change(
        batch=BatchChange(batch=batch.id, fields=fields, row_fields=row),
        timers=(next_turn(request, batch.id, f"{timer.id.rpartition(':')[2]}'"),) if room else (),
        replies=told.replies,
    )
    return Outcome(change=change, request=request, otherwise=partial(_paused, timer, batch))


def _paused(timer: Timer, batch: Batch, error: FabulaError) -> Change:
    """A limit is reached: the batch waits, and says so."""
    return Change(batch=BatchChange(batch=batch.id, pauses=told_of(error)), timers=(_again(batch, 0),))


async def _waits(timer: Timer, batch: Batch, tools: Toolbox, at: float) -> Change:
    """It waits for money: it says so, and goes on by itself when there is some again."""
    resume = Timer(
        id=f"batch:{batch.id}:resume:{int(at)}",
        at=at,
        what=TIMER,
        about={"batch": batch.id, "resume": "yes"},
        place=batch.place,
        owner=batch.author.key,
        language=batch.language,
    )
    state = state_reply(batch, await tools.store.counts(batch.id))
    return Change(timers=(resume,), replies=said(timer, state, in_reply_to=batch.message))


async def _told(timer: Timer, batch: Batch, tools: Toolbox) -> Change:
    """How far it is, unless that was said just now: only for that are all rows counted."""
    now = time.time()
    if batch.state is BatchState.RUNNING and now - batch.told < TELL_EVERY:
        return Change()
    counts = await tools.store.counts(batch.id)
    told = BatchChange(batch=batch.id, fields={"told": now})
    over = batch.state is BatchState.CANCELLED and not counts.of(RowState.RUNNING)
    replies = said(timer, state_reply(batch, counts), in_reply_to=batch.message)
    return Change(batch=told, replies=(*replies, *([batch_rows.over(batch)] if over else [])))


async def _ended(timer: Timer, batch: Batch, tools: Toolbox) -> Outcome:
    """All rows have ended: the table comes back; or the samples have, and the rest is for somebody to start."""
    state = BatchState.PLANNED if batch.sampling else BatchState.DONE
    ended, counts = batch.model_copy(update={"state": state}), await tools.store.counts(batch.id)
    change = Change(
        batch=BatchChange(batch=batch.id, fields={"state": state, "told": time.time()}),
        replies=said(timer, state_reply(ended, counts, afresh=True), in_reply_to=batch.message),
    )
    return Outcome(change=change, request=files_request(batch) if batch.handed and not batch.sampling else None)


def files_request(batch: Batch) -> Request:
    """The request for the table with what came of it."""
    return Request(
        command="batch-files",
        options={"batch": batch.id},
        language=batch.language,
        message=batch.message,
        place=batch.place,
        author=batch.author,
        session=batch.session,
        shared=batch.shared,
    )


def _again(batch: Batch, at: float) -> Timer:
    timer = next_turn(files_request(batch), batch.id, new_id())
    return timer.model_copy(update={"at": at})


def started(
    batch: Batch,
    fields: Mapping[str, object],
    turn: Mapping[RowState, RowState] | None = None,
    *,
    at_once: bool = False,
) -> Change:
    """It runs from now on; ``at_once``: what lies with no service yet is not to."""
    running = {
        "state": BatchState.RUNNING,
        "why": None,
        "began": time.time(),
        "told": 0.0,
        "sending": False,
        "files": (),
    }
    change = BatchChange(batch=batch.id, fields={**running, **fields}, turn=turn or {}, at_once=at_once)
    return Change(batch=change, timers=(_again(batch, 0),))


# --- buttons ---------------------------------------------------------------------------------------------------------


async def batch_of(hands: Hands, here: Moment, pressed: Pressed, *states: BatchState, to_delete: bool = False) -> Batch:
    """The batch that a button names. Raises ``NotAllowed`` for somebody else's, ``BadInput`` for one that is gone or beyond that.

    One that is being deleted is as good as gone, but for who presses that once more.
    """
    batch = await hands.store.batch(pressed.argument)
    if batch is None or batch.place.home != here.event.place.home:
        raise BadInput("batch-over")
    await hands.desk.rights.check_owner(here, batch.author.key)
    if (states and batch.state not in states) or (batch.deleting and not to_delete):
        raise BadInput("batch-over")
    return batch


_AT_REST = (BatchState.PLANNED, BatchState.PAUSED, BatchState.DONE, BatchState.CANCELLED)


async def start(
    hands: Hands,
    here: Moment,
    pressed: Pressed,
    *,
    sampling: bool = False,
    turn: Mapping[RowState, RowState] | None = None,
    slow: bool | None = None,
    at_once: bool = False,
) -> None:
    """Begin, or go on with, the rows that wait; with those that ``turn`` makes wait again. ``slow`` and ``at_once``: see ``Batch``, ``started``."""
    batch = await batch_of(hands, here, pressed, *_AT_REST)
    counts = await hands.store.counts(batch.id)
    before = counts.of(*ENDED) - counts.of(*(turn or {}))
    fields = {"sampling": sampling, "samples": SAMPLES if sampling else 0, "before": max(0, before)}
    fields |= {} if slow is None else {"slow": slow}
    await hands.desk.answer(here, change=started(batch, fields, turn, at_once=at_once))


async def pause(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Begin no further row; those under way come to their end."""
    batch = await batch_of(hands, here, pressed, BatchState.RUNNING)
    paused = BatchChange(batch=batch.id, fields={"state": BatchState.PAUSED, "why": None, "told": 0.0})
    await hands.desk.answer(here, change=Change(batch=paused, timers=(_again(batch, 0),)))


async def stop(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """End it, also what is under way; what was made stays. A plan that nothing was made of goes as a whole."""
    batch = await batch_of(hands, here, pressed, BatchState.PLANNED, BatchState.RUNNING, BatchState.PAUSED)
    await stopped(hands, here, batch)


async def stopped(hands: Hands, here: Moment, batch: Batch) -> None:
    """End a batch of which somebody has said so."""
    await hands.desk.answer(here, change=batch_rows.stopped(files_request(batch), batch.id, new_id()))
    await hands.runner.stop_batch(batch.id)


async def failed(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The rows that failed, with why, and a button to try them again."""
    batch = await batch_of(hands, here, pressed)
    rows = await hands.store.batch_rows(batch.id, (RowState.FAILED, RowState.UNFIT), limit=LISTED_ROWS + 1)
    language = here.private_language
    lines = wrong_rows(rows, language, LISTED_ROWS) or [texts.say("batch-none-failed", language)]
    again = any(row.state is RowState.FAILED for row in rows) and batch.state in _AT_REST
    offered = buttons(["batch-retry"] * again, batch, language)
    await hands.desk.answer(here, Reply(text="\n".join(lines), buttons=offered, private=True))


async def files(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """The table with what has come of it by now."""
    batch = await batch_of(hands, here, pressed)
    request = hands.desk.request(here, "batch-files", options={"batch": batch.id})
    await hands.desk.accept(here, request)


async def show(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Its message, at the end of the chat."""
    batch = await batch_of(hands, here, pressed)
    await hands.desk.answer(here, state_reply(batch, await hands.store.counts(batch.id), afresh=True))


async def delete(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """It goes, with all that was made for it."""
    batch = await batch_of(hands, here, pressed, *_AT_REST, to_delete=True)
    # What is under way, or begun before its turn comes, would be paid and found by nobody.
    await hands.runner.commits.make(Change(batch=BatchChange(batch=batch.id, fields={"deleting": True})))
    await hands.runner.stop_batch(batch.id)
    await hands.desk.accept(here, hands.desk.request(here, "batch-delete", options={"batch": batch.id}))


async def remove(job: Job, tools: Toolbox) -> None:
    """Delete the pieces of a batch, its files with them, then itself; what is gone already is passed over, so it may begin anew."""
    batch = await tools.store.batch(job.request.options["batch"])
    if batch is None:
        return
    after = 0
    while rows := await tools.store.batch_rows(batch.id, (RowState.DONE, RowState.FAILED), after):
        await tools.store.delete_pieces([piece for row in rows for piece in row.with_earlier()])
        after = rows[-1].number
    if begun := await tools.store.begun_pieces(batch.id):
        await tools.store.delete_pieces(begun)
    # In a message of its own: the one before it goes, with the picture that it shows.
    gone = Reply(text=texts.say("batch-deleted", batch.language, name=batch.name), lives=name_of(batch), afresh=True)
    await job.say("gone", gone, batch=BatchChange(batch=batch.id, deleted=True))


async def ask_delete(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Whether it shall really go."""
    batch = await batch_of(hands, here, pressed, *_AT_REST, to_delete=True)
    counts = await hands.store.counts(batch.id)
    text = texts.say("batch-delete-ask", here.private_language, name=batch.name, count=counts.of(RowState.DONE))
    offered = buttons(("batch-delete-yes",), batch, here.private_language)
    await hands.desk.answer(here, Reply(text=text, buttons=offered, private=True))


async def columns_form(hands: Hands, here: Moment, pressed: Pressed) -> Form:
    """Which column fills which input, a line each."""
    batch = await batch_of(hands, here, pressed, BatchState.PLANNED)
    language = here.private_language
    field = FormField(
        name="columns",
        kind="long",
        label=texts.say("batch-columns-label", language),
        hint=texts.say("batch-columns-hint", language),
        value=batch.told_columns[:4000],
        most=4000,
    )
    return Form(title=texts.say("button-batch-columns", language), fields=(field,))


async def columns(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """Plan it once more, with these columns."""
    batch = await batch_of(hands, here, pressed, BatchState.PLANNED)
    options = {"batch": batch.id, "columns": pressed.values.get("columns", "")}
    await hands.desk.accept(here, hands.desk.request(here, "batch", batch.recipe, options={**batch.options, **options}))


# --- the list --------------------------------------------------------------------------------------------------------


async def listed(hands: Hands, here: Moment, parsed: Parsed) -> None:
    """A person's batches here, newest first."""
    found = await hands.store.batches(here.event.place, here.user.key, LISTED)
    language = here.private_language
    if not found:
        return await hands.desk.answer(here, Reply(text=texts.say("batches-none", language), private=True))
    lines, offered = [], []
    for number, batch in enumerate(found, 1):
        counts = await hands.store.counts(batch.id)
        day, state = texts.day(batch.created, language), texts.say(f"batch-is-{batch.state}", language)
        values = {"number": number, "recipe": batch.recipe, "name": batch.name, "day": day, "state": state}
        values |= {"done": counts.of(RowState.DONE, RowState.KNOWN), "total": counts.total}
        lines.append(texts.say("batches-line", language, **values))
        offered.append(Button(action=f"batch-show:{batch.id}", label=str(number)))
    return await hands.desk.answer(here, Reply(text="\n".join(lines), buttons=tuple(offered), private=True))


FEATURE = Feature(
    Command("batches", aliases=("批量列表",)),
    about="your batches: how far each is, its files, and deleting it",
    answer=listed,
    verbs={
        "batch-try": Verb(partial(start, sampling=True)),
        "batch-start": Verb(start),
        "batch-again": Verb(partial(start, turn={RowState.KNOWN: RowState.WAITING})),
        "batch-retry": Verb(partial(start, turn={RowState.FAILED: RowState.WAITING})),
        "batch-resume": Verb(start),
        "batch-pause": Verb(pause),
        "batch-stop": Verb(stop),
        "batch-failed": Verb(failed),
        "batch-files": Verb(files, slow=True),
        "batch-show": Verb(show, labelled=False),
        "batch-columns": Verb(columns, slow=True, form=columns_form),
        "batch-delete": Verb(ask_delete),
        "batch-delete-yes": Verb(delete, slow=True),
    },
    timers={TIMER: go_on},
    recipes={"batch-delete": Recipe(remove, nothing, looks=False)},
    says=(
        *("batches-none", "batches-line", "batch-none-failed", "batch-deleted", "batch-delete-ask"),
        *("batch-columns-label", "batch-columns-hint"),
        *(f"batch-is-{state}" for state in ("planned", "running", "paused", "done", "cancelled")),
    ),
    of="batch",
)
