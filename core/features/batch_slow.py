"""The rows of a table at half price: what they ask of a model goes to the service in files, and is answered within a day.

A row's job rests while what it asked lies there (``core.slow``). When no row has anything else to do, all that was asked is handed over in waves;
a timer looks after each wave, and what was answered lets its rows go on, to their next call or to their end.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from functools import partial

from core import slow
from core.conversation.feature import Feature, Hands, Pressed, Verb
from core.conversation.moment import Moment
from core.conversation.timers import Outcome
from core.errors import FabulaError
from core.features.batch_run import files_request, start
from core.features.steps.toolbox import Toolbox
from core.jobs import Job, Recipe, nothing
from core.jobs.batch_rows import next_turn
from core.jobs.batch_rows import told as told_of
from core.ports import Change, Media, Slowly, Store
from core.types import (
    Batch,
    BatchChange,
    BatchState,
    KeptJob,
    Place,
    RowError,
    SlowCall,
    Status,
    Timer,
    Value,
    Wave,
    new_id,
)

MOST_CALLS = 200
"""Calls in one file (the API takes 50,000): with pictures, more would come back as more than a connection brings in its time."""

MOST_BYTES = 100 * 1024**2
"""Bytes of one file, half of what the API takes (OpenAI, "Batch API", 2026-11)."""

FIRST_LOOK, LONGEST_WAIT = 1.0, 120.0
"""Seconds until a wave is first looked after; each further time takes twice as long, up to the second."""

MOST_TRIES = 720
"""Looks, a day's: then the service has ended by itself what was not to be ended."""

LOOKS_FOR = 8.0
"""Seconds that one look may take."""

READ_AT_ONCE = 50

SUCCEEDED = range(200, 300)
"""The statuses of answers that are paid for."""

TIMER = "batch-wave"


class Handed(Value):
    """What a service calls a wave."""

    remote: str


class Taken(Value):
    """How many calls of a wave were not answered."""

    missing: int


async def calls_of(store: Store, media: Media, job: KeptJob, rest: Callable[[], object]) -> slow.Calls | None:
    """The calls of a job for a row that may take its time. Where that is over, only what was answered is taken."""
    row = job.request.batch
    if row is None or not row.slow:
        return None
    batch = await store.batch(row.batch)
    return slow.Calls(job, store, media.read, asks=batch is not None and batch.slow, rest=rest)


# --- handed over -----------------------------------------------------------------------------------------------------


async def send(job: Job, tools: Toolbox) -> None:
    """Hand over what was asked. Steps: wave:…. A wave is handed over once, whenever the process dies."""
    batch = await tools.store.batch(job.request.options["batch"])
    if batch is None:
        return
    job.show(Status(phase="thinking"))
    end = BatchChange(batch=batch.id, fields={"sending": False})
    try:
        for wave in await tools.store.waves_to_send(batch.id, MOST_CALLS, MOST_BYTES):
            handed = await job.step(f"wave:{wave.id}", submit, tools, wave)
            sent = BatchChange(batch=batch.id, sent={wave.id: handed.remote})
            looks = _look_at(wave.model_copy(update={"remote": handed.remote}), 0)
            await _settle(job, Change(batch=sent, timers=(looks,)))
    except FabulaError as error:
        end = end.model_copy(update={"pauses": told_of(error)})
    await _settle(job, Change(batch=end, timers=(next_turn(files_request(batch), batch.id, job.id),)))


async def _settle(job: Job, change: Change) -> None:
    async def make() -> Change:
        return change

    await job.settle(make)


async def submit(tools: Toolbox, wave: Wave) -> Handed:
    """Write a wave into a file, as it is read from the store, and give it to its service. A free step."""
    return Handed(remote=await _service(tools, wave).submit(wave, _calls(tools, wave)))


async def _calls(tools: Toolbox, wave: Wave) -> AsyncIterator[SlowCall]:
    after = ""
    while calls := await tools.store.calls_of(wave.id, after, READ_AT_ONCE):
        for call in calls:
            yield call
        after = calls[-1].id


def _service(tools: Toolbox, wave: Wave) -> Slowly:
    return next(one for name, one in tools.slowly.items() if name == wave.service)


# --- looked after, and taken -----------------------------------------------------------------------------------------


def _look_at(wave: Wave, tries: int) -> Timer:
    """A timer of nobody's: it outlives a table that is deleted and a person who is forgotten, and tells of neither."""
    wait = min(FIRST_LOOK * 2 ** min(tries, 20), LONGEST_WAIT)
    return Timer(
        id=f"wave:{wave.id}:{tries}:{new_id()}" if tries else f"wave:{wave.id}",
        at=time.time() + wait,
        what=TIMER,
        about={"wave": wave.id, "tries": str(tries), **wave.model_dump(exclude={"id"})},
        place=Place(platform="", chat=""),
    )


def wave_of(timer: Timer) -> Wave | None:
    """What a timer looks after, as it was handed over; ``None`` of one that earlier versions set, which know its name alone."""
    if "remote" not in timer.about:
        return None
    return Wave(**{name: timer.about["wave" if name == "id" else name] for name in Wave.model_fields})


async def look(timer: Timer, tools: Toolbox) -> Outcome:
    """See how far a wave is; have it end where its batch was stopped or is gone, and have what it brought taken once it is over."""
    tries, under_way = int(timer.about["tries"]), await tools.store.wave(timer.about["wave"])
    wave = under_way or wave_of(timer)
    if wave is None:
        return Outcome()
    batch = await tools.store.batch(wave.batch)
    again = Outcome(change=Change(timers=(_look_at(wave, tries + 1),)))
    try:
        async with asyncio.timeout(LOOKS_FOR):
            if batch is None or under_way is None:
                if tries < MOST_TRIES:
                    await _service(tools, wave).cancel(wave.remote)
                return Outcome()
            sent = await _service(tools, wave).look(wave.remote)
            if not sent.over and batch.state is BatchState.CANCELLED:
                await _service(tools, wave).cancel(wave.remote)
    except (FabulaError, TimeoutError):
        return again
    if not sent.over:
        return again
    request = files_request(batch)
    return Outcome(
        request=request.model_copy(
            update={"command": "batch-take", "options": {"batch": batch.id, "wave": wave.id, "state": sent.state}}
        )
    )


async def take(job: Job, tools: Toolbox) -> None:
    """Keep what a wave brought, and let its rows go on. What it did not bring waits, and is offered again. Steps: take."""
    options = job.request.options
    batch, wave = await tools.store.batch(options["batch"]), await tools.store.wave(options["wave"])
    if batch is None or wave is None:
        return
    try:
        taken = await job.step("take", taken_from, tools, batch, wave)
    except FabulaError:
        await _settle(job, Change(timers=(_look_at(wave, 20),)))
        return
    code = "slow-refused" if options["state"] == "failed" else "slow-expired"
    why = RowError(code=code, values={"count": taken.missing}) if taken.missing else None
    fields = {"told": 0.0} if taken.missing else {}
    change = BatchChange(batch=batch.id, fields=fields, pauses=why, ended_waves=(wave.id,))
    await _settle(job, Change(batch=change, timers=(next_turn(files_request(batch), batch.id, job.id),)))


async def taken_from(tools: Toolbox, batch: Batch, wave: Wave) -> Taken:
    """Keep each answer as it comes. One that nobody waits for any more was paid for all the same, nobody knows how much."""
    service = _service(tools, wave)
    whose = {"owner": batch.author.key, "home": batch.place.home}
    for file in (await service.look(wave.remote)).files:
        async for answer in service.answers(file):
            call = await tools.store.slow_call(answer.id)
            if call and call.given_up and answer.status in SUCCEEDED:
                await tools.store.book_given_up(answer.id)
            elif call and not call.answer:
                media = await tools.media.put(answer.body, "application/json", **whose)
                await tools.store.answer_slowly(answer.id, answer.status, media)
    missing = 0
    async for _ in _calls(tools, wave):
        missing += 1
    return Taken(missing=missing)


# --- buttons ---------------------------------------------------------------------------------------------------------


async def hurry(hands: Hands, here: Moment, pressed: Pressed) -> None:
    """What lies with nobody is made at once, at the usual price."""
    await start(hands, here, pressed, slow=False, at_once=True)


FEATURE = Feature(
    recipes={
        "batch-send": Recipe(send, nothing, looks=False, batch=True),
        "batch-take": Recipe(take, nothing, looks=False, batch=True),
    },
    verbs={"batch-slow": Verb(partial(start, slow=True)), "batch-hurry": Verb(hurry)},
    timers={TIMER: look},
    says=("batch-slow-offer", "batch-asked"),
    of="batch",
)
