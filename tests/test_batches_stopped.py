"""Tables that somebody pauses, stops or deletes while rows are made, or that are killed: nothing goes on by itself, no row is lost, and nothing
more is paid.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bots.program import running, serving
from core.types import BatchState, RowState
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from storage.store import SqlStore
from studio import Event, Person, Studio, settings_for, studio_at
from test_batches import as_csv, lives, press, presses
from test_batches_api import does, until_over

pytestmark = pytest.mark.asyncio(loop_scope="module")

TWO = [("Idea",), ("a heron",), ("an owl",)]
HANGS = {"endpoint": "images.generations", "kind": "hang_until_released", "times": 2}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def thrifty_tables(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    """A studio in which a call that may have been billed uses up most of a day."""
    data = tmp_path_factory.mktemp("stopped") / "data"
    async with studio_at(data, services, person_daily_usd=1.0, unpriced_usd=0.6, batch_at_once=2) as studio:
        yield studio


async def begun(person: Person, table: bytes = as_csv(TWO)) -> tuple[Event, str]:
    """A table that was started: the message with its plan, and its id."""
    plan = await person.says("/batch image", ("birds.csv", table))
    await presses(person, plan.replies[-1], "batch-start")
    return plan.replies[-1], press(plan.replies[-1], "batch-start")[1].partition(":")[2]


async def until_nothing_is_open(studio: Studio) -> None:
    async with asyncio.timeout(PATIENCE):
        while await studio.program.storage.store.open_jobs():
            await asyncio.sleep(0.02)


async def test_what_somebody_paused_does_not_go_on_when_there_is_money_again(thrifty_tables: Studio) -> None:
    """A row under way meets the limit after its table was paused: that is no reason to go on by itself after midnight."""
    await thrifty_tables.faults(
        {"endpoint": "chat", "kind": "hang_until_released", "times": 1},
        {"endpoint": "images.generations", "kind": "status", "status": 504, "times": 2},
    )
    ann = await thrifty_tables.person("ann-pauses")
    _, batch = await begun(ann)
    store = thrifty_tables.program.storage.store
    async with asyncio.timeout(PATIENCE):
        while not (await store.counts(batch)).of(RowState.FAILED):
            await asyncio.sleep(0.02)
    await presses(ann, await ann.wait(lambda events: _with(events, "batch-pause")), "batch-pause")
    await ann.wait(lambda events: _with(events, "batch-resume"))
    await thrifty_tables.release("chat")
    await until_nothing_is_open(thrifty_tables)
    kept = await store.batch(batch)
    assert kept and (kept.state, kept.why) == (BatchState.PAUSED, None)
    assert (await store.counts(batch)).of(RowState.WAITING) == 1, "the row waits for its next turn"


def _with(events: list[Event], verb: str) -> Event | None:
    """The newest message with such a button."""
    return next(
        (one for one in reversed(events) if any(a["id"].startswith(f"{verb}:") for a in one.get("actions", ()))), None
    )


async def test_a_deleted_table_makes_no_row_any_more(thrifty_tables: Studio) -> None:
    await thrifty_tables.faults(HANGS)
    ben = await thrifty_tables.person("ben-deletes")
    _, batch = await begun(ben)
    await thrifty_tables.hangs("images.generations", 2)
    assert (await does(ben, batch, "pause")).status_code == 200
    async with ben.http() as http:
        gone = await http.delete(f"/api/chats/{ben.chat}/batches/{batch}", params={"user": ben.name})
    assert gone.status_code == 204, gone.text
    await until_nothing_is_open(thrifty_tables)
    assert await thrifty_tables.program.storage.store.batch(batch) is None


async def test_nothing_is_begun_of_a_table_whose_deletion_waits_for_its_turn(thrifty_tables: Studio) -> None:
    """It waits behind a picture that its person has asked for, and somebody wants a row once more meanwhile."""
    eva = await thrifty_tables.person("eva-deletes")
    _, batch = await begun(eva, as_csv(TWO[:2]))
    await until_over(eva, batch)
    await thrifty_tables.faults(HANGS | {"times": 1})
    await eva.posts("/image a plum --raw")
    await thrifty_tables.hangs("images.generations")
    store = thrifty_tables.program.storage.store
    async with eva.http() as http:
        deleting = asyncio.create_task(http.delete(f"/api/chats/{eva.chat}/batches/{batch}", params={"user": eva.name}))
        async with asyncio.timeout(PATIENCE):
            while not ((kept := await store.batch(batch)) and kept.deleting and len(await store.open_jobs()) == 2):
                await asyncio.sleep(0.02)
        again = await does(eva, batch, "rows/2/again")
        assert (again.status_code, again.json()["code"]) == (409, "batch-over"), again.text
        before = len(await thrifty_tables.requests("images.generations"))
        await thrifty_tables.release()
        assert (await deleting).status_code == 204
    await until_nothing_is_open(thrifty_tables)
    assert await store.batch(batch) is None
    assert len(await thrifty_tables.requests("images.generations")) == before


async def test_a_stopped_table_is_not_gone_on_with_after_a_kill(services: EmbeddedProcess, tmp_path: Path) -> None:
    """The process comes no further than the commit that stops the table, while its rows are drawn."""
    async with running(settings_for(tmp_path, services)) as program, serving(program) as url:
        before = Studio(program, url, services)
        await before.faults(HANGS)
        cat = await before.person("cat-stops")
        _, batch = await begun(cat)
        await before.hangs("images.generations", 2)
        program.runner.stop_batch = lambda batch: asyncio.Event().wait()  # type: ignore[assignment, method-assign]
        await presses(cat, await cat.wait(lambda events: _with(events, "batch-stop")), "batch-stop")
        await cat.wait(lambda events: lives(events, "Stopped"))
    async with studio_at(tmp_path, services) as studio:
        await until_nothing_is_open(studio)
        kept = await studio.program.storage.store.batch(batch)
        assert kept and kept.state is BatchState.CANCELLED
        assert (await studio.program.storage.store.counts(batch)).of(RowState.WAITING) == 2
        assert not await studio.requests("images.generations"), "nobody pays for what was stopped"
    await before.close()


async def test_ten_kills_before_any_row_got_anywhere_lose_none(
    services: EmbeddedProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kills from outside hit whatever runs: no row is taken for what brings the program down."""

    async def dead(*_: object) -> None:
        return

    monkeypatch.setattr(SqlStore, "forgive", dead)
    four = as_csv([("Idea",), *((f"a fish number {number}",) for number in range(4))])
    before = Studio(None, "", services)  # type: ignore[arg-type]
    await before.begin()
    await before.faults({**HANGS, "times": 99})
    batch, asked = "", 0
    for _ in range(10):
        async with running(settings_for(tmp_path, services)) as program, serving(program) as url:
            if not batch:
                _, batch = await begun(await Studio(program, url, services).person("dan-is-killed"), four)
            async with asyncio.timeout(PATIENCE):
                while len(await before.requests("images.generations")) < asked + (1 if asked else 4):
                    await asyncio.sleep(0.02)
        asked = len(await before.requests("images.generations"))
    await before.close()
    async with studio_at(tmp_path, services) as studio:
        await until_nothing_is_open(studio)
        assert (await studio.program.storage.store.counts(batch)).of(RowState.DONE) == 4


async def test_no_further_row_is_begun_for_who_is_not_on_the_list_any_more(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    """The operator has taken a person off the list and started anew: what was under way comes to its end."""
    async with running(settings_for(tmp_path, services, batch_at_once=1)) as program, serving(program) as url:
        before = Studio(program, url, services)
        await before.faults(HANGS | {"times": 1})
        _, batch = await begun(await before.person("fay-was-listed"))
        await before.hangs("images.generations")
    await before.close()
    async with studio_at(tmp_path, services, allowed=("web:somebody-else",), batch_at_once=1) as studio:
        store = studio.program.storage.store
        async with asyncio.timeout(PATIENCE):
            while not ((kept := await store.batch(batch)) and kept.state is BatchState.PAUSED):
                await asyncio.sleep(0.02)
        assert kept.why and kept.why.code == "not-allowed-here"
        assert (await store.counts(batch)).rows == {RowState.DONE: 1, RowState.WAITING: 1}
