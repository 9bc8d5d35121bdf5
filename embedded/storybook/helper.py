"""Structured answers: a picture's prompt, a plan of pictures for a story, what a message wants, and whatever else a schema asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from embedded.storybook.groups import groups
from embedded.storybook.pictures import picture_prompt
from embedded.storybook.plans import book_plan, picture_plan
from embedded.storybook.recipes import recipe_text
from embedded.storybook.request import Request, is_chinese
from embedded.storybook.sparks import sparks
from embedded.storybook.wishes import read_wish

TEXT_LIMIT = 2000
"""Characters of the last message that a string of an unknown schema repeats at most."""
DEPTH_LIMIT = 24
"""Levels of a schema that are filled; a schema that requires itself has no finite value anyway."""
PICTURES_LIMIT = 20
LENGTH_LIMIT = 1000
"""Items or characters that are added at most to reach a schema's minimum."""

Schema = Mapping[str, Any]


_OF_A_TEAM: Mapping[str, Callable[[Request], Any]] = {
    "sparks": lambda request: {"thoughts": "", "ideas": sparks(request)},
    "groups": lambda request: {"groups": groups(request)},
}
"""What is answered about the ideas of a team."""


def structured(request: Request, schema: Schema, random: Random) -> str:
    """JSON text for the `json_schema` object of a response format, as the helper named by it would answer."""
    shape = schema.get("schema")
    shape = shape if isinstance(shape, Mapping) else {}
    wish: Any = None
    if schema.get("name") == "picture_prompt":
        wish = {"prompt": picture_prompt(request, random), "questions": _questions(request, request.last)}
    elif schema.get("name") == "picture_plan":
        wish = picture_plan(request, max(1, min(request.pictures, PICTURES_LIMIT)))
        for picture in wish["pictures"]:
            picture["questions"] = _questions(request, picture["prompt"])
    elif schema.get("name") == "book_plan":
        wish = book_plan(request)
        for picture in wish["pictures"]:
            picture["questions"] = _questions(request, picture["prompt"])
    elif schema.get("name") == "change_questions":
        wish = {"questions": _questions_of_change(request)}
    elif schema.get("name") == "wish":
        wish = read_wish(request.last)
    elif schema.get("name") == "recipe":
        wish = recipe_text(request, shape, random)
    elif (of_a_team := _OF_A_TEAM.get(str(schema.get("name")))) is not None:
        wish = of_a_team(request)
    text = re.sub(r"\s+", " ", request.last).strip()[:TEXT_LIMIT]
    return json.dumps(fitted(shape, wish, text, shape), ensure_ascii=False)


def _questions(request: Request, idea: str) -> list[dict[str, Any]]:
    """What can be asked about a picture of an idea, where that is wanted."""
    if not request.questions:
        return []
    from embedded.artist import asking  # which needs more than a storybook does

    return asking.questions(idea, request.questions, chinese=is_chinese(idea))


def _questions_of_change(request: Request) -> list[dict[str, Any]]:
    """What can be asked about a picture that was changed."""
    from embedded.artist import asking

    return asking.of_change(request.last, request.questions, chinese=is_chinese(request.last))


def fitted(shape: Any, wish: Any, text: str, root: Schema, depth: int = 0) -> Any:
    """A value that is valid under a JSON schema: the wished one where it fits, else the smallest there is.

    Strings that nobody wished for hold `text`. Known is what strict mode allows: types, `enum`, `const`, `$ref` within the schema, `anyOf`,
    lengths, sizes and bounds; `pattern` and `format` are not.
    """
    if not isinstance(shape, Mapping) or depth > DEPTH_LIMIT:
        return None
    shape = _resolved(shape, wish, root)
    if "const" in shape:
        return shape["const"]
    if isinstance(shape.get("enum"), Sequence) and shape["enum"]:
        return wish if wish in shape["enum"] else shape["enum"][0]
    kind = _kind(shape, wish)
    if kind == "object":
        return _object(shape, wish, text, root, depth)
    if kind == "array":
        return _array(shape, wish, text, root, depth)
    if kind == "string":
        value = (wish if isinstance(wish, str) else text)[: int(shape.get("maxLength", LENGTH_LIMIT * 100))]
        return value.ljust(min(int(shape.get("minLength", 0)), LENGTH_LIMIT), "…")
    if kind in ("integer", "number"):
        return _number(shape, wish, whole=kind == "integer")
    if kind == "boolean":
        return wish if isinstance(wish, bool) else False
    return None


def _resolved(shape: Schema, wish: Any, root: Schema) -> Schema:
    """The schema behind references, and of alternatives one that the wish fits, else one that is not null."""
    for _ in range(DEPTH_LIMIT):
        if isinstance(shape.get("$ref"), str):
            found: Any = root
            for part in shape["$ref"].lstrip("#/").split("/"):
                found = found.get(part, {}) if isinstance(found, Mapping) and part else found
            shape = found if isinstance(found, Mapping) else {}
        elif shape.get("anyOf"):
            branches = [branch for branch in shape["anyOf"] if isinstance(branch, Mapping)]
            fitting = [branch for branch in branches if wish is not None and _is_of(wish, branch.get("type"))]
            filled = [branch for branch in branches if branch.get("type") != "null"]
            shape = (fitting or filled or branches or [{}])[0]
        else:
            return shape
    return {}


_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def _is_of(value: Any, kind: Any) -> bool:
    fits = isinstance(kind, str) and isinstance(value, _TYPES.get(kind, ()))
    return fits and (kind == "boolean") == isinstance(value, bool)


def _kind(shape: Schema, wish: Any) -> str:
    kind = shape.get("type")
    if isinstance(kind, list):
        fitting = [name for name in kind if _is_of(wish, name)] if wish is not None else []
        return str((fitting or [name for name in kind if name != "null"] or ["null"])[0])
    return kind if isinstance(kind, str) else "object" if "properties" in shape else "string"


def _object(shape: Schema, wish: Any, text: str, root: Schema, depth: int) -> dict[str, Any]:
    properties = shape.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    wished = wish if isinstance(wish, dict) else {}
    required = [str(name) for name in shape.get("required") or ()]
    names = dict.fromkeys([*(name for name in properties if name in wished or name in required), *required])
    return {
        name: fitted(properties.get(name, {"type": "string"}), wished.get(name), text, root, depth + 1)
        for name in names
    }


def _array(shape: Schema, wish: Any, text: str, root: Schema, depth: int) -> list[Any]:
    items = list(wish) if isinstance(wish, list) else []
    items += [None] * (min(int(shape.get("minItems", 0)), LENGTH_LIMIT) - len(items))
    kept = items[: int(shape.get("maxItems", LENGTH_LIMIT))]
    return [fitted(shape.get("items", {"type": "string"}), item, text, root, depth + 1) for item in kept]


def _number(shape: Schema, wish: Any, *, whole: bool) -> int | float:
    """The wished number, or 0, moved into the bounds and up to the next multiple."""
    value: float = wish if isinstance(wish, (int, float)) and not isinstance(wish, bool) else 0
    least, most = shape.get("minimum"), shape.get("maximum")
    least = shape["exclusiveMinimum"] + 1 if "exclusiveMinimum" in shape else least
    most = shape["exclusiveMaximum"] - 1 if "exclusiveMaximum" in shape else most
    value = max(value, least) if least is not None else value
    value = min(value, most) if most is not None else value
    step = shape.get("multipleOf") or (1 if whole else 0)
    value = -(-value // step) * step if step else value
    return int(value) if whole else value
