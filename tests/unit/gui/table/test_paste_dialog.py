"""The dialog before cells are pasted over several: what it says, and that it stores all or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QMessageBox, QTableView, QWidget

from heatpunk_desktop.domain.changes import FieldEdit, Staged
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.gui.table.paste_dialog import PasteDialog
from heatpunk_desktop.gui.table.paste_plan import Pasted
from heatpunk_desktop.models.table_columns import Column
from heatpunk_desktop.services.sync.commands import StageChanges
from heatpunk_desktop.services.sync.facts import Changed
from tests.fakes import whole_row
from tests.unit.gui.fake_service import DISK_FULL
from tests.unit.gui.hands import button, control, words_on
from tests.unit.gui.window_service import WindowService

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.domain.project import WholeRow

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

HEADINGS = {int(column): column.name.capitalize() for column in Column}
COLUMNS = (int(Column.CUSTOMER), int(Column.POSTCODE), int(Column.STATUS))


class Reader(QObject):
    """Tells what a test says."""

    read = Signal(object)
    failed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[list[int]] = []
        self.is_stopped = False

    def start(self, keys: Sequence[int]) -> None:
        self.asked.append(list(keys))

    def stop(self) -> None:
        self.is_stopped = True


class Place:
    """Two lines of cells over the projects 5 and 4, whose customer is Ann."""

    def __init__(
        self,
        qtbot: QtBot,
        lines: tuple[tuple[str, ...], ...] = (("Bo", "cb13qd", "Sold"), ("Ann", "nowhere", "Lead")),
        column: int | None = COLUMNS[0],
    ) -> None:
        self.qtbot = qtbot
        self.service = WindowService()
        self.reader = Reader()
        pasted = Pasted(lines, COLUMNS, HEADINGS)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.dialog = PasteDialog(self.reader, self.service, pasted, [5, 4], column, self.window)  # type: ignore[arg-type]
        self.accepted: list[bool] = []
        self.dialog.accepted.connect(lambda: self.accepted.append(True))
        with qtbot.waitActive(self.dialog):
            self.dialog.show()

    def tell(self, *keys: int) -> None:
        self.reader.read.emit([whole(key) for key in sorted(keys)])
        self.qtbot.waitUntil(lambda: bool(self.shown()))

    def shown(self) -> list[list[str]]:
        model = control(self.dialog, QTableView, "Preview").model()
        return [
            [str(model.index(row, column).data()) for column in range(model.columnCount())]
            for row in range(model.rowCount())
        ]


def whole(key: int) -> WholeRow:
    return whole_row(key, project_name=f"Barn {key}", customer_name="Ann", address="", postcode="", status="Lead")


@pytest.fixture
def place(qtbot: QtBot) -> Place:
    return Place(qtbot)


def test_it_shows_before_and_after_in_table_order_with_refusals_first(place: Place) -> None:
    assert place.reader.asked == [[5, 4]]
    assert not button(place.dialog, "Change 0 projects").isEnabled()
    assert button(place.dialog, "Change 0 projects").toolTip() == "There is nothing to change yet"
    place.tell(5, 4)
    assert place.shown() == [
        ["1", "Barn 5", "Status", "Lead", "Left out: Sold"],
        ["1", "Barn 5", "Customer", "Ann", "Bo"],
        ["1", "Barn 5", "Postcode", "Empty", "CB1 3QD"],
        ["2", "Barn 4", "Postcode", "Empty", "nowhere"],
    ]
    words = words_on(place.dialog)
    assert "3 values change. 2 are as they were already. 1 cannot go there and is left out:" in words
    assert "Row 1, Status: “Sold”. This has to be one of Lead" in words
    assert "Row 2, Postcode: “nowhere”. This does not look like a UK postcode" in words


def test_another_column_is_chosen_and_the_preview_follows(place: Place) -> None:
    place.tell(5, 4)
    column = control(place.dialog, QComboBox, "Paste into column")
    assert (column.currentText(), column.count()) == ("Customer", 3)
    column.setFocus()
    column.setCurrentText("Postcode")
    place.qtbot.waitUntil(lambda: "Columns beyond the table’s last one: 1." in words_on(place.dialog))
    assert {line[2] for line in place.shown()} == {"Postcode", "Status"}
    assert column.hasFocus()


def test_without_a_column_nothing_is_changed_before_one_is_chosen(qtbot: QtBot) -> None:
    place = Place(qtbot, column=None)
    place.reader.read.emit([whole(4), whole(5)])
    assert "Choose the column that it is pasted into." in words_on(place.dialog)
    assert not button(place.dialog, "Change 0 projects").isEnabled()
    column = control(place.dialog, QComboBox, "Paste into column")
    assert column.hasFocus()
    assert column.currentIndex() == -1
    column.setCurrentText("Customer")
    qtbot.waitUntil(lambda: button(place.dialog, "Change 2 projects").isEnabled())


def test_a_first_line_of_headings_says_the_columns(qtbot: QtBot) -> None:
    place = Place(qtbot, lines=(("Status",), ("Sale",)), column=COLUMNS[0])
    column = control(place.dialog, QComboBox, "Paste into column")
    assert (column.currentText(), column.isEnabled()) == ("As the first line says", False)
    place.reader.read.emit([whole(5)])
    qtbot.waitUntil(lambda: ["2", "Barn 5", "Status", "Lead", "Sale"] in place.shown())


def test_rows_can_be_imported_instead(place: Place, qtbot: QtBot) -> None:
    with qtbot.waitSignal(place.dialog.import_requested):
        button(place.dialog, "Import as new projects…").click()
    assert not place.dialog.isVisible()
    assert place.service.asked == []


def test_it_is_stored_as_one_change_with_what_was_seen(place: Place) -> None:
    place.tell(5, 4)
    assert place.dialog.focusWidget() is button(place.dialog, "Change 2 projects")
    QTest.keyClick(place.dialog, Qt.Key.Key_Return)
    assert place.service.asked == [
        StageChanges(
            (
                FieldEdit(
                    5,
                    {Field.CUSTOMER_NAME: "Ann", Field.POSTCODE: ""},
                    {Field.CUSTOMER_NAME: "Bo", Field.POSTCODE: "CB1 3QD"},
                ),
                FieldEdit(4, {Field.POSTCODE: ""}, {Field.POSTCODE: "nowhere"}),
            ),
            "Paste into 2 projects",
        )
    ]
    QTest.keyClick(place.dialog, Qt.Key.Key_Escape)
    assert place.dialog.isVisible()  # it is being stored
    place.service.answer(1, Staged(1, (5, 4)))
    assert place.accepted == [True]
    assert place.reader.is_stopped


def test_what_the_disk_refuses_can_be_tried_again(place: Place) -> None:
    place.tell(5, 4)
    button(place.dialog, "Change 2 projects").click()
    place.service.refuse(1, DISK_FULL)
    (box,) = [message_box for message_box in place.dialog.findChildren(QMessageBox) if message_box.isVisible()]
    box.close()
    button(place.dialog, "Change 2 projects").click()
    assert len(place.service.asked) == 2


def test_what_cannot_be_read_is_said_and_nothing_can_be_changed(place: Place) -> None:
    place.reader.failed.emit(DISK_FULL)
    assert "The disk is full" in words_on(place.dialog)
    assert not button(place.dialog, "Change 0 projects").isEnabled()


def test_one_that_is_there_no_more_is_left_out(place: Place) -> None:
    place.tell(4)
    assert {line[1] for line in place.shown()} == {"", "Barn 4"}
    assert "The project is not there any more." in words_on(place.dialog)
    assert button(place.dialog, "Change 1 project").isEnabled()


def test_where_a_project_gets_its_number_all_are_read_again(place: Place) -> None:
    place.service.changed.emit(Changed(replaced={4: 50}))
    assert place.reader.asked == [[5, 4], [5, 50]]
    place.service.changed.emit(Changed(replaced={7: 70}))
    assert len(place.reader.asked) == 2


def test_nothing_is_stored_twice_where_the_preview_comes_again_meanwhile(place: Place) -> None:
    place.tell(5, 4)
    place.service.changed.emit(Changed(replaced={4: 50}))
    button(place.dialog, "Change 2 projects").click()
    place.reader.read.emit([whole(5), whole(50)])
    place.qtbot.waitUntil(lambda: len(place.shown()) == 4)
    assert not button(place.dialog, "Change 2 projects").isEnabled()
    assert len(place.service.asked) == 1
