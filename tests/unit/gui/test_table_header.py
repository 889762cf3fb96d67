"""The table's headings: above the cells' words, and in the menu for users without a pointer."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from heatpunk_desktop.gui.actions.menus import SortMenu
from heatpunk_desktop.gui.table.painter import PADDING
from heatpunk_desktop.gui.table.project_table import ProjectTable
from heatpunk_desktop.models.project_table_model import ProjectTableModel
from heatpunk_desktop.models.table_columns import Column
from tests.unit.gui.window_service import make_row

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

ROWS = [
    make_row(5, "Barn", "Lead", "2026-11-24T09:00:00.000Z"),
    make_row(4, "Annexe", "Quote", "2026-11-23T09:00:00.000Z"),
]


@pytest.fixture
def table(qtbot: QtBot) -> ProjectTable:
    model = ProjectTableModel(today=lambda: date(2026, 11, 24))
    model.add_rows(ROWS)
    table = ProjectTable(model)
    qtbot.addWidget(table)
    table.resize(900, 200)
    table.show()
    qtbot.waitUntil(lambda: model.is_settled)
    return table


def names(table: ProjectTable, qtbot: QtBot) -> list[str]:
    model = table.model()
    assert isinstance(model, ProjectTableModel)
    qtbot.waitUntil(lambda: model.is_settled)
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def first_ink(image: QImage, left: int, width: int, top: int, bottom: int) -> int:
    """How far from the left edge of a column its first dark pixel stands, the border left out."""
    for x in range(left + 3, left + width - 3):
        if any(image.pixelColor(x, y).lightness() < 110 for y in range(top, bottom)):
            return x - left
    return -1


@pytest.mark.parametrize("column", [Column.PROJECT, Column.CUSTOMER, Column.CREATED])
def test_headings_stand_above_the_words_of_their_cells(table: ProjectTable, column: Column) -> None:
    header = table.horizontalHeader()
    left, width = header.sectionViewportPosition(column), header.sectionSize(column)
    image = header.grab().toImage()
    assert first_ink(image, left, width, 3, image.height() - 3) == pytest.approx(PADDING, abs=2)


def test_a_narrow_heading_is_cut_before_its_arrow(table: ProjectTable) -> None:
    header = table.horizontalHeader()
    header.setSortIndicator(Column.CUSTOMER, Qt.SortOrder.AscendingOrder)
    header.resizeSection(Column.CUSTOMER, 60)
    wide = header.grab().toImage()
    left = header.sectionViewportPosition(Column.CUSTOMER)
    gap = range(left + 60 - PADDING - 14, left + 60 - PADDING - 11)
    assert all(wide.pixelColor(x, y).lightness() > 110 for x in gap for y in range(4, wide.height() - 4))


def test_the_menu_sorts_as_a_click_on_a_heading_does(table: ProjectTable, qtbot: QtBot) -> None:
    menu = SortMenu(table.horizontalHeader())
    assert [action.text() for action in menu.columns if action.isChecked()] == ["Created"]
    assert [action.text() for action in menu.ways if action.isChecked()] == ["&Descending"]
    menu.columns[Column.PROJECT].trigger()
    assert names(table, qtbot) == ["Annexe", "Barn"]
    assert menu.ways[0].isChecked()
    menu.ways[1].trigger()
    assert names(table, qtbot) == ["Barn", "Annexe"]
    menu.columns[Column.CREATED].trigger()
    assert menu.ways[1].isChecked(), "the newest first, as with a click"
    table.horizontalHeader().setSortIndicator(Column.STATUS, Qt.SortOrder.AscendingOrder)
    assert [action.text() for action in menu.columns if action.isChecked()] == ["Status"]
    assert menu.ways[0].isChecked()
