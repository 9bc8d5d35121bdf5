"""Bringing a backup back into an empty folder. It is all there or nothing is: the database, without which nothing starts, gets its name last."""

from __future__ import annotations

import os
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from core.errors import StorageFault
from storage.database import Lock
from storage.faults import faults
from storage.folder import DATABASE, LOCK, MEDIA, sync
from storage.keeping.archive import LIST, RECIPES, Contents, compare, damaged, opened, pour
from storage.keeping.backup import count

HALF = "restoring"
"""The folder in which everything is looked at before it gets its name; it is also the sign of a try that did not come to its end."""

_BESIDE = {LOCK, "lost+found"}


def restore(data_dir: Path, file: Path) -> Contents:
    """Bring a backup into a data folder in which there is nothing; what was brought. Raises ``StorageFault``, and then nothing has been brought.

    Every digest and every table's count is compared, and the database is looked through.
    """
    with faults():
        if not file.is_file():
            raise StorageFault("backup-not-there", file=str(file.absolute()))
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        with opened(file) as (archive, contents):
            _make_room(data_dir, contents)
            lock = Lock(data_dir / LOCK)
            try:
                half = data_dir / HALF
                half.mkdir(mode=0o700)
                try:
                    _extract(archive, contents, half)
                    _look_through(half / DATABASE, contents, half)
                    _put_in_place(half, data_dir)
                finally:
                    shutil.rmtree(half, ignore_errors=True)
            finally:
                lock.release()
            return contents


def _make_room(data_dir: Path, contents: Contents) -> None:
    """See that the folder is empty, but for what an earlier try left, and that the disk is large enough."""
    if (data_dir / HALF).is_dir() and not (data_dir / DATABASE).exists():
        for left in (MEDIA, RECIPES, HALF):  # the sign goes last
            shutil.rmtree(data_dir / left, ignore_errors=True)
    if any(path.name not in _BESIDE for path in data_dir.iterdir()):
        raise StorageFault("restore-not-empty")
    needed = contents.bytes + sum(listed.size for listed in contents.files.values())
    if needed > shutil.disk_usage(data_dir).free:
        raise StorageFault("disk-full")


def _extract(archive: zipfile.ZipFile, contents: Contents, half: Path) -> None:
    """Write every file under its name, which is one of three forms (``archive.opened`` has looked), and compare its digest."""
    (half / MEDIA).mkdir(mode=0o700)
    for entry in archive.infolist():
        if entry.filename == LIST:
            continue
        path = half / entry.filename
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with archive.open(entry) as source, path.open("xb") as target:
            os.fchmod(target.fileno(), 0o600)
            compare(entry.filename, pour(source, target, entry.file_size), contents)  # type: ignore[arg-type]
            target.flush()
            os.fsync(target.fileno())


def _look_through(database: Path, contents: Contents, half: Path) -> None:
    """Compare the counts of the tables, and the files that they name with those that are there."""
    try:
        if count(database) != (contents.revision, dict(contents.tables)):
            raise damaged()
        with closing(sqlite3.connect(database)) as kept:
            whole = kept.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
            named = {sha for (sha,) in kept.execute("SELECT DISTINCT sha FROM media")}
            refers = kept.execute("PRAGMA foreign_key_check").fetchone() is None
    except (sqlite3.Error, TypeError) as error:
        raise damaged() from error
    brought = {path.name for path in (half / MEDIA).glob("??/*")}
    if not (whole and refers) or brought != named - set(contents.missing):
        raise damaged()


def _put_in_place(half: Path, data_dir: Path) -> None:
    for folder in (path for path in half.rglob("*") if path.is_dir()):
        sync(folder)  # before the database has its name, all that it names has to be there
    for name in (MEDIA, RECIPES, DATABASE):
        if (half / name).exists():
            (half / name).rename(data_dir / name)
    sync(data_dir)
