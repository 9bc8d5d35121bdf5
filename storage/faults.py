"""Where the errors of the database and the disk become ours."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from core.errors import StorageFault

_CODES = {  # primary result codes, https://www.sqlite.org/rescode.html (2026-11)
    sqlite3.SQLITE_FULL: "disk-full",
    sqlite3.SQLITE_BUSY: "database-in-use",
    sqlite3.SQLITE_LOCKED: "database-in-use",
    sqlite3.SQLITE_CORRUPT: "database-damaged",
    sqlite3.SQLITE_NOTADB: "database-damaged",
    sqlite3.SQLITE_IOERR: "database-damaged",
    sqlite3.SQLITE_READONLY: "folder-not-writable",
    sqlite3.SQLITE_CANTOPEN: "folder-not-writable",
}
_ERRNOS = {
    errno.ENOSPC: "disk-full",
    errno.EDQUOT: "disk-full",
    errno.EACCES: "folder-not-writable",
    errno.EPERM: "folder-not-writable",
    errno.EROFS: "folder-not-writable",
    errno.EEXIST: "folder-not-writable",  # a file where the folder should be
    errno.ENOTDIR: "folder-not-writable",
}


@contextmanager
def faults() -> Iterator[None]:
    """Raise ``StorageFault`` for what the operator has to mend: a full disk, a locked or damaged database, a read-only folder.

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
        raise StorageFault(code) from error
