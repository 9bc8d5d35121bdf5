"""``/batch``: a table in, a work for each row out.

Here it is read, understood and told what it would cost; nothing is made before somebody says so.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core import texts
from core.conversation.commands import LANG, QUALITY, STYLE, Command, Option
from core.conversation.feature import Feature
from core.errors import BadInput, FabulaError
from core.features import image, recipe, story
from core.features.batch_messages import SAYS, planned_reply
from core.features.lettering import unset
from core.features.recipe_pictures import COMMAND
from core.features.steps import checking as looking
from core.features.steps.guessing import LETTERS, TOKENS, guessed
from core.features.steps.toolbox import Toolbox, fetch_documents
from core.jobs import Costs, Estimator, Job, Recipe
from core.recipes import inputs
from core.recipes.form import Input, Label, RecipeFile
from core.tables import columns as matching
from core.tables.reading import Line, read_table, shown
from core.types import (
    Batch,
    BatchChange,
    BatchInput,
    BatchRow,
    BatchState,
    Document,
    Request,
    RowError,
    RowState,
    Status,
)

_IDEA = Input(kind="words", label=Label(en="Idea", zh="想法"), required=True, most=2000)

COLUMNS = Option("columns", "text", highest=4000, aliases=("列", "列对应"))
"""Which column fills what, where somebody says it: ``Selling points = Features; Product = Name``."""

COSTS: Mapping[str, Costs] = {COMMAND: recipe.costs, "image": image.costs, "story": story.story_costs}
"""What a row costs, by the command that makes it."""

OF_TABLE = ("batch", COLUMNS.name, "folder")
"""Options that are about the table as a whole, and no row's."""

PATIENCE = 5.0
"""Seconds in which a service has to say whether it takes what may take a day."""

ASKED_AGAIN = frozenset({"row-formula", "row-wide"})
"""Codes of what is wrong with a row by itself, whichever columns are chosen."""


@dataclass(frozen=True)
class Target:
    """What is made of each row: a command, the recipe where it is one's, and what it asks."""

    name: str
    command: str
    inputs: Mapping[str, Input]
    recipe: RecipeFile | None = None

    @property
    def asks(self) -> tuple[BatchInput, ...]:
        """What it asks, as it is kept with a batch."""
        return tuple(
            BatchInput(name=name, label={"en": one.label.en, "zh": one.label.zh}, required=one.required)
            for name, one in self.inputs.items()
        )

    def asked(self, values: Mapping[str, str], language: str) -> tuple[str, dict[str, str]]:
        """The words and options of the request for a row. Raises ``BadInput`` for values that do not fit, or are missing."""
        if self.recipe is None:
            if not values.get("idea"):
                raise BadInput("row-missing", fields=_IDEA.label.of(language))
            return inputs.checked_input(_IDEA, values["idea"], language), {}
        checked = inputs.checked(self.recipe, values, language)
        unset(*inputs.exact(self.recipe, checked).values())
        if lacking := inputs.missing(self.recipe, checked):
            fields = texts.listed(self.recipe.inputs[name].label.of(language) for name in lacking)
            raise BadInput("row-missing", fields=fields)
        return recipe.asked_of(self.recipe, checked)


def target_of(tools: Toolbox, words: str) -> Target:
    """What somebody wants to be made, by the name or another name of its command. Raises ``BadInput`` for what is none, or needs a photo."""
    recipes = tools.shelf.recipes if tools.shelf else {}
    said = words.strip().lstrip("/／").casefold()
    for command in ("image", "story"):
        if said in (command, *_PLAIN[command]):
            return Target(command, command, {"idea": _IDEA})
    for name, one in recipes.items():
        if said in (name, *(alias.casefold() for alias in one.aliases)):
            if one.keeps or (one.photo and one.inputs[one.photo].required):
                raise BadInput("batch-not-this", command=name)
            asked = {key: value for key, value in one.inputs.items() if value.kind != "photo"}
            return Target(name, COMMAND, asked, one)
    known = [name for name, one in recipes.items() if not one.keeps]
    raise BadInput("batch-no-recipe", words=texts.shortened(words, 40), known=", ".join((*known, "image", "story")))


_PLAIN = {"image": ("picture", "画", "图片", "画图"), "story": ("故事",)}


# --- what is planned -------------------------------------------------------------------------------------------------


async def plan(job: Job, tools: Toolbox) -> None:
    """Read the table and say what would be made of it. Steps: table, columns. The batch has the id of this job, so it is planned once."""
    job.show(Status(phase="thinking"))
    request = job.request
    if request.options.get("batch"):
        batch, rows, target = await _planned_again(tools, request)
    else:
        document = await job.step("table", take_table, tools, request)
        batch, rows, target = await _planned(job, tools, document)
    counted, taken = await with_known(tools, batch, rows)
    told = matching.told(batch.columns, batch.header, target.inputs, batch.language)
    counted = counted.model_copy(update={"told_columns": told, "may_be_slow": await _may_be_slow(tools)})
    reply = planned_reply(counted, taken)
    await job.say("plan", reply, batch=BatchChange(batch=batch.id, new=counted, rows=tuple(taken)))


def costs(estimator: Estimator, request: Request) -> list[float]:
    """A look of the helper's at the columns, where nobody has said what fills what."""
    said = COLUMNS.name in request.options
    return [] if said else [estimator.helper(LETTERS, TOKENS)]


async def _may_be_slow(tools: Toolbox) -> bool:
    """Whether some service takes what may take a day; one that does not say so in this moment does not."""
    for service in tools.slowly.values():
        try:
            async with asyncio.timeout(PATIENCE):
                if await service.offered():
                    return True
        except (FabulaError, TimeoutError):
            continue
    return False


async def take_table(tools: Toolbox, request: Request) -> Document:
    """Fetch and keep the table that was sent. A free step."""
    found = await fetch_documents(tools, request, ("table",))
    if not found:
        raise BadInput("not-a-table")
    return found[0]


async def _planned(job: Job, tools: Toolbox, document: Document) -> tuple[Batch, list[BatchRow], Target]:
    request = job.request
    target = target_of(tools, request.words)
    kept = await tools.media.describe(document.media)
    table = await asyncio.to_thread(read_table, kept.path, document.name.rpartition(".")[2])
    said = request.options.get(COLUMNS.name, "")
    columns = matching.matched(table.header, target.inputs)
    guesses: Mapping[str, int] = {}
    if said:
        columns = matching.changed(columns, said, table.header, target.inputs)
    else:
        guesses = await guessed(job, tools, table, columns, target.inputs)
    batch = Batch(
        id=job.id,
        recipe=target.name,
        command=target.command,
        name=texts.shortened(request.documents[0].name or document.name, 60),
        place=request.place,
        author=request.author,
        session=request.session,
        shared=request.shared,
        message=request.message,
        language=request.language,
        created=time.time(),
        header=table.header,
        inputs=target.asks,
        columns={**columns, **guesses},
        guessed=tuple(guesses),
        options={name: value for name, value in request.options.items() if name not in OF_TABLE},
        style_pictures=request.style_pictures,
        handed="folder" not in request.options,
    )
    return batch, await asyncio.to_thread(laid_out, target, batch, table.lines), target


async def _planned_again(tools: Toolbox, request: Request) -> tuple[Batch, list[BatchRow], Target]:
    """With the columns that somebody chose."""
    batch = await tools.store.batch(request.options["batch"])
    if batch is None or batch.state is not BatchState.PLANNED:
        raise BadInput("batch-over")
    target = target_of(tools, batch.recipe)
    columns = matching.chosen(request.options.get("columns", ""), batch.header, target.inputs)
    batch = batch.model_copy(update={"columns": columns, "guessed": ()})
    rows = await tools.store.batch_rows(batch.id, limit=-1)
    lines = [Line(row.number, row.cells, _wrong(row)) for row in rows]
    return batch, await asyncio.to_thread(laid_out, target, batch, lines), target


def _wrong(row: BatchRow) -> BadInput | None:
    error = row.error if row.error and row.error.code in ASKED_AGAIN else None
    return BadInput(error.code, spent=False, retry_after=None, **error.values) if error else None


def laid_out(target: Target, batch: Batch, lines: Sequence[Line]) -> list[BatchRow]:
    """A row of the batch for each line: what it asks for, or why nothing can be made of it."""
    return [_row(target, batch, line) for line in lines]


def _row(target: Target, batch: Batch, line: Line) -> BatchRow:
    row = BatchRow(number=line.number, cells=line.cells)
    try:
        if line.wrong:
            raise line.wrong
        values = {name: shown(line.cells[place]).strip() for name, place in batch.columns.items()}
        words, options = target.asked({name: value for name, value in values.items() if value}, batch.language)
    except FabulaError as error:
        return row.model_copy(
            update={"state": RowState.UNFIT, "error": RowError(code=error.code, values=error.values), "usd": 0.0}
        )
    same = {name: value for name, value in batch.options.items() if name not in OF_TABLE}
    told = json.dumps([batch.recipe, same, words, options], sort_keys=True, ensure_ascii=False)
    key = hashlib.sha256(told.encode()).hexdigest()[:32]
    return row.model_copy(update={"words": words, "values": options, "key": key})


async def with_known(tools: Toolbox, batch: Batch, rows: Sequence[BatchRow]) -> tuple[Batch, list[BatchRow]]:
    """The rows with what was made of the same ones before, and the batch with what each of the others costs about."""
    fit = [row for row in rows if row.state is RowState.WAITING]
    made = await tools.store.made_before(batch.author.key, [row.key for row in fit])
    taken = [_known(row, made.get(row.key)) for row in rows]
    estimator = Estimator(tools.writer, tools.painter, tools.settings, COSTS)
    some = fit[:: max(1, len(fit) // 20)]  # a thousand rows of one recipe cost about the same
    usd = [estimator.usd(request_of(batch, row)) for row in some]
    return batch.model_copy(update={"usd_each": sum(usd) / len(usd) if usd else 0.0}), taken


def _known(row: BatchRow, made: BatchRow | None) -> BatchRow:
    if made is None or row.state is not RowState.WAITING:
        return row
    same = {"state": RowState.KNOWN, "pieces": made.pieces, "usd": 0.0, "score": made.score}
    return row.model_copy(update=same)


def request_of(batch: Batch, row: BatchRow, *, sample: bool = False, kept: RowState | None = None) -> Request:
    """The request that a row is. Its session is of its own: what is made for a table is not what people talk of."""
    options = {**batch.options, **row.values}
    return Request(
        command=batch.command,
        words=row.words,
        options={name: value for name, value in options.items() if name not in OF_TABLE},
        language=batch.language,
        message=batch.message,
        place=batch.place,
        author=batch.author,
        session=f"{batch.place.home}:~{batch.id}.{row.number}:{batch.author.id}",
        shared=batch.shared,
        style_pictures=batch.style_pictures,
        batch={
            "batch": batch.id,
            "number": row.number,
            "shown": sample,
            "slow": batch.slow and not sample and kept is None,
            "kept": kept,
        },
    )


FEATURE = Feature(
    Command(
        "batch",
        "recipe",
        (STYLE, QUALITY, LANG, *looking.OPTIONS, COLUMNS),
        ("table",),
        paid=True,
        asks=True,
        aliases=("批量", "批量制作"),
    ),
    about="a work for each row of the table that you send, with any recipe: samples first, then all of them, and the table comes back filled",
    recipes={"batch": Recipe(plan, costs, looks=False)},
    says=SAYS,
)
