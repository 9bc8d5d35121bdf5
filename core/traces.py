"""Traces of the work, for those who watch it: a job is a trace, each of its steps a part of it, each call of a model a part of that.

They tell of commands, kinds of steps, models, codes and money, never of words, people or chats. Nothing is made of them until somebody says where
they go (``send_to``); then a job is found by its id, and what is done of it after a restart, or by another process, belongs to the same trace.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

from opentelemetry.trace import Status, StatusCode, Tracer, get_current_span

from core.errors import FabulaError
from core.types import KeptJob, Spend

_tracer: Tracer | None = None
_of_job: ContextVar[int] = ContextVar("_of_job", default=0)


def send_to(tracer: Tracer | None) -> None:
    """Say who makes traces from now on; nobody does without one."""
    global _tracer
    _tracer = tracer


def trace_id() -> int:
    """The id, of 128 bits, of the trace to which belongs what is begun here: made of the job's; 0 outside of one."""
    return _of_job.get()


async def of_job(job: KeptJob, run: Callable[[], Awaitable[None]], *, again: bool) -> None:
    """Run a job; ``again`` after another process, or this one before its end, had begun it."""
    _of_job.set(int.from_bytes(hashlib.sha256(job.id.encode()).digest()[:16]))
    with _part(f"job {job.request.called}", job=job.id, command=job.request.called, again=again):
        await run()


def step(kind: str) -> AbstractContextManager[None]:
    """A step of a job is taken, of such a kind."""
    return _part(f"step {kind}", step=kind)


def call(model: str) -> AbstractContextManager[None]:
    """A model is asked, once."""
    return _part(f"call {model}", model=model)


def paid(spends: Iterable[Spend]) -> None:
    """What is done here cost so much, as far as that is known."""
    if _tracer:
        get_current_span().set_attribute("fabula.usd", sum(spend.usd or 0 for spend in spends))


def failed(code: str) -> None:
    """What is done here came to nothing, for a reason of such a code."""
    span = get_current_span()
    span.set_attribute("fabula.code", code)
    span.set_status(Status(StatusCode.ERROR))


@contextmanager
def _part(name: str, **facts: str | bool) -> Iterator[None]:
    """A part of a trace. Of an error its code is told, never its words: they may be a person's."""
    if _tracer is None:
        yield
        return
    told = {f"fabula.{fact}": value for fact, value in facts.items()}
    with _tracer.start_as_current_span(
        name, attributes=told, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield
        except asyncio.CancelledError:
            span.set_attribute("fabula.code", "cancelled")
            raise
        except FabulaError as error:
            failed(error.code)
            raise
        except BaseException:
            failed("internal")
            raise
