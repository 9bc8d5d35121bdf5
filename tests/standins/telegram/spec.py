"""Checking requests against a machine-readable description of the Bot API: every name and type, nested objects included.

The description is a JSON file with `methods` and `types`, whose `fields` have `name`, `types` ("Integer", "Array of String",
"InlineKeyboardMarkup" …) and `required`; types without fields of their own may name their `subtypes`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from standins.telegram.parameters import Upload

_ARRAY = "Array of "


class Spec:
    """A description of the API to check calls against."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._methods: Mapping[str, Any] = document["methods"]
        self._types: Mapping[str, Any] = document["types"]

    @classmethod
    def load(cls, path: Path) -> "Spec":
        """Read a description from a file."""
        return cls(json.loads(path.read_text(encoding="utf-8")))

    def check(self, method: str, values: Mapping[str, object]) -> list[str]:
        """What is wrong with a call's values; empty if nothing is."""
        if method not in self._methods:
            return [f"there is no method {method}"]
        return self._check_fields(method, self._methods[method].get("fields", []), values)

    def _check_fields(self, where: str, fields: list[Any], values: Mapping[str, object]) -> list[str]:
        known = {field["name"]: field for field in fields}
        wrong = [f"{where}: unknown field {name}" for name in values if name not in known]
        for name, field in known.items():
            if name in values:
                wrong += self._check_any(f"{where}.{name}", field["types"], values[name])
            elif field["required"]:
                wrong.append(f"{where}: {name} is required")
        return wrong

    def _check_any(self, where: str, kinds: list[str], value: object) -> list[str]:
        """The complaints of the kind that fits best: none, if one of the kinds fits."""
        arrays = [kind.removeprefix(_ARRAY) for kind in kinds if kind.startswith(_ARRAY)]
        if isinstance(value, list) and arrays:
            return [
                wrong
                for index, item in enumerate(value)
                for wrong in self._check_any(f"{where}[{index}]", arrays, item)
            ]
        return min((self._check_one(where, kind, value) for kind in kinds), key=len)

    def _check_one(self, where: str, kind: str, value: object) -> list[str]:
        match kind:
            case "Integer":
                fits = isinstance(value, int) and not isinstance(value, bool)
            case "Float":
                fits = isinstance(value, int | float) and not isinstance(value, bool)
            case "String":
                fits = isinstance(value, str)
            case "Boolean":
                fits = isinstance(value, bool)
            case "InputFile":
                fits = isinstance(value, Upload) or (isinstance(value, str) and value.startswith("attach://"))
            case _ if isinstance(value, dict) and kind in self._types:
                return self._check_object(where, kind, value)
            case _:
                fits = False
        return [] if fits else [f"{where}: {type(value).__name__} where {kind} is expected"]

    def _check_object(self, where: str, kind: str, value: Mapping[str, object]) -> list[str]:
        described = self._types[kind]
        if subtypes := described.get("subtypes"):
            return min((self._check_object(where, subtype, value) for subtype in subtypes), key=len)
        return self._check_fields(f"{where} ({kind})", described.get("fields", []), value)
