"""The board as users see it, use it and hear it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPalette,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QToolTip, QVBoxLayout, QWidget

from heatpunk_desktop.domain.fields import Status
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.gui.board.board import Board
from heatpunk_desktop.gui.board.card_moves import MIME
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.gui.widgets import theme
from heatpunk_desktop.models.project_filter import ProjectFilter
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.models.table_columns import Column
from tests.dragging import end_drag
from tests.parts import part_of
from tests.unit.models.plain_ways import row

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from heatpunk_desktop.gui.board.card_list import CardList

# The offscreen platform says that it can bring no window to the front.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TODAY = date(2026, 11, 24)
WORDS = [str(status) for status in Status]
LEAD, QUOTE, SALE, INSTALL, COMPLETED, REJECTED, OTHER = range(7)
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
NONE = Qt.KeyboardModifier.NoModifier


class Shown:
    """A board beside the table whose selection it shows, with a hundred cards: keys 100 to 1, statuses in turn."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.model = ProjectTableModel(today=lambda: TODAY)
        self.model.add_rows([project(key) for key in range(100, 0, -1)])
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.table = ProjectTable(self.model, self.window)
        self.board = Board(self.table, lambda: TODAY, self.window)
        layout = QVBoxLayout(self.window)
        layout.addWidget(self.board)
        self.table.hide()
        self.board.watch(True)
        self.window.resize(1100, 700)
        with qtbot.waitActive(self.window):
            self.window.show()
        self.settle()

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: self.model.is_settled)

    def cards_of(self, column: int) -> CardList:
        return self.board.lists()[column]

    def strip_of(self, status: str) -> QAbstractButton:
        """The strip of a folded column."""
        beginning = f"Open {status}, "
        found = [
            button
            for button in self.board.findChildren(QAbstractButton)
            if button.accessibleName().startswith(beginning)
        ]
        (one,) = (widget for widget in found if widget.isVisible())
        return one

    def keys(self, column: int) -> list[int | None]:
        cards = self.cards_of(column).cards
        return [cards.key_at(place) for place in range(cards.rowCount())]

    def click(self, column: int, place: int, keys: Qt.KeyboardModifier = NONE) -> None:
        cards = self.cards_of(column)
        middle = cards.visualRect(cards.cards.index(place)).center()
        QTest.mouseClick(cards.viewport(), Qt.MouseButton.LeftButton, keys, middle)

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = NONE) -> None:
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key, keys)

    def focused(self) -> int | None:
        found = [place for place, list_ in enumerate(self.board.lists()) if list_.hasFocus()]
        return found[0] if found else None

    def picture(self, column: int) -> QImage:
        return self.cards_of(column).viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)

    def drag(self, kind: type[QDragEnterEvent] | type[QDragMoveEvent], column: int, data: QMimeData) -> bool:
        viewport = self.cards_of(column).viewport()
        point, button = viewport.rect().center(), Qt.MouseButton.LeftButton
        event = kind(point, Qt.DropAction.MoveAction, data, button, NONE)
        QApplication.sendEvent(viewport, event)
        return event.isAccepted()

    def drop(self, column: int, data: QMimeData) -> bool:
        self.drag(QDragEnterEvent, column, data)  # or Qt takes no drop there
        viewport = self.cards_of(column).viewport()
        point, button = QPointF(viewport.rect().center()), Qt.MouseButton.LeftButton
        event = QDropEvent(point, Qt.DropAction.MoveAction, data, button, NONE)
        QApplication.sendEvent(viewport, event)
        return event.isAccepted()


def project(key: int, status: str = "", **values: object) -> tuple[object, ...]:
    word = status or WORDS[key % 6]
    named = {"name": f"Barn {key}", "customer": f"Customer {key}", "postcode": "CB24 9PL", **values}
    return row(key, status=word, **named)


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    return Shown(qtbot)


# -- what is chosen ----------------------------------------------------------------------------------------------------


def test_what_is_chosen_is_the_tables_selection(shown: Shown) -> None:
    shown.click(QUOTE, 1)
    assert shown.table.selected_keys() == [shown.keys(QUOTE)[1]]
    assert shown.table.current_key == shown.keys(QUOTE)[1]
    shown.click(SALE, 0)
    assert shown.table.selected_keys() == [shown.keys(SALE)[0]]
    assert shown.cards_of(QUOTE).selected_rows() == []
    shown.click(SALE, 2, SHIFT)
    assert set(shown.table.selected_keys()) == set(shown.keys(SALE)[:3])
    shown.click(LEAD, 0, CTRL)
    assert set(shown.table.selected_keys()) == {*shown.keys(SALE)[:3], shown.keys(LEAD)[0]}
    assert shown.table.current_key == shown.keys(LEAD)[0]
    shown.click(LEAD, 0)  # alone, though it was selected already
    assert shown.table.selected_keys() == [shown.keys(LEAD)[0]]
    assert shown.cards_of(SALE).selected_rows() == []


def test_what_is_chosen_elsewhere_is_shown_and_brought_in_sight(shown: Shown) -> None:
    key = shown.keys(COMPLETED)[-1]
    assert key is not None
    shown.click(LEAD, 0)
    shown.table.select_key(key)
    cards = shown.cards_of(COMPLETED)
    assert cards.selected_rows() == [cards.cards.rowCount() - 1]
    assert shown.cards_of(LEAD).selected_rows() == []
    assert cards.viewport().rect().contains(cards.visualRect(cards.currentIndex()).center())
    assert shown.focused() == COMPLETED
    shown.table.clearSelection()
    assert cards.selected_rows() == []


def test_the_current_project_is_told_once_for_each_choice(shown: Shown) -> None:
    told: list[object] = []
    shown.table.current_project_changed.connect(told.append)
    shown.click(QUOTE, 0)
    shown.click(SALE, 1)
    assert told == [shown.keys(QUOTE)[0], shown.keys(SALE)[1]]


def test_the_selection_follows_a_card_to_its_column(shown: Shown) -> None:
    shown.click(LEAD, 3)
    key = shown.table.current_key
    assert key is not None
    shown.model.upsert_rows({key: project(key, "Sale")})
    shown.settle()
    sales = shown.cards_of(SALE)
    assert sales.selected_rows() == [shown.keys(SALE).index(key)] == [sales.currentIndex().row()]
    assert shown.cards_of(LEAD).selected_rows() == []
    assert shown.focused() == SALE
    assert shown.table.selected_keys() == [key]
    assert sales.viewport().rect().contains(sales.visualRect(sales.currentIndex()).center())


def test_what_a_search_hides_is_chosen_again_when_it_comes_back(shown: Shown) -> None:
    shown.click(LEAD, 2)
    key = shown.table.current_key
    shown.model.set_filter(ProjectFilter(text="no such"))
    shown.settle()
    assert [list_.cards.rowCount() for list_ in shown.board.lists()] == [0] * 7
    shown.model.set_filter(ProjectFilter())
    shown.settle()
    assert shown.table.selected_keys() == [key]
    assert shown.cards_of(LEAD).selected_rows() == [2]


def test_the_board_stays_in_place_when_cards_change_unasked(shown: Shown) -> None:
    quotes = shown.cards_of(QUOTE)
    shown.click(QUOTE, 0)
    bar = quotes.verticalScrollBar()
    bar.setValue(bar.maximum() - 20)
    top = shown.keys(QUOTE)[quotes.rowAt(0)]
    above = quotes.visualRect(quotes.cards.index(quotes.rowAt(0))).top()
    # More than are put in one by one, and above what is seen.
    shown.model.upsert_rows({key: project(key, "Quote", created="2026-11-23T10:00:00.000Z") for key in range(200, 220)})
    shown.settle()
    assert shown.keys(QUOTE)[quotes.rowAt(0)] == top
    assert quotes.visualRect(quotes.cards.index(quotes.rowAt(0))).top() == above
    shown.model.sort(Column.PROJECT, Qt.SortOrder.AscendingOrder)  # which somebody did ask for
    shown.settle()
    assert bar.value() == 0


# -- keys --------------------------------------------------------------------------------------------------------------


def test_arrows_go_through_a_column_and_across(shown: Shown) -> None:
    shown.click(LEAD, 0)
    shown.press(Qt.Key.Key_Down)
    assert shown.table.selected_keys() == [shown.keys(LEAD)[1]]
    shown.press(Qt.Key.Key_Right)
    assert shown.focused() == QUOTE
    assert shown.table.selected_keys() == [shown.keys(QUOTE)[1]]
    shown.press(Qt.Key.Key_End)
    assert shown.table.selected_keys() == [shown.keys(QUOTE)[-1]]
    quotes = shown.cards_of(QUOTE)
    assert quotes.viewport().rect().contains(quotes.visualRect(quotes.currentIndex()).center())
    shown.press(Qt.Key.Key_Home)
    shown.press(Qt.Key.Key_Down, SHIFT)
    assert shown.table.selected_keys() == shown.keys(QUOTE)[:2]
    shown.press(Qt.Key.Key_Left)
    shown.press(Qt.Key.Key_Left)  # there is none further left
    assert shown.focused() == LEAD
    assert len(shown.table.selected_keys()) == 1
    shown.press(Qt.Key.Key_A, CTRL)
    assert set(shown.table.selected_keys()) == set(shown.keys(LEAD))


def test_arrows_pass_over_empty_columns(shown: Shown) -> None:
    shown.model.set_filter(ProjectFilter(statuses=frozenset({"Lead", "Completed"})))
    shown.settle()
    shown.click(LEAD, 0)
    shown.press(Qt.Key.Key_Right)
    assert shown.focused() == LEAD  # the other one is folded
    shown.strip_of("Completed").click()
    shown.cards_of(LEAD).setFocus()
    shown.press(Qt.Key.Key_Right)
    assert shown.focused() == COMPLETED
    shown.press(Qt.Key.Key_Right)
    assert shown.focused() == COMPLETED


def test_what_is_over_is_folded_until_a_click_key_or_choice_opens_it(shown: Shown) -> None:
    assert [cards.isVisible() for cards in shown.board.lists()[:6]] == [True] * 4 + [False] * 2
    assert shown.strip_of("Completed").accessibleName() == f"Open Completed, {len(shown.keys(COMPLETED))}"
    assert shown.strip_of("Completed").width() == 44
    QTest.mouseClick(shown.strip_of("Completed"), Qt.MouseButton.LeftButton)
    assert shown.cards_of(COMPLETED).isVisible()
    shown.strip_of("Rejected").setFocus()
    QTest.keyClick(shown.strip_of("Rejected"), Qt.Key.Key_Space)
    assert shown.focused() == COMPLETED + 1
    assert shown.board.open_columns() == ["Completed", "Rejected"]
    (fold,) = (
        button for button in shown.board.findChildren(QAbstractButton) if button.accessibleName() == "Fold Completed"
    )
    fold.click()
    assert not shown.cards_of(COMPLETED).isVisible()
    key = shown.keys(COMPLETED)[0]
    assert key is not None
    shown.table.select_key(key)
    assert shown.cards_of(COMPLETED).isVisible()


def test_a_card_dropped_on_a_strip_moves_there_and_opens_it(qtbot: QtBot, shown: Shown) -> None:
    shown.click(LEAD, 0)
    strip, key = shown.strip_of("Completed"), shown.keys(LEAD)[0]
    data = shown.board.dragging.mime_data()
    point, button = QPointF(strip.rect().center()), Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(point.toPoint(), Qt.DropAction.MoveAction, data, button, NONE)
    QApplication.sendEvent(strip, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(shown.board.move_requested) as wanted:
        QApplication.sendEvent(strip, QDropEvent(point, Qt.DropAction.MoveAction, data, button, NONE))
    assert wanted.args == [(key,), "Completed"]
    assert shown.cards_of(COMPLETED).isVisible()


def test_a_line_and_a_gap_show_where_a_dragged_card_will_lie(shown: Shown) -> None:
    shown.click(LEAD, 3)
    key = shown.keys(LEAD)[3]
    assert key is not None
    data = shown.board.dragging.mime_data()
    shown.drag(QDragEnterEvent, SALE, data)
    landing = shown.cards_of(SALE).landing_place()
    assert landing is not None
    assert shown.cards_of(LEAD).landing_place() is None
    before = shown.picture(LEAD)
    shown.cards_of(LEAD).dim_selected(is_dimmed=True)
    assert shown.picture(LEAD) != before
    shown.cards_of(LEAD).dim_selected(is_dimmed=False)
    assert shown.picture(LEAD) == before
    shown.model.upsert_rows({key: project(key, "Sale")})
    shown.settle()
    assert shown.keys(SALE)[landing] == key


def test_a_column_that_a_filter_empties_says_so(shown: Shown) -> None:
    assert not shown.cards_of(SALE).cards.is_filtered
    shown.model.set_filter(ProjectFilter(statuses=frozenset({"Lead"})))
    shown.settle()
    assert shown.cards_of(SALE).cards.is_filtered
    emptied = shown.picture(SALE)
    shown.model.set_filter(ProjectFilter())
    shown.model.upsert_rows({key: project(key, "Lead") for key in shown.keys(SALE) if key is not None})
    shown.settle()
    assert shown.cards_of(SALE).cards.rowCount() == 0
    assert shown.picture(SALE) != emptied


def test_no_heading_is_cut_in_the_narrowest_column(shown: Shown) -> None:
    shown.window.resize(400, 700)
    shown.model.upsert_rows({key: project(key, "Rejected") for key in range(1_000, 2_200)})
    shown.settle()
    shown.strip_of("Rejected").click()
    QApplication.processEvents()
    header = shown.cards_of(REJECTED).parentWidget()
    assert header is not None
    cut = [
        label.text()
        for label in header.findChildren(QLabel)
        if label.isVisible() and label.width() < label.sizeHint().width()
    ]
    assert cut == []
    bar = shown.board.horizontalScrollBar()
    assert bar.value() > 0
    left = header.mapTo(shown.board.viewport(), QPoint(0, 0)).x()
    assert 0 <= left <= shown.board.viewport().width() - header.width()


def test_columns_share_the_width(shown: Shown) -> None:
    def widths() -> list[int]:
        return [cards.width() for cards in shown.board.lists()[:4]]

    shown.window.resize(1200, 700)
    QApplication.processEvents()
    assert max(widths()) - min(widths()) <= 1
    assert shown.board.horizontalScrollBar().maximum() == 0
    shown.window.resize(500, 700)
    QApplication.processEvents()
    assert min(widths()) >= 150


@pytest.mark.parametrize(
    ("created", "day"), [("2026-11-24T10:00:00.000Z", "24 Nov"), ("2025-11-24T10:00:00.000Z", "24 Nov 2025")]
)
def test_a_card_tells_its_day_with_the_year_of_another_year(shown: Shown, created: str, day: str) -> None:
    look = shown.cards_of(LEAD).look()
    assert look.day_of(row(900, created=created)) == day
    assert look.height(500, is_compact=False) < look.height(120, is_compact=False)  # a line of its own where narrow


def test_enter_and_a_double_click_open_a_project(shown: Shown) -> None:
    opened: list[object] = []
    shown.table.open_requested.connect(opened.append)
    shown.cards_of(LEAD).setFocus()
    shown.press(Qt.Key.Key_Return)  # nothing is chosen
    assert opened == []
    shown.click(LEAD, 1)
    shown.press(Qt.Key.Key_Return)
    cards = shown.cards_of(SALE)
    shown.click(SALE, 0)
    middle = cards.visualRect(cards.cards.index(0)).center()
    QTest.mouseDClick(cards.viewport(), Qt.MouseButton.LeftButton, NONE, middle)
    assert opened == [shown.keys(LEAD)[1], shown.keys(SALE)[0]]


def test_tab_reaches_one_column_and_the_board_hands_it_the_keyboard(shown: Shown) -> None:
    shown.click(SALE, 0)
    by_tab = [bool(list_.focusPolicy() & Qt.FocusPolicy.TabFocus) for list_ in shown.board.lists()]
    assert by_tab == [place == SALE for place in range(7)]
    shown.cards_of(SALE).clearFocus()
    assert shown.focused() is None
    shown.board.setFocus()
    assert shown.focused() == SALE


def test_tab_finds_a_column_that_has_cards(shown: Shown) -> None:
    shown.model.set_filter(ProjectFilter(statuses=frozenset({"Install"})))
    shown.settle()
    shown.board.setFocus()
    assert shown.focused() == INSTALL
    assert shown.table.selected_keys() == []  # it only has the keyboard's frame


def test_the_menu_is_asked_for_by_pointer_and_by_key(shown: Shown) -> None:
    asked: list[tuple[object, QPoint]] = []
    shown.table.context_menu_requested.connect(lambda key, point: asked.append((key, point)))
    cards = shown.cards_of(QUOTE)
    shown.click(QUOTE, 0)
    place = cards.visualRect(cards.cards.index(1)).center()
    by_pointer = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, cards.viewport().mapToGlobal(place))
    QApplication.sendEvent(cards.viewport(), by_pointer)
    by_key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QApplication.sendEvent(cards.viewport(), by_key)
    assert [key for key, _ in asked] == [shown.keys(QUOTE)[1], shown.keys(QUOTE)[0]]
    assert asked[0][1] == cards.viewport().mapToGlobal(place)


# -- dragging ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def moves(shown: Shown) -> list[tuple[object, str]]:
    told: list[tuple[object, str]] = []
    shown.board.move_requested.connect(lambda keys, status: told.append((keys, status)))
    return told


def test_cards_are_dropped_on_a_status(shown: Shown, moves: list[tuple[object, str]]) -> None:
    shown.click(LEAD, 0)
    shown.click(LEAD, 1, CTRL)
    data = shown.board.dragging.mime_data()
    assert shown.drag(QDragEnterEvent, INSTALL, data)
    assert shown.drop(INSTALL, data)
    assert moves == [(tuple(shown.table.selected_keys()), "Install")]
    assert len(shown.table.selected_keys()) == 2


def test_an_empty_column_takes_cards_and_other_words_do_not(shown: Shown, moves: list[tuple[object, str]]) -> None:
    shown.model.upsert_rows({500: project(500, "Survey")})
    shown.model.set_filter(ProjectFilter(statuses=frozenset({"Lead", "Survey"})))
    shown.settle()
    assert shown.cards_of(OTHER).isVisible()
    shown.click(LEAD, 0)
    data = shown.board.dragging.mime_data()
    assert not shown.drag(QDragEnterEvent, OTHER, data)
    assert not shown.drop(OTHER, data)
    assert moves == []
    assert shown.drop(SALE, data)
    assert [status for _, status in moves] == ["Sale"]


def test_what_comes_from_elsewhere_is_not_taken(shown: Shown, qtbot: QtBot, moves: list[tuple[object, str]]) -> None:
    other = Shown(qtbot)
    other.click(LEAD, 0)
    text = QMimeData()
    text.setText("Barn")
    rubbish = QMimeData()
    rubbish.setData(MIME, b"\xff x")
    empty = QMimeData()
    empty.setData(MIME, b"")
    for data in (other.board.dragging.mime_data(), text, rubbish, empty):
        assert not shown.drag(QDragEnterEvent, SALE, data)
        assert not shown.drop(SALE, data)
    assert moves == []


def test_a_project_that_gets_its_number_while_it_is_dragged_is_moved(
    shown: Shown, moves: list[tuple[object, str]]
) -> None:
    shown.model.upsert_rows({-1: project(-1, "Lead", created="", marks=int(Mark.NOT_ON_SERVER))})
    shown.settle()
    assert shown.table.select_key(-1)
    data = shown.board.dragging.mime_data()
    shown.model.replace_keys({-1: 700})
    assert shown.drop(SALE, data)
    assert moves == [((700,), "Sale")]


def test_the_column_under_what_is_dragged_is_marked(shown: Shown) -> None:
    shown.click(LEAD, 0)
    before = shown.picture(SALE)
    data = shown.board.dragging.mime_data()
    shown.drag(QDragEnterEvent, SALE, data)
    assert shown.picture(SALE) != before
    QApplication.sendEvent(shown.cards_of(SALE).viewport(), QDragLeaveEvent())
    assert shown.picture(SALE) == before


def test_a_drag_that_a_test_leaves_behind_is_ended_before_the_board_goes(shown: Shown) -> None:
    # Qt would ask the deleted column at the next drop, and the process would crash in another test.
    shown.click(LEAD, 0)
    data = shown.board.dragging.mime_data()
    before = shown.picture(SALE)
    shown.drag(QDragEnterEvent, SALE, data)
    assert shown.picture(SALE) != before
    end_drag()
    assert shown.picture(SALE) == before
    viewport = shown.cards_of(SALE).viewport()
    drop = QDropEvent(
        QPointF(viewport.rect().center()), Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, NONE
    )
    drop.ignore()
    QApplication.sendEvent(viewport, drop)  # Qt has forgotten the column, and hands it to nobody
    assert not drop.isAccepted()


def test_a_drag_begins_with_all_that_is_selected(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[tuple[bytes, int]] = []

    def run(drag: QDrag, *_actions: object) -> Qt.DropAction:
        begun.append((bytes(drag.mimeData().data(MIME).data()), drag.pixmap().width()))
        return Qt.DropAction.MoveAction

    monkeypatch.setattr(QDrag, "exec", run)
    shown.click(LEAD, 0)
    shown.click(QUOTE, 0, CTRL)
    cards = shown.cards_of(QUOTE)
    start = cards.visualRect(cards.cards.index(0)).center()
    QTest.mousePress(cards.viewport(), Qt.MouseButton.LeftButton, NONE, start)
    for step in (30, 60):
        there = QPointF(start + QPoint(step, 0))
        over = cards.viewport().mapToGlobal(there)
        none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
        QApplication.sendEvent(cards.viewport(), QMouseEvent(QEvent.Type.MouseMove, there, over, none, left, NONE))
    QTest.mouseRelease(cards.viewport(), Qt.MouseButton.LeftButton, NONE, start)
    assert len(begun) == 1
    keys = {int(key) for key in begun[0][0].split()[1:]}
    assert keys == {shown.keys(LEAD)[0], shown.keys(QUOTE)[0]}
    assert begun[0][1] > 100


def test_dragging_at_an_edge_brings_in_sight_what_lies_beside(shown: Shown, qtbot: QtBot) -> None:
    shown.window.resize(500, 500)
    shown.click(LEAD, 0)
    bar = shown.board.horizontalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(0)
    viewport = shown.board.viewport()

    def is_at(value: int) -> bool:
        return bar.value() == value

    for edge, wanted in ((viewport.width() - 5, bar.maximum()), (5, 0)):
        point = viewport.mapToGlobal(QPoint(edge, 100))
        shown.cards_of(QUOTE).dragged_over.emit(point)
        qtbot.waitUntil(partial(is_at, wanted))
    qtbot.waitUntil(lambda: not part_of(shown.board.dragging, QTimer).isActive())


# -- what is seen ------------------------------------------------------------------------------------------------------


def card_height(shown: Shown) -> int:
    cards = shown.cards_of(LEAD)
    return cards.visualRect(cards.model().index(0, 0)).height()


def test_only_what_is_seen_is_painted(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    shown.model.upsert_rows({key: project(key, "Lead") for key in range(1000, 6000)})
    shown.settle()
    leads = shown.cards_of(LEAD)
    assert leads.cards.rowCount() > 5000
    looked_at: list[int] = []
    values = leads.cards.values

    def look(place: int) -> tuple[object, ...]:
        looked_at.append(place)
        return values(place)

    monkeypatch.setattr(leads.cards, "values", look)
    leads.viewport().repaint()
    assert 0 < len(looked_at) <= leads.viewport().height() // card_height(shown) + 2
    leads.scrollToBottom()
    looked_at.clear()
    leads.viewport().repaint()
    assert max(looked_at) == leads.cards.rowCount() - 1
    assert len(looked_at) < 20


def test_headers_tell_the_status_the_number_and_what_waits(shown: Shown) -> None:
    assert [list_.accessibleName() for list_ in shown.board.lists()][LEAD] == "Lead, 16"
    assert not shown.cards_of(OTHER).isVisible()
    shown.model.upsert_rows({6: project(6, "Lead", marks=int(Mark.WAITING)), 902: row(902, status="")})
    shown.settle()
    names = [list_.accessibleName() for list_ in shown.board.lists()]
    assert names[LEAD] == "Lead, 16, 1 waiting"
    assert names[OTHER] == "Other, 1"
    words = [label.text() for label in shown.board.findChildren(QLabel) if label.isVisible()]
    assert "1 waiting" in [label.toolTip() for label in shown.board.findChildren(QLabel) if label.isVisible()]
    assert {*WORDS[:4], "Other"} <= set(words)


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_matches_marks_and_what_is_selected_are_seen(shown: Shown) -> None:
    palette = shown.board.palette()
    shown.model.upsert_rows({6: project(6, "Lead", created="2026-11-24T10:00:00.000Z", marks=int(Mark.WAITING))})
    shown.settle()
    seen = colours(shown.picture(LEAD))
    assert theme.match_background(palette).name() not in seen
    assert theme.selection_background(palette).name() not in seen
    assert theme.waiting_text(palette).name() in seen
    for word in ("barn", "customer 6", "cb249"):  # the name, the customer, the postcode
        shown.model.set_filter(ProjectFilter(text=word))
        shown.settle()
        assert theme.match_background(palette).name() in colours(shown.picture(LEAD)), word
    shown.click(LEAD, 0)
    assert theme.selection_background(palette).name() in colours(shown.picture(LEAD))


def test_dark_follows_the_palette(shown: Shown) -> None:
    dark = QPalette(shown.board.palette())
    dark.setColor(QPalette.ColorRole.Base, QColor("#1e2125"))
    dark.setColor(QPalette.ColorRole.Text, QColor("#f2f3f5"))
    shown.cards_of(LEAD).setPalette(dark)
    assert {"#1e2125", theme.panel_background(dark).name()} <= colours(shown.picture(LEAD))


def test_the_cards_under_the_pointer_and_with_the_keyboard_stand_out(shown: Shown) -> None:
    cards = shown.cards_of(LEAD)
    QApplication.sendEvent(cards.viewport(), QEvent(QEvent.Type.Leave))  # wherever the pointer was
    plain = shown.picture(LEAD)
    QTest.mouseMove(cards.viewport(), cards.visualRect(cards.cards.index(1)).center())
    assert shown.picture(LEAD) != plain
    QApplication.sendEvent(cards.viewport(), QEvent(QEvent.Type.Leave))
    assert shown.picture(LEAD) == plain
    shown.click(LEAD, 0)
    with_keyboard = shown.picture(LEAD)
    cards.clearFocus()
    assert shown.picture(LEAD) != with_keyboard


def test_compact_cards_are_lower_and_a_large_font_makes_higher_ones(shown: Shown) -> None:
    before = card_height(shown)
    shown.board.set_compact(True)
    assert card_height(shown) < before
    shown.board.set_compact(False)
    font = shown.cards_of(LEAD).font()
    font.setPixelSize(40)
    shown.cards_of(LEAD).setFont(font)
    assert card_height(shown) > before


def test_a_tool_tip_tells_all_of_a_card(shown: Shown) -> None:
    name = "The very long name of a project & <b>more</b> than a card has room for"
    shown.model.upsert_rows({6: project(6, "Lead", name=name, created="2026-11-24T10:00:00.000Z")})
    shown.settle()
    cards = shown.cards_of(LEAD)
    place = cards.visualRect(cards.cards.index(0)).center()
    QApplication.sendEvent(
        cards.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, cards.viewport().mapToGlobal(place))
    )
    assert (
        "&lt;b&gt;more&lt;/b&gt; than a card has room for, Customer 6, CB24 9PL, created 24 Nov 2026" in QToolTip.text()
    )
    QToolTip.hideText()


@pytest.mark.parametrize("name", ["🏠" * 60, "a" * 300, "", "one\ntwo", "\N{RIGHT-TO-LEFT OVERRIDE}evil", "שלום " * 30])
def test_any_name_is_painted(shown: Shown, name: str) -> None:
    before = shown.picture(LEAD)
    shown.model.upsert_rows({6: project(6, "Lead", name=name, created="2026-11-24T10:00:00.000Z")})
    shown.settle()
    assert shown.picture(LEAD) != before


def test_the_day_is_that_of_the_sorting(shown: Shown) -> None:
    QApplication.sendEvent(shown.cards_of(LEAD).viewport(), QEvent(QEvent.Type.Leave))

    def modified(day: int) -> QImage:
        at = f"2026-03-{day:02}T10:00:00.000Z"
        shown.model.upsert_rows({key: project(key, modified=at) for key in range(1, 101)})
        shown.settle()
        return shown.picture(LEAD)

    assert modified(2) == modified(3)  # the day of creation is shown
    shown.model.sort(Column.MODIFIED, Qt.SortOrder.DescendingOrder)
    shown.settle()
    assert modified(4) != modified(5)
