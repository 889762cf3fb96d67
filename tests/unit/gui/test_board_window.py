"""Table or board in the whole window: switching, moving cards, what is said, and what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QPushButton

from heatpunk_desktop.domain.changes import FieldEdit, Staged
from heatpunk_desktop.domain.choices import StoredView
from heatpunk_desktop.domain.fields import Field
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.filters.saved_view import Layout, SavedView
from heatpunk_desktop.gui.actions.actions import Act
from heatpunk_desktop.gui.actions.shortcut_sheet import listed_actions
from heatpunk_desktop.gui.actions.status_controller import StatusMenu
from heatpunk_desktop.gui.board.board import Board
from heatpunk_desktop.gui.board.layout_controller import LayoutController
from heatpunk_desktop.gui.saved_views.saved_views_controller import SavedViewsController
from heatpunk_desktop.gui.text.view_words import VIEW_WORDS
from heatpunk_desktop.models.project_filter import SidebarView
from heatpunk_desktop.services.sync.commands import EditProject, StageChanges
from tests.parts import part_of
from tests.unit.gui.fake_service import DISK_FULL
from tests.unit.gui.hands import button, question, words_on
from tests.unit.gui.one_window import Window
from tests.unit.gui.window_service import make_row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.gui.board.card_list import CardList

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LEAD, QUOTE, SALE, INSTALL, COMPLETED, REJECTED, OTHER = range(7)
SURVEY, BAKERY, FLAT = 5, 4, 3  # a lead and two quotes
ALT = Qt.KeyboardModifier.AltModifier


class OnBoard(Window):
    def __init__(self, qtbot: QtBot, views: tuple[StoredView, ...] = ()) -> None:
        super().__init__(qtbot, views)
        self.qtbot = qtbot
        self.said: list[str] = []

    def show_board(self) -> Board:
        self.action(Act.BOARD).trigger()
        return self.board

    @property
    def board(self) -> Board:
        (found,) = self.window.findChildren(Board)
        return found

    def cards_of(self, column: int) -> CardList:
        return self.board.lists()[column]

    def choose(self, *keys: int) -> None:
        self.table.select_key(keys[0])
        for key in keys[1:]:
            row = self.model.row_of(key)
            assert row is not None
            flags = self.table.selectionModel().SelectionFlag
            self.table.selectionModel().select(self.model.index(row, 0), flags.Select | flags.Rows)
        self.table.setFocus()

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, keys)

    def edits(self) -> list[tuple[object, ...]]:
        return [(command.key, command.changes, command.base) for command in self.service.told(EditProject)]

    def batches(self) -> list[StageChanges]:
        return self.service.told(StageChanges)

    def shown(self, board: bool) -> bool:
        return (self.board.isVisible(), self.table.isVisible()) == (board, not board)


@pytest.fixture
def window(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnBoard]:
    made = OnBoard(qtbot)
    place = "heatpunk_desktop.gui.actions.status_controller.announce"
    monkeypatch.setattr(place, lambda _widget, words: made.said.append(words))
    yield made
    made.close()


# -- the switch --------------------------------------------------------------------------------------------------------


def test_table_and_board_take_each_others_place(window: OnBoard) -> None:
    assert window.action(Act.TABLE).isChecked()
    window.choose(BAKERY)
    assert window.table.hasFocus()
    window.show_board()
    assert window.shown(board=True)
    assert window.cards_of(QUOTE).hasFocus()
    assert window.cards_of(QUOTE).selected_rows() == [0]
    assert window.action(Act.BOARD).isChecked()
    assert not window.action(Act.TABLE).isChecked()
    window.action(Act.TABLE).trigger()
    assert window.shown(board=False)
    assert window.table.hasFocus()
    assert window.table.selected_keys() == [BAKERY]


@pytest.mark.parametrize("chosen", [SURVEY, BAKERY])
def test_the_board_begins_at_its_left_where_the_chosen_card_is_in_sight(window: OnBoard, chosen: int) -> None:
    window.window.resize(1100, 700)
    window.choose(chosen)
    board = window.show_board()
    assert board.horizontalScrollBar().maximum() > 0
    assert board.horizontalScrollBar().value() == 0


def test_what_was_chosen_while_another_page_was_open_is_brought_in_sight(window: OnBoard, qtbot: QtBot) -> None:
    window.window.resize(1100, 700)
    window.choose(SURVEY)
    board = window.show_board()
    board.hide()  # as with any page in its place
    window.model.upsert_rows({BAKERY: make_row(BAKERY, "The Old Bakery", "Rejected", "2026-11-23T09:00:00.000Z")})
    window.table.select_key(BAKERY)
    board.show()
    qtbot.waitUntil(lambda: board.horizontalScrollBar().value() > 0)


def test_the_board_is_moved_to_where_the_card_of_the_keyboard_is(window: OnBoard) -> None:
    window.window.resize(1100, 700)
    window.model.upsert_rows({BAKERY: make_row(BAKERY, "The Old Bakery", "Rejected", "2026-11-23T09:00:00.000Z")})
    window.choose(BAKERY)
    board = window.show_board()
    column = window.cards_of(REJECTED)
    left = column.mapTo(board.viewport(), QPoint(0, 0)).x()
    assert board.horizontalScrollBar().value() > 0
    assert 0 <= left <= board.viewport().width() - column.width()


def test_the_buttons_above_the_projects_switch_by_pointer_and_by_arrow(window: OnBoard) -> None:
    table, board = button(window.window, "Table"), button(window.window, "Board")
    assert (table.isChecked(), board.isChecked()) == (True, False)
    assert board.toolTip() == "Board (Ctrl+Shift+B)"
    board.click()
    assert window.shown(board=True)
    assert (table.isChecked(), board.isChecked()) == (False, True)
    board.setFocus()
    window.press(Qt.Key.Key_Left)
    assert table.hasFocus()
    window.press(Qt.Key.Key_Space)
    assert window.shown(board=False)
    assert (table.isChecked(), board.isChecked()) == (True, False)


def test_the_palette_and_the_sheet_of_keys_know_of_it(window: OnBoard) -> None:
    listed = {action.words: action for action in listed_actions(window.window.menuBar())}
    assert listed["Board"].menu == "View"
    assert listed["Board"].action.shortcut().toString() == "Ctrl+Shift+B"
    assert listed["Move to the status after"].action.shortcut().toString() == "Alt+Right"
    assert not listed["Move to the status after"].action.isEnabled()
    assert listed["Move to the status after"].action.toolTip() == "Select a project first"
    window.choose(SURVEY)
    assert listed["Move to the status after"].action.isEnabled()


def test_words_stand_in_its_place_where_nothing_matches(window: OnBoard) -> None:
    window.show_board()
    window.search.setText("no such project")
    assert window.keys() == []
    assert not window.board.isVisible()
    assert VIEW_WORDS[SidebarView.ALL].nothing in words_on(window.window)
    window.search.setText("bakery")
    assert window.keys() == [BAKERY]
    assert window.shown(board=True)


def test_from_the_search_field_the_arrow_goes_to_the_first_project(window: OnBoard) -> None:
    window.show_board()
    window.search.setFocus()
    window.press(Qt.Key.Key_Down)
    assert window.cards_of(LEAD).hasFocus()
    assert window.table.selected_keys() == [SURVEY]


@pytest.mark.parametrize(("key", "column"), [(SURVEY, LEAD), (BAKERY, QUOTE)])
def test_tab_goes_from_the_switch_to_the_cards_and_on_to_the_inspector(window: OnBoard, key: int, column: int) -> None:
    window.show_board()
    window.choose(key)
    button(window.window, "Board").setFocus()
    window.press(Qt.Key.Key_Tab)
    assert window.cards_of(column).hasFocus()
    for _ in range(2):  # what is folded
        window.press(Qt.Key.Key_Tab)
        strip = QApplication.focusWidget()
        assert isinstance(strip, QAbstractButton)
        assert strip.accessibleName().startswith("Open ")
    window.press(Qt.Key.Key_Tab)
    after = QApplication.focusWidget()
    assert after is not None
    assert not window.board.isAncestorOf(after)
    for _ in range(3):
        window.press(Qt.Key.Key_Backtab)
    assert window.cards_of(column).hasFocus()
    window.press(Qt.Key.Key_Backtab)
    assert button(window.window, "Board").hasFocus()


def test_it_is_kept(window: OnBoard) -> None:
    values: dict[str, object] = {}
    part_of(window.window, LayoutController).keep(values)
    assert values == {"layout": "table", "board_open": []}
    window.show_board().open_only(["Rejected"])
    part_of(window.window, LayoutController).keep(values)
    assert values == {"layout": "board", "board_open": ["Rejected"]}
    window.action(Act.TABLE).trigger()
    part_of(window.window, LayoutController).restore({"layout": "heap"})
    assert window.shown(board=False)
    part_of(window.window, LayoutController).restore(values)
    assert window.shown(board=True)


def card_height(window: OnBoard) -> int:
    cards = window.cards_of(LEAD)
    return cards.visualRect(cards.model().index(0, 0)).height()


def test_cards_are_compact_with_the_rows(window: OnBoard) -> None:
    window.show_board()
    before = card_height(window)
    window.action(Act.COMPACT).trigger()
    assert card_height(window) < before


# -- moving ------------------------------------------------------------------------------------------------------------


def test_keys_move_a_card_one_status_on_and_back(window: OnBoard) -> None:
    window.show_board()
    window.choose(SURVEY)
    window.press(Qt.Key.Key_Right, ALT)
    assert window.edits() == [(SURVEY, {Field.STATUS: "Quote"}, {Field.STATUS: "Lead"})]
    assert window.said == []  # before it is stored
    window.service.save(len(window.service.asked), SURVEY)
    assert window.said == ["14 High Street survey moved from Lead to Quote."]
    window.model.upsert_rows({SURVEY: make_row(SURVEY, status="Quote")})
    window.keys()
    window.press(Qt.Key.Key_Left, ALT)
    assert window.edits()[1:] == [(SURVEY, {Field.STATUS: "Lead"}, {Field.STATUS: "Quote"})]


def test_keys_pressed_faster_than_a_disk_writes_all_count(window: OnBoard) -> None:
    window.show_board()
    window.choose(SURVEY)
    for _ in range(3):
        window.press(Qt.Key.Key_Right, ALT)
    assert window.edits() == [
        (SURVEY, {Field.STATUS: after}, {Field.STATUS: before})
        for before, after in (("Lead", "Quote"), ("Quote", "Sale"), ("Sale", "Install"))
    ]


def test_several_cards_are_one_change(window: OnBoard) -> None:
    window.show_board()
    window.choose(BAKERY, FLAT)
    window.board.move_requested.emit((BAKERY, FLAT), "Sale")
    (staged,) = window.batches()
    base = {Field.STATUS: "Quote"}
    assert staged.changes == tuple(FieldEdit(key, base, {Field.STATUS: "Sale"}) for key in (BAKERY, FLAT))
    assert staged.label == "2 projects set to Sale"
    window.service.answer(len(window.service.asked), Staged(1, (BAKERY, FLAT)))
    assert window.said == ["2 projects moved to Sale."]


def test_cards_of_several_columns_each_go_one_on(window: OnBoard) -> None:
    window.show_board()
    window.choose(SURVEY, BAKERY)
    window.press(Qt.Key.Key_Right, ALT)
    (staged,) = window.batches()
    assert [change.changes for change in staged.changes if isinstance(change, FieldEdit)] == [
        {Field.STATUS: "Quote"},
        {Field.STATUS: "Sale"},
    ]
    assert staged.label == "Status of 2 projects"
    window.service.answer(len(window.service.asked), Staged(1, (SURVEY, BAKERY)))
    assert window.said == ["2 projects moved."]


def test_a_card_stays_that_has_the_status_already(window: OnBoard) -> None:
    window.show_board()
    window.choose(BAKERY)
    asked = len(window.service.asked)
    window.board.move_requested.emit((BAKERY,), "Quote")
    assert len(window.service.asked) == asked


def test_beyond_the_ends_it_is_said_that_there_is_nothing(window: OnBoard) -> None:
    window.show_board()
    window.choose(SURVEY)
    window.press(Qt.Key.Key_Left, ALT)
    assert "This is the first status." in words_on(window.window)
    window.model.upsert_rows({SURVEY: make_row(SURVEY, status="Rejected")})
    window.keys()
    window.press(Qt.Key.Key_Right, ALT)
    assert "There is no status after this one." in words_on(window.window)
    assert window.edits() == []


def test_a_status_that_is_not_known_can_be_left_but_not_entered(window: OnBoard) -> None:
    window.show_board()
    window.model.upsert_rows({SURVEY: make_row(SURVEY, status="Survey"), BAKERY: make_row(BAKERY, status="")})
    window.keys()
    window.choose(SURVEY)
    assert window.cards_of(OTHER).hasFocus()
    window.press(Qt.Key.Key_Right, ALT)
    assert window.edits() == []
    window.press(Qt.Key.Key_Left, ALT)
    assert window.edits() == [(SURVEY, {Field.STATUS: "Rejected"}, {Field.STATUS: "Survey"})]
    window.board.move_requested.emit((BAKERY,), "Lead")
    window.service.save(len(window.service.asked) - 1, SURVEY)
    window.service.save(len(window.service.asked), BAKERY)
    assert window.said[-1] == "14 High Street survey moved to Lead."


def test_what_was_moved_to_deleted_cannot_be_moved_and_that_is_said(window: OnBoard) -> None:
    window.show_board()
    deleted = int(Mark.DELETED_HERE)
    window.model.upsert_rows({BAKERY: make_row(BAKERY, "The Old Bakery", "Quote", marks=deleted)})
    window.show_view(VIEW_WORDS[SidebarView.DELETED_HERE].name)
    assert window.keys() == [BAKERY]
    window.choose(BAKERY)
    window.press(Qt.Key.Key_Right, ALT)
    assert window.edits() == []
    for act in (Act.STATUS_AFTER, Act.SET_STATUS, Act.EDIT, Act.CHANGE_SEVERAL, Act.DELETE, Act.PASTE_CELLS):
        assert "Deleted projects cannot be changed" in window.action(act).toolTip()
        assert not window.action(act).isEnabled()
    window.board.move_requested.emit((BAKERY,), "Sale")
    assert window.edits() == []
    assert "1 project was moved to deleted, and its status stays as it is." in words_on(window.window)


@pytest.mark.parametrize("several", [False, True])
def test_what_cannot_be_stored_stays_and_the_user_is_told(window: OnBoard, several: bool) -> None:
    window.show_board()
    window.choose(*((BAKERY, FLAT) if several else (BAKERY,)))
    window.press(Qt.Key.Key_Right, ALT)
    window.service.refuse(len(window.service.asked), DISK_FULL)
    assert question(window.window).text() == "The disk is full"
    assert window.said == []
    assert window.cards_of(QUOTE).cards.rowCount() == 2


def test_the_menu_and_delete_are_those_of_the_table(window: OnBoard) -> None:
    window.show_board()
    acts = (Act.DELETE, Act.COPY, Act.STATUS_BEFORE, Act.STATUS_AFTER)
    assert {window.action(act) for act in acts} <= set(window.board.actions())
    window.choose(BAKERY)
    window.press(Qt.Key.Key_Delete)
    assert [
        push_button
        for push_button in window.window.findChildren(QPushButton)
        if push_button.text() == "Move to deleted"
    ]


def test_a_menu_gives_all_selected_cards_a_status(window: OnBoard) -> None:
    window.show_board()
    window.choose(BAKERY, FLAT)
    window.press(Qt.Key.Key_Down, ALT)
    (menu,) = window.window.findChildren(StatusMenu)
    chosen = menu.activeAction()
    assert chosen is not None
    assert chosen.text() == "Quote"  # what they have in common
    next(action for action in menu.actions() if action.text() == "Install").trigger()
    (staged,) = window.batches()
    assert [change.changes for change in staged.changes if isinstance(change, FieldEdit)] == [
        {Field.STATUS: "Install"}
    ] * 2
    menu.close()


def test_the_menu_of_a_card_offers_it_to_the_pointer(window: OnBoard) -> None:
    window.show_board()
    window.choose(BAKERY)
    window.table.context_menu_requested.emit(BAKERY, QPoint(10, 10))
    (menu,) = (menu for menu in window.table.findChildren(QMenu) if menu.isVisible())
    assert window.action(Act.SET_STATUS) in menu.actions()
    menu.close()


def test_once_a_card_is_deleted_the_next_one_of_its_column_is_chosen(window: OnBoard) -> None:
    window.model.upsert_rows(
        {
            10: make_row(10, "First", "Sale", "2026-11-20T09:00:00.000Z"),
            11: make_row(11, "Between", "Lead", "2026-11-19T09:00:00.000Z"),
            12: make_row(12, "Second", "Sale", "2026-11-18T09:00:00.000Z"),
        }
    )
    window.keys()
    window.show_board()
    window.choose(10)
    window.press(Qt.Key.Key_Delete)
    button(window.window, "Move to deleted").click()
    window.service.save(len(window.service.asked), 10)
    window.model.upsert_rows({10: make_row(10, "First", "Sale", marks=int(Mark.DELETED_HERE))})
    window.keys()
    assert window.table.selected_keys() == [12]
    assert window.cards_of(SALE).selected_rows() == [0]


def test_where_a_moved_card_is_filtered_out_its_columns_next_is_chosen(window: OnBoard) -> None:
    window.show_board()
    window.show_view("Quote")
    assert window.keys() == [BAKERY, FLAT]
    window.choose(BAKERY)
    window.press(Qt.Key.Key_Right, ALT)
    window.model.upsert_rows({BAKERY: make_row(BAKERY, "The Old Bakery", "Sale")})
    assert window.keys() == [FLAT]
    assert window.table.selected_keys() == [FLAT]
    assert window.cards_of(QUOTE).hasFocus()


# -- saved views ------------------------------------------------------------------------------------------------


def test_a_view_shows_its_layout_and_the_next_one_its_own(qtbot: QtBot) -> None:
    board_view = SavedView("Sales", query="status:quote", layout=Layout.BOARD)
    table_view = SavedView("List", query="status:lead")
    kept = [StoredView(number, view.name, view.to_json()) for number, view in enumerate((board_view, table_view), 1)]
    window = OnBoard(qtbot, tuple(kept))
    own = part_of(window.window, SavedViewsController)
    own.choose(1)
    assert window.shown(board=True)
    assert window.cards_of(QUOTE).cards.rowCount() == 2
    own.choose(2)
    assert window.shown(board=False)
    own.choose(1)
    assert not window.action(Act.KEEP_VIEW).isEnabled()
    window.action(Act.TABLE).trigger()
    assert window.action(Act.KEEP_VIEW).isEnabled()  # the view is shown otherwise than it was saved
    window.action(Act.BOARD).trigger()
    assert not window.action(Act.KEEP_VIEW).isEnabled()
    window.action(Act.CLEAR).trigger()
    assert window.shown(board=False)  # as it was before the views
    own.choose(1)
    window.close()
    assert window.settings.window["layout"] == "table"
