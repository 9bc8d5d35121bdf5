"""What programs send as JSON: a body that is wrong in each of its parts is refused for a few of them, however long it is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import params
from fastapi.routing import APIRoute
from pydantic import ValidationError

from bots.web.app import ROUTERS
from bots.web.program_schemas import MakeBody
from bots.web.schemas import Strict

SOME, MANY = 900, 9_000
"""Members of an object or a list: as many as a list may have, and ten times as many."""

FEW = 50
"""Mistakes that nobody feels being written down."""


def bodies() -> Iterator[type[Strict]]:
    """The body of each route that takes JSON, and of the one that takes it beside a form."""
    yield MakeBody
    for route in itertools.chain.from_iterable(router.routes for router in ROUTERS):
        assert isinstance(route, APIRoute)
        for one in route.dependant.body_params:
            if not isinstance(one.field_info, params.Form):
                body = one.field_info.annotation
                assert isinstance(body, type) and issubclass(body, Strict), (route.path, "bounds nothing")
                yield body


def odd(body: type[Strict], count: int) -> Iterator[Any]:
    """Bodies of so many members each, at each place where there may be some."""
    named = {f"n{number}" for number in range(count)}
    for member in (1, 1.5, "a", None, [], {}, [1.5] * 9):
        objects, items = dict.fromkeys(named, member), [member] * count
        several = {f"n{number}": items for number in range(12)}
        yield from (objects, items)
        for field in body.model_fields:
            yield from ({field: inner} for inner in (objects, items, {"a": objects}, {"a": items}, several))


def mistakes(body: type[Strict], said: Any) -> int:
    try:
        body.model_validate(said)
    except ValidationError as error:
        return error.error_count()
    return 0


@pytest.mark.parametrize("body", sorted(set(bodies()), key=lambda one: one.__name__), ids=lambda one: one.__name__)
def test_however_much_is_wrong_little_is_told(body: type[Strict]) -> None:
    for some, many in zip(odd(body, SOME), odd(body, MANY), strict=True):
        assert mistakes(body, some) <= FEW, str(some)[:100]
        assert 0 < mistakes(body, many) <= FEW, str(many)[:100]
