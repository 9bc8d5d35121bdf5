"""The steps that make a recipe's text: one structured call, looked at without a model, and mended once."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field, create_model

from core import prompts, texts
from core.brief import Brief
from core.conversation.cast import ABOUT
from core.documents.diagrams import FEWEST, Diagram, Form
from core.errors import Unavailable
from core.features.steps.tasting import leaning, of_piece
from core.features.steps.toolbox import Toolbox, own_language
from core.graphemes import cut
from core.jobs import Paid
from core.ports import Show
from core.recipes import checking, inputs
from core.recipes.checking import Fault, Parts
from core.recipes.form import Part, RecipeFile
from core.recipes.templates import fill
from core.types import Cast, Piece, PieceKind, Request, TextSoFar, Value

PARTS = "parts"
"""Under this name a text's parameters hold its parts, where it was made for a row of a table."""

SCHEMA = "recipe"
"""The name of the schema of a recipe's text."""


class Task(Value):
    """What is to be made: a recipe with the values that were given, and the language to write in."""

    recipe: RecipeFile
    values: Mapping[str, str]
    language: str


class Filled(Paid):
    """The parts of the text by name."""

    parts: Mapping[str, Parts]


async def write_parts(
    tools: Toolbox, request: Request, task: Task, show: Show, draft: Filled | None = None, faults: Sequence[Fault] = ()
) -> Filled:
    """Have all parts written in one call that were not given, showing them as they grow; with a ``draft``, mended."""
    given = inputs.exact(task.recipe, task.values)
    if not task.recipe.text.parts.keys() - given.keys():
        return Filled(parts=given)
    brief = _brief(request, task)
    instructions = (
        f"{prompts.instructions(brief)}\n\n{fill(task.recipe.text.instructions.of(task.language), _seen(task))}"
    )

    def growing(parts: Mapping[str, Any]) -> None:
        if said := laid_out(task, {**parts, **given}):
            show(TextSoFar(text=said))

    filled, spend = await tools.writer.extract(
        instructions,
        _asked(task, draft, faults, request.characters),
        _shape(task, given),
        name=SCHEMA,
        person=tools.pseudonym(request.author),
        brief=brief,
        growing=growing,
    )
    parts = {name: _plain(value) for name, value in filled.model_dump().items()}
    if not any(map(checking.words, parts.values())):
        raise Unavailable("answer-unreadable", spent=True)
    return Filled(parts={**parts, **given}, spends=(spend,))


async def text_piece(
    request: Request, task: Task, filled: Filled, spent: Filled | None, options: Mapping[str, str]
) -> Piece:
    """The text as it is said. ``spent``: what was written before it was mended. A free step."""
    words = laid_out(task, filled.parts)
    spends = (*(spent.spends if spent else ()), *filled.spends)
    return Piece(
        kind=PieceKind.TEXT,
        words=words,
        caption=cut(words.lstrip("# *").split("\n", 1)[0].strip("*"), 120),
        request=request.words,
        model=filled.spends[0].model if filled.spends else "",
        parameters={
            "command": request.command,
            "options": dict(options),
            **_about(task, filled),
            **_parts(request, filled),
        },
        spends=spends,
        taste=of_piece(request, ("tone",)),
    )


def _parts(request: Request, filled: Filled) -> dict[str, Any]:
    """What is kept of a row's text for its table: each part by itself."""
    return {PARTS: {name: checking.words(part) for name, part in filled.parts.items()}} if request.batch else {}


def _about(task: Task, filled: Filled) -> dict[str, Any]:
    """What is kept of a character, if the work is one: as it was given, and what was written of it."""
    if task.recipe.keeps is None:
        return {}
    written = {name: value for name, value in filled.parts.items() if isinstance(value, str)}
    name, looks = (task.values[one] for one in (task.recipe.keeps.name, task.recipe.keeps.looks))
    return {ABOUT: {**written, "name": name, "looks": looks}}


def laid_out(task: Task, parts: Mapping[str, Any]) -> str:
    """The parts as one text in the small markup, in the order of the recipe; those that are not there yet are left out."""
    return "\n\n".join(
        said
        for name in task.recipe.order
        if (said := _part(task.recipe.text.parts[name], parts.get(name), task.language))
    )


def _part(part: Part, value: Any, language: str) -> str:
    if part.kind == "diagram":
        return ""
    heading = f"**{part.heading.of(language)}**\n" if part.heading else ""
    if part.kind == "list":
        listed = value if isinstance(value, list) else []
        lines = [f"• {' '.join(item.split())}" for item in listed if isinstance(item, str) and item.strip()]
        return heading + "\n".join(lines) if lines else ""
    if not isinstance(value, str) or not value.strip():
        return ""
    return f"# {' '.join(value.split())}" if part.kind == "title" else heading + value.strip()


def faults(task: Task, filled: Filled) -> list[Fault]:
    """What is wrong with the text by its recipe."""
    return checking.faults(task.recipe, task.values, filled.parts, task.language)


def _plain(value: Any) -> Parts:
    if isinstance(value, dict):
        return Diagram.model_validate(value)
    return [str(item).strip() for item in value if str(item).strip()] if isinstance(value, list) else str(value).strip()


def _brief(request: Request, task: Task) -> Brief:
    parts = task.recipe.text.parts
    lengths = [length for part in parts.values() if (length := checking.length_of(part, task.values, task.language))]
    return Brief(
        kind="recipe",
        language=task.language,
        own=own_language(request, task.values.get(task.recipe.takes, "")),
        length=max(lengths, default=None),
        tone=leaning(request, "tone"),
        parts={name: part.most or 0 for name, part in parts.items()},
    )


def _seen(task: Task) -> dict[str, object]:
    return inputs.variables(task.recipe, task.values, task.language)


def _asked(task: Task, draft: Filled | None, found: Sequence[Fault], characters: Sequence[Cast]) -> str:
    """What was given, as JSON: so nobody's words can be taken for anything else."""
    asked: dict[str, Any] = {"given": _seen(task), "mention": checking.wanted(task.recipe, task.values)}
    if draft:
        told = [texts.say(f"recipe-fault-{fault.code}", "en", **fault.values) for fault in found]
        asked |= {"draft": draft.model_dump(mode="json")["parts"], "faults": told}
    if characters:
        asked["characters"] = {one.name: one.looks for one in characters}
    return json.dumps(asked, ensure_ascii=False)


class BoxShape(BaseModel):
    """A box of a diagram as a model fills it."""

    label: str = Field(description="What it is called, in one to five words.")
    notes: list[str] = Field(description="Up to three short notes on it, or none.")


class DiagramShape(BaseModel):
    """A diagram as a model fills it; drawn is it by our own hand."""

    form: Form = Field(
        description="flow: steps in an order; cycle: steps that begin again; parts: what the title is made of; comparison: things beside each "
        "other, with like notes; timeline: moments as labels, what happened as notes."
    )
    title: str = Field(description="What it shows, in a few words.")
    boxes: list[BoxShape]


_SHAPES: dict[str, Any] = {"list": list[str], "diagram": DiagramShape}


def _shape(task: Task, given: Collection[str]) -> type[BaseModel]:
    """The parts that are to be written as a shape to fill, each described by its own template."""
    fields: dict[str, Any] = {}
    for name, part in task.recipe.text.parts.items():
        if name in given:
            continue
        about = " ".join(filter(None, (fill(part.about.of(task.language), _seen(task)), _limits(task, part))))
        fields[name] = (_SHAPES.get(part.kind, str), Field(description=about))
    return create_model("Parts", **fields)


def _limits(task: Task, part: Part) -> str:
    length = checking.length_of(part, task.values, task.language)
    told = [f"About {length} {'characters' if task.language == 'zh' else 'words'}."] if length else []
    if part.kind == "diagram":
        told.append(f"{FEWEST} to {checking.most_boxes(part)} boxes.")
    elif part.most:
        told.append(f"At most {part.most} {'items' if part.kind == 'list' else 'characters'}.")
    return " ".join(told)
