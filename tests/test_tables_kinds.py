"""Tables of every kind: old workbooks, OpenDocument; locked, with macros, merged, with failed formulas. Each has its sentence with row and column."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
import pytest

from core import texts
from core.documents import formats
from core.errors import BadInput
from core.tables.reading import Line, read_table, shown
from test_tables import book

DATA = Path(__file__).parent / "data"

_ODS = """<?xml version="1.0"?><office:document-content office:version="1.3"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>
 <table:table table:name="Articles">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""
_LOCKED = '<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">{}</manifest:manifest>'
)


def ods(*rows: list[str], manifest: str = "") -> bytes:
    """An OpenDocument spreadsheet of cells as they are written there."""
    written = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        packed.writestr("mimetype", formats.MIME["ods"])
        packed.writestr("content.xml", _ODS.format(rows=written))
        packed.writestr("META-INF/manifest.xml", _MANIFEST.format(manifest))
    return kept.getvalue()


def cell(text: str, told: str = 'office:value-type="string"') -> str:
    return f"<table:table-cell {told}><text:p>{escape(text)}</text:p></table:table-cell>"


def number(value: str) -> str:
    return cell(value, f'office:value-type="float" office:value="{value}"')


NAMES = [cell("Name"), cell("Count"), cell("Day"), cell("EAN")]
DAY = cell("29.11.26", 'office:value-type="date" office:date-value="2026-11-29"')


def lines(folder: Path, data: bytes, kind: str) -> tuple[Line, ...]:
    file = folder / f"table.{kind}"
    file.write_bytes(data)
    return read_table(file, kind).lines


def test_an_old_workbook_keeps_numbers_days_and_zeros(tmp_path: Path) -> None:
    read = lines(tmp_path, (DATA / "table.xls").read_bytes(), "xls")
    assert [[shown(one) for one in line.cells] for line in read] == [
        ["Kettle", "12", "2026-11-29", "6901234000001", "007"],
        ["水壶", "1.5", "2026-11-29", "6901234000001", "=1+1"],
        ["Cup", "", "2026-11-29", "1", ""],
    ]


def test_an_open_document_keeps_numbers_days_and_zeros(tmp_path: Path) -> None:
    data = ods(
        NAMES,
        [cell("水壶 🫖"), number("12"), DAY, cell("007")],
        [cell("Cup"), number("1.5"), DAY, number("6901234000001")],
    )
    assert [[shown(one) for one in line.cells] for line in lines(tmp_path, data, "ods")] == [
        ["水壶 🫖", "12", "2026-11-29", "007"],
        ["Cup", "1.5", "2026-11-29", "6901234000001"],
    ]


def failed_workbook() -> bytes:
    """A workbook with a formula that failed, in C3."""
    made, kept = openpyxl.Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet
    for row in (["Name", "Points", "Price"], ["Kettle", "red", 1], ["Cup", "blue", 2]):
        sheet.append(row)
    sheet["C3"].data_type, sheet["C3"].value = "e", "#DIV/0!"
    made.save(kept)
    return kept.getvalue()


FAILED = {
    "xlsx": failed_workbook(),
    "ods": ods(
        [cell("Name"), cell("Points"), cell("Price")],
        [cell("Kettle"), cell("red"), number("1")],
        [cell("Cup"), cell("blue"), cell("#DIV/0!")],
    ),
    "csv": b"Name,Points,Price\nKettle,red,1\nCup,blue,#DIV/0!\n",
}


@pytest.mark.parametrize("kind", FAILED)
def test_a_formula_that_failed_spoils_its_row_alone(tmp_path: Path, kind: str) -> None:
    well, failed = lines(tmp_path, FAILED[kind], kind)
    assert well.wrong is None and failed.wrong
    sentence = texts.say(f"error-{failed.wrong.code}", "en", **failed.wrong.values)
    assert "row 3" in sentence and "Price" in sentence


def with_macros() -> bytes:
    whole, packed = zipfile.ZipFile(io.BytesIO(book([["Name"], ["Kettle"]]))), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for entry in whole.namelist():
            made.writestr(entry, whole.read(entry))
        made.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    return packed.getvalue()


def merged_workbook() -> bytes:
    made, kept = openpyxl.Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet
    for row in (["Name", "Points"], ["Kettle", "red"], ["", "blue"]):
        sheet.append(row)
    sheet.merge_cells("A2:A3")
    made.save(kept)
    return kept.getvalue()


def locked_workbook() -> bytes:
    """The beginning of a new workbook behind a password, which is an old file inside."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000) + "EncryptedPackage".encode("utf-16-le") + bytes(3000)


SPANNED = '<table:table-cell office:value-type="string" table:number-rows-spanned="2"><text:p>Kettle</text:p></table:table-cell>'
REFUSED = {
    "macros": (with_macros(), "xlsx", "table-macros", ""),
    "merged": (merged_workbook(), "xlsx", "table-merged", "A2:A3"),
    "merged, old": ((DATA / "table-merged.xls").read_bytes(), "xls", "table-merged", "A2:A3"),
    "locked": (locked_workbook(), "xls", "table-locked", ""),
    "locked OpenDocument": (ods(NAMES, [cell("Kettle")] * 4, manifest=_LOCKED), "ods", "table-locked", ""),
    "the same name twice": (ods([cell("Name"), cell("Name")], [cell("a"), cell("b")]), "ods", "table-same-names", "A, B"),
    "half an old workbook": ((DATA / "table.xls").read_bytes()[:1500], "xls", "table-damaged", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_read_is_one_sentence_that_names_the_place(case: str, tmp_path: Path) -> None:
    data, kind, code, place = REFUSED[case]
    with pytest.raises(BadInput) as caught:
        lines(tmp_path, data, kind)
    assert caught.value.code == code
    for language in texts.LANGUAGES:
        assert place in texts.say(f"error-{code}", language, **caught.value.values)


def test_a_workbook_that_is_called_one_with_macros_is_told_so() -> None:
    assert formats.format_of(with_macros()[: formats.HEAD], "articles.xlsm") == "xlsx"
