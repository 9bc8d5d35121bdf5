"""A data folder in which something is missing, changed, or in the place of something else: one clear sentence, and the rest works."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bots.doctor import examine
from bots.endpoints import Finding, said_to_operator
from core import texts
from core.errors import BadInput, StorageFault
from embedded.process import EmbeddedProcess
from fabula_process import fabula
from storage.faults import faults
from storage.opening import open_storage
from studio import settings_for, studio_at
from test_media import files, keep

SECRET = "a marzipan pig"
Spoil = Callable[[Path], object]


async def live(folder: Path, pictures: int = 1) -> list[str]:
    """A past: pieces with pictures and words; the ids of their media."""
    async with await open_storage(folder) as storage:
        media = [await storage.media.put(b"%d" % number, "image/png") for number in range(pictures)]
        for one in media:
            await keep(storage, one)
        await storage.events.append("garden", "k", "web:ann", f'{{"kind": "message", "text": "{SECRET}"}}')
    return media


def replaced(name: str, by: Spoil) -> Spoil:
    """Put something else in the place of what is there."""

    def spoil(folder: Path) -> None:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        by(path)

    return spoil


def loop(path: Path) -> None:
    path.symlink_to(path)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def without_tables(path: Path) -> None:
    """As it is when only its log held something, and was removed."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA journal_mode = WAL")


def with_a_bad_page(folder: Path) -> None:
    """One that nothing looks at before somebody comes."""
    path = folder / "fabula.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'events'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def with_a_log(folder: Path) -> None:
    """Emptied, with a log beside which only an unfinished past leaves."""
    shutil.rmtree(folder / "media")
    emptied(folder / "fabula.sqlite3")
    (folder / "fabula.sqlite3-wal").write_bytes(b"x" * 5000)


DATABASE = "fabula.sqlite3"
REFUSED: dict[str, tuple[Spoil, str]] = {
    **{
        f"{name} is {kind.__name__}": (replaced(name, kind), "data-misplaced")
        for name in ("fabula.lock", DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm")
        for kind in (Path.mkdir, loop)
    },
    **{
        f"{name} is {kind.__name__}": (replaced(name, kind), "data-misplaced")
        for name in ("media", "media/arriving", "")
        for kind in (Path.touch, loop)
    },
    "empty database": (replaced(DATABASE, Path.touch), "database-gone"),
    "one byte": (replaced(DATABASE, lambda path: path.write_bytes(b"x")), "database-gone"),
    "missing database": (lambda folder: (folder / DATABASE).unlink(), "database-gone"),
    "without tables": (replaced(DATABASE, without_tables), "database-gone"),
    "empty database and a log": (with_a_log, "database-gone"),
    "half a page": (lambda folder: os.truncate(folder / DATABASE, 600), "database-damaged"),
    "something else": (replaced(DATABASE, lambda path: path.write_bytes(SECRET.encode() * 999)), "database-damaged"),
    "a bad page": (with_a_bad_page, "database-damaged"),
}


def state_of(folder: Path) -> dict[str, int]:
    paths = [folder, *folder.rglob("*")] if folder.is_dir() else [folder]
    return {str(path): path.lstat().st_size for path in paths if not path.is_dir()}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_start_is_refused_with_one_sentence(services: EmbeddedProcess, tmp_path: Path, case: str) -> None:
    folder = tmp_path / "data"
    await live(folder)
    spoil, code = REFUSED[case]
    spoil(folder)
    before = state_of(folder)
    with pytest.raises(StorageFault) as caught:
        async with await open_storage(folder):
            pass
    assert caught.value.code == code
    for language in texts.LANGUAGES:
        settings = settings_for(folder, services, language=language)
        sentence = said_to_operator(caught.value, settings)
        assert str(folder) in sentence and SECRET not in sentence and "\n" not in sentence
        async for finding in examine(settings):
            if finding.state == "bad":
                assert finding.text == sentence
                break
    assert {path: size for path, size in state_of(folder).items() if path in before} == before, "all is left as it is"


@pytest.mark.parametrize("case", ["media is touch", "empty database", "a bad page"])
async def test_the_command_line_says_it_without_a_traceback(tmp_path: Path, case: str) -> None:
    await live(tmp_path / "data")
    REFUSED[case][0](tmp_path / "data")
    ended = await fabula(tmp_path, "run")
    assert ended.code == 1
    assert len(ended.complained.splitlines()) == 1 and str(tmp_path / "data") in ended.complained


async def test_what_is_empty_and_has_no_past_is_a_new_beginning(tmp_path: Path) -> None:
    """A first start may be killed at any moment."""
    (tmp_path / "media" / "arriving").mkdir(parents=True)
    emptied(tmp_path / DATABASE)
    (tmp_path / "media" / "arriving" / "tmp123").write_bytes(b"half")
    await live(tmp_path)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.EISDIR, "data-misplaced"),
        (errno.ENOTDIR, "data-misplaced"),
        (errno.EEXIST, "data-misplaced"),
        (errno.ENOENT, "data-misplaced"),
        (errno.ELOOP, "data-misplaced"),
        (errno.EIO, "disk-failing"),
        (errno.EACCES, "folder-not-writable"),
        (errno.EROFS, "folder-not-writable"),
        (errno.ENOSPC, "disk-full"),
    ],
)
def test_every_error_of_the_disk_has_a_sentence(number: int, code: str) -> None:
    with pytest.raises(StorageFault, match=code), faults():
        raise OSError(number, os.strerror(number))
    assert all(texts.say(f"error-{code}", language) for language in texts.LANGUAGES)


# --- what does not keep it from starting ----------------------------------------------------------------------------------


def first_file(folder: Path) -> Path:
    return next((folder / "media").glob("??/*"))


HARMS: dict[str, Spoil] = {
    "missing": lambda folder: first_file(folder).unlink(),
    "changed": lambda folder: first_file(folder).write_bytes(b"?" * first_file(folder).stat().st_size),
    "shortened": lambda folder: first_file(folder).write_bytes(b""),
    "a folder": lambda folder: replaced(str(first_file(folder).relative_to(folder)), Path.mkdir)(folder),
    "a loop": lambda folder: replaced(str(first_file(folder).relative_to(folder)), loop)(folder),
    "folder is a file": lambda folder: replaced(str(first_file(folder).parent.relative_to(folder)), Path.touch)(folder),
    "folder is a loop": lambda folder: replaced(str(first_file(folder).parent.relative_to(folder)), loop)(folder),
}


@pytest.mark.parametrize("harm", HARMS)
async def test_one_file_costs_only_itself(services: EmbeddedProcess, tmp_path: Path, harm: str) -> None:
    media = await live(tmp_path / "data", 3)
    HARMS[harm](tmp_path / "data")
    with capture_logs() as log:
        async with await open_storage(tmp_path / "data") as storage:
            gone = []
            for one in media:
                try:
                    assert await storage.media.read(one) == (await storage.media.describe(one)).path.read_bytes()
                except BadInput as error:
                    assert error.code == "file-gone"
                    gone.append(one)
            assert len(gone) == 1
    assert [entry["event"] for entry in log] == ["a kept file is missing or changed"]
    found = [finding async for finding in examine(settings_for(tmp_path / "data", services))]
    bad = [finding.text for finding in found if finding.state == "bad"]
    numbers = {"missing": 0, "changed": 1} if harm in ("changed", "shortened", "a folder", "a loop") else {}
    numbers = numbers or {"missing": 1, "changed": 0}
    assert bad == [texts.say("doctor-media-bad", "en", folder=tmp_path / "data", **numbers)]
    async with await open_storage(tmp_path / "data") as storage:
        await storage.store.forget("web:ann")
        assert [path.name for path in files(tmp_path)] == [] or harm == "folder is a file"
        assert await storage.database.read(lambda c: c.exec_driver_sql("SELECT * FROM doomed").all()) == []


@pytest.mark.parametrize("kind", [Path.mkdir, loop])
async def test_what_is_no_file_among_what_arrives_holds_nothing_up(tmp_path: Path, kind: Spoil) -> None:
    await live(tmp_path)
    kind(tmp_path / "media" / "arriving" / "odd")
    kind(tmp_path / "fabula-before-0001.sqlite3")
    async with await open_storage(tmp_path) as storage:
        media = await storage.media.put(b"bytes", "image/png")
        await storage.store.sweep(4e9)
        await storage.store.forget("web:ann")
        with pytest.raises(BadInput, match="file-gone"):
            await storage.media.read(media)


async def test_a_folder_that_is_taken_away_meanwhile_is_told(tmp_path: Path) -> None:
    async with await open_storage(tmp_path / "data") as storage:
        shutil.rmtree(tmp_path / "data" / "media")
        with pytest.raises(StorageFault, match="data-misplaced"):
            await storage.media.put(b"bytes", "image/png")


async def test_a_log_that_was_removed_is_told(services: EmbeddedProcess, tmp_path: Path) -> None:
    """The files as a kill leaves them, without the log: what was brought into the database before works."""
    await live(tmp_path / "first")
    async with await open_storage(tmp_path / "first") as storage:
        media = await storage.media.put(b"said last", "image/png")
        await keep(storage, media)
        shutil.copytree(tmp_path / "first", tmp_path / "data")
    (tmp_path / "data" / f"{DATABASE}-wal").unlink()
    found = [finding async for finding in examine(settings_for(tmp_path / "data", services))]
    assert notes(found, tmp_path / "data", "doctor-log-lost") and not [one for one in found if one.state == "bad"]
    assert notes(found, tmp_path / "data" / "media", "doctor-media-unknown", count=1)
    async with studio_at(tmp_path / "data", services) as studio:
        assert (await (await studio.person()).says("/image a pear --raw")).pictures


def notes(found: list[Finding], folder: Path, key: str, **values: int) -> list[str]:
    sentence = texts.say(key, "en", folder=folder, **values)
    return [finding.text for finding in found if (finding.state, finding.text) == ("note", sentence)]


async def test_the_doctor_looks_through_every_index(services: EmbeddedProcess, tmp_path: Path) -> None:
    """What a quick look at the pages does not see."""
    await live(tmp_path / "data", 3)
    path = tmp_path / "data" / DATABASE
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute("UPDATE sqlite_master SET sql = replace(sql, '(id)', '(session)') WHERE name = 'pieces_id'")
        database.commit()
    found = [finding async for finding in examine(settings_for(tmp_path / "data", services))]
    (bad,) = [finding.text for finding in found if finding.state == "bad"]
    assert bad == texts.say("operator-database-damaged", "en", folder=tmp_path / "data")


async def test_an_error_quotes_no_words(tmp_path: Path) -> None:
    async with await open_storage(tmp_path) as storage:
        await storage.events.append("garden", "k", "web:ann", "{}")
        with pytest.raises(Exception, match="UNIQUE") as caught:
            await storage.database.write(
                lambda connection: connection.exec_driver_sql(
                    "INSERT INTO events (chat, key, user, data, at) VALUES (?, ?, ?, ?, 1)",
                    ("garden", "k", "u", SECRET),
                )
            )
        assert SECRET not in str(caught.value)
