"""Checking the bodies of requests against Discord's own OpenAPI document, if `jsonschema_rs` is there to do it."""

import json
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

_BODIES = ("application/json", "multipart/form-data")
_DOCUMENT = "urn:discord"


class Spec:
    """A description of the API to check bodies against. Ids may come as numbers too, since the real server takes them."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        # a development tool: the stand-in itself runs without it
        self._schemas = import_module("jsonschema_rs")
        self._paths: Mapping[str, Any] = document["paths"]
        components = document["components"]
        ids = {"SnowflakeType": {"type": ["string", "integer"], "pattern": "^[0-9]+$"}}
        lenient = {**document, "components": {**components, "schemas": {**components["schemas"], **ids}}}
        self._registry = self._schemas.Registry([(_DOCUMENT, lenient)], draft=self._schemas.Draft202012)
        self._validators: dict[tuple[str, str], Any] = {}

    @classmethod
    def load(cls, path: Path) -> "Spec":
        """Read a description from a file. Raises `ImportError` without `jsonschema_rs`."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def check(self, method: str, template: str, body: object) -> tuple[str, str] | None:
        """What is wrong with a body: where (`embeds.0.title`) and what; nothing if it is right."""
        operation = self._paths.get(template, {}).get(method.lower())
        if operation is None:
            return ("", f"there is no {method} {template}")
        content = operation.get("requestBody", {}).get("content", {})
        kind = next((kind for kind in _BODIES if kind in content), None)
        if kind is None:
            return None
        worst = next(self._validator(method, template, kind).iter_errors(body), None)
        if worst is None:
            return None
        cause = _cause(worst)
        return (".".join(str(one) for one in cause.instance_path), cause.message[:300])

    def _validator(self, method: str, template: str, kind: str) -> Any:
        """What checks an operation's bodies; made once, as that takes longer than a check."""
        if (method, template) not in self._validators:
            steps = ("paths", template, method.lower(), "requestBody", "content", kind, "schema")
            pointer = "/".join(quote(step.replace("~", "~0").replace("/", "~1"), safe="~") for step in steps)
            schema = {"$ref": f"{_DOCUMENT}#/{pointer}"}
            self._validators[method, template] = self._schemas.Draft202012Validator(schema, registry=self._registry)
        return self._validators[method, template]


def _cause(error: Any) -> Any:
    """The innermost reason of an error. Of several alternatives the one counts that the value's `type` names."""
    alternatives = [wrong for wrong in getattr(error.kind, "context", []) if wrong]
    if not alternatives:
        return error
    meant = min(alternatives, key=lambda wrong: (_names_another(error, wrong), len(wrong)))
    return _cause(meant[0])


def _names_another(error: Any, wrong: list[Any]) -> bool:
    """Whether an alternative fails because it is for values of another type."""
    depth = len(error.instance_path)
    return any(
        one.instance_path[depth:] in ([], ["type"]) and one.kind.name in ("enum", "const", "type") for one in wrong
    )
