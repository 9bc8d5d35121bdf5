"""Making a backup while everything goes on.

SQLite copies its own database as it is at one moment, whatever is written meanwhile. The files that this copy names are then held by a second
name each (a hard link), so that none is gone before it is copied, however long that takes; where one went in the moment between, a new copy of the
database is made, which does not name it any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from core.errors import StorageFault
from storage.faults import faults
from storage.folder import DATABASE, sync
from storage.keeping.archive import LIST, RECIPE, RECIPES, VERSION, Contents, Listed, check, media_name, opened, pour

TRIES = 20
"""Copies of the database that are made at most until all files that one names are there: forgetting takes a moment, holding them too."""

ARRIVAL_SECONDS = 2.0
"""A file gets its name so long after its row at most; later it is missing."""

HELD = "backup-"
"""How the folder begins in which files are held; what a kill left of one goes with the next backup."""

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"


class BackedUp(NamedTuple):
    """What a backup came to: bytes of the archive, and what it holds."""

    size: int
    contents: Contents


def back_up(data_dir: Path, file: Path, recipes: Path) -> BackedUp:
    """Write a backup of a data folder that may be in use, and read it once more to compare it; raises ``StorageFault``.

    ``recipes`` is the folder of the operator's own. The ``file`` must not be there yet, and is there only when it is whole.
    """
    with faults():
        if file.exists() or file.is_symlink():
            raise StorageFault("backup-there", file=str(file.absolute()))
        if not (data_dir / DATABASE).is_file():
            raise StorageFault("backup-nothing")
        with _held(data_dir) as held, _unfinished(file) as arriving:
            shas, missing = _snapshot(data_dir, held)
            _write(arriving, held, shas, missing, recipes)
            with opened(arriving) as (archive, contents):
                check(archive, contents)
            _name(arriving, file)
            return BackedUp(file.stat().st_size, contents)


def _name(arriving: Path, file: Path) -> None:
    """Give a backup its name, never in the place of another; also where the disk knows no second names, as memory sticks do not."""
    try:
        os.link(arriving, file)
    except OSError as error:
        if file.exists() or file.is_symlink():
            raise StorageFault("backup-there", file=str(file.absolute())) from error
        arriving.rename(file)
    sync(file.parent)


@contextmanager
def _held(data_dir: Path) -> Iterator[Path]:
    """A folder for what is held, on the disk of the files themselves. One backup is made at a time: raises ``StorageFault("backup-going-on")``."""
    lock = os.open(data_dir / f"{HELD}lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _clear_held(data_dir)
        held = Path(tempfile.mkdtemp(prefix=HELD, dir=data_dir))
        try:
            yield held
        finally:
            shutil.rmtree(held, ignore_errors=True)
    except BlockingIOError as error:
        raise StorageFault("backup-going-on") from error
    finally:
        os.close(lock)


def clear_after_kill(data_dir: Path) -> None:
    """Remove what a backup held that a kill ended, unless one is being made."""
    with suppress(StorageFault, OSError), _held(data_dir):
        pass


def _clear_held(data_dir: Path) -> None:
    for left in data_dir.glob(f"{HELD}*/"):
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _unfinished(file: Path) -> Iterator[Path]:
    """A file beside the one that is to be, which goes in the end."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}-", dir=file.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def _snapshot(data_dir: Path, held: Path) -> tuple[list[str], list[str]]:
    """Copy the database and hold every file that the copy names: the digests of those, and of those that were lost before."""
    for _ in range(TRIES):
        copy = held / DATABASE
        _copy_database(data_dir / DATABASE, copy)
        with closing(sqlite3.connect(copy)) as database:
            named = [sha for (sha,) in database.execute("SELECT DISTINCT sha FROM media ORDER BY sha")]
        gone = [sha for sha in named if not _hold(data_dir, held, sha)]
        until = time.monotonic() + ARRIVAL_SECONDS
        while gone and time.monotonic() < until:
            time.sleep(0.05)
            gone = [sha for sha in gone if not _hold(data_dir, held, sha)]
        still = _still_named(data_dir / DATABASE, gone)
        if len(still) == len(gone):
            return [sha for sha in named if sha not in still], sorted(still)
    raise StorageFault("database-in-use")


def _copy_database(source: Path, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    with closing(sqlite3.connect(source, timeout=30)) as here, closing(sqlite3.connect(copy)) as there:
        here.backup(there, pages=-1)  # in one step: writers go on beside it, and it never has to begin again
        there.execute("PRAGMA journal_mode = DELETE")


def _hold(data_dir: Path, held: Path, sha: str) -> bool:
    """Hold a file, if it is there; copied where the disk knows no second names."""
    path, kept = data_dir / media_name(sha), held / sha
    try:
        if not kept.exists():
            os.link(path, kept)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        with suppress(FileNotFoundError, IsADirectoryError):
            shutil.copyfile(path, kept)
    return kept.is_file()


def _still_named(source: Path, gone: list[str]) -> set[str]:
    """Those digests that the living database still names: their files are lost, not removed."""
    with closing(sqlite3.connect(source, timeout=30)) as database:
        asked = "SELECT 1 FROM media WHERE sha = ? LIMIT 1"
        return {sha for sha in gone if database.execute(asked, (sha,)).fetchone()}


def _write(arriving: Path, held: Path, shas: list[str], missing: list[str], recipes: Path) -> None:
    """Write the archive. A file that is not what it was is left out: then the archive is written once more, without it."""
    total, changed = 0, []
    with zipfile.ZipFile(arriving, "w", allowZip64=True) as archive:
        files = {DATABASE: _add(archive, held / DATABASE, DATABASE, zipfile.ZIP_DEFLATED)}
        for path in sorted(recipes.glob("*.toml")):
            if RECIPE.fullmatch(name := f"{RECIPES}/{path.name}") and path.is_file():
                files[name] = _add(archive, path, name, zipfile.ZIP_DEFLATED)
        for sha in shas:
            added = _add(archive, held / sha, media_name(sha), zipfile.ZIP_STORED)
            total += added.size
            changed += [] if added.sha256 == sha else [sha]
        told = count(held / DATABASE)
        contents = Contents(
            version=VERSION,
            created=time.time(),
            revision=told.revision,
            tables=told.tables,
            files=files,
            media=len(shas),
            bytes=total,
            missing=tuple(missing),
        )
        archive.writestr(LIST, contents.model_dump_json(indent=1), zipfile.ZIP_DEFLATED)
    if changed:
        lost = set(changed)
        return _write(arriving, held, [sha for sha in shas if sha not in lost], sorted({*missing, *lost}), recipes)
    return sync(arriving)


class Counted(NamedTuple):
    """A database in figures: the revision of its schema, and how many rows each table has."""

    revision: str
    tables: dict[str, int]


def count(database: Path) -> Counted:
    """Count what is in a database."""
    with closing(sqlite3.connect(database)) as kept:
        names = [name.replace('"', '""') for (name,) in kept.execute(_TABLES)]
        tables = {name: kept.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608
        (revision,) = kept.execute("SELECT version_num FROM alembic_version").fetchone()
    return Counted(revision, tables)


def _add(archive: zipfile.ZipFile, path: Path, name: str, packed: int) -> Listed:
    entry = zipfile.ZipInfo(name)
    entry.compress_type, entry.external_attr = packed, 0o600 << 16
    entry.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=entry.file_size > 2**30) as target:
        return pour(source, target, 2**62)  # type: ignore[arg-type]
