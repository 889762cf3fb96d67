"""Workbooks, read back by another library."""

from __future__ import annotations

import os
import tempfile
import zipfile
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from heatpunk_desktop.domain.csv_injection import unguarded_cell
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.headings import HEADINGS, Extra
from heatpunk_desktop.errors import StorageError
from heatpunk_desktop.export import table_files
from heatpunk_desktop.export.columns import export_columns
from heatpunk_desktop.export.files import ExportStoppedError
from heatpunk_desktop.export.table_files import write_workbook
from tests.unit.export.rows import BARN, BARN_CELLS, WHOLE_ROWS

if TYPE_CHECKING:
    from heatpunk_desktop.domain.project import WholeRow


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def part(path: Path, name: str) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read(name).decode()


def test_numbers_and_dates_are_real(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    assert write_workbook(target, [BARN], export_columns()) == (1, 0)
    (heading, row) = sheets(target)["Projects"]
    assert heading == list(HEADINGS.values())
    assert row == [BARN_CELLS.get(column, "not loaded") for column in HEADINGS]


def test_the_heading_stays_has_filters_and_the_columns_fit(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    long = BARN._replace(project_name="x" * 500, status="Odd")
    write_workbook(target, [BARN, long], export_columns([Field.PROJECT_NAME, Field.STATUS, Extra.CREATED]))
    sheet = part(target, "xl/worksheets/sheet1.xml")
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in sheet
    assert '<autoFilter ref="A1:C3"/>' in sheet
    widths = [float(part.split('"')[0]) for part in sheet.split(' width="')[1:]]
    assert 55 < widths[0] < 65
    assert 8 <= widths[1] < 15
    assert widths[2] > 17


def test_it_prints_across_with_the_headings_on_each_page(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    write_workbook(target, [BARN], export_columns())
    sheet = part(target, "xl/worksheets/sheet1.xml")
    assert '<pageSetUpPr fitToPage="1"/>' in sheet
    assert 'paperSize="9"' in sheet
    assert 'fitToHeight="0"' in sheet
    assert 'orientation="landscape"' in sheet
    assert "_xlnm.Print_Titles" in part(target, "xl/workbook.xml")


def test_nothing_is_a_formula_or_a_link(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    rows = [BARN._replace(customer_name=text) for text in ("=1+1", "{=1}", "https://example.com", "@SUM(A1)", "12")]
    write_workbook(target, rows, export_columns([Field.CUSTOMER_NAME]))
    sheet = part(target, "xl/worksheets/sheet1.xml")
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert [row[0] for row in sheets(target)["Projects"][1:]] == [row.customer_name for row in rows]
    # Editing such a cell, and leaving it, would make a formula of it but for this.
    assert sheet.count(' s="2"') == 2
    assert 'quotePrefix="1"' in part(target, "xl/styles.xml")


@settings(max_examples=30)
@given(rows=st.lists(WHOLE_ROWS, min_size=1, max_size=4))
def test_every_cell_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[WholeRow]) -> None:
    target = tmp_path_factory.mktemp("xlsx") / "a.xlsx"
    columns = export_columns()
    write_workbook(target, rows, columns)
    _, *lines = sheets(target)["Projects"]
    lines += [[""] * len(columns)] * (len(rows) - len(lines))  # an empty row at the end is no row
    for line, row in zip(lines, rows, strict=True):
        for read, column in zip(line, columns, strict=True):
            cell = column.cell(row)
            if isinstance(cell, str):
                assert isinstance(read, str)
                assert unguarded_cell(read) == cell
            elif isinstance(cell, datetime):
                midnight = datetime.combine(read, time()) if not isinstance(read, datetime) else read
                assert midnight == cell
            else:
                assert read == ("" if cell is None else cell)


def test_what_does_not_fit_on_a_sheet_goes_on_to_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "MAX_ROWS", 4)
    rows = [BARN._replace(key=key) for key in range(1, 9)]
    assert write_workbook(tmp_path / "a.xlsx", rows, export_columns()).rows == 8
    read = sheets(tmp_path / "a.xlsx")
    assert list(read) == ["Projects", "Projects 2", "Projects 3"]
    assert [len(lines) for lines in read.values()] == [4, 4, 3]
    assert [line[0] for lines in read.values() for line in lines[1:]] == [*range(1, 9)]


def test_a_text_longer_than_a_cell_is_cut_off_and_told(tmp_path: Path) -> None:
    rows = [BARN._replace(address=text) for text in ("x" * 32_767, "x" * 32_768, "🏠" * 20_000)]
    assert write_workbook(tmp_path / "a.xlsx", rows, export_columns()).shortened == 2
    texts = [line[5] for line in sheets(tmp_path / "a.xlsx")["Projects"][1:]]
    assert texts[0] == texts[1] == "x" * 32_767
    assert isinstance(texts[2], str)
    assert len(texts[2]) == 16_383


def test_it_can_be_stopped_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    target = tmp_path / "a.xlsx"
    target.write_bytes(b"old")
    told: list[int] = []
    with pytest.raises(ExportStoppedError):
        write_workbook(target, [BARN] * 600, export_columns(), progress=told.append, cancelled=lambda: len(told) == 2)
    assert told == [256, 512]
    assert target.read_bytes() == b"old"
    write_workbook(target, [BARN] * 600, export_columns(), progress=told.append)
    assert told[2:] == [256, 512, 600]
    assert list((tmp_path / "temporary").iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "temporary"]


def test_a_place_that_cannot_be_written_has_words(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        write_workbook(tmp_path / "gone" / "a.xlsx", [BARN], export_columns())


def test_no_projects_leave_the_headings(tmp_path: Path) -> None:
    assert write_workbook(tmp_path / "a.xlsx", [], export_columns()).rows == 0
    assert sheets(tmp_path / "a.xlsx") == {"Projects": [list(HEADINGS.values())]}


def test_a_disk_that_fails_at_the_end_has_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("only Linux has a device that is always full")

    really = os.open

    def full(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        # What is only read, as a folder that is to be removed, is read as ever.
        is_written = flags & (os.O_WRONLY | os.O_RDWR)
        return really("/dev/full", os.O_RDWR) if is_written else really(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", full)
    with pytest.raises(StorageError, match="The disk is full"):
        write_workbook(tmp_path / "a.xlsx", [BARN], export_columns())
