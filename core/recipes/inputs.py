"""What a person gives to a recipe, read and checked by what its file says of each input. Values are strings; a list has an item on each line."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.errors import BadInput
from core.recipes.form import ITEM, LIST_ITEMS, MOST_PICTURES, WORDS, Input, RecipeFile
from core.types import Choice, Form, FormField
from core.types.forms import SHORT

_QUOTED = re.compile(
    r'(?<!\d)"([^"\n]{0,300})"|“([^“”\n]{0,300})”|„([^„“\n]{0,300})“|«([^«»\n]{0,300})»|「([^「」\n]{0,300})」'
)
"""Words in quotation marks, as people write them; none where a part shall be left out."""

_ITEMS = re.compile(r"[\n;；]")
_COMMAS = re.compile(r"[,，、]")
_PARTS = re.compile(r"[:：\n]")
_INTRODUCED = re.compile(r"[,，:：\n、—–]| - ")
_ARTICLES = ("a ", "an ", "the ", "一", "有")
_NAME_WORDS, _NAME_SIGNS = 3, 32


def given(recipe: RecipeFile, words: str, options: Mapping[str, str]) -> dict[str, str]:
    """What was typed, by the names of the inputs.

    In "a mug: keeps warm; red" what follows the colon, or the first line, is the list that is missing. Where parts of the text can be given word
    for word, what stands in quotation marks are those, in their order; what it is
    about is the rest. Raises ``BadInput`` for more of them than there are parts.
    """
    values = {name: value for name, value in options.items() if name in recipe.inputs}
    words = words.strip()
    if recipe.keeps:
        looks = values.get(recipe.keeps.looks, "")
        said = (words, looks) if looks else introduced(words)
        read = zip((recipe.keeps.name, recipe.keeps.looks), said, strict=True)
        return values | {name: value.lstrip("@＠") for name, value in read if value}
    quoted = _quoted(recipe, words, values)
    if quoted is not None:
        values |= quoted
        words = " ".join(_QUOTED.sub(" ", words).split()).strip(" ,，、;；") or next(iter(quoted.values()), "")
    wanted = next(
        (name for name, one in recipe.inputs.items() if one.kind == "list" and one.required and name not in values), ""
    )
    if wanted and wanted != recipe.takes and (found := _PARTS.search(words)) and words[found.end() :].strip():
        words, values[wanted] = words[: found.start()].strip(), words[found.end() :]
    if words:
        values[recipe.takes] = words
    return values


def _quoted(recipe: RecipeFile, words: str, given: Mapping[str, str]) -> dict[str, str] | None:
    """What stands in quotation marks, by the inputs that it is for; ``None`` where there are none, or nothing is given so."""
    open_for = [one.given for one in recipe.text.parts.values() if one.given and one.given not in given]
    said = [found[found.lastindex or 0].strip() for found in _QUOTED.finditer(words)]
    if not (open_for and said):
        return None
    if len(said) > len(open_for):
        raise BadInput("recipe-many-quoted", count=len(said), limit=len(open_for))
    return {name: text for name, text in zip(open_for, said, strict=False) if text}


def exact(recipe: RecipeFile, values: Mapping[str, str]) -> dict[str, str]:
    """The parts of the text that were given word for word: nothing is written for them.

    Where one was, others that could have been are empty, but for a title: that is written.
    """
    parts = recipe.text.parts
    could = {name: values.get(part.given, "") for name, part in parts.items() if part.given}
    if not any(could.values()):
        return {}
    return {name: said for name, said in could.items() if said or parts[name].kind != "title"}


def introduced(words: str) -> tuple[str, str]:
    """The name and the looks in "Mia, a small fox"; of what has no such part it is seen which of the two it is."""
    found = _INTRODUCED.search(words)
    if found and found.start() <= ITEM:
        return words[: found.start()].strip(), words[found.end() :].strip()
    name, space, looks = words.partition(" ")
    if space and looks.strip() and not name.isascii() and not looks.isascii():  # Chinese has no spaces of its own
        return name, looks.strip()
    is_looks = words.lower().startswith(_ARTICLES) or len(words.split()) > _NAME_WORDS or len(words) > _NAME_SIGNS
    return ("", words) if is_looks else (words, "")


def checked(recipe: RecipeFile, values: Mapping[str, str], language: str) -> dict[str, str]:
    """The values in canonical form, with defaults. Raises ``BadInput`` for one that does not fit, and for more pictures than one work has."""
    read = {}
    for name, one in recipe.inputs.items():
        value = str(values.get(name, "")).strip() or ("" if one.default is None else str(one.default))
        if value and one.kind != "photo":
            read[name] = checked_input(one, value, language)
    count = number_of_pictures(recipe, read)
    if count > MOST_PICTURES:
        raise BadInput("recipe-many-pictures", count=count, limit=MOST_PICTURES)
    return {name: value for name, value in read.items() if value}


def checked_input(one: Input, value: str, language: str) -> str:
    """A value of one input in canonical form. Raises ``BadInput`` where it does not fit."""
    return _READ.get(one.kind, _words)(one, value, language)


def missing(recipe: RecipeFile, values: Mapping[str, str]) -> list[str]:
    """The inputs that are needed and not there; a photo is no value, and looked for elsewhere."""
    return [
        name for name, one in recipe.inputs.items() if one.required and one.kind != "photo" and not values.get(name)
    ]


def items(value: str) -> list[str]:
    """The items of a list as people write one: on lines, with semicolons, or with commas where there are neither; each once."""
    split = _ITEMS if _ITEMS.search(value.strip()) else _COMMAS
    return list(dict.fromkeys(item for part in split.split(value) if (item := part.strip(" \t-•*·。."))))


def variables(recipe: RecipeFile, values: Mapping[str, str], language: str) -> dict[str, object]:
    """The values as templates see them: lists as such, numbers as such, choices by what people call them, and what was not given empty."""
    seen: dict[str, object] = {}
    for name, one in recipe.inputs.items():
        value = values.get(name, "")
        if one.kind == "list":
            seen[name] = value.split("\n") if value else []
        elif one.kind == "number" and value:
            seen[name] = int(value)
        else:
            seen[name] = one.choices[value].of(language) if value in one.choices else value
    return seen


def number_of_pictures(recipe: RecipeFile, values: Mapping[str, str]) -> int:
    """How many pictures it makes of these values, by multiplying alone."""
    if recipe.pictures is None:
        return 0
    axes, total = recipe.pictures.axes, 0
    for name in roles_drawn(recipe, values):
        number = 1
        for axis in recipe.pictures.roles[name].axes:
            number *= values.get(axes[axis], "").count("\n") + 1
        total += number
    return total


def roles_drawn(recipe: RecipeFile, values: Mapping[str, str]) -> list[str]:
    """The roles of which there is a picture: those without axes, and those with a value on one; where there are none, the first."""
    if recipe.pictures is None:
        return []
    roles, axes = recipe.pictures.roles, recipe.pictures.axes
    drawn = [name for name, one in roles.items() if not one.axes or any(values.get(axes[axis]) for axis in one.axes)]
    return drawn or list(roles)[:1]


def form_of(recipe: RecipeFile, names: list[str], language: str, title: str, hint: str) -> Form:
    """A form with exactly these inputs. ``hint``: how a list is written."""
    return Form(title=title, fields=tuple(_field(name, recipe.inputs[name], language, hint) for name in names))


def _field(name: str, one: Input, language: str, hint: str) -> FormField:
    label = one.label.of(language)
    if one.kind == "choice":
        choices = tuple(Choice(value=value, label=called.of(language)) for value, called in one.choices.items())
        return FormField(name=name, kind="choice", label=label, choices=choices)
    if one.kind == "number":
        return FormField(name=name, kind="number", label=label, least=one.least or 0, most=one.most or 100_000)
    if one.kind == "list":
        return FormField(name=name, kind="long", label=label, hint=hint, most=WORDS)
    most = min(one.most or WORDS, 4000)
    return FormField(name=name, kind="short" if most <= SHORT else "long", label=label, most=most)


def _words(one: Input, value: str, language: str) -> str:
    limit = one.most or WORDS
    if len(value) > limit:
        raise BadInput("form-too-long", field=one.label.of(language), limit=limit, length=len(value))
    return value


def _list(one: Input, value: str, language: str) -> str:
    found, limit = items(value), one.most or LIST_ITEMS
    if len(found) > limit:
        raise BadInput("recipe-many-items", field=one.label.of(language), limit=limit, count=len(found))
    for item in found:
        if len(item) > ITEM:
            raise BadInput("form-too-long", field=one.label.of(language), limit=ITEM, length=len(item))
    if one.required and found and len(found) < (one.least or 1):
        raise BadInput("recipe-few-items", field=one.label.of(language), least=one.least or 1, count=len(found))
    return "\n".join(found)


def _number(one: Input, value: str, language: str) -> str:
    least, most = one.least or 0, one.most or 100_000
    if not (value.isdecimal() and len(value) < 7 and least <= int(value) <= most):
        raise BadInput("form-number", field=one.label.of(language), least=least, most=most)
    return str(int(value))


def _choice(one: Input, value: str, language: str) -> str:
    said = value[:60].casefold()
    for name, label in one.choices.items():
        if said in (name, label.en.casefold(), label.zh.casefold()):
            return name
    raise BadInput("form-choice", field=one.label.of(language))


_READ = {"list": _list, "number": _number, "choice": _choice}
