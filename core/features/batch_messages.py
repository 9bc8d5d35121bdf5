"""What is said of a batch: the plan, how far it is, and why rows failed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from core import texts
from core.jobs.batch_rows import about_seconds, sentence
from core.slow import HALF
from core.tables.columns import named
from core.types import AnyButton, Batch, BatchRow, BatchState, Button, Counts, Reply, RowState

SHOWN_ROWS = 5
"""Rows that are told of in a message, with what is wrong."""

SHOWN_COLUMNS = 12

SAMPLES = 3

CELLS = 12
"""Signs of the bar."""

ENDED = (RowState.DONE, RowState.FAILED)

SAYS = (
    *(
        "batch-plan",
        "batch-column",
        "batch-looks",
        "batch-unused",
        "batch-lacks",
        "batch-known",
        "batch-unfit",
        "batch-cost",
        "batch-free",
    ),
    *("batch-nothing", "batch-row", "batch-more", "batch-state", "batch-failed", "batch-left", "batch-spent"),
    *("span-minutes", "span-hours", "span-days", "batch-unpriced", "batch-sampled", "batch-files-in"),
    *(f"batch-{state}" for state in ("planned", "running", "paused", "done", "cancelled")),
)


def planned_reply(batch: Batch, rows: Sequence[BatchRow]) -> Reply:
    """What would be made of a table: column → input, what is missing, what cannot work, price and time, and what can be done."""
    language = batch.language
    fit = sum(row.state is RowState.WAITING for row in rows)
    head = texts.say("batch-plan", language, recipe=batch.recipe, name=batch.name, fit=fit, total=len(rows))
    lines = [head, "", *_columns(batch)]
    known = sum(row.state is RowState.KNOWN for row in rows)
    if known:
        lines += ["", texts.say("batch-known", language, count=known)]
    if unfit := [row for row in rows if row.state is RowState.UNFIT]:
        lines += ["", texts.say("batch-unfit", language, count=len(unfit)), *wrong_rows(unfit, language)]
    lines += ["", cost_line(batch, fit) if fit else texts.say("batch-nothing", language)]
    lines += slow_offer(batch, fit)
    verbs = plan_verbs(batch, fit, known)
    return Reply(text="\n".join(lines), buttons=buttons(verbs, batch, language))


def slow_offer(batch: Batch, fit: int) -> list[str]:
    """What the rows cost about where they may take a day; nothing where there is no such offer."""
    if not (batch.may_be_slow and batch.usd_each and fit):
        return []
    return [
        texts.say(
            "batch-slow-offer", batch.language, usd=texts.money(_about(batch.usd_each * fit * HALF), batch.language)
        )
    ]


def plan_verbs(batch: Batch, fit: int, known: int) -> list[str]:
    """What can be done with a plan."""
    slow = ["batch-slow"] * bool(slow_offer(batch, fit))
    start = ["batch-try"] * (fit > SAMPLES) + ["batch-start"] * (fit > 0) + slow
    return [*start, *["batch-again"] * (known > 0), "batch-columns", "batch-stop"]


def _columns(batch: Batch) -> Iterable[str]:
    language = batch.language
    shown = [one for one in batch.inputs if one.name in batch.columns]
    for one in shown[:SHOWN_COLUMNS]:
        column = named(batch.header, batch.columns[one.name])
        key = "batch-looks" if one.name in batch.guessed else "batch-column"
        yield texts.say(key, language, column=column, field=one.called(language))
    if batch.unused:
        unused = [named(batch.header, place) for place in batch.unused]
        yield texts.say("batch-unused", language, columns=_listed(unused))
    if batch.lacking:
        lacking = [one.called(language) for one in batch.lacking]
        yield texts.say("batch-lacks", language, fields=_listed(lacking))


def _listed(names: Sequence[str]) -> str:
    shown = texts.listed(texts.shortened(name, 30) for name in names[:SHOWN_COLUMNS])
    return f"{shown} …" if len(names) > SHOWN_COLUMNS else shown


def cost_line(batch: Batch, fit: int) -> str:
    """What the rows cost about, and how long they take."""
    language = batch.language
    if not batch.usd_each:
        return texts.say("batch-free", language, time=texts.span(about_seconds(fit), language))
    usd = texts.money(_about(batch.usd_each * fit), language)
    return texts.say("batch-cost", language, usd=usd, time=texts.span(about_seconds(fit), language))


def _about(usd: float) -> float:
    """An estimate, no more exact than it is."""
    return round(usd, 2) or usd


def state_reply(batch: Batch, counts: Counts, *, afresh: bool = False) -> Reply:
    """How far a batch is, with what can be done with it now."""
    language = batch.language
    ended = counts.of(*ENDED)
    total = ended + counts.of(RowState.WAITING, RowState.RUNNING, RowState.ASKED)
    bar = "▰" * (CELLS * ended // total if total else CELLS)
    values = {"recipe": batch.recipe, "name": batch.name, "bar": bar.ljust(CELLS, "▱")}
    lines = [texts.say("batch-state", language, **values, done=ended, total=total)]
    told = [texts.say("batch-failed", language, count=failed)] if (failed := counts.of(RowState.FAILED)) else []
    told += _spent(counts, language)
    if batch.state is BatchState.RUNNING and not batch.slow and (left := _left(batch, ended, total)):
        told.append(texts.say("batch-left", language, time=texts.span(left, language)))
    if told:
        lines.append(" · ".join(told))
    lines.append(_why(batch, counts))
    return Reply(
        text="\n".join(lines),
        buttons=buttons(_verbs(batch, counts), batch, language),
        lives=name_of(batch),
        plate=batch.newest,
        afresh=afresh,
    )


def _spent(counts: Counts, language: str) -> list[str]:
    told = [texts.say("batch-spent", language, usd=texts.money(_about(counts.usd), language))] if counts.usd else []
    return told + ([texts.say("batch-unpriced", language, count=counts.unpriced)] if counts.unpriced else [])


def _left(batch: Batch, ended: int, total: int) -> float:
    """Seconds until the end, as far as the rows since the start tell; 0 where none do."""
    made = ended - batch.before
    return (time.time() - batch.began) / made * (total - ended) if made > 0 and batch.began else 0.0


def _why(batch: Batch, counts: Counts) -> str:
    if batch.state is BatchState.PAUSED and batch.why:
        return sentence(batch.why, batch.language)
    if batch.state is BatchState.PLANNED and batch.sampling:
        rest = counts.of(RowState.WAITING)
        offer = slow_offer(batch, rest)
        return " ".join((texts.say("batch-sampled", batch.language), cost_line(batch, rest), *offer))
    if batch.state is BatchState.RUNNING and (asked := counts.of(RowState.ASKED)):
        return texts.say("batch-asked", batch.language, count=asked)
    return texts.say(f"batch-{batch.state}", batch.language)


def _verbs(batch: Batch, counts: Counts) -> list[str]:
    """What can be done now."""
    failed = ["batch-failed"] * (counts.of(RowState.FAILED, RowState.UNFIT) > 0)
    files = ["batch-files"] * (counts.of(RowState.DONE, RowState.KNOWN) > 0)
    if batch.state is BatchState.RUNNING:
        return ["batch-pause", "batch-stop", *failed]
    if batch.state is BatchState.PAUSED:
        return ["batch-resume", *["batch-hurry"] * batch.slow, "batch-stop", *failed, *files]
    if batch.state is BatchState.PLANNED:
        waiting = counts.of(RowState.WAITING)
        slow = ["batch-slow"] * bool(slow_offer(batch, waiting))
        return ["batch-start"] * (waiting > 0) + slow + ["batch-columns", "batch-stop", *failed]
    retry = ["batch-retry"] * (counts.of(RowState.FAILED) > 0)
    rest = ["batch-resume"] * (batch.state is BatchState.CANCELLED and counts.of(RowState.WAITING) > 0)
    again = ["batch-row"] * (batch.state is BatchState.DONE and counts.of(*ENDED, RowState.KNOWN) > 0)
    return [*files, *rest, *failed, *retry, *again, "batch-delete"]


def buttons(verbs: Iterable[str], batch: Batch, language: str) -> tuple[AnyButton, ...]:
    """Buttons of these verbs for a batch."""
    return tuple(Button(action=f"{verb}:{batch.id}", label=texts.say(f"button-{verb}", language)) for verb in verbs)


def name_of(batch: Batch) -> str:
    """Under which name its message lives."""
    return f"batch:{batch.id}"


def wrong_rows(rows: Sequence[BatchRow], language: str, most: int = SHOWN_ROWS) -> list[str]:
    """Rows with what is wrong with each, and how many more there are."""
    lines = [
        texts.say("batch-row", language, row=row.number, why=sentence(row.error, language))
        for row in rows[:most]
        if row.error
    ]
    return [*lines, texts.say("batch-more", language, count=len(rows) - most)] if len(rows) > most else lines
