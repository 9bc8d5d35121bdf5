"""Read the first sheet of a workbook in a process of its own, which prints its rows as JSON, one a line.

A crafted file of a few kilobytes can ask the reader for more memory than there is, which ends a process at once. So what is read here has
limits that the system keeps, and whatever happens, the studio goes on. Nothing else of the project is loaded, so it starts at once.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

MOST_MEMORY = 768 * 1024**2
"""Bytes that the process may take; a sheet of 5,000 rows and 200 full columns takes a quarter."""

MOST_SECONDS = 20
"""Seconds of a processor that it may take; such a sheet takes two."""

LONGEST_CELL = 32_767
"""Characters of a cell: what spreadsheets hold (Microsoft, "Excel specifications and limits", 2026-11). One more is given, so that it shows."""

MOST_UNPACKED = 256 * 1024**2
"""Bytes of the unpacked parts of a workbook."""

_MACROS = frozenset({"xl/vbaProject.bin", "Basic/script-lc.xml"})
"""Where programs lie in a workbook, and in an OpenDocument. They are never run, but whoever sends them may count on it."""

_ERROR_CELL = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^<>]{0,60} t="e"[^<>]{0,60}>')


def main(path: str, rows: int, columns: int, most: int) -> None:
    """Print ``{"errors": cells}`` and, a line each, the rows of the first sheet, one more of each kind than there may be; or ``{"refused": code}``.

    ``most``: bytes of all texts together. A file of a few kilobytes may say one long text in each of its cells.
    """
    with contextlib.suppress(ImportError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    told: list[Any]
    try:
        found = _read(path, rows, columns)
        _check_texts(found, most)
        told = [{"errors": _error_cells(path)}, *found]
    except _Refused as refused:
        told = [{"refused": str(refused), **refused.values}]
    except MemoryError:
        told = [{"refused": "table-too-large"}]
    for line in told:
        sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")


class _Refused(Exception):
    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.values = values


def _read(path: str, rows: int, columns: int) -> list[list[Any]]:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    _look_inside(path)
    try:
        book = CalamineWorkbook.from_path(path)
        sheet = book.get_sheet_by_index(0)
        if merged := sheet.merged_cell_ranges:
            raise _Refused("table-merged", cells=" ".join(map(_span, merged[:3])))
        return [
            [_cell(cell) for cell in row[: columns + 1]]
            for row in sheet.to_python(skip_empty_area=False, nrows=rows + 2)
        ]
    except PasswordError:
        raise _Refused("table-locked") from None
    except (CalamineError, IndexError, ValueError):
        raise _Refused("table-damaged") from None


def _check_texts(rows: list[list[Any]], most: int) -> None:
    """Refuse texts that are longer together than a file of them may be."""
    left = most
    for row in rows:
        left -= sum(len(cell.encode()) for cell in row if isinstance(cell, str))
        if left < 0:
            raise _Refused("table-too-large")


def _cell(value: Any) -> Any:
    """A cell as JSON holds it. A whole number is whole, and a day is a day."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, str):
        return value[: LONGEST_CELL + 1]
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return {"at": value.isoformat()}
    if isinstance(value, datetime.timedelta):
        return str(value)
    return value


def _look_inside(path: str) -> None:
    """See that an archive does not unpack to more than it may, whatever it says of itself, and that another file is not locked."""
    with Path(path).open("rb") as file:
        head = file.read(1 << 20)
    if not head.startswith(b"PK"):
        if "EncryptedPackage".encode("utf-16-le") in head:
            raise _Refused("table-locked")
        return
    try:
        with zipfile.ZipFile(path) as packed:
            left = MOST_UNPACKED
            if _MACROS.intersection(packed.namelist()):
                raise _Refused("table-macros")
            for entry in packed.infolist():
                if not entry.is_dir():
                    left = _unpacked(packed, entry, left)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError):
        raise _Refused("table-damaged") from None
    except RuntimeError:
        raise _Refused("table-locked") from None


def _unpacked(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    """How many bytes are left after an entry is unpacked, into nothing."""
    with packed.open(entry) as file:
        while chunk := file.read(1 << 20):
            left -= len(chunk)
            if left < 0:
                raise _Refused("table-too-large")
    return left


def _error_cells(path: str) -> list[str]:
    """The cells of a new workbook's first sheet whose formula failed: the reader calls them empty."""
    try:
        with zipfile.ZipFile(path) as packed, packed.open("xl/worksheets/sheet1.xml") as sheet:
            return [found.decode() for found in _ERROR_CELL.findall(sheet.read())[:200]]
    except (zipfile.BadZipFile, KeyError):
        return []


def _span(ends: tuple[tuple[int, int], tuple[int, int]]) -> str:
    return ":".join(f"{letters(column)}{row + 1}" for row, column in ends)


def letters(column: int) -> str:
    """What spreadsheets call a column, counted from 0: A, B … Z, AA."""
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name, column = chr(65 + rest) + name, column - 1
    return name


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
