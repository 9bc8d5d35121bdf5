"""Trouble with the disk and the database, and being asked to stop: what the person sees, and that nothing is lost or paid twice."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from bots.program import running
from contract import sample
from core import texts
from core.jobs.suspects import STARTS
from core.ports import Drawing, Painting, Show
from core.services.openai_images import OpenAIPainter
from core.types import User
from embedded.process import EmbeddedProcess
from killed import program
from patience import PATIENCE
from storage.store import SqlStore
from studio import Person, Studio, paid, settings_for, studio_at
from test_bad_input import fill_disk
from test_faults import Trouble, assert_told

DAY = 24 * 3600.0


# --- the disk ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", texts.LANGUAGES)
async def test_a_disk_that_fills_up_while_drawing_is_the_operators_trouble(
    services: EmbeddedProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    async with studio_at(tmp_path, services) as running:
        person = await running.person(language=language)
        fill_disk(running, monkeypatch)
        with capture_logs() as log:
            answer = await person.says("/image a pear --raw")
        assert_told(answer, Trouble({}, "disk-full", 1, billed=1, operator=True), language)
        (failed,) = [entry for entry in log if entry["event"] == "job failed"]
        assert (failed["code"], failed["spent"]) == ("disk-full", True)
        spent = await running.program.storage.store.spent(0)
        assert spent.calls == 1 and spent.usd > 0 and spent.unpriced == 0, (
            "what was drawn in vain was paid for all the same"
        )
        async with person.http() as http:
            posted = {"files": ("cat.png", sample("cat.png"))}
            refused = await http.post("/api/chats/home-ann/messages", data={"user": "ann"}, files=posted)
        assert (refused.status_code, refused.json()["code"]) == (507, "disk-full"), (
            "what cannot be kept is not accepted"
        )
        monkeypatch.undo()
        assert (await person.says("/image a pear --raw")).pictures, "as soon as there is room, all is well"


@pytest.mark.parametrize("harm", ["missing", "garbled", "shortened"])
async def test_a_picture_that_is_gone_or_damaged_on_the_disk(
    services: EmbeddedProcess, tmp_path: Path, harm: str
) -> None:
    async with studio_at(tmp_path, services) as running:
        first = await (await running.person()).says("/image a pear --raw")
    for file in (path for path in (tmp_path / "media").glob("??/*")):
        harmed = {"garbled": b"?" * file.stat().st_size, "shortened": file.read_bytes()[:-1]}
        file.unlink() if harm == "missing" else file.write_bytes(harmed[harm])
    async with studio_at(tmp_path, services) as running:
        person = await running.person()
        await running.begin()
        with capture_logs() as log:
            edited = await person.says("/edit make it blue")
        assert (edited.code, edited.text) == ("file-gone", texts.say("error-file-gone", "en"))
        assert paid(await running.requests()) == []
        assert (await running.program.storage.store.spent(0)).calls == 1, "what was drawn before"
        assert [entry["code"] for entry in log if entry["event"] == "job failed"] == [edited.code]
        shown = await person.get(first.pictures[0]["url"])
        assert (shown.status_code, shown.json()["text"]) == (404, texts.say("error-file-gone", "en"))
        original = await person.presses(*first.action("original"))
        assert original.events[-1]["kind"] == "end"
        assert (await person.says("/image a plum --raw")).pictures


# --- the database --------------------------------------------------------------------------------------------------------


def seize(studio: Studio) -> sqlite3.Connection:
    """Take the database for somebody else, who keeps it until the connection is closed. In a thread: the program may have to finish first."""
    path = studio.program.settings.data_dir / "fabula.sqlite3"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    return other


@asynccontextmanager
async def held(studio: Studio) -> AsyncIterator[None]:
    """Somebody else has the database to themselves."""
    with closing(await asyncio.to_thread(seize, studio)):
        yield


async def noted(log: list[Any], event: str) -> None:
    """Wait until the log tells of something."""
    async with asyncio.timeout(PATIENCE):
        while not any(entry["event"] == event for entry in log):
            await asyncio.sleep(0.01)


async def test_a_database_that_is_busy_for_a_moment_is_waited_for(studio: Studio) -> None:
    person = await studio.person()
    await person.says("/help")
    async with held(studio):
        asked = asyncio.create_task(person.says("/image a pear --raw"))
        done, _ = await asyncio.wait({asked}, timeout=0.3)
        assert not done
    assert (await asked).pictures
    assert (await studio.program.storage.store.spent(0)).calls == 1


@pytest_asyncio.fixture
async def hasty(services: EmbeddedProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Studio]:
    """A studio that waits for its database only for a moment, and tries again after another."""
    monkeypatch.setattr("storage.database.BUSY_SECONDS", 0.05)
    for module in ("core.jobs.keeping", "bots.intake"):
        monkeypatch.setattr(f"{module}.FIRST_WAIT", 0.05)
    async with studio_at(tmp_path / "data", services) as running:
        yield running


@pytest.mark.parametrize("language", texts.LANGUAGES)
async def test_a_database_that_somebody_else_keeps_takes_nothing_in(hasty: Studio, language: str) -> None:
    person = await hasty.person(language=language)
    with capture_logs() as log:
        async with held(hasty), person.http() as http:
            refused = await http.post("/api/chats/home-ann/messages", data={"user": "ann", "text": "/image a pear"})
    assert refused.status_code == 503
    assert refused.json() == {"code": "database-in-use", "text": texts.say("error-database-in-use", language)}
    assert [(entry["event"], entry["code"]) for entry in log if "chore" not in entry] == [
        ("a request cannot be kept", "database-in-use")
    ]
    assert (await person.says("/help")).text
    assert paid(await hasty.requests()) == []


async def test_what_was_paid_for_waits_until_the_database_takes_it(hasty: Studio) -> None:
    """The database is taken away while the picture is drawn: it is written down and shown as soon as it is back, and paid once."""
    person = await hasty.person()
    await hasty.faults({"endpoint": "images.generations", "kind": "hang_until_released"})
    with capture_logs() as log:
        request = await person.posts("/image a pear --raw")
        while not await hasty.requests("images.generations"):
            await asyncio.sleep(0.01)
        async with held(hasty):
            await hasty.release()
            await noted(log, "something has to wait to be kept")
        answer = await person.answer(request)
    assert answer.pictures and answer.code is None
    assert len(await hasty.requests("images.generations")) == 1
    assert (await hasty.program.storage.store.spent(0)).calls == 1


async def test_what_was_taken_in_is_answered_when_the_database_is_back(
    hasty: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between keeping a message and answering it, somebody else takes the database."""
    person = await hasty.person()
    store = hasty.program.storage.store
    locks: list[sqlite3.Connection] = []
    session_at = store.session_at

    async def taken(*where: Any) -> Any:
        monkeypatch.setattr(store, "session_at", session_at)
        locks.append(await asyncio.to_thread(seize, hasty))
        return await session_at(*where)

    monkeypatch.setattr(store, "session_at", taken)
    with capture_logs() as log:
        request = await person.posts("/image a pear --raw")
        await noted(log, "an event has to wait")
        locks[0].close()
        answer = await person.answer(request)
    assert answer.pictures and answer.code is None
    assert (await store.spent(0)).calls == len(paid(await hasty.requests())) == 1
    assert {entry["code"] for entry in log if entry["event"] == "an event has to wait"} == {"database-in-use"}


async def test_what_has_to_wait_for_the_database_is_not_overtaken(
    hasty: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rating is taken back while somebody else has the database, and given again as soon as it is free."""
    person, store = await hasty.person(), hasty.program.storage.store
    answer = await person.says("/image a pear --raw")
    await person.rates(answer.message, "🔥")
    locks: list[sqlite3.Connection] = []
    session_at = store.session_at

    async def taken(*where: Any) -> Any:
        monkeypatch.setattr(store, "session_at", session_at)
        locks.append(await asyncio.to_thread(seize, hasty))
        return await session_at(*where)

    monkeypatch.setattr(store, "session_at", taken)
    with capture_logs() as log:
        await person.post("reactions", message=answer.message, emoji="🔥", added=False)
        await noted(log, "an event has to wait")
        locks[0].close()
        await person.post("reactions", message=answer.message, emoji="🔥", added=True)
        await person.wait(lambda events: sum(event["kind"] == "rating" for event in events) == 3)
    assert (await store.score(answer.pictures[0]["id"])).count == 1


# --- what brings the program down -----------------------------------------------------------------------------------------


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Set as soon as the poison is to be drawn: then the process is as good as dead, and forgives nobody. Two suspects at most run together."""
    died, generate = asyncio.Event(), OpenAIPainter.generate

    async def fatal(self: OpenAIPainter, drawing: Drawing, show: Show) -> Painting:
        if drawing.prompt == "poison":
            died.set()
        if died.is_set():
            await asyncio.Event().wait()
        return await generate(self, drawing, show)

    async def dead(*_: object) -> None:
        return

    monkeypatch.setattr("core.jobs.suspects.TOGETHER", 2)
    monkeypatch.setattr(SqlStore, "forgive", dead)
    monkeypatch.setattr(OpenAIPainter, "generate", fatal)
    return died


async def test_a_job_that_brings_the_program_down_does_not_take_others_with_it(
    services: EmbeddedProcess, tmp_path: Path, poison: asyncio.Event
) -> None:
    """The process dies whenever the poison is to be drawn, at first before anybody else gets anywhere, and is started again and again."""
    names = ("poison", "ann", "bea", "cid", "dan")
    requests: dict[str, str] = {}
    deaths = 0
    while deaths <= STARTS:
        poison.clear()
        async with studio_at(tmp_path, services) as studio:
            people = [await studio.person(name) for name in names]
            for person in people if not requests else ():
                requests[person.name] = await person.posts(f"/image {person.name} --raw")
            told = asyncio.gather(*(person.answer(requests[person.name]) for person in people))
            died = asyncio.create_task(poison.wait())
            await asyncio.wait({told, died}, return_when=asyncio.FIRST_COMPLETED)
            if told.done():
                break
            deaths += 1
            told.cancel()
    assert deaths == STARTS
    assert [answer.code for answer in told.result()] == ["gave-up", None, None, None, None]
    assert all(answer.pictures for answer in told.result()[1:])


async def test_being_stopped_counts_against_nobody(services: EmbeddedProcess, tmp_path: Path) -> None:
    """A picture that takes long, and an operator who stops the program again and again: it is drawn all the same."""
    before = Studio(None, "", services)  # type: ignore[arg-type]
    await before.begin()
    await before.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": STARTS + 1})
    request = ""
    for stop in range(1, STARTS + 2):
        async with running(settings_for(tmp_path, services)) as program:
            ann = User(platform="web", id="ann")
            request = request or await program.inbound.message(
                "home-ann", ann, "/image a pear --raw", (), None, None, None
            )
            async with asyncio.timeout(PATIENCE):
                while len(await before.requests("images.generations")) < stop:
                    await asyncio.sleep(0.01)
    await before.close()
    async with studio_at(tmp_path, services) as studio:
        assert (await (await studio.person()).answer(request)).pictures
        spent = await studio.program.storage.store.spent(0)
        assert (spent.calls, spent.unpriced) == (STARTS + 2, STARTS + 1), (
            "each that was broken off may have been billed"
        )


# --- being asked to stop -------------------------------------------------------------------------------------------------


async def test_sigterm_lets_running_work_end_and_keeps_the_rest(services: EmbeddedProcess, tmp_path: Path) -> None:
    """Six people wait; two pictures are being drawn when the operator stops the program, and come to their end."""
    before = Studio(None, "", services)  # type: ignore[arg-type]
    await before.begin()
    await before.faults({"endpoint": "images.generations", "kind": "hang_until_released", "times": 2})
    people = [f"p{number}" for number in range(6)]
    async with program(tmp_path, services, FABULA_JOBS_AT_ONCE="2") as life:
        address = await life.address()
        requests = [
            await Person(address, name, f"home-{name}").posts(f"/image a pear for {name} --raw") for name in people
        ]
        await before.hangs("images.generations", 2)
        life.send(signal.SIGTERM)
        await refused(address)
        await before.release()
        assert await life.wait() == 0
    assert len(await before.requests("images.generations")) == 2, "nothing new was begun"
    async with studio_at(tmp_path, services) as running:
        answers = [
            await (await running.person(name)).answer(request) for name, request in zip(people, requests, strict=True)
        ]
        assert all(answer.pictures and answer.code is None for answer in answers)
        assert sorted(answer.text for answer in answers) == [f"a pear for {name}" for name in people]
    assert len(await before.requests("images.generations")) == 6, "each was paid once"
    await before.close()


async def refused(address: str) -> None:
    """Until nobody answers there any more: what is not taken is not acknowledged either."""
    async with (
        httpx2.AsyncClient(base_url=address, trust_env=False, verify=False, timeout=PATIENCE) as http,
        asyncio.timeout(PATIENCE),
    ):
        while True:
            try:
                await http.get("/healthz")
            except httpx2.TransportError:
                return
            await asyncio.sleep(0.01)
