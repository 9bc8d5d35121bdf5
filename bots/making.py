"""A table's works made from the command line: planned or taken up again, watched until the end, and written into a folder."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from bots.program import Program
from bots.web.places import PLATFORM, PRIVATE, place_of
from core import texts
from core.documents import names
from core.errors import BadInput
from core.features.batch import COLUMNS
from core.features.batch_files import Made, collected, table_of, texts_of
from core.features.batch_messages import ENDED, SAMPLES, wrong_rows
from core.features.batch_run import started
from core.jobs.batch_rows import sentence
from core.ports import Bounds, Change
from core.tables import writing
from core.tables.reading import MOST_BYTES
from core.types import Batch, BatchChange, BatchState, Counts, FileRef, KeptJob, Request, RowState, User

PERSON = "operator"
PLACE = place_of(PRIVATE + PERSON)
"""The chat of the command line: its own, and private."""

ALL_MADE, SOME_NOT, BEGAN_NOT, STOPPED = 0, 1, 2, 130
"""How the command ends; the last as shells count a Ctrl+C."""

LOOKS_EVERY = 0.2
"""Seconds between two looks at how far it is."""

MOST_KNOWN = 1_000
"""Earlier batches that are looked through for one that was killed."""

_MADE = (RowState.DONE, RowState.KNOWN)


@dataclass(frozen=True)
class Wishes:
    """What was typed: a recipe, a table, the folder for the works, ``column=input`` pairs, other options, and whether samples will do."""

    recipe: str
    table: Path
    out: Path
    columns: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    samples: bool = False
    slow: bool = False


class Making:
    """One run of the command. What it makes is a batch whose id follows from recipe, options and table, so the same command finds it again."""

    def __init__(self, program: Program, wishes: Wishes, stop: asyncio.Event) -> None:
        """``stop`` is set when somebody wants it to end."""
        self._program = program
        self._wishes = wishes
        self._stop = stop
        self._language = program.settings.language
        self._store = program.storage.store

    async def run(self) -> int:
        """Make what is not made yet, and write all there is; the code to end with."""
        batch = await self._batch()
        if batch is None:
            return BEGAN_NOT
        await self._pause(await self._store.batches(PLACE, batch.author.key, MOST_KNOWN), besides=batch.id)
        if self._wishes.slow and not batch.may_be_slow:
            raise BadInput("make-not-slow")
        typer.echo("\n".join(line for line in batch.told_columns.splitlines() if not line.endswith("=")), err=True)
        again = {RowState.FAILED: RowState.WAITING} if batch.state is BatchState.DONE else {}
        while change := await self._next_change(batch, again):
            await self._program.runner.commits.make(change)
            batch, again = await self._watched(batch), {}
            if self._stop.is_set() or batch.state is BatchState.PAUSED:
                break
        if self._stop.is_set():
            await self._pause([batch])
        await self._write(batch)
        return await self._told(batch)

    async def _pause(self, batches: Sequence[Batch], besides: str = "") -> None:
        """Have batches wait for their own command to be given again."""
        for batch in batches:
            if batch.state is BatchState.RUNNING and batch.id != besides:
                paused = BatchChange(batch=batch.id, fields={"state": BatchState.PAUSED, "why": None})
                await self._program.runner.commits.make(Change(batch=paused))

    # --- planned, or there already -----------------------------------------------------------------------------------

    async def _batch(self) -> Batch | None:
        """The batch of this very command, planned where there is none yet; ``None`` where nothing can be made of the table, which is told."""
        request = await self._request()
        for number in range(1_000_000):
            name = f"{request.message}-{number}"
            if batch := await self._store.batch(name):
                return batch
            if await self._is_new(name, request):
                return await self._planned(name)
        raise AssertionError("nobody tries so often")

    async def _request(self) -> Request:
        """The request that plans it, as if it were typed in a chat."""
        wishes = self._wishes
        typed = " ".join((f"/batch {wishes.recipe}", *wishes.options))
        parsed = self._program.manager.repertoire.commands.parse(typed)
        if parsed is None or parsed.words != wishes.recipe:
            raise BadInput("make-not-understood", words=" ".join(wishes.options))
        table = await asyncio.to_thread(_bytes_of, wishes.table)
        lines = [f"{field} = {column}" for column, _, field in (one.rpartition("=") for one in wishes.columns)]
        options = {**parsed.options, **({COLUMNS.name: "\n".join(lines)} if lines else {}), "folder": "yes"}
        told = json.dumps([wishes.recipe, options, hashlib.sha256(table).hexdigest()], sort_keys=True)
        media = await self._program.storage.media.put(
            table, "application/octet-stream", owner=f"{PLATFORM}:{PERSON}", home=PLACE.home
        )
        return Request(
            command="batch",
            words=wishes.recipe,
            options=options,
            documents=(FileRef(platform=PLATFORM, ref=media, name=wishes.table.name, size=len(table)),),
            language=self._language,
            message=f"make-{hashlib.sha256(told.encode()).hexdigest()[:24]}",
            place=PLACE,
            author=User(platform=PLATFORM, id=PERSON, name=PERSON, language=self._language),
            session=f"{PLACE.home}:{PERSON}",
        )

    async def _is_new(self, name: str, request: Request) -> bool:
        """Whether it is planned now, or was being planned when an earlier run was stopped; else an earlier try of this name has failed."""
        if await self._program.runner.find(name):
            return True
        if await self._failure(name):
            return False
        planned = request.model_copy(update={"message": name})
        version = self._program.runner.job(planned).recipe
        job = KeptJob(id=name, request=planned, created=time.time(), recipe=version)
        await self._program.runner.accept(Change(new_job=job), Bounds())
        return True

    async def _planned(self, name: str) -> Batch | None:
        while True:
            if batch := await self._store.batch(name):
                return batch
            if failed := await self._failure(name):
                typer.echo(failed, err=True)
                return None
            await asyncio.sleep(LOOKS_EVERY / 4)

    async def _failure(self, message: str) -> str:
        """What was said where nothing came of a message; empty where nothing was."""
        seq = 0
        while rows := await self._program.storage.events.after(PLACE.chat, seq):
            for row in rows:
                event = json.loads(row.data or "{}")
                if event.get("kind") == "failure" and event.get("in_reply_to") == message:
                    return str(event["text"])
            seq = rows[-1].seq
        return ""

    # --- made --------------------------------------------------------------------------------------------------------

    async def _next_change(self, batch: Batch, again: Mapping[RowState, RowState]) -> Change | None:
        """What begins it, or lets it go on, with the rows that are to be tried ``again``; ``None`` where nothing is left to be made."""
        if batch.state is BatchState.RUNNING:
            return Change()
        counts, samples = await self._store.counts(batch.id), self._wishes.samples
        left = counts.of(RowState.WAITING, RowState.RUNNING, RowState.ASKED, *again)
        if not left or (samples and counts.of(*ENDED) >= SAMPLES):
            return None
        before = counts.of(*ENDED) - counts.of(*again)
        fields = {"sampling": samples, "samples": SAMPLES if samples else 0, "before": before}
        fields |= {"slow": self._wishes.slow} if not samples else {}
        return started(batch, fields, again)

    async def _watched(self, batch: Batch) -> Batch:
        """Show how far it is until it rests, or somebody stops it; as it is then."""
        # here, since every other command does without it
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        told = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, TextColumn("{task.fields[cost]}"), console=told) as bar:
            shown = bar.add_task(batch.recipe, total=None, cost="")
            while not self._stop.is_set():
                batch = await self._store.batch(batch.id) or batch
                counts = await self._store.counts(batch.id)
                ended, total = counts.of(*ENDED), _total(batch, counts)
                bar.update(shown, completed=ended, total=total, cost=texts.money(counts.usd, self._language))
                if batch.state is not BatchState.RUNNING:
                    break
                await self._a_moment()
        return batch

    async def _a_moment(self) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), LOOKS_EVERY)
        except TimeoutError:
            pass

    # --- written -----------------------------------------------------------------------------------------------------

    async def _write(self, batch: Batch) -> None:
        """Write pictures, texts, the record of origin and the table into the folder; what an earlier run wrote is written over."""
        made = await collected(self._store, self._program.storage.media, batch)
        await asyncio.to_thread(_written, self._wishes.out, batch, made)

    async def _told(self, batch: Batch) -> int:
        """Say how it ended and which rows failed; the code."""
        counts = await self._store.counts(batch.id)
        failed = await self._store.batch_rows(batch.id, (RowState.FAILED, RowState.UNFIT))
        for line in wrong_rows(failed, self._language, len(failed)):
            typer.echo(line, err=True)
        if batch.state is BatchState.PAUSED and batch.why:
            typer.echo(sentence(batch.why, self._language), err=True)
        values = {"made": counts.of(*_MADE), "total": counts.total, "folder": self._wishes.out}
        typer.echo(texts.say("make-done", self._language, **values, usd=texts.money(counts.usd, self._language)))
        if self._stop.is_set():
            return STOPPED
        lacking = counts.of(RowState.FAILED, RowState.UNFIT, RowState.RUNNING, RowState.ASKED)
        return SOME_NOT if lacking or (counts.of(RowState.WAITING) and not self._wishes.samples) else ALL_MADE


def _total(batch: Batch, counts: Counts) -> int:
    total = counts.of(*ENDED, RowState.WAITING, RowState.RUNNING, RowState.ASKED)
    return min(SAMPLES, total) if batch.sampling else total


def _bytes_of(file: Path) -> bytes:
    """The bytes of a table. Raises ``BadInput`` where it cannot be read, or is too large."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError:
        raise BadInput("make-unreadable", file=str(file)) from None
    if len(data) > MOST_BYTES:
        raise BadInput("table-too-large", limit_mb=MOST_BYTES // 1024**2)
    return data


def _written(folder: Path, batch: Batch, made: list[Made]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for one in made:
        for plate in one.plates:
            place = folder / plate.name
            if not place.exists() or place.stat().st_size != plate.size:
                shutil.copyfile(plate.path, place)
    told: Mapping[str, str] = texts_of(batch, made)
    for name, words in told.items():
        (folder / name).write_text(words, encoding="utf-8")
    header, rows = table_of(batch, made)
    stem = names.stem(batch.name.rpartition(".")[0] or batch.name, "table")
    with (folder / f"{stem}.xlsx").open("wb") as file:
        writing.as_workbook(file, header, rows)
    with (folder / f"{stem}.csv").open("wb") as file:
        writing.as_text(file, header, rows)
