"""The table that comes back: every cell as it was sent, and behind them what came of each row. What was written is never run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import BinaryIO

from core.tables.reading import shown
from core.tables.workbook import LONGEST_CELL
from core.types.batches import Cell

RUN = tuple("=+-@＝＋－＠\t\r\n\0")
"""What a cell of text begins with that spreadsheets would run, some of them in full width too (OWASP, "CSV Injection", 2026-11)."""

Rows = Iterable[Sequence[Cell]]


def as_workbook(file: BinaryIO, header: Sequence[str], rows: Rows) -> None:
    """Write a workbook, a row at a time. Text is written as text, so there is nothing to be run in it."""
    import xlsxwriter  # here, since few ever ask for it: with its modules it takes 4 MB

    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    days = book.add_format({"num_format": "yyyy-mm-dd"})
    moments = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    times = book.add_format({"num_format": "hh:mm:ss"})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
    for number, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, bool):
                sheet.write_boolean(number, column, cell)
            elif isinstance(cell, int | float):
                sheet.write_number(number, column, cell)
            elif isinstance(cell, dict) and "T" not in cell["at"] and ":" in cell["at"]:
                sheet.write_datetime(number, column, time.fromisoformat(cell["at"]), times)
            elif isinstance(cell, dict):
                at = datetime.fromisoformat(cell["at"])
                sheet.write_datetime(number, column, at, moments if at.time() != time() else days)
            elif cell:
                sheet.write_string(number, column, cell[:LONGEST_CELL])
    book.close()


def as_text(file: BinaryIO, header: Sequence[str], rows: Rows) -> None:
    """Write comma-separated text in UTF-8, with the mark by which spreadsheets know that it is."""
    lines = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(lines)
    writer.writerow(map(harmless, header))
    for row in rows:
        writer.writerow([harmless(shown(cell)) if isinstance(cell, str) else shown(cell) for cell in row])
    lines.flush()
    lines.detach()


def harmless(text: str) -> str:
    """A text that no spreadsheet runs: an apostrophe before what looks like a formula, and is no number."""
    if not text.startswith(RUN):
        return text
    plain = text.lstrip("+-").replace(",", "", 1).replace(".", "", 1)
    return text if text[0] in "+-" and plain.isdecimal() and plain.isascii() else f"'{text}"


def without_clash(names: Sequence[str], header: Sequence[str]) -> list[str]:
    """Names for further columns, none of which the table has already."""
    taken = {name.casefold() for name in header}
    free = []
    for name in names:
        number, said = 2, name
        while said.casefold() in taken:
            said, number = f"{name} {number}", number + 1
        taken.add(said.casefold())
        free.append(said)
    return free
