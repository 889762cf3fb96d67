from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDateEdit, QHBoxLayout, QLineEdit, QWidget

from heatpunk_desktop.domain.dates import display_date
from heatpunk_desktop.views.day_field import DayField, parse_day

if TYPE_CHECKING:
    from datetime import date

    from pytestqt.qtbot import QtBot


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    layout = QHBoxLayout(window)
    field = DayField(QDate(2010, 1, 1), QDate(2099, 12, 31), window)
    field.setDate(QDate(2010, 1, 1))
    layout.addWidget(field)
    layout.addWidget(QLineEdit(window))
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
    window.findChildren(QLineEdit)[-1].setFocus()
    QTest.keyClick(window, Qt.Key.Key_Backtab)
    assert field.hasFocus()
    return window


@pytest.fixture
def field(window: QWidget) -> DayField:
    return window.findChildren(DayField)[0]


@given(st.dates())
def test_what_is_shown_can_be_read(day: date) -> None:
    if day.year >= 1000:
        assert parse_day(display_date(day)) == day
        assert parse_day(day.isoformat()) == day
        assert parse_day(f"{day.day}/{day.month}/{day.year}") == day


@pytest.mark.parametrize(
    "text", ["", "rubbish", "31 Feb 2026", "1 Foo 2026", "26 Aug 26", "2026-13-01", "26 Aug 20261"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_day(text) is None


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("26 Aug 2026", "26 Aug 2026"),
        ("1 Sep 2026", "1 Sep 2026"),
        ("05 January 2025", "5 Jan 2025"),
        ("3/2/2024", "3 Feb 2024"),
        ("30.11.2025", "30 Nov 2025"),
        ("2026-05-16", "16 May 2026"),
        ("1 Jan 1990", "1 Jan 2010"),
    ],
)
def test_a_date_is_typed_over_the_one_that_is_there(window: QWidget, field: DayField, typed: str, shown: str) -> None:
    QTest.keyClicks(field, typed)
    assert field.text() == shown
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.text() == shown
    assert window.findChildren(QLineEdit)[-1].hasFocus()


def test_one_signal_tells_of_it(field: DayField) -> None:
    told: list[QDate] = []
    field.dateChanged.connect(told.append)
    QTest.keyClicks(field, "26 ")
    QTest.keyPress(field, Qt.Key.Key_Shift)  # as a keyboard does for the capital
    QTest.keyClicks(field, "Augg")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClicks(field, " 2026")
    assert told == [QDate(2026, 8, 26)]


def test_a_date_can_be_pasted(field: DayField) -> None:
    QGuiApplication.clipboard().setText(" 26/8/2026 ")
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "26 Aug 2026"
    QGuiApplication.clipboard().setText("CB1 3QD")
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "26 Aug 2026"


def test_what_makes_no_date_is_taken_back_on_leaving(field: DayField) -> None:
    QTest.keyClicks(field, "31 Feb 2026")
    assert field.text() == "31 Feb 2026"
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.text() == "1 Jan 2010"


def test_the_arrow_keys_go_by_sections_as_ever(field: DayField) -> None:
    field.setSelectedSection(QDateEdit.Section.MonthSection)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.text() == "1 Feb 2010"
