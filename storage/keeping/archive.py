"""The form of a backup: one ZIP archive with the database, the kept files by their digests, the recipes, and a list that says what has to be there.

Nothing in an archive is trusted: only names of the three forms below are read, nothing is larger than the list says, and every digest is compared.
"""

from __future__ import annotations

import hashlib
import json
import re
import stat
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from pydantic import Field, ValidationError

from core.errors import StorageFault
from core.types import Value
from storage.folder import DATABASE, MEDIA

LIST = "backup.json"
VERSION = 1
"""Of the form; a later one that this program cannot read is a larger number."""

LIST_LIMIT = 2**20
"""Bytes of the list: it names tables and recipes, not the kept files, whose names are their digests."""

RECIPES = "recipes"
RECIPE = re.compile(rf"{RECIPES}/[A-Za-z0-9_-]{{1,64}}\.toml")
_MEDIA = re.compile(rf"{MEDIA}/([0-9a-f]{{2}})/([0-9a-f]{{64}})")
_CHUNK = 2**20


class Listed(Value):
    """A file of the archive: bytes and SHA-256."""

    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Contents(Value):
    """What a backup holds. ``missing``: digests of kept files that the data folder itself had lost, or whose bytes had changed.

    ``tables``: how many rows each has. ``media`` and ``bytes``: how many kept files there are, and how large they are together.
    ``revision``: of the schema.
    """

    version: int
    created: float
    revision: str
    tables: Mapping[str, int]
    files: Mapping[str, Listed]
    media: int = Field(ge=0)
    bytes: int = Field(ge=0)
    missing: tuple[str, ...] = ()


def media_name(sha: str) -> str:
    """Where a kept file lies, in the archive as in the data folder."""
    return f"{MEDIA}/{sha[:2]}/{sha}"


def digest_of(name: str) -> str | None:
    """The SHA-256 by which a kept file is named; ``None`` for any other name."""
    found = _MEDIA.fullmatch(name)
    return found[2] if found and found[2].startswith(found[1]) else None


def pour(source: BinaryIO, target: BinaryIO | None, most: int) -> Listed:
    """Copy a stream, or only read it: its size and its digest. Raises ``StorageFault`` where it is larger than ``most`` bytes."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise damaged()
        digest.update(chunk)
        if target is not None:
            target.write(chunk)
    return Listed(size=size, sha256=digest.hexdigest())


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Contents]]:
    """An archive and what it says that it holds, every name and size looked at. Raises ``StorageFault``: ``backup-not-one``, ``backup-newer``."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive, _looked_over(archive)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        RuntimeError,
    ) as error:  # also an archive with a password
        raise damaged() from error


def damaged() -> StorageFault:
    """What is said of an archive that is none of ours, or not as it was written."""
    return StorageFault("backup-not-one")


def check(archive: zipfile.ZipFile, contents: Contents) -> None:
    """Read everything once and compare it with its digest. Raises ``StorageFault("backup-not-one")``."""
    for entry in archive.infolist():
        if entry.filename != LIST:
            with archive.open(entry) as source:
                compare(entry.filename, pour(source, None, entry.file_size), contents)  # type: ignore[arg-type]


def compare(name: str, found: Listed, contents: Contents) -> None:
    """Raise ``StorageFault`` for a file that is not what the list, or its name, says."""
    sha = digest_of(name)
    if found.sha256 != sha if sha else found != contents.files.get(name):
        raise damaged()


def _looked_over(archive: zipfile.ZipFile) -> Contents:
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if len(names) < len(entries) or LIST not in names or any(not _is_plain(entry) for entry in entries):
        raise damaged()
    contents = _read_list(archive)
    shas = [entry for entry in entries if digest_of(entry.filename)]
    others = names - {LIST} - {entry.filename for entry in shas}
    right = (
        DATABASE in others
        and others == set(contents.files)
        and all(name == DATABASE or RECIPE.fullmatch(name) for name in others)
        and all(archive.getinfo(name).file_size == listed.size for name, listed in contents.files.items())
        and len(shas) == contents.media
        and sum(entry.file_size for entry in shas) == contents.bytes
    )
    if not right:
        raise damaged()
    return contents


def _read_list(archive: zipfile.ZipFile) -> Contents:
    if archive.getinfo(LIST).file_size > LIST_LIMIT:
        raise damaged()
    try:
        said = json.loads(archive.read(LIST))
        if isinstance(said, dict) and isinstance(said.get("version"), int) and said["version"] > VERSION:
            raise StorageFault("backup-newer")
        return Contents.model_validate(said)
    except (ValueError, RecursionError, ValidationError) as error:
        raise damaged() from error


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a file, neither a folder nor a link, and a kept file is stored as it is: what is not packed cannot burst."""
    mode = entry.external_attr >> 16
    plain = not entry.is_dir() and (not mode or stat.S_IFMT(mode) in (0, stat.S_IFREG))
    return plain and (digest_of(entry.filename) is None or entry.compress_type == zipfile.ZIP_STORED)
