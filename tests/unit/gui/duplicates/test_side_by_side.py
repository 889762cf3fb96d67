"""Two projects side by side, as they are read, heard and copied."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtTest import QTest

from heatpunk_desktop.domain.project import Mark
from heatpunk_desktop.gui.duplicates.side_by_side import AGREEMENT, FIRST, SECOND, SideBySide
from heatpunk_desktop.gui.text.project_words import mark_words
from heatpunk_desktop.gui.widgets.appearance import dark_palette
from heatpunk_desktop.gui.widgets.theme import MIN_CONTRAST, contrast
from tests.unit.gui.duplicates.test_pairs_model import row

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

ONE = row(5, "Mill Road")._replace(owner="jo@acme-heat.test", created="2026-05-01T09:00:00.000Z")
OTHER = row(-3, "Survey\u202e")._replace(customer_phone="07700 900123", marks=Mark.NOT_ON_SERVER, owner="27091")


@pytest.fixture
def table(qtbot: QtBot) -> SideBySide:
    table = SideBySide(lambda: date(2026, 11, 24))
    qtbot.addWidget(table)
    table.resize(600, 400)
    table.show()
    table.show_pair(ONE, OTHER)
    return table


def line(table: SideBySide, caption: str) -> int:
    model = table.model()
    return next(place for place in range(model.rowCount()) if model.index(place, 0).data() == caption)


def texts(table: SideBySide, caption: str) -> list[str]:
    return [str(table.model().index(line(table, caption), column).data()) for column in (FIRST, SECOND, AGREEMENT)]


def test_each_field_is_there_with_how_it_compares(table: SideBySide) -> None:
    assert texts(table, "Project name") == ["Mill Road", "Survey", "differs"]
    assert texts(table, "Customer phone") == ["not loaded", "07700 900123", "not loaded"]
    assert texts(table, "Postcode") == ["CB1 2AB", "CB1 2AB", "same"]
    assert texts(table, "Position") == ["—", "—", ""]
    assert texts(table, "Owner") == ["jo@acme-heat.test", "Colleague 27091", ""]
    assert texts(table, "Project ID") == ["5", "none yet", ""]
    assert texts(table, "On this computer") == ["—", mark_words(Mark.NOT_ON_SERVER), ""]


def test_what_heatpunk_was_asked_for_and_does_not_share_is_a_dash(table: SideBySide) -> None:
    table.show_pair(ONE._replace(is_asked=True), OTHER._replace(crm_reference=None))
    assert texts(table, "Customer phone") == ["—", "07700 900123", ""]
    assert texts(table, "CRM reference") == ["—", "not loaded", "not loaded"]


def test_a_screen_reader_hears_whose_value_it_is_and_that_it_differs(table: SideBySide) -> None:
    index = table.model().index(line(table, "Project name"), SECOND)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "Project name, Second, Survey, differs"


def test_what_differs_is_bold_and_not_only_of_another_colour(table: SideBySide) -> None:
    index = table.model().index(line(table, "Project name"), FIRST)
    assert index.data(Qt.ItemDataRole.FontRole).bold()
    assert table.model().index(line(table, "Postcode"), FIRST).data(Qt.ItemDataRole.FontRole) is None


@pytest.mark.parametrize("is_dark", [False, True])
def test_every_word_can_be_read_in_light_and_dark(table: SideBySide, is_dark: bool) -> None:
    before = QGuiApplication.palette()
    QGuiApplication.setPalette(dark_palette() if is_dark else QPalette(before))
    try:
        ground = QPalette().color(QPalette.ColorRole.Base)
        colours = [
            table.model().index(place, column).data(Qt.ItemDataRole.ForegroundRole)
            for place in range(table.model().rowCount())
            for column in range(4)
        ]
        assert any(isinstance(colour, QColor) for colour in colours)
        assert all(contrast(colour, ground) >= MIN_CONTRAST for colour in colours if isinstance(colour, QColor))
    finally:
        QGuiApplication.setPalette(before)


def test_a_value_is_copied_as_it_is(table: SideBySide) -> None:
    table.show_pair(ONE._replace(project_name="x" * 120), OTHER)
    table.setCurrentIndex(table.model().index(line(table, "Project name"), FIRST))
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "x" * 120


def test_a_long_email_goes_into_two_lines_and_is_copied_whole(table: SideBySide, qtbot: QtBot) -> None:
    email = "nasreen.patel69.of.the.long.name@a-very-long-example.com"
    before = table.rowHeight(line(table, "Customer email"))
    table.show_pair(ONE._replace(customer_email=email), OTHER)
    index = table.model().index(line(table, "Customer email"), FIRST)
    qtbot.waitUntil(lambda: table.rowHeight(index.row()) > before)
    assert email in str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    table.setCurrentIndex(index)
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == email


def test_nothing_is_shown_without_a_pair(table: SideBySide) -> None:
    table.show_pair(None, None)
    assert table.model().rowCount() == 0
