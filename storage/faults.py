"""Where the errors of the database and the disk become ours."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from core.errors import StorageFault

_CODES = {  # primary result codes, https://www.sqlite.org/rescode.html (2026-11)
    sqlite3.SQLITE_FULL: "disk-full",
    sqlite3.SQLITE_BUSY: "database-in-use",
    sqlite3.SQLITE_LOCKED: "database-in-use",
    sqlite3.SQLITE_CORRUPT: "database-damaged",
    sqlite3.SQLITE_NOTADB: "database-damaged",
    sqlite3.SQLITE_IOERR: "disk-failing",
    sqlite3.SQLITE_READONLY: "folder-not-writable",
    sqlite3.SQLITE_CANTOPEN: "folder-not-writable",
}
_ERRNOS = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EACCES: "folder-not-writable",
    errno.EPERM: "folder-not-writable",
    errno.EROFS: "folder-not-writable",
    errno.EIO: "disk-failing",
    errno.ENOENT: "data-misplaced",
    errno.EEXIST: "data-misplaced",  # a file where a folder should be
    errno.ENOTDIR: "data-misplaced",
    errno.EISDIR: "data-misplaced",
    errno.ENOTEMPTY: "data-misplaced",
    errno.ELOOP: "data-misplaced",
}


@contextmanager
def faults() -> Iterator[None]:
    """Raise ``StorageFault`` for what the operator has to mend: a full or failing disk, a locked or damaged database, a folder that is
    read-only or holds something else in the place of what is ours (its ``path`` is then among the values).

    Everything else passes as it is: it is a mistake of the program.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        code = _CODES.get(getattr(getattr(error, "orig", error), "sqlite_errorcode", 0) & 0xFF)
        if code is None:
            raise
        raise StorageFault(code) from error
    except OSError as error:
        code = _ERRNOS.get(error.errno or 0)
        if code is None:
            raise
        where = error.filename2 or error.filename
        raise (StorageFault(code, path=str(Path(where).absolute())) if where else StorageFault(code)) from error
