"""Models in place of the usual ones, for a request that goes on cheaper: looked up where a model is chosen, so no recipe knows of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

Service = Literal["text", "image"]

_instead: ContextVar[Mapping[str, str]] = ContextVar("instead", default={})  # noqa: B039 - never changed in place


@contextmanager
def using(models: Mapping[str, str]) -> Iterator[None]:
    """Have these models used in here, by ``text`` and ``image``; also by tasks that are begun in here."""
    token = _instead.set(models)
    try:
        yield
    finally:
        _instead.reset(token)


def model(service: Service, usual: str) -> str:
    """The model that is used now."""
    return _instead.get().get(service, usual)
