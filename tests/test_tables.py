"""Tables as people send them: encodings, delimiters, odd cells; and files that are none, each with the sentence that says what is wrong and where."""

from __future__ import annotations

import datetime
import io
import sys
import zipfile
from itertools import chain
from pathlib import Path

import openpyxl
import pytest

from core.errors import BadInput
from core.features.batch_files import numbers_of
from core.tables.reading import read_table, shown
from core.tables.writing import harmless

ROWS = 'Name,Points,EAN\nKettle,"red; warm",0071234567890\n'
CHINESE = "产品,卖点\n黄铜水壶,会响；容量两升，露营时烧水\n橡木勺,手工打磨；上过油，越用越亮\n"


def book(rows: list[list[object]]) -> bytes:
    """A workbook of these rows."""
    made, kept = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    made.save(kept)
    return kept.getvalue()


def read(folder: Path, data: bytes, kind: str = "csv") -> list[list[str]]:
    """The header and the cells, as they are shown."""
    file = folder / f"table.{kind}"
    file.write_bytes(data)
    table = read_table(file, kind)
    return [list(table.header), *([shown(cell) for cell in line.cells] for line in table.lines)]


READ = {
    "plain": (ROWS.encode(), [["Name", "Points", "EAN"], ["Kettle", "red; warm", "0071234567890"]]),
    "byte order mark": (ROWS.encode("utf-8-sig"), [["Name", "Points", "EAN"], ["Kettle", "red; warm", "0071234567890"]]),
    "UTF-16": (ROWS.encode("utf-16"), [["Name", "Points", "EAN"], ["Kettle", "red; warm", "0071234567890"]]),
    "semicolons": (b'Name;Points\nKettle;"a;b"\nCup;"1,5 l"\n', [["Name", "Points"], ["Kettle", "a;b"], ["Cup", "1,5 l"]]),
    "tabs": (b"Name\tPoints\nKettle\tred, warm\n", [["Name", "Points"], ["Kettle", "red, warm"]]),
    "line breaks in cells": (b'Name,Points\nKettle,"one\ntwo"\n', [["Name", "Points"], ["Kettle", "one\ntwo"]]),
    "empty rows before and between": (b"\n\nName,Points\n\nKettle,red\n,\nCup,blue\n", [["Name", "Points"], ["Kettle", "red"], ["Cup", "blue"]]),
    "emoji, HTML and formulas": ("Name,Points\n🦊,<b>=1+1</b>\n".encode(), [["Name", "Points"], ["🦊", "<b>=1+1</b>"]]),
    "GB18030": (CHINESE.encode("gb18030"), [["产品", "卖点"], ["黄铜水壶", "会响；容量两升，露营时烧水"], ["橡木勺", "手工打磨；上过油，越用越亮"]]),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_a_text_is_read_as_it_was_meant(case: str, tmp_path: Path) -> None:
    data, wanted = READ[case]
    assert read(tmp_path, data) == wanted


def test_a_workbook_keeps_numbers_dates_and_zeros(tmp_path: Path) -> None:
    day = datetime.date(2026, 11, 29)
    rows = [
        ["Name", "Count", "Price", "Day", "Code"],
        ["Kettle", 12, 1.5, day, "007"],
        ["水壶", 0, -3, day, "6901234000001"],
    ]
    assert read(tmp_path, book(rows), "xlsx") == [
        ["Name", "Count", "Price", "Day", "Code"],
        ["Kettle", "12", "1.5", "2026-11-29", "007"],
        ["水壶", "0", "-3", "2026-11-29", "6901234000001"],
    ]


def bomb() -> bytes:
    """A workbook whose sheet unpacks to far more than any table has."""
    whole, packed = zipfile.ZipFile(io.BytesIO(book([["Name"], ["Kettle"]]))), io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        for entry in whole.namelist():
            made.writestr(entry, bytes(300 * 1024**2) if entry.endswith("sheet1.xml") else whole.read(entry))
    return packed.getvalue()


def echoes() -> bytes:
    """A workbook of a few kilobytes, each row of which says the longest text there is."""
    return book([["Name"], *[["é" * 32_767]] * 700])


REFUSED = {
    "nothing": (b"", "csv", "table-empty"),
    "only blanks": (b"\n , \n", "csv", "table-empty"),
    "a header alone": (b"Name,Points\n", "csv", "table-no-rows"),
    "the same name twice": (b"Name,Name\nKettle,red\n", "csv", "table-same-names"),
    "too many rows": (b"Name\n" + b"x\n" * 5_001, "csv", "table-many-rows"),
    "too many columns": (b",".join(b"c%d" % number for number in range(201)) + b"\nx\n", "csv", "table-many-columns"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "csv", ""),
    "a picture called a workbook": (b"\x89PNG\r\n\x1a\n" + bytes(200), "xlsx", ""),
    "half a workbook": (book([["Name"], ["Kettle"]])[:900], "xlsx", ""),
    "a bomb": (bomb, "xlsx", ""),
    "one text in many cells": (echoes, "xlsx", "table-too-large"),
    "far too much": (b"Name\n" + b"x" * (21 * 1024**2), "csv", "table-too-large"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_table_is_one_sentence(case: str, tmp_path: Path) -> None:
    data, kind, code = REFUSED[case]
    with pytest.raises(BadInput) as caught:
        read(tmp_path, data() if callable(data) else data, kind)
    assert caught.value.code == code or (not code and caught.value.code.startswith(("table-", "not-a-")))


def test_a_cell_that_is_too_long_spoils_its_row_alone(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text(f"Name,Points\nKettle,{'x' * 40_000}\nCup,blue\n")
    try:
        lines = read_table(file, "csv").lines
    except BadInput as error:
        assert (error.code, error.values["row"]) == ("table-cell-large", 2)
    else:
        wrong = [line.wrong for line in lines]
        assert wrong[0] and (wrong[0].code, wrong[0].values["row"]) == ("table-cell-large", 2) and wrong[1] is None


def test_no_more_is_taken_of_a_reader_than_a_table_may_have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = book([["Name"], *[["Kettle"]] * 100])
    assert len(read(tmp_path, told, "xlsx")) == 101
    monkeypatch.setattr("core.tables.reading.MOST_TOLD", 500)
    with pytest.raises(BadInput) as caught:
        read(tmp_path, told, "xlsx")
    assert caught.value.code == "table-too-large"


def test_a_row_without_end_is_cut_where_it_is_too_wide(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text(f"Name,Points\n\nKettle{',x' * 1_000_000}\n\nCup,blue\n")
    wide, plain = read_table(file, "csv").lines
    assert wide.wrong and (wide.wrong.code, wide.wrong.values["row"], len(wide.cells)) == ("row-wide", 3, 201)
    assert (plain.number, plain.cells, plain.wrong) == (5, ("Cup", "blue"), None)


def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    for text in (
        "=1+1",
        "+44 20",
        "-3 apples",
        "@sum",
        "\t=1",
        "\r=1",
        "\n=1",
        "\0=1",
        "＝1",
        "＋1",
        "－1 apples",
        "＠sum",
    ):
        assert harmless(text) == f"'{text}"
    assert [harmless(text) for text in ("red", "-3", "+4.5", "")] == ["red", "-3", "+4.5", ""]


def test_many_rows_are_named_without_being_counted_out() -> None:
    assert [*chain(*numbers_of("2-5, 9"))] == [2, 3, 4, 5, 9]
    named = numbers_of(",".join(["1-5000"] * 570))
    assert sys.getsizeof(named) + sum(map(sys.getsizeof, named)) < 100_000, "as much as was said, and no more"
