"""Calls that may take a day, at half price: they lie with the service, many in one file."""

from __future__ import annotations

from core.types.values import Value

GIVEN_UP = "given up"
"""The answer of a call that lies with a service, and nobody waits for any more."""


class SlowCall(Value):
    """What a job asks of a model, and may wait for.

    ``path`` is that of the API below its version (``/chat/completions``), ``asked`` the body as JSON, ``beside`` what the built-in server is told
    along with it. ``status`` and ``answer`` (an id of kept bytes) are there once it is answered; one with an answer and no status is to be
    made at once.
    """

    id: str
    batch: str
    number: int
    job: str
    service: str
    path: str
    model: str
    asked: str
    beside: str = ""
    status: int = 0
    answer: str = ""

    @property
    def given_up(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.answer == GIVEN_UP


class Wave(Value):
    """Calls that go to a service in one file. ``remote``: what the service calls it, once it has it."""

    id: str
    batch: str
    service: str
    path: str
    remote: str = ""
