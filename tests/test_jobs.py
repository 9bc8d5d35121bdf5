"""Durable jobs at their seams: stopped in the moment of a commit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest
from studio import PATIENCE, Studio

from core.ports import Change
from core.types import JobState, KeptReply
from storage.store import SqlStore


@pytest.mark.parametrize("words", ["/image a pear --raw", "/story a pear at sea --length short --pages 2", "hello"])
async def test_what_a_commit_made_is_delivered_by_it_whatever_becomes_of_the_job(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """The last thing said and the cancelling of its job are one transaction: the writer is kept busy until both wait for it."""
    commit, database, runner = SqlStore.commit, studio.program.storage.database, studio.program.runner
    queued = asyncio.get_running_loop().create_future()
    stopping, tasks = list[asyncio.Task[bool]](), list[asyncio.Task[bool]]()
    person = await studio.person()
    last = 1 + words.startswith("/story")

    async def together(self: SqlStore, change: Change) -> Sequence[KeptReply] | None:
        nonlocal last
        if change.job_state is JobState.CANCELLED:
            queued.set_result(None)  # which opens the gate in the next round only: this one is queued by then
        last -= bool(change.pieces)
        if last or stopping or not change.pieces:
            return await commit(self, change)
        gate, before = threading.Event(), database.writer.transactions
        tasks.append(asyncio.create_task(database.write(lambda _: gate.wait(PATIENCE))))
        while database.writer.transactions == before:
            await asyncio.sleep(0)
        job = runner.current("web:home-ann::ann")
        assert job
        stopping.append(asyncio.create_task(runner.cancel(job, (), ())))  # its turn comes when ours has been queued
        queued.add_done_callback(lambda _: gate.set())
        return await commit(self, change)

    monkeypatch.setattr(SqlStore, "commit", together)
    answer = await person.says(words)
    assert await stopping[0] is True
    assert [event["kind"] for event in answer.events if event["kind"] != "status"][-1] == "end"
    assert len(answer.pictures) == {"/image": 1, "/story": 2, "hello": 0}[words.split()[0]]
    assert answer.pieces
    assert not await studio.program.storage.store.unsent()
