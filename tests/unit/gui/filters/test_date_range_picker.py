from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDateEdit, QLabel

from heatpunk_desktop.domain.dates import FIRST_DAY, DateRange, RangePreset
from heatpunk_desktop.gui.filters.filter_bar import FilterBar
from tests.unit.gui.hands import control, words_on

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

TODAY = date(2026, 11, 24)


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    bar = FilterBar(lambda: TODAY)
    qtbot.addWidget(bar)
    bar.resize(900, 50)
    with qtbot.waitExposed(bar):
        bar.show()
    return bar


def days(bar: FilterBar) -> tuple[str, str]:
    return control(bar, QDateEdit, "From").text(), control(bar, QDateEdit, "To").text()


def preset(bar: FilterBar) -> QComboBox:
    return control(bar, QComboBox, "Date range")


def test_it_begins_with_all_time(bar: FilterBar) -> None:
    assert preset(bar).currentText() == "All time"
    assert days(bar) == ("1 Jan 2010", "24 Nov 2026")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Last 7 days", "18 Nov 2026"),
        ("Last 30 days", "26 Oct 2026"),
        ("Last 90 days", "27 Aug 2026"),
        ("This year", "1 Jan 2026"),
    ],
)
def test_a_preset_sets_both_days(qtbot: QtBot, bar: FilterBar, name: str, first: str) -> None:
    with qtbot.waitSignal(bar.dates.range_chosen) as chosen:
        preset(bar).setCurrentText(name)
    assert days(bar) == (first, "24 Nov 2026")
    assert chosen.args == [bar.dates.range]
    assert bar.dates.range == DateRange.of_preset(RangePreset(name), TODAY)


def test_a_day_of_ones_own_makes_it_custom(qtbot: QtBot, bar: FilterBar) -> None:
    with qtbot.waitSignal(bar.dates.range_chosen) as chosen:
        control(bar, QDateEdit, "From").setDate(QDate(2026, 8, 26))
    assert preset(bar).currentText() == "Custom"
    assert chosen.args == [DateRange(date(2026, 8, 26), TODAY)]


def test_the_same_days_as_ones_own_are_told_and_ask_the_server_for_nothing(qtbot: QtBot, bar: FilterBar) -> None:
    with qtbot.assertNotEmitted(bar.dates.range_chosen), qtbot.waitSignal(bar.dates.became_custom):
        preset(bar).setCurrentText("Custom")
    assert days(bar) == ("1 Jan 2010", "24 Nov 2026")


def test_days_in_the_wrong_order_are_ones_own_though_the_range_stays(qtbot: QtBot, bar: FilterBar) -> None:
    with qtbot.assertNotEmitted(bar.dates.range_chosen), qtbot.waitSignal(bar.dates.became_custom):
        control(bar, QDateEdit, "From").setDate(QDate(2027, 1, 1))
    assert preset(bar).currentText() == "Custom"


def test_a_day_can_be_typed_as_a_briton_writes_it(bar: FilterBar) -> None:
    field = control(bar, QDateEdit, "From")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "26 Aug 2026")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert bar.dates.range.first == date(2026, 8, 26)


def test_what_is_no_date_is_said_stays_and_leaves_the_range(qtbot: QtBot, bar: FilterBar) -> None:
    bar.activateWindow()
    field = control(bar, QDateEdit, "From")
    with qtbot.assertNotEmitted(bar.dates.range_chosen):
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, "1/13/26")
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert "Not a date: try 1/11/26" in words_on(bar)
    assert field.accessibleDescription() == "Not a date: try 1/11/26"
    bar.dates.follow_today()  # as each refresh does
    assert days(bar) == ("1/13/26", "24 Nov 2026")
    with qtbot.waitSignal(bar.dates.range_chosen):
        field.selectAll()
        QTest.keyClicks(field, "1/11/26")
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert "Not a date" not in words_on(bar)
    assert bar.dates.range.first == date(2026, 11, 1)


def test_custom_keeps_the_days_as_they_are(qtbot: QtBot, bar: FilterBar) -> None:
    preset(bar).setCurrentText("Last 7 days")
    with qtbot.assertNotEmitted(bar.dates.range_chosen):
        preset(bar).setCurrentText("Custom")
    assert days(bar) == ("18 Nov 2026", "24 Nov 2026")


def test_from_after_to_is_said_kept_and_not_applied(qtbot: QtBot, bar: FilterBar) -> None:
    preset(bar).setCurrentText("Last 7 days")
    before = bar.dates.range
    with qtbot.assertNotEmitted(bar.dates.range_chosen):
        control(bar, QDateEdit, "From").setDate(QDate(2026, 11, 25))
    assert "From is after To. Still shown: 18 Nov 2026 to 24 Nov 2026." in words_on(bar)
    assert days(bar) == ("25 Nov 2026", "24 Nov 2026")
    assert bar.dates.range == before
    with qtbot.waitSignal(bar.dates.range_chosen):
        control(bar, QDateEdit, "To").setDate(QDate(2026, 11, 30))
    assert "From is after To" not in words_on(bar)
    assert bar.dates.range == DateRange(date(2026, 11, 25), date(2026, 11, 30))


def test_a_preset_mends_what_made_no_range(bar: FilterBar) -> None:
    control(bar, QDateEdit, "To").setDate(QDate(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day))
    control(bar, QDateEdit, "From").setDate(QDate(2026, 11, 25))
    assert "From is after To" in words_on(bar)
    preset(bar).setCurrentText("Last 30 days")
    assert "From is after To" not in words_on(bar)


def test_the_next_day_moves_a_preset_and_leaves_ones_own_days(qtbot: QtBot) -> None:
    today = [TODAY]
    bar = FilterBar(lambda: today[0])
    qtbot.addWidget(bar)
    bar.resize(900, 50)
    bar.show()
    preset(bar).setCurrentText("Last 7 days")
    today[0] = date(2026, 11, 25)
    bar.dates.follow_today()
    assert days(bar) == ("19 Nov 2026", "25 Nov 2026")
    control(bar, QDateEdit, "From").setDate(QDate(2026, 11, 1))
    today[0] = date(2026, 11, 26)
    bar.dates.follow_today()
    assert days(bar) == ("1 Nov 2026", "25 Nov 2026")


def test_each_field_has_its_label_as_buddy(bar: FilterBar) -> None:
    buddies = {label.text(): label.buddy() for label in bar.findChildren(QLabel) if label.buddy() is not None}
    assert {name: widget.accessibleName() for name, widget in buddies.items()} == {
        "Date range": "Date range",
        "From": "From",
        "To": "To",
    }
