"""The clock of the machine is set: what was under way goes on, and everything keeps its order."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from core import texts
from core.jobs import JobRunner
from embedded.process import EmbeddedProcess
from studio import studio_at

DAY = 24 * 3600.0


class Clock:
    """The wall clock, of the database too; it can be set."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.wrong_by = 0.0
        real = time.time
        patch.setattr(time, "time", lambda: real() + self.wrong_by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.mark.parametrize(("jump", "remembered"), [(DAY, False), (660, False), (-DAY, True)])
async def test_a_half_given_command_after_the_clock_was_set(
    services: EmbeddedProcess, tmp_path: Path, clock: Clock, jump: float, remembered: bool
) -> None:
    async with studio_at(tmp_path, services) as running:
        person = await running.person()
        await person.says("/edit make it night")
        clock.wrong_by = jump
        answer = await person.says("", "cat.png")
        assert bool(answer.pictures) is remembered
        assert answer.action("vary"), "a photo alone is offered what can be done with it"


@pytest.mark.parametrize(("jump", "code"), [(DAY + 60, "too-old"), (-DAY, None)])
async def test_an_unfinished_job_after_the_clock_was_set(
    services: EmbeddedProcess, tmp_path: Path, clock: Clock, jump: float, code: str | None
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JobRunner, "_fill", lambda _: None)  # nothing is begun
        async with studio_at(tmp_path, services) as running:
            request = await (await running.person()).posts("/image a pear --raw")
            while not await running.program.storage.store.open_jobs():
                await asyncio.sleep(0.01)
    clock.wrong_by = jump
    with capture_logs() as log:
        async with studio_at(tmp_path, services) as running:
            answer = await (await running.person()).answer(request)
            spent = await running.program.storage.store.spent(0)
    assert answer.code == code
    assert bool(answer.pictures) is (code is None)
    assert code is None or answer.text.startswith(texts.say(f"error-{code}", "en"))
    assert spent.calls == (code is None)
    assert [entry["code"] for entry in log if entry["event"] == "job failed"] == [code] * bool(code)


async def test_the_days_quota_after_the_clock_was_set(services: EmbeddedProcess, tmp_path: Path, clock: Clock) -> None:
    async with studio_at(tmp_path, services, person_daily_usd=0.1) as running:
        person = await running.person()
        assert (await person.says("/image a pear --raw")).pictures
        assert (await person.says("/image a pear --raw")).code == "over-quota"
        clock.wrong_by = -DAY
        assert (await person.says("/image a pear --raw")).code == "over-quota", "setting it back gives nothing away"
        clock.wrong_by = DAY
        assert (await person.says("/image a pear --raw")).pictures, "a new day"


async def test_everything_keeps_its_order_while_the_clock_runs_backwards(
    services: EmbeddedProcess, tmp_path: Path, clock: Clock
) -> None:
    async with studio_at(tmp_path, services) as running:
        person = await running.person()
        for word in ("first", "second", "third"):
            await person.says(f"/image {word} pear --raw")
            clock.wrong_by -= DAY
        told = [event["text"] for event in person.events if event["kind"] == "message"]
        assert told == [f"/image {word} pear --raw" for word in ("first", "second", "third")]
        lines = (await person.says("/history")).text
        assert lines.index("third") < lines.index("second") < lines.index("first")
        assert (await person.says("/vary")).pictures
