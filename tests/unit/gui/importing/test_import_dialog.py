"""The window of an import as the user uses it, on a real database, without a server."""

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
    QProgressBar,
    QPushButton,
    QSpinBox,
    QTableView,
    QWidget,
)

from heatpunk_desktop.api.client import ApiClient
from heatpunk_desktop.domain.account import Account
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationCounts
from heatpunk_desktop.domain.project import Member
from heatpunk_desktop.errors import BadInputError
from heatpunk_desktop.gui.importing.columns_page import TARGET
from heatpunk_desktop.gui.importing.columns_page import WHY as BECAUSE
from heatpunk_desktop.gui.importing.done_page import DonePage, headline
from heatpunk_desktop.gui.importing.import_controller import ImportController
from heatpunk_desktop.gui.importing.import_dialog import ImportDialog
from heatpunk_desktop.gui.importing.preview_model import WHAT, WHY
from heatpunk_desktop.gui.importing.values_page import BECOMES, VALUE
from heatpunk_desktop.gui.text.import_words import reason_left_out
from heatpunk_desktop.services.sync.commands import CreateProject, Discard, KeepChoice
from heatpunk_desktop.services.sync.facts import Changed
from heatpunk_desktop.services.sync.service import SyncService
from heatpunk_desktop.services.sync.undo_history import UndoHistory
from heatpunk_desktop.services.tasks.importer import Importer
from heatpunk_desktop.spreadsheets.import_row import LeftOut
from heatpunk_desktop.spreadsheets.reading import Reading
from heatpunk_desktop.store.account_store import AccountStore
from heatpunk_desktop.store.batches import BatchProgress
from heatpunk_desktop.store.database import database_path
from heatpunk_desktop.store.reader import OperationGroup
from tests.fakes import ME, NOW, listed
from tests.unit.gui.hands import words_on
from tests.unit.gui.without_key import VainTries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.spreadsheets.workbooks import SheetName

W = TypeVar("W", bound=QWidget)

# The offscreen platform says what it cannot do for lists that open.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

#: A server that nobody is at.
NOBODY = Account("http://127.0.0.1:9", ME)

#: The project that is there is `Barn` of `Priya Patel`, `1 High Street`, `AB12 3CD`, a lead.
LEADS = """Client,Tel,E-mail,Address,Post code,Stage
Rhys Hughes,07400 123 001,rhys@example.com,9 Mill Lane,CB24 9PL,lead
Priya Patel,,,1 High Street,AB12 3CD,Quote
Ewa Nowak,07400 123 002,ewa@example.com,4 The Green,CB1 1AA,Lead,too many
"""


class Bench:
    """The controller of imports over an empty window."""

    def __init__(self, qtbot: QtBot, data_dir: Path) -> None:
        self.qtbot = qtbot
        self.data_dir = data_dir
        path = database_path(data_dir, NOBODY)
        store = AccountStore.open(path)
        store.server.take_listed([listed(5, name="Barn")])
        store.close()
        self.service = SyncService(path, NOBODY, lambda: ApiClient(NOBODY.origin, lambda: None))
        self.window = QWidget()
        self.window.resize(1200, 800)
        self.window.show()
        self.kept: dict[str, object] = {}
        self.importer = Importer(path, self.service)
        self.history = UndoHistory(self.service, self.window)
        self.controller = ImportController(self.importer, self.service, self.history, self.kept, self.window)
        self.tries = VainTries(self.service)
        self.service.start()

    def knows_colleague(self, email: str, owner_id: int, name: str) -> None:
        """Have a colleague's email become known, whom the user had given a name."""
        store = AccountStore.open(database_path(self.data_dir, NOBODY))
        store.owners.name(owner_id, name, NOW)
        store.server.take_member(Member(email, owner_id))
        store.close()

    @property
    def dialog(self) -> ImportDialog:
        (dialog,) = self.dialogs()
        return dialog

    def dialogs(self) -> list[ImportDialog]:
        return [import_dialog for import_dialog in self.window.findChildren(ImportDialog) if import_dialog.isVisible()]

    def find(self, kind: type[W], name: str) -> W:
        found = [
            widget
            for widget in self.dialog.findChildren(kind)
            if widget.accessibleName() == name and widget.isVisible()
        ]
        assert len(found) == 1, name
        return found[0]

    def reads(self, *wanted: str) -> None:
        self.qtbot.waitUntil(lambda: all(text in words_on(self.dialog) for text in wanted))

    def press(self, name: str) -> None:
        button = self.find(QPushButton, name)
        self.qtbot.waitUntil(button.isEnabled)
        button.click()

    def preview(self, text: str = LEADS, folder: Path | None = None) -> QTableView:
        """Go as far as the third page."""
        if folder is not None:
            path = folder / "leads.csv"
            path.write_text(text, "utf-8")
            self.controller.open_file(path)
        else:
            self.controller.open_text(text)
        self.reads("What is in its columns?")
        self.press("Next")
        self.reads("This will be done")
        return self.find(QTableView, "Preview")

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.importer.is_running)


@pytest.fixture
def bench(qtbot: QtBot, data_dir: Path) -> Iterator[Bench]:
    bench = Bench(qtbot, data_dir)
    yield bench
    for dialog in bench.dialogs():
        dialog.hide()
    bench.controller.stop()
    # As in the program, the windows go before the service ends.
    bench.window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert bench.service.stop()


def column_of(table: QTableView, heading: str) -> int:
    model = table.model()
    across = Qt.Orientation.Horizontal
    return next(column for column in range(model.columnCount()) if model.headerData(column, across) == heading)


def texts(table: QTableView, column: int) -> list[str]:
    return [str(table.model().index(row, column).data()) for row in range(table.model().rowCount())]


def test_a_path_is_typed_and_enter_goes_on(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(LEADS, "utf-8")
    bench.controller.open()
    file = bench.find(QLineEdit, "File")
    QTest.keyClicks(file, str(path))
    QTest.keyClick(file, Qt.Key.Key_Return)
    bench.reads("What is in its columns?")
    table = bench.find(QTableView, "Columns")
    assert texts(table, TARGET) == [
        "Customer name",
        "Customer phone",
        "Customer email",
        "Address",
        "Postcode",
        "Status",
        "Leave out",
    ]
    bench.press("Back")
    bench.reads("Which file?")
    assert bench.find(QComboBox, "Separator").currentText() == "Comma"
    assert bench.find(QSpinBox, "Headings in row").value() == 1


def test_one_press_of_next_is_enough_after_a_path_was_typed(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(LEADS, "utf-8")
    bench.controller.open()
    QTest.keyClicks(bench.find(QLineEdit, "File"), str(path))
    button = bench.find(QPushButton, "Next")
    window = bench.dialog.windowHandle()
    assert window is not None
    QTest.mouseMove(window, button.mapTo(bench.dialog, button.rect().center()))
    QTest.mouseClick(window, Qt.MouseButton.LeftButton, pos=button.mapTo(bench.dialog, button.rect().center()))
    bench.reads("What is in its columns?")


def test_a_file_is_dropped_on_the_window_of_the_import(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(LEADS, "utf-8")
    bench.controller.open()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    copy, left, no_keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(bench.dialog, QDragEnterEvent(QPoint(50, 50), copy, data, left, no_keys))
    QApplication.sendEvent(bench.dialog, QDropEvent(QPointF(50, 50), copy, data, left, no_keys))
    bench.reads("What is in its columns?")
    bench.press("Back")
    assert bench.find(QLineEdit, "File").text() == str(path)


def test_how_the_file_is_read_can_be_corrected(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("Client,Tel\nSiân Ó,07400 123001\n".encode("cp1252"))
    bench.controller.open()
    bench.find(QLineEdit, "File").setText(str(path))
    bench.press("Next")
    bench.reads("What is in its columns?")
    bench.press("Back")
    sample = bench.find(QTableView, "The first rows")
    assert texts(sample, 0) == ["Client", "Siân Ó"]
    box = bench.find(QComboBox, "Separator")
    box.setCurrentText("Semicolon")
    box.activated.emit(box.currentIndex())
    bench.qtbot.waitUntil(lambda: texts(sample, 0) == ["Client,Tel", "Siân Ó,07400 123001"])
    assert bench.find(QComboBox, "Encoding").currentText() == "Western European (Windows-1252)"


def test_next_without_a_file_says_what_is_missing(bench: Bench) -> None:
    bench.controller.open()
    bench.press("Next")
    bench.reads("Type the path of a file")


def test_a_file_that_cannot_be_used_has_words_and_can_be_tried_again(bench: Bench, tmp_path: Path) -> None:
    bench.controller.open_file(tmp_path / "gone.csv")
    bench.qtbot.waitUntil(lambda: bool(bench.dialog.findChildren(QMessageBox)))
    (box,) = bench.dialog.findChildren(QMessageBox)
    assert box.text() == "There is no such file"
    box.reject()
    (tmp_path / "gone.csv").write_text(LEADS, "utf-8")
    bench.press("Next")
    bench.reads("What is in its columns?")


def test_what_a_column_is_read_as_is_chosen_by_keyboard_and_remembered(bench: Bench, tmp_path: Path) -> None:
    bench.preview(folder=tmp_path)
    bench.press("Back")
    columns = bench.find(QTableView, "Columns")
    columns.setCurrentIndex(columns.model().index(1, TARGET))
    QTest.keyClick(columns, Qt.Key.Key_Return)
    (box,) = columns.findChildren(QComboBox)
    box.setCurrentText("Leave out")
    box.activated.emit(box.currentIndex())
    assert texts(columns, TARGET)[1] == "Leave out"
    assert texts(columns, BECAUSE)[1] == "As you chose"
    bench.press("Next")
    bench.reads("This will be done")
    kept: list[object] = []
    bench.service.command_given.connect(
        lambda command, reply: reply.succeeded.connect(kept.append) if isinstance(command, KeepChoice) else None
    )
    bench.press("Import projects")
    bench.reads("1 project is saved here and waiting")
    bench.qtbot.waitUntil(lambda: bool(kept))
    bench.dialog.reject()
    bench.controller.open_file(tmp_path / "leads.csv")
    bench.reads("What is in its columns?")
    columns = bench.find(QTableView, "Columns")
    assert texts(columns, BECAUSE)[1] == "As you chose last time"


def test_the_preview_says_what_happens_and_why(bench: Bench) -> None:
    table = bench.preview()
    bench.reads("New: 1", "Duplicates: 1", "Problems: 1", "Changes: 0")
    assert texts(table, WHAT) == ["Create", "Leave out", "Needs fixing"]
    assert texts(table, WHY)[0] == "New"
    assert "Like “Barn · Priya Patel · AB12 3CD”, " in texts(table, WHY)[1]
    assert "Column G: This row has more cells than there are headings" in texts(table, WHY)[2]
    assert [table.model().headerData(row, Qt.Orientation.Vertical) for row in range(3)] == ["2", "3", "4"]


def test_a_problem_is_corrected_where_it_stands(bench: Bench) -> None:
    table = bench.preview()
    bench.press("Next problem")
    index = table.currentIndex()
    assert (index.row(), index.column()) == (2, column_of(table, "Column G"))
    assert "too many" in bench.find(QPlainTextEdit, "About this row").toPlainText()
    QTest.keyClick(table, Qt.Key.Key_F2)
    (editor,) = [line for line in table.findChildren(QLineEdit) if line.isVisible()]
    assert editor.text() == "too many"
    editor.setText("")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    bench.reads("New: 2", "Problems: 0")
    assert texts(table, WHAT)[2] == "Create"
    assert not bench.find(QPushButton, "Next problem").isEnabled()


def test_a_duplicate_is_updated_and_shows_what_changes(bench: Bench) -> None:
    table = bench.preview()
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
    bench.reads("Changes: 1")
    assert texts(table, column_of(table, "Status"))[1] == "Lead → Quote"
    bench.press("Import projects")
    bench.reads("2 projects are saved here and waiting", "Created: 0", "Waiting: 2", "Refused: 0")
    row = bench.service.reader.detail(5)
    assert row is not None
    assert row.row.status == "Quote"


def test_all_duplicates_at_once_and_only_some_rows_shown(bench: Bench) -> None:
    table = bench.preview()
    every = bench.find(QComboBox, "All duplicates")
    every.setCurrentText("Create anyway")
    every.activated.emit(every.currentIndex())
    bench.reads("New: 2")
    shown = bench.find(QComboBox, "Show")
    for words, rows in (("Problems", 1), ("Duplicates", 1), ("To be created", 2), ("Left out", 0), ("All rows", 3)):
        shown.setCurrentText(words)
        shown.activated.emit(shown.currentIndex())
        assert table.model().rowCount() == rows, words


def test_an_import_waits_and_is_undone_as_a_whole(bench: Bench) -> None:
    bench.preview()
    bench.press("Import projects")
    bench.reads("1 project is saved here and waiting", "Nothing of it has been sent")
    # The first try ends at once, as nobody is there.
    bench.qtbot.waitUntil(bench.tries.have_ended)
    bench.press("Undo")
    bench.reads("The import is undone")
    assert bench.service.reader.operation_counts().waiting == 0
    assert not [
        button for button in bench.dialog.findChildren(QPushButton) if button.text() == "&Undo" and button.isVisible()
    ]


def test_nothing_is_imported_before_it_is_asked_for(bench: Bench) -> None:
    table = bench.preview()
    QTest.keyClick(table, Qt.Key.Key_Return)
    (box,) = table.findChildren(QComboBox)
    QTest.keyClick(box, Qt.Key.Key_Escape)
    bench.reads("This will be done")
    bench.press("Cancel")
    assert not bench.dialogs()
    counts = bench.service.reader.operation_counts()
    assert (counts.waiting, counts.done) == (0, 0)


def test_what_was_corrected_is_not_lost_by_a_slip(bench: Bench) -> None:
    table = bench.preview()
    table.model().setData(table.model().index(2, column_of(table, "Column G")), "")
    bench.reads("New: 2")
    QTest.keyClick(table, Qt.Key.Key_Escape)
    (box,) = bench.dialog.findChildren(QMessageBox)
    assert box.text() == "Leave without importing?"
    box.reject()
    assert bench.dialog.isVisible()
    bench.press("Cancel")
    box = next(message_box for message_box in bench.dialog.findChildren(QMessageBox) if message_box.isVisible())
    next(button for button in box.buttons() if button.text() == "Leave").click()
    assert not bench.dialogs()


def test_the_same_rows_once_more_offer_nothing(bench: Bench) -> None:
    rows = LEADS.rsplit("\n", 2)[0] + "\n"
    bench.preview(rows)
    bench.press("Import projects")
    bench.reads("1 project is saved here and waiting")
    bench.dialog.reject()
    table = bench.preview(rows)
    bench.reads("New: 0", "Changes: 0", "There is nothing new to import")
    assert not bench.find(QPushButton, "Import projects").isEnabled()
    assert set(texts(table, WHAT)) == {"Leave out"}


def test_cells_beyond_the_headings_are_shown_and_can_be_emptied(bench: Bench) -> None:
    table = bench.preview("Client,Address\nRhys Hughes,9 Mill Lane, Ely\n")
    bench.reads("Problems: 1")
    column = column_of(table, "Column C")
    assert texts(table, column) == [" Ely".strip()]
    assert table.model().setData(table.model().index(0, column), "")
    bench.reads("Problems: 0", "New: 1")


def test_another_sheet_of_a_workbook_is_chosen(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name, customer in (("Leads", "Rhys Hughes"), ("Old leads", "Ewa Nowak")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ("Client", "Address"))
            sheet.write_row(1, 0, (customer, "9 Mill Lane"))
    bench.controller.open_file(path)
    bench.reads("What is in its columns?")
    bench.press("Back")
    sample = bench.find(QTableView, "The first rows")
    assert texts(sample, 0) == ["Client", "Rhys Hughes"]
    box = bench.find(QComboBox, "Sheet")
    box.setCurrentText("Old leads")
    box.activated.emit(box.currentIndex())
    bench.qtbot.waitUntil(lambda: texts(sample, 0) == ["Client", "Ewa Nowak"])
    bench.press("Next")
    bench.press("Next")
    bench.reads("New: 1")
    table = bench.find(QTableView, "Preview")
    assert texts(table, column_of(table, "Customer name")) == ["Ewa Nowak"]


def test_nothing_is_half_done_where_a_project_was_given_up_meanwhile(bench: Bench, qtbot: QtBot) -> None:
    values = {Field.CUSTOMER_NAME: "Rhys Hughes", Field.ADDRESS: "9 Mill Lane", Field.POSTCODE: "CB24 9PL"}
    with qtbot.waitSignal(bench.service.run(CreateProject(values, ME)).succeeded) as saved:
        pass
    table = bench.preview(
        "Client,Address,Post code,Stage\nRhys Hughes,9 Mill Lane,CB24 9PL,Sale\nJo Lee,1 Elm Row,,Lead\n"
    )
    table.setCurrentIndex(table.model().index(0, WHAT))
    assert table.model().setData(table.currentIndex(), 0)
    bench.reads("Changes: 1", "New: 1")
    qtbot.waitUntil(bench.tries.have_ended)
    with qtbot.waitSignal(bench.service.run(Discard((-saved.args[0],))).succeeded):
        pass
    bench.press("Import projects")
    qtbot.waitUntil(lambda: bool(bench.dialog.findChildren(QMessageBox)))
    (box,) = bench.dialog.findChildren(QMessageBox)
    assert box.text() == "One of the projects is not there any more"
    box.reject()
    assert bench.service.reader.operation_counts().waiting == 0
    # The preview is there still, and the rest can be imported without it.
    bench.reads("This will be done")
    assert table.model().setData(table.model().index(0, WHAT), 2)
    bench.reads("Changes: 0")
    bench.press("Import projects")
    bench.reads("1 project is saved here and waiting")


def test_reading_can_be_stopped(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("Client,Address\n" + "".join(f"Jo {n},{n} Mill Lane\n" for n in range(5000)), "utf-8")
    bench.controller.open_file(path)
    bench.reads("What is in its columns?")
    bench.press("Next")
    bench.find(QPushButton, "Cancel").click()
    bench.reads("You stopped it. Nothing was imported.", "What is in its columns?")


def test_every_control_has_a_name(bench: Bench) -> None:
    bench.preview()
    kinds = (QAbstractButton, QComboBox, QLineEdit, QTableView, QPlainTextEdit)
    nameless = [
        widget
        for kind in kinds
        for widget in bench.dialog.findChildren(kind)
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.accessibleName()
    ]
    assert nameless == []
    assert QApplication.activeModalWidget() is bench.dialog


def two_sheets(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        for name, number in (("Leads", "12x"), ("Quotes", "13x")):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate((("Client", "Post code", "Project ID"), ("Jo Lee", "CB1 1AA", number))):
                sheet.write_row(row, 0, cells)


def choose_sheet(bench: Bench, name: str) -> None:
    box = bench.find(QComboBox, "Sheet")
    box.setCurrentText(name)
    box.activated.emit(box.currentIndex())
    bench.settle()


def question(bench: Bench) -> QMessageBox:
    bench.qtbot.waitUntil(lambda: bool(bench.dialog.findChildren(QMessageBox)))
    return bench.dialog.findChildren(QMessageBox)[-1]


def test_corrections_that_do_not_fit_another_sheet_are_asked_about(bench: Bench, tmp_path: Path) -> None:
    two_sheets(tmp_path / "two.xlsx")
    bench.controller.open_file(tmp_path / "two.xlsx")
    bench.reads("What is in its columns?")
    bench.press("Next")
    bench.reads("Problems: 1")
    table = bench.find(QTableView, "Preview")
    assert table.model().setData(table.model().index(0, column_of(table, "Project ID")), "")
    bench.reads("Problems: 0")
    bench.press("Back")
    bench.press("Back")
    choose_sheet(bench, "Quotes")
    box = question(bench)
    assert box.text() == "One correction does not fit here"
    next(button for button in box.buttons() if button.text() == "Go back").click()
    bench.settle()
    assert bench.find(QComboBox, "Sheet").currentText() == "Leads"
    bench.press("Next")
    bench.press("Next")
    bench.reads("Problems: 0")
    bench.press("Back")
    bench.press("Back")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    choose_sheet(bench, "Quotes")
    next(button for button in question(bench).buttons() if button.text() == "Go on without").click()
    bench.press("Next")
    bench.press("Next")
    bench.reads("Problems: 1")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    bench.dialog.reject()  # nothing is corrected any more, so that nothing is asked
    assert not bench.dialogs()


def test_the_choices_are_those_in_force_where_a_sheet_cannot_be_read(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_sheets(tmp_path / "two.xlsx")
    bench.controller.open_file(tmp_path / "two.xlsx")
    bench.reads("What is in its columns?")
    bench.press("Back")

    def refuse(_reading: Reading, sheet: SheetName, _cancelled: object = None) -> None:
        raise BadInputError(f"“{sheet.name}” is damaged", "It cannot be read.")

    with monkeypatch.context() as patch:
        patch.setattr(Reading, "read", refuse)
        choose_sheet(bench, "Quotes")
        question(bench).reject()
    assert bench.find(QComboBox, "Sheet").currentText() == "Leads"
    bench.press("Next")
    bench.press("Next")
    bench.reads("This will be done")


@pytest.mark.parametrize("name", ["Back", "Next problem", "Import projects"])
def test_enter_presses_the_button_that_has_the_keyboard(bench: Bench, name: str) -> None:
    bench.preview()
    button = bench.find(QPushButton, name)
    spies = [(button.accessibleName(), QSignalSpy(button.clicked)) for button in bench.dialog.findChildren(QPushButton)]
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    assert [who for who, spy in spies if spy.count()] == [name]


def test_the_last_page_has_the_keyboard_on_close_and_says_how_it_stands(bench: Bench) -> None:
    bench.preview()
    bench.press("Import projects")
    bench.reads("1 project is saved here and waiting", "Created: 0", "Waiting: 1", "Refused: 0")
    bench.reads("1 row with a problem was left out. To bring it in", "1 other row was left out.")
    assert bench.dialog.focusWidget() is bench.find(QPushButton, "Close")
    # Numbers of other changes are none of its own.
    bench.service.changed.emit(Changed(counts=OperationCounts(waiting=0, needs_you=7, done=9)))
    bench.reads("Created: 0", "Waiting: 1", "Refused: 0")
    QTest.keyClick(bench.dialog.focusWidget(), Qt.Key.Key_Return)
    assert not bench.dialogs()


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (BatchProgress(waiting=318), "318 projects are saved here and waiting"),
        (BatchProgress(created=120, waiting=198), "120 projects created · 198 waiting"),
        (BatchProgress(waiting=317, needs_you=1), "317 waiting · 1 refused"),
        (BatchProgress(created=252, needs_you=66), "252 projects created · 66 refused"),
        (BatchProgress(created=1, changed=1), "1 project created · 1 project changed"),
        (BatchProgress(changed=1_200, discarded=3), "1,200 projects changed"),
        (BatchProgress(discarded=3), "Nothing was imported"),
    ],
)
def test_the_headline_says_what_is_so(progress: BatchProgress, words: str) -> None:
    assert headline(progress) == words


def test_the_last_page_counts_each_change_where_it_is(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    page = DonePage(parent)
    parent.show()

    def labels() -> set[str]:
        return set(words_on(page).splitlines())

    page.show_progress(BatchProgress(waiting=318))
    (bar,) = page.findChildren(QProgressBar)
    assert (bar.isVisible(), bar.value(), bar.maximum()) == (True, 0, 318)
    assert {"Created: 0", "Waiting: 318", "Refused: 0"} <= labels()
    page.show_progress(BatchProgress(created=200, waiting=60, needs_you=58))
    assert (bar.value(), bar.maximum()) == (258, 318)
    page.show_progress(BatchProgress(created=250, changed=2, needs_you=65, discarded=1))
    assert {"Created: 250", "Changed: 2", "Waiting: 0", "Refused: 65"} <= labels()
    assert "Discarded since: 1." in words_on(page)
    assert not bar.isVisible()
    with qtbot.waitSignal(page.refused_requested):
        next(button for button in page.findChildren(QPushButton) if button.text() == "Show the 65").click()


WITH_WARNINGS = """Client,Tel,Address,Post code,Stage
Rhys Hughes,0740,9 Mill Lane,CB24,lead
Priya Patel,0741,1 High Street,AB12 3CD,Quote
Ewa Nowak,07400 123 002,4 The Green,CB1 1AA,Lead,too many
Jo Lee,07400 123 003,5 The Green,nowhere,lead
"""


def test_every_warning_is_counted_named_and_walked_to(bench: Bench) -> None:
    table = bench.preview(WITH_WARNINGS)
    bench.reads("Check: 3", "Problems: 1")
    because = texts(table, WHY)
    assert because[0] == "New. Check: Column B (Tel), Column D (Post code)"
    assert because[1].startswith("Like “Barn")
    assert because[1].endswith(". Check: Column B (Tel), Column D (Post code)"), "C is in no postcode"
    assert because[3] == "New. Check: Column D (Post code)"
    phone, postcode = column_of(table, "Customer phone"), column_of(table, "Postcode")
    walked = []
    for _ in range(6):
        bench.press("Next to check")
        walked.append((table.currentIndex().row(), table.currentIndex().column()))
    assert walked == [(0, phone), (0, postcode), (1, phone), (1, postcode), (3, postcode), (0, phone)]
    QTest.keyClick(table, Qt.Key.Key_F8)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (2, column_of(table, "Column F"))
    QTest.keyClick(table, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert (table.currentIndex().row(), table.currentIndex().column()) == (3, postcode)


def test_a_row_with_several_problems_has_each_walked_to(bench: Bench) -> None:
    table = bench.preview("Client,Project ID\nJo Lee,12x,too many\nEwa Nowak,,\n")
    bench.reads("Problems: 1")
    assert texts(table, WHY)[0].endswith("Also to be corrected: Column C")
    number, beyond = column_of(table, "Project ID"), column_of(table, "Column C")
    walked = []
    for _ in range(3):
        bench.press("Next problem")
        walked.append((table.currentIndex().row(), table.currentIndex().column()))
    assert walked == [(0, number), (0, beyond), (0, number)]


def test_another_file_may_be_dropped_at_any_step(bench: Bench, tmp_path: Path) -> None:
    bench.preview(folder=tmp_path)
    other = tmp_path / "other.csv"
    other.write_text("Client,Post code\nJo Lee,CB1 1AA\n", "utf-8")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(other))])
    copy, left, no_keys = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(bench.dialog, QDragEnterEvent(QPoint(50, 50), copy, data, left, no_keys))
    QApplication.sendEvent(bench.dialog, QDropEvent(QPointF(50, 50), copy, data, left, no_keys))
    bench.reads("What is in its columns?")
    bench.settle()
    bench.press("Next")
    bench.reads("This will be done", "New: 1", "Problems: 0")


def test_why_a_column_is_left_out_can_be_read_whole(bench: Bench) -> None:
    bench.controller.open_text("Client,Assigned to,Post code,Remarks,Notes\nEwa,Nobody,CB1 1AA,a,b\n")
    bench.reads("What is in its columns?")
    columns = bench.find(QTableView, "Columns")
    assert texts(columns, BECAUSE)[1:] == [
        "Another column is read as that",
        "Heading matches",
        "Not recognised",
        "Heatpunk has no field for this",
    ]
    assert columns.sizeHintForColumn(BECAUSE) <= columns.columnWidth(BECAUSE)


def correct(table: QTableView, row: int, heading: str, text: str) -> None:
    """Type over a cell, as the delegate does it."""
    assert table.model().setData(table.model().index(row, column_of(table, heading)), text)


def test_what_is_corrected_once_is_corrected_wherever_it_says_the_same(bench: Bench) -> None:
    numbers = ["12x", "12x", "", "new", "12x"]
    rows = "".join(f"Person {at},{at} Mill Lane,{number}\n" for at, number in enumerate(numbers))
    table = bench.preview(f"Client,Address,Project ID\n{rows}")
    bench.reads("Problems: 4")
    correct(table, 0, "Project ID", "")
    bench.reads("Problems: 3")
    button = bench.find(QPushButton, "Correct 2 more “12x”")
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Return)
    bench.reads("New: 4", "Problems: 1")
    assert texts(table, column_of(table, "Project ID")) == ["", "", "", "new", ""]
    assert bench.dialog.focusWidget() is table
    assert not button.isVisible()
    correct(table, 3, "Project ID", "")
    bench.reads("Problems: 0")
    assert not button.isVisible(), "nothing else says that"


def test_what_is_wrong_still_is_put_nowhere_else(bench: Bench) -> None:
    table = bench.preview("Client,Address,Project ID\nA,1 Mill Lane,12x\nB,2 Mill Lane,12x\n")
    correct(table, 0, "Project ID", "Whatever")
    bench.settle()
    bench.reads("Problems: 2")
    assert not [
        button for button in bench.dialog.findChildren(QPushButton) if "more" in button.text() and button.isVisible()
    ]
    correct(table, 1, "Customer name", "Bea")
    bench.settle()
    assert not [
        button for button in bench.dialog.findChildren(QPushButton) if "more" in button.text() and button.isVisible()
    ]


def test_a_thousand_are_corrected_at_a_time_while_it_says_how_far_it_is(bench: Bench) -> None:
    rows = "".join(f"Person {at},{at} Mill Lane,12x\n" for at in range(1030))
    table = bench.preview(f"Client,Address,Project ID\n{rows}")
    correct(table, 0, "Project ID", "")
    bench.reads("Problems: 1,029")
    bench.press("Correct 1,000 more “12x”")
    bench.reads("Correcting 1,000 cells…")
    bench.reads("Problems: 29")
    bench.press("Correct 29 more “12x”")
    bench.reads("Problems: 0", "New: 1,030")


STAGES = """Client,Address,Post code,Stage,Built,Rep
Rhys Hughes,9 Mill Lane,CB24 9PL,Installed,2006,Dave
Priya Shah,1 Station Road,CB24 9PR,installed,1930,Dave
Ewa Nowak,4 The Green,CB24 9PN,On hold,new build,Dave
Jo Lee,5 The Green,CB24 9PQ,Ask Sandra,1975,dave@example.com
"""


def becomes(table: QTableView) -> dict[str, tuple[str, str]]:
    rows = range(table.model().rowCount())
    cells = [[str(table.model().index(row, column).data()) for column in range(4)] for row in rows]
    return {value: (number, becoming) for _, value, number, becoming in cells}


def choose_value(table: QTableView, value: str, words: str) -> None:
    """Choose in the list that opens in a cell, with the keyboard on it."""
    row = texts(table, VALUE).index(value)
    table.setCurrentIndex(table.model().index(row, BECOMES))
    QTest.keyClick(table, Qt.Key.Key_Return)
    (box,) = table.findChildren(QComboBox)
    box.setCurrentText(words)
    box.activated.emit(box.currentIndex())
    assert texts(table, BECOMES)[row] == words
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_each_unknown_value_is_asked_about_once_and_remembered(bench: Bench) -> None:
    bench.controller.open_text(STAGES)
    bench.reads("What is in its columns?")
    bench.press("Next")
    bench.reads("What do these values mean?")
    table = bench.find(QTableView, "Values")
    across = Qt.Orientation.Horizontal
    assert [table.model().headerData(at, across) for at in range(4)] == ["Column", "Value", "Rows", "Becomes"]
    assert becomes(table) == {
        "Installed": ("2", "Completed"),
        "On hold": ("1", "Lead"),
        "Ask Sandra": ("1", "Leave empty"),
        "2006": ("1", "Post 2006"),
        "new build": ("1", "Post 2006"),
        "Dave": ("3", "Me"),
        "dave@example.com": ("1", "dave@example.com"),
    }
    choose_value(table, "Ask Sandra", "Quote")
    choose_value(table, "dave@example.com", "Me")
    bench.press("Next")
    bench.reads("New: 4", "Problems: 0", "Check: 0")
    preview = bench.find(QTableView, "Preview")
    assert texts(preview, column_of(preview, "Status")) == ["Completed", "Completed", "Lead", "Quote"]
    assert texts(preview, column_of(preview, "Build date")) == ["Post 2006", "Pre 2000", "Post 2006", "Pre 2000"]
    bench.press("Back")
    bench.reads("What do these values mean?")
    values = bench.find(QTableView, "Values")
    assert becomes(values)["Ask Sandra"] == ("1", "Quote"), "as it was chosen"
    choose_value(values, "dave@example.com", "dave@example.com")
    bench.press("Next")
    bench.reads("This will be done", "Check: 1")  # an address that nobody knows may be refused
    bench.press("Back")
    choose_value(bench.find(QTableView, "Values"), "dave@example.com", "Me")
    bench.press("Next")
    bench.reads("This will be done")
    bench.press("Import projects")
    bench.reads("4 projects are saved here and waiting")
    bench.qtbot.waitUntil(lambda: len(bench.service.reader.recalled_values()) == 7)
    bench.dialog.reject()

    # Another file, in which only one value is new.
    bench.controller.open_text("Client,Address,Status\nA Bell,7 Mill Lane,ASK  SANDRA\nB Cole,8 Mill Lane,Blue\n")
    bench.reads("What is in its columns?")
    bench.press("Next")
    bench.reads("What do these values mean?")
    assert becomes(bench.find(QTableView, "Values")) == {
        "ASK SANDRA": ("1", "Quote"),
        "Blue": ("1", "Leave empty"),
    }
    bench.press("Next")
    bench.reads("New: 2")
    bench.press("Import projects")
    bench.reads("2 projects are saved here and waiting")
    bench.qtbot.waitUntil(lambda: len(bench.service.reader.recalled_values()) == 9)
    bench.dialog.reject()

    # Nothing to decide: the page is passed over, and can be gone back to.
    bench.preview("Client,Address,Status\nC Dunn,7 Church Lane,Blue\nD Fox,8 Church Lane,On Hold\n")
    bench.reads("New: 2", "Check: 0")
    bench.press("Back")
    bench.reads("What do these values mean?")
    bench.press("Back")
    bench.reads("What is in its columns?")


def test_a_rep_whom_the_user_named_is_not_asked_about(bench: Bench) -> None:
    bench.knows_colleague("d.bell@example.com", 27115, "Dave")
    bench.controller.open_text(STAGES)
    bench.reads("What is in its columns?")
    bench.press("Next")
    bench.reads("What do these values mean?")
    assert not {"Dave"} & becomes(bench.find(QTableView, "Values")).keys()
    bench.press("Next")
    bench.reads("New: 4")
    bench.press("Import projects")
    bench.reads("4 projects are saved here and waiting")
    waiting = bench.service.reader.operations(OperationGroup.WAITING)
    assert [operation.owner for operation in waiting] == ["d.bell@example.com"] * 3 + ["dave@example.com"]


def test_a_whole_column_is_left_empty_with_one_press(bench: Bench) -> None:
    bench.controller.open_text(STAGES)
    bench.reads("What is in its columns?")
    bench.press("Next")
    bench.reads("What do these values mean?")
    table = bench.find(QTableView, "Values")
    table.setCurrentIndex(table.model().index(1, VALUE))
    bench.press("Leave the whole column empty")
    assert texts(table, BECOMES) == ["Leave empty"] * 3 + ["Post 2006"] * 2 + ["Me", "dave@example.com"]


def test_a_rep_can_be_given_an_address_that_is_not_known_here(bench: Bench) -> None:
    bench.controller.open_text(STAGES)
    bench.reads("What is in its columns?")
    bench.press("Next")
    bench.reads("What do these values mean?")
    table = bench.find(QTableView, "Values")
    row = texts(table, VALUE).index("Dave")
    table.setCurrentIndex(table.model().index(row, BECOMES))
    QTest.keyClick(table, Qt.Key.Key_Return)
    (box,) = table.findChildren(QComboBox)
    assert box.isEditable()
    box.setEditText("dave.bell@example.com")
    table.commitData(box)
    assert texts(table, BECOMES)[row] == "dave.bell@example.com"
    assert not table.model().setData(table.model().index(row, BECOMES), "nobody in particular")


def test_rows_that_look_like_totals_are_left_out_and_can_be_created(bench: Bench) -> None:
    table = bench.preview(
        "Client,Address,Post code,Value\n— FEBRUARY —\nRhys Hughes,9 Mill Lane,CB24 9PL,100\n"
        "Jo Lee,5 The Green,CB24 9PQ,200\n,,,300\nTotal,2,,600\nPrinted by Sandra\n"
    )
    bench.reads("New: 2", "Problems: 0", "Left out: 4")
    assert texts(table, WHAT) == ["Leave out", "Create", "Create", *["Leave out"] * 3]
    assert [texts(table, WHY)[row] for row in (0, 3, 4)] == [
        *(reason_left_out(why) for why in (LeftOut.TOTAL, LeftOut.NOTHING, LeftOut.TOTAL)),
    ]
    editable = [bool(table.model().index(row, WHAT).flags() & Qt.ItemFlag.ItemIsEditable) for row in range(6)]
    assert editable == [True, True, True, False, True, True], "nothing can be made of a row with nothing to read"
    table.setCurrentIndex(table.model().index(0, WHAT))
    QTest.keyClick(table, Qt.Key.Key_Return)
    (box,) = table.findChildren(QComboBox)
    box.setCurrentText("Create anyway")
    box.activated.emit(box.currentIndex())
    bench.reads("New: 3", "Left out: 3")
    shown = bench.find(QComboBox, "Show")
    shown.setCurrentText("Left out")
    shown.activated.emit(shown.currentIndex())
    assert table.model().rowCount() == 3
    bench.press("Import projects")
    bench.reads("3 projects are saved here and waiting", "3 rows were left out.")


def test_warnings_of_one_kind_are_counted_shown_and_ignored(bench: Bench) -> None:
    rows = "".join(f"Person {at},07700 90000{at},{at} Mill Lane,CB24 9PL,\n" for at in range(4))
    table = bench.preview(
        f"Client,Tel,Address,Post code,Map link\n{rows}Jo Lee,,5 The Green,CB24 9PQ,filled.count.soap\n"
    )
    bench.reads("New: 5", "Problems: 0", "Check: 5")
    shown = bench.find(QComboBox, "Show")
    kinds = [shown.itemText(at) for at in range(8, shown.count())]
    assert [kind.rsplit(" ", 1)[1] for kind in kinds] == ["(4)", "(1)"]
    assert kinds[0].startswith("Tel: ")
    assert kinds[1].startswith("Map link: ")
    shown.setCurrentIndex(8)
    shown.activated.emit(8)
    assert table.model().rowCount() == 4
    bench.press("Ignore all of this kind")
    bench.reads("Check: 1")
    assert shown.currentText().endswith("(4, ignored)")
    assert table.model().rowCount() == 4
    bench.press("Next to check")
    assert table.model().headerData(table.currentIndex().row(), Qt.Orientation.Vertical) == "6"
    shown.setCurrentIndex(8)
    shown.activated.emit(8)
    bench.press("Check these again")
    bench.reads("Check: 5")


def test_a_status_is_chosen_from_a_list_in_the_preview(bench: Bench) -> None:
    table = bench.preview()
    column = column_of(table, "Status")
    table.setCurrentIndex(table.model().index(0, column))
    QTest.keyClick(table, Qt.Key.Key_Return)
    (box,) = table.findChildren(QComboBox)
    assert [box.itemText(at) for at in range(box.count())] == [
        *("Leave empty", "Lead", "Quote", "Sale", "Install", "Completed", "Rejected")
    ]
    assert box.currentText() == "Lead"
    box.setCurrentText("Sale")
    box.activated.emit(box.currentIndex())
    bench.qtbot.waitUntil(lambda: texts(table, column)[0] == "Sale")
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QTest.keyClick(table, Qt.Key.Key_Return)
    (box,) = table.findChildren(QComboBox)
    box.setCurrentText("Leave empty")
    box.activated.emit(box.currentIndex())
    bench.qtbot.waitUntil(lambda: texts(table, column)[0] == "")


def test_the_columns_say_which_sheet_and_headings_were_taken(bench: Bench, tmp_path: Path) -> None:
    two_sheets(tmp_path / "two.xlsx")
    bench.controller.open_file(tmp_path / "two.xlsx")
    bench.reads("Sheet “Leads”, headings in row 1")
    bench.press("Change")
    bench.reads("Which file?")
    choose_sheet(bench, "Quotes")
    bench.press("Next")
    bench.reads("Sheet “Quotes”, headings in row 1")


def test_the_first_page_is_small_and_offers_a_template(bench: Bench) -> None:
    wanted = QSignalSpy(bench.controller.template_requested)
    bench.controller.open()
    assert (bench.dialog.width(), bench.dialog.height()) == (640, 360)
    bench.reads("Drop a spreadsheet here")
    bench.press("Download a template")
    assert wanted.count() == 1
    assert not bench.dialogs()
    bench.controller.open_text(LEADS)
    bench.reads("What is in its columns?")
    assert bench.dialog.width() > 640
