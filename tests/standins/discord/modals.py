"""Checking the forms that a bot opens, and filling them in as a person (documentation, "Component Reference", read 2026-11)."""

from collections.abc import Iterator, Mapping

from standins.discord.components import LABEL, ROW, SELECTS, TEXT, TEXT_INPUT, walk
from standins.discord.errors import Form, Impossible
from standins.discord.state import Json

FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 19, 21, 22, 23
_FIELDS = SELECTS | {TEXT_INPUT, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX}
_OF_MANY = SELECTS | {CHECKBOX_GROUP}


def check_modal(modal: object) -> Json:
    """Check a modal as type 9 of an interaction's callback carries it, and return it. Raises `Refused` (50035)."""
    form = Form()
    if not isinstance(modal, dict):
        form.wrong("data", "BASE_TYPE_REQUIRED", "This field is required")
        form.finish()
        return {}
    form.length("data.title", modal.get("title"), 45, 1)
    form.length("data.custom_id", modal.get("custom_id"), 100, 1)
    parts = form.count("data.components", modal.get("components"), 5, 1)
    for index, part in enumerate(parts):
        _check_part(form, f"data.components.{index}", part)
    names = [field.get("custom_id") for field in fields(modal)]
    if len(set(names)) != len(names):
        form.wrong("data.components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    form.finish()
    return modal


def fields(modal: Json) -> Iterator[Json]:
    """The fields that a person can fill in."""
    return (one for one in walk(modal.get("components")) if one.get("type") in _FIELDS)


def filled(modal: Json, values: Mapping[str, object]) -> list[Json]:
    """The components of a submitted modal. What is not in `values` keeps its preset; raises `Impossible` as the app would."""
    known = {field["custom_id"] for field in fields(modal)}
    if strange := set(values) - known:
        raise Impossible(f"the form has no field {', '.join(sorted(strange))}, only {', '.join(sorted(known))}")
    return [_submitted_part(part, values) for part in modal["components"]]


def _check_part(form: Form, path: str, part: Json) -> None:
    match part.get("type"):
        case kind if kind == ROW:
            inner = form.count(f"{path}.components", part.get("components"), 1, 1)
            for one in inner:
                form.length(f"{path}.components.0.label", one.get("label"), 45, 1)
                _check_field(form, f"{path}.components.0", one, frozenset({TEXT_INPUT}))
        case kind if kind == LABEL:
            form.length(f"{path}.label", part.get("label"), 45, 1)
            form.length(f"{path}.description", part.get("description"), 100)
            inner_field = part.get("component")
            _check_field(form, f"{path}.component", inner_field if isinstance(inner_field, dict) else {}, _FIELDS)
        case kind if kind == TEXT:
            form.length(f"{path}.content", part.get("content"), 4000, 1)
        case _:
            form.wrong(path, "UNION_TYPE_CHOICES", f'Value of field "type" must be one of {(ROW, TEXT, LABEL)}.')


def _check_field(form: Form, path: str, field: Json, allowed: frozenset[int]) -> None:
    form.one_of(f"{path}.type", field.get("type"), allowed)
    form.length(f"{path}.custom_id", field.get("custom_id"), 100, 1)
    form.length(f"{path}.placeholder", field.get("placeholder"), 150 if field.get("type") in SELECTS else 100)
    if field.get("type") == TEXT_INPUT:
        form.one_of(f"{path}.style", field.get("style"), frozenset({1, 2}))
        form.length(f"{path}.value", field.get("value"), 4000)
        least, most = field.get("min_length"), field.get("max_length")
        if (least is not None and not 0 <= least <= 4000) or (most is not None and not 1 <= most <= 4000):
            form.wrong(path, "NUMBER_TYPE_RANGE", "Lengths lie between 0 (1 at most) and 4000.")


def _submitted_part(part: Json, values: Mapping[str, object]) -> Json:
    told: Json = {"type": part["type"], "id": part.get("id", 0)}
    if part["type"] == ROW:
        return told | {"components": [_submitted_field(one, values) for one in part["components"]]}
    if part["type"] == LABEL:
        return told | {"component": _submitted_field(part["component"], values)}
    return told


def _submitted_field(field: Json, values: Mapping[str, object]) -> Json:
    name, kind = field["custom_id"], field["type"]
    told: Json = {"type": kind, "id": field.get("id", 0), "custom_id": name}
    value = values.get(name)
    if kind == TEXT_INPUT:
        text = str(field.get("value") or "" if value is None else value)
        if field.get("required", True) and not text:
            raise Impossible(f"the field {name} must be filled in")
        if text and not (field.get("min_length") or 0) <= len(text) <= (field.get("max_length") or 4000):
            raise Impossible(
                f"the field {name} takes {field.get('min_length') or 0}–{field.get('max_length')} characters"
            )
        return told | {"value": text}
    if kind in _OF_MANY:
        chosen = _chosen(field, value)
        return told | {"values": chosen}
    if kind == CHECKBOX:
        return told | {"value": bool(field.get("default", False) if value is None else value)}
    if kind == RADIO_GROUP:
        return told | {"value": next(iter(_chosen(field, value)), None)}
    raise Impossible("the stand-in's people cannot upload files into a form")


def _chosen(field: Json, value: object) -> list[str]:
    options = {option["value"]: option.get("default", False) for option in field.get("options", [])}
    if value is None:
        return [name for name, preset in options.items() if preset]
    chosen = [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)]
    if options and (strange := set(chosen) - set(options)):
        raise Impossible(f"{field['custom_id']} has no option {', '.join(strange)}, only {', '.join(options)}")
    return chosen
