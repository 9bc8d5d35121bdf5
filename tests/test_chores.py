"""What goes on beside the requests goes on whatever happens in it."""

from __future__ import annotations

import asyncio

import pytest

from bots import chores
from bots.web.hub import BEHIND, Hub
from core.errors import StorageFault
from core.jobs import until_kept


@pytest.mark.parametrize(
    "error", [FileNotFoundError("gone"), StorageFault("disk-full"), ValueError("odd"), KeyError("x")]
)
async def test_a_chore_that_breaks_is_done_again(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chores, "FIRST_WAIT", 0.001)
    done, tries = asyncio.Event(), 0

    async def work() -> None:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise error
        done.set()

    tending = asyncio.create_task(chores.tend("work", work, 3600))
    await done.wait()
    assert not tending.done()
    tending.cancel()


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
