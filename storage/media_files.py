"""Where kept bytes lie, each under its SHA-256: a folder on the disk. ``storage.bucket`` is the other place there is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import NamedTuple, Protocol

from storage.folder import remove_older, sync


class MediaState(NamedTuple):
    """How the files are that are kept: how many are as they were, missing, or changed, and how many there are that nothing names."""

    intact: int
    missing: int
    changed: int
    unknown: int


class Files(Protocol):
    """Files by their digests. Every method may take its time, so it belongs into a thread: of ``threads``, or everybody's where that is ``None``."""

    threads: Executor | None

    def make_ready(self) -> None:
        """Make what is missing, and look whether the place can be used; raises ``OSError`` or ``StorageFault``."""
        ...

    def keep(self, arriving: Path, sha: str) -> None:
        """Give a file that is complete its name, for good; the same content that is there already gives way to it. ``arriving`` is gone then."""
        ...

    def find(self, sha: str) -> Path | None:
        """The file on the disk, as it was kept, for an hour at least; ``None`` where it is gone or changed."""
        ...

    def read(self, sha: str) -> bytes | None:
        """The bytes as they were kept; ``None`` where they are gone or changed."""
        ...

    def remove(self, sha: str) -> None:
        """Remove a file, which may be gone already."""
        ...

    def compare(self, kept: Mapping[str, int]) -> MediaState:
        """Look how the files are of which the digest and the size in bytes are given."""
        ...


class FolderFiles(Files):
    """A folder: ``ab/<sha256>`` for each."""

    threads = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def make_ready(self) -> None:
        """Make the folder."""
        self._folder.mkdir(mode=0o700, exist_ok=True)

    def keep(self, arriving: Path, sha: str) -> None:
        """Name the file, and see bytes and name to the disk."""
        path = self._path(sha)
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            sync(self._folder)
        sync(arriving)
        arriving.replace(path)
        sync(path.parent)

    def find(self, sha: str) -> Path | None:
        """Where it is, after a look at every byte."""
        path = self._path(sha)
        return None if is_changed(path, sha) else path

    def read(self, sha: str) -> bytes | None:
        """Read it once, and look whether it is what was kept; whatever the disk says about it, it is gone otherwise."""
        try:
            data = self._path(sha).read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == sha else None

    def remove(self, sha: str) -> None:
        """Unlink it."""
        remove_older(self._path(sha))

    def compare(self, kept: Mapping[str, int]) -> MediaState:
        """Compare every file with its digest: a second for each two gigabytes, and as long as the disk takes."""
        found = {path.name: path for path in self._folder.glob("??/*")}
        changed = sum(is_changed(found[sha], sha) for sha in kept.keys() & found.keys())
        missing = len(kept.keys() - found.keys())
        return MediaState(len(kept) - missing - changed, missing, changed, len(found.keys() - kept.keys()))

    def _path(self, sha: str) -> Path:
        return self._folder / sha[:2] / sha


def digest(path: Path) -> tuple[int, str]:
    """The size of a file and its SHA-256."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def is_changed(path: Path, sha: str) -> bool:
    """Whether a file is not, or no longer, what its digest says."""
    try:
        return digest(path)[1] != sha
    except OSError:  # a folder, or what the disk cannot read
        return True
