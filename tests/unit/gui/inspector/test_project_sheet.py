"""What the window says of several selected projects, and of what has reached the server."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QLineEdit, QPushButton, QTreeWidget

from heatpunk_desktop.domain.changes import FieldEdit
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.operation import OperationKind, OperationState
from heatpunk_desktop.domain.project import Mark, ProjectDetail
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.actions.status_controller import StatusMenu
from heatpunk_desktop.gui.bulk_edit.batch_dialogs import DeleteSeveralDialog
from heatpunk_desktop.gui.bulk_edit.change_dialog import ChangeSeveralDialog
from heatpunk_desktop.gui.command_palette.palette import CommandPalette
from heatpunk_desktop.gui.main_window.central_area import Centre
from heatpunk_desktop.gui.main_window.files_controller import FilesController
from heatpunk_desktop.gui.main_window.project_controller import ProjectController
from heatpunk_desktop.gui.outbox.changes_controller import ChangesController
from heatpunk_desktop.gui.project_form.project_form import ProjectForm
from heatpunk_desktop.gui.table.paste_dialog import PasteDialog
from heatpunk_desktop.gui.text.undo_words import sent_words
from heatpunk_desktop.gui.text.view_words import VIEW_WORDS
from heatpunk_desktop.models.project_filter import SidebarView
from heatpunk_desktop.models.project_selection import Selection
from heatpunk_desktop.models.table_columns import Column
from heatpunk_desktop.services.sync.commands import CreateProject, EditProject, StageChanges
from heatpunk_desktop.services.sync.facts import Changed, Connection, Done, Link
from heatpunk_desktop.services.sync.instructions import LoadProject
from heatpunk_desktop.store.reader import OperationGroup
from tests.parts import part_of
from tests.unit.gui.hands import button, control, words_on
from tests.unit.gui.one_window import Window
from tests.unit.gui.window_service import LISTED, make_operation, make_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtGui import QClipboard
    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.domain.operation import Operation

CTRL = Qt.KeyboardModifier.ControlModifier
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    window = Window(qtbot)
    yield window
    window.close()


def test_several_projects_are_counted_with_what_can_be_done_with_them(qtbot: QtBot, window: Window) -> None:
    table, inspector = window.table, window.inspector
    qtbot.waitUntil(lambda: table.model().rowCount() == 3)
    assert table.select_key(5)
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: "2 projects selected" in words_on(inspector))
    QTest.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "3 projects selected" in words_on(inspector))
    offered = [
        push_button
        for push_button in inspector.findChildren(QPushButton)
        if push_button.isVisible() and push_button.isEnabled()
    ]
    statuses = ["Lead", "Quote", "Sale", "Install", "Completed", "Rejected"]
    assert [push_button.text() for push_button in offered] == [*statuses, "Change a field…", "Delete…", "Export…"]
    assert "These apply to all 3 projects." in words_on(inspector)
    window.service.connection_changed.emit(Connection(Link.ONLINE, ""))
    assert not window.service.told(LoadProject), "nothing is asked about one of several"
    button(inspector, "Delete…").click()
    (question,) = window.window.findChildren(DeleteSeveralDialog)
    assert "Move 3 projects to deleted?" in words_on(question)
    question.done(QDialog.DialogCode.Rejected)
    assert table.select_key(4)
    qtbot.waitUntil(lambda: "selected" not in words_on(inspector))


def choose(qtbot: QtBot, window: Window, *keys: int) -> None:
    table = window.table
    qtbot.waitUntil(lambda: table.model().rowCount() == 3)
    table.setFocus()
    table.selection.choose(Selection.of(keys))


def batches(window: Window) -> list[StageChanges]:
    return window.service.told(StageChanges)


def to_sale(window: Window, *keys: int) -> bool:
    """Whether these projects were set to Sale, as one change that can be undone at once."""
    (staged,) = batches(window)
    assert staged.label == f"{len(keys)} projects set to Sale"
    return [(change.key, change.changes) for change in staged.changes if isinstance(change, FieldEdit)] == [
        (key, {Field.STATUS: "Sale"}) for key in keys
    ]


def test_the_menu_of_statuses_in_the_table_is_for_all_that_are_selected(qtbot: QtBot, window: Window) -> None:
    choose(qtbot, window, 5, 4, 3)
    QTest.keyClick(window.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    (menu,) = window.window.findChildren(StatusMenu)
    assert menu.accessibleName() == "Status of 3 projects"
    next(action for action in menu.actions() if action.text() == "Sale").trigger()
    menu.close()
    assert to_sale(window, 5, 4, 3)


def test_what_the_menu_showed_is_what_a_colleagues_change_is_compared_with(qtbot: QtBot, window: Window) -> None:
    choose(qtbot, window, 5)
    window.action(Act.SET_STATUS).trigger()
    (menu,) = window.window.findChildren(StatusMenu)
    window.model.upsert_rows({5: make_row(5, "14 High Street survey", "Install")})
    next(action for action in menu.actions() if action.text() == "Sale").trigger()
    menu.close()
    assert window.service.told(EditProject) == [EditProject(5, {Field.STATUS: "Sale"}, {Field.STATUS: "Lead"})]


def test_a_button_sets_the_status_of_all_that_are_selected(qtbot: QtBot, window: Window) -> None:
    choose(qtbot, window, 5, 3)
    inspector = window.inspector
    qtbot.waitUntil(lambda: "2 projects selected" in words_on(inspector))
    button(inspector, "Sale").click()
    assert to_sale(window, 5, 3)


@contextmanager
def palette(window: Window) -> Iterator[tuple[QLineEdit, QTreeWidget]]:
    """The line of the command palette, and what it found."""
    window.action(Act.PALETTE).trigger()
    (opened,) = (
        command_palette for command_palette in window.window.findChildren(CommandPalette) if command_palette.isVisible()
    )
    yield control(opened, QLineEdit, "Command, view or project"), control(opened, QTreeWidget, "Found")
    opened.close()


def texts(found: QTreeWidget) -> list[str]:
    model = found.model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def test_the_palette_sets_the_status_of_what_is_selected(qtbot: QtBot, window: Window) -> None:
    statuses = ["Lead", "Quote", "Sale", "Install", "Completed", "Rejected"]
    with palette(window) as (line, found):
        line.setText("set status:")
        assert texts(found) == [f"Set status: {status}" for status in statuses]
        assert "Select a project first" in words_on(line.window())
    choose(qtbot, window, 5, 4)
    with palette(window) as (line, found):
        line.setText("set status: sale")
        assert texts(found) == ["Set status: Sale"]
        assert "Select a project first" not in words_on(line.window())
        QTest.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(batches(window)))
    assert to_sale(window, 5, 4)


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_Return])
def test_f2_and_enter_change_the_cells_field_in_all_that_are_selected(
    qtbot: QtBot, window: Window, key: Qt.Key
) -> None:
    choose(qtbot, window, 5, 4)
    table = window.table
    table.go_to_cell(5, Column.POSTCODE)
    assert table.selected_keys() == [5, 4]
    QTest.keyClicks(table, "x")
    assert not table.findChildren(QLineEdit), "a letter would change one of them"
    QTest.keyClick(table, key)
    (dialog,) = window.window.findChildren(ChangeSeveralDialog)
    assert "2 projects" in words_on(dialog)
    assert control(dialog, QComboBox, "Field").currentText() == "Postcode"
    dialog.reject()


def test_what_is_for_one_project_says_so_where_several_are_selected(qtbot: QtBot, window: Window) -> None:
    choose(qtbot, window, 5, 4)
    for act in (Act.OPEN, Act.DELETE_PERMANENTLY, Act.EDIT_CELL, Act.CREATE_AGAIN):
        assert not window.action(act).isEnabled()
        assert window.action(act).toolTip() == "Select one project only: 2 are selected"
    for act in (Act.EDIT, Act.SET_STATUS, Act.STATUS_AFTER, Act.DELETE, Act.COPY, Act.CHANGE_SEVERAL):
        assert window.action(act).isEnabled()


def test_a_deleted_project_can_be_created_again_but_not_changed(window: Window) -> None:
    gone = make_row(4, "The Old Bakery", "Quote", marks=int(Mark.DELETED_HERE))
    window.service.held.details[4] = ProjectDetail(gone, LISTED, LISTED)
    window.model.upsert_rows({4: gone})
    window.show_view(VIEW_WORDS[SidebarView.DELETED_HERE].name)
    assert window.keys() == [4]
    window.table.select_key(4)
    for act in (Act.EDIT, Act.SET_STATUS, Act.DELETE, Act.CHANGE_SEVERAL, Act.EDIT_CELL):
        assert not window.action(act).isEnabled()
        assert "create one again" in window.action(act).toolTip()
    QTest.keyClick(window.table, Qt.Key.Key_Return)
    assert not window.window.findChildren(ProjectForm)
    assert "Deleted projects cannot be changed" in words_on(window.status)
    window.action(Act.CREATE_AGAIN).trigger()
    (form,) = window.window.findChildren(ProjectForm)
    assert form.key is None
    assert control(form, QLineEdit, "Customer name").text() == "Siân O’Neill"
    assert control(form, QComboBox, "Status").currentText() == "Quote"
    button(form, "Create project").click()
    (new,) = window.service.told(CreateProject)
    assert new.values == LISTED
    form.leave()


@pytest.mark.parametrize("layout", [Act.TABLE, Act.BOARD])
def test_once_a_project_is_created_the_keyboard_is_where_the_projects_are(
    qtbot: QtBot, window: Window, layout: Act
) -> None:
    window.action(layout).trigger()
    window.search.setFocus()
    part_of(window.window, ProjectController).saved.emit(-1)
    window.model.upsert_rows({-1: make_row(-1, "New one", marks=int(Mark.NOT_ON_SERVER))})
    qtbot.waitUntil(lambda: window.table.selected_keys() == [-1])
    focused = QApplication.focusWidget()
    centre = part_of(window.window, Centre)
    assert focused is not None
    assert focused is not centre
    assert centre.isAncestorOf(focused)


@pytest.fixture
def clipboard() -> Iterator[QClipboard]:
    clipboard = QApplication.clipboard()
    yield clipboard
    clipboard.clear()


def paste_dialog(window: Window) -> PasteDialog:
    (dialog,) = (paste_dialog for paste_dialog in window.window.findChildren(PasteDialog) if paste_dialog.isVisible())
    return dialog


def column_of(dialog: PasteDialog) -> str:
    return control(dialog, QComboBox, "Paste into column").currentText()


@pytest.mark.parametrize("keys", [CTRL, CTRL | Qt.KeyboardModifier.ShiftModifier])
def test_statuses_are_pasted_into_the_status_of_what_is_selected(
    qtbot: QtBot, window: Window, clipboard: QClipboard, keys: Qt.KeyboardModifier
) -> None:
    choose(qtbot, window, 5, 4, 3)
    clipboard.setText("Sale\nInstall\nCompleted\n")
    QTest.keyClick(window.window, Qt.Key.Key_V, keys)
    dialog = paste_dialog(window)
    assert "Paste into 3 projects" in words_on(dialog)
    assert column_of(dialog) == "Status"
    dialog.reject()


def test_names_are_pasted_only_into_the_cell_that_was_clicked(
    qtbot: QtBot, window: Window, clipboard: QClipboard
) -> None:
    choose(qtbot, window, 5, 4)
    clipboard.setText("Ann Green\nBo Brown\n")
    QTest.keyClick(window.window, Qt.Key.Key_V, CTRL)
    assert column_of(paste_dialog(window)) == ""
    paste_dialog(window).reject()
    table = window.table
    untouched = table.viewport().grab().toImage()
    for row, keys in ((0, Qt.KeyboardModifier.NoModifier), (1, Qt.KeyboardModifier.ShiftModifier)):
        place = table.visualRect(window.model.index(row, Column.CUSTOMER)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, keys, place)
    assert table.selected_keys() == [5, 4]
    assert table.viewport().grab().toImage() != untouched, "a frame shows where it would go"
    QTest.keyClick(window.window, Qt.Key.Key_V, CTRL)
    assert column_of(paste_dialog(window)) == "Customer"
    paste_dialog(window).reject()


def test_on_the_board_it_goes_into_the_selected_cards_alone(
    qtbot: QtBot, window: Window, clipboard: QClipboard
) -> None:
    choose(qtbot, window, 5)
    window.action(Act.BOARD).trigger()
    clipboard.setText("Sale\nInstall\n")
    QTest.keyClick(window.window, Qt.Key.Key_V, CTRL)
    assert "Paste into 1 project" in words_on(paste_dialog(window))
    paste_dialog(window).reject()


def test_without_a_selection_rows_that_were_copied_are_imported(
    window: Window, clipboard: QClipboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported: list[bool] = []
    files = part_of(window.window, FilesController)
    monkeypatch.setattr(files, "paste", lambda: imported.append(True))
    clipboard.setText("Name\tCustomer\nBarn\tAnn\n")
    QTest.keyClick(window.window, Qt.Key.Key_V, CTRL)
    assert imported == [True]
    assert window.table.select_key(5)
    QTest.keyClick(window.window, Qt.Key.Key_V, CTRL)
    assert imported == [True]
    button(paste_dialog(window), "Import as new projects…").click()
    assert imported == [True, True]


def show(window: Window, waiting: int, *done: Operation) -> None:
    held = window.service.held
    held.pages = {
        OperationGroup.WAITING: tuple(make_operation(100 + n, OperationState.QUEUED) for n in range(waiting)),
        OperationGroup.DONE: done,
    }
    window.service.changed.emit(Changed(counts=held.operation_counts()))


SAVED = make_operation(1, OperationState.CONFIRMED, name="31a High Street")
MADE = make_operation(2, OperationState.CONFIRMED, OperationKind.CREATE, name="Barn")
GIVEN_UP = make_operation(3, OperationState.DISCARDED, name="Mill")


def test_what_has_reached_the_server_is_said_once_all_of_it_has(window: Window) -> None:
    status = window.status
    show(window, 0, SAVED)
    assert "in Heatpunk" not in words_on(status), "what was done long ago is no news"
    show(window, 1, SAVED)
    show(window, 0, MADE, SAVED)
    assert sent_words(MADE, 1) in words_on(status)
    show(window, 2, MADE, SAVED)
    show(window, 1, SAVED, MADE, SAVED)
    assert "2 changes" not in words_on(status)
    show(window, 0, SAVED, SAVED, MADE, SAVED)
    assert sent_words(SAVED, 2) in words_on(status)
    show(window, 0, SAVED, SAVED, SAVED, MADE, SAVED)
    assert sent_words(SAVED, 1) in words_on(status), "also where nobody saw it wait"


def test_what_was_given_up_has_not_reached_it(window: Window) -> None:
    show(window, 1)
    show(window, 0, GIVEN_UP)
    assert "in Heatpunk" not in words_on(window.status)


def test_the_offer_to_undo_what_was_refused_stays(window: Window) -> None:
    offered = Done(FieldEdit(5, {}, {Field.STATUS: "Sale"}), 5, "14 High Street survey")
    show(window, 2)
    part_of(window.window, ChangesController).history.offered.emit(offered)
    show(window, 0, SAVED)
    assert "Changed here: 14 High Street survey" in words_on(window.status)
    assert button(window.status, "Undo").isVisible()
