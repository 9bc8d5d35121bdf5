"""What goes on beside the requests goes on whatever happens in it."""

from __future__ import annotations

import asyncio

import pytest

from bots import chores
from bots.web.hub import BEHIND, Hub
from core.errors import StorageFault
from core.jobs import until_kept
from patience import PATIENCE


@pytest.mark.parametrize("kind", ["chore", "platform"])
@pytest.mark.parametrize(
    "error",
    # The last is what a library raises that gives up something of its own.
    [FileNotFoundError("gone"), StorageFault("disk-full"), ValueError("odd"), KeyError("x"), asyncio.CancelledError()],
    ids=lambda error: type(error).__name__,
)
async def test_what_breaks_is_done_again(kind: str, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "FIRST_WAIT", 0.001)
    done, tries = asyncio.Event(), 0

    async def work() -> None:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise error
        done.set()

    run = chores.tend("work", work, 3600) if kind == "chore" else chores.persist("discord", work, "en")
    going_on = asyncio.create_task(run)
    await asyncio.wait_for(done.wait(), PATIENCE)
    going_on.cancel()
    await asyncio.wait([going_on])


async def test_a_page_that_reads_nothing_holds_no_more_than_it_may() -> None:
    hub = Hub()
    stream = hub.open("home-ann")
    for number in range(3 * BEHIND):
        hub.live("home-ann", {"number": number})
    held = 0
    while await stream.next(1) is not None:
        held += 1
    assert held == BEHIND
    with pytest.raises(TimeoutError):
        await stream.next(0.01)


@pytest.mark.parametrize("code", ["database-damaged", "folder-not-writable"])
async def test_nothing_waits_for_what_waiting_does_not_mend(code: str) -> None:
    async def write() -> None:
        raise StorageFault(code)

    with pytest.raises(StorageFault):
        await until_kept(write)


async def test_what_swallows_that_it_shall_end_is_told_again_and_never_waited_for_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A library may take its cancellation for a lost connection."""
    monkeypatch.setattr(chores, "LAST_MOMENT", 0.03)
    begun, told = asyncio.Event(), 0

    async def deaf(times: float) -> None:
        nonlocal told
        begun.set()
        while told < times:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                told += 1

    for times, heard in ((2, 2), (chores.CALLS + 1, chores.CALLS)):
        begun.clear()
        told = 0
        async with chores.beside("deaf", deaf(times)):
            await begun.wait()
        assert told == heard


@pytest.mark.parametrize("broken", [True, False])
async def test_what_hangs_or_breaks_while_it_is_closed_holds_nothing_up(
    broken: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chores, "LAST_MOMENT", 0.01)

    async def closing() -> None:
        if broken:
            raise ValueError("odd")
        await asyncio.Event().wait()

    await chores.close("work", closing)
