"""Opening files: what is read of workbooks, and what is said where nothing can be."""

from __future__ import annotations

import errno
import os
import stat
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.spreadsheets import reading, xml_parts
from heatpunk_desktop.spreadsheets.dialects import Encoding, Separator
from heatpunk_desktop.spreadsheets.reading import open_spreadsheet, read_pasted
from heatpunk_desktop.spreadsheets.sheet import CancelledError, column_index, column_letter
from heatpunk_desktop.spreadsheets.workbooks import Kind, Workbook, kind_of
from tests.messy.make import MADE, new_workbook

if TYPE_CHECKING:
    from collections.abc import Callable

    import xlsxwriter


def book(fill: Callable[[xlsxwriter.Workbook], None]) -> Workbook:
    return Workbook(new_workbook(fill))


@given(st.integers(0, 20_000))
def test_columns_are_named_as_in_spreadsheets(index: int) -> None:
    assert column_index(column_letter(index)) == index


def test_the_first_columns_have_the_names_that_everybody_knows() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


def test_cells_keep_their_kind_and_their_place() -> None:
    def fill(one: xlsxwriter.Workbook) -> None:
        sheet = one.add_worksheet()
        sheet.write_string(2, 1, "Ann\nSmith")
        sheet.write_number(2, 3, 7911123456)
        sheet.write_boolean(2, 4, True)
        when = datetime(1998, 3, 14, 10, 30, tzinfo=UTC).replace(tzinfo=None)
        sheet.write_datetime(2, 5, when, one.add_format({"num_format": "dd/mm/yyyy hh:mm"}))
        sheet.write_datetime(2, 6, when.date(), one.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write_number(2, 7, 0.5, one.add_format({"num_format": "hh:mm"}))
        sheet.write_number(2, 8, 1.5, one.add_format({"num_format": "[h]:mm"}))

    one = book(fill)
    rows = one.read(one.sheets[0]).rows
    assert len(rows) == 3
    when = datetime(1998, 3, 14, 10, 30, tzinfo=UTC).replace(tzinfo=None)
    assert rows[2] == ("", "Ann\nSmith", "", 7911123456.0, True, when, date(1998, 3, 14), time(12), "36:00")


def test_formulas_without_a_result_and_errors_are_faults_at_their_place() -> None:
    def fill(one: xlsxwriter.Workbook) -> None:
        sheet = one.add_worksheet()
        sheet.write_formula("B2", "=1+1", value=2)
        sheet.write_formula("AB3", "=1+1", value="")
        sheet.write_formula("C3", "=1/0", value="#DIV/0!")
        sheet.write_string("A3", "x")

    one = book(fill)
    assert one.read(one.sheets[0]).faults == {(3, 2): "#DIV/0!", (3, 27): ""}


def test_a_value_in_the_farthest_cell_is_refused_before_memory_is_full() -> None:
    def fill(one: xlsxwriter.Workbook) -> None:
        sheet = one.add_worksheet("Far")
        sheet.write_string("A1", "Customer")
        sheet.write_string("XFD1048576", "x")

    one = book(fill)
    with pytest.raises(BadInputError) as caught:
        one.read(one.sheets[0])
    assert "1,048,576" in caught.value.message


def test_cells_that_are_formatted_and_empty_reach_nowhere() -> None:
    def fill(one: xlsxwriter.Workbook) -> None:
        sheet = one.add_worksheet()
        sheet.write_string("A1", "Customer")
        sheet.write_blank("XFD1048576", None, one.add_format({"bold": True}))

    one = book(fill)
    assert one.read(one.sheets[0]).rows == [("Customer",)]


def test_sheets_without_cells_are_not_offered_and_hidden_ones_come_last(tmp_path: Path) -> None:
    def fill(one: xlsxwriter.Workbook) -> None:
        one.add_worksheet("Empty")
        chart = one.add_chartsheet("Chart")
        line = one.add_chart({"type": "line"})
        line.add_series({"values": "=Empty!$A$1:$A$2"})
        chart.set_chart(line)
        hidden = one.add_worksheet("Hidden")
        hidden.hide()
        hidden.write_row(0, 0, ["Customer", "Postcode"])
        one.add_worksheet("Notes").write_string(0, 0, "Read me")

    path = tmp_path / "book.xlsx"
    path.write_bytes(new_workbook(fill))
    opened = open_spreadsheet(path)
    assert [(sheet.name, sheet.is_visible) for sheet in opened.sheets] == [
        ("Empty", True),
        ("Hidden", False),
        ("Notes", True),
    ]
    assert opened.read_best()[0].name == "Hidden"
    assert opened.dialect is None


def test_another_way_of_reading_a_text_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes("Name;Town\nSiân;Ely\n".encode("cp1252"))
    opened = open_spreadsheet(path)
    assert opened.dialect
    assert (opened.dialect.encoding, opened.dialect.separator) == (Encoding.WINDOWS_1252, Separator.SEMICOLON)
    other = opened.with_dialect(opened.dialect._replace(separator=Separator.COMMA, encoding=Encoding.UTF_8))
    assert other.read_best()[1].rows[1] == ("Siân;Ely",)
    assert opened.read_best()[1].rows[1] == ("Siân", "Ely")


def test_what_was_copied_in_a_spreadsheet_is_read() -> None:
    pasted = read_pasted('Name\tAddress\nAnn\t"14 Station Road\nCambridge"\n')
    assert pasted.read_best()[1].rows[1] == ("Ann", "14 Station Road\nCambridge")
    with pytest.raises(BadInputError, match="nothing to paste"):
        read_pasted(" \n")


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("length", [7, 11, 16])
def test_pasted_text_is_read_as_the_same_text_in_a_file(tmp_path: Path, end: str, length: int) -> None:
    # Long enough for several pieces, whose edges fall into lines, between two, and into the end of one.
    text = end.join(["Name\tNotes", *(f"{at:0{length}}\tAnn" for at in range(20_000))])
    path = tmp_path / "leads.txt"
    path.write_bytes(text.encode())
    _, pasted = read_pasted(text).read_best()
    _, read = open_spreadsheet(path).read_best()
    assert len(pasted.rows) == 20_001
    assert pasted.rows == read.rows


@pytest.mark.parametrize(
    ("trouble", "title"),
    [
        (FileNotFoundError(errno.ENOENT, "x"), "There is no such file"),
        (NotADirectoryError(errno.ENOTDIR, "x"), "There is no such file"),
        (PermissionError(errno.EACCES, "x"), "The file may not be read"),
        (OSError(errno.EIO, "x"), "The file cannot be reached"),
        (OSError(errno.ESTALE, "x"), "The file cannot be reached"),
        (OSError(errno.ELOOP, "Too many links"), "The file cannot be read"),
    ],
)
def test_each_trouble_with_the_disk_has_words(
    trouble: OSError, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_self: Path) -> os.stat_result:
        raise trouble

    monkeypatch.setattr(Path, "stat", fail)
    with pytest.raises(BadInputError) as caught:
        open_spreadsheet(tmp_path / "leads.csv")
    assert caught.value.title == title
    assert "leads.csv" in caught.value.message
    assert caught.value.what_to_do


@pytest.mark.parametrize(("code", "title"), [(32, "The file is locked"), (53, "The file cannot be reached")])
def test_what_windows_says_of_locks_and_shares_has_words(
    code: int, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trouble = PermissionError(errno.EACCES, "x")
    trouble.winerror = code  # type: ignore[attr-defined, unused-ignore]

    def fail(_self: Path) -> os.stat_result:
        raise trouble

    monkeypatch.setattr(Path, "stat", fail)
    with pytest.raises(BadInputError) as caught:
        open_spreadsheet(tmp_path / "leads.csv")
    assert caught.value.title == title


def test_folders_and_pipes_are_refused_without_waiting(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="folder"):
        open_spreadsheet(tmp_path)
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with pytest.raises(BadInputError, match="not a file"):
        open_spreadsheet(pipe)


def test_a_file_that_grows_too_big_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 1000)
    path = tmp_path / "huge.csv"
    path.write_bytes(b"Name\n" * 201)
    with pytest.raises(BadInputError, match="too big") as caught:
        open_spreadsheet(path)
    assert "at a time" in caught.value.message


def test_reading_stops_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(b"Name,Tel\n" * 5000)
    with pytest.raises(CancelledError):
        open_spreadsheet(path, lambda: True)
    opened = open_spreadsheet(path)
    with pytest.raises(CancelledError):
        opened.read(opened.sheets[0], lambda: True)


def test_the_source_is_neither_held_nor_changed(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(MADE["whole-address.xlsx"]())
    path.chmod(stat.S_IRUSR)
    before = (path.read_bytes(), path.stat().st_mtime_ns, sorted(tmp_path.iterdir()))
    opened = open_spreadsheet(path)
    held = [link.readlink() for link in Path("/proc/self/fd").glob("*") if link.is_symlink() and link.exists()]
    assert path not in held
    assert opened.read_best()[1].rows
    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(tmp_path.iterdir())) == before


@settings(max_examples=60)
@given(st.data())
def test_no_damage_to_a_workbook_is_more_than_words(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["whole-address.xlsx", "old-excel.xls", "libre-office.ods"]))
    content = bytearray(MADE[name]())
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    try:
        if kind_of(bytes(content)) is Kind.WORKBOOK:
            one = Workbook(bytes(content))
            for sheet in one.sheets:
                one.read(sheet)
    except BadInputError as trouble:
        assert trouble.title and trouble.what_to_do  # noqa: PT017, PT018 - most damage is no error at all


def test_a_workbook_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml_parts, "MOST_UNPACKED", 1000)
    with pytest.raises(BadInputError, match="too big"):
        kind_of(MADE["whole-address.xlsx"]())
