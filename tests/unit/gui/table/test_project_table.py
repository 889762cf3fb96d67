"""The table as users see it, use it and hear it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QContextMenuEvent, QGuiApplication, QHelpEvent, QImage, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QToolTip, QVBoxLayout, QWidget

from heatpunk_desktop.domain.contacts import Contact
from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.gui.text.project_words import mark_words
from heatpunk_desktop.gui.widgets import theme
from heatpunk_desktop.models import cooperative_task as sliced_work
from heatpunk_desktop.models.project_filter import ProjectFilter
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.models.table_columns import Column
from tests.unit.models.plain_ways import row

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

DOWN = Qt.Key.Key_Down
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def model(qapp: object, monkeypatch: pytest.MonkeyPatch) -> ProjectTableModel:
    assert qapp
    # These tables are small: what is asked for is shown at once, however busy the computer is.
    monkeypatch.setattr(sliced_work, "_BUDGET", 60.0)
    return ProjectTableModel(today=lambda: date(2026, 11, 24))


@pytest.fixture
def table(qtbot: QtBot, model: ProjectTableModel) -> ProjectTable:
    """Nine projects, the newest first: keys 9 to 1, statuses in turn."""
    statuses = ["Lead", "Quote", "Sale", "Install", "Completed", "Rejected"]
    model.add_rows(
        [
            row(key, name=f"Barn {key}", customer=f"Customer {key}", postcode="CB24 9PL", status=statuses[key % 6])
            for key in range(9, 0, -1)
        ]
    )
    table = ProjectTable(model)
    qtbot.addWidget(table)
    table.resize(900, 500)
    table.show()
    qtbot.waitExposed(table)
    qtbot.waitUntil(lambda: model.is_settled)
    return table


@pytest.mark.parametrize("key", [DOWN, Qt.Key.Key_Up, Qt.Key.Key_Home])
@pytest.mark.parametrize("keys", [NONE, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier])
def test_the_first_key_selects_the_first_row_and_the_second_goes_on(
    table: ProjectTable, key: Qt.Key, keys: Qt.KeyboardModifier
) -> None:
    table.setFocus()
    assert (table.currentIndex().row(), table.selected_keys()) == (-1, [])
    QTest.keyClick(table, key, keys)
    assert (table.current_key, table.selected_keys()) == (9, [9])
    QTest.keyClick(table, DOWN)
    assert table.selected_keys() == [8]


def test_without_a_selection_no_row_has_a_frame_and_enter_opens_nothing(
    table: ProjectTable, model: ProjectTableModel
) -> None:
    opened: list[int] = []
    table.open_requested.connect(opened.append)
    untouched = picture(table)
    table.setFocus()
    assert picture(table) == untouched
    QTest.keyClick(table, Qt.Key.Key_Return)
    click(table, 2)
    model.set_filter(ProjectFilter(text="barn 3"))
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert (opened, table.selected_keys()) == ([], [])


def test_with_ctrl_one_goes_past_rows_and_acts_on_those_that_are_selected(qtbot: QtBot, table: ProjectTable) -> None:
    click(table, 1)
    for key in (DOWN, DOWN):
        QTest.keyClick(table, key, Qt.KeyboardModifier.ControlModifier)
    assert (table.currentIndex().row(), table.selected_keys(), table.current_key) == (3, [8], 8)
    with qtbot.waitSignal(table.open_requested) as opened:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [8]
    QTest.keyClick(table, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert (table.selected_keys(), table.current_key) == ([8, 6], 6)
    QTest.keyClick(table, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert (table.selected_keys(), table.current_key) == ([8], 8)


def point_in(table: ProjectTable, place: int, column: int = Column.PROJECT) -> QPoint:
    return table.visualRect(table.model().index(place, column)).center()


def click(table: ProjectTable, place: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, keys, point_in(table, place))


def picture(table: ProjectTable) -> QImage:
    return table.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def colours_in(table: ProjectTable, place: int, column: int) -> set[str]:
    """The colours in a cell."""
    image, ratio = picture(table), table.devicePixelRatioF()
    cell = table.visualRect(table.model().index(place, column))
    return {
        image.pixelColor(int(x * ratio), int(y * ratio)).name()
        for x in range(max(cell.left(), 0), min(cell.right(), table.viewport().width()))
        for y in range(cell.top(), cell.bottom())
    }


def is_near(colour: QColor, seen: set[str]) -> bool:
    """Whether a colour is seen, or nearly: thin lines have edges only."""
    return any(
        max(abs(colour.red() - other.red()), abs(colour.green() - other.green()), abs(colour.blue() - other.blue()))
        <= 12
        for other in map(QColor, seen)
    )


def ground_of(table: ProjectTable, place: int, column: int) -> str:
    """The colour beside a cell's text."""
    image, ratio = picture(table), table.devicePixelRatioF()
    corner = table.visualRect(table.model().index(place, column)).topLeft() + QPoint(3, 3)
    return image.pixelColor(int(corner.x() * ratio), int(corner.y() * ratio)).name()


# -- what is seen ------------------------------------------------------------------------------------------------------


def test_no_name_and_no_status_are_said_in_grey(model: ProjectTableModel, table: ProjectTable) -> None:
    model.upsert_rows({9: row(9, name="", customer="", status="")})
    names = [table.viewport().grab(table.visualRect(model.index(0, column))).toImage() for column in (0, 1, 3)]
    colours = [
        {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())} for image in names
    ]
    muted, text = theme.muted_text(table.palette()).name(), table.palette().color(QPalette.ColorRole.Text).name()
    assert muted in colours[0]
    assert text not in colours[0]
    assert muted not in colours[1]  # no customer is nothing to be said
    assert len(colours[2]) > len(colours[1])  # a pill


def test_statuses_are_pills_in_their_colours(table: ProjectTable) -> None:
    for place in range(6):
        status = str(table.model().index(place, Column.STATUS).data())
        assert is_near(theme.status_colour(status, table.palette()), colours_in(table, place, Column.STATUS))


def test_matches_are_marked_where_they_are(table: ProjectTable, model: ProjectTableModel) -> None:
    mark = theme.match_background(table.palette()).name()
    assert mark not in colours_in(table, 0, Column.PROJECT)
    model.set_filter(ProjectFilter(text="barn 7"))
    assert mark in colours_in(table, 0, Column.PROJECT)
    assert mark not in colours_in(table, 0, Column.CREATED)
    model.set_filter(ProjectFilter(text="49p"))
    assert mark in colours_in(table, 0, Column.POSTCODE)
    assert mark not in colours_in(table, 0, Column.PROJECT)


def test_what_waits_is_amber(table: ProjectTable, model: ProjectTableModel) -> None:
    amber = theme.waiting_text(table.palette()).name()
    assert amber not in colours_in(table, 0, Column.MODIFIED)
    model.upsert_rows({9: row(9, marks=int(Mark.WAITING))})
    assert amber in colours_in(table, 0, Column.MODIFIED)


def test_a_selected_row_has_its_ground_over_its_whole_width(table: ProjectTable) -> None:
    ground = theme.selection_background(table.palette()).name()
    click(table, 2)
    for column in (Column.PROJECT, Column.STATUS, Column.MODIFIED):
        assert ground_of(table, 2, column) == ground
        assert ground_of(table, 4, column) != ground


def test_the_row_under_the_pointer_has_its_ground(table: ProjectTable) -> None:
    ground = theme.hover_background(table.palette()).name()
    QTest.mouseMove(table.viewport(), point_in(table, 3))
    assert ground_of(table, 3, Column.CUSTOMER) == ground
    assert ground_of(table, 2, Column.CUSTOMER) != ground
    QApplication.sendEvent(table.viewport(), QEvent(QEvent.Type.Leave))
    assert ground_of(table, 3, Column.CUSTOMER) != ground


def test_dark_follows_the_palette(table: ProjectTable) -> None:
    dark = QPalette(table.palette())
    dark.setColor(QPalette.ColorRole.Base, QColor("#1e2125"))
    dark.setColor(QPalette.ColorRole.Text, QColor("#f2f3f5"))
    table.setPalette(dark)
    assert ground_of(table, 0, Column.STATUS) == "#1e2125"
    status = str(table.model().index(0, Column.STATUS).data())
    assert is_near(theme.status_colour(status, dark), colours_in(table, 0, Column.STATUS))


def test_the_frame_of_the_keyboard_is_there_only_while_it_is(qtbot: QtBot, table: ProjectTable) -> None:
    table.selectRow(1)
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    focused = picture(table)
    table.clearFocus()
    assert picture(table) != focused


def test_columns_can_be_moved_hidden_and_scrolled(qtbot: QtBot, table: ProjectTable) -> None:
    header = table.horizontalHeader()
    header.moveSection(header.visualIndex(Column.STATUS), 0)
    table.setColumnHidden(Column.CUSTOMER, True)
    lead = next(place for place in range(9) if table.model().index(place, Column.STATUS).data() == "Lead")
    colour = theme.status_colour("Lead", table.palette())
    assert table.visualRect(table.model().index(lead, Column.STATUS)).left() == 0
    assert is_near(colour, colours_in(table, lead, Column.STATUS))
    table.setColumnWidth(Column.PROJECT, 1200)
    qtbot.waitUntil(lambda: table.horizontalScrollBar().maximum() > 40)
    table.horizontalScrollBar().setValue(40)
    assert table.visualRect(table.model().index(lead, Column.STATUS)).left() == -40
    assert is_near(colour, colours_in(table, lead, Column.STATUS))
    table.horizontalScrollBar().setValue(table.horizontalScrollBar().maximum())
    assert table.visualRect(table.model().index(lead, Column.STATUS)).right() < 0
    assert not is_near(colour, colours_in(table, lead, Column.MODIFIED))


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)")
def test_what_was_found_in_a_hidden_column_is_said_beside_the_name(
    model: ProjectTableModel, table: ProjectTable
) -> None:
    mark = theme.match_background(table.palette()).name()
    address = "The Old Dairy, a long way behind 99 High Street"
    model.upsert_rows({9: row(9, name="Barn 9", customer="Jo Lee", address=address)})
    model.set_filter(ProjectFilter(text="high st"))
    assert model.rowCount() == 1
    assert mark in colours_in(table, 0, Column.PROJECT)
    place = table.visualRect(model.index(0, Column.PROJECT))
    event = QHelpEvent(QHelpEvent.Type.ToolTip, place.center(), table.viewport().mapToGlobal(place.center()))
    QApplication.sendEvent(table.viewport(), event)
    assert f"Address: {address}" in QToolTip.text()
    table.column_actions[Column.ADDRESS].setChecked(True)
    assert mark not in colours_in(table, 0, Column.PROJECT)
    table.column_actions[Column.ADDRESS].setChecked(False)
    picture(table)
    model.set_filter(ProjectFilter(text="barn jo"))  # all of it is in sight
    assert table.look().hidden_match(0) is None
    model.set_filter(ProjectFilter(text="jo high"))
    assert table.look().hidden_match(0) == ("Address", "…High Street", Column.ADDRESS)


@pytest.mark.parametrize("written", ["07700 900755", "+44 7700 900755"])
@pytest.mark.parametrize("typed", ["+447700900755", "0044 7700 900755", "07700900755", "+44 (0)7700 900755", "900755"])
def test_a_number_written_another_way_than_typed_is_said_to_be_found(
    model: ProjectTableModel, table: ProjectTable, written: str, typed: str
) -> None:
    model.upsert_rows({9: row(9, name="Barn 9")})
    model.take_contacts({9: Contact(phone=written).packed()})
    model.set_filter(ProjectFilter(text=typed))
    assert model.rowCount() == 1
    match = table.look().hidden_match(0)
    assert match is not None
    assert (match[0], match[2]) == (model.heading_of(Column.PHONE), Column.PHONE)


def test_a_match_in_contact_details_is_said_only_as_long_as_it_is_true(
    model: ProjectTableModel, table: ProjectTable
) -> None:
    model.upsert_rows({9: row(9, name="Barn 9")})
    model.take_contacts({9: Contact(email="the.elms@home.example").packed()})
    model.set_filter(ProjectFilter(text="home"))
    assert table.look().hidden_match(0) == ("Email", "…home.example", Column.EMAIL)
    model.take_contacts({9: Contact(email="jo@home.example").packed()})
    assert table.look().hidden_match(0) == ("Email", "jo@home.example", Column.EMAIL)
    model.take_contacts({9: Contact(phone="07700 900755").packed()})
    assert table.look().hidden_match(0) is None


def test_what_is_found_is_marked_as_far_as_it_is_seen(model: ProjectTableModel, table: ProjectTable) -> None:
    mark = theme.match_background(table.palette()).name()
    model.upsert_rows({9: row(9, name="Barn 9", customer="w" * 300 + "yy")})
    model.set_filter(ProjectFilter(text="w" * 300))
    assert mark in colours_in(table, 0, Column.CUSTOMER)
    model.set_filter(ProjectFilter(text="yy"))
    assert model.rowCount() == 1
    assert mark not in colours_in(table, 0, Column.CUSTOMER)


def test_rows_scroll_by_pixels(table: ProjectTable) -> None:
    table.resize(900, 200)
    before = picture(table)
    table.verticalScrollBar().setValue(7)
    after = picture(table)
    ratio = int(table.devicePixelRatioF())
    height = after.height() - 7 * ratio
    assert after.copy(0, 0, after.width(), height - 1) == before.copy(0, 7 * ratio, before.width(), height - 1)


def test_rows_have_two_heights(table: ProjectTable) -> None:
    assert table.rowHeight(0) == 36
    table.set_compact(True)
    assert table.rowHeight(0) == 28
    assert table.rowHeight(8) == 28
    table.set_compact(False)
    assert table.rowHeight(0) == 36


def test_a_large_font_makes_higher_rows(table: ProjectTable) -> None:
    font = table.font()
    font.setPixelSize(60)
    table.setFont(font)
    assert table.rowHeight(0) > 60


def test_says_something_where_nothing_is(table: ProjectTable, model: ProjectTableModel) -> None:
    model.set_filter(ProjectFilter(text="nothing like it"))
    empty = picture(table)
    table.empty_text = "No project is called that"
    assert table.empty_text == "No project is called that"
    assert picture(table) != empty


def test_draws_names_that_look_like_markup_as_they_are(table: ProjectTable, model: ProjectTableModel) -> None:
    model.upsert_rows({9: row(9, name="<b>Barn</b>\n & more")})
    assert table.model().index(0, Column.PROJECT).data() == "<b>Barn</b>  & more"
    assert not picture(table).isNull()


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)")
def test_a_cut_text_is_told_whole_and_never_as_markup(
    qtbot: QtBot, table: ProjectTable, model: ProjectTableModel
) -> None:
    model.upsert_rows({9: row(9, name="<h1>A long name</h1> " * 9)})
    where = point_in(table, 0)
    QApplication.sendEvent(
        table.viewport(), QHelpEvent(QEvent.Type.ToolTip, where, table.viewport().mapToGlobal(where))
    )
    assert "&lt;h1&gt;A long name" in QToolTip.text()
    where = point_in(table, 1)
    QApplication.sendEvent(
        table.viewport(), QHelpEvent(QEvent.Type.ToolTip, where, table.viewport().mapToGlobal(where))
    )
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


@pytest.mark.qt_log_ignore("This plugin does not support")
@pytest.mark.parametrize(
    "marks", [Mark.NEEDS_YOU | Mark.WAITING, Mark.POSSIBLY_DONE, Mark.NOT_ON_SERVER | Mark.WAITING, Mark.WAITING]
)
def test_a_mark_is_explained(table: ProjectTable, model: ProjectTableModel, marks: Mark) -> None:
    model.upsert_rows({9: row(9, marks=int(marks))})
    where = table.visualRect(model.index(model.row_of(9) or 0, Column.MODIFIED)).center()
    QApplication.sendEvent(
        table.viewport(), QHelpEvent(QEvent.Type.ToolTip, where, table.viewport().mapToGlobal(where))
    )
    assert QToolTip.text() == mark_words(marks)


def test_each_kind_of_mark_has_a_shape_of_its_own(table: ProjectTable, model: ProjectTableModel) -> None:
    def glyph(marks: Mark) -> QImage:
        model.upsert_rows({9: row(9, marks=int(marks))})
        place = table.visualRect(model.index(model.row_of(9) or 0, Column.MODIFIED))
        place.setWidth(10 + 11)  # up to where the words begin
        return table.viewport().grab(place).toImage()

    kinds = (Mark.WAITING, Mark.POSSIBLY_DONE, Mark.NEEDS_YOU)
    waiting, in_doubt, needed = (glyph(kind) for kind in kinds)
    assert waiting != in_doubt
    assert in_doubt != needed
    assert waiting != needed


# -- what is done ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_opens_the_project(qtbot: QtBot, table: ProjectTable, key: Qt.Key) -> None:
    click(table, 2)
    with qtbot.waitSignal(table.open_requested) as opened:
        QTest.keyClick(table, key)
    assert opened.args == [7]


def test_a_double_click_opens_the_project(qtbot: QtBot, table: ProjectTable) -> None:
    click(table, 3)
    with qtbot.waitSignal(table.open_requested) as opened:
        QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, NONE, point_in(table, 3))
    assert opened.args == [6]


@pytest.mark.parametrize("held", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier])
def test_two_quick_clicks_that_select_open_nothing(
    qtbot: QtBot, table: ProjectTable, held: Qt.KeyboardModifier
) -> None:
    click(table, 2)
    point = point_in(table, 3)
    with qtbot.assertNotEmitted(table.open_requested):
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, held, point)
        QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, held, point)
    selected = [index.row() for index in table.selectionModel().selectedRows()]
    assert sorted(selected) == ([2] if held is Qt.KeyboardModifier.ControlModifier else [2, 3])


def test_tells_which_project_the_keyboard_is_on(table: ProjectTable) -> None:
    told: list[int | None] = []
    table.current_project_changed.connect(told.append)
    click(table, 0)
    QTest.keyClick(table, DOWN)
    QTest.keyClick(table, Qt.Key.Key_End)
    QTest.keyClick(table, Qt.Key.Key_Home)
    assert told == [9, 8, 1, 9]
    assert table.current_key == 9


def test_letters_do_nothing_here(table: ProjectTable) -> None:
    click(table, 0)
    QTest.keyClicks(table, "barn 4")
    assert table.current_key == 9


def test_tab_leaves_the_table(qtbot: QtBot, model: ProjectTableModel) -> None:
    model.add_rows([row(1), row(2)])
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    table, field = ProjectTable(model, window), QLineEdit(window)
    layout.addWidget(table)
    layout.addWidget(field)
    window.show()
    qtbot.waitExposed(window)
    table.setFocus()
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Tab)
    assert window.focusWidget() is field


def test_the_menu_comes_for_the_row_clicked_and_by_the_keyboard(qtbot: QtBot, table: ProjectTable) -> None:
    where = point_in(table, 4)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, table.viewport().mapToGlobal(where))
    with qtbot.waitSignal(table.context_menu_requested) as wanted:
        QApplication.sendEvent(table.viewport(), event)
    assert wanted.args == [5, table.viewport().mapToGlobal(where)]
    click(table, 1)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    with qtbot.waitSignal(table.context_menu_requested) as wanted:
        QApplication.sendEvent(table.viewport(), event)
    assert wanted.args is not None
    assert wanted.args[0] == 8
    below = table.visualRect(table.model().index(1, 0)).bottom()
    assert abs(table.viewport().mapFromGlobal(wanted.args[1]).y() - below) <= 2


def test_no_menu_where_no_row_is(qtbot: QtBot, table: ProjectTable) -> None:
    where = QPoint(10, table.viewport().height() - 5)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, table.viewport().mapToGlobal(where))
    with qtbot.assertNotEmitted(table.context_menu_requested):
        QApplication.sendEvent(table.viewport(), event)


def test_copies_what_is_shown_of_the_selected_rows(table: ProjectTable) -> None:
    for column in (Column.STATUS, Column.CREATED, Column.MODIFIED):
        table.setColumnHidden(column, True)
    table.horizontalHeader().moveSection(0, 2)
    click(table, 0)
    click(table, 2, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().split("\n") == [
        "Customer\tPostcode\tProject",
        "Customer 9\tCB24 9PL\tBarn 9",
        "Customer 7\tCB24 9PL\tBarn 7",
    ]


def test_nothing_selected_leaves_the_clipboard_alone(table: ProjectTable) -> None:
    QGuiApplication.clipboard().setText("mine")
    table.copy_selected()
    assert QGuiApplication.clipboard().text() == "mine"


def test_a_click_on_a_heading_sorts_and_another_turns_it(
    qtbot: QtBot, table: ProjectTable, model: ProjectTableModel
) -> None:
    header = table.horizontalHeader()

    def click_on(column: int) -> list[int | None]:
        where = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, NONE, where)
        qtbot.waitUntil(lambda: model.is_settled)
        return [model.key_at(0), model.key_at(8)]

    assert [model.key_at(0), model.key_at(8)] == [9, 1]
    assert click_on(Column.PROJECT) == [1, 9]
    assert click_on(Column.PROJECT) == [9, 1]
    assert click_on(Column.CREATED) == [9, 1]


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)")
def test_columns_are_chosen_by_menu(table: ProjectTable) -> None:
    assert [table.isColumnHidden(column) for column in Column] == [False] * 6 + [True] * 7
    owner = table.column_actions[Column.OWNER]
    assert owner.text() == "Owner"
    owner.trigger()
    assert not table.isColumnHidden(Column.OWNER)
    owner.trigger()
    assert table.isColumnHidden(Column.OWNER)
    assert not table.column_actions[Column.PROJECT].isEnabled()
    table.horizontalHeader().customContextMenuRequested.emit(QPoint(5, 5))
    menus = [menu for menu in table.findChildren(QMenu) if menu.isVisible()]
    assert [action.text() for action in menus[0].actions()][:2] == ["Project", "Customer"]
    QTest.keyClick(menus[0], Qt.Key.Key_Escape)


def test_columns_that_a_version_before_did_not_have_stay_hidden(qtbot: QtBot, table: ProjectTable) -> None:
    for column in Column:
        table.setColumnHidden(column, False)
    values: dict[str, object] = {}
    table.keep_state(values)
    del values["columns_known"]  # as it was before there were more than ten
    other = ProjectTable(ProjectTableModel(today=lambda: date(2026, 11, 24)))
    qtbot.addWidget(other)
    other.restore_state(values)
    shown = [column for column in Column if not other.isColumnHidden(column)]
    assert shown == list(Column)[:10]
    assert [action.isChecked() for action in other.column_actions] == [True] * 10 + [False] * 3


def test_columns_are_kept(qtbot: QtBot, table: ProjectTable, model: ProjectTableModel) -> None:
    table.column_actions[Column.ADDRESS].trigger()
    table.horizontalHeader().moveSection(3, 0)
    table.setColumnWidth(Column.CUSTOMER, 321)
    table.sortByColumn(Column.CUSTOMER, Qt.SortOrder.DescendingOrder)
    values: dict[str, object] = {}
    table.keep_state(values)
    other_model = ProjectTableModel(today=lambda: date(2026, 11, 24))
    other = ProjectTable(other_model)
    qtbot.addWidget(other)
    other.restore_state(values)
    assert not other.isColumnHidden(Column.ADDRESS)
    assert other.column_actions[Column.ADDRESS].isChecked()
    assert other.horizontalHeader().visualIndex(3) == 0
    assert other.columnWidth(Column.CUSTOMER) == 321
    assert other_model.sorting == (Column.CUSTOMER, Qt.SortOrder.DescendingOrder)
    assert model.sorting == other_model.sorting


@pytest.mark.parametrize("kept", [{}, {"columns": 7}, {"columns": "not that"}, {"columns": "£"}])
def test_a_state_that_cannot_be_read_changes_nothing(table: ProjectTable, kept: dict[str, object]) -> None:
    width = table.columnWidth(0)
    table.restore_state(kept)
    assert table.columnWidth(0) == width


# -- what stays selected -----------------------------------------------------------------------------------------------


def test_the_selection_outlives_filters_sorting_and_changes(table: ProjectTable, model: ProjectTableModel) -> None:
    click(table, 1)
    click(table, 3, Qt.KeyboardModifier.ControlModifier)
    assert sorted(table.selected_keys()) == [6, 8]
    told: list[int | None] = []
    table.current_project_changed.connect(told.append)
    model.set_filter(ProjectFilter(text="barn"))
    table.sortByColumn(Column.PROJECT, Qt.SortOrder.AscendingOrder)
    model.upsert_rows({8: row(8, name="Barn 0"), 3: row(3, name="Zebra barn")}, [5])
    assert sorted(table.selected_keys()) == [6, 8]
    assert table.current_key == 6
    assert told == []


def test_what_a_filter_hides_is_selected_again_when_it_comes_back(
    table: ProjectTable, model: ProjectTableModel
) -> None:
    click(table, 1)
    told: list[int | None] = []
    table.current_project_changed.connect(told.append)
    model.set_filter(ProjectFilter(text="barn 3"))
    assert table.selected_keys() == []
    assert told == [None]
    model.set_filter(ProjectFilter())
    assert table.selected_keys() == [8]
    assert told == [None, 8]


def test_what_was_hidden_is_forgotten_once_something_else_is_chosen(
    table: ProjectTable, model: ProjectTableModel
) -> None:
    click(table, 1)
    model.set_filter(ProjectFilter(text="barn 3"))
    click(table, 0)
    model.set_filter(ProjectFilter())
    assert table.selected_keys() == [3]
    assert table.current_key == 3


def test_what_comes_back_without_the_users_doing_is_not_selected_again(
    qtbot: QtBot, table: ProjectTable, model: ProjectTableModel
) -> None:
    model.set_filter(ProjectFilter(text="barn"))
    click(table, 4)
    for name in ("Mill 5", "Barn 5"):  # a colleague's changes
        model.upsert_rows({5: row(5, name=name)})
        qtbot.waitUntil(lambda: model.is_settled)
        assert (table.selected_keys(), table.current_key) == ([], None)
    assert model.row_of(5) is not None


def test_a_hidden_project_is_not_selected_because_it_changes(
    qtbot: QtBot, table: ProjectTable, model: ProjectTableModel
) -> None:
    click(table, 4)
    model.set_filter(ProjectFilter(text="mill"))
    model.upsert_rows({5: row(5, name="Mill 5")})
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    assert (table.selected_keys(), table.current_key) == ([], None)
    model.set_filter(ProjectFilter())
    assert (table.selected_keys(), table.current_key) == ([5], 5)


def test_a_filter_selects_those_of_several_it_shows_and_then_all_again(
    table: ProjectTable, model: ProjectTableModel
) -> None:
    for place in (1, 3, 5):
        click(table, place, NONE if place == 1 else Qt.KeyboardModifier.ControlModifier)
    model.set_filter(ProjectFilter(text="barn 8"))
    assert (table.selected_keys(), table.current_key, table.selected_rows()) == ([8], 8, [0])
    model.set_filter(ProjectFilter(text="customer"))
    assert (table.selected_keys(), table.current_key, table.selected_rows()) == ([8, 6, 4], 4, [1, 3, 5])


def test_who_clicks_on_all_that_is_left_of_the_selection_selects_just_that(
    table: ProjectTable, model: ProjectTableModel
) -> None:
    click(table, 1)
    click(table, 3, Qt.KeyboardModifier.ControlModifier)
    model.set_filter(ProjectFilter(text="barn 8"))
    click(table, 0)
    model.set_filter(ProjectFilter())
    assert table.selected_keys() == [8]


def test_a_project_that_goes_is_no_longer_current_and_no_other_is_chosen(
    qtbot: QtBot, table: ProjectTable, model: ProjectTableModel
) -> None:
    click(table, 4)
    told: list[int | None] = []
    table.current_project_changed.connect(told.append)
    model.upsert_rows({}, [5])
    qtbot.waitUntil(lambda: model.is_settled)
    assert told == [None]
    assert table.selected_keys() == []


@pytest.mark.parametrize(
    ("chosen", "gone", "following"),
    [([4], [5], 4), ([8], [1], 2), ([0], [9], 8), ([2, 3], [7, 6], 5), ([3, 8], [6, 1], 2)],
)
def test_after_one_that_the_user_had_go_the_next_is_chosen(
    qtbot: QtBot,
    table: ProjectTable,
    model: ProjectTableModel,
    chosen: list[int],
    gone: list[int],
    following: int,
) -> None:
    for place in chosen:
        click(table, place, NONE if place == chosen[0] else Qt.KeyboardModifier.ControlModifier)
    table.selection.expect_to_go(gone)
    told: list[int | None] = []
    table.current_project_changed.connect(told.append)
    model.upsert_rows({}, gone)
    qtbot.waitUntil(lambda: model.is_settled)
    assert told == [following]
    assert table.selected_keys() == [following]


def test_a_deleted_one_goes_too_and_its_successor_may_have_a_new_id(
    qtbot: QtBot, table: ProjectTable, model: ProjectTableModel
) -> None:
    model.upsert_rows({-2: row(-2, created="2026-01-01T10:00:00.000Z", marks=int(Mark.NOT_ON_SERVER))})
    qtbot.waitUntil(lambda: model.is_settled)
    places = model.rowCount()
    key = model.key_at(places - 2) or 0
    assert model.key_at(places - 1) == -2
    table.select_key(key)
    table.selection.expect_to_go([key])
    model.replace_keys({-2: 50})
    model.upsert_rows({key: row(key, marks=int(Mark.DELETED_HERE | Mark.WAITING))})
    qtbot.waitUntil(lambda: table.selected_keys() == [50])


def test_what_stays_or_goes_after_another_was_chosen_has_no_successor(
    qtbot: QtBot, table: ProjectTable, model: ProjectTableModel
) -> None:
    click(table, 4)
    table.selection.expect_to_go([5])
    table.selection.forget_leaving()
    model.upsert_rows({}, [5])
    qtbot.waitUntil(lambda: model.is_settled)
    assert table.selected_keys() == []
    click(table, 2)
    table.selection.expect_to_go([7])
    click(table, 0)
    model.upsert_rows({}, [7, 9])
    qtbot.waitUntil(lambda: model.is_settled)
    assert table.selected_keys() == []


def test_what_was_to_go_is_forgotten_once_it_stays_or_another_is_chosen(
    qtbot: QtBot, table: ProjectTable, model: ProjectTableModel
) -> None:
    click(table, 4)
    table.selection.expect_to_go([5])
    model.upsert_rows({5: row(5, status="Sale")})
    qtbot.waitUntil(lambda: model.is_settled)
    assert table.selected_keys() == [5]
    model.upsert_rows({}, [5])
    qtbot.waitUntil(lambda: model.is_settled)
    assert table.selected_keys() == []
    click(table, 2)
    table.selection.expect_to_go([7])
    model.set_filter(ProjectFilter(text="barn 8"))
    model.set_filter(ProjectFilter())
    model.upsert_rows({}, [7])
    qtbot.waitUntil(lambda: model.is_settled)
    assert table.selected_keys() == []


def test_where_the_current_of_several_goes_another_of_them_is_current(
    table: ProjectTable, model: ProjectTableModel
) -> None:
    click(table, 2)
    click(table, 4, Qt.KeyboardModifier.ControlModifier)
    told: list[int | None] = []
    table.current_project_changed.connect(told.append)
    model.upsert_rows({}, [5])
    assert told == [7]
    assert table.selected_keys() == [7]


def test_a_hidden_project_that_comes_back_leaves_the_choice_alone(
    table: ProjectTable, model: ProjectTableModel
) -> None:
    click(table, 1)
    model.set_filter(ProjectFilter(text="barn 3"))
    click(table, 0)
    model.upsert_rows({8: row(8, name="Barn 3 too")})
    assert model.rowCount() == 2
    assert table.current_key == 3
    assert table.selected_keys() == [3]


def test_a_new_project_stays_selected_when_it_gets_its_id(
    qtbot: QtBot, table: ProjectTable, model: ProjectTableModel
) -> None:
    model.upsert_rows({-2: row(-2, created="2026-11-24T10:00:00.000Z", marks=int(Mark.NOT_ON_SERVER | Mark.WAITING))})
    assert table.select_key(-2)
    with qtbot.waitSignal(table.current_project_changed) as told:
        model.replace_keys({-2: 50})
    assert told.args == [50]
    assert table.selected_keys() == [50]


def test_choosing_a_project_brings_it_in_sight(table: ProjectTable) -> None:
    table.resize(900, 150)
    assert table.select_key(1)
    assert table.selected_keys() == [1]
    assert table.viewport().rect().contains(point_in(table, 8))
    assert not table.select_key(12345)
    assert table.selected_keys() == [1]


def test_typing_goes_to_the_top_and_changes_stay_where_the_user_reads(
    qtbot: QtBot, table: ProjectTable, model: ProjectTableModel
) -> None:
    model.upsert_rows({key: row(key, name=f"Barn {key}") for key in range(100, 180)})
    qtbot.waitUntil(lambda: model.is_settled)
    table.verticalScrollBar().setValue(36 * 20 + 5)
    top = model.key_at(20)
    model.upsert_rows({key: row(key, created="2026-11-24T12:00:00.000Z") for key in range(200, 260)})
    qtbot.waitUntil(lambda: model.is_settled and model.total == 149)
    assert model.key_at(table.rowAt(0)) == top
    assert table.verticalScrollBar().value() % 36 == 5
    model.set_filter(ProjectFilter(text="barn"))
    assert table.verticalScrollBar().value() == 0


def test_all_rows_can_be_selected_and_stay_so(table: ProjectTable) -> None:
    table.selectAll()
    table.sortByColumn(Column.CUSTOMER, Qt.SortOrder.AscendingOrder)
    assert sorted(table.selected_keys()) == list(range(1, 10))


# -- what is heard -----------------------------------------------------------------------------------------------------


def test_a_screen_reader_finds_table_headings_and_cells(table: ProjectTable) -> None:
    interface = QAccessible.queryAccessibleInterface(table)
    assert interface is not None
    assert interface.text(QAccessible.Text.Name) == "Projects"
    assert interface.role() == QAccessible.Role.Table
    names = [interface.child(place).text(QAccessible.Text.Name) for place in range(interface.childCount())]
    assert {"Project", "Status", "Barn 9", "Install", "20 Nov 2026"} <= set(names)
