"""Cells of the table edited where they stand, by keyboard alone, from the window to the sandbox's server."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.table.cell_editor import CellEditor, CellNote
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.gui.text.undo_words import CHANGES_BACK
from heatpunk_desktop.models.table_columns import Column
from heatpunk_desktop.services.sync.instructions import LoadProject
from tests.end2end.on_screen import CUSTOMER, POSTCODE, PROJECT, STATUS, Screen, running
from tests.faulty_sandbox.faults import Fault
from tests.faulty_sandbox.server import FaultySandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from heatpunk_desktop.sandbox.project import SandboxProject

# The offscreen platform says that it can bring no window to the front, and grab no keyboard for a menu.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

COUNT = 12
K = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


@pytest.fixture
def server() -> Iterator[FaultySandbox]:
    with FaultySandbox(projects=COUNT, seed=7) as running:
        yield running


@pytest.fixture
def screen(server: FaultySandbox, data_dir: Path, monkeypatch: pytest.MonkeyPatch, qtbot: object) -> Iterator[Screen]:
    del qtbot  # whose application the program takes
    with running(server, data_dir, monkeypatch) as shown:
        shown.wait(lambda: not shown.there("Cancel"), "the end of the refresh")
        yield shown
        server.faults.clear()


class Hands:
    """The user at the keyboard, who begins on a row of the table."""

    def __init__(self, screen: Screen, server: FaultySandbox, row: int = 1) -> None:
        self.screen = screen
        self.server = server
        found = screen.table()
        assert isinstance(found, ProjectTable)
        self.table = found
        found.window().activateWindow()
        found.setFocus()
        found.selectRow(row)
        screen.settle()

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        target = QApplication.activePopupWidget() or QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key, keys)
        self.screen.settle()

    def type(self, text: str) -> None:
        target = QApplication.focusWidget()
        assert target is not None
        for letter in text:
            target = QApplication.focusWidget()
            assert target is not None
            QTest.keyClicks(target, letter)
        self.screen.settle()

    def column(self) -> int | None:
        """The column of the cell that the keyboard is on."""
        return self.table.cell_column

    def active(self, menu: QMenu) -> str:
        """The words of the entry that the keyboard is on."""
        found: QAction | None = menu.activeAction()
        return found.text() if found is not None else ""

    def to_column(self, column: int) -> None:
        for _ in range(column + 1):
            self.key(K.Key_Right)
        assert self.column() == column

    def project(self, row: int) -> SandboxProject:
        key = self.table.project_model.key_at(row)
        assert key is not None
        return self.now(key)

    def now(self, key: int) -> SandboxProject:
        found = self.server.state.get(key)
        assert found is not None
        return found

    def editor(self) -> CellEditor | None:
        found = QApplication.focusWidget()
        return found if isinstance(found, CellEditor) else None

    def note(self) -> str:
        return " ".join(cell_note.words for cell_note in self.table.findChildren(CellNote) if cell_note.words)

    def wait_for_row(self, row: int) -> None:
        self.screen.wait(lambda: self.table.selected_rows() == [row], f"row {row} to be selected")


def action(screen: Screen, act: Act) -> QAction:
    found = screen.program.window.findChild(QAction, act)
    assert isinstance(found, QAction)
    return found


def test_enter_saves_and_goes_down_and_letters_go_on_there(screen: Screen, server: FaultySandbox) -> None:
    hands = Hands(screen, server)
    first, second = hands.project(1).project_id, hands.project(2).project_id
    hands.to_column(CUSTOMER)
    hands.type("Ann Ward")
    hands.key(K.Key_Return)
    hands.wait_for_row(2)
    assert hands.column() == CUSTOMER
    hands.type("Bo Lee")
    hands.key(K.Key_Return, SHIFT)
    hands.wait_for_row(1)
    screen.wait(lambda: hands.now(first).customer_name == "Ann Ward", "the first on the server")
    screen.wait(lambda: hands.now(second).customer_name == "Bo Lee", "the second on the server")
    assert [screen.cell(row, CUSTOMER) for row in (1, 2)] == ["Ann Ward", "Bo Lee"]


def test_tab_saves_and_edits_the_next_cell_that_can_be(screen: Screen, server: FaultySandbox) -> None:
    hands = Hands(screen, server)
    key = hands.project(1).project_id
    hands.to_column(PROJECT)
    hands.key(K.Key_F2)
    assert (editor := hands.editor()) is not None
    assert editor.selectedText() == hands.project(1).project_name
    hands.type("Mill House")
    hands.key(K.Key_Tab)
    screen.wait(
        lambda: (editor := hands.editor()) is not None and editor.accessibleName().startswith("Customer"), "Customer"
    )
    hands.type("Ann Ward")
    hands.key(K.Key_Tab)
    screen.wait(
        lambda: (editor := hands.editor()) is not None and editor.accessibleName().startswith("Postcode"), "Postcode"
    )
    hands.type("cb13qd")
    hands.key(K.Key_Backtab, SHIFT)
    screen.wait(lambda: (editor := hands.editor()) is not None and editor.text() == "Ann Ward", "the customer again")
    hands.key(K.Key_Escape)
    assert hands.editor() is None
    assert hands.table.hasFocus()
    screen.wait(
        lambda: (
            (now := hands.now(key)).project_name == "Mill House"
            and (now.customer_name, now.postcode) == ("Ann Ward", "CB1 3QD")
        ),
        "all three on the server",
    )


def test_esc_gives_up_and_then_goes_back_to_the_row(screen: Screen, server: FaultySandbox) -> None:
    hands = Hands(screen, server)
    before = screen.cell(1, CUSTOMER)
    hands.to_column(CUSTOMER)
    hands.type("Wrong")
    hands.key(K.Key_Escape)
    assert screen.cell(1, CUSTOMER) == before
    assert hands.column() == CUSTOMER
    hands.key(K.Key_Escape)
    assert hands.column() is None
    hands.type("x")
    assert hands.editor() is None
    hands.key(K.Key_Return)
    screen.wait(lambda: screen.there("Save changes"), "the form, as before")


def test_a_warning_is_said_and_lets_through(screen: Screen, server: FaultySandbox) -> None:
    hands = Hands(screen, server)
    key = hands.project(1).project_id
    hands.to_column(POSTCODE)
    hands.type("nowhere")
    hands.key(K.Key_Return)
    hands.wait_for_row(2)
    assert "postcode" in hands.note().lower()
    screen.wait(lambda: hands.now(key).postcode.lower() == "nowhere", "the server")


def test_closing_the_window_saves_what_is_typed(screen: Screen, server: FaultySandbox) -> None:
    hands = Hands(screen, server)
    key = hands.project(1).project_id
    hands.to_column(CUSTOMER)
    hands.type("Ann Ward")
    screen.program.window.close()
    screen.wait(lambda: hands.now(key).customer_name == "Ann Ward", "the server")


def test_what_is_typed_is_offered_at_the_next_start_after_a_power_cut(
    server: FaultySandbox, data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, screen: Screen
) -> None:
    hands = Hands(screen, server)
    hands.to_column(CUSTOMER)
    hands.type("Ann Ward")
    reader = screen.program.service.reader
    screen.wait(lambda: [draft.texts for draft in reader.drafts()] == [{Field.CUSTOMER_NAME: "Ann Ward"}], "the draft")
    disk = tmp_path / "as it was"
    shutil.copytree(data_dir, disk, ignore=shutil.ignore_patterns("*.lock", "*.sock"))
    hands.key(K.Key_Escape)
    screen.program.window.hide()
    with running(server, disk, monkeypatch) as after:
        after.press("Open")
        after.wait(lambda: after.there("Save changes"), "the form")
        assert after.field("Customer name") == "Ann Ward"


def test_the_status_is_chosen_from_a_menu_and_undone(screen: Screen, server: FaultySandbox) -> None:
    hands = Hands(screen, server)
    key, before = hands.project(1).project_id, hands.project(1).status
    wanted = "Rejected" if before != "Rejected" else "Completed"
    hands.key(K.Key_Down, ALT)
    screen.wait(lambda: QApplication.activePopupWidget() is not None, "the menu")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions() if action.isChecked()] == [before]
    assert menu.accessibleName().startswith("Status of ")
    while hands.active(menu) != wanted:
        hands.key(K.Key_Down)
    hands.key(K.Key_Return)
    screen.wait(lambda: screen.cell(1, STATUS) == wanted, "the pill")
    screen.wait(lambda: hands.now(key).status == wanted, "the server")
    screen.wait(lambda: CHANGES_BACK in action(screen, Act.UNDO).toolTip(), "undo to be offered")
    action(screen, Act.UNDO).trigger()
    screen.wait(lambda: hands.now(key).status == before, "the server again")


def test_offline_what_was_typed_waits_and_then_goes(screen: Screen, server: FaultySandbox) -> None:
    hands = Hands(screen, server)
    key = hands.project(1).project_id
    server.faults.add(Fault.drop_before(), times=None)
    hands.to_column(CUSTOMER)
    hands.type("Ann Ward")
    hands.key(K.Key_Return)
    screen.wait(lambda: screen.cell(1, CUSTOMER) == "Ann Ward", "the row")
    screen.reads("Changes 1")
    assert hands.now(key).customer_name != "Ann Ward"
    server.faults.clear()
    screen.act(Act.SEND_NOW)
    screen.wait(lambda: hands.now(key).customer_name == "Ann Ward", "the server")


def test_a_phone_is_loaded_edited_and_shown_in_its_column(screen: Screen, server: FaultySandbox) -> None:
    hands = Hands(screen, server)
    key, before = hands.project(1).project_id, hands.project(1).customer_phone
    hands.table.column_actions[Column.PHONE].trigger()
    while hands.column() != Column.PHONE:
        hands.key(K.Key_Right)
    hands.key(K.Key_F2)
    screen.wait(lambda: (editor := hands.editor()) is not None and editor.text() == (before or ""), "what stands there")
    hands.key(K.Key_A, CTRL)
    hands.type("01223 496000")
    hands.key(K.Key_Return)
    screen.wait(lambda: screen.cell(1, Column.PHONE) == "01223 496000", "the column")
    screen.wait(lambda: hands.now(key).customer_phone == "01223 496000", "the server")
    assert screen.cell(5, Column.PHONE) == "…"


def test_a_column_of_phones_that_was_shown_is_filled_at_the_next_start(
    server: FaultySandbox, data_dir: Path, monkeypatch: pytest.MonkeyPatch, screen: Screen
) -> None:
    key = Hands(screen, server).project(1).project_id
    screen.program.service.ask(LoadProject(key))  # as the inspector does
    Hands(screen, server).table.column_actions[Column.PHONE].trigger()
    expected = server.state.get(key)
    assert expected is not None
    screen.wait(lambda: screen.cell(1, Column.PHONE) == (expected.customer_phone or "—"), "the phone")
    screen.stop()
    with running(server, data_dir, monkeypatch) as again:
        again.wait(lambda: again.cell(1, Column.PHONE) == (expected.customer_phone or "—"), "the phone again")


def test_a_block_is_pasted_over_the_selected_as_one_change(screen: Screen, server: FaultySandbox) -> None:
    hands = Hands(screen, server)
    keys = [hands.project(row).project_id for row in (1, 2)]
    before = [(hands.now(key).customer_name, hands.now(key).postcode) for key in keys]
    hands.key(K.Key_Down, SHIFT)
    hands.to_column(CUSTOMER)
    QGuiApplication.clipboard().setText('"Ann ""Annie"" Ward"\tcb13qd\tLead\r\nBo Lee\tCB24 9PL\tSold\r\n')
    hands.key(K.Key_V, CTRL)
    screen.reads("Paste into 2 projects", "Row 2, Status: “Sold”. This has to be one of Lead, Quote")
    screen.wait(lambda: screen.there("Change 2 projects"), "what it would do")
    hands.key(K.Key_Return)
    screen.wait(lambda: hands.now(keys[0]).customer_name == 'Ann "Annie" Ward', "the server")
    screen.wait(lambda: hands.now(keys[1]).customer_name == "Bo Lee", "the server")
    assert hands.now(keys[0]).postcode == "CB1 3QD"
    screen.wait(lambda: "Paste into 2 projects" in action(screen, Act.UNDO).text(), "undo to name it")
    screen.wait(
        lambda: "are sent" in action(screen, Act.UNDO).toolTip() or "is sent" in action(screen, Act.UNDO).toolTip(),
        "sent",
    )
    action(screen, Act.UNDO).trigger()
    screen.wait(
        lambda: [(hands.now(key).customer_name, hands.now(key).postcode) for key in keys] == before, "all to come back"
    )


def test_one_value_goes_to_all_that_are_selected(screen: Screen, server: FaultySandbox) -> None:
    hands = Hands(screen, server, row=0)
    hands.key(K.Key_A, CTRL)
    hands.to_column(POSTCODE)
    QGuiApplication.clipboard().setText("CB1 3QD")
    hands.key(K.Key_V, CTRL)
    screen.reads(f"Paste into {COUNT} projects")
    screen.wait(lambda: screen.there(f"Change {COUNT} projects"), "what it would do")
    hands.key(K.Key_Return)
    screen.wait(lambda: {project.postcode for project in server.state} == {"CB1 3QD"}, "the server")


def test_what_is_copied_is_pasted_back_without_a_change(screen: Screen, server: FaultySandbox) -> None:
    hands = Hands(screen, server)
    hands.key(K.Key_Down, SHIFT)
    hands.key(K.Key_C, CTRL)
    hands.key(K.Key_V, CTRL | SHIFT)
    screen.reads("Paste into 2 projects", "0 values change.")
    hands.key(K.Key_Escape)


def test_after_a_delete_the_next_project_is_chosen_with_the_keyboard(screen: Screen, server: FaultySandbox) -> None:
    hands = Hands(screen, server)
    following = hands.project(2).project_id
    hands.key(K.Key_Delete)
    screen.press("Move to deleted")
    screen.rows(COUNT - 1)
    screen.wait(lambda: hands.table.selected_keys() == [following], "the next one")
    assert hands.table.current_key == following
    assert screen.program.window.focusWidget() is hands.table
