"""The window of an import as a person uses it, on a real database, without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import pytest
import xlsxwriter
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTableView,
    QWidget,
)

from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationCounts
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.services.sync_service import SyncService
from heatpunk_desktop.services.undo_history import UndoHistory
from heatpunk_desktop.spreadsheets.reading import Reading
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.database import database_path
from heatpunk_desktop.views.importing.columns_model import TARGET
from heatpunk_desktop.views.importing.columns_model import WHY as BECAUSE
from heatpunk_desktop.views.importing.import_desk import ImportDesk
from heatpunk_desktop.views.importing.preview_model import WHAT, WHY
from tests.fakes import ME, listed
from tests.unit.views.hands import words_on
from tests.unit.views.without_key import VainTries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.spreadsheets.workbooks import SheetName
    from heatpunk_desktop.views.importing.import_dialog import ImportDialog

W = TypeVar("W", bound=QWidget)

# The offscreen platform says what it cannot do for lists that open.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

#: A server that nobody is at.
NOBODY = Account("http://127.0.0.1:9", ME)

#: The project that is there is `Barn` of `Priya Patel`, `1 High Street`, `AB12 3CD`, a lead.
LEADS = """Client,Tel,E-mail,Address,Post code,Stage
Rhys Hughes,07400 123 001,rhys@example.com,9 Mill Lane,CB24 9PL,lead
Priya Patel,,,1 High Street,AB12 3CD,Quote
Ewa Nowak,07400 123 002,ewa@example.com,4 The Green,CB1 1AA,Perhaps
"""


class Desk:
    """The desk of imports over an empty window."""

    def __init__(self, qtbot: QtBot, data_dir: Path) -> None:
        self.qtbot = qtbot
        path = database_path(data_dir, NOBODY)
        store = AccountStore.open(path)
        store.server.take_listed([listed(5, name="Barn")])
        store.close()
        self.service = SyncService(path, NOBODY, lambda: ApiClient(NOBODY.origin, lambda: None))
        self.window = QWidget()
        self.window.resize(1200, 800)
        self.window.show()
        self.kept: dict[str, object] = {}
        self.importer = self.service.make_importer()
        self.history = UndoHistory(self.service, self.window)
        self.desk = ImportDesk(self.importer, self.service, self.history, self.kept, self.window)
        self.tries = VainTries(self.service)
        self.service.start()

    @property
    def dialog(self) -> ImportDialog:
        assert self.desk._dialog is not None
        return self.desk._dialog

    def find(self, kind: type[W], name: str) -> W:
        found = [one for one in self.dialog.findChildren(kind) if one.accessibleName() == name and one.isVisible()]
        assert len(found) == 1, name
        return found[0]

    def reads(self, *wanted: str) -> None:
        self.qtbot.waitUntil(lambda: all(one in words_on(self.dialog) for one in wanted), timeout=20_000)

    def press(self, name: str) -> None:
        button = self.find(QPushButton, name)
        self.qtbot.waitUntil(button.isEnabled, timeout=20_000)
        button.click()

    def preview(self, text: str = LEADS, folder: Path | None = None) -> QTableView:
        """Goes as far as the third page."""
        if folder is not None:
            path = folder / "leads.csv"
            path.write_text(text, "utf-8")
            self.desk.open_file(path)
        else:
            self.desk.open_text(text)
        self.reads("What is in its columns?")
        self.press("Next")
        self.reads("This will be done")
        return self.find(QTableView, "Preview")

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.importer.is_running, timeout=20_000)


@pytest.fixture
def desk(qtbot: QtBot, data_dir: Path) -> Iterator[Desk]:
    desk = Desk(qtbot, data_dir)
    yield desk
    if desk.desk._dialog is not None:
        desk.desk._dialog.hide()
    desk.desk.stop()
    # As in the program, the windows go before the service ends.
    desk.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert desk.service.stop()


def column_of(table: QTableView, heading: str) -> int:
    model = table.model()
    across = Qt.Orientation.Horizontal
    return next(column for column in range(model.columnCount()) if model.headerData(column, across) == heading)


def texts(table: QTableView, column: int) -> list[str]:
    return [str(table.model().index(row, column).data()) for row in range(table.model().rowCount())]


def test_a_path_is_typed_and_enter_goes_on(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(LEADS, "utf-8")
    desk.desk.open()
    file = desk.find(QLineEdit, "File")
    QTest.keyClicks(file, str(path))
    QTest.keyClick(file, Qt.Key.Key_Return)
    desk.reads("What is in its columns?")
    table = desk.find(QTableView, "Columns")
    assert texts(table, TARGET) == [
        "Customer name",
        "Customer phone",
        "Customer email",
        "Address",
        "Postcode",
        "Status",
    ]
    desk.press("Back")
    desk.reads("Which file?")
    assert desk.find(QComboBox, "Separator").currentText() == "Comma"
    assert desk.find(QSpinBox, "Headings in row").value() == 1


def test_one_press_of_next_is_enough_after_a_path_was_typed(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(LEADS, "utf-8")
    desk.desk.open()
    QTest.keyClicks(desk.find(QLineEdit, "File"), str(path))
    button = desk.find(QPushButton, "Next")
    window = desk.dialog.windowHandle()
    assert window is not None
    QTest.mouseMove(window, button.mapTo(desk.dialog, button.rect().center()))
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=button.mapTo(desk.dialog, button.rect().center()))
    desk.reads("What is in its columns?")


def test_a_file_is_dropped_on_the_window_of_the_import(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(LEADS, "utf-8")
    desk.desk.open()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, no_keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(desk.dialog, QDragEnterEvent(QPoint(50, 50), copy, data, left, no_keys))
    QApplication.sendEvent(desk.dialog, QDropEvent(QPointF(50, 50), copy, data, left, no_keys))
    desk.reads("What is in its columns?")
    desk.press("Back")
    assert desk.find(QLineEdit, "File").text() == str(path)


def test_how_the_file_is_read_can_be_corrected(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Client,Tel\nSiân Ó,07400 123001\n".encode("cp1252"))
    desk.desk.open()
    desk.find(QLineEdit, "File").setText(str(path))
    desk.press("Next")
    desk.reads("What is in its columns?")
    desk.press("Back")
    sample = desk.find(QTableView, "The first rows")
    assert texts(sample, 0) == ["Client", "Siân Ó"]
    box = desk.find(QComboBox, "Separator")
    box.setCurrentText("Semicolon")
    box.activated.emit(box.currentIndex())
    desk.qtbot.waitUntil(lambda: texts(sample, 0) == ["Client,Tel", "Siân Ó,07400 123001"], timeout=20_000)
    assert desk.find(QComboBox, "Encoding").currentText() == "Western European (Windows-1252)"


def test_next_without_a_file_says_what_is_missing(desk: Desk) -> None:
    desk.desk.open()
    desk.press("Next")
    desk.reads("Type the path of a file")


def test_a_file_that_cannot_be_used_has_words_and_can_be_tried_again(desk: Desk, tmp_path: Path) -> None:
    desk.desk.open_file(tmp_path / "gone.csv")
    desk.qtbot.waitUntil(lambda: bool(desk.dialog.findChildren(QMessageBox)), timeout=20_000)
    (box,) = desk.dialog.findChildren(QMessageBox)
    assert box.text() == "There is no such file"
    box.reject()
    (tmp_path / "gone.csv").write_text(LEADS, "utf-8")
    desk.press("Next")
    desk.reads("What is in its columns?")


def test_what_a_column_is_read_as_is_chosen_by_keyboard_and_remembered(desk: Desk, tmp_path: Path) -> None:
    desk.preview(folder=tmp_path)
    desk.press("Back")
    columns = desk.find(QTableView, "Columns")
    columns.setCurrentIndex(columns.model().index(1, TARGET))
    QTest.keyClick(columns, Qt.Key.Key_Return)
    (box,) = columns.findChildren(QComboBox)
    box.setCurrentText("Leave out")
    box.activated.emit(box.currentIndex())
    assert texts(columns, TARGET)[1] == "Leave out"
    assert texts(columns, BECAUSE)[1] == "as you chose"
    desk.press("Next")
    desk.reads("This will be done")
    desk.press("Import projects")
    with desk.qtbot.waitSignal(desk.service.choice_kept, timeout=20_000):
        desk.reads("1 project is imported")
    desk.dialog.reject()
    desk.desk.open_file(tmp_path / "leads.csv")
    desk.reads("What is in its columns?")
    columns = desk.find(QTableView, "Columns")
    assert texts(columns, BECAUSE)[1] == "as you chose last time"


def test_the_preview_says_what_happens_and_why(desk: Desk) -> None:
    table = desk.preview()
    desk.reads("New: 1", "Duplicates: 1", "Problems: 1", "Changes: 0")
    assert texts(table, WHAT) == ["Create", "Leave out", "Left out until corrected"]
    assert texts(table, WHY)[0] == "New"
    assert "Like “Barn · Priya Patel · AB12 3CD”, " in texts(table, WHY)[1]
    assert "Column F (Stage): This has to be one of Lead" in texts(table, WHY)[2]
    assert [table.model().headerData(row, Qt.Orientation.Vertical) for row in range(3)] == ["2", "3", "4"]


def test_a_problem_is_corrected_where_it_stands(desk: Desk) -> None:
    table = desk.preview()
    desk.press("Next problem")
    index = table.currentIndex()
    assert (index.row(), index.column()) == (2, column_of(table, "Status"))
    assert "Perhaps" in desk.find(QPlainTextEdit, "About this row").toPlainText()
    QTest.keyClick(table, Qt.Key.Key_F2)
    (editor,) = [one for one in table.findChildren(QLineEdit) if one.isVisible()]
    assert editor.text() == "Perhaps"
    editor.setText("sale")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    desk.reads("New: 2", "Problems: 0")
    assert texts(table, column_of(table, "Status"))[2] == "Sale"
    assert texts(table, WHAT)[2] == "Create"
    assert not desk.find(QPushButton, "Next problem").isEnabled()


def test_a_duplicate_is_updated_and_shows_what_changes(desk: Desk) -> None:
    table = desk.preview()
    table.setCurrentIndex(table.model().index(1, WHAT))
    QTest.keyClick(table, Qt.Key.Key_Return)
    (box,) = table.findChildren(QComboBox)
    assert [box.itemText(place) for place in range(box.count())] == [
        "Update “Barn · Priya Patel · AB12 3CD”",
        "Create anyway",
        "Leave out",
    ]
    box.setCurrentIndex(0)
    box.activated.emit(0)
    desk.reads("Changes: 1")
    assert texts(table, column_of(table, "Status"))[1] == "Lead → Quote"
    desk.press("Import projects")
    desk.reads("2 projects are imported", "1 to be created and 1 to be changed wait here")
    row = desk.service.reader.detail(5)
    assert row is not None
    assert row.row.status == "Quote"


def test_all_duplicates_at_once_and_only_some_rows_shown(desk: Desk) -> None:
    table = desk.preview()
    every = desk.find(QComboBox, "All duplicates")
    every.setCurrentText("Create anyway")
    every.activated.emit(every.currentIndex())
    desk.reads("New: 2")
    shown = desk.find(QComboBox, "Show")
    for words, rows in (("Problems", 1), ("Duplicates", 1), ("To be created", 2), ("Left out", 1), ("All rows", 3)):
        shown.setCurrentText(words)
        shown.activated.emit(shown.currentIndex())
        assert table.model().rowCount() == rows, words


def test_an_import_waits_and_is_undone_as_a_whole(desk: Desk) -> None:
    desk.preview()
    desk.press("Import projects")
    desk.reads("1 project is imported", "Nothing of it has been sent")
    # The first try ends at once, as nobody is there.
    desk.qtbot.waitUntil(desk.tries.have_ended, timeout=20_000)
    desk.press("Undo")
    desk.reads("The import is undone")
    assert desk.service.reader.operation_counts().waiting == 0
    assert not [one for one in desk.dialog.findChildren(QPushButton) if one.text() == "&Undo" and one.isVisible()]


def test_nothing_is_imported_before_it_is_asked_for(desk: Desk) -> None:
    table = desk.preview()
    QTest.keyClick(table, Qt.Key.Key_Return)
    (box,) = table.findChildren(QComboBox)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    desk.reads("This will be done")
    desk.press("Cancel")
    assert desk.desk._dialog is None
    counts = desk.service.reader.operation_counts()
    assert (counts.waiting, counts.done) == (0, 0)


def test_what_was_corrected_is_not_lost_by_a_slip(desk: Desk) -> None:
    table = desk.preview()
    table.model().setData(table.model().index(2, column_of(table, "Status")), "Sale")
    desk.reads("New: 2")
    QTest.keyClick(table, Qt.Key.Key_Escape)
    (box,) = desk.dialog.findChildren(QMessageBox)
    assert box.text() == "Leave without importing?"
    box.reject()
    assert desk.dialog.isVisible()
    desk.press("Cancel")
    box = next(one for one in desk.dialog.findChildren(QMessageBox) if one.isVisible())
    next(one for one in box.buttons() if one.text() == "Leave").click()
    assert desk.desk._dialog is None


def test_the_same_rows_once_more_offer_nothing(desk: Desk) -> None:
    rows = LEADS.rsplit("\n", 2)[0] + "\n"
    desk.preview(rows)
    desk.press("Import projects")
    desk.reads("1 project is imported")
    desk.dialog.reject()
    table = desk.preview(rows)
    desk.reads("New: 0", "Changes: 0", "There is nothing new to import")
    assert not desk.find(QPushButton, "Import projects").isEnabled()
    assert set(texts(table, WHAT)) == {"Leave out"}


def test_cells_beyond_the_headings_are_shown_and_can_be_emptied(desk: Desk) -> None:
    table = desk.preview("Client,Address\nRhys Hughes,9 Mill Lane, Ely\n")
    desk.reads("Problems: 1")
    column = column_of(table, "Column C")
    assert texts(table, column) == [" Ely".strip()]
    assert table.model().setData(table.model().index(0, column), "")
    desk.reads("Problems: 0", "New: 1")


def test_another_sheet_of_a_workbook_is_chosen(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, customer in (("Leads", "Rhys Hughes"), ("Old leads", "Ewa Nowak")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ("Client", "Address"))
            sheet.write_row(1, 0, (customer, "9 Mill Lane"))
    desk.desk.open_file(path)
    desk.reads("What is in its columns?")
    desk.press("Back")
    sample = desk.find(QTableView, "The first rows")
    assert texts(sample, 0) == ["Client", "Rhys Hughes"]
    box = desk.find(QComboBox, "Sheet")
    box.setCurrentText("Old leads")
    box.activated.emit(box.currentIndex())
    desk.qtbot.waitUntil(lambda: texts(sample, 0) == ["Client", "Ewa Nowak"], timeout=20_000)
    desk.press("Next")
    desk.press("Next")
    desk.reads("New: 1")
    table = desk.find(QTableView, "Preview")
    assert texts(table, column_of(table, "Customer name")) == ["Ewa Nowak"]


def test_nothing_is_half_done_where_a_project_was_given_up_meanwhile(desk: Desk, qtbot: QtBot) -> None:
    values = {Field.CUSTOMER_NAME: "Rhys Hughes", Field.ADDRESS: "9 Mill Lane", Field.POSTCODE: "CB24 9PL"}
    with qtbot.waitSignal(desk.service.operation_saved, timeout=20_000) as saved:
        desk.service.create_project(values, ME)
    table = desk.preview(
        "Client,Address,Post code,Stage\nRhys Hughes,9 Mill Lane,CB24 9PL,Sale\nJo Lee,1 Elm Row,,Lead\n"
    )
    table.setCurrentIndex(table.model().index(0, WHAT))
    assert table.model().setData(table.currentIndex(), 0)
    desk.reads("Changes: 1", "New: 1")
    qtbot.waitUntil(desk.tries.have_ended, timeout=20_000)
    with qtbot.waitSignal(desk.service.operation_saved, timeout=20_000):
        desk.service.discard(-saved.args[1])
    desk.press("Import projects")
    qtbot.waitUntil(lambda: bool(desk.dialog.findChildren(QMessageBox)), timeout=20_000)
    (box,) = desk.dialog.findChildren(QMessageBox)
    assert box.text() == "One of the projects is not there any more"
    box.reject()
    assert desk.service.reader.operation_counts().waiting == 0
    # The preview is there still, and the rest can be imported without it.
    desk.reads("This will be done")
    assert table.model().setData(table.model().index(0, WHAT), 2)
    desk.reads("Changes: 0")
    desk.press("Import projects")
    desk.reads("1 project is imported")


def test_reading_can_be_stopped(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("Client,Address\n" + "".join(f"Jo {n},{n} Mill Lane\n" for n in range(5000)), "utf-8")
    desk.desk.open_file(path)
    desk.reads("What is in its columns?")
    desk.press("Next")
    desk.find(QPushButton, "Cancel").click()
    desk.reads("You stopped it. Nothing was imported.", "What is in its columns?")


def test_every_control_has_a_name(desk: Desk) -> None:
    desk.preview()
    kinds = (QAbstractButton, QComboBox, QLineEdit, QTableView, QPlainTextEdit)
    nameless = [
        one
        for kind in kinds
        for one in desk.dialog.findChildren(kind)
        if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus and not one.accessibleName()
    ]
    assert nameless == []
    assert QApplication.activeModalWidget() is desk.dialog


def two_sheets(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, stage in (("Leads", "Perhaps"), ("Quotes", "Maybe")):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate((("Client", "Post code", "Stage"), ("Jo Lee", "CB1 1AA", stage))):
                sheet.write_row(row, 0, cells)


def choose_sheet(desk: Desk, name: str) -> None:
    box = desk.find(QComboBox, "Sheet")
    box.setCurrentText(name)
    box.activated.emit(box.currentIndex())
    desk.settle()


def question(desk: Desk) -> QMessageBox:
    desk.qtbot.waitUntil(lambda: bool(desk.dialog.findChildren(QMessageBox)), timeout=20_000)
    return desk.dialog.findChildren(QMessageBox)[-1]


def test_corrections_that_do_not_fit_another_sheet_are_asked_about(desk: Desk, tmp_path: Path) -> None:
    two_sheets(tmp_path / "two.xlsx")
    desk.desk.open_file(tmp_path / "two.xlsx")
    desk.reads("What is in its columns?")
    desk.press("Next")
    desk.reads("Problems: 1")
    table = desk.find(QTableView, "Preview")
    assert table.model().setData(table.model().index(0, column_of(table, "Status")), "Sale")
    desk.reads("Problems: 0")
    desk.press("Back")
    desk.press("Back")
    choose_sheet(desk, "Quotes")
    box = question(desk)
    assert box.text() == "One correction does not fit here"
    next(one for one in box.buttons() if one.text() == "Go back").click()
    desk.settle()
    assert desk.find(QComboBox, "Sheet").currentText() == "Leads"
    desk.press("Next")
    desk.press("Next")
    desk.reads("Problems: 0")
    desk.press("Back")
    desk.press("Back")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    choose_sheet(desk, "Quotes")
    next(one for one in question(desk).buttons() if one.text() == "Go on without").click()
    desk.press("Next")
    desk.press("Next")
    desk.reads("Problems: 1")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    desk.dialog.reject()  # nothing is corrected any more, so that nothing is asked
    assert desk.desk._dialog is None


def test_the_choices_are_those_in_force_where_a_sheet_cannot_be_read(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_sheets(tmp_path / "two.xlsx")
    desk.desk.open_file(tmp_path / "two.xlsx")
    desk.reads("What is in its columns?")
    desk.press("Back")

    def refuse(_reading: Reading, sheet: SheetName, _cancelled: object = None) -> None:
        raise BadInputError(f"“{sheet.name}” is damaged", "It cannot be read.")

    with monkeypatch.context() as patch:
        patch.setattr(Reading, "read", refuse)
        choose_sheet(desk, "Quotes")
        question(desk).reject()
    assert desk.find(QComboBox, "Sheet").currentText() == "Leads"
    desk.press("Next")
    desk.press("Next")
    desk.reads("This will be done")


@pytest.mark.parametrize("name", ["Back", "Next problem", "Import projects"])
def test_enter_presses_the_button_that_has_the_keyboard(desk: Desk, name: str) -> None:
    desk.preview()
    button = desk.find(QPushButton, name)
    spies = [(one.accessibleName(), QSignalSpy(one.clicked)) for one in desk.dialog.findChildren(QPushButton)]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert [who for who, spy in spies if spy.count()] == [name]


def test_the_last_page_has_the_keyboard_on_close_and_says_how_it_stands_by_now(desk: Desk) -> None:
    desk.preview()
    desk.press("Import projects")
    desk.reads("1 project is imported", "1 to be created wait here")
    desk.reads("1 row with a problem was left out. To bring it in", "1 other row was left out.")
    assert desk.dialog.focusWidget() is desk.find(QPushButton, "Close")
    desk.service.operations_changed.emit(OperationCounts(waiting=0, done=1))
    desk.reads("All of it has been sent.")
    assert "wait here" not in words_on(desk.dialog)
    assert "being sent" not in words_on(desk.dialog)
    desk.service.operations_changed.emit(OperationCounts(waiting=0, needs_you=1))
    desk.reads("needs you")
    QTest.keyClick(desk.dialog.focusWidget(), Qt.Key.Key_Return)
    assert desk.desk._dialog is None


DOUBTFUL = """Client,Tel,Address,Post code,Stage
Rhys Hughes,0740,9 Mill Lane,CB24,lead
Priya Patel,0741,1 High Street,AB12 3CD,Quote
Ewa Nowak,07400 123 002,4 The Green,CB1 1AA,Perhaps
Jo Lee,07400 123 003,5 The Green,nowhere,lead
"""


def test_every_doubt_is_counted_named_and_walked_to(desk: Desk) -> None:
    table = desk.preview(DOUBTFUL)
    desk.reads("To be looked at: 3", "Problems: 1")
    because = texts(table, WHY)
    assert because[0] == "New. To be looked at: Column B (Tel), Column D (Post code)"
    assert because[1].startswith("Like “Barn")
    assert because[1].endswith(". To be looked at: Column B (Tel), Column D (Post code)"), "C is in no postcode"
    assert because[3] == "New. To be looked at: Column D (Post code)"
    phone, postcode = column_of(table, "Customer phone"), column_of(table, "Postcode")
    walked = []
    for _ in range(6):
        desk.press("Next doubt")
        walked.append((table.currentIndex().row(), table.currentIndex().column()))
    assert walked == [(0, phone), (0, postcode), (1, phone), (1, postcode), (3, postcode), (0, phone)]
    QTest.keyClick(table, Qt.Key.Key_F8)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (2, column_of(table, "Status"))
    QTest.keyClick(table, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (3, postcode)


def test_a_row_with_several_problems_has_each_walked_to(desk: Desk) -> None:
    table = desk.preview("Client,Stage,Built\nJo Lee,Perhaps,soon\nEwa Nowak,lead,2015\n")
    desk.reads("Problems: 1")
    assert texts(table, WHY)[0].endswith("Also to be corrected: Column C (Built)")
    status, built = column_of(table, "Status"), column_of(table, "Build date")
    walked = []
    for _ in range(3):
        desk.press("Next problem")
        walked.append((table.currentIndex().row(), table.currentIndex().column()))
    assert walked == [(0, status), (0, built), (0, status)]


def test_another_file_may_be_dropped_at_any_step(desk: Desk, tmp_path: Path) -> None:
    desk.preview(folder=tmp_path)
    other = tmp_path / "other.csv"
    other.write_text("Client,Post code\nJo Lee,CB1 1AA\n", "utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(other))])
    copy, left, no_keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(desk.dialog, QDragEnterEvent(QPoint(50, 50), copy, data, left, no_keys))
    QApplication.sendEvent(desk.dialog, QDropEvent(QPointF(50, 50), copy, data, left, no_keys))
    desk.reads("What is in its columns?")
    desk.settle()
    desk.press("Next")
    desk.reads("This will be done", "New: 1", "Problems: 0")


def test_why_a_column_is_left_out_can_be_read_whole(desk: Desk) -> None:
    desk.desk.open_text("Client,Assigned to,Post code,Remarks,Notes\nEwa,Nobody,CB1 1AA,a,b\n")
    desk.reads("What is in its columns?")
    columns = desk.find(QTableView, "Columns")
    assert texts(columns, BECAUSE)[1] == "another column is read as that"
    assert columns.sizeHintForColumn(BECAUSE) <= columns.columnWidth(BECAUSE)


def correct(table: QTableView, row: int, heading: str, text: str) -> None:
    """Types over a cell, as the delegate does it."""
    assert table.model().setData(table.model().index(row, column_of(table, heading)), text)


def test_what_is_corrected_once_is_corrected_wherever_it_says_the_same(desk: Desk) -> None:
    stages = ["Installed", "Installed", "Lead", "Perhaps", "Installed"]
    rows = "".join(f"Person {at},{at} Mill Lane,{stage}\n" for at, stage in enumerate(stages))
    table = desk.preview(f"Client,Address,Stage\n{rows}")
    desk.reads("Problems: 4")
    correct(table, 0, "Status", "Install")
    desk.reads("Problems: 3")
    button = desk.find(QPushButton, "Correct 2 more “Installed”")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    desk.reads("New: 4", "Problems: 1")
    assert texts(table, column_of(table, "Status")) == ["Install", "Install", "Lead", "Perhaps", "Install"]
    assert desk.dialog.focusWidget() is table
    assert not button.isVisible()
    correct(table, 3, "Status", "Quote")
    desk.reads("Problems: 0")
    assert not button.isVisible(), "nothing else says that"


def test_what_is_wrong_still_is_put_nowhere_else(desk: Desk) -> None:
    table = desk.preview("Client,Address,Stage\nA,1 Mill Lane,Installed\nB,2 Mill Lane,Installed\n")
    correct(table, 0, "Status", "Whatever")
    desk.settle()
    desk.reads("Problems: 2")
    assert not [one for one in desk.dialog.findChildren(QPushButton) if "more" in one.text() and one.isVisible()]
    correct(table, 1, "Customer name", "Bea")
    desk.settle()
    assert not [one for one in desk.dialog.findChildren(QPushButton) if "more" in one.text() and one.isVisible()]


def test_a_thousand_are_corrected_at_a_time_while_it_says_how_far_it_is(desk: Desk) -> None:
    rows = "".join(f"Person {at},{at} Mill Lane,Installed\n" for at in range(1030))
    table = desk.preview(f"Client,Address,Stage\n{rows}")
    correct(table, 0, "Status", "Install")
    desk.reads("Problems: 1,029")
    desk.press("Correct 1,000 more “Installed”")
    desk.reads("Correcting 1,000 cells…")
    desk.reads("Problems: 29")
    desk.press("Correct 29 more “Installed”")
    desk.reads("Problems: 0", "New: 1,030")
