"""Forms as Discord's modals, and what was filled into them. Nothing waits for one: it is found by its id, also after a restart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import discord

from core.types import Form, FormField
from core.types.forms import FIELDS, LONG

FORM = "form:"
"""What the id of a modal begins with, before the action of the button that opened it."""

LEAST_FILLED = LONG * 4 // 5
"""Characters after which a text may go on in another input: it is cut where the last line or word ends that still fits."""

_JOINTS = {"p": "\n\n", "l": "\n", "s": " ", "n": ""}
"""Between the inputs of one text: a paragraph, a line or a word ended there, or nothing did."""


def modal_of(form: Form, name: str) -> discord.ui.Modal:
    """A form as a modal of that name. A text too long for one input goes on in further ones."""
    modal = discord.ui.Modal(title=form.title, custom_id=name)
    free = FIELDS - len(form.fields)
    for field in form.fields:
        if field.kind == "choice":
            modal.add_item(discord.ui.Label(text=field.label, component=_select(field)))
            continue
        parts = _parts(field, free) if field.kind == "long" else [("", field.value)]
        free -= len(parts) - 1
        for number, (joint, value) in enumerate(parts, 1):
            label = field.label if len(parts) == 1 else f"{field.label[:38]} {number}/{len(parts)}"
            part = _input(field, f"{field.name}:{number}{joint}" if number > 1 else field.name, value, later=number > 1)
            modal.add_item(discord.ui.Label(text=label, component=part))
    modal.stop()
    return modal


def filled(data: Mapping[str, Any]) -> dict[str, str]:
    """What was filled into a modal, by the names of the form's fields; the parts of one text put together again."""
    values: dict[str, str] = {}
    for one in _fields(data):
        name, _, part = str(one.get("custom_id", "")).partition(":")
        value = str(one.get("value") or next(iter(one.get("values") or ()), ""))
        joint = _JOINTS.get(part[-1:], "")
        before = values.get(name, "")
        values[name] = f"{before}{joint if before and value else ''}{value}"
    return values


def written(data: Mapping[str, Any]) -> str:
    """What somebody wrote into a modal, as one text."""
    return "\n\n".join(filter(None, filled(data).values()))


def _fields(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for row in data["components"]:
        yield from row.get("components") or [row.get("component") or {}]


def _select(field: FormField) -> discord.ui.Select[Any]:
    options = [
        discord.SelectOption(label=choice.label, value=choice.value, default=choice.value == field.value)
        for choice in field.choices
    ]
    return discord.ui.Select(
        custom_id=field.name,
        options=options,
        placeholder=field.hint or None,
        min_values=1 if field.required else 0,
        required=field.required,
    )


def _input(field: FormField, name: str, value: str, *, later: bool) -> discord.ui.TextInput[Any]:
    """An input for a text, or a part of one, or a number; only the first part has to be filled in."""
    range_ = f"{field.least} – {field.most}" if field.kind == "number" else ""
    return discord.ui.TextInput(
        custom_id=name,
        placeholder=(field.hint or range_) or None,
        default=value or None,
        style=discord.TextStyle.paragraph if field.kind == "long" else discord.TextStyle.short,
        required=field.required and not later,
        max_length=12 if field.kind == "number" else min(field.longest, LONG),
    )


def _parts(field: FormField, free: int) -> list[tuple[str, str]]:
    """What stands in a long text, cut into inputs: each with what joins it to the one before. Where it is nearly full there is an empty one more."""
    parts, rest, joint = [], field.value, "n"
    while len(rest) > LONG:
        end, next_joint = _cut(rest)
        parts.append((joint, rest[:end].rstrip()))
        rest, joint = rest[end:].lstrip(), next_joint
    parts.append((joint, rest))
    if len(rest) > LEAST_FILLED and field.longest > len(field.value) and len(parts) <= free:
        parts.append(("p", ""))
    return parts


def _cut(text: str) -> tuple[int, str]:
    """Where a text is cut that is too long for one input, and what ends there."""
    for joint in ("p", "l", "s"):
        end = text.rfind(_JOINTS[joint], LEAST_FILLED, LONG)
        if end >= 0:
            return end, joint
    return LONG, "n"
