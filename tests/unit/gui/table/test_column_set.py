"""The columns fill the table, and names get what room there is."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.gui.table.column_chooser import DEFAULT_COLUMNS, show_columns, shown_columns
from heatpunk_desktop.gui.table.painter import PADDING
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.models.table_columns import Column
from tests.unit.models.plain_ways import row

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SHOWN = (Column.PROJECT, Column.CUSTOMER, Column.POSTCODE, Column.STATUS, Column.CREATED, Column.MODIFIED)


@pytest.fixture
def table(qtbot: QtBot) -> ProjectTable:
    model = ProjectTableModel(today=lambda: date(2026, 11, 24))
    model.add_rows([row(key, name=f"Barn {key}", marks=int(Mark.WAITING)) for key in range(30, 0, -1)])
    table = ProjectTable(model)
    qtbot.addWidget(table)
    table.resize(1000, 400)
    table.show()
    qtbot.waitExposed(table)
    qtbot.waitUntil(lambda: model.is_settled)
    return table


def widths(table: ProjectTable) -> dict[Column, int]:
    return {column: table.columnWidth(column) for column in SHOWN}


def drag(table: ProjectTable, column: Column, by: int) -> None:
    header = table.horizontalHeader()
    edge = QPoint(header.sectionViewportPosition(column) + header.sectionSize(column) - 1, header.height() // 2)
    QTest.mousePress(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, edge)
    QTest.mouseMove(header.viewport(), edge + QPoint(by, 0))
    QTest.mouseRelease(
        header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, edge + QPoint(by, 0)
    )


def room(table: ProjectTable) -> int:
    """What columns share: as beside a scroll bar, whether there is one or not."""
    return table.width() - table.verticalScrollBar().sizeHint().width()


def test_no_column_moves_as_the_scroll_bar_comes_and_goes(qtbot: QtBot, table: ProjectTable) -> None:
    before = widths(table)
    was_there = table.verticalScrollBar().isVisible()
    table.resize(table.width(), 60 if not was_there else 4000)
    qtbot.waitUntil(lambda: table.verticalScrollBar().isVisible() != was_there)
    QApplication.processEvents()
    assert widths(table) == before


@pytest.mark.parametrize("width", [760, 1000, 1600])
def test_they_fill_the_table_and_nothing_is_out_of_sight(table: ProjectTable, width: int) -> None:
    table.resize(width, 400)
    assert sum(table.columnWidth(column) for column in Column) == room(table)
    assert not table.horizontalScrollBar().isVisible()


def test_the_address_joins_in_where_there_is_room_until_columns_are_chosen(table: ProjectTable) -> None:
    def has_address() -> bool:
        return not table.isColumnHidden(Column.ADDRESS)

    assert not has_address()
    for width, joins in ((1700, True), (1000, False), (1700, True)):
        table.resize(width, 400)
        assert has_address() is joins
        assert table.column_actions[Column.ADDRESS].isChecked() is joins
        assert shown_columns(table) == DEFAULT_COLUMNS  # nobody chose it
    values: dict[str, object] = {}
    table.keep_state(values)
    table.resize(1000, 400)
    table.restore_state(values)
    assert not has_address()
    table.resize(1700, 400)
    table.column_actions[Column.ADDRESS].trigger()
    assert not has_address()
    table.resize(1000, 400)
    table.resize(1700, 400)
    assert not has_address()
    show_columns(table, DEFAULT_COLUMNS)
    assert has_address()


def test_names_get_what_is_left_over_and_give_way_first(table: ProjectTable) -> None:
    before = widths(table)
    table.resize(1400, 400)
    wide = widths(table)
    table.resize(760, 400)
    narrow = widths(table)
    names = (Column.PROJECT, Column.CUSTOMER)
    assert all(narrow[name] < before[name] < wide[name] for name in names)
    assert all(narrow[widget] == before[widget] == wide[widget] for widget in SHOWN if widget not in names)


@pytest.mark.parametrize("size", [9.0, 13.0, 21.5])
def test_dates_and_marks_are_whole_in_any_font(table: ProjectTable, size: float) -> None:
    font = table.font()
    font.setPointSizeF(size)
    table.setFont(font)
    advance = QFontMetrics(font).horizontalAdvance
    assert advance("28 Nov 2026") + 2 * PADDING <= table.columnWidth(Column.CREATED)
    assert advance("change waiting") + 16 + 2 * PADDING <= table.columnWidth(Column.MODIFIED)
    assert all(
        table.sizeHintForColumn(column) <= table.columnWidth(column) for column in (Column.STATUS, Column.MODIFIED)
    )


def test_what_the_user_draws_stays_and_is_kept(table: ProjectTable) -> None:
    drag(table, Column.PROJECT, 60)
    drawn = table.columnWidth(Column.PROJECT)
    table.resize(1500, 400)
    assert table.columnWidth(Column.PROJECT) == drawn
    assert dict(shown_columns(table))["project"] == drawn
    values: dict[str, object] = {}
    table.keep_state(values)
    table.columns.fit_again()
    assert table.columnWidth(Column.PROJECT) != drawn
    table.restore_state(values)
    assert table.columnWidth(Column.PROJECT) == drawn


def test_widths_that_nobody_drew_are_not_kept(table: ProjectTable) -> None:
    assert {column.width for column in shown_columns(table)} == {0}
    values: dict[str, object] = {}
    table.resize(1500, 400)
    table.keep_state(values)
    table.resize(900, 400)
    table.restore_state(values)
    assert sum(widths(table).values()) == room(table)


def test_the_default_columns_fill_the_table_again(table: ProjectTable) -> None:
    before = widths(table)
    drag(table, Column.PROJECT, 60)
    show_columns(table, DEFAULT_COLUMNS)
    assert widths(table) == before


def test_a_column_more_takes_its_room_from_the_names(table: ProjectTable) -> None:
    table.resize(1400, 400)
    table.column_actions[Column.PROJECT_ID].trigger()
    assert table.columnWidth(Column.PROJECT_ID) > 0
    assert sum(table.columnWidth(column) for column in Column) == room(table)


def test_a_double_click_between_headings_makes_room_for_all_that_is_seen(table: ProjectTable) -> None:
    long = "A very long name of a project that nobody would believe, with an annexe"
    table.project_model.upsert_rows({30: row(30, name=long)})
    header = table.horizontalHeader()
    edge = QPoint(header.sectionViewportPosition(0) + header.sectionSize(0) - 1, header.height() // 2)
    QTest.mouseDClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, edge)
    assert table.columnWidth(0) >= QFontMetrics(table.font()).horizontalAdvance(long) + 2 * PADDING
