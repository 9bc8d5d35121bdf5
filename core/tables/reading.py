"""A table that somebody sent, as a header and rows of cells. Bounded before it is read; cells are data, whatever stands in them."""

from __future__ import annotations

import codecs
import csv
import io
import json
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import BadInput
from core.tables.workbook import LONGEST_CELL, MOST_SECONDS, letters
from core.types.batches import Cell

MOST_BYTES = 20 * 1024**2
"""Bytes of a file (our own rule: 5,000 rows of four kilobytes)."""

MOST_ROWS, MOST_COLUMNS = 5_000, 200

MOST_TOLD = 4 * MOST_BYTES
"""Bytes that the reader of a workbook may tell: texts of which each sign takes two, and a day in every cell, are less than that."""

LOOKED_AT = 200_000
"""Bytes from the start of a text that tell its encoding."""

DELIMITERS = ",;\t|"

ENCODINGS = ("gb18030", "big5", "cp1252", "cp1251", "cp1250", "cp1253", "cp1254")
"""What else than Unicode tables are written in, by how common it is among those whose people we speak with."""

MOST_CHAOS = 0.2
"""Share of odd signs from which on a text is read wrong, as the detector counts them."""

FAILED = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
"""What stands in a cell whose formula failed, where its file tells no more (ISO/IEC 29500-1, 18.17.3)."""

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Line:
    """A row with its number in the file, as spreadsheets count. ``wrong``: why nothing can be made of it (code and values of an error)."""

    number: int
    cells: tuple[Cell, ...]
    wrong: BadInput | None = None


@dataclass(frozen=True)
class Table:
    """A table: as many names as columns, and its rows that are not empty."""

    header: tuple[str, ...]
    lines: tuple[Line, ...]


def read_table(path: Path, kind: str) -> Table:
    """Read a file of a kind (``csv``, ``tsv``, ``xlsx``, ``xls``, ``ods``). Raises ``BadInput`` with the row and column that are wrong."""
    if path.stat().st_size > MOST_BYTES:
        raise _too_large()
    if kind in ("csv", "tsv"):
        return _table(_full(_from_text(path.read_bytes(), "\t" if kind == "tsv" else "")))
    return _table(*_from_workbook(path))


def shown(cell: Cell) -> str:
    """A cell as text: a whole number without a point, a day as 2026-11-29, and what was written to the letter."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, dict):
        return cell["at"].removesuffix("T00:00:00")
    return "" if cell is None else str(cell)


# --- text ------------------------------------------------------------------------------------------------------------


def _from_text(data: bytes, delimiter: str) -> Iterator[Sequence[Cell]]:
    text = decoded(data)
    csv.field_size_limit(4 * LONGEST_CELL)
    delimiter = delimiter or delimiter_of(text)
    if text[:4].lower() == "sep=":
        text = text.partition("\n")[2]
    number = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            number += 1
            yield row
    except csv.Error:
        raise BadInput("table-cell-large", row=number + 1, column="?", limit=LONGEST_CELL) from None


def decoded(data: bytes) -> str:
    """The text of a table. Raises ``BadInput("table-encoding")``, with how its first line would read."""
    for mark, encoding in (*_MARKS, (b"", "utf-8")):
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                if mark:
                    break
    head = data[:LOOKED_AT]
    head = head[: head.rfind(b"\n") + 1] or head if len(data) > LOOKED_AT else head
    from charset_normalizer import from_bytes  # here, since it takes 3 MB

    found = from_bytes(head, cp_isolation=list(ENCODINGS), language_threshold=0.0)
    likely = sorted(found, key=lambda one: (one.chaos, -one.coherence, _place(one.encoding)))
    for one in likely:
        if one.chaos > MOST_CHAOS:
            break
        try:
            return data.decode(one.encoding)
        except UnicodeDecodeError:
            continue
    line = head.split(b"\n", 1)[0][:120].decode("latin-1")
    raise BadInput("table-encoding", line="".join(sign if sign.isprintable() else "�" for sign in line))


def _place(encoding: str) -> int:
    return ENCODINGS.index(encoding) if encoding in ENCODINGS else len(ENCODINGS)


def delimiter_of(text: str) -> str:
    """What parts the cells: that which parts the most lines into as many cells as the first one, more than one."""
    if text[:4].lower() == "sep=" and text[4:5] in DELIMITERS:  # how Excel is told
        return text[4:5]
    head = text[:LOOKED_AT]

    def agreeing(delimiter: str) -> tuple[int, int]:
        try:
            counts = Counter(len(row) for row in _some(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)))
        except csv.Error:
            return 0, 0
        cells, lines = max(counts.items(), key=lambda one: (one[1], one[0]), default=(1, 0))
        return (lines, cells) if cells > 1 else (0, 0)

    return max(DELIMITERS, key=agreeing)


def _some(rows: Iterable[list[str]]) -> list[list[str]]:
    return [row for row, _ in zip(rows, range(50), strict=False) if any(row)]


# --- workbooks -------------------------------------------------------------------------------------------------------


def _from_workbook(path: Path) -> tuple[list[tuple[int, list[Cell]]], Sequence[str]]:
    """The rows that are not empty, each with its number, and the cells whose formula failed."""
    with closing(_told(path)) as told:
        head = next(told)
        if code := head.pop("refused", ""):
            raise _too_large() if code == "table-too-large" else BadInput(code, **head)
        return _full(told), head["errors"]


def _told(path: Path) -> Generator[Any]:
    """What the reader's process tells, line by line. One that tells without end is ended; one that had to end itself was given too much to read."""
    arguments = [sys.executable, "-m", "core.tables.workbook", str(path)]
    arguments += map(str, (MOST_ROWS, MOST_COLUMNS, MOST_BYTES))
    root = Path(__file__).parents[2]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root) as reader:  # noqa: S603
        assert reader.stdout
        ending = threading.Timer(2 * MOST_SECONDS, reader.kill)
        ending.start()
        left = MOST_TOLD
        try:
            while (line := reader.stdout.readline(left + 1)) and (left := left - len(line)) >= 0:
                yield json.loads(line)
            if left < 0 or reader.wait():
                raise _too_large()
        except ValueError:  # half a line
            raise _too_large() from None
        finally:
            ending.cancel()
            reader.kill()


# --- both ------------------------------------------------------------------------------------------------------------


def _full(rows: Iterable[Sequence[Cell]]) -> list[tuple[int, list[Cell]]]:
    """The rows that are not empty, each with its number: the others may be without end."""
    full = []
    for number, row in enumerate(rows, 1):
        if cut := _cut(row):
            full.append((number, cut))
        if len(full) > MOST_ROWS + 1:
            raise BadInput("table-many-rows", limit=MOST_ROWS)
    return full


def _table(full: list[tuple[int, list[Cell]]], errors: Sequence[str] = ()) -> Table:
    """The first row that is not empty is the header; columns without a name and without cells are left out at the end."""
    if not full:
        raise BadInput("table-empty")
    (at, first), *others = full
    header = _header(first, at)
    if not others:
        raise BadInput("table-no-rows")
    failed = {_address(cell) for cell in errors}
    return Table(header, tuple(_line(number, row, header, failed) for number, row in others))


def _cut(row: Sequence[Cell]) -> list[Cell]:
    """A row without the empty cells at its end, and with one cell more than it may have at most."""
    end = len(row)
    while end and (row[end - 1] is None or (isinstance(row[end - 1], str) and not str(row[end - 1]).strip())):
        end -= 1
    return list(row[: min(end, MOST_COLUMNS + 1)])


def _header(row: Sequence[Cell], number: int) -> tuple[str, ...]:
    if len(row) > MOST_COLUMNS:
        raise BadInput("table-many-columns", limit=MOST_COLUMNS)
    names = tuple(" ".join(shown(cell).split()) for cell in row)
    for place, name in enumerate(names):
        if len(name) > 200:
            raise BadInput("table-cell-large", row=number, column=letters(place), limit=200)
    twice = next((name for name, count in Counter(names).items() if name and count > 1), None)
    if twice:
        columns = ", ".join(letters(place) for place, name in enumerate(names) if name == twice)
        raise BadInput("table-same-names", name=twice, columns=columns)
    return names


def _line(number: int, row: list[Cell], header: tuple[str, ...], failed: set[tuple[int, int]]) -> Line:
    """A row as wide as the header, with what is wrong with it: a failed formula, a cell without end, more cells than names."""
    wrong = None
    for place, cell in enumerate(row):
        if isinstance(cell, str) and len(cell) > LONGEST_CELL:
            raise BadInput("table-cell-large", row=number, column=letters(place), limit=LONGEST_CELL)
    wide = range(len(header))
    bad = next((place for place in wide if (number, place) in failed or _has_failed(row[place : place + 1])), None)
    if bad is not None:
        wrong = BadInput("row-formula", row=number, column=header[bad] or letters(bad))
    elif len(row) > len(header):
        wrong = BadInput("row-wide", row=number, count=len(row), limit=len(header))
    cells = (*row, *[""] * (len(header) - len(row)))[: max(len(header), len(row))]
    return Line(number, tuple(cells), wrong)


def _too_large() -> BadInput:
    return BadInput("table-too-large", limit_mb=MOST_BYTES // 1024**2)


def _has_failed(cells: Sequence[Cell]) -> bool:
    return any(isinstance(cell, str) and cell in FAILED for cell in cells)


def _address(cell: str) -> tuple[int, int]:
    """The row (from 1) and column (from 0) of a cell that is called like C7."""
    name = cell.rstrip("0123456789")
    column = 0
    for sign in name:
        column = column * 26 + ord(sign) - 64
    return int(cell[len(name) :]), column - 1
