"""Projects leave the real program as the user takes them out: by its menu, its dialog and its words."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDialog, QListWidget, QPushButton, QRadioButton
from python_calamine import CalamineWorkbook

from heatpunk_desktop.domain.headings import HEADINGS
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.dialogs.file_dialogs import usual_folder
from heatpunk_desktop.gui.export.export_controller import ExportController
from heatpunk_desktop.sandbox import SandboxServer
from heatpunk_desktop.services.tasks.background_task import BackgroundTask
from heatpunk_desktop.services.tasks.exporter import Exporter
from tests.end2end.on_screen import Screen, running
from tests.parts import part_of

if TYPE_CHECKING:
    from collections.abc import Iterator


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


def focused() -> str:
    """What has the keyboard in the dialog; offscreen, no window is active once a box is closed."""
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    return dialog.focusWidget().accessibleName()


def do_not_load_first() -> None:
    """Take off the tick by which what is not loaded is loaded first."""
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    next(check_box for check_box in dialog.findChildren(QCheckBox) if "Load" in check_box.text()).click()


def lines_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))


def test_all_that_is_shown_goes_into_a_workbook(screen: Screen, tmp_path: Path) -> None:
    shown = screen.names()
    screen.act(Act.EXPORT)
    screen.reads("All &that are shown (40)", "Only those &selected (0)")
    target = tmp_path / "All.xlsx"
    screen.fill("File", str(target))
    screen.wait(lambda: screen.box_is_shown("Load"), "what is not loaded")
    do_not_load_first()
    screen.press("Export projects")
    told = " are not known here for any of the 40 projects. Those cells say “not loaded”."
    screen.reads("40 projects are in “All.xlsx”", str(target), told)
    assert focused() == "Show in folder"
    heading, *rows = CalamineWorkbook.from_path(str(target)).get_sheet_by_index(0).to_python()
    # The columns of the table come first, in its order.
    assert heading[:6] == ["Project name", "Customer name", "Postcode", "Status", "Created", "Modified"]
    assert sorted(map(str, heading)) == sorted(HEADINGS.values())
    assert [" ".join(str(row[0]).splitlines()) for row in rows] == shown
    assert {row[heading.index("Customer phone")] for row in rows} == {"not loaded"}
    screen.press("Close")
    assert not screen.there("Export projects")
    assert screen.program.window.focusWidget() is screen.table()


def test_only_what_is_selected_with_the_chosen_columns(screen: Screen, tmp_path: Path) -> None:
    table = screen.table()
    table.selectAll()
    table.selectRow(2)
    screen.act(Act.EXPORT)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, QDialog)
    only = next(button for button in dialog.findChildren(QRadioButton) if "selected" in button.text())
    only.click()
    screen.press("As in the table")
    columns = screen.control(QListWidget, "Columns")
    for row in range(columns.count()):
        wanted = columns.item(row).text() in {"Project name", "Status"}
        columns.item(row).setCheckState(Qt.CheckState.Checked if wanted else Qt.CheckState.Unchecked)
    screen.reads("2 chosen")
    screen.fill("File", str(tmp_path / "some.csv"))
    assert screen.control(QListWidget, "Columns") is columns
    screen.press("Export projects")
    screen.reads("1 project is in “some.csv”")
    assert lines_of(tmp_path / "some.csv") == [["Project name", "Status"], [screen.cell(2, 0), screen.cell(2, 3)]]


def test_columns_are_put_in_another_order(screen: Screen, tmp_path: Path) -> None:
    screen.act(Act.EXPORT)
    screen.choose("Format", "Text file for any spreadsheet (.csv)")
    screen.press("As in the table")
    columns = screen.control(QListWidget, "Columns")
    up, down = (screen.control(QPushButton, name) for name in ("Move up", "Move down"))
    assert (up.isEnabled(), down.isEnabled()) == (False, True)
    columns.setCurrentRow(3)
    for _ in range(3):
        QTest.keyClick(up, Qt.Key.Key_Space)
    assert (up.isEnabled(), down.isEnabled()) == (False, True)
    columns.setCurrentRow(columns.count() - 1)
    assert (up.isEnabled(), down.isEnabled()) == (True, False)
    columns.setCurrentRow(1)
    QTest.keyClick(down, Qt.Key.Key_Space)
    assert columns.currentRow() == 2
    screen.reads("6 chosen")
    screen.fill("File", str(tmp_path / "moved.csv"))
    screen.press("Export projects")
    screen.reads("40 projects are in “moved.csv”")
    heading, first, *_ = lines_of(tmp_path / "moved.csv")
    assert heading == ["Status", "Customer name", "Project name", "Postcode", "Created", "Modified"]
    assert first[0] == screen.cell(0, 3)
    screen.press("Close")


def test_as_in_the_table_takes_its_order_too(screen: Screen) -> None:
    screen.act(Act.EXPORT)
    columns = screen.control(QListWidget, "Columns")
    before = [columns.item(row).text() for row in range(columns.count())]
    columns.setCurrentRow(0)
    QTest.keyClick(screen.control(QPushButton, "Move down"), Qt.Key.Key_Space)
    moved = [columns.item(row).text() for row in range(columns.count())]
    assert moved[:2] == [before[1], before[0]]
    screen.press("All columns")
    assert [columns.item(row).text() for row in range(columns.count())] == moved
    screen.press("As in the table")
    assert [columns.item(row).text() for row in range(columns.count())] == before
    screen.reads("6 chosen")
    screen.press("Cancel")


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
    (tmp_path / "file").touch()
    screen.act(Act.EXPORT)
    screen.fill("File", str(tmp_path / "file" / "a.csv"))
    screen.press("Export projects")
    screen.reads("The folder “file” cannot be reached", "Nothing was exported", "not connected")
    screen.press("Close")
    assert screen.field("File") == str(tmp_path / "file" / "a.csv")
    assert focused() == "File"
    screen.fill("File", "")
    screen.press("Export projects")
    screen.reads("Type a name for the file")
    screen.fill("File", str(tmp_path / "a.csv"))
    screen.press("Export projects")
    screen.reads("40 projects are in “a.csv”")


def test_a_folder_that_is_not_there_is_offered_to_be_made(screen: Screen, tmp_path: Path) -> None:
    target = tmp_path / "Leads" / "2026" / "a.csv"
    screen.act(Act.EXPORT)
    screen.fill("File", str(target))
    screen.press("Export projects")
    screen.reads("There is no folder “2026”", str(target.parent))
    screen.press("Choose another place")
    assert focused() == "File"
    assert not target.parent.exists()
    screen.press("Export projects")
    screen.press("Make the folder")
    screen.reads("40 projects are in “a.csv”")
    assert len(lines_of(target)) == COUNT + 1
    screen.press("Close")
    screen.act(Act.EXPORT)
    assert screen.field("File").startswith(str(target.parent)), "the folder that was used last"


def test_the_folder_that_is_proposed_is_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(tmp_path / "Documents"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert usual_folder(None) == tmp_path
    (tmp_path / "Documents").mkdir()
    assert usual_folder(str(tmp_path / "gone")) == tmp_path / "Documents"
    (tmp_path / "other").mkdir()
    assert usual_folder(str(tmp_path / "other")) == tmp_path / "other"


def tick(screen: Screen, *names: str) -> None:
    columns = screen.control(QListWidget, "Columns")
    for row in range(columns.count()):
        wanted = columns.item(row).text() in names
        columns.item(row).setCheckState(Qt.CheckState.Checked if wanted else Qt.CheckState.Unchecked)


def test_what_is_not_loaded_is_said_before_and_loaded_where_wanted(
    screen: Screen, server: SandboxServer, tmp_path: Path
) -> None:
    screen.act(Act.EXPORT)
    screen.reads("are not loaded for")
    tick(screen, "Project name", "Status")
    screen.reads_not("loaded for")
    tick(screen, "Project name", "Customer phone")
    screen.reads(
        "Customer phone is not loaded for any of the 40 projects.", "Load them first (40 projects, less than a minute)"
    )
    screen.fill("File", str(tmp_path / "a.csv"))
    screen.press("Export projects")
    screen.reads("40 projects are in “a.csv”")
    screen.reads_not("not loaded")
    told = {line[0]: line[1] for line in lines_of(tmp_path / "a.csv")[1:]}
    assert {name.removeprefix("'"): phone for name, phone in told.items()} == {
        project.project_name: project.customer_phone for project in server.state
    }
    screen.press("Close")
    screen.act(Act.EXPORT)
    tick(screen, "Project name", "CRM reference")
    screen.reads("Heatpunk does not tell CRM reference for any of the 40 projects.")
    assert not screen.box_is_shown("Load")
    tick(screen, "Project name", "Customer phone")
    screen.reads("2 chosen")
    tasks = part_of(screen.program.window, Exporter).findChildren(BackgroundTask)
    screen.wait(lambda: not any(task.is_running for task in tasks), "a look")
    screen.reads_not("loaded for")


def test_where_nothing_can_be_loaded_the_user_decides(screen: Screen, server: SandboxServer, tmp_path: Path) -> None:
    screen.act(Act.EXPORT)
    tick(screen, "Project name", "Customer phone")
    screen.reads("Load them first (40 projects, less than a minute)")
    screen.fill("File", str(tmp_path / "a.csv"))
    server.stop()
    screen.press("Export projects")
    screen.reads("0 of 40 projects could be loaded", "would say so in the file")
    screen.press("Don’t export")
    assert not (tmp_path / "a.csv").exists()
    screen.press("Export projects")
    screen.press("Export without them")
    screen.reads(
        "40 projects are in “a.csv”", "Customer phone is not known here for any of the 40 projects. Those cells"
    )


def test_enter_presses_the_button_that_has_the_keyboard(screen: Screen, tmp_path: Path) -> None:
    screen.act(Act.EXPORT)
    screen.fill("File", str(tmp_path / "a.csv"))
    screen.choose("Format", "PDF to send or print (.pdf)")
    screen.reads("6 chosen")
    button = screen.button("All columns")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    screen.reads(f"{len(HEADINGS)} chosen")
    assert list(tmp_path.glob("*.csv")) == []
    screen.control(QComboBox, "Format").setFocus()
    QTest.keyClick(screen.control(QComboBox, "Format"), Qt.Key.Key_Return)
    screen.reads("40 projects are in “a.pdf”")


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
    exports = screen.files.exports
    assert isinstance(exports, ExportController)
    exports.write_template(tmp_path / "template.xlsx")
    screen.reads("The template is saved", "Fill in “template.xlsx”")
    screen.press("Close")
    assert CalamineWorkbook.from_path(str(tmp_path / "template.xlsx")).sheet_names == ["Projects", "About the columns"]
    (tmp_path / "file").touch()
    exports.write_template(tmp_path / "file" / "template.xlsx")
    screen.reads("cannot be made")


def print_to(target: Path, dialog: QDialog) -> None:
    """What the user does who prints to a file."""
    assert isinstance(dialog, QPrintDialog)
    printer = dialog.printer()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(target))
    # Not `accept`: the dialog would look for a printer, and there is none here.
    dialog.finished.emit(QDialog.DialogCode.Accepted)
    dialog.deleteLater()


def answering(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the system's dialog print to a file."""
    shown = QDialog.open

    def answer(dialog: QDialog) -> None:
        if isinstance(dialog, QPrintDialog):
            print_to(target, dialog)
        else:
            shown(dialog)

    monkeypatch.setattr(QDialog, "open", answer)


def print_now(screen: Screen) -> None:
    screen.press("Print")
    screen.wait(lambda: not screen.there("Print"), "the end of printing")


@pytest.mark.qt_log_ignore("Returned false")
def test_a_printer_that_does_not_take_the_list_has_words(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(tmp_path / "gone" / "printed.pdf", monkeypatch)
    screen.act(Act.PRINT)
    screen.press("Print")
    screen.reads("Printing failed")


def test_the_list_is_printed_as_the_table_shows_it(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(tmp_path / "printed.pdf", monkeypatch)
    screen.act(Act.PRINT)
    screen.reads("Page 1 of 2", f"All shown ({COUNT})")
    print_now(screen)
    printed = (tmp_path / "printed.pdf").read_bytes()
    assert re.findall(rb"/Count (\d+)", printed) == [b"2"]
    assert b"Projects".decode().encode("utf-16-be") in printed, "the printer's queue names the list"
    screen.wait(lambda: not screen.there("Print"), "the preview to close")


def test_the_preview_turns_pages_and_prints_only_what_is_selected(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(tmp_path / "printed.pdf", monkeypatch)
    screen.table().selectAll()
    screen.act(Act.PRINT)
    screen.reads("Page 1 of 2", f"Selected ({COUNT})")
    screen.press("Next page")
    screen.reads("Page 2 of 2")
    screen.press("Previous page")
    screen.reads("Page 1 of 2")
    screen.press("Close")
    screen.select(screen.names()[0])
    screen.act(Act.PRINT)
    screen.reads("Selected (1)")
    screen.press("Selected (1)")
    screen.reads("Page 1 of 1")
    print_now(screen)
    assert re.findall(rb"/Count (\d+)", (tmp_path / "printed.pdf").read_bytes()) == [b"1"]


def test_what_is_printed_is_what_the_table_shows_by_then(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(tmp_path / "printed.pdf", monkeypatch)
    wanted = screen.cell(0, 1)
    screen.act(Act.PRINT)
    screen.fill("Search projects", wanted)
    screen.wait(lambda: screen.table().model().rowCount() < COUNT // 2, "fewer rows")
    print_now(screen)
    assert re.findall(rb"/Count (\d+)", (tmp_path / "printed.pdf").read_bytes()) == [b"1"]


def test_a_template_replaces_another_file_only_where_the_user_agrees(screen: Screen, tmp_path: Path) -> None:
    target = tmp_path / "template.xlsx"
    target.write_text("old")
    screen.files.exports.write_template(target, asked=False)
    screen.reads("“template.xlsx” is there already")
    screen.press("Replace it")
    screen.reads("The template is saved")
    assert CalamineWorkbook.from_path(str(target)).sheet_names[0] == "Projects"
