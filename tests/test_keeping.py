"""``fabula backup``, ``restore`` and ``export``: what comes back is what was there, and nothing in an archive is trusted."""

from __future__ import annotations

import asyncio
import errno
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import insert

from core.errors import StorageFault
from core.keep import DAY
from core.ports import Change
from core.types import JobState, Spend
from embedded.process import EmbeddedProcess
from fabula_process import fabula
from patience import PATIENCE
from storage.keeping.archive import LIST, media_name
from storage.keeping.backup import TRIES, back_up, count
from storage.keeping.export import export, person_called
from storage.keeping.restore import HALF, restore
from storage.opening import open_storage
from storage.tables import living
from stored import ANN, Clock, a_job
from studio import Studio, studio_at

Entries = dict[str, bytes]


async def draws(studio: Studio, name: str, number: int, begun: asyncio.Event, until: asyncio.Event) -> int:
    """Somebody asks, rates and forgets for as long as it takes; how many rounds it was. ``begun`` is set once the first picture is there."""
    person, rounds = await studio.person(name), 0
    while not until.is_set() or rounds < number:
        drawn = await person.says(f"/image a fox {rounds} of {name} --raw")
        begun.set()
        await person.rates(drawn.message, "👍")
        if rounds % 2:
            await person.presses(*drawn.action("delete"))
        rounds += 1
    return rounds


async def test_a_backup_made_amid_all_the_work_comes_back_whole(services: EmbeddedProcess, tmp_path: Path) -> None:
    drawn, done = asyncio.Event(), asyncio.Event()
    data, file = tmp_path / "data", tmp_path / "all.zip"
    (data / "recipes").mkdir(parents=True)
    (data / "recipes" / "own.toml").write_text("# kept as it is\n")
    async with studio_at(data, services) as studio:
        work = [asyncio.create_task(draws(studio, f"p{number}", 2, drawn, done)) for number in range(3)]
        await asyncio.wait_for(drawn.wait(), PATIENCE)
        made = await fabula(tmp_path, "backup", str(file))
        done.set()
        await asyncio.gather(*work)
        assert (made.code, made.complained) == (0, ""), made
        again = await fabula(tmp_path, "backup", str(file))
        assert again.code == 1 and "already there" in again.complained
    assert not list(data.glob("backup-*/")) and not list(tmp_path.glob(".all.zip*")), "nothing is left over"
    back = await fabula(tmp_path, "restore", str(file), FABULA_DATA_DIR="other")
    assert (back.code, back.complained) == (0, ""), back
    other = tmp_path / "other"
    with zipfile.ZipFile(file) as archive:
        said = json.loads(archive.read(LIST))
    assert count(other / "fabula.sqlite3").tables == said["tables"] and said["tables"]["pieces"] > 0
    assert (other / "recipes" / "own.toml").read_text() == "# kept as it is\n"
    with closing(sqlite3.connect(other / "fabula.sqlite3")) as kept:
        named = {sha for (sha,) in kept.execute("SELECT sha FROM media")}
    assert named == {path.name for path in (other / "media").glob("??/*")} and not said["missing"]
    assert not [path for path in other.rglob("*") if path.stat().st_mode & 0o077], "its owner's alone"
    twice = await fabula(tmp_path, "restore", str(file), FABULA_DATA_DIR="other", FABULA_LANGUAGE="zh")
    assert twice.code == 1 and "空文件夹" in twice.complained
    async with studio_at(other, services) as restored:
        person = await restored.person("p0")
        first = await person.wait(lambda events: [piece for event in events for piece in event.get("pieces", ())])
        assert await person.picture(first[0]), "what was drawn before is still to be seen"


# --- what is not a backup, or not any more ---------------------------------------------------------------------------

SHA = "ab" + "0" * 62


def _relisted(entries: Entries, **changes: object) -> Entries:
    return entries | {LIST: json.dumps(json.loads(entries[LIST]) | changes).encode()}


def _first_media(entries: Entries) -> str:
    return next(name for name in entries if name.startswith("media/"))


def _flipped(data: bytes) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def _with(extra: Entries) -> Callable[[Entries], Entries]:
    return lambda entries: entries | extra


def _changed(entries: Entries) -> Entries:
    name = _first_media(entries)
    return entries | {name: _flipped(entries[name])}


def _moved(entries: Entries) -> Entries:
    name = _first_media(entries)
    rest = {other: data for other, data in entries.items() if other != name}
    return rest | {f"media/zz/{name[-64:]}": entries[name]}


def _fewer(entries: Entries) -> Entries:
    name = _first_media(entries)
    said = json.loads(entries[LIST])
    rest = {other: data for other, data in entries.items() if other != name}
    return _relisted(rest, media=said["media"] - 1, bytes=said["bytes"] - len(entries[name]))


SPOILT: dict[str, Callable[[Entries], Entries]] = {
    "a changed picture": _changed,
    "a changed database": lambda entries: entries | {"fabula.sqlite3": _flipped(entries["fabula.sqlite3"])},
    "a picture in another folder": _moved,
    "a picture that is not there": _fewer,
    "a file above the folder": _with({"../evil": b"x"}),
    "an absolute path": _with({"/tmp/evil": b"x"}),
    "a path of another system": _with({"media\\..\\evil": b"x"}),
    "a recipe outside": _with({"recipes/../evil.toml": b"x"}),
    "something else": _with({"notes.txt": b"x"}),
    "a picture that nothing names": _with({media_name(SHA): b"x"}),
    "no list": lambda entries: {name: data for name, data in entries.items() if name != LIST},
    "a list that is none": lambda entries: entries | {LIST: b"[" * 100_000},
    "other counts": lambda entries: _relisted(entries, tables={"pieces": 1}),
    "another revision": lambda entries: _relisted(entries, revision="0001"),
    "a number that is none": lambda entries: _relisted(entries, bytes=-1),
    "a larger database": lambda entries: _relisted(
        entries, files={"fabula.sqlite3": {"size": 1, "sha256": SHA}}
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small data folder in it, and its backup."""
    folder = tmp_path_factory.mktemp("kept")
    asyncio.run(_small(folder / "data"))
    back_up(folder / "data", folder / "all.zip", folder / "none")
    return folder


async def _small(data: Path) -> None:
    async with await open_storage(data) as storage:
        for number in range(3):
            await storage.media.put(b"bytes %d" % number, "image/png", owner="web:ann")


def entries_of(file: Path) -> Entries:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(file: Path, entries: Entries) -> Path:
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file


@pytest.mark.parametrize("how", SPOILT)
def test_what_is_not_as_it_was_written_brings_nothing(backed_up: Path, tmp_path: Path, how: str) -> None:
    file = write(tmp_path / "spoilt.zip", SPOILT[how](entries_of(backed_up / "all.zip")))
    with pytest.raises(StorageFault) as refused:
        restore(tmp_path / "data", file)
    assert refused.value.code == "backup-not-one"
    assert {path.name for path in (tmp_path / "data").iterdir()} <= {"fabula.lock"}
    assert not (tmp_path / "evil").exists() and not (tmp_path.parent / "evil").exists()


def test_other_files_a_newer_form_and_a_full_folder_are_told_apart(backed_up: Path, tmp_path: Path) -> None:
    good, data = backed_up / "all.zip", tmp_path / "data"

    def code(file: Path) -> str:
        with pytest.raises(StorageFault) as refused:
            restore(data, file)
        return refused.value.code

    (tmp_path / "short.zip").write_bytes(good.read_bytes()[:-40])
    (tmp_path / "photo.zip").write_bytes(b"\x89PNG")
    assert {code(tmp_path / "short.zip"), code(tmp_path / "photo.zip")} == {"backup-not-one"}
    assert code(write(tmp_path / "new.zip", _relisted(entries_of(good), version=2))) == "backup-newer"
    assert code(tmp_path / "nothing.zip") == "backup-not-there"
    data.mkdir(exist_ok=True)
    (data / "holiday.jpg").write_bytes(b"mine")
    assert code(good) == "restore-not-empty" and (data / "holiday.jpg").read_bytes() == b"mine"


def test_a_restore_that_was_killed_gives_way_to_the_next(backed_up: Path, tmp_path: Path) -> None:
    (tmp_path / HALF).mkdir()
    (tmp_path / HALF / "fabula.sqlite3").write_bytes(b"half")
    (tmp_path / "media" / "ab").mkdir(parents=True)
    restore(tmp_path, backed_up / "all.zip")
    assert count(tmp_path / "fabula.sqlite3").tables["media"] == 3 and not (tmp_path / HALF).exists()


def test_what_was_lost_before_is_told_and_the_rest_is_saved(backed_up: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(backed_up / "data", data)
    gone, changed, _ = sorted((data / "media").glob("??/*"))
    gone.unlink()
    changed.write_bytes(b"something else")
    told = back_up(data, tmp_path / "all.zip", tmp_path / "none").contents
    assert told.missing == tuple(sorted((gone.name, changed.name))) and told.media == 1
    assert restore(tmp_path / "other", tmp_path / "all.zip") == told


def test_what_a_killed_backup_held_goes_with_the_next(backed_up: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(backed_up / "data", data)
    (data / "backup-left").mkdir()
    back_up(data, tmp_path / "all.zip", tmp_path / "none")
    assert not (data / "backup-left").exists() and TRIES > 1


@pytest.mark.parametrize("error", [errno.EPERM, errno.EOPNOTSUPP])
def test_a_disk_that_knows_no_second_names_takes_a_backup_too(
    backed_up: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    data, file = tmp_path / "data", tmp_path / "all.zip"
    shutil.copytree(backed_up / "data", data)

    def link(*_: object) -> None:
        raise OSError(error, "not here")

    monkeypatch.setattr("os.link", link)
    back_up(data, file, tmp_path / "none")
    assert restore(tmp_path / "new", file).media
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.zip", "data", "new"]


# --- what is kept of one person --------------------------------------------------------------------------------------


async def test_an_export_has_everything_of_one_person_and_nothing_of_others(
    services: EmbeddedProcess, tmp_path: Path
) -> None:
    async with studio_at(tmp_path / "data", services) as studio:
        ann, ben = await studio.person("ann", "family"), await studio.person("ben", "family")
        hers = await ann.says("/story a heron in a teapot --length short --pages 1")
        await ben.says("a secret about marmalade", reply_to=hers.message)
        his = await ben.says("/image a badger with a trombone --raw", "cup-sent.jpg")
        await ben.rates(hers.message, "🎈")
        await ann.says("what a lovely day")
        assert his.pictures
        photo = (await ann.says("/edit make it red", "cup-sent.jpg")).pictures[0]
        made = await fabula(tmp_path, "export", "web:ann", "ann.zip")
        assert (made.code, made.complained) == (0, ""), made
        bytes_of_photo = await ann.picture(photo)
    entries = entries_of(tmp_path / "ann.zip")
    assert {"README.md", "pieces.json", "requests.json", "answers.json", "ratings.json", "spending.json"} <= set(
        entries
    )
    words = b"\n".join(data for name, data in entries.items() if not name.startswith("files/")).decode()
    assert "heron in a teapot" in words and "lovely day" in words and "make it red" in words
    for others in ("marmalade", "badger", "trombone", "🎈", 'ben"'):
        assert others not in words, others
    pieces = json.loads(entries["pieces.json"])
    assert bytes_of_photo in entries.values()
    assert all(name in entries for piece in pieces for name in piece["files"])
    assert all(name in entries for name in _linked(entries["README.md"].decode()))
    unknown = await fabula(tmp_path, "export", "web:nobody", "nobody.zip", FABULA_LANGUAGE="zh")
    assert unknown.code == 1 and "没有叫" in unknown.complained and not (tmp_path / "nobody.zip").exists()


def _linked(text: str) -> list[str]:
    return [part.partition(")")[0] for part in text.split("![](")[1:]]


def test_a_person_is_found_by_what_their_bytes_are_kept_under(backed_up: Path, tmp_path: Path) -> None:
    data = backed_up / "data"
    assert person_called(data, "ann") == person_called(data, "web:ann") == "web:ann"
    done = export(data, "web:ann", tmp_path / "ann.zip", "zh")
    assert (done.files, done.lost) == (3, 0)


# --- for how long ----------------------------------------------------------------------------------------------------


async def test_what_lies_in_postgresql_is_not_backed_up_half(tmp_path: Path) -> None:
    elsewhere = {"FABULA_DATABASE_URL": "postgresql://ann:secret@127.0.0.1:9/fabula"}
    for arguments in (("backup", "b.zip"), ("restore", "b.zip"), ("export", "web:ann")):
        ended = await fabula(tmp_path, *arguments, **elsewhere)
        assert ended.code == 1 and "pg_dump" in ended.complained and "secret" not in ended.complained
    assert not (tmp_path / "b.zip").exists()


async def test_what_is_past_its_days_goes_but_not_what_is_needed(tmp_path: Path) -> None:
    clock = Clock()
    kept = {"jobs": 62, "spends": 62, "events": 90}
    async with await open_storage(tmp_path, clock) as storage:
        store, chat = storage.store, "ann"
        for number in (1, 2, 3):
            await store.commit(Change(new_job=a_job(number)))
            await store.finish_step(f"job-{number}", "call", "{}", [Spend(model="m", usd=1)], ANN.key)
        for number in (1, 2):
            await store.commit(Change(job_open=f"job-{number}", job_state=JobState.DONE))
        for message in ("said", "votes"):
            told = json.dumps({"kind": "reply", "message": message})
            await storage.events.append(chat, message, "", told, message=message)
        row = {"place": "web:ann:", "name": "votes", "user": "", "message": "votes", "at": clock.now + 80 * DAY}
        await storage.database.write(lambda c: c.execute(insert(living), row).close())

        async def left(days: float) -> tuple[list[str], int, list[str]]:
            await store.sweep(clock.now + days * DAY, kept)
            ids = await storage.database.read(
                lambda c: list(c.exec_driver_sql("SELECT id FROM jobs ORDER BY seq").scalars())
            )
            shown = [json.loads(row.data)["message"] for row in await storage.events.after(chat, 0)]
            return ids, (await store.spent(0)).calls, shown

        assert await left(61) == (["job-1", "job-2", "job-3"], 3, ["said", "votes"])
        assert await left(91) == (["job-3"], 0, ["votes"]), "an open job stays, and a message that still changes"
        await store.commit(Change(job_open="job-3", job_state=JobState.DONE))
        assert (await left(900))[0] == ["job-3"], "by the newest one is found where somebody talked"
