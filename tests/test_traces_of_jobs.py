"""Traces of jobs, as a collector that speaks OpenTelemetry's protocol gets them."""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from core.errors import OperatorFault
from embedded.process import EmbeddedProcess
from studio import studio_at

SECRET = "a marzipan pig"


@dataclass
class Collector:
    """What was sent, once whoever sends has ended."""

    url: str
    sent: list[bytes] = field(default_factory=list)

    def spans(self) -> list[Span]:
        read = map(ExportTraceServiceRequest.FromString, self.sent)
        return [
            span for one in read for part in one.resource_spans for scope in part.scope_spans for span in scope.spans
        ]

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans() if span.name == name]


def facts(span: Span) -> dict[str, object]:
    """What a part tells of itself, by the name without ours before it."""
    told = {}
    for one in span.attributes:
        kind = one.value.WhichOneof("value")
        told[one.key.removeprefix("fabula.")] = getattr(one.value, kind) if kind else None
    return told


@pytest_asyncio.fixture
async def collector() -> AsyncIterator[Collector]:
    found = Collector("")

    async def take(request: web.Request) -> web.Response:
        assert request.path == "/v1/traces"
        found.sent.append(await request.read())
        return web.Response(body=b"", content_type="application/x-protobuf")

    application = web.Application()
    application.router.add_post("/{path:.*}", take)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


async def test_a_job_is_a_trace_of_its_steps_and_calls(
    services: EmbeddedProcess, tmp_path: Path, collector: Collector
) -> None:
    async with studio_at(tmp_path / "data", services, traces_url=collector.url) as studio:
        ann = await studio.person()
        assert (await ann.says(f"/story {SECRET} --length short")).pictures
        await studio.faults({"endpoint": "images.generations", "kind": "late_refusal"})
        refused = (await ann.says(f"/image {SECRET} --raw")).code
    (whole,) = collector.named("job story")
    assert not whole.parent_span_id and facts(whole)["again"] is False
    inside = [span for span in collector.spans() if span.trace_id == whole.trace_id and span != whole]
    steps = [span for span in inside if span.name.startswith("step ")]
    assert {"step text", "step picture"} & {span.name for span in steps} and len(steps) > 2
    assert {span.parent_span_id for span in steps} == {whole.span_id}
    calls = [span for span in inside if span.name.startswith("call ")]
    assert {span.parent_span_id for span in calls} <= {span.span_id for span in steps}
    assert {str(facts(span)["model"]) for span in calls} >= {"gpt-6.2-sol", "gpt-image-2.6-flare"}
    assert sum(float(str(facts(span)["usd"])) for span in steps) > 0
    (failed,) = collector.named("job image")
    assert failed.trace_id != whole.trace_id and refused and facts(failed)["code"] == refused
    told = b"".join(collector.sent)
    assert b"marzipan" not in told and not re.search(rb"\bann\b", told), "nobody is told of, and nothing that they said"


async def test_a_job_that_is_gone_on_with_stays_in_its_trace(
    services: EmbeddedProcess, tmp_path: Path, collector: Collector
) -> None:
    async with studio_at(tmp_path / "data", services, traces_url=collector.url) as studio:
        await studio.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
        await (await studio.person()).posts("/image a boat --raw")
        await studio.hangs("images.generations")
    async with studio_at(tmp_path / "data", services, traces_url=collector.url) as studio:
        ann = await studio.person()
        await ann.wait(lambda events: any(event["kind"] == "end" for event in events))
    first, second = sorted(collector.named("job image"), key=lambda span: span.start_time_unix_nano)
    assert first.trace_id == second.trace_id and facts(first)["job"] == facts(second)["job"]
    assert (facts(first)["again"], facts(first)["code"], facts(second)["again"]) == (False, "cancelled", True)


async def test_without_the_package_it_says_what_to_install(
    services: EmbeddedProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(OperatorFault, match="traces-driver-absent"):
        async with studio_at(tmp_path / "data", services, traces_url="http://127.0.0.1:9"):
            pass
