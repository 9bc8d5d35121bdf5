"""The bill of a step: each call that cost something, or may have, is noted where it is made, so that it is counted also when the step fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.types import Spend

_bill: ContextVar[list[Spend] | None] = ContextVar("bill", default=None)


@contextmanager
def opened() -> Iterator[list[Spend]]:
    """What is noted in here, also by tasks and threads that are begun in here. Steps that run together each have their own."""
    bill: list[Spend] = []
    token = _bill.set(bill)
    try:
        yield bill
    finally:
        _bill.reset(token)


def note(spend: Spend) -> None:
    """Put a call on the bill; where none is open, nobody keeps account."""
    bill = _bill.get()
    if bill is not None:
        bill.append(spend)


def note_unclear(model: str, *, built_in: bool = False) -> None:
    """A call that failed or was given up, and may have been billed all the same: the price is then not known, and and 0 only for what is built in."""
    note(Spend(model=model, usd=0.0 if built_in else None, built_in=built_in))
