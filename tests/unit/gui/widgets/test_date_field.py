from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDateEdit, QHBoxLayout, QLineEdit, QTableView, QWidget

from heatpunk_desktop.gui.widgets.appearance import dark_palette
from heatpunk_desktop.gui.widgets.date_field import DateField
from heatpunk_desktop.gui.widgets.error_edge import ErrorEdge
from heatpunk_desktop.gui.widgets.month_calendar import MonthCalendar
from heatpunk_desktop.gui.widgets.theme import muted_text

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


TODAY = date(2026, 11, 30)

# The offscreen platform says that it can bring no window to the front, and grab no keyboard for a popup.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    layout = QHBoxLayout(window)
    field = DateField(QDate(2010, 1, 1), QDate(2099, 12, 31), lambda: TODAY, window)
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
def field(window: QWidget) -> DateField:
    return window.findChildren(DateField)[0]


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
def test_a_date_is_typed_over_the_one_that_is_there(window: QWidget, field: DateField, typed: str, shown: str) -> None:
    QTest.keyClicks(field, typed)
    assert field.text() == shown
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.text() == shown
    assert window.findChildren(QLineEdit)[-1].hasFocus()


def test_one_signal_tells_of_it(field: DateField) -> None:
    told: list[QDate] = []
    field.dateChanged.connect(told.append)
    QTest.keyClicks(field, "26 ")
    QTest.keyPress(field, Qt.Key.Key_Shift)  # as a keyboard does for the capital
    QTest.keyClicks(field, "Augg")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClicks(field, " 2026")
    assert told == [QDate(2026, 8, 26)]


def test_a_date_can_be_pasted(field: DateField) -> None:
    QGuiApplication.clipboard().setText(" 26/8/2026 ")
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "26 Aug 2026"
    QGuiApplication.clipboard().setText("CB1 3QD")
    QTest.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field.text() == "26 Aug 2026"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("1/11/26", "1 Nov 2026"),
        ("1.11.26", "1 Nov 2026"),
        ("1-11-26", "1 Nov 2026"),
        ("1 nov", "1 Nov 2026"),
        ("today", "30 Nov 2026"),
        ("yesterday", "29 Nov 2026"),
        ("-7", "23 Nov 2026"),
        ("sat", "28 Nov 2026"),
    ],
)
@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Return])
def test_a_short_date_is_taken_when_the_field_is_done(field: DateField, typed: str, shown: str, key: Qt.Key) -> None:
    told: list[QDate] = []
    field.dateChanged.connect(told.append)
    QTest.keyClicks(field, typed)
    assert field.text() == typed
    assert not told
    QTest.keyClick(field, key)
    assert field.text() == shown
    assert len(told) == 1
    assert field.trouble == ""


def test_what_makes_no_date_stays_as_typed_and_is_marked(window: QWidget, field: DateField) -> None:
    QTest.keyClicks(field, "31 Feb 2026")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert window.findChildren(QLineEdit)[-1].hasFocus()
    assert field.text() == "31 Feb 2026"
    assert field.trouble == "Not a date: try 1/11/26"
    assert field.findChildren(ErrorEdge)[0].isVisibleTo(field)
    assert field.date() == QDate(2010, 1, 1)


def test_what_makes_no_date_can_be_mended(window: QWidget, field: DateField) -> None:
    QTest.keyClicks(field, "1/13/26")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.trouble
    QTest.keyClick(window.findChildren(QLineEdit)[-1], Qt.Key.Key_Backtab)
    assert field.text() == "1/13/26"
    for key in (Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Backspace):
        QTest.keyClick(field, key)
    QTest.keyClicks(field, "2")
    assert field.text() == "1/12/26"
    assert not field.trouble
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.text() == "1 Dec 2026"


def test_escape_and_emptying_bring_the_day_back(field: DateField) -> None:
    QTest.keyClicks(field, "soon")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "soon"
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "1 Jan 2010"
    assert not field.trouble
    QTest.keyClicks(field, "1")
    QTest.keyClick(field, Qt.Key.Key_Backspace)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert field.text() == "1 Jan 2010"


def test_a_day_that_is_given_takes_the_place_of_what_is_typed(field: DateField) -> None:
    QTest.keyClicks(field, "soon")
    QTest.keyClick(field, Qt.Key.Key_Return)
    field.setDate(field.date())
    assert field.text() == "1 Jan 2010"
    assert not field.trouble


def test_the_arrow_keys_go_by_sections_as_ever(field: DateField) -> None:
    field.setSelectedSection(QDateEdit.Section.MonthSection)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.text() == "1 Feb 2010"


class TestCalendar:
    @pytest.fixture
    def calendar(self, field: DateField) -> MonthCalendar:
        found = field.calendarWidget()
        assert isinstance(found, MonthCalendar)
        return found

    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    @pytest.mark.parametrize(
        ("key", "with_alt"), [(Qt.Key.Key_F4, False), (Qt.Key.Key_Down, True)], ids=["F4", "Alt+Down"]
    )
    def test_it_is_opened_used_and_closed_by_keys(
        self, field: DateField, calendar: MonthCalendar, key: Qt.Key, with_alt: bool
    ) -> None:
        field.setDate(QDate(2026, 11, 12))
        modifier = Qt.KeyboardModifier.AltModifier if with_alt else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(field, key, modifier)
        assert calendar.isVisible()
        QTest.keyClick(self.focus(), Qt.Key.Key_Down)
        QTest.keyClick(self.focus(), Qt.Key.Key_Return)
        assert not calendar.isVisible()
        assert field.text() == "19 Nov 2026"
        QTest.keyClick(field, key, modifier)
        QTest.keyClick(self.focus(), Qt.Key.Key_Right)
        QTest.keyClick(self.focus(), Qt.Key.Key_Escape)
        assert not calendar.isVisible()

    def test_it_opens_at_today_where_the_field_has_only_the_first_day_of_all(
        self, field: DateField, calendar: MonthCalendar
    ) -> None:
        field.open_calendar()
        assert (calendar.yearShown(), calendar.monthShown()) == (2026, 11)
        assert calendar.selectedDate() == QDate(2026, 11, 30)
        assert field.date() == QDate(2010, 1, 1), "looking changes nothing"
        QTest.keyClick(self.focus(), Qt.Key.Key_Escape)
        assert field.date() == QDate(2010, 1, 1)

    def test_it_opens_at_the_day_that_the_field_has(self, field: DateField, calendar: MonthCalendar) -> None:
        field.setDate(QDate(2026, 8, 5))
        field.open_calendar()
        assert (calendar.yearShown(), calendar.monthShown()) == (2026, 8)

    def test_what_was_typed_is_taken_first(self, field: DateField, calendar: MonthCalendar) -> None:
        QTest.keyClicks(field, "3/9/25")
        QTest.keyClick(field, Qt.Key.Key_F4)
        assert (calendar.yearShown(), calendar.monthShown()) == (2025, 9)

    @pytest.mark.parametrize("is_dark", [False, True])
    def test_all_weekdays_look_alike_in_light_and_dark(
        self, field: DateField, calendar: MonthCalendar, is_dark: bool
    ) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        before = QPalette(application.palette())
        if is_dark:
            application.setPalette(dark_palette())
        try:
            field.setDate(QDate(2026, 11, 12))
            field.open_calendar()
            QTest.qWait(0)
            colours = {calendar.weekdayTextFormat(day).foreground().color().name() for day in Qt.DayOfWeek}
            assert colours == {muted_text(QPalette()).name()}
            shown = calendar.grab().toImage()
            counts = Counter(shown.pixelColor(x, y).name() for x in range(shown.width()) for y in range(shown.height()))
            assert not [name for name in counts if QColor(name).red() > 2 * max(QColor(name).green(), 1) + 60]
            assert counts.most_common(1)[0][0] == QPalette().color(QPalette.ColorRole.Base).name()
        finally:
            application.setPalette(before)

    def test_a_day_is_large_enough_to_be_hit(self, field: DateField, calendar: MonthCalendar) -> None:
        field.open_calendar()
        view = calendar.findChildren(QTableView)[0]
        assert min(view.rowHeight(row) for row in range(1, 7)) >= 28
        assert calendar.width() >= 7 * 36
