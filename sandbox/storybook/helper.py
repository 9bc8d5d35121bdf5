"""Structured answers: a picture's prompt, a plan of pictures for a story, a check, and whatever else a schema asks for."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from sandbox.storybook.ideas import Request
from sandbox.storybook.pictures import picture_prompt
from sandbox.storybook.plans import picture_plan

TEXT_LIMIT = 2000
"""Characters of the last message that a string of an unknown schema repeats at most."""
DEPTH_LIMIT = 24
"""Levels of a schema that are filled; a schema that requires itself has no finite value anyway."""
PICTURES_LIMIT = 20
LENGTH_LIMIT = 1000
"""Items or characters that are added at most to reach a schema's minimum."""


def structured(request: Request, schema: Mapping[str, Any], random: Random) -> str:
    """JSON text for the `json_schema` object of a response format, as the helper named by it would answer."""
    shape = schema.get("schema")
    shape = shape if isinstance(shape, Mapping) else {}
    name = schema.get("name")
    wish: Any = None
    if name == "picture_prompt":
        wish = {"prompt": picture_prompt(request, random)}
    elif name == "picture_plan":
        wish = picture_plan(request, _pictures(request, shape))
    elif name == "picture_check":
        wish = {"score": random.choice((8, 9, 9, 10)), "missing": []}
    text = re.sub(r"\s+", " ", request.last).strip()[:TEXT_LIMIT]
    return json.dumps(fitted(shape, wish, text, shape), ensure_ascii=False)


def _pictures(request: Request, shape: Mapping[str, Any]) -> int:
    """How many pictures to plan: what was asked for, within what the schema allows."""
    properties = shape.get("properties")
    array = properties.get("pictures") if isinstance(properties, Mapping) else None
    array = array if isinstance(array, Mapping) else {}
    least, most = int(array.get("minItems", 0)), int(array.get("maxItems", PICTURES_LIMIT))
    return max(1, min(max(request.pictures or least, least), most, PICTURES_LIMIT))


def fitted(shape: Any, wish: Any, text: str, root: Mapping[str, Any], depth: int = 0) -> Any:
    """A value that is valid under a JSON schema: the wished one where it fits, else the smallest there is.

    Strings that nobody wished for hold `text`. Known are types, `enum`, `const`, `$ref` within the schema, `anyOf`,
    `oneOf`, `allOf`, lengths, sizes and bounds; `pattern` and `format` are not.
    """
    if not isinstance(shape, Mapping) or depth > DEPTH_LIMIT:
        return wish if depth <= DEPTH_LIMIT and wish is not None else (text if depth <= DEPTH_LIMIT else None)
    shape = _resolved(shape, wish, root)
    if "const" in shape:
        return shape["const"]
    if isinstance(shape.get("enum"), Sequence) and shape["enum"]:
        return wish if wish in shape["enum"] else shape["enum"][0]
    kind = _kind(shape, wish)
    if kind == "object":
        return _object(shape, wish, text, root, depth)
    if kind == "array":
        items = list(wish) if isinstance(wish, list) else []
        least, most = int(shape.get("minItems", 0)), int(shape.get("maxItems", LENGTH_LIMIT))
        items += [None] * (min(least, LENGTH_LIMIT) - len(items))
        return [fitted(shape.get("items", {"type": "string"}), item, text, root, depth + 1) for item in items[:most]]
    if kind == "string":
        return _string(shape, wish if isinstance(wish, str) else text)
    if kind in ("integer", "number"):
        return _number(shape, wish, whole=kind == "integer")
    if kind == "boolean":
        return wish if isinstance(wish, bool) else False
    return None


def _resolved(shape: Mapping[str, Any], wish: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema behind references, one branch of alternatives, and all parts of a conjunction in one."""
    for _ in range(DEPTH_LIMIT):
        if isinstance(shape.get("$ref"), str):
            found: Any = root
            for part in shape["$ref"].lstrip("#/").split("/"):
                found = (
                    found.get(part.replace("~1", "/").replace("~0", "~"), {})
                    if isinstance(found, Mapping) and part
                    else found
                )
            shape = found if isinstance(found, Mapping) else {}
        elif shape.get("anyOf") or shape.get("oneOf"):
            branches = [branch for branch in shape.get("anyOf") or shape["oneOf"] if isinstance(branch, Mapping)]
            rest = {key: value for key, value in shape.items() if key not in ("anyOf", "oneOf")}
            fitting = [branch for branch in branches if wish is not None and _is_of(wish, branch.get("type"))]
            filled = [branch for branch in branches if branch.get("type") != "null"]
            shape = {**rest, **(fitting or filled or branches or [{}])[0]}
        elif shape.get("allOf"):
            merged = {key: value for key, value in shape.items() if key != "allOf"}
            for part in shape["allOf"]:
                merged = {**merged, **_resolved(part, wish, root)} if isinstance(part, Mapping) else merged
            shape = merged
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
    return (
        isinstance(kind, str)
        and isinstance(value, _TYPES.get(kind, ()))
        and (kind == "boolean") == isinstance(value, bool)
    )


def _kind(shape: Mapping[str, Any], wish: Any) -> str:
    kind = shape.get("type")
    if isinstance(kind, list):
        fitting = [name for name in kind if _is_of(wish, name)] if wish is not None else []
        return str((fitting or [name for name in kind if name != "null"] or ["null"])[0])
    if isinstance(kind, str):
        return kind
    return "object" if "properties" in shape else "array" if "items" in shape else "string"


def _object(shape: Mapping[str, Any], wish: Any, text: str, root: Mapping[str, Any], depth: int) -> dict[str, Any]:
    properties = shape.get("properties")
    properties = properties if isinstance(properties, Mapping) else {}
    wished = wish if isinstance(wish, dict) else {}
    required = [str(name) for name in shape.get("required") or ()]
    names = dict.fromkeys([*(name for name in properties if name in wished or name in required), *required])
    return {
        name: fitted(properties.get(name, {"type": "string"}), wished.get(name), text, root, depth + 1)
        for name in names
    }


def _string(shape: Mapping[str, Any], value: str) -> str:
    most = shape.get("maxLength")
    value = value[: int(most)] if most is not None else value
    return value.ljust(min(int(shape.get("minLength", 0)), LENGTH_LIMIT), "…")


def _number(shape: Mapping[str, Any], wish: Any, *, whole: bool) -> int | float:
    value = wish if isinstance(wish, (int, float)) and not isinstance(wish, bool) else 0
    least, most = shape.get("minimum"), shape.get("maximum")
    if shape.get("exclusiveMinimum") is not None:
        least = shape["exclusiveMinimum"] + 1
    if shape.get("exclusiveMaximum") is not None:
        most = shape["exclusiveMaximum"] - 1
    value = max(value, least) if least is not None else value
    value = min(value, most) if most is not None else value
    step = shape.get("multipleOf")
    if step:
        value = -(-value // step) * step
    return int(-(-value // 1)) if whole else value
