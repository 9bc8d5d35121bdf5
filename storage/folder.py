"""The data folder on the disk: everything in its place, and its owner's alone."""

from __future__ import annotations

import errno
import math
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

from core.errors import StorageFault

DATABASE, LOCK, MEDIA, FETCHED = "fabula.sqlite3", "fabula.lock", "media", "media-fetched"
OURS = (
    f"{DATABASE}*",
    "fabula-before-*",
    LOCK,
    MEDIA,
    FETCHED,
    "embedded-openai.jsonl",
    "sandbox-openai.jsonl",
    "web-token",
    "backup-*",
)
"""What a data folder holds; anything else there is somebody's who chose the folder for other things too."""

LEAST = 512
"""Bytes of the smallest page of SQLite; it takes a file of less than two for a new database, and removes the log beside."""

_NO_FILE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def sync(path: Path) -> None:
    """Make a file's bytes durable, or a folder's names: a rename is on disk only when its folder is."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_ready(folder: Path, *, with_file: bool = True) -> None:
    """Make what has to be in a data folder, and take from others what they may do with it. Raises ``OSError`` where something is
    in the way, ``StorageFault("database-gone")`` where a new database would be begun beside the pictures of another.

    SQLite would make its file readable for all, and gives its log the rights of that file; so the file is there before. A folder in the place
    of its log would be an error without a name. Without ``with_file`` the database is elsewhere.
    """
    if with_file:
        _make_file_ready(folder)
    (folder / MEDIA).mkdir(mode=0o700, exist_ok=True)
    for path in open_to_others(folder):
        with suppress(OSError):  # what belongs to somebody else, or lies on a read-only disk, is theirs to decide
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)


def _make_file_ready(folder: Path) -> None:
    for beside in (folder / f"{DATABASE}-wal", folder / f"{DATABASE}-shm"):
        if beside.is_symlink() or beside.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(beside))
    if _size(folder / DATABASE) < LEAST and (has_media(folder) or _size(folder / f"{DATABASE}-wal")):
        raise StorageFault("database-gone")
    os.close(os.open(folder / DATABASE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def holds_database(folder: Path) -> bool:
    """Whether there is a SQLite database, with something in it."""
    return _size(folder / DATABASE) >= LEAST


def has_media(folder: Path) -> bool:
    """Whether there are pictures, which only a database that was there before can have."""
    return next((folder / MEDIA).glob("??/*"), None) is not None


def lost_log(folder: Path) -> bool:
    """Whether somebody removed the log of a database whose process was killed: SQLite itself removes it last."""
    return (folder / f"{DATABASE}-shm").exists() and not (folder / f"{DATABASE}-wal").exists()


def open_to_others(folder: Path) -> Iterator[Path]:
    """What others could read or write of a data folder; what lies in a folder that is closed is closed with it.

    The folder itself counts only where nothing is in it but ours: it may be one that others need.
    """
    inside = list(folder.iterdir())
    ours = [path for path in inside if any(fnmatch(path.name, pattern) for pattern in OURS)]
    if len(ours) == len(inside) and _is_open(folder):
        yield folder
    for path in ours:
        if _is_open(path):
            yield path
            if path.is_dir():
                yield from (each for each in path.rglob("*") if not each.is_symlink() and _is_open(each))


def remove_older(path: Path, before: float = math.inf) -> None:
    """Remove a file that was written before a time, in seconds since the epoch.

    It may be gone in this very moment. A folder of its name is somebody else's, and stays.
    """
    try:
        if path.lstat().st_mtime < before:
            path.unlink()
    except OSError as error:
        if error.errno not in _NO_FILE:
            raise


class DiskUse(NamedTuple):
    """Bytes that are kept: the database with its log, the kept files, and copies that upgrades and unfinished backups left."""

    database: int
    media: int
    copies: int


def disk_use(folder: Path) -> DiskUse:
    """How much room a data folder takes. Files may come and go meanwhile."""
    kept = sum(_room(path) for path in (folder / MEDIA).glob("*/*"))
    copies = sum(_room(path) for pattern in ("fabula-before-*", "backup-*/*") for path in folder.glob(pattern))
    return DiskUse(sum(_room(path) for path in folder.glob(f"{DATABASE}*")), kept, copies)


def _size(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


def _room(path: Path) -> int:
    with suppress(OSError):  # gone in this moment, or a link that leads nowhere
        return path.stat().st_size
    return 0


def _is_open(path: Path) -> bool:
    with suppress(OSError):  # gone in this moment, or a link to nowhere
        return bool(path.stat().st_mode & _OTHERS)
    return False
