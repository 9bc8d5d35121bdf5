"""Reading a recipe file: everything that is wrong with it, each with its line, its key and one sentence."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError

from core import texts
from core.documents.posters import LAYOUTS
from core.recipes import form, templates
from core.recipes.form import Input, RecipeFile
from core.recipes.lines import Lines

LARGEST = 64_000
"""Bytes of a recipe file."""

RESERVED = frozenset(
    {
        "recipe",
        "pictures",
        "lang",
        "language",
        "style",
        "quality",
        "look",
        "loop",
        "true",
        "false",
        "none",
        "size",
        "n",
        "format",
        "raw",
        "region",
    }
)
"""Names that an input cannot have: every recipe has them already."""

_AT_LINE = re.compile(r"at line (\d{1,6})")


@dataclass(frozen=True)
class Problem:
    """Something that is wrong: ``code`` is the end of its sentence's key, ``recipe-bad-<code>``; ``key`` leads to it."""

    line: int
    key: str
    code: str
    values: dict[str, object] = field(default_factory=dict)

    def told(self, language: str) -> str:
        """It as one sentence."""
        sentence = texts.say(f"recipe-bad-{self.code}", language, **self.values)
        return texts.say("recipe-problem", language, line=self.line, place=self.key or "–", sentence=sentence)


class Unusable(Exception):
    """A recipe file that cannot be used, with all that is wrong."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("unusable recipe")
        self.problems = tuple(problems)


@lru_cache(maxsize=64)
def read_recipe(data: bytes, taken: frozenset[str] = frozenset()) -> RecipeFile:
    """The recipe that a file holds. ``taken``: names that commands have already. Raises ``Unusable``. The same file is read once."""
    if len(data) > LARGEST:
        raise Unusable([Problem(1, "", "large", {"limit": LARGEST // 1000})])
    try:
        source = data.decode("utf-8-sig").replace("\r\n", "\n")
        raw = tomllib.loads(source)
    except UnicodeDecodeError:
        raise Unusable([Problem(1, "", "utf8")]) from None
    except tomllib.TOMLDecodeError as error:
        found = _AT_LINE.search(str(error)[:300])
        raise Unusable([Problem(int(found[1]) if found else max(1, source.count("\n")), "", "toml")]) from None
    except RecursionError:
        raise Unusable([Problem(1, "", "deep")]) from None
    except ValueError:  # a number of thousands of digits, which the reader does not put into words of its own
        raise Unusable([Problem(1, "", "toml")]) from None
    lines = Lines(source)
    try:
        recipe = RecipeFile.model_validate(raw)
    except ValidationError as error:
        raise Unusable(_told(error, lines)) from None
    if problems := [*_wrong(recipe, lines, taken)]:
        raise Unusable(sorted(problems, key=lambda one: one.line))
    return recipe


def _told(error: ValidationError, lines: Lines) -> list[Problem]:
    """What does not have the right shape, in the order of the file; of alternatives the last one's word is enough."""
    found: dict[str, Problem] = {}
    for one in error.errors(include_input=False, include_url=False):
        path = tuple(str(part) for part in one["loc"] if part not in ("Label", "Said", "[key]", "int"))
        path = path[:-1] if path and path[-1].startswith("constrained-str") else path
        key = ".".join(path)
        values: dict[str, object] = {}
        match one["type"]:
            case "missing":
                code = "missing"
            case "extra_forbidden":
                near = difflib.get_close_matches(path[-1][:40], _keys_at(path[:-1]), 1)
                code, values = ("unknown-near", {"near": near[0]}) if near else ("unknown", {})
            case "string_pattern_mismatch":
                code = "name"
            case "literal_error":
                code, values = "choice", {"choices": str(one["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")}
            case "string_too_long" | "too_long":
                code, values = "long", {"limit": one["ctx"].get("max_length", 0)}
            case _:
                code = "value"
        found.setdefault(key, Problem(lines.of(path), key, code, values))
    return sorted(found.values(), key=lambda problem: problem.line)


_TABLES: dict[str, type[BaseModel]] = {
    "text": form.Text,
    "pictures": form.Pictures,
    "must": form.Must,
    "keeps": form.Keeps,
}
_WITHIN: dict[str, type[BaseModel]] = {
    "inputs": Input,
    "parts": form.Part,
    "roles": form.Role,
    "setting": form.Lettering,
}


def _keys_at(path: Sequence[str]) -> list[str]:
    """The keys that there are where a path of names leads."""
    if not path:
        return list(RecipeFile.model_fields)
    found = _WITHIN.get(path[-1]) or (_WITHIN.get(path[-2]) if len(path) > 1 else _TABLES.get(path[-1]))
    return list(found.model_fields) if found else ["en", "zh"]


def _wrong(recipe: RecipeFile, lines: Lines, taken: Set[str]) -> Iterator[Problem]:
    """What has the right shape and makes no sense."""

    def problem(code: str, *path: str, **values: object) -> Problem:
        return Problem(lines.of(path), ".".join(path), code, values)

    for name in (recipe.name, *recipe.aliases):
        if name.lower() in taken:
            yield problem("taken", "name" if name == recipe.name else "aliases", name=name)
    yield from _wrong_inputs(recipe, problem)
    yield from _wrong_names(recipe, problem)
    for path, said, known in recipe.templates():
        for language in texts.LANGUAGES:
            try:
                templates.check(said.of(language), known)
            except templates.Faulty as faulty:
                line = lines.of((*path, language)) + faulty.line - 1
                yield Problem(line, ".".join((*path, language)), faulty.code, dict(faulty.values))


def _wrong_inputs(recipe: RecipeFile, problem: Any) -> Iterator[Problem]:
    names: set[str] = set()
    for name, one in recipe.inputs.items():
        for called in (name, *one.also):
            if called in RESERVED or called in names or (called in ("photo", "mask") and one.kind != "photo"):
                yield problem("input-taken", "inputs", name, name=called)
            names.add(called)
        if (one.kind == "choice") != bool(one.choices):
            yield problem("choices", "inputs", name)
        if one.least is not None and one.most is not None and one.least > one.most:
            yield problem("range", "inputs", name, "most")
        if one.default is not None and not _fits(one):
            yield problem("default", "inputs", name, "default")
    asked = [one for one in recipe.inputs.values() if one.required and one.kind != "photo"]
    if len(asked) > 5:
        yield problem("asked", "inputs", limit=5)
    if not recipe.takes:
        yield problem("nothing-said", "inputs")
    if sum(one.kind == "photo" for one in recipe.inputs.values()) > 1:
        yield problem("photos", "inputs")


def _fits(one: Input) -> bool:
    """Whether a default is a value of its input."""
    if one.kind == "number":
        return isinstance(one.default, int) and (one.least or 0) <= one.default <= (one.most or 100_000)
    return isinstance(one.default, str) and (one.kind != "choice" or one.default in one.choices) and one.kind != "photo"


def _wrong_names(recipe: RecipeFile, problem: Any) -> Iterator[Problem]:
    """Names of parts and inputs that do not exist."""
    inputs, parts = recipe.inputs, recipe.text.parts
    axes = recipe.pictures.axes if recipe.pictures else {}
    yield from (problem("no-part", "layout", name=name) for name in recipe.layout if name not in parts)
    for name, part in parts.items():
        if isinstance(part.length, str) and not (part.length in inputs and inputs[part.length].kind == "number"):
            yield problem("no-number", "text", "parts", name, "length", name=part.length)
    yield from (problem("no-input", "must", "mention", name=name) for name in recipe.must.mention if name not in inputs)
    for name, part in parts.items():
        if part.given and not (part.given in inputs and inputs[part.given].kind == "words" and part.kind in _WORDS):
            yield problem("no-words", "text", "parts", name, "given", name=part.given)
    yield from _wrong_settings(recipe, problem)
    for name in recipe.must.show:
        if name not in inputs and name not in axes:
            yield problem("no-input", "must", "show", name=name)
    for key, name in (("name", recipe.keeps.name), ("looks", recipe.keeps.looks)) if recipe.keeps else ():
        if name not in inputs or inputs[name].kind not in ("words", "character"):
            yield problem("no-input", "keeps", key, name=name)
    yield from _wrong_axes(recipe, problem)


_WORDS = ("title", "text")
"""The kinds of part that are words and nothing else."""


def _wrong_settings(recipe: RecipeFile, problem: Any) -> Iterator[Problem]:
    """Words to set that are no part of the text, and layouts that there are none of."""
    for name, role in recipe.pictures.roles.items() if recipe.pictures else ():
        if role.setting is None:
            continue
        place = ("pictures", "roles", name, "setting")
        for part, limit in role.setting.limits.items():
            if (told := recipe.text.parts.get(part)) and (told.most or limit + 1) > limit:
                yield problem("long", "text", "parts", part, "most", limit=limit)
            source = recipe.inputs.get(told.given) if told and told.given else None
            if told and source and (source.most or limit + 1) > limit:
                yield problem("long", "inputs", str(told.given), "most", limit=limit)
            if part not in recipe.text.parts or recipe.text.parts[part].kind not in _WORDS:
                yield problem("no-part", *place, name=part)
        chosen = recipe.inputs.get(role.setting.layout)
        for layout in chosen.choices if chosen and chosen.kind == "choice" else (role.setting.layout,):
            if layout not in LAYOUTS:
                yield problem("no-layout", *place, "layout", name=layout, layouts=", ".join(LAYOUTS))


def _wrong_axes(recipe: RecipeFile, problem: Any) -> Iterator[Problem]:
    """Axes that do not exist, come from no list, or hide an input."""
    if recipe.pictures is None:
        return
    inputs, axes = recipe.inputs, recipe.pictures.axes
    for name, of in axes.items():
        if of not in inputs or inputs[of].kind != "list":
            yield problem("no-list", "pictures", "axes", name, name=of)
        if name in inputs or name in RESERVED:
            yield problem("input-taken", "pictures", "axes", name, name=name)
    for name, role in recipe.pictures.roles.items():
        for axis in role.axes:
            if axis not in axes:
                yield problem("no-axis", "pictures", "roles", name, "axes", name=axis)
        other = recipe.pictures.roles.get(role.like) if role.like else None
        if role.like and (other is None or other.like or other.axes):
            yield problem("no-role", "pictures", "roles", name, "like", name=role.like)
