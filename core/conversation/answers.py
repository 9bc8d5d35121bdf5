"""Reading what was filled into a form. Whatever a platform has checked already is checked here, since nobody can tell where it comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping

from core.errors import BadInput
from core.types import Form, FormField

_NUMBER = re.compile(r"[+-]?\d{1,9}")


def read_form(form: Form, given: Mapping[str, str]) -> dict[str, str]:
    """The values of all fields in canonical form, by name. Raises ``BadInput``, with the label of the ``field`` that is wrong."""
    if given.keys() - {field.name for field in form.fields}:
        raise BadInput("form-outdated")
    return {field.name: read_field(field, given.get(field.name, "")) for field in form.fields}


def read_field(field: FormField, given: str) -> str:
    """One value in canonical form: a text without spaces around it, a number in digits, a choice by its value. Raises ``BadInput``."""
    value = given.strip()
    if not value:
        if field.required:
            raise BadInput("form-missing", field=field.label)
        return ""
    if field.kind == "number":
        return _number(field, value)
    if field.kind == "choice":
        return _choice(field, value)
    if len(value) > field.longest:
        raise BadInput("form-too-long", field=field.label, limit=field.longest, length=len(value))
    if len(value) < field.least:
        raise BadInput("form-too-short", field=field.label, limit=field.least)
    return " ".join(value.split()) if field.kind == "short" else value.replace("\r\n", "\n")


def _number(field: FormField, value: str) -> str:
    """A whole number, in any digits that people write."""
    if len(value) > 10 or not _NUMBER.fullmatch(value) or not field.least <= int(value) <= field.most:
        raise BadInput("form-number", field=field.label, least=field.least, most=field.most)
    return str(int(value))


def _choice(field: FormField, value: str) -> str:
    """A choice by its value, or by its label as somebody writes it."""
    for choice in field.choices:
        if value == choice.value or value.casefold() == choice.label.casefold():
            return choice.value
    raise BadInput("form-choice", field=field.label)
