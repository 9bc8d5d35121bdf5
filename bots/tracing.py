"""Where traces go: to a collector that speaks OpenTelemetry's protocol over HTTP, if the operator names one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core import traces
from core.errors import OperatorFault
from core.settings import Settings

PATIENCE = 5.0
"""Seconds that one sending may take, with all its tries; so long an end waits for a collector that is away."""


@asynccontextmanager
async def tracing(settings: Settings) -> AsyncIterator[None]:
    """Send traces while this lasts. Raises ``OperatorFault`` where the package for it is not installed.

    What a collector wants to know of who sends (``OTEL_EXPORTER_OTLP_HEADERS``) and how many of the traces are sent (``OTEL_TRACES_SAMPLER``) the
    package reads from the environment itself. It sends from a thread of its own; what it cannot send is let go.
    """
    if not settings.traces_url:
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
    except ImportError as error:
        raise OperatorFault("traces-driver-absent") from error

    class OfJobs(RandomIdGenerator):
        """Gives all parts of a job one trace, whichever process does them."""

        def generate_trace_id(self) -> int:
            return traces.trace_id() or super().generate_trace_id()

    exporter = OTLPSpanExporter(endpoint=f"{settings.traces_url.rstrip('/')}/v1/traces", timeout=PATIENCE)
    resource = Resource.create({SERVICE_NAME: "fabula"})
    provider = TracerProvider(resource=resource, id_generator=OfJobs(), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    traces.send_to(provider.get_tracer("fabula"))
    try:
        yield
    finally:
        traces.send_to(None)
        await asyncio.to_thread(provider.shutdown)
