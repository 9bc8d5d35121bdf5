"""The data folder on the disk: everything in its place, and its owner's alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from fnmatch import fnmatch
from pathlib import Path

DATABASE, LOCK, MEDIA = "fabula.sqlite3", "fabula.lock", "media"
OURS = (f"{DATABASE}*", "fabula-before-*", LOCK, MEDIA, "sandbox-openai.jsonl", "web-token")
"""What a data folder holds; anything else there is somebody's who chose the folder for other things too."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_ready(folder: Path) -> None:
    """Make what has to be in a data folder, and take from others what they may do with it. Raises ``OSError`` where something is in the way.

    SQLite would make its file readable for all, and gives its log the rights of that file; so the file is there before.
    """
    os.close(os.open(folder / DATABASE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    (folder / MEDIA).mkdir(mode=0o700, exist_ok=True)
    for path in open_to_others(folder):
        with suppress(OSError):  # what belongs to somebody else, or lies on a read-only disk, is theirs to decide
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)


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


def _is_open(path: Path) -> bool:
    with suppress(OSError):  # gone in this moment, or a link to nowhere
        return bool(path.stat().st_mode & _OTHERS)
    return False
