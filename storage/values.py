"""Values as they are stored: JSON that an earlier or a later version of the program may have written.

What comes from outside is read strictly. What was stored is read with patience: a field that is not known (any more, or yet) is passed over, and
a value that cannot be read at all costs that one value, never the person it is about or the rows beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import structlog
from pydantic import BaseModel, ValidationError

from core.recent import Recent

Shape = TypeVar("Shape", bound=BaseModel)
Upgrade = Callable[[dict[str, Any]], dict[str, Any]]

UPGRADES: Mapping[type[BaseModel], tuple[Upgrade, ...]] = {}
"""For a shape whose fields changed their meaning: the first function makes version 2 of version 1, and so on.

A value without a version is of the first.
"""

REMEMBERED = 1000
"""Rows that could not be read, of which the log was told."""

log = structlog.get_logger()
_told: Recent[tuple[str, int], bool] = Recent(REMEMBERED)


class _Named(BaseModel):
    id: str


class _Event(BaseModel):
    """What of an event of the web page is looked into here."""

    kind: str
    text: str = ""
    pieces: list[_Named] = []
    actions: list[_Named] = []
    quotes: list[str] = []


def dump(value: BaseModel) -> str:
    """The JSON to store, with the version of its shape where that is not the first."""
    text = value.model_dump_json()
    version = 1 + len(UPGRADES.get(type(value), ()))
    return text if version == 1 else f'{{"version":{version},{text[1:]}'


def load(shape: type[Shape], text: str, row: str) -> Shape | None:
    """A stored value, brought to the present version; ``None`` where it cannot be read, which the log tells once of ``row``, without its content."""
    try:
        if upgrades := UPGRADES.get(shape):
            data = json.loads(text)
            for upgrade in upgrades[int(data.pop("version", 1)) - 1 :]:
                data = upgrade(data)
            text = json.dumps(data)
        return shape.model_validate_json(text, extra="ignore")
    except (ValidationError, ValueError, TypeError, KeyError, AttributeError):
        if (row, hash(text)) not in _told:  # some are looked at every few seconds
            _told[row, hash(text)] = True
            log.error("a row cannot be read and is passed over", row=row, shape=shape.__name__)
        return None


def load_event(text: str, row: str) -> dict[str, Any] | None:
    """A stored event of the web page; ``None`` where it cannot be read or was blanked for that."""
    if not text or load(_Event, text, row) is None:
        return None
    event: dict[str, Any] = json.loads(text)
    return event
