"""Durable jobs at their seams: stopped in the moment of a commit, and taken up by another version of the program."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.conversation.feature import Feature
from core.features import FEATURES
from core.jobs import Job, JobRunner
from core.jobs.suspects import STARTS
from core.ports import Change
from core.types import JobState, KeptReply, Reply
from embedded.process import EmbeddedProcess
from patience import PATIENCE
from storage.store import SqlStore
from studio import Answer, Studio, paid, studio_at


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
        job = await runner.current("web:home-ann::ann")
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


# --- jobs that an earlier version left open ------------------------------------------------------------------------------


REQUESTS = {
    "/image a pear --raw --n 2": ("pictures",),
    "/story a pear at sea --length short --pages 2": ("text", "pictures"),
    "hello": ("text",),
    "/vary --n 2": ("pictures",),
}


async def left_open(folder: Path, services: EmbeddedProcess, words: str, said: int) -> str:
    """A program that said so many things of a request, had paid for the next, and died before it was said; the request's id."""
    commit, dying = SqlStore.commit, asyncio.Event()
    left = said

    async def dies(self: SqlStore, change: Change) -> Sequence[KeptReply] | None:
        nonlocal left
        if change.job_open and (change.pieces or change.job_state):
            left -= 1
            if left < 0:
                dying.set()
                await asyncio.Event().wait()
        return await commit(self, change)

    async with studio_at(folder, services) as before:
        person = await before.person()
        if words.startswith("/vary"):
            await person.says("/image a pear --raw")
        with pytest.MonkeyPatch.context() as here:
            here.setattr("core.jobs.keeping.LAST_MOMENT", 0)
            here.setattr(SqlStore, "commit", dies)
            request = await person.posts(words)
            async with asyncio.timeout(PATIENCE):
                await dying.wait()
            await before.program.runner.close()
    return request


class Deaths:
    """Such programs: each dies once, and its folder is copied for every test that wants it."""

    def __init__(self, services: EmbeddedProcess, folder: Path) -> None:
        self._services = services
        self._folder = folder
        self._requests = dict[tuple[str, int], str]()

    async def left_open(self, folder: Path, words: str, *, said: int) -> str:
        """The request's id of one; what it left is in the folder."""
        own = self._folder / f"{[*REQUESTS].index(words)}-{said}"
        if (words, said) not in self._requests:
            self._requests[words, said] = await left_open(own, self._services, words, said)
        shutil.copytree(own, folder, dirs_exist_ok=True)
        return self._requests[words, said]


@pytest.fixture(scope="module")
def deaths(services: EmbeddedProcess, tmp_path_factory: pytest.TempPathFactory) -> Deaths:
    return Deaths(services, tmp_path_factory.mktemp("deaths"))


def change_rows(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "fabula.sqlite3")) as database, database:
        for statement in statements:
            database.execute(statement)


def as_version_1(folder: Path, names: Sequence[str]) -> None:
    """What was kept when replies had numbers."""
    change_rows(
        folder,
        "UPDATE jobs SET recipe = 1 WHERE ended IS NULL",
        *(
            f"UPDATE replies SET key = (SELECT id FROM jobs WHERE ended IS NULL) || ':{number}' "
            f"WHERE key = (SELECT id FROM jobs WHERE ended IS NULL) || ':{name}'"
            for number, name in enumerate(names, 1)
        ),
    )


@pytest.mark.parametrize("said", [0, 1, 2])
@pytest.mark.parametrize("words", REQUESTS)
async def test_a_job_of_the_version_that_numbered_its_replies_goes_on(
    services: EmbeddedProcess, tmp_path: Path, deaths: Deaths, words: str, said: int
) -> None:
    names = REQUESTS[words]
    if said > len(names):
        return
    request = await deaths.left_open(tmp_path, words, said=said)
    as_version_1(tmp_path, names[:said])
    await assert_complete(services, tmp_path, request, words, calls=said < len(names) == 2 and said == 0)


@pytest.mark.parametrize("words", REQUESTS)
async def test_a_reply_more_drops_none_that_was_paid_for(
    services: EmbeddedProcess, tmp_path: Path, deaths: Deaths, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """Another release, or a setting, has the job say something before what was said already, and before what was not."""
    names = REQUESTS[words]
    request = await deaths.left_open(tmp_path, words, said=len(names) - 1)
    say = Job.say

    async def wordy(self: Job, name: str, reply: Reply, **more: Any) -> None:
        await say(self, f"before-{name}", Reply(text=f"soon: {name}"))
        await say(self, name, reply, **more)

    monkeypatch.setattr(Job, "say", wordy)
    answer = await assert_complete(services, tmp_path, request, words)
    assert [text for event in answer.replies if (text := event["text"]).startswith("soon")] == [
        f"soon: {name}" for name in names
    ]


async def assert_complete(
    services: EmbeddedProcess, folder: Path, request: str, words: str, *, calls: bool = False
) -> Answer:
    """Everything is there once, and nothing more was paid for (``calls``: than what had not been begun)."""
    async with studio_at(folder, services) as after:
        answer = await (await after.person()).answer(request)
        assert answer.failure is None
        pieces = [piece["id"] for piece in answer.pieces]
        assert len(pieces) == len(set(pieces))
        assert len(answer.pictures) == (0 if words == "hello" else 2)
        assert sum(piece["kind"] == "text" for piece in answer.pieces) == ("text" in REQUESTS[words])
        assert bool(paid(await after.requests())) is calls
        turns = (await after.program.storage.store.session("web:home-ann::ann")).turns
        assert len(turns) == len(set(turns))
        return answer


def renewed(feature: Feature) -> Feature:
    """A feature whose recipes go on with nothing that was begun before."""
    recipes = {command: replace(recipe, version=3, since=3) for command, recipe in feature.recipes.items()}
    return replace(feature, recipes=recipes)


@pytest.mark.parametrize("words", REQUESTS)
@pytest.mark.parametrize("version", [1, 9])
async def test_a_job_that_cannot_go_on_delivers_what_it_had_paid_for(
    services: EmbeddedProcess,
    tmp_path: Path,
    deaths: Deaths,
    words: str,
    version: int,
) -> None:
    """Its recipe has become another since, or is of a later release that was taken back."""
    names = REQUESTS[words]
    request = await deaths.left_open(tmp_path, words, said=len(names) - 1)
    change_rows(tmp_path, f"UPDATE jobs SET recipe = {version} WHERE ended IS NULL")
    async with studio_at(tmp_path, services, features=tuple(map(renewed, FEATURES))) as after:
        person = await after.person()
        answer = await person.answer(request)
        assert answer.code == "recipe-changed"
        pieces = [piece["id"] for piece in answer.pieces]
        assert len(pieces) == len(set(pieces))
        assert len(answer.pictures) == (0 if words == "hello" else 2)
        assert sum(piece["kind"] == "text" for piece in answer.pieces) == ("text" in names)
        assert not paid(await after.requests())
        if answer.pictures:
            assert (await person.presses(*answer.action("pick"))).pictures
        assert not await after.program.storage.store.open_jobs()


async def test_a_job_that_cannot_go_on_and_paid_for_nothing_begins_anew(
    services: EmbeddedProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JobRunner, "_fill", lambda _: None)  # nothing is begun
        async with studio_at(tmp_path, services) as before:
            request = await (await before.person()).posts("/image a pear --raw")
            while not await before.program.storage.store.open_jobs():
                await asyncio.sleep(0.01)
    change_rows(
        tmp_path,
        "UPDATE jobs SET recipe = 9",
        "INSERT INTO steps SELECT id, 'check', '\"of another shape\"', 0 FROM jobs",
        "INSERT INTO steps SELECT id, 'context', '{\"of\": \"another shape\"}', 0 FROM jobs",
    )
    async with studio_at(tmp_path, services) as after:
        answer = await (await after.person()).answer(request)
        assert answer.failure is None and len(answer.pictures) == 1


DAMAGES = {"no JSON": "'{\"piece\": '", "another shape": "'{\"old\": 1}'", "nothing": "''"}


@pytest.mark.parametrize("damage", DAMAGES)
async def test_what_was_paid_for_and_cannot_be_read_is_not_paid_for_again(
    services: EmbeddedProcess, tmp_path: Path, deaths: Deaths, damage: str
) -> None:
    request = await deaths.left_open(tmp_path, "/image a pear --raw --n 2", said=0)
    change_rows(tmp_path, f"UPDATE steps SET result = {DAMAGES[damage]} WHERE name = 'picture-1'")
    async with studio_at(tmp_path, services) as after:
        person = await after.person()
        answer = await person.answer(request)
        assert answer.code == "job-unreadable"
        assert len(answer.pictures) == 1, "the other one is whole"
        assert not paid(await after.requests())
        assert (await person.says("/image a plum --raw")).pictures, "who comes after it waits for nothing"


@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_free_step_that_cannot_be_read_is_taken_again(
    services: EmbeddedProcess, tmp_path: Path, deaths: Deaths, damage: str
) -> None:
    words = "/image a pear --raw --n 2"
    request = await deaths.left_open(tmp_path, words, said=0)
    change_rows(tmp_path, f"UPDATE steps SET result = {DAMAGES[damage]} WHERE name IN ('context', 'check')")
    await assert_complete(services, tmp_path, request, words)


@pytest.mark.parametrize("code", ["gave-up", "internal"])
async def test_whatever_ends_a_job_what_it_had_paid_for_arrives(
    services: EmbeddedProcess, tmp_path: Path, deaths: Deaths, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    request = await deaths.left_open(tmp_path, "/image a pear --raw --n 2", said=0)
    if code == "gave-up":
        change_rows(tmp_path, f"UPDATE jobs SET starts = {STARTS}")
    else:
        monkeypatch.setattr("core.features.steps.painting.pictures_row", lambda *_: 1 / 0)
    async with studio_at(tmp_path, services) as after:
        answer = await (await after.person()).answer(request)
        assert (answer.code, len(answer.pictures)) == (code, 2)
        assert not paid(await after.requests())


@pytest.mark.parametrize("damage", [*DAMAGES.values(), 'replace(request, \'"command":"image"\', \'"command":"sing"\')'])
async def test_a_job_whose_request_cannot_be_read_ends_with_a_sentence_and_blocks_nobody(
    services: EmbeddedProcess, tmp_path: Path, deaths: Deaths, damage: str
) -> None:
    request = await deaths.left_open(tmp_path, "/image a pear --raw --n 2", said=0)
    change_rows(tmp_path, f"UPDATE jobs SET request = {damage} WHERE ended IS NULL")
    async with studio_at(tmp_path, services) as after:
        person = await after.person()
        answer = await person.answer(request)
        assert (answer.code, len(answer.pictures)) == ("job-unreadable", 2), "its journal can be read"
        assert not paid(await after.requests())
        assert (await person.says("/image a plum --raw")).pictures


async def test_a_journal_with_fields_that_are_not_known_is_gone_on_with(
    services: EmbeddedProcess, tmp_path: Path, deaths: Deaths
) -> None:
    """As another version may have written it: what was paid for is in there all the same."""
    words = "/image a pear --raw --n 2"
    request = await deaths.left_open(tmp_path, words, said=0)
    unknown = "json_set(result, '$.unknown', 1, '$.piece.unknown', json('[1]'), '$.piece.picture.unknown', 2)"
    change_rows(tmp_path, f"UPDATE steps SET result = {unknown} WHERE name LIKE 'picture-%'")
    await assert_complete(services, tmp_path, request, words)
