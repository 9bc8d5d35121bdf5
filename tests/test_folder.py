"""The data folder: its owner's alone from the first byte, whatever it was before."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from fabula_process import address_in, fabula, running_fabula
from storage import open_storage
from studio import Person

OTHERS = 0o077


@pytest.fixture(params=[0, 0o022, 0o077], ids=oct)
def mask(request: pytest.FixtureRequest) -> Iterator[None]:
    """What whoever starts the program has set for new files; processes inherit it."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def open_in(folder: Path) -> set[str]:
    """What others may do something with, in a folder and with the folder."""
    found = set()
    for inner, _, files in os.walk(folder):  # which passes over what goes meanwhile
        for path in (Path(inner), *(Path(inner, name) for name in files)):
            with suppress(FileNotFoundError):
                if path.stat().st_mode & OTHERS:
                    found.add(str(path.relative_to(folder.parent)))
    return found


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[set[str]]:
    """What was ever open to others meanwhile."""
    seen: set[str] = set()
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.002):  # or it would take all the time from those it watches
            seen.update(open_in(folder))

    watching = asyncio.create_task(asyncio.to_thread(watch))
    try:
        yield seen
    finally:
        over.set()
        await watching


async def draw(said: str) -> None:
    person = Person(address_in(said), "ann", "home-ann")
    listening = asyncio.create_task(person.listen())
    assert (await person.says("/image a pear --raw", "cat.png")).events
    assert (await person.says("/image a pear --raw")).pictures
    listening.cancel()


@pytest.mark.parametrize("mask", [0], indirect=True)  # it lets through all that another lets through
async def test_all_is_its_owners_alone_from_the_first_byte(tmp_path: Path, mask: None) -> None:
    token = tmp_path / "data" / "web-token"
    async with watched(tmp_path / "data") as seen:
        async with running_fabula(tmp_path) as (process, said):
            await draw(said)
            process.kill()  # what is beside the database stays
            await process.wait()
        async with running_fabula(tmp_path, FABULA_WEB_TOKEN_FILE=str(token)):
            assert token.exists()
        assert (await fabula(tmp_path, "doctor")).code == 0
    assert seen == set()
    assert {path.name for path in (tmp_path / "data").iterdir()} >= {"fabula.sqlite3", "fabula.lock", "media"}


async def test_a_folder_that_was_open_before_is_closed(tmp_path: Path) -> None:
    """Whether it ended and left only the database, or was killed and left what is beside it, too."""
    data = tmp_path / "data"
    for number in (signal.SIGTERM, signal.SIGKILL, None):
        async with running_fabula(tmp_path) as (process, said):
            assert open_in(data) == set()
            await draw(said)
            assert open_in(data) == set()
            if number:
                process.send_signal(number)
                await process.wait()
                (data / "fabula-before-0001.sqlite3").touch()
                for path in (data, *data.rglob("*")):
                    path.chmod(0o777 if path.is_dir() else 0o666)


async def test_an_empty_folder_that_somebody_made_is_closed(tmp_path: Path, mask: None) -> None:
    (tmp_path / "data").mkdir(mode=0o777)
    async with await open_storage(tmp_path / "data") as storage:
        await storage.media.put(b"bytes", "image/png")
        assert open_in(tmp_path / "data") == set()


async def test_what_is_not_ours_is_left_as_it_is(tmp_path: Path) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    (data / "media").mkdir(parents=True)
    for path in (data / "notes.txt", elsewhere):
        path.write_text("somebody's")
        path.chmod(0o644)
    (data / "media" / "linked").symlink_to(elsewhere)
    for folder in (data, data / "media"):
        folder.chmod(0o755)
    async with await open_storage(data):
        assert open_in(data) == {"data", "data/notes.txt", "data/media/linked"}, "a link shows what it leads to"
        assert (data / "media").stat().st_mode & OTHERS == 0


async def test_a_folder_that_others_need_stays_open_to_them(tmp_path: Path) -> None:
    """As /srv, or a home, would be."""
    shared = tmp_path / "shared"
    (shared / "of-others").mkdir(parents=True)
    shared.chmod(0o1777)
    for _ in range(2):
        async with await open_storage(shared):
            assert shared.stat().st_mode & 0o7777 == 0o1777
            assert open_in(shared) <= {"shared", "shared/of-others"}
