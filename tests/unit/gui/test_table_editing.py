"""A cell that is edited in the table: what becomes of what is typed, whatever happens around it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QVBoxLayout, QWidget

from heatpunk_desktop.domain.contacts import Contact
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.gui.table.cell_editing import CellEditing
from heatpunk_desktop.gui.table.cell_editor import CellEditor, CellNote
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.models.project_filter import ProjectFilter, SidebarView
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.models.table_columns import Column
from heatpunk_desktop.services.sync.commands import DropDraft, EditProject, KeepDraft
from heatpunk_desktop.services.sync.instructions import LoadProject
from tests.unit.gui.fake_service import DISK_FULL, make_detail
from tests.unit.gui.window_service import WindowService
from tests.unit.models.plain_ways import row

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

K = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


class Place:
    """Nine projects, the newest first: keys 9 to 1; the keyboard is on the customer of the third, which is 7."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.model = ProjectTableModel(today=lambda: date(2026, 11, 24))
        self.model.add_rows(
            [row(key, name=f"Barn {key}", customer=f"Customer {key}", postcode="CB24 9PL") for key in range(9, 0, -1)]
        )
        self.window = QWidget()
        qtbot.addWidget(self.window)
        column = QVBoxLayout(self.window)
        self.other = QLineEdit(self.window)
        self.table = ProjectTable(self.model, self.window)
        column.addWidget(self.other)
        column.addWidget(self.table)
        self.service = WindowService()
        self.editing = CellEditing(self.table, self.service, lambda: NOW)
        self.table.edit_requested.connect(self.editing.begin)
        self.window.resize(900, 500)
        with qtbot.waitActive(self.window):
            self.window.show()
        self.settle()
        self.table.setFocus()
        self.table.selectRow(2)
        self.table.go_to_cell(7, Column.CUSTOMER)

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: self.model.is_settled)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key, keys)

    def type(self, text: str) -> None:
        for letter in text:
            target = QApplication.focusWidget()
            assert target is not None
            QTest.keyClicks(target, letter)

    def editor(self) -> CellEditor:
        (found,) = [cell_editor for cell_editor in self.table.findChildren(CellEditor) if cell_editor.isVisible()]
        return found

    def is_open(self) -> bool:
        return self.editing.is_open

    def words(self) -> str:
        return " ".join(cell_note.words for cell_note in self.table.findChildren(CellNote) if cell_note.words)

    def asked(self) -> list[EditProject]:
        return self.service.told(EditProject)

    def saved(self) -> None:
        self.service.save(len(self.service.asked), 7)

    def where(self) -> tuple[int | None, int | None]:
        return self.table.current_key, self.table.cell_column


@pytest.fixture
def place(qtbot: QtBot) -> Place:
    return Place(qtbot)


@pytest.mark.parametrize("width", [30, 60, 400])
@pytest.mark.parametrize("column", [Column.PROJECT, Column.CUSTOMER, Column.POSTCODE])
def test_the_field_holds_all_of_its_text_within_the_table(place: Place, column: Column, width: int) -> None:
    texts = {"name": "The Old Bakery", "customer": "Christopher Montgomery", "postcode": "CB24 9PL"}
    place.model.upsert_rows({7: row(7, **texts)})
    place.settle()
    place.table.setColumnWidth(column, width)
    place.table.go_to_cell(7, column)
    place.key(K.Key_F2)
    cell = place.table.cell_rect(7, column)
    assert cell is not None

    def fits(editor: CellEditor) -> bool:
        room = editor.fontMetrics().horizontalAdvance(editor.text()) + 24
        inside = place.table.viewport().rect().contains(editor.geometry())
        return inside and editor.width() == min(max(cell.width(), room), place.table.viewport().width())

    assert fits(place.editor())
    first = QPoint(12, place.editor().height() // 2)
    assert place.editor().cursorPositionAt(first) <= 1, "the first letter is in sight"
    place.type("x" * 60)
    assert fits(place.editor())
    place.type("y" * 200)
    assert fits(place.editor())


def test_it_is_stored_with_what_was_seen_before_and_then_goes_down(place: Place) -> None:
    place.type("Ann Ward")
    place.key(K.Key_Return)
    assert place.asked() == [EditProject(7, {Field.CUSTOMER_NAME: "Ann Ward"}, {Field.CUSTOMER_NAME: "Customer 7"})]
    assert place.is_open()  # until it is on the disk
    assert place.where() == (7, Column.CUSTOMER)
    place.saved()
    assert not place.is_open()
    assert place.where() == (6, Column.CUSTOMER)
    assert place.table.hasFocus()


def test_keys_pressed_while_it_is_stored_go_on_in_the_next_cell(place: Place) -> None:
    place.type("Ann\rBo")
    assert [request.key for request in place.asked()] == [7]
    place.saved()
    assert place.editor().text() == "Bo"
    assert place.where() == (6, Column.CUSTOMER)


def test_many_new_projects_leave_the_keyboard_in_its_cell(place: Place) -> None:
    place.model.add_rows([row(key, name=f"New {key}", created="2026-11-25T09:00:00.000Z") for key in range(20, 40)])
    place.settle()
    assert place.where() == (7, Column.CUSTOMER)
    place.type("Z")
    assert place.editor().accessibleName() == "Customer of Barn 7"


def test_after_a_project_goes_the_next_has_the_keyboard_in_its_column(place: Place) -> None:
    place.table.go_to_cell(7, Column.STATUS)
    place.table.selection.expect_to_go([7])
    place.model.upsert_rows({}, [7])
    place.settle()
    assert place.where() == (6, Column.STATUS)


def test_a_cell_whose_column_is_hidden_is_none(place: Place) -> None:
    place.table.setColumnHidden(Column.CUSTOMER, True)
    assert place.where() == (7, None)
    place.type("Z")
    assert not place.is_open()
    place.editing.begin(7, Column.CUSTOMER, "Z")
    assert not place.is_open()


def test_unchanged_it_stores_nothing(place: Place) -> None:
    place.key(K.Key_F2)
    assert place.editor().selectedText() == "Customer 7"
    place.key(K.Key_Return)
    assert place.asked() == []
    assert place.where() == (6, Column.CUSTOMER)


def test_tab_goes_through_editable_cells_and_on_to_the_next_row(place: Place) -> None:
    place.key(K.Key_F2)
    seen = []
    for _ in range(2):
        place.key(K.Key_Tab)
        seen.append((*place.where(), place.is_open()))
    assert seen == [(7, Column.POSTCODE, True), (7, Column.STATUS, False)]
    place.key(K.Key_Left)
    place.key(K.Key_F2)
    place.table.setColumnHidden(Column.STATUS, True)
    place.key(K.Key_Tab)
    assert (*place.where(), place.is_open()) == (6, Column.PROJECT, True)
    place.key(K.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert place.where() == (7, Column.POSTCODE)


def test_what_the_disk_refuses_stays_with_the_reason(place: Place) -> None:
    place.type("Ann Ward")
    place.key(K.Key_Return)
    place.service.refuse(len(place.service.asked), DISK_FULL)
    assert place.editor().text() == "Ann Ward"
    assert "Not stored. What you typed is still here. The disk is full." in place.words()
    assert place.editor().accessibleDescription() in place.words()
    assert not place.editor().isReadOnly()
    place.type("!")
    place.editing.flush()
    command = place.service.drafts[-1]
    assert isinstance(command, KeepDraft)
    assert command.draft.texts == {Field.CUSTOMER_NAME: "Ann Ward!"}
    place.key(K.Key_Return)
    place.saved()
    assert not place.is_open()
    assert len(place.asked()) == 2


def test_leaving_it_stores_what_is_typed_and_leaves_the_keyboard_alone(place: Place) -> None:
    place.type("Ann Ward")
    place.other.setFocus(Qt.FocusReason.MouseFocusReason)
    assert [request.key for request in place.asked()] == [7]
    place.saved()
    assert not place.is_open()
    assert place.other.hasFocus()


def test_another_window_or_a_menu_is_not_leaving_it(place: Place) -> None:
    place.type("Ann")
    editor = place.editor()
    for reason in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
        place.other.setFocus(reason)
        editor.setFocus(reason)
    assert place.asked() == []
    assert editor.text() == "Ann"


def test_a_click_on_another_row_stores_it_and_goes_there(place: Place) -> None:
    place.type("Ann Ward")
    point = place.table.visualRect(place.model.index(5, Column.PROJECT)).center()
    QTest.mouseClick(place.table.viewport(), Qt.MouseButton.LeftButton, NONE, point)
    place.saved()
    assert [request.key for request in place.asked()] == [7]
    assert not place.is_open()
    assert place.table.current_key == 4


def test_the_editor_stays_with_its_project_through_changes_beneath(place: Place) -> None:
    place.type("Ann")
    top = place.editor().y()
    place.model.upsert_rows({20: row(20, name="New", created="2026-11-24T12:00:00.000Z"), 3: row(3, name="Other")}, [8])
    place.model.upsert_rows({21: row(21, name="Newer", created="2026-11-24T13:00:00.000Z")})
    place.settle()
    assert place.model.row_of(7) == 3
    assert place.editor().y() == top + place.table.rowHeight(0)
    assert place.editor().text() == "Ann"
    place.table.sortByColumn(Column.PROJECT, Qt.SortOrder.AscendingOrder)
    place.settle()
    place.key(K.Key_Return)
    assert place.asked()[0][:2] == (7, {Field.CUSTOMER_NAME: "Ann"})


def test_a_change_beneath_is_told_and_the_base_stays_what_was_seen(place: Place) -> None:
    place.type("Ann")
    place.model.upsert_rows({7: row(7, name="Barn 7", customer="Theirs", postcode="CB24 9PL")})
    place.settle()
    assert "In Heatpunk this is “Theirs” by now." in place.words()
    place.key(K.Key_Return)
    assert place.asked()[0].base == {Field.CUSTOMER_NAME: "Customer 7"}


def test_what_comes_while_it_is_stored_is_left_to_the_row(place: Place) -> None:
    place.type("Ann")
    place.key(K.Key_Return)
    place.model.upsert_rows({7: row(7, name="Barn 7", customer="Theirs", postcode="CB24 9PL")})
    place.settle()
    assert place.words() == ""
    assert place.editor().text() == "Ann"


def test_where_nothing_is_typed_yet_a_change_beneath_is_shown(place: Place) -> None:
    place.key(K.Key_F2)
    place.model.upsert_rows({7: row(7, name="Barn 7", customer="Theirs", postcode="CB24 9PL")})
    place.settle()
    assert place.editor().selectedText() == "Theirs"
    place.type("Mine")
    place.key(K.Key_Return)
    assert place.asked()[0].base == {Field.CUSTOMER_NAME: "Theirs"}


def test_what_was_stored_a_moment_ago_is_what_was_seen(place: Place) -> None:
    place.type("Ann")
    place.key(K.Key_Return)
    place.saved()
    place.table.go_to_cell(7, Column.CUSTOMER)  # whose row shows the old name still
    place.key(K.Key_F2)
    assert place.editor().text() == "Ann"
    place.type("Bo")
    place.key(K.Key_Return)
    assert place.asked()[1].base == {Field.CUSTOMER_NAME: "Ann"}


def test_a_project_that_a_filter_hides_keeps_its_editor(place: Place) -> None:
    place.type("Ann")
    place.model.set_filter(ProjectFilter(text="barn 3"))
    place.settle()
    assert "not among those shown any more" in place.words()
    place.key(K.Key_Return)
    assert place.asked()[0][:2] == (7, {Field.CUSTOMER_NAME: "Ann"})


def test_a_new_project_that_gets_its_number_keeps_its_editor(place: Place) -> None:
    place.model.upsert_rows({-2: row(-2, created="2026-11-24T10:00:00.000Z", marks=int(Mark.NOT_ON_SERVER))})
    place.settle()
    place.table.go_to_cell(-2, Column.CUSTOMER)
    place.type("Ann")
    place.model.replace_keys({-2: 50})
    place.settle()
    place.key(K.Key_Return)
    assert place.asked()[0].key == 50


def test_a_project_moved_to_deleted_is_not_edited(qtbot: QtBot, place: Place) -> None:
    place.model.upsert_rows({7: row(7, marks=int(Mark.DELETED_HERE | Mark.WAITING))})
    place.model.set_filter(ProjectFilter(view=SidebarView.DELETED_HERE))
    place.settle()
    place.table.go_to_cell(7, Column.CUSTOMER)
    with qtbot.waitSignal(place.editing.said) as said:
        place.editing.begin(7, Column.CUSTOMER)
    assert said.args is not None
    assert "moved to deleted" in said.args[0]
    assert not place.is_open()


def test_what_is_typed_is_kept_as_a_draft_that_goes_when_it_is_stored(place: Place) -> None:
    place.type("Ann")
    place.editing.flush()
    command = place.service.drafts[-1]
    assert isinstance(command, KeepDraft)
    draft = command.draft
    assert (draft.key, dict(draft.texts), dict(draft.base), draft.title) == (
        7,
        {Field.CUSTOMER_NAME: "Ann"},
        {Field.CUSTOMER_NAME: "Customer 7"},
        "Barn 7",
    )
    place.key(K.Key_Return)
    assert place.service.draft_ids == [draft.draft_id]


def test_esc_drops_the_draft(place: Place) -> None:
    place.type("Ann")
    place.editing.flush()
    place.service.take_drafts()
    place.key(K.Key_Escape)
    assert isinstance(place.service.drafts[-1], DropDraft)
    assert place.where() == (7, Column.CUSTOMER)


def test_finishing_stores_what_is_typed(place: Place) -> None:
    assert place.editing.finish()
    place.type("Ann")
    assert place.editing.finish()
    assert [request.key for request in place.asked()] == [7]
    assert place.editing.finish()
    assert len(place.asked()) == 1


def test_the_editor_goes_where_its_cell_goes(place: Place) -> None:
    place.window.resize(900, 260)
    place.key(K.Key_F2)
    before = place.editor().pos()
    place.table.verticalScrollBar().setValue(10)
    assert place.editor().pos() == before - QPoint(0, 10)
    place.table.setColumnWidth(Column.PROJECT, place.table.columnWidth(Column.PROJECT) + 30)
    assert place.editor().x() == before.x() + 30


def test_a_warning_stays_by_the_cell_above_where_the_keyboard_is(place: Place) -> None:
    place.table.go_to_cell(7, Column.POSTCODE)
    place.type("nowhere")
    place.key(K.Key_Return)
    assert place.words() == ""
    place.saved()
    assert "does not look like a UK postcode" in place.words()
    (note,) = [cell_note for cell_note in place.table.findChildren(CellNote) if cell_note.isVisible()]
    assert note.geometry().bottom() <= place.table.visualRect(place.model.index(2, 0)).top()
    place.type("x")
    assert place.words() == ""


def test_the_first_click_selects_and_the_second_goes_to_the_cell(qtbot: QtBot, place: Place) -> None:
    point = place.table.visualRect(place.model.index(5, Column.POSTCODE)).center()
    for expected in (None, Column.POSTCODE):
        QTest.mouseClick(place.table.viewport(), Qt.MouseButton.LeftButton, NONE, point)
        assert place.where() == (4, expected)
    with qtbot.waitSignal(place.table.open_requested):
        QTest.mouseDClick(place.table.viewport(), Qt.MouseButton.LeftButton, NONE, point)
    assert place.where() == (4, None)


def test_a_click_on_the_pill_of_the_selected_row_asks_for_the_menu(qtbot: QtBot, place: Place) -> None:
    point = place.table.visualRect(place.model.index(5, Column.STATUS)).center()
    with qtbot.assertNotEmitted(place.table.status_menu_requested):
        QTest.mouseClick(place.table.viewport(), Qt.MouseButton.LeftButton, NONE, point)
    with qtbot.waitSignal(place.table.status_menu_requested) as wanted:
        QTest.mouseClick(place.table.viewport(), Qt.MouseButton.LeftButton, NONE, point)
    assert wanted.args == [4]
    assert place.table.findChildren(QMenu) == []


def test_the_cell_that_the_keyboard_comes_to_is_said(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr("heatpunk_desktop.gui.table.cell_cursor.announce", lambda _widget, words: said.append(words))
    place.table.leave_cell()
    place.key(K.Key_Right)
    assert said == ["Customer: Customer 7. Enter edits it."]
    place.key(K.Key_Right)  # which Qt tells
    assert place.where() == (7, Column.POSTCODE)
    assert len(said) == 1


def test_from_a_cell_its_column_of_several_selected_is_copied(place: Place) -> None:
    place.table.leave_cell()
    place.key(K.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    place.key(K.Key_Right)
    assert place.table.selected_keys() == [7, 6]
    place.key(K.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QApplication.clipboard().text() == "Customer 7\nCustomer 6"


@pytest.mark.parametrize("key", [K.Key_Return, K.Key_F2, K.Key_S])
def test_keys_on_a_status_ask_for_the_menu(qtbot: QtBot, place: Place, key: Qt.Key) -> None:
    place.table.go_to_cell(7, Column.STATUS)
    with qtbot.waitSignal(place.table.status_menu_requested) as wanted:
        place.key(key)
    assert wanted.args == [7]


@pytest.fixture
def phone(place: Place) -> Place:
    """The keyboard is on the phone of 7, which is not loaded."""
    place.table.setColumnHidden(Column.PHONE, False)
    place.table.go_to_cell(7, Column.PHONE)
    return place


def loaded(place: Place, values: dict[Field, str | float | None]) -> None:
    assert place.service.asked[-1] == LoadProject(7)
    place.service.answer(len(place.service.asked), make_detail(7, values))


def test_what_the_list_lacks_is_loaded_when_it_is_edited(phone: Place) -> None:
    phone.key(K.Key_F2)
    assert "Loading what stands here" in phone.words()
    loaded(phone, {Field.CUSTOMER_PHONE: "01223 496000"})
    assert phone.editor().selectedText() == "01223 496000"
    assert phone.words() == ""
    phone.type("01223 496001")
    phone.key(K.Key_Return)
    assert phone.asked() == [
        EditProject(7, {Field.CUSTOMER_PHONE: "01223 496001"}, {Field.CUSTOMER_PHONE: "01223 496000"})
    ]


def test_what_was_typed_before_loading_stays_and_tells_what_it_replaces(phone: Place) -> None:
    phone.type("01223 496001")
    phone.service.answer(1, make_detail(7, {Field.CUSTOMER_PHONE: "01223 496000"}))
    assert phone.editor().text() == "01223 496001"
    assert "In Heatpunk this is “01223 496000”. What you typed replaces it." in phone.words()
    phone.key(K.Key_Return)
    assert phone.asked()[0].base == {Field.CUSTOMER_PHONE: "01223 496000"}


def test_where_it_cannot_be_loaded_that_is_said_and_no_before_is_claimed(phone: Place) -> None:
    phone.key(K.Key_F2)
    phone.service.refuse(1, DISK_FULL)
    assert "Not loaded" in phone.words()
    phone.key(K.Key_Return)
    assert phone.asked() == []  # nothing was typed
    phone.table.go_to_cell(7, Column.PHONE)
    phone.type("01223 496001")
    phone.key(K.Key_Return)
    assert phone.asked()[0].base == {}


def test_a_phone_that_is_known_is_edited_as_any_cell(phone: Place) -> None:
    phone.model.take_contacts({7: Contact(phone="01223 496000").packed()})
    phone.settle()
    phone.key(K.Key_F2)
    assert phone.editor().selectedText() == "01223 496000"
    assert phone.service.told(LoadProject) == []


def test_letters_on_a_cell_that_nobody_can_change_do_nothing(place: Place) -> None:
    place.table.go_to_cell(7, Column.CREATED)
    place.type("x")
    assert not place.is_open()
    assert place.where() == (7, Column.CREATED)
