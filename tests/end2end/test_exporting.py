"""Projects leave the real program as a person takes them out: by its menu, its dialog and its words."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QDialog, QListWidget, QRadioButton
from python_calamine import CalamineWorkbook

from heatpunk_desktop.domain.headings import HEADINGS
from heatpunk_desktop.sandbox import SandboxServer
from heatpunk_desktop.views.actions import Act
from heatpunk_desktop.views.exporting.export_desk import ExportDesk
from tests.end2end.on_screen import Screen, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

COUNT = 40


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(projects=COUNT, seed=7) as running:
        yield running


@pytest.fixture
def screen(server: SandboxServer, data_dir: Path, monkeypatch: pytest.MonkeyPatch, qtbot: object) -> Iterator[Screen]:
    del qtbot  # whose application the program takes
    with running(server, data_dir, monkeypatch) as shown:
        yield shown


def lines_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_all_that_is_shown_goes_into_a_workbook(screen: Screen, tmp_path: Path) -> None:
    shown = screen.names()
    screen.act(Act.EXPORT)
    screen.reads("All &that are shown (40)", "Only those &selected (0)")
    target = tmp_path / "All.xlsx"
    screen.fill("File", str(target))
    screen.press("Export projects")
    screen.reads("40 projects are in “All.xlsx”", str(target), "are not on this computer yet")
    heading, *rows = CalamineWorkbook.from_path(str(target)).get_sheet_by_index(0).to_python()
    # The columns of the table come first, in its order.
    assert heading[:6] == ["Project name", "Customer name", "Postcode", "Status", "Created", "Modified"]
    assert sorted(map(str, heading)) == sorted(HEADINGS.values())
    assert [" ".join(str(row[0]).splitlines()) for row in rows] == shown
    screen.press("Close")
    assert not screen.there("Export projects")


def test_only_what_is_selected_with_the_chosen_columns(screen: Screen, tmp_path: Path) -> None:
    table = screen.table()
    table.selectAll()
    table.selectRow(2)
    screen.act(Act.EXPORT)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    only = next(one for one in dialog.findChildren(QRadioButton) if "selected" in one.text())
    only.click()
    screen.press("As in the table")
    columns = screen._control(QListWidget, "Columns")
    for row in range(columns.count()):
        wanted = columns.item(row).text() in {"Project name", "Status"}
        columns.item(row).setCheckState(Qt.CheckState.Checked if wanted else Qt.CheckState.Unchecked)
    screen.reads("2 chosen")
    screen.fill("File", str(tmp_path / "some.csv"))
    assert screen._control(QListWidget, "Columns") is columns
    screen.press("Export projects")
    screen.reads("1 project is in “some.csv”")
    assert lines_of(tmp_path / "some.csv") == [["Project name", "Status"], [screen.cell(2, 0), screen.cell(2, 3)]]


def test_a_pdf_has_pages_with_the_columns_of_the_table(screen: Screen, tmp_path: Path) -> None:
    screen.act(Act.EXPORT)
    screen.choose("Format", "PDF to send or print (.pdf)")
    screen.reads("6 chosen")
    target = tmp_path / "list.pdf"
    screen.fill("File", str(target.with_suffix("")))
    screen.press("Export projects")
    screen.reads("40 projects are in “list.pdf”")
    assert target.read_bytes().startswith(b"%PDF")
    assert re.findall(rb"/Count (\d+)", target.read_bytes()) == [b"2"]


def test_a_file_that_is_there_is_asked_about(screen: Screen, tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("old")
    screen.act(Act.EXPORT)
    screen.fill("File", str(target))
    screen.press("Export projects")
    screen.reads("“a.csv” is there already")
    screen.press("Keep it")
    assert target.read_text() == "old"
    screen.press("Export projects")
    screen.press("Replace it")
    screen.reads("40 projects are in “a.csv”")
    assert len(lines_of(target)) == COUNT + 1


def test_a_place_that_cannot_be_written_has_words_and_the_choices_stay(screen: Screen, tmp_path: Path) -> None:
    screen.act(Act.EXPORT)
    screen.fill("File", str(tmp_path / "gone" / "a.csv"))
    screen.press("Export projects")
    screen.reads("cannot be reached", "Nothing was exported", "not connected")
    screen.press("Close")
    assert screen.field("File") == str(tmp_path / "gone" / "a.csv")
    screen.fill("File", "")
    screen.press("Export projects")
    screen.reads("Type a name for the file")
    screen.fill("File", str(tmp_path / "a.csv"))
    screen.press("Export projects")
    screen.reads("40 projects are in “a.csv”")


def test_what_is_shown_is_what_the_filters_leave(screen: Screen, tmp_path: Path) -> None:
    wanted = screen.cell(0, 1)
    screen.fill("Search projects", wanted)
    screen.wait(lambda: screen.table().model().rowCount() < COUNT, "fewer rows")
    screen.act(Act.EXPORT)
    screen.fill("File", str(tmp_path / "a.csv"))
    screen.press("Export projects")
    screen.reads("in “a.csv”")
    names = [line[0] for line in lines_of(tmp_path / "a.csv")[1:]]
    assert names == screen.names()


def test_the_template_is_saved_and_said_to_be(screen: Screen, tmp_path: Path) -> None:
    exports = screen.program.window._exports
    assert isinstance(exports, ExportDesk)
    exports.write_template(tmp_path / "template.xlsx")
    screen.reads("The template is saved", "Fill in “template.xlsx”")
    screen.press("Close")
    assert CalamineWorkbook.from_path(str(tmp_path / "template.xlsx")).sheet_names == ["Projects", "About the columns"]
    exports.write_template(tmp_path / "gone" / "template.xlsx")
    screen.reads("cannot be reached")


def print_to(target: Path, dialog: QDialog) -> None:
    """What a person does who prints to a file."""
    assert isinstance(dialog, QPrintDialog)
    printer = dialog.printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(target))
    # Not `accept`: the dialog would look for a printer, and there is none here.
    dialog.finished.emit(QDialog.DialogCode.Accepted)
    dialog.deleteLater()


@pytest.mark.qt_log_ignore("Returned false")
def test_a_printer_that_does_not_take_the_list_has_words(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = QDialog.open

    def answer(dialog: QDialog) -> None:
        if isinstance(dialog, QPrintDialog):
            print_to(tmp_path / "gone" / "printed.pdf", dialog)
        else:
            shown(dialog)

    monkeypatch.setattr(QDialog, "open", answer)
    screen.act(Act.PRINT)
    screen.reads("The printer did not take the list")


def test_the_list_is_printed_as_the_table_shows_it(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QDialog, "open", lambda dialog: print_to(tmp_path / "printed.pdf", dialog))
    screen.act(Act.PRINT)
    screen.wait(lambda: screen.program.window._exports._print_job is None, "the end of printing")
    printed = (tmp_path / "printed.pdf").read_bytes()
    assert re.findall(rb"/Count (\d+)", printed) == [b"2"]
    assert b"Projects".decode().encode("utf-16-be") in printed, "the printer's queue names the list"
