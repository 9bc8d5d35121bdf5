"""What the API demands of a ``response_format`` of type ``json_schema``.

With ``strict`` every object must list all its properties as required and allow no others (vendor's guide, 2026-11-22).
"""

import re

from embedded.openai.errors import ApiError, invalid, missing, wrong_type

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def check_strict(given: object) -> dict[str, object]:
    """The object ``response_format.json_schema``, checked. Raises ``ApiError`` where it would be refused."""
    where = "response_format.json_schema"
    if given is None:
        raise missing(where)
    if not isinstance(given, dict):
        raise wrong_type(where, "an object", given)
    name, schema = given.get("name"), given.get("schema", {})
    if name is None:
        raise missing(f"{where}.name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        message = (
            f"Invalid '{where}.name': string does not match pattern. Expected a string that matches '^[a-zA-Z0-9_-]+$'."
        )
        raise invalid(message, param=f"{where}.name")
    if not isinstance(schema, dict):
        raise wrong_type(f"{where}.schema", "an object", schema)
    if given.get("strict"):
        if schema.get("type") != "object":
            raise _refused(name, (), "schema must be a JSON Schema of 'type: \"object\"'")
        _check_node(schema, name, ())
    return given


def _check_node(node: object, name: str, path: tuple[str, ...]) -> None:
    """Walk a schema; ``path`` leads to the node. Recursion is bounded by the parsed JSON's own depth."""
    if not isinstance(node, dict):
        return
    properties = node.get("properties", {})
    if node.get("type") == "object":
        if node.get("additionalProperties") is not False:
            raise _refused(name, path, "'additionalProperties' is required to be supplied and to be false")
        absent = sorted(set(properties) - set(node.get("required", ())))
        if absent:
            raise _refused(
                name,
                path,
                f"'required' is required to be supplied and to be an array including every key in properties. Missing '{absent[0]}'",
            )
    for group in ("properties", "$defs", "definitions"):
        for key, child in dict(node.get(group, {})).items():
            _check_node(child, name, (*path, group, key))
    for index, child in enumerate(node.get("anyOf", ())):
        _check_node(child, name, (*path, "anyOf", str(index)))
    _check_node(node.get("items"), name, (*path, "items"))


def _refused(name: str, path: tuple[str, ...], rule: str) -> ApiError:
    return invalid(
        f"Invalid schema for response_format '{name}': In context={path}, {rule}.", param="response_format", code=None
    )
