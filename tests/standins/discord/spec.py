"""Checking the bodies of requests against Discord's own OpenAPI document, if `jsonschema` is there to do it."""

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

_BODIES = ("application/json", "multipart/form-data")


class Spec:
    """A description of the API to check bodies against. Ids may come as numbers too, since the real server takes them."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        # a development tool: the stand-in itself runs without it
        self._validator = import_module("jsonschema").Draft202012Validator
        self._paths: Mapping[str, Any] = document["paths"]
        self._components = {**document["components"]}
        schemas = {
            **self._components["schemas"],
            "SnowflakeType": {"type": ["string", "integer"], "pattern": "^[0-9]+$"},
        }
        self._components["schemas"] = schemas

    @classmethod
    def load(cls, path: Path) -> "Spec":
        """Read a description from a file. Raises `ImportError` without `jsonschema`."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def check(self, method: str, template: str, body: object) -> tuple[str, str] | None:
        """What is wrong with a body: where (`embeds.0.title`) and what; nothing if it is right."""
        operation = self._paths.get(template, {}).get(method.lower())
        if operation is None:
            return ("", f"there is no {method} {template}")
        content = operation.get("requestBody", {}).get("content", {})
        described = next((content[kind]["schema"] for kind in _BODIES if kind in content), None)
        if described is None:
            return None
        errors = self._validator({**described, "components": self._components}).iter_errors(body)
        worst = next(errors, None)
        if worst is None:
            return None
        cause = _cause(worst)
        return (".".join(str(one) for one in cause.absolute_path), cause.message[:300])


def _cause(error: Any) -> Any:
    """The innermost reason of an error. Of several alternatives the one counts that the value's `type` names."""
    if not error.context:
        return error
    alternatives: dict[object, list[Any]] = {}
    for inner in error.context:
        alternatives.setdefault(inner.schema_path[0], []).append(inner)
    meant = min(alternatives.values(), key=lambda wrong: (_names_another(error, wrong), len(wrong)))
    return _cause(meant[0])


def _names_another(error: Any, wrong: list[Any]) -> bool:
    """Whether an alternative fails because it is for values of another type."""
    depth = len(error.absolute_path)
    return any(
        list(one.absolute_path)[depth:] in ([], ["type"]) and one.validator in ("enum", "const", "type")
        for one in wrong
    )
