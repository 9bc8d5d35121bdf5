"""One hierarchy for everything that can go wrong.

An error carries a ``code`` (the key of its sentence in the catalogues, as ``error-<code>``), the ``values`` that the sentence needs, and what
a person wants to know: whose turn it is and whether money may have been spent. Nothing here ever holds a foreign exception's text.
"""

from __future__ import annotations

from typing import ClassVar, Literal

Turn = Literal["person", "operator", "nobody"]


class FabulaError(Exception):
    """Something that is told to a person in one sentence.

    ``spent``: money may have been spent on the request before it failed. ``retry_after``: seconds until another try makes sense.
    """

    turn: ClassVar[Turn] = "nobody"

    def __init__(
        self, code: str, *, spent: bool = False, retry_after: float | None = None, **values: str | int | float
    ) -> None:
        super().__init__(code)
        self.code = code
        self.spent = spent
        self.retry_after = retry_after
        self.values = values


class BadInput(FabulaError):
    """The request cannot be done as it was made; the person can mend it. Nothing was spent."""

    turn = "person"


class NotAllowed(FabulaError):
    """This person may not do this here."""

    turn = "person"


class Limited(FabulaError):
    """A rate, quota or budget is used up for now."""

    turn = "person"


class Refused(FabulaError):
    """The content rules refuse the request; trying the same again is useless."""

    turn = "person"


class Unavailable(FabulaError):
    """A service did not answer in time or is too busy; a later try may succeed."""


class OperatorFault(FabulaError):
    """The operator's account, key or configuration: never the person's fault, and a retry is useless."""

    turn = "operator"


class StorageFault(FabulaError):
    """The disk is full or the database is in use elsewhere."""

    turn = "operator"
