"""What is counted of the work, for those who watch it: by command, step, model and service, never by person or chat."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from core.types import KeptJob, Spend

REGISTRY = CollectorRegistry()
"""Of ours alone: what the library would add by itself reads the whole process at each scrape."""

_LONG = (0.5, 1, 2, 5, 10, 20, 60, 120, 300, 900, 3600)
_SHORT = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)

jobs = Counter("fabula_jobs", "Jobs that ended, by command and how.", ["command", "state"], registry=REGISTRY)
job_seconds = Histogram(
    "fabula_job_seconds", "Seconds from a request to the end of its job.", ["command"], registry=REGISTRY, buckets=_LONG
)
failures = Counter(
    "fabula_job_failures", "Jobs that failed, by the code of what was said.", ["code"], registry=REGISTRY
)
step_seconds = Histogram("fabula_step_seconds", "Seconds that steps took.", ["step"], registry=REGISTRY, buckets=_LONG)
calls = Counter(
    "fabula_calls", "Calls of models, by whether their price is known.", ["model", "priced"], registry=REGISTRY
)
usd = Counter("fabula_spent_usd", "USD that calls cost, where their price is known.", ["model"], registry=REGISTRY)
ratings = Counter("fabula_ratings", "Ratings given, by what they say.", ["says"], registry=REGISTRY)
throttled = Counter(
    "fabula_throttled", "Times that a service or platform asked to wait (429).", ["by"], registry=REGISTRY
)
delivery_seconds = Histogram(
    "fabula_delivery_seconds",
    "Seconds from what is said to its receipt.",
    ["platform"],
    registry=REGISTRY,
    buckets=_SHORT,
)
loop_lag = Histogram(
    "fabula_loop_lag_seconds", "Seconds by which the loop was late.", registry=REGISTRY, buckets=_SHORT
)
open_jobs = Gauge("fabula_jobs_open", "Jobs that wait or run, by command.", ["command"], registry=REGISTRY)
oldest = Gauge(
    "fabula_oldest_seconds", "Age of the oldest that waits: job, update, reply.", ["what"], registry=REGISTRY
)
waiting = Gauge("fabula_waiting", "How many wait: updates, replies.", ["what"], registry=REGISTRY)
held = Gauge("fabula_held_usd", "USD that are held for open jobs.", registry=REGISTRY)
ready = Gauge("fabula_ready", "Whether requests are taken (1) or not (0).", registry=REGISTRY)


def kind_of(step: str) -> str:
    """The kind of a step, of which there may be many: of ``page:7`` and ``look 2``, ``page`` and ``look``."""
    return step.partition(":")[0].partition(" ")[0].partition("-")[0]


def step(name: str, seconds: float) -> None:
    """A step was done; its kind is counted."""
    step_seconds.labels(kind_of(name)).observe(seconds)


def paid(spends: Iterable[Spend]) -> None:
    """Calls were made."""
    for spend in spends:
        calls.labels(spend.model, str(spend.usd is not None).lower()).inc()
        if spend.usd:
            usd.labels(spend.model).inc(spend.usd)


def ended(job: KeptJob, state: str, seconds: float) -> None:
    """A job ended."""
    jobs.labels(job.request.called, state).inc()
    job_seconds.labels(job.request.called).observe(max(0.0, seconds))


def rated(value: float | None) -> None:
    """Somebody rated something."""
    ratings.labels("nothing" if value is None else "good" if value > 0 else "bad" if value < 0 else "so-so").inc()
